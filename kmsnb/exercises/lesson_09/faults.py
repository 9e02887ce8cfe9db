"""Exercise 09.c: find out why an envelope does not open."""

from typing import Any

from ..model import Exercise, Mistake, NotAttempted
from .returned import NAMES

CONTEXT, CUT, CHANGED, DISABLED, KEY = (
    "another context",
    "cut short",
    "data changed",
    "KMS key disabled",
    "wrapped key of another message",
)
_TRUE = dict(zip(NAMES, (CONTEXT, CHANGED, KEY, DISABLED, CUT), strict=True))


NOT_A_DICT = Mistake("`causes` must be a dictionary from each name to the cause.")
STILL_OPEN = Mistake("So far so good. Some letters still have no cause.")
UNKNOWN = Mistake("One of the causes isn't on the list. Copy it exactly.")
CLUES = {
    "Ana": "Not Ana's. Her letter raises ContextError before KMS is called. Which context was it sealed with?",
    "Bea": "Not Bea's. Her letter raises TamperedError after KMS has decrypted its data key, so key and context are right.",
    "Cleo": "Not Cleo's. Her letter raises CommitmentError. KMS did decrypt a data key, with the right context. But was it "
    "this letter's?",
    "Dan": "Not Dan's. His letter is under another KMS key, so open it without a key id. KMS then raises DisabledException: "
    "nothing is wrong with the letter itself.",
    "Eve": "Not Eve's. Her letter raises TruncatedError. Look at its length.",
}
OF_LETTER = {name: Mistake(clue) for name, clue in CLUES.items()}


def _examine(causes: Any) -> Mistake | None:
    if not isinstance(causes, dict):
        return NOT_A_DICT
    given = {name: causes.get(name, ...) for name in NAMES}
    if all(cause is ... for cause in given.values()):
        raise NotAttempted
    known = {cause.lower() for cause in _TRUE.values()}
    told = {name: " ".join(str(cause).lower().split()) for name, cause in given.items() if cause is not ...}
    if not set(told.values()) <= known:
        return UNKNOWN
    for name, cause in told.items():
        if cause != _TRUE[name].lower():
            return OF_LETTER[name]
    return STILL_OPEN if len(told) < len(NAMES) else None


EXERCISE = Exercise(
    answer_name="causes",
    stub="""
causes = {
    "Ana": ...,
    "Bea": ...,
    "Cleo": ...,
    "Dan": ...,
    "Eve": ...,
}
""",
    examine=_examine,
    hints=(
        "Try to open each: `envelope.unseal(kms, letters[name], {'to': name})`, in a `try` that prints the error's type.",
        "An EnvelopeError says which check failed. A ClientError comes from KMS.",
        "Which errors came before a call to KMS, and which after? `lab.journal` shows the calls.",
    ),
    solution="""
causes = {
    'Ana': 'another context',
    'Bea': 'data changed',
    'Cleo': 'wrapped key of another message',
    'Dan': 'KMS key disabled',
    'Eve': 'cut short',
}
""",
)
