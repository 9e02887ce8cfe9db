"""What a learner has answered so far: a small file next to the lessons. It can be deleted, and it is sent nowhere.

With ``KMSNB_PROGRESS=off`` in the environment nothing is read or written.
"""

import json
import os
import stat
import warnings
from dataclasses import dataclass
from pathlib import Path

from kmsnb.files import replacement

from .catalog import exercises_of, lessons, questions_of
from .model import State

FILE = "kmsnb-progress.json"
_VERSION = 1
#: In bytes; the whole course fills less than a tenth.
_LARGEST = 100_000


@dataclass(frozen=True)
class LessonProgress:
    """How far one lesson is: of ``total`` questions and exercises, ``answered`` were tried and ``right`` solved."""

    lesson: str
    total: int
    answered: int
    right: int

    def __str__(self) -> str:
        return f"Lesson {self.lesson}: {self.right} of {self.total} right, {self.answered} tried"


def record(item: str, state: State) -> None:
    """Note the outcome of an answer to a question or exercise. A right one stays right."""
    if state == "not attempted" or _off():
        return
    known = _read()
    if known.get(item) != "right":
        _write({**known, item: state})


def start_over(lesson: str) -> None:
    """Forget everything that was answered in this lesson."""
    if not _off():
        _write({item: state for item, state in _read().items() if not item.startswith(f"{lesson}.")})


def states(lesson: str) -> dict[str, str]:
    """What became of each answered item of a lesson: ``"right"`` or ``"wrong"`` by its id."""
    items = _items(lesson)
    return {item: state for item, state in _read().items() if item in items}


def stamp() -> int:
    """When the file was last written, in nanoseconds; 0 if it is not there. It tells two versions apart cheaply."""
    try:
        return 0 if _off() else _path().stat().st_mtime_ns
    except OSError:
        return 0


def of_lesson(lesson: str) -> LessonProgress:
    """The progress in one lesson; ``KeyError`` for a lesson without questions."""
    known = states(lesson)
    return LessonProgress(lesson, len(_items(lesson)), len(known), list(known.values()).count("right"))


def of_course() -> list[LessonProgress]:
    """The progress in every lesson."""
    return [of_lesson(lesson) for lesson in lessons()]


def _items(lesson: str) -> set[str]:
    return {*questions_of(lesson), *exercises_of(lesson)}


def _off() -> bool:
    return os.environ.get("KMSNB_PROGRESS", "").lower() == "off"


def _path() -> Path:
    return Path.cwd() / FILE  # a kernel runs in the folder of its notebook


def _read() -> dict[str, str]:
    """The stored answers. A file that isn't a progress file is set aside with a warning, and the lesson goes on."""
    if _off():
        return {}
    try:
        return _parse(_content(_path()))
    except FileNotFoundError:
        return {}
    except OSError as fault:
        _set_aside(fault.strerror or str(fault))
    except ValueError as fault:
        _set_aside(str(fault))
    return {}


def _content(path: Path) -> bytes:
    # O_NONBLOCK: a FIFO would keep the kernel waiting for somebody to write to it
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with open(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise ValueError("it is not a regular file")
        content = file.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        raise ValueError(f"it is larger than {_LARGEST:,} bytes")
    return content


def _parse(content: bytes) -> dict[str, str]:
    try:
        answers = json.loads(content)["answers"]
    except (ValueError, TypeError, KeyError, RecursionError):
        answers = None
    if not isinstance(answers, dict) or not all(isinstance(state, str) for state in answers.values()):
        raise ValueError("it isn't a progress file")
    return answers


def _set_aside(why: str) -> None:
    path = _path()
    aside, number = path.with_suffix(".unreadable.json"), 1
    while os.path.lexists(aside):
        number += 1
        aside = path.with_suffix(f".unreadable-{number}.json")
    try:
        path.rename(aside)
        outcome = f"It is now called {aside.name}, and your progress starts from zero."
    except OSError:
        outcome = "The lesson goes on without it."
    warnings.warn(f"kmsnb can't read {path.name}: {why}. {outcome}", stacklevel=4)


def _write(answers: dict[str, str]) -> None:
    """Replace the file whole. A folder that takes no file loses nothing."""
    content = json.dumps({"version": _VERSION, "answers": answers}, indent=1)
    try:
        with replacement(_path()) as file:
            file.write(content.encode())
    except OSError:
        pass
