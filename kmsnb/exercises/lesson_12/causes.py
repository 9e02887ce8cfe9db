"""Exercise 12.a: name the cause of each ticket."""

from typing import Any

from ..model import Exercise, Mistake, NotAttempted
from .tickets import TICKETS

#: The words to choose from: one for each ticket, and one that fits none.
CHOICES = ("s3", "bucket", "key", "parts", "state", "context", "region", "signature")

NOT_A_DICT = Mistake("`causes` must be a dictionary that maps each ticket to a word.")
OTHER_WORD = Mistake(f"Choose one of these words: {', '.join(f'`{word}`' for word in CHOICES)}.")
STILL_OPEN = Mistake("Correct so far. Still to name:")
WRONG = {
    "A": Mistake(
        "Ticket A: which action does the message name? Does it begin with `s3:` or with `kms:`? Nothing else is special here."
    ),
    "B": Mistake(
        "Ticket B: the small letters work, so Uma can write. Which step of the upload was refused, and what does it take?"
    ),
    "C": Mistake("Ticket C: read the action in the message. Was KMS asked at all?"),
    "D": Mistake(
        "Ticket D: the code isn't AccessDenied. Whose error is it, and what does it say about the key?"
    ),
    "E": Mistake("Ticket E: *explicit deny* in which policy? And is the action one of S3 or of KMS?"),
    "F": Mistake(
        "Ticket F: the message is as in ticket A, but older letters open. What did yesterday's change put into the "
        "encryption context?"
    ),
    "G": Mistake("Ticket G: compare the bucket with the key's ARN."),
}


def _examine(causes: Any) -> Mistake | None:
    if not isinstance(causes, dict):
        return NOT_A_DICT
    named = {letter: causes.get(letter, ...) for letter in TICKETS}
    waiting = [letter for letter, word in named.items() if word is ...]
    if len(waiting) == len(named):
        raise NotAttempted
    for letter, word in named.items():
        if word is ...:
            continue
        said = word.strip().lower() if isinstance(word, str) else word
        if said not in CHOICES:
            return OTHER_WORD
        if said != TICKETS[letter].cause:
            return WRONG[letter]
    return STILL_OPEN.about(f"{', '.join(waiting)}.") if waiting else None


EXERCISE = Exercise(
    answer_name="causes",
    stub="""
causes = {
    "A": ...,
    "B": ...,
    "C": ...,
    "D": ...,
    "E": ...,
    "F": ...,
    "G": ...,
}
""",
    examine=_examine,
    hints=(
        "First look at the action: `s3:` sends you to IAM and the bucket policy, `kms:` to the key.",
        "A, B and F have the same action in their messages. What is known about each tells them apart.",
        "F: with a Bucket Key, the encryption context is the bucket's ARN, without `/june`.",
    ),
    solution="""
causes = {
    "A": "key",
    "B": "parts",
    "C": "s3",
    "D": "state",
    "E": "bucket",
    "F": "context",
    "G": "region",
}
""",
)
