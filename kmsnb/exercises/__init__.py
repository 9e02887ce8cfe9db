"""What the lessons ask: predictions, exam questions, exercises. Text and checks; no widgets.

One package for each lesson (``lesson_07``): its questions in ``questions.toml``, and a module for each exercise.
"""

from . import progress
from .catalog import exercise, exercises_of, lessons, question, questions_of
from .model import Exercise, Mistake, NotAttempted, Option, Question, Verdict

__all__ = [
    "Exercise",
    "Mistake",
    "NotAttempted",
    "Option",
    "Question",
    "Verdict",
    "exercise",
    "exercises_of",
    "lessons",
    "progress",
    "question",
    "questions_of",
]
