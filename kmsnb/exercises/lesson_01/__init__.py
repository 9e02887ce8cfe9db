"""Lesson 01: What is encryption?"""

from . import crack, kinds, seal

EXERCISES = {"01.a": kinds.EXERCISE, "01.b": crack.EXERCISE, "01.c": seal.EXERCISE}
