"""Lesson 03: Asymmetric encryption."""

from . import matrix, seal_for_all, shares

EXERCISES = {"03.a": matrix.EXERCISE, "03.b": shares.EXERCISE, "03.c": seal_for_all.EXERCISE}
