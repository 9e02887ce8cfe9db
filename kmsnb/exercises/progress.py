"""What a learner has answered so far: a small file beside the lessons, which may be deleted and is sent nowhere.

With ``KMSNB_PROGRESS=off`` in the environment nothing is read or written.
"""

import json
import os
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from .model import State

FILE = "kmsnb-progress.json"
_VERSION = 1


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
    """The progress in one lesson; ``KeyError`` in words for a lesson without questions."""
    known = states(lesson)
    return LessonProgress(lesson, len(_items(lesson)), len(known), list(known.values()).count("right"))


def of_course() -> list[LessonProgress]:
    """The progress in every lesson."""
    package = __name__.rpartition(".")[0]
    numbers = (f"{n:02}" for n in range(100))
    return [of_lesson(number) for number in numbers if find_spec(f"{package}.lesson_{number}")]


def _items(lesson: str) -> set[str]:
    name = f"{__name__.rpartition('.')[0]}.lesson_{lesson}"
    if not str(lesson).isdigit() or find_spec(name) is None:
        raise KeyError(
            f"There is no lesson {lesson!r} with questions. Lessons have two digits, such as '07'."
        )
    module = import_module(name)
    return {*module.QUESTIONS, *module.EXERCISES}


def _off() -> bool:
    return os.environ.get("KMSNB_PROGRESS", "").lower() == "off"


def _path() -> Path:
    return Path.cwd() / FILE  # a kernel runs in the folder of its notebook


def _read() -> dict[str, str]:
    if _off():
        return {}
    try:
        stored = json.loads(_path().read_text(encoding="utf-8"))
        return {str(item): str(state) for item, state in stored["answers"].items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}  # not ours to read: a lesson goes on without


def _write(answers: dict[str, str]) -> None:
    """Replace the file whole, and put one that cannot be read aside first. A folder that takes no file loses nothing."""
    path = _path()
    part = path.with_name(f".{FILE}.{os.getpid()}.part")
    try:
        if path.exists() and not _readable(path):
            path.replace(path.with_suffix(".unreadable.json"))
        part.write_text(json.dumps({"version": _VERSION, "answers": answers}, indent=1), encoding="utf-8")
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)


def _readable(path: Path) -> bool:
    try:
        return isinstance(json.loads(path.read_text(encoding="utf-8"))["answers"], dict)
    except (ValueError, TypeError, KeyError):
        return False
