"""Lesson 10: Envelope chains."""

from . import plan, radius, two_layers
from .questions import QUESTIONS

__all__ = ["EXERCISES", "QUESTIONS"]

EXERCISES = {
    "10.a": two_layers.EXERCISE,
    "10.b": plan.EXERCISE,
    "10.c": radius.EXERCISE,
}
