"""Lesson 09: Envelope encryption."""

from . import faults, own_envelope, price

EXERCISES = {
    "09.a": own_envelope.EXERCISE,
    "09.b": price.EXERCISE,
    "09.c": faults.EXERCISE,
}
