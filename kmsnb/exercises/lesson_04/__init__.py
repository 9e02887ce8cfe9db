"""Lesson 04: KMS keys."""

from . import kinds, our_keys, switch_off
from .questions import QUESTIONS

__all__ = ["EXERCISES", "QUESTIONS"]

EXERCISES = {
    "04.a": switch_off.EXERCISE,
    "04.b": kinds.EXERCISE,
    "04.c": our_keys.EXERCISE,
}
