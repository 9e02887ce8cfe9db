"""Lesson 00: KMS in twenty minutes."""

from . import read

EXERCISES = {"00.a": read.EXERCISE}
