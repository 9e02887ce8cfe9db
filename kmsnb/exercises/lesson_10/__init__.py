"""Lesson 10: Envelope chains."""

from . import plan, radius, two_layers

EXERCISES = {
    "10.a": two_layers.EXERCISE,
    "10.b": plan.EXERCISE,
    "10.c": radius.EXERCISE,
}
