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


NOT_A_DICT = Mistake("`causes` must stay a dictionary: a name, then the cause.")
STILL_OPEN = Mistake("So far so good. There are letters left without a cause.")
UNKNOWN = Mistake("One of the causes is not on the list. Write it as it stands there.")
CLUES = {
    "Ana": "Not Ana's. Her letter is refused with ContextError, before KMS is asked: what was it sealed with?",
    "Bea": "Not Bea's. Her letter is refused with TamperedError, after KMS has unwrapped its data key: so key and context "
    "are right.",
    "Cleo": "Not Cleo's. Her letter is refused with CommitmentError: KMS did unwrap a data key, under the right context. "
    "But was it the one of this letter?",
    "Dan": "Not Dan's. His letter is under a KMS key of its own, so name none when you open it. Then KMS itself refuses, with "
    "DisabledException: the letter has no fault at all.",
    "Eve": "Not Eve's. Her letter is refused with TruncatedError. Look at its length.",
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
        "An EnvelopeError says which check failed. A ClientError is KMS's own answer.",
        "Which error came before KMS was asked, and which after? `lab.journal` shows the calls to KMS.",
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
