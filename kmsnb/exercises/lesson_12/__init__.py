"""Lesson 12: S3 and your key."""

from . import causes, policy, rewrite
from .attempt import attempt
from .tickets import tickets

__all__ = ["EXERCISES", "attempt", "tickets"]

EXERCISES = {"12.a": causes.EXERCISE, "12.b": policy.EXERCISE, "12.c": rewrite.EXERCISE}
