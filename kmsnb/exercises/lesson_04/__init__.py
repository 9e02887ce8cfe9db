"""Lesson 04: KMS keys."""

from . import kinds, our_keys, switch_off

EXERCISES = {
    "04.a": switch_off.EXERCISE,
    "04.b": kinds.EXERCISE,
    "04.c": our_keys.EXERCISE,
}
