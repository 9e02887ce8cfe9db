"""Exercise 06.a: name the fault of each ticket."""

from ..model import Exercise, Mistake
from ..tickets import Tickets

#: The words to choose from: one for each ticket, and two that fit none.
CHOICES = ("resource", "account", "action", "notprincipal", "condition", "effect", "grant")
_RIGHT = {"A": "resource", "B": "account", "C": "action", "D": "notprincipal", "E": "condition"}


WRONG = {
    "A": Mistake(
        "Ticket A: the effect, principal and actions are as in section 1. Look at the one element that differs. What "
        "does it mean in a key policy?"
    ),
    "B": Mistake(
        "Ticket B: KMS says that no resource-based policy allows it, as in section 2 without the root statement. But "
        "this policy has one. Compare its Principal with section 1's, digit by digit."
    ),
    "C": Mistake("Ticket C: which call was denied? Does the statement list it?"),
    "D": Mistake(
        "Ticket D: the Deny is intentional, and its actions and resource are right. Whom does it spare? Does that "
        "include the account that Uma belongs to?"
    ),
    "E": Mistake(
        "Ticket E: Uma sends the context `app` = `shop`. Compare that with the condition, letter by letter."
    ),
}


_ANSWERS = Tickets("faults", _RIGHT, CHOICES, WRONG, still="name")
NOT_A_DICT, OTHER_WORD, STILL_OPEN = _ANSWERS.not_a_dict, _ANSWERS.other_word, _ANSWERS.still_open


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
    examine=_ANSWERS.examine,
    hints=(
        "Compare each statement with the one of section 1 that has the same Sid. Which element differs?",
        "KMS's message helps: `no resource-based policy` is about the key policy, and an explicit deny comes from a Deny.",
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
