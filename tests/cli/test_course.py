"""The copy of the course that a learner works in."""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

import pytest

from kmsnb.cli import course

WELCOME, LIMIT = "00_start_here.ipynb", "07_encrypt_and_decrypt.ipynb"


def notebook(
    text: str, outputs: Sequence[str] = ("42",), metadata: Mapping[str, object] = MappingProxyType({})
) -> str:
    """The JSON of a notebook: some prose and a code cell that was run if it has ``outputs``."""
    code = {
        "cell_type": "code",
        "execution_count": 1 if outputs else None,
        "id": "limit",
        "metadata": {"tags": ["claim-7"]},
        "outputs": [{"name": "stdout", "output_type": "stream", "text": [each]} for each in outputs],
        "source": [f"# {text}\n", "print('ключ')"],
    }
    prose = {"cell_type": "markdown", "id": "title", "metadata": {}, "source": ["# A lesson"]}
    return json.dumps(
        {"cells": [prose, code], "metadata": dict(metadata), "nbformat": 4, "nbformat_minor": 5}
    )


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A small course: two lessons and a file that one of them reads, among what a work tree has lying around."""
    folder = tmp_path / "clone" / "notebooks"
    for name in (
        WELCOME,
        LIMIT,
        "data/letter.txt",
        ".ipynb_checkpoints/x.ipynb",
        "data/__pycache__/x.pyc",
        "kmsnb-progress.json",
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        text = notebook(f"original {name}") if name.endswith(".ipynb") else f"original {name}"
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "my course"


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_an_installation_knows_its_lessons() -> None:
    folder = course.originals()
    assert course.lessons(folder)[0] == course.Lesson("00", WELCOME)


def test_lessons_are_the_notebooks_that_begin_with_a_number(source: Path) -> None:
    (source / "scratch.ipynb").touch()
    (source / "7_short.ipynb").touch()
    assert course.lessons(source) == (course.Lesson("00", WELCOME), course.Lesson("07", LIMIT))


def test_a_folder_that_is_not_there_has_no_lessons(tmp_path: Path) -> None:
    assert course.lessons(tmp_path / "nowhere") == ()


@pytest.mark.parametrize("word", ["7", "07", LIMIT, "07_encrypt_and_decrypt", f"somewhere/{LIMIT}"])
def test_a_lesson_answers_to_its_number_and_its_name(source: Path, word: str) -> None:
    assert course.find_lesson(word, source).name == LIMIT


@pytest.mark.parametrize("word", ["8", "", "007", "07_", "encrypt", "٧", "-1"])
def test_an_unknown_lesson_is_refused_with_those_that_exist(source: Path, word: str) -> None:
    with pytest.raises(course.CourseError, match="00, 07"):
        course.find_lesson(word, source)


def test_a_copy_has_the_lessons_and_what_they_need(source: Path, target: Path) -> None:
    copied = course.copy_course(target, source)
    assert files(target) == set(copied.new) == {WELCOME, LIMIT, "data/letter.txt"}
    assert (target / "data/letter.txt").read_bytes() == (source / "data/letter.txt").read_bytes()
    assert copied.kept == copied.changed == ()


def test_a_learners_copy_answers_no_prediction(source: Path, target: Path) -> None:
    course.copy_course(target, source)
    copy = json.loads((target / LIMIT).read_text(encoding="utf-8"))
    assert copy == json.loads(notebook(f"original {LIMIT}", outputs=()))
    assert "ключ" in (target / LIMIT).read_text(encoding="utf-8")


def test_every_lesson_of_the_course_comes_without_outputs_and_is_otherwise_the_same(target: Path) -> None:
    course.copy_course(target)
    for lesson in course.lessons(course.originals()):
        original = json.loads((course.originals() / lesson.name).read_text(encoding="utf-8"))
        copy = json.loads((target / lesson.name).read_text(encoding="utf-8"))
        assert any(cell.get("outputs") for cell in original["cells"])
        for cell in original["cells"]:
            if cell["cell_type"] == "code":
                cell |= {"outputs": [], "execution_count": None}
        assert copy == original


def test_a_teachers_copy_keeps_the_outputs(source: Path, target: Path) -> None:
    course.copy_course(target, source, outputs=True)
    assert (target / LIMIT).read_bytes() == (source / LIMIT).read_bytes()


@pytest.mark.parametrize("outputs", [(), ("42",), ("43", "44")])
def test_a_lesson_that_was_only_run_is_not_changed(
    source: Path, target: Path, outputs: Sequence[str]
) -> None:
    course.copy_course(target, source)
    saved = notebook(f"original {LIMIT}", outputs, {"language_info": {"name": "python", "version": "3.13"}})
    (target / LIMIT).write_text(saved, encoding="utf-8")
    assert course.copy_course(target, source).changed == ()


def test_text_stored_as_one_string_is_the_same_text(source: Path, target: Path) -> None:
    course.copy_course(target, source)
    saved = json.loads((target / LIMIT).read_text(encoding="utf-8"))
    for cell in saved["cells"]:
        cell["source"] = "".join(cell["source"])
    (target / LIMIT).write_text(json.dumps(saved))
    assert course.copy_course(target, source).changed == ()


@pytest.mark.parametrize(
    "saved",
    ["", "{", "[]", "null", '{"cells": 7}', '{"cells": [{}]}', '{"cells": [7]}', notebook("mine"), "\udcff"],
)
def test_other_text_or_a_broken_file_is_changed(source: Path, target: Path, saved: str) -> None:
    course.copy_course(target, source)
    (target / LIMIT).write_text(saved, encoding="utf-8", errors="surrogateescape")
    assert course.copy_course(target, source).changed == (LIMIT,)
    assert course.reset_lesson(target, "07", source).backup


def test_a_second_copy_touches_nothing(source: Path, target: Path) -> None:
    course.copy_course(target, source)
    (target / LIMIT).write_text("my run")
    (target / "notes.txt").write_text("mine")

    again = course.copy_course(target, source)

    assert again.new == ()
    assert again.kept == (WELCOME, LIMIT, "data/letter.txt")
    assert again.changed == (LIMIT,)
    assert (target / LIMIT).read_text() == "my run"
    assert (target / "notes.txt").read_text() == "mine"


def test_a_copy_adds_what_is_missing(source: Path, target: Path) -> None:
    course.copy_course(target, source)
    (target / WELCOME).unlink()
    assert course.copy_course(target, source).new == (WELCOME,)


def test_a_copy_can_be_written_although_the_original_cannot(source: Path, target: Path) -> None:
    (source / LIMIT).chmod(0o444)
    course.copy_course(target, source)
    (target / LIMIT).write_text("my run")
    assert os.access(target / LIMIT, os.W_OK)
    assert (target / LIMIT).stat().st_mode & 0o200


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
def test_a_link_that_leads_nowhere_is_the_learners_too(source: Path, target: Path) -> None:
    target.mkdir()
    (target / LIMIT).symlink_to(target / "a disk that is not mounted")
    assert LIMIT in course.copy_course(target, source).changed
    assert (target / LIMIT).is_symlink()


def test_an_interrupted_copy_leaves_no_half_of_a_file(
    source: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def copy_half(original: BinaryIO, copy: BinaryIO) -> None:
        copy.write(b"orig")
        raise KeyboardInterrupt

    monkeypatch.setattr(course.shutil, "copyfileobj", copy_half)
    with pytest.raises(KeyboardInterrupt):
        course.copy_course(target, source, outputs=True)
    assert files(target) == set()


def test_a_full_disk_is_a_sentence_and_keeps_the_learners_file(
    source: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(original: BinaryIO, copy: BinaryIO) -> None:
        copy.write(b"orig")
        raise OSError(28, "No space left on device")

    target.mkdir()
    (target / LIMIT).write_text("my run")
    monkeypatch.setattr(course.shutil, "copyfileobj", fail)
    with pytest.raises(course.CourseError, match="No space left on device"):
        course.reset_lesson(target, "07", source, outputs=True)
    assert files(target) == {LIMIT}
    assert (target / LIMIT).read_text() == "my run"


def test_a_planted_link_is_not_followed(source: Path, target: Path, tmp_path: Path) -> None:
    target.mkdir()
    (tmp_path / "precious").write_text("mine")
    for name in (WELCOME, LIMIT):
        (target / f".{name}.{os.getpid()}.part").symlink_to(tmp_path / "precious")
    course.copy_course(target, source)
    assert (tmp_path / "precious").read_text() == "mine"
    assert not (target / LIMIT).is_symlink()


def test_a_copy_has_the_permissions_of_any_new_file(source: Path, target: Path, tmp_path: Path) -> None:
    (tmp_path / "new").touch()
    course.copy_course(target, source)
    assert (target / LIMIT).stat().st_mode == (tmp_path / "new").stat().st_mode


def test_a_file_is_no_folder_for_a_copy(source: Path, tmp_path: Path) -> None:
    (tmp_path / "a file").write_text("mine")
    for target in (tmp_path / "a file", tmp_path / "a file" / "within"):
        with pytest.raises(course.CourseError, match="a file"):
            course.copy_course(target, source)
    assert (tmp_path / "a file").read_text() == "mine"


def test_a_file_where_the_course_has_a_folder_is_a_sentence(source: Path, target: Path) -> None:
    target.mkdir()
    (target / "data").write_text("mine")
    with pytest.raises(course.CourseError, match=r"Cannot write .*letter\.txt"):
        course.copy_course(target, source)


def test_a_name_that_no_folder_can_have_is_a_sentence(source: Path, tmp_path: Path) -> None:
    with pytest.raises(course.CourseError, match="Cannot write"):
        course.copy_course(tmp_path / ("x" * 300), source)


@pytest.mark.skipif(sys.platform != "linux", reason="needs a file system on which nobody may make a folder")
def test_a_folder_that_cannot_be_made_is_a_sentence(source: Path) -> None:
    with pytest.raises(course.CourseError, match=r"Cannot write /proc/kmsnb-course \(.+\): name a folder"):
        course.copy_course(Path("/proc/kmsnb-course"), source)


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="the administrator may write everywhere"
)
def test_a_folder_that_is_closed_is_a_sentence(source: Path, tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    with pytest.raises(course.CourseError, match="Permission denied"):
        course.copy_course(closed, source)


def test_the_courses_own_folders_are_refused(source: Path, tmp_path: Path) -> None:
    before = files(source.parent)
    for target in (source, source / "data", source / "new", source.parent, source / ".." / "notebooks"):
        with pytest.raises(course.CourseError, match="--in-place"):
            course.copy_course(target, source)
        with pytest.raises(course.CourseError, match="--in-place"):
            course.reset_lesson(target, "07", source)
    assert files(source.parent) == before


@pytest.mark.parametrize("inner", [".", "notebooks", "cli", "new/course"])
def test_folders_inside_the_package_are_refused(
    source: Path, tmp_path: Path, inner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = source.parent / "kmsnb"
    monkeypatch.setattr(course, "__file__", str(package / "cli" / "course.py"))
    (package / "cli").mkdir(parents=True)
    (tmp_path / "link").symlink_to(package)
    for target in (package / inner, tmp_path / "link" / inner):
        with pytest.raises(course.CourseError, match="belongs to the course's own files"):
            course.copy_course(target, source)
        with pytest.raises(course.CourseError, match="belongs to the course's own files"):
            course.reset_lesson(target, "07", source)
    assert files(package) == set()


def test_a_link_to_itself_is_a_sentence(source: Path, tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(course.CourseError, match="Cannot write"):
        course.copy_course(tmp_path / "loop", source)


def test_a_copy_may_lie_in_the_clone(source: Path) -> None:
    target = source.parent / "kmsnb-course"
    assert course.copy_course(target, source).new


def test_a_reset_keeps_the_learners_lesson_as_a_backup(source: Path, target: Path) -> None:
    course.copy_course(target, source)
    (target / LIMIT).write_text("my first run")
    assert course.reset_lesson(target, "7", source).backup == "07_encrypt_and_decrypt.backup-1.ipynb"
    (target / LIMIT).write_text("my second run")
    assert course.reset_lesson(target, LIMIT, source).backup == "07_encrypt_and_decrypt.backup-2.ipynb"

    assert json.loads((target / LIMIT).read_text(encoding="utf-8")) == json.loads(
        notebook(f"original {LIMIT}", outputs=())
    )
    assert (target / "07_encrypt_and_decrypt.backup-1.ipynb").read_text() == "my first run"
    assert (target / "07_encrypt_and_decrypt.backup-2.ipynb").read_text() == "my second run"
    assert course.copy_course(target, source).changed == ()


def test_a_reset_of_an_untouched_lesson_makes_no_backup(source: Path, target: Path) -> None:
    course.copy_course(target, source)
    before = files(target)
    assert course.reset_lesson(target, "07", source).backup is None
    assert files(target) == before


def test_a_reset_of_a_lesson_that_was_run_clears_it_and_keeps_the_run(source: Path, target: Path) -> None:
    course.copy_course(target, source, outputs=True)
    ran = (target / LIMIT).read_bytes()
    backup = course.reset_lesson(target, "07", source).backup
    assert (target / backup).read_bytes() == ran
    assert not any(cell.get("outputs") for cell in json.loads((target / LIMIT).read_text("utf-8"))["cells"])


def test_a_teachers_reset_brings_the_outputs(source: Path, target: Path) -> None:
    course.copy_course(target, source)
    assert course.reset_lesson(target, "07", source, outputs=True).backup
    assert (target / LIMIT).read_bytes() == (source / LIMIT).read_bytes()
    assert course.reset_lesson(target, "07", source, outputs=True).backup is None


def test_a_reset_brings_a_deleted_lesson_back(source: Path, target: Path) -> None:
    assert course.reset_lesson(target, "07", source) == course.Reset(course.Lesson("07", LIMIT), None)
    assert files(target) == {LIMIT}


def test_a_reset_of_an_unknown_lesson_changes_nothing(source: Path, target: Path) -> None:
    with pytest.raises(course.CourseError, match="99"):
        course.reset_lesson(target, "99", source)
    assert not target.exists()
