"""A pytest plugin: run every notebook with nbval, and compare each cell's output with the stored one.

README's test command loads it with ``-p tests.strict_nbval``. Other runs do without, because nbval takes two seconds
to load: pyproject.toml switches its automatic loading off.
"""

from pathlib import Path

import pytest

pytest_plugins = ["nbval.plugin"]


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Do what ``--nbval --nbval-sanitize-with=...`` on the command line would."""
    config.option.nbval = True
    config.option.nbval_sanitize_with = str(Path(__file__).with_name("nbval_sanitize.cfg"))
