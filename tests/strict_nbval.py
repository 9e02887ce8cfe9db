"""A pytest plugin: run every notebook with nbval, and compare each cell's output with the stored one.

README's test command loads it with ``-p tests.strict_nbval``. Other runs do without, because nbval takes two seconds
to load: pyproject.toml switches its automatic loading off.
"""

from pathlib import Path

import pytest
from nbval import plugin

pytest_plugins = ["nbval.plugin"]


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Do what ``--nbval --nbval-sanitize-with=...`` on the command line would."""
    config.option.nbval = True
    # coverage is that of the tests: nbval's own way to measure inside kernels fails with the coverage of today
    plugin.setup_coverage = plugin.teardown_coverage = lambda *_, **__: None
    config.option.nbval_sanitize_with = str(Path(__file__).with_name("nbval_sanitize.cfg"))
