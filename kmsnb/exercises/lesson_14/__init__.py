"""Lesson 14: Across accounts."""

from . import mend, smallest, tickets
from .mend import broken
from .smallest import BENS_KEY, OUR_KEY, night
from .tickets import messages

__all__ = ["BENS_KEY", "EXERCISES", "OUR_KEY", "broken", "messages", "night"]

EXERCISES = {"14.a": tickets.EXERCISE, "14.b": mend.EXERCISE, "14.c": smallest.EXERCISE}
