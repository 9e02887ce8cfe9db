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
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "SECURITY.md",
    *sorted((ROOT / "docs").glob("*.md")),
]
LARGEST_PICTURE = 1_000_000  # bytes


def python_blocks(page: Path) -> list[str]:
    return re.findall(r"(?s)```python\n(.*?)```", page.read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", [pytest.param(page, id=page.stem) for page in PAGES])
def test_links_and_pictures_are_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for link in re.findall(r"\]\(([^)]+)\)", text) + re.findall(r'<img src="([^"]+)"', text):
        where = urlsplit(link)
        assert where.scheme == "https" or (page.parent / where.path).is_file(), link


def test_the_readme_leads_to_every_page() -> None:
    readme = PAGES[0].read_text(encoding="utf-8")
    assert [page.name for page in PAGES[1:] if f"{page.relative_to(ROOT).as_posix()})" not in readme] == []


@pytest.mark.parametrize("page", [pytest.param(page, id=page.stem) for page in PAGES if python_blocks(page)])
def test_its_python_is_python(page: Path) -> None:
    for block in python_blocks(page):
        ast.parse(block)


def run(folder: Path, *words: str) -> None:
    """Run Python with these words, in a process of its own: what an example installs is then gone with it."""
    done = subprocess.run([sys.executable, *words], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_mocks_example_works_as_it_is_written(tmp_path: Path) -> None:
    (tmp_path / "test_example.py").write_text(python_blocks(ROOT / "docs" / "mock.md")[0])
    run(tmp_path, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_example.py")


BEFORE_THE_ENVELOPES = """
import boto3, kmsnb
from pathlib import Path

kmsnb.start()
kms = boto3.client("kms")
for name in ("invoices", "here", "there", "new"):
    kms.create_alias(AliasName=f"alias/{name}", TargetKeyId=kms.create_key()["KeyMetadata"]["KeyId"])
Path("film.mp4").write_bytes(b"film")
Path("folder/of/sealed/files").mkdir(parents=True)
"""
AFTER_THE_ENVELOPES = """
assert Path("film again.mp4").read_bytes() == b"film"
"""


def test_the_envelopes_example_works_as_it_is_written(tmp_path: Path) -> None:
    example = python_blocks(ROOT / "docs" / "envelopes.md")[0]
    run(tmp_path, "-c", BEFORE_THE_ENVELOPES + example + AFTER_THE_ENVELOPES)


def test_the_picture_is_an_animation_that_loads_fast() -> None:
    path = ROOT / "docs" / "tour.gif"
    assert path.stat().st_size <= LARGEST_PICTURE
    with Image.open(path) as picture:
        assert picture.n_frames >= 4
