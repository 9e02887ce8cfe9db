"""Exercise 06.a: name the fault of each ticket."""

from typing import Any

from ..model import Exercise, Mistake, NotAttempted
from .tickets import faulty

#: The words a learner chooses from; those of the tickets, and two that fit none.
WORDS = ("resource", "account", "action", "notprincipal", "condition", "effect", "grant")
_RIGHT = {"A": "resource", "B": "account", "C": "action", "D": "notprincipal", "E": "condition"}


NOT_A_DICT = Mistake("`faults` must stay a dictionary: a ticket, then a word.")
OTHER_WORD = Mistake(f"Use the words of the table: {', '.join(f'`{word}`' for word in WORDS)}.")
STILL_OPEN = Mistake("So far so good. Still to be named:")
WRONG = {
    "A": Mistake(
        "Ticket A: principal, actions and effect are those of section 1. Compare the one element that is not, and "
        "remember what it means in a key policy."
    ),
    "B": Mistake(
        "Ticket B: KMS says that no resource-based policy allows it, as in section 2 without the root statement. But "
        "there is one. Read its Principal digit by digit."
    ),
    "C": Mistake("Ticket C: which call was refused, and where in the statement does it stand?"),
    "D": Mistake(
        "Ticket D: the Deny is meant, and so are its action and its resource. Whom does it leave out, and to whom does "
        "ABC belong?"
    ),
    "E": Mistake(
        "Ticket E: ABC sends the context `app` = `shop`. Does the statement ask for that, letter by letter?"
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
        "Hold each statement beside the one of section 1 with the same Sid. Which element differs?",
        "The message helps: `no resource-based policy` is about the key policy alone, and an explicit deny needs a Deny.",
        "NotPrincipal in a Deny spares only those of whom *all* principals are listed: the user, and also their account.",
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
