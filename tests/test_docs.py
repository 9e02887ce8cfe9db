"""README and docs/: their links lead somewhere, and their Python is Python."""

import ast
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from PIL import Image

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
LARGEST_PICTURE = 1_000_000  # bytes


def python_blocks(page: Path) -> list[str]:
    return re.findall(r"(?s)```python\n(.*?)```", page.read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", [pytest.param(page, id=page.stem) for page in PAGES])
def test_links_and_pictures_are_there(page: Path) -> None:
    for link in re.findall(r"\]\(([^)]+)\)", page.read_text(encoding="utf-8")):
        where = urlsplit(link)
        assert where.scheme == "https" or (page.parent / where.path).is_file(), link


def test_the_readme_leads_to_every_page() -> None:
    readme = PAGES[0].read_text(encoding="utf-8")
    assert [page.name for page in PAGES[1:] if f"{page.relative_to(ROOT).as_posix()})" not in readme] == []


@pytest.mark.parametrize("page", [pytest.param(page, id=page.stem) for page in PAGES if python_blocks(page)])
def test_its_python_is_python(page: Path) -> None:
    for block in python_blocks(page):
        ast.parse(block)


def test_the_mocks_example_works_as_it_is_written(tmp_path: Path) -> None:
    # in a process of its own: it replaces moto's KMS for good
    example = tmp_path / "test_example.py"
    example.write_text(python_blocks(ROOT / "docs" / "mock.md")[0])
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(example)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_picture_is_an_animation_that_loads_fast() -> None:
    path = ROOT / "docs" / "tour.gif"
    assert path.stat().st_size <= LARGEST_PICTURE
    with Image.open(path) as picture:
        assert picture.n_frames >= 4
