"""Lesson 08: Data keys."""

from .pack import PACK
from .permissions import PERMISSIONS
from .questions import QUESTIONS
from .unpack import UNPACK

__all__ = ["EXERCISES", "QUESTIONS"]

EXERCISES = {"08.a": PACK, "08.b": UNPACK, "08.c": PERMISSIONS}
