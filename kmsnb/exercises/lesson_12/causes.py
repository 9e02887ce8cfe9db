"""Exercise 12.a: name the cause of each ticket."""

from ..model import Exercise, Mistake
from ..tickets import Tickets
from .tickets import TICKETS

#: The words to choose from: one for each ticket, and one that fits none.
CHOICES = ("s3", "bucket", "key", "parts", "state", "context", "region", "signature")

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


_ANSWERS = Tickets(
    "causes", {letter: ticket.cause for letter, ticket in TICKETS.items()}, CHOICES, WRONG, still="name"
)
NOT_A_DICT, OTHER_WORD, STILL_OPEN = _ANSWERS.not_a_dict, _ANSWERS.other_word, _ANSWERS.still_open


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
    examine=_ANSWERS.examine,
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
