"""``python -m kmsnb`` is the command ``kmsnb``."""

import sys

from kmsnb.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
