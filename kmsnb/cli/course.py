"""The course on disk: where its notebooks are, and a learner's own copy of them.

Lessons are always run on a copy, so that saved work never dirties a clone, breaks the tests or is lost when the
package is upgraded: an existing file is never written over. A learner's copy comes without outputs, which would
answer the predictions.
"""

import filecmp
import json
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kmsnb.exercises.progress import FILE as PROGRESS
from kmsnb.files import replacement

_LESSON = re.compile(r"(\d\d)_.+\.ipynb")


class CourseError(Exception):
    """The course cannot be found or copied; the message says what is wrong and what to do, in one sentence."""


@dataclass(frozen=True)
class Lesson:
    """One lesson: its two-digit ``number``, which is how its file ``name`` begins."""

    number: str
    name: str


@dataclass(frozen=True)
class Copied:
    """What ``copy_course`` did, by file names relative to ``target``.

    ``new`` were missing and are copied, ``kept`` were there and are untouched, ``changed`` are those of ``kept``
    whose text differs from the course's own; outputs don't count.
    """

    target: Path
    new: tuple[str, ...]
    kept: tuple[str, ...]
    changed: tuple[str, ...]


@dataclass(frozen=True)
class Reset:
    """What ``reset_lesson`` did: the ``lesson``, and the name of the ``backup`` of a lesson that was edited or run."""

    lesson: Lesson
    backup: str | None


def originals() -> Path:
    """The folder with the course's own notebooks, in a wheel or in an editable install.

    Raises ``CourseError`` when this installation has none.
    """
    package = _package()
    for folder in (package / "notebooks", package.parent / "notebooks"):
        if lessons(folder):
            return folder
    raise CourseError(
        f"The kmsnb installed at {package} has no notebooks: install it again, from a clone of the course, "
        "with: python -m pip install -e ."
    )


def lessons(folder: Path) -> tuple[Lesson, ...]:
    """The lessons in ``folder``, in order; none when it does not exist."""
    matches = (_LESSON.fullmatch(path.name) for path in folder.glob("*.ipynb"))
    return tuple(sorted((Lesson(m[1], m[0]) for m in matches if m), key=lambda lesson: lesson.name))


def find_lesson(word: str, source: Path | None = None) -> Lesson:
    """The lesson that ``word`` names: ``"7"``, ``"07"``, its file's name, with or without folder and ending.

    Raises ``CourseError`` for a lesson that ``source`` (the course's own notebooks) does not have.
    """
    known = lessons(source or originals())
    stem = Path(word).name.removesuffix(".ipynb")
    number = stem.zfill(2) if stem.isascii() and stem.isdigit() else None
    for lesson in known:
        if lesson.number == number or lesson.name == f"{stem}.ipynb":
            return lesson
    raise CourseError(
        f"There is no lesson {word!r}; the lessons are {', '.join(lesson.number for lesson in known)}."
    )


def copy_course(target: Path, source: Path | None = None, *, outputs: bool = False) -> Copied:
    """Copy the notebooks that ``target`` doesn't have yet, and the files that belong to them, from ``source``.

    ``source`` defaults to the course's own notebooks. The copies have no outputs, unless ``outputs`` is true.
    Existing files are kept as they are. Raises ``CourseError`` when ``target`` is a file, cannot be written, or
    belongs to the course's own files.
    """
    source = source or originals()
    _check_target(target, source)
    new, kept, changed = [], [], []
    for inner in _files(source):
        original, copy = source / inner, target / inner
        name = inner.as_posix()
        if not os.path.lexists(copy):
            _write(original, copy, outputs=outputs)
            new.append(name)
        else:
            kept.append(name)
            if not _same(original, copy):
                changed.append(name)
    return Copied(target, tuple(new), tuple(kept), tuple(changed))


def reset_lesson(target: Path, word: str, source: Path | None = None, *, outputs: bool = False) -> Reset:
    """Put the course's own version of one lesson into ``target``, and keep one that was edited or run as a backup.

    ``word`` names the lesson as for ``find_lesson``, ``outputs`` is as for ``copy_course``. The backup of ``07_x.ipynb`` is ``07_x.backup-1.ipynb``, or
    the next free number. Raises ``CourseError`` as ``find_lesson`` and ``copy_course`` do.
    """
    source = source or originals()
    lesson = find_lesson(word, source)
    _check_target(target, source)
    original, copy = source / lesson.name, target / lesson.name
    if not os.path.lexists(copy):
        _write(original, copy, outputs=outputs)
        return Reset(lesson, None)
    if _same(original, copy) and _was_run(copy) == (outputs and _was_run(original)):
        return Reset(lesson, None)
    backup = _free_backup(copy)
    _write(original, copy, backup, outputs=outputs)
    return Reset(lesson, backup.name)


def _package() -> Path:
    return Path(__file__).resolve().parents[1]


def _check_target(target: Path, source: Path) -> None:
    """Make ``target``, unless copying to it would be a mistake."""
    try:
        here, own = target.resolve(), source.resolve()
        # the folder around the notebooks is a clone's root, or the installed package itself
        if here == own.parent or here.is_relative_to(own) or here.is_relative_to(_package()):
            raise CourseError(
                f"{target} belongs to the course's own files: name another folder for your copy, "
                "or open the originals with: kmsnb lab --in-place"
            )
        if target.exists() and not target.is_dir():
            raise CourseError(f"{target} is a file: name a folder for your copy of the course.")
        target.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError) as fault:  # RuntimeError: a link that leads to itself, before Python 3.13
        raise _unwritable(target, fault) from fault


def _files(source: Path) -> Iterator[Path]:
    """What lessons need, relative to ``source``: no checkpoints, caches or other hidden files, and no progress."""
    for path in sorted(source.rglob("*")):
        inner = path.relative_to(source)
        hidden = any(part.startswith(".") or part == "__pycache__" for part in inner.parts)
        if path.is_file() and not hidden and path.name != PROGRESS:
            yield inner


def _write(original: Path, copy: Path, backup: Path | None = None, *, outputs: bool) -> None:
    """Copy whole or not at all: an interrupted or failed copy leaves no half of a notebook behind."""
    try:
        copy.parent.mkdir(parents=True, exist_ok=True)
        with replacement(copy) as file:
            if outputs or original.suffix != ".ipynb":
                with original.open("rb") as source:
                    shutil.copyfileobj(source, file)
            else:
                file.write(_without_outputs(original).encode())
            if backup:
                copy.rename(backup)
    except OSError as fault:
        raise _unwritable(copy, fault) from fault


def _without_outputs(path: Path) -> str:
    """The text of a notebook as it is before its first run."""
    notebook = _notebook(path)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell.update(outputs=[], execution_count=None)
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def _same(original: Path, copy: Path) -> bool:
    """Whether ``copy`` still has the course's text; a notebook that was only run has."""
    try:
        if original.suffix == ".ipynb":
            return _sources(original) == _sources(copy)
        return filecmp.cmp(original, copy, shallow=False)
    except (OSError, ValueError, LookupError, TypeError):
        return False  # a broken notebook, a dangling link, a folder, no permission to read: not the course's file


def _sources(path: Path) -> list[tuple[str, str]]:
    """The type and the text of each cell. The text may be stored as one string or as a list of lines."""
    return [(cell["cell_type"], "".join(cell["source"])) for cell in _notebook(path)["cells"]]


def _was_run(path: Path) -> bool:
    return any(cell.get("outputs") for cell in _notebook(path)["cells"])


def _notebook(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))


def _free_backup(copy: Path) -> Path:
    number = 1
    while os.path.lexists(backup := copy.with_name(f"{copy.stem}.backup-{number}{copy.suffix}")):
        number += 1
    return backup


def _unwritable(path: Path, fault: OSError | RuntimeError) -> CourseError:
    why = getattr(fault, "strerror", None) or str(fault) or type(fault).__name__
    return CourseError(
        f"Cannot write {path} ({why}): name a folder of your own, as in: kmsnb lab ~/kmsnb-course"
    )
