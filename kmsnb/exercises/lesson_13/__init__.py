"""Lesson 13: Disks, databases, secrets."""

from .deputy import STATEMENT
from .move import MOVE
from .shop import Shop, asked, attempt
from .tickets import TICKETS, tickets

__all__ = ["EXERCISES", "Shop", "asked", "attempt", "tickets"]

EXERCISES = {"13.a": TICKETS, "13.b": STATEMENT, "13.c": MOVE}
