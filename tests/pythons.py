"""The Pythons of this machine. Run as a script, print those to test besides the one that runs it, a path a line:

    python -m tests.pythons

These are the oldest and the newest that the package supports, unless the running Python has their version.
"""

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from packaging.specifiers import SpecifierSet

from .environment import ROOT

#: Major and minor.
Version = tuple[int, int]

# prints a version only if the Python is finished and can make virtual environments
_ASK = (
    "import ensurepip, sys, venv; v = sys.version_info; v.releaselevel == 'final' and print(v.major, v.minor)"
)


def found() -> dict[Version, str]:
    """The path of a working Python of each version, in ascending order."""
    pythons: dict[Version, str] = {}
    for candidate in _candidates():
        version = _version(candidate)
        if version and version not in pythons:
            pythons[version] = candidate
    return dict(sorted(pythons.items()))


def supported(pythons: dict[Version, str]) -> dict[Version, str]:
    """Those that ``requires-python`` in pyproject.toml allows."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    specifier = SpecifierSet(project["requires-python"])
    return {
        version: path for version, path in pythons.items() if specifier.contains(f"{version[0]}.{version[1]}")
    }


def besides(running: Version, pythons: dict[Version, str]) -> list[str]:
    """The oldest and the newest of ``pythons``, without one of the version that is running."""
    ends = dict.fromkeys([min(pythons, default=running), max(pythons, default=running)])
    return [pythons[version] for version in ends if version != running]


def _candidates() -> Iterator[str]:
    """Every ``python3.x`` on the PATH, then those that pyenv keeps."""
    name = re.compile(r"python3\.\d+")
    for folder in map(Path, os.get_exec_path()):
        if folder.is_dir():
            yield from sorted(str(path) for path in folder.iterdir() if name.fullmatch(path.name))
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    yield from sorted(map(str, pyenv.glob("versions/*/bin/python3")))


def _version(python: str) -> Version | None:
    """The version of a Python; None if it does not run, as a shim of pyenv without a Python behind it does not."""
    try:
        asked = subprocess.run([python, "-c", _ASK], capture_output=True, text=True, check=False, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return None
    words = asked.stdout.split()
    return (int(words[0]), int(words[1])) if asked.returncode == 0 and words else None


if __name__ == "__main__":
    for path in besides(sys.version_info[:2], supported(found())):
        print(path)
