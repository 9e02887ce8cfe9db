"""Lesson 00: KMS in twenty minutes."""

from . import calls

EXERCISES = {"00.a": calls.EXERCISE}
