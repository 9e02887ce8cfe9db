"""Lesson 13: Disks, databases, secrets."""

from .deputy import STATEMENT
from .forum import TICKETS, tickets
from .move import MOVE
from .shop import Shop, asked, attempt

__all__ = ["EXERCISES", "Shop", "asked", "attempt", "tickets"]

EXERCISES = {"13.a": TICKETS, "13.b": STATEMENT, "13.c": MOVE}
