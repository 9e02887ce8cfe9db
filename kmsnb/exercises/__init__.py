"""What the lessons ask: predictions, exam questions, exercises. Texts and checks; no widgets.

One package a lesson (``lesson_07``), each with its ``QUESTIONS`` and ``EXERCISES`` by their ids (``"07.limit"``).
"""

from importlib import import_module
from importlib.util import find_spec

from . import progress
from .model import Exercise, Mistake, NotAttempted, Option, Question, Verdict

__all__ = [
    "Exercise",
    "Mistake",
    "NotAttempted",
    "Option",
    "Question",
    "Verdict",
    "exercise",
    "progress",
    "question",
]


def question(question_id: str) -> Question:
    """The prediction or exam question of this id, such as ``"07.limit"``; ``KeyError`` in words if there is none."""
    return _find(question_id, "QUESTIONS", "question")


def exercise(exercise_id: str) -> Exercise:
    """The exercise of this id, such as ``"07.a"``; ``KeyError`` in words if there is none."""
    return _find(exercise_id, "EXERCISES", "exercise")


class _Unknown(KeyError):
    __str__ = Exception.__str__  # KeyError would show the sentence in quotes


def _find(wanted: str, table: str, kind: str):
    lesson = str(wanted).partition(".")[0]
    name = f"{__name__}.lesson_{lesson}"
    if not lesson.isdigit() or find_spec(name) is None:
        raise _Unknown(f"No lesson has a {kind} {wanted!r}. An id looks like '07.a': lesson, dot, name.")
    entries = getattr(import_module(name), table)
    if wanted not in entries:
        raise _Unknown(f"Lesson {lesson} has no {kind} {wanted!r}; it has {', '.join(sorted(entries))}.")
    return entries[wanted]
