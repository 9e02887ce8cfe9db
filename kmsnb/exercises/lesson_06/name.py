"""Exercise 06.a: name the fault of each ticket."""

from typing import Any

from ..model import Exercise, Mistake, NotAttempted
from .tickets import faulty

#: The words to choose from: one for each ticket, and two that fit none.
WORDS = ("resource", "account", "action", "notprincipal", "condition", "effect", "grant")
_RIGHT = {"A": "resource", "B": "account", "C": "action", "D": "notprincipal", "E": "condition"}


NOT_A_DICT = Mistake("Keep `faults` a dictionary from ticket to word.")
OTHER_WORD = Mistake(f"Choose one of these words: {', '.join(f'`{word}`' for word in WORDS)}.")
STILL_OPEN = Mistake("Correct so far. Still to name:")
WRONG = {
    "A": Mistake(
        "Ticket A: principal, actions and effect are as in section 1. Look at the one element that differs. What does "
        "it mean in a key policy?"
    ),
    "B": Mistake(
        "Ticket B: KMS says that no resource-based policy allows it, as in section 2 without the root statement. But "
        "this policy has one. Read its Principal digit by digit."
    ),
    "C": Mistake("Ticket C: which call was denied? Do you find it in the statement?"),
    "D": Mistake(
        "Ticket D: the Deny is intended, and its action and resource are right. Who is spared, and which account does "
        "Uma belong to?"
    ),
    "E": Mistake(
        "Ticket E: Uma sends the context `app` = `shop`. Is that what the statement asks for, letter by letter?"
    ),
}


def _examine(faults: Any) -> Mistake | None:
    if not isinstance(faults, dict):
        return NOT_A_DICT
    named = {ticket: faults.get(ticket, ...) for ticket in faulty}
    waiting = [ticket for ticket, word in named.items() if word is ...]
    if len(waiting) == len(named):
        raise NotAttempted
    for ticket, word in named.items():
        if word is ...:
            continue
        said = word.strip().lower().replace(" ", "") if isinstance(word, str) else word
        if said not in WORDS:
            return OTHER_WORD
        if said != _RIGHT[ticket]:
            return WRONG[ticket]
    if waiting:
        return STILL_OPEN.about(f"{', '.join(waiting)}.")
    return None


EXERCISE = Exercise(
    answer_name="faults",
    stub="""
faults = {
    "A": ...,
    "B": ...,
    "C": ...,
    "D": ...,
    "E": ...,
}
""",
    examine=_examine,
    hints=(
        "Compare each statement with the one of section 1 that has the same Sid. Which element differs?",
        "The message helps: `no resource-based policy` means the key policy, and an explicit deny needs a Deny.",
        "NotPrincipal in a Deny spares a user only if it lists both the user and the user's account.",
    ),
    solution="""
faults = {
    "A": "resource",
    "B": "account",
    "C": "action",
    "D": "notprincipal",
    "E": "condition",
}
""",
)
