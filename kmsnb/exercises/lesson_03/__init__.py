"""Lesson 03: Asymmetric encryption."""

from . import matrix, seal_for_all, shares
from .questions import QUESTIONS

__all__ = ["EXERCISES", "QUESTIONS"]

EXERCISES = {"03.a": matrix.EXERCISE, "03.b": shares.EXERCISE, "03.c": seal_for_all.EXERCISE}
