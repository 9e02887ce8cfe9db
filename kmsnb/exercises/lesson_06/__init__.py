"""Lesson 06: Key policies."""

from . import context, mend, name
from .tickets import faulty, faulty_policy

__all__ = ["EXERCISES", "faulty", "faulty_policy"]

EXERCISES = {"06.a": name.EXERCISE, "06.b": mend.EXERCISE, "06.c": context.EXERCISE}
