"""Lesson 07: Encrypt and decrypt."""

from . import causes, fits, keep

EXERCISES = {"07.a": keep.EXERCISE, "07.b": fits.EXERCISE, "07.c": causes.EXERCISE}
