"""What a release says of itself: version, changelog, addresses, and README's commands."""

import re
import tomllib
from typing import Any

import pytest

from .environment import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def pyproject() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_the_changelog_begins_with_this_version(pyproject: dict[str, Any]) -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^## (\S+)", changelog, re.MULTILINE)
    assert newest
    assert newest[1] == pyproject["project"]["version"]


def test_the_project_is_where_readme_says(pyproject: dict[str, Any]) -> None:
    """Binder's links name owner and repository; so do the addresses in the package's metadata."""
    homes = set(re.findall(r"mybinder\.org/v2/gh/([^/]+/[^/]+)/", README))
    assert len(homes) == 1
    urls = pyproject["project"]["urls"]
    assert {"Source", "Changelog"} <= urls.keys()
    assert all(f"/{home}" in url for home in homes for url in urls.values())


def test_readmes_test_command_runs_everything(pyproject: dict[str, Any]) -> None:
    """Notebooks too, although pytest's default options leave them out."""
    command = README.partition("<!-- ci: test -->")[2].split("```")[1]
    assert "-p tests.strict_nbval" in command
    assert not re.search(r"pytest.* (tests|notebooks)/?(\s|$)", command)
    assert pyproject["tool"]["pytest"]["ini_options"]["testpaths"] == ["tests", "notebooks"]
