"""Lesson 11: A key's life."""

from .needs import WHO_NEEDS
from .retire import RETIRE
from .swap import SWAP

EXERCISES = {"11.a": RETIRE, "11.b": SWAP, "11.c": WHO_NEEDS}
