"""Lesson 02: Symmetric encryption."""

from . import bits, lock, recover

EXERCISES = {"02.a": lock.EXERCISE, "02.b": recover.EXERCISE, "02.c": bits.EXERCISE}
