"""Lesson 00: one prediction, to show how they work."""

from .model import Option, Question

QUESTIONS = {
    "00.cost": Question(
        "You are about to make a KMS key and encrypt with it. What will this cost you?",
        (
            Option(
                "One dollar a month, until I delete the key.",
                "That is what AWS charges for a customer managed key, by the hour, until its deletion is scheduled. But "
                "the calls of this course never reach AWS: a mock in this very notebook answers them.",
            ),
            Option(
                "Nothing: the free tier covers one key.",
                "Nothing is right, the reason is not. On AWS the free tier holds requests, not customer managed keys. "
                "Here it is free because a mock in this notebook answers, and no call reaches AWS.",
            ),
            Option(
                "Nothing: no call leaves this notebook.",
                "A mock of KMS runs inside this notebook and answers every call. There is no account, no network "
                "and no bill.",
                right=True,
            ),
        ),
    ),
}

EXERCISES = {}
