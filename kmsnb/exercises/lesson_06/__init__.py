"""Lesson 06: Key policies."""

from . import context, mend, name
from .questions import QUESTIONS
from .tickets import broken, broken_policy

__all__ = ["EXERCISES", "QUESTIONS", "broken", "broken_policy"]

EXERCISES = {"06.a": name.EXERCISE, "06.b": mend.EXERCISE, "06.c": context.EXERCISE}
