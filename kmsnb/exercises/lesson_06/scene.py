"""The people who try out a policy, and what each of them tries. Only decisions: the learner's lab isn't touched."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from kmsnb.kms.authorization import (
    ACTIONS,
    Caller,
    Circumstances,
    KeyFacts,
    Kind,
    On,
    Request,
    decide,
    locks_out,
    malformed,
    parse_identity_policy,
    parse_key_policy,
)
from kmsnb.kms.authorization.lockout import LOCKOUT_MESSAGE
from kmsnb.kms.authorization.principals import account_of_root
from kmsnb.kms.core import identifiers
from kmsnb.kms.core.clock import ManualClock

ACCOUNT, REGION = "123456789012", "us-east-1"
ADA, UMA, BEA, STUDENT = "Ada", "Uma", "Bea", "student"
#: Another account: our own, with two digits swapped.
STRANGERS = "123456789021"


def user(name: str, account: str = ACCOUNT) -> str:
    """The ARN of an IAM user."""
    return f"arn:aws:iam::{account}:user/{name}"


def _policy(action: str) -> tuple[Any, ...]:
    statement = {"Effect": "Allow", "Action": action, "Resource": "*"}
    text = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    return (parse_identity_policy(text),)


def _user(name: str, *, account: str = ACCOUNT, action: str = "") -> Caller:
    policies = _policy(action) if action else ()
    return Caller(Kind.USER, user(name, account), account, identity_policies=policies)


class Try(NamedTuple):
    """Somebody tries an action, with an encryption context such as ``app=shop`` or without one."""

    who: str
    action: str
    context: str = ""

    def __str__(self) -> str:
        return f"{self.who}, `kms:{self.action}`{f' with `{self.context}`' if self.context else ''}"

    def with_context(self) -> str:
        """As text that says so if there is no context."""
        none = "" if self.context or not ACTIONS[self.action].has_context else " with no context"
        return f"{self}{none}"


THROUGH_EC2 = "Uma through EC2"
CAST: dict[str, Caller] = {
    ADA: _user(ADA),
    UMA: _user(UMA),
    THROUGH_EC2: _user(UMA),
    BEA: _user(BEA, action="kms:Decrypt"),
    STUDENT: _user(STUDENT, action="*"),
    "Ana": _user("Ana"),
    "Cleo, a new user": _user("Cleo"),
    "an administrator of another account": _user("Mallory", account=STRANGERS, action="*"),
}
#: The same people, with an IAM policy that allows everything: only a Deny stops them.
ALL_BY_IAM: dict[str, Caller] = {
    name: replace(caller, identity_policies=_policy("*")) for name, caller in CAST.items()
}
CONTEXTS = ("", "app=shop", "app=Shop", "app=bank", "app=shopping")
_ON_KEYS = tuple(name for name, action in ACTIONS.items() if action.on is On.KEY)


def allowed(policy: dict[str, Any], cast: dict[str, Caller] = CAST) -> set[Try]:
    """Everything that anyone in ``cast`` may do under a policy."""
    facts = KeyFacts(arn_for(policy), parse_key_policy(json.dumps(policy)))
    return {each for each in _tries() if _may(facts, cast[each.who], each)}


def arn_for(policy: dict[str, Any]) -> str:
    """The ARN of the key to judge: one of the lab's ticket keys if the policy names it, else the first of them."""
    text = json.dumps(policy)
    return next((arn for arn in _KEYS_OF_TICKETS if arn in text), _KEYS_OF_TICKETS[0])


# the lesson creates two keys before those of the tickets, and running the tickets' cell again creates five more
_KEYS_OF_TICKETS = tuple(
    f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{identifiers.key_id(ACCOUNT, REGION, 'key', ordinal)}"
    for ordinal in range(3, 43)
)


def _tries() -> Iterator[Try]:
    for who in CAST:
        for action in _ON_KEYS:
            for context in CONTEXTS if ACTIONS[action].has_context else ("",):
                yield Try(who, action, context)


def _may(facts: KeyFacts, caller: Caller, each: Try) -> bool:
    context = dict([each.context.split("=")]) if each.context else {}
    request = Request(
        caller,
        f"kms:{each.action}",
        facts,
        parameters={
            "KeyId": facts.arn,
            "SourceKeyId": facts.arn,
            "DestinationKeyId": facts.arn,
            "EncryptionContext": context,
            "SourceEncryptionContext": context,
            "DestinationEncryptionContext": context,
            "GranteePrincipal": user("Ana"),
            "Operations": ["Decrypt"],
        },
        circumstances=Circumstances(
            time=ManualClock().now(),  # when every lab starts
            region=REGION,
            source_ip="127.0.0.1",
            via_service=f"ec2.{REGION}.amazonaws.com" if each.who == THROUGH_EC2 else None,
        ),
    )
    return decide(request).allowed


def refusal(policy: dict[str, Any]) -> str | None:
    """Why PutKeyPolicy rejects this policy from ``student``; None if it accepts it."""
    text = json.dumps(policy)
    wrong = malformed(text, _exists)
    if wrong:
        return wrong
    key = KeyFacts(arn_for(policy), parse_key_policy(""))
    return LOCKOUT_MESSAGE if locks_out(CAST[STUDENT], key, parse_key_policy(text)) else None


def _exists(principal: str) -> bool:
    names = {caller.arn for caller in CAST.values()}
    return (
        principal in names or account_of_root(principal) is not None or principal.endswith(".amazonaws.com")
    )
