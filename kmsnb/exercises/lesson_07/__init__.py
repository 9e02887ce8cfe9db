"""Lesson 07: Encrypt and decrypt."""

from . import causes, fits, keep
from .questions import QUESTIONS

__all__ = ["EXERCISES", "QUESTIONS"]

EXERCISES = {"07.a": keep.EXERCISE, "07.b": fits.EXERCISE, "07.c": causes.EXERCISE}
