"""``predict``, ``quiz``, ``check`` and ``progress``: what lessons ask with."""

from typing import Any

from kmsnb import exercises

from . import tally
from .exercise_card import ExerciseCard
from .progress_card import ProgressCard
from .question_card import QuestionCard


def predict(question_id: str) -> QuestionCard:
    """Ask for a prediction: one click shows whether it holds, and why. Ids look like ``"07.limit"``."""
    return QuestionCard(question_id, exercises.question(question_id), "Predict")


def quiz(question_id: str) -> QuestionCard:
    """Ask an exam question, such as ``"07.1"``, or which common beliefs are true: ``"07.myths"``."""
    title = "Myth or fact?" if str(question_id).endswith(".myths") else "In the exam"
    return QuestionCard(question_id, exercises.question(question_id), title)


def check(exercise_id: str, answer: Any) -> ExerciseCard:
    """Judge ``answer`` and offer hints, then the reference solution. Never raises because of the answer."""
    exercise = exercises.exercise(exercise_id)
    verdict = exercise.judge(answer)
    tally.record(exercise_id, verdict.state)
    return ExerciseCard(exercise_id, exercise, verdict)


def progress(lesson: str | None = None) -> ProgressCard:
    """How far the learner is in a lesson (``"07"``), or in the whole course."""
    return ProgressCard(lesson)
