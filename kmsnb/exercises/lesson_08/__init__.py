"""Lesson 08: Data keys."""

from .pack import PACK
from .permissions import PERMISSIONS
from .unpack import UNPACK

EXERCISES = {"08.a": PACK, "08.b": UNPACK, "08.c": PERMISSIONS}
