"""Find a lesson's questions and exercises, by lesson or by id."""

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from importlib.resources import files
from typing import TypeVar

from . import questions
from .model import Exercise, Question

_PACKAGE = __name__.rpartition(".")[0]
_Item = TypeVar("_Item")


class _Unknown(KeyError):
    __str__ = Exception.__str__  # KeyError would show the sentence in quotes


@cache
def lessons() -> tuple[str, ...]:
    """The two-digit numbers of the lessons that ask anything, in order."""
    folders = (entry.name for entry in files(_PACKAGE).iterdir())
    return tuple(sorted(name.removeprefix("lesson_") for name in folders if name.startswith("lesson_")))


@cache
def questions_of(lesson: str) -> Mapping[str, Question]:
    """The predictions and exam questions of a lesson ("07"), by id; ``KeyError`` for a lesson without any."""
    return questions.read(files(_PACKAGE) / _folder(lesson) / "questions.toml", lesson)


def exercises_of(lesson: str) -> Mapping[str, Exercise]:
    """The exercises of a lesson ("07"), by id; ``KeyError`` for a lesson without any."""
    return import_module(f"{_PACKAGE}.{_folder(lesson)}").EXERCISES


def question(question_id: str) -> Question:
    """The prediction or exam question with this id, such as ``"07.limit"``; ``KeyError`` if there is none."""
    return _find(question_id, "question", questions_of)


def exercise(exercise_id: str) -> Exercise:
    """The exercise with this id, such as ``"07.a"``; ``KeyError`` if there is none."""
    return _find(exercise_id, "exercise", exercises_of)


def _folder(lesson: str) -> str:
    if lesson not in lessons():
        raise _Unknown(
            f"There is no lesson {lesson!r} with questions. Lessons have two digits, such as '07'."
        )
    return f"lesson_{lesson}"


def _find(wanted: str, kind: str, items_of: Callable[[str], Mapping[str, _Item]]) -> _Item:
    lesson = str(wanted).partition(".")[0]
    if lesson not in lessons():
        raise _Unknown(f"No lesson has the {kind} {wanted!r}. An id looks like '07.a': lesson, dot, name.")
    items = items_of(lesson)
    if wanted not in items:
        raise _Unknown(f"Lesson {lesson} has no {kind} {wanted!r}; it has {', '.join(sorted(items))}.")
    return items[wanted]
