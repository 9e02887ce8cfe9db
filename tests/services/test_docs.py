"""The example in docs/mock.md runs."""

import re
from pathlib import Path

from kmsnb import kms, services

PAGE = (Path(__file__).parents[2] / "docs" / "mock.md").read_text()


def test_the_example_of_a_disabled_key():
    (example,) = re.findall(r"```python\n(import boto3, kmsnb\.services.*?)```", PAGE, re.DOTALL)
    module: dict[str, object] = {"__name__": "example"}
    try:
        exec(example, module)  # noqa: S102 (our own page)
        test = module["test_a_disabled_key_locks_the_secret"]
        assert callable(test)
        test()
    finally:
        services.uninstall()
        kms.uninstall()
