"""Binder's build without Docker: the steps that repo2docker renders, replayed in a virtual environment.

Binder's own base is a conda environment, which a virtual environment can only resemble: the same packages in the
same versions, from the same frozen list. Run as a script this writes binder/constraints.txt again:

    python -m tests.binder_replay
"""

import importlib.util
import json
import re
import shutil
import sys
import tempfile
from pathlib import Path

from . import pythons
from .environment import ROOT, make, run

# what Binder's base is made of, by PyPI's names, in environment.yml of repo2docker; the rest are their dependencies
_BASE = (
    "ipywidgets",
    "jupyter-offlinenotebook",
    "jupyter-resource-usage",
    "jupyter-server",
    "jupyterhub",
    "jupyterlab",
    "notebook",
)
# conda-forge's names for what PyPI calls otherwise
_PYPI_NAMES = {
    "brotli-python": "brotli",
    "jupyterhub-base": "jupyterhub",
    "nbconvert-core": "nbconvert",
    "python-fastjsonschema": "fastjsonschema",
}


def binder_python() -> str:
    """The Python that Binder is asked for in binder/runtime.txt, as ``3.13``."""
    return (ROOT / "binder" / "runtime.txt").read_text().strip().removeprefix("python-")


def has_repo2docker() -> bool:
    """Whether this Python can render Binder's Dockerfile."""
    return importlib.util.find_spec("repo2docker") is not None


def find_python() -> str:
    """Binder's Python on this machine, or this one."""
    major, minor = binder_python().split(".")
    return pythons.found().get((int(major), int(minor)), sys.executable)


def preinstalled() -> dict[str, str]:
    """Names (PyPI's, normalized) and versions of what Binder's base has, from repo2docker's frozen list."""
    package = Path(importlib.util.find_spec("repo2docker").origin).parent
    frozen = package / "buildpacks" / "conda" / f"environment.py-{binder_python()}-linux-64.lock"
    found = re.findall(r"/([a-z][^/\s]*)-([^-/\s]+)-[^-/\s]+\.(?:conda|tar\.bz2)", frozen.read_text())
    return {normalized(_PYPI_NAMES.get(name, name)): version for name, version in found}


def normalized(name: str) -> str:
    """A package's name as PyPI compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def copy_tracked(target: Path) -> None:
    """Copy to ``target`` what a clone would have: the files that git knows, as they are in the work tree."""
    names = run("git", "ls-files", "-z", cwd=ROOT).split("\0")
    for name in filter(None, names):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)


def rendered_steps(clone: Path) -> list[str]:
    """The commands of the Dockerfile that repo2docker renders which come after the repository is copied in."""
    dockerfile = run(sys.executable, "-m", "repo2docker", "--no-build", "--debug", ".", cwd=clone)
    instructions = re.sub(r"\\\n", " ", dockerfile).splitlines()
    copied = next(
        n for n, line in enumerate(instructions) if re.match(r"COPY .*src/ \$\{REPO_DIR\}/?$", line)
    )
    return [line.removeprefix("RUN ") for line in instructions[copied:] if line.startswith("RUN ")]


def make_base(folder: Path, python: str) -> Path:
    """A virtual environment in ``folder`` with Binder's own packages, as nearly as PyPI has them; its ``bin``."""
    programs = make(folder, python)
    frozen = folder / "frozen.txt"
    frozen.write_text("".join(f"{name}=={version}\n" for name, version in preinstalled().items()))
    run(programs / "pip", "install", "--quiet", "--constraint", frozen, *_BASE)
    return programs


def replay(steps: list[str], clone: Path, bin_folder: Path) -> list[str]:
    """Run the ``steps`` of the Dockerfile in ``clone`` and return what each printed.

    ``bin_folder`` stands for the one of Binder's conda environment.
    """
    prefix = str(bin_folder.parent)
    variables = {"KERNEL_PYTHON_PREFIX": prefix, "NB_PYTHON_PREFIX": prefix}
    return [run("bash", "-c", step, cwd=clone, path=bin_folder, **variables) for step in steps]


def installed(bin_folder: Path) -> dict[str, str]:
    """Names (normalized) and versions of what is installed."""
    listed = json.loads(run(bin_folder / "pip", "list", "--format", "json"))
    return {normalized(package["name"]): package["version"] for package in listed}


def _constraints() -> str:
    """What pip would add to Binder's base for the course today, as the lines of a constraints file."""
    with tempfile.TemporaryDirectory() as folder:
        bin_folder = make_base(Path(folder) / "base", find_python())
        plan = Path(folder) / "plan.json"
        run(bin_folder / "pip", "install", "--quiet", "--dry-run", "--report", plan, ROOT)
        packages = [entry["metadata"] for entry in json.loads(plan.read_text())["install"]]
    lines = {f"{normalized(p['name'])}=={p['version']}\n" for p in packages}
    return "".join(sorted(line for line in lines if not line.startswith("kmsnb==")))


if __name__ == "__main__":
    (ROOT / "binder" / "constraints.txt").write_text(_constraints())
