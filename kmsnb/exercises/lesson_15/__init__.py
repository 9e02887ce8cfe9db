"""Lesson 15: Sign and verify."""

from .receipts import RECEIPTS
from .tokens import TOKEN
from .webhooks import WEBHOOKS

EXERCISES = {"15.a": TOKEN, "15.b": RECEIPTS, "15.c": WEBHOOKS}
