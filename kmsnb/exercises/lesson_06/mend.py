"""Exercise 06.b: mend the five statements. They are judged by who can then do what."""

import json
from functools import cache
from typing import Any

from ..model import Exercise, Mistake, NotAttempted
from .scene import ALL_BY_IAM, BEA, CAST, STUDENT, UMA, Try, allowed, refusal, user
from .tickets import ROOT, USERS, Statement, faulty, policy_with

#: What each ticket asks for.
_WANTED = {
    "A": (Try(UMA, "Encrypt"), Try(UMA, "Decrypt")),
    "B": (Try(BEA, "Decrypt"), Try(STUDENT, "PutKeyPolicy"), Try(STUDENT, "DisableKey")),
    "C": (Try(UMA, "GenerateDataKey"), Try(UMA, "Encrypt"), Try(UMA, "Decrypt")),
    "D": (Try(UMA, "Decrypt"), Try(UMA, "ReEncryptFrom"), Try(UMA, "Encrypt")),
    "E": (Try(UMA, "Encrypt", "app=shop"), Try(UMA, "Decrypt", "app=shop")),
}
#: The actions that decrypt.
READING = ("Decrypt", "ReEncryptFrom")
#: For each ticket, a statement that allows the most that anyone should have.
_AT_MOST: dict[str, Statement] = {
    "A": USERS,
    "B": ROOT,
    "C": USERS,
    "D": {
        "Effect": "Deny",
        "Principal": "*",
        "Action": ["kms:Decrypt", "kms:ReEncryptFrom"],
        "Resource": "*",
        "Condition": {"ArnNotEquals": {"aws:PrincipalArn": user(UMA)}},
    },
    "E": faulty["E"] | {"Condition": {"StringEquals": {"kms:EncryptionContext:app": "shop"}}},
}


NOT_A_DICT = Mistake("`mended` must be a dictionary that maps each ticket to a statement.")
NOT_A_STATEMENT = Mistake(
    "A statement is a dictionary with Effect, Principal, Action and Resource. Yours isn't, for"
)
STILL_OPEN = Mistake("Correct so far. Still to mend:")
UNCHANGED = Mistake("You haven't changed the statement of")
REFUSED = Mistake("KMS rejects this policy when `student` puts it.")
TOO_LITTLE = Mistake("Something the ticket asks for is still denied.")
TOO_MUCH = Mistake("What the ticket asks for works, but the policy allows more than that.")
NO_DENY = Mistake(
    "Without a Deny that works, other people can read too, through the root statement and an IAM policy. Keep the "
    "Deny, and make it spare only Uma."
)
RE_ENCRYPT = Mistake(
    "ReEncrypt is another way to read: it decrypts the data and encrypts it again under a key that the caller chooses. "
    "Deny `kms:ReEncryptFrom` along with `kms:Decrypt`."
)
MISSES_SOME = Mistake(
    "The Deny misses some people: they can read as soon as an IAM policy or a grant lets them. Deny it to everyone "
    "except Uma. For example, it misses"
)


def _examine(mended: Any) -> Mistake | None:
    if not isinstance(mended, dict):
        return NOT_A_DICT
    given = {ticket: mended.get(ticket, ...) for ticket in faulty}
    waiting = [ticket for ticket, statement in given.items() if statement is ...]
    if len(waiting) == len(given):
        raise NotAttempted
    for ticket, statement in given.items():
        if statement is ...:
            continue
        mistake = _fault(ticket, statement)
        if mistake:
            return mistake
    return STILL_OPEN.about(", ".join(waiting) + ".") if waiting else None


def _fault(ticket: str, given: Any) -> Mistake | None:
    statements = _statements(given)
    if not statements:
        return NOT_A_STATEMENT.about(f"ticket {ticket}.")
    if statements == [faulty[ticket]]:
        return UNCHANGED.about(f"ticket {ticket}.")
    policy = policy_with(ticket, statements)
    refused = refusal(policy)
    if refused:
        return REFUSED.about(f"Ticket {ticket}: {refused}")
    now = allowed(policy)
    missing = [each for each in _WANTED[ticket] if each not in now]
    if missing:
        return TOO_LITTLE.about(f"Ticket {ticket}: {missing[0]}.")
    if ticket == "D":
        return _fault_of_deny(policy)
    beyond = sorted(now - _at_most(ticket))
    if not beyond:
        return None
    return TOO_MUCH.about(f"Ticket {ticket}: {beyond[0].with_context() if ticket == 'E' else beyond[0]}.")


def _fault_of_deny(policy: dict[str, Any]) -> Mistake | None:
    """Ticket D must hold even if everyone in the account has an IAM policy that allows everything."""
    beyond = sorted(allowed(policy, ALL_BY_IAM) - _at_most("D", all_by_iam=True))
    if not beyond:
        return None
    more_than_reading = [each for each in beyond if each.action not in READING]
    if more_than_reading:
        return TOO_MUCH.about(f"Ticket D: {more_than_reading[0]}.")
    if all(each.action == "ReEncryptFrom" for each in beyond):
        return RE_ENCRYPT
    readers = {each.who for each in beyond}
    return NO_DENY if {BEA, STUDENT} <= readers else MISSES_SOME.about(f"{min(readers)}.")


@cache
def _at_most(ticket: str, *, all_by_iam: bool = False) -> set[Try]:
    return allowed(policy_with(ticket, [_AT_MOST[ticket]]), ALL_BY_IAM if all_by_iam else CAST)


def _statements(given: Any) -> list[Statement]:
    """One statement or several, as Python or JSON; an empty list for anything else."""
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except ValueError:
            return []
    listed = given if isinstance(given, list) else [given]
    if not all(isinstance(each, dict) and "Effect" in each for each in listed):
        return []
    try:
        json.dumps(listed)
    except (TypeError, ValueError):
        return []
    return listed


EXERCISE = Exercise(
    answer_name="mended",
    stub="""
mended = {
    "A": ...,
    "B": ...,
    "C": ...,
    "D": ...,
    "E": ...,
}
""",
    examine=_examine,
    hints=(
        'Changing one element is enough: `faulty["A"] | {"Resource": …}` replaces the Resource and keeps the rest.',
        "C: add `kms:GenerateDataKey` to the actions, and keep the others.",
        (
            'D: deny it to everyone (`"Principal": "*"`, without NotPrincipal), and a condition that spares one user, '
            "as section 5 spares Ada."
        ),
    ),
    solution="""
from kmsnb.exercises.lesson_06 import faulty

mended = {
    "A": faulty["A"] | {"Resource": "*"},
    "B": faulty["B"] | {"Principal": {"AWS": "arn:aws:iam::123456789012:root"}},
    "C": faulty["C"] | {"Action": [*faulty["C"]["Action"], "kms:GenerateDataKey"]},
    "D": {
        "Sid": "Nobody but Uma reads",
        "Effect": "Deny",
        "Principal": "*",
        "Action": ["kms:Decrypt", "kms:ReEncryptFrom"],
        "Resource": "*",
        "Condition": {"ArnNotEquals": {"aws:PrincipalArn": "arn:aws:iam::123456789012:user/Uma"}},
    },
    "E": faulty["E"] | {"Condition": {"StringEquals": {"kms:EncryptionContext:app": "shop"}}},
}
""",
)
