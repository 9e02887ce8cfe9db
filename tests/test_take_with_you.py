"""Each lesson's "Take it with you" cell runs alone: in a fresh Python without kmsnb, against ``kmsnb serve``."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from . import author

TAG = "take-with-you"
LONGEST = 25  # lines
LESSONS = [path for path in author.lessons() if path.name[:2] >= "02"]
# stands in for a computer on which the course is not installed
WITHOUT_KMSNB = "import sys; sys.modules['kmsnb'] = None; exec(compile(sys.stdin.read(), 'cell', 'exec'))"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    command = [sys.executable, "-u", "-m", "kmsnb", "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        said = ""
        while "Stop it" not in said:
            line = server.stdout.readline()
            assert line, said
            said += line
        yield re.search(r"http://127\.0\.0\.1:\d+", said)[0]  # type: ignore[index]
        server.terminate()


def cells(path: Path) -> list[NotebookNode]:
    notebook = nbformat.read(path, as_version=4)
    return [cell for cell in author.code_cells(notebook) if TAG in cell.metadata.get("tags", [])]


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.name[:2])
def test_the_cell_runs_alone_and_prints_what_the_lesson_shows(
    path: Path, address: str, tmp_path: Path
) -> None:
    (cell,) = cells(path)
    assert len([line for line in cell.source.splitlines() if line.strip()]) <= LONGEST
    dummies = {"AWS_ENDPOINT_URL": address, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_KMSNB],
        check=False,
        input=cell.source,
        capture_output=True,
        text=True,
        timeout=120,
        cwd=tmp_path,
        env=clean | dummies | {"HOME": str(tmp_path)},
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "".join(output.text for output in cell.outputs if output.output_type == "stream")
