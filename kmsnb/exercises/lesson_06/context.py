"""Exercise 06.c: a statement that lets a user encrypt and decrypt with one encryption context."""

import json
from collections.abc import Callable
from typing import Any

from ..model import Exercise, Mistake, attempted
from .scene import BEA, THROUGH_EC2, UMA, Try, allowed, refusal, user
from .tickets import ROOT

_CASES = ((UMA, "shop"), (BEA, "bank"))


NOT_A_STATEMENT = Mistake(
    "Return one statement: a dictionary with Effect, Principal, Action, Resource and Condition."
)
NO_EFFECT = Mistake(
    "KMS accepts a statement without Action or Resource, but it has no effect. Add what's missing."
)
REFUSED = Mistake("KMS rejects this statement.")
NOT_ALLOWED = Mistake("The user is denied something that should work.")
FIXED = Mistake("It doesn't depend on both arguments. Use `user_arn` and `app` in the statement.")
ANY_CONTEXT = Mistake(
    "It also allows another context, or none. Compare `kms:EncryptionContext:app` with `app`, in a Condition."
)
SOMEBODY_ELSE = Mistake("It lets someone else in too.")
OTHER_ACTION = Mistake("It allows another action too.")


def _examine(statement: Callable[[str, str], Any]) -> Mistake | None:
    given = [_read(attempted(statement(user(who), app))) for who, app in _CASES]
    if not all(isinstance(each, dict) and "Effect" in each for each in given):
        return NOT_A_STATEMENT
    if any(
        {"Action", "NotAction"}.isdisjoint(each) or {"Resource", "NotResource"}.isdisjoint(each)
        for each in given
    ):
        return NO_EFFECT
    if given[0] == given[1]:
        return FIXED
    faults = [_fault(each, who, app) for each, (who, app) in zip(given, _CASES, strict=True)]
    if faults[0] is None and faults[1] is not None and faults[1].says.startswith(NOT_ALLOWED.says):
        return FIXED
    return next(filter(None, faults), None)


def _fault(statement: dict[str, Any], who: str, app: str) -> Mistake | None:
    refused = refusal({"Version": "2012-10-17", "Statement": [ROOT, statement]})
    if refused:
        return REFUSED.about(refused)
    # without the root statement, so that no IAM policy counts
    now = allowed({"Version": "2012-10-17", "Statement": [statement]})
    wanted = {Try(who, action, f"app={app}") for action in ("Encrypt", "Decrypt")}
    if not wanted <= now:
        return NOT_ALLOWED.about(f"Still denied: {min(wanted - now)}.")
    if who == UMA:
        wanted |= {each._replace(who=THROUGH_EC2) for each in wanted}
    beyond = sorted(now - wanted)
    names = {each.who for each in wanted}
    for mistake, found in (
        (SOMEBODY_ELSE, [each for each in beyond if each.who not in names]),
        (OTHER_ACTION, [each for each in beyond if each.action not in ("Encrypt", "Decrypt")]),
        (ANY_CONTEXT, beyond),
    ):
        if found:
            return mistake.about(f"Allowed: {found[0].with_context()}.")
    return None


def _read(given: Any) -> Any:
    if isinstance(given, str):
        try:
            return json.loads(given)
        except ValueError:
            return given
    try:
        return json.loads(json.dumps(given))
    except (TypeError, ValueError):
        return None


EXERCISE = Exercise(
    answer_name="statement",
    stub="""
def statement(user_arn, app):
    return ...
""",
    examine=_examine,
    hints=(
        "Start from the third statement of section 1. Which of its five actions do you keep?",
        "You need section 5's condition key, but in an Allow. Which operator requires the two to be equal?",
        '`"Condition": {"StringEquals": {"kms:EncryptionContext:app": app}}`',
    ),
    solution="""
def statement(user_arn, app):
    return {
        "Effect": "Allow",
        "Principal": {"AWS": user_arn},
        "Action": ["kms:Encrypt", "kms:Decrypt"],
        "Resource": "*",
        "Condition": {"StringEquals": {"kms:EncryptionContext:app": app}},
    }
""",
)
