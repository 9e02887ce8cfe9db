"""Lesson 06: Key policies."""

from . import context, mend, name
from .tickets import broken, broken_policy

__all__ = ["EXERCISES", "broken", "broken_policy"]

EXERCISES = {"06.a": name.EXERCISE, "06.b": mend.EXERCISE, "06.c": context.EXERCISE}
