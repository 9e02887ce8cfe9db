"""Binder: what the folder binder/ says, and an image built from it without Docker, with a lesson run in it."""

import json
import os
import re
import sys
import tempfile
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from kmsnb.cli import course

from . import binder_replay

BINDER = binder_replay.ROOT / "binder"
README = (binder_replay.ROOT / "README.md").read_text(encoding="utf-8")
CONSTRAINTS = (BINDER / "constraints.txt").read_text().splitlines()

needs_repo2docker = pytest.mark.skipif(
    not binder_replay.has_repo2docker(),
    reason="repo2docker is not installed: pip install jupyter-repo2docker",
)


def own_requirements() -> dict[str, SpecifierSet]:
    project = tomllib.loads((binder_replay.ROOT / "pyproject.toml").read_text())["project"]
    return {binder_replay.normalized(r.name): r.specifier for r in map(Requirement, project["dependencies"])}


def test_constraints_are_names_and_versions_in_order_and_nothing_else() -> None:
    assert CONSTRAINTS
    assert all(re.fullmatch(r"[a-z0-9-]+==[0-9][0-9a-z.+]*", line) for line in CONSTRAINTS)
    assert sorted(set(CONSTRAINTS)) == CONSTRAINTS


def test_constraints_allow_what_the_package_requires() -> None:
    own = own_requirements()
    versions = dict(line.split("==") for line in CONSTRAINTS)
    assert {name for name, version in versions.items() if name in own and version not in own[name]} == set()


@needs_repo2docker
def test_constraints_leave_alone_what_binder_has_preinstalled() -> None:
    base, own = binder_replay.preinstalled(), own_requirements()
    pinned_again = {name for line in CONSTRAINTS if (name := line.split("==")[0]) in base}
    too_old_for_us = {name for name in base if name in own and base[name] not in own[name]}
    assert pinned_again <= too_old_for_us


@needs_repo2docker
def test_binder_keeps_its_own_jupyterlab_and_ipywidgets() -> None:
    base, own = binder_replay.preinstalled(), own_requirements()
    for name in ("jupyterlab", "ipywidgets"):
        assert base[name] in own[name]


def test_the_python_of_binder_is_one_that_the_package_supports() -> None:
    project = tomllib.loads((binder_replay.ROOT / "pyproject.toml").read_text())["project"]
    assert binder_replay.binder_python() in Requirement(f"python{project['requires-python']}").specifier


@pytest.mark.skipif(os.name == "nt", reason="Windows has no executable bit")
def test_the_script_after_the_build_can_be_run() -> None:
    assert os.access(BINDER / "postBuild", os.X_OK)
    assert (BINDER / "postBuild").read_bytes().startswith(b"#!/bin/bash\n")


def test_the_badge_opens_the_copy_that_is_made_after_the_build() -> None:
    made = re.search(r"copy_course\(Path\('(.+?)'\)\)", (BINDER / "postBuild").read_text())[1]
    opened = re.findall(r"mybinder\.org/v2/\S+?urlpath=lab/tree/([^)\s]+)", README)
    assert opened
    assert set(opened) == {f"{made}/{course.lessons(course.originals())[0].name}"}


@pytest.mark.slow
@needs_repo2docker
@pytest.mark.skipif(sys.platform != "linux", reason="Binder's steps are bash on Linux")
def test_binder_image_builds_and_runs_a_lesson() -> None:
    with tempfile.TemporaryDirectory() as folder:  # half a gigabyte, which pytest's tmp_path would keep
        build_and_run_a_lesson(Path(folder))


def build_and_run_a_lesson(folder: Path) -> None:
    clone = folder / "clone"
    binder_replay.copy_tracked(clone)

    steps = binder_replay.rendered_steps(clone)
    assert any("pip install" in step and "binder/requirements.txt" in step for step in steps)
    assert any(step.endswith("binder/postBuild") for step in steps)

    python = binder_replay.find_python()
    print(f"Binder's steps run on {python}; binder/runtime.txt asks for {binder_replay.binder_python()}")
    commands = binder_replay.make_base(folder / "environment", python)
    before = binder_replay.installed(commands)
    binder_replay.replay(steps, clone, commands)

    after = binder_replay.installed(commands)
    replaced = {name for name in before if after.get(name) != before[name]}
    assert replaced <= {line.split("==")[0] for line in CONSTRAINTS}
    assert {f"{name}=={after[name]}" for name in after.keys() - before.keys() - {"kmsnb"}} <= set(CONSTRAINTS)

    lesson = the_lesson_to_run(clone / "kmsnb-course")
    assert '"output_type"' not in lesson.read_text(encoding="utf-8")
    listed = json.loads(binder_replay.replay(["jupyter kernelspec list --json"], clone, commands)[-1])
    assert "--ext=kmsnb.hints" in listed["kernelspecs"]["python3"]["spec"]["argv"]
    binder_replay.replay([f"pip check && jupyter execute --inplace '{lesson}'"], clone, commands)
    cells = json.loads(lesson.read_text())["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code" and "".join(cell["source"]).strip()]
    assert code
    assert all(cell["execution_count"] for cell in code)


def the_lesson_to_run(notebooks: Path) -> Path:
    """Lesson 07 needs all of the package; while it does not exist, the newest does."""
    lessons = sorted(notebooks.glob("[0-9][0-9]_*.ipynb"), key=lambda path: path.stat().st_mtime)
    return next((path for path in lessons if path.name.startswith("07_")), lessons[-1])
