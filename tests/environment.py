"""Commands run as someone else would: in another folder, in a virtual environment of their own, in a clean shell."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def run(*command: str | Path, cwd: Path | None = None, path: Path | None = None, **variables: str) -> str:
    """Run a command to its end and return what it printed.

    ``path`` comes first on its PATH; ``variables`` are added to its environment. A failure is a ``RuntimeError`` with
    everything the command printed.
    """
    done = subprocess.run(
        [str(word) for word in command],
        check=False,
        cwd=cwd,
        env=clean(path, **variables),
        capture_output=True,
        text=True,
        timeout=900,
    )
    if done.returncode:
        raise RuntimeError(f"{command} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
    return done.stdout


def clean(path: Path | None = None, **variables: str) -> dict[str, str]:
    """This process's environment without what would lead a Python to our modules, or into our coverage."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COV_"))
    }
    environment.update(variables)
    if path:
        environment["PATH"] = f"{path}{os.pathsep}{environment['PATH']}"
    return environment


def make(folder: Path, python: str) -> Path:
    """A new virtual environment; the folder of its programs."""
    run(python, "-m", "venv", folder)
    return folder / ("Scripts" if os.name == "nt" else "bin")


def build_wheel(folder: Path) -> Path:
    """The wheel of this work tree, built into ``folder``."""
    run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, ROOT)
    (wheel,) = folder.glob("kmsnb-*.whl")
    return wheel
