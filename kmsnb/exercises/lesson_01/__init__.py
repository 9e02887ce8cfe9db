"""Lesson 01: What is encryption?"""

from . import crack, kinds, seal
from .questions import QUESTIONS

__all__ = ["EXERCISES", "QUESTIONS"]

EXERCISES = {"01.a": kinds.EXERCISE, "01.b": crack.EXERCISE, "01.c": seal.EXERCISE}
