"""Lesson 05: Create a key."""

from . import create_named_key, parameters, tagged

EXERCISES = {"05.a": parameters.EXERCISE, "05.b": create_named_key.EXERCISE, "05.c": tagged.EXERCISE}
