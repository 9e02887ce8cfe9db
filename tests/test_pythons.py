"""Which Pythons CI takes: those that run, and no others."""

import os
import sys
from pathlib import Path

import pytest

from . import pythons

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the Pythons on the PATH are shell scripts here")
RUNNING = sys.version_info[:2]


@pytest.fixture
def on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is the whole PATH; pyenv keeps nothing."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    return tmp_path


def script(path: Path, text: str) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


def test_a_python_that_runs_is_found(on_path: Path) -> None:
    path = script(on_path / "python3.99", f'exec "{sys.executable}" "$@"')
    assert pythons.found() == {RUNNING: path}  # what it says, not how it is called


def test_a_shim_that_fails_and_what_is_no_program_are_passed_over(on_path: Path) -> None:
    script(on_path / "python3.98", "echo 3 98; exit 127")
    script(on_path / "python3.97", "exit 0")
    (on_path / "python3.96").write_text("no program")
    assert pythons.found() == {}


def test_pyenv_is_asked_after_the_path(on_path: Path) -> None:
    kept = script(on_path / "versions/3.14.1/bin/python3", "echo 3 14")
    script(on_path / "versions/3.12.0/bin/python3", "echo 3 12")
    first = script(on_path / "python3.12", "echo 3 12")
    assert pythons.found() == {(3, 12): first, (3, 14): kept}


def test_only_what_the_package_supports() -> None:
    assert list(pythons.supported({(3, 9): "", (3, 10): "", (3, 11): "", (3, 13): ""})) == [(3, 11), (3, 13)]


@pytest.mark.parametrize(
    ("running", "others"),
    [
        ((3, 11), ["newest"]),
        ((3, 12), ["oldest", "newest"]),
        ((3, 13), ["oldest"]),
    ],
)
def test_the_oldest_and_the_newest_besides_the_running_one(
    running: pythons.Version, others: list[str]
) -> None:
    have = {(3, 11): "oldest", (3, 12): "between", (3, 13): "newest"}
    assert pythons.besides(running, have) == others


def test_nothing_to_test_besides_the_only_one() -> None:
    assert pythons.besides((3, 11), {(3, 11): "only"}) == []
    assert pythons.besides((3, 11), {}) == []
