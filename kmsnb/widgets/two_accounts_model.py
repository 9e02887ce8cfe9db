"""A key in one account and a user in another: which permissions does Decrypt take, and which of them are spare?"""

import json
from dataclasses import dataclass, field
from itertools import chain, combinations
from typing import Any, NamedTuple

from kmsnb.kms.authorization import (
    Caller,
    Circumstances,
    Decision,
    GrantFacts,
    KeyFacts,
    Kind,
    Policy,
    Request,
    access_denied,
    decide,
    parse_identity_policy,
    parse_key_policy,
)
from kmsnb.kms.core import identifiers
from kmsnb.kms.core.clock import ManualClock

OURS, THEIRS, REGION = "123456789012", "111122223333", "us-east-1"
BEN = f"arn:aws:iam::{THEIRS}:user/Ben"
_HERE = f"arn:aws:kms:{REGION}:{OURS}"
#: The first key that a learner makes in a lab has this ARN.
KEY_ARN = f"{_HERE}:key/{identifiers.key_id(OURS, REGION, 'key', 1)}"
_ALIAS = "alias/orders"
#: How Ben can name the key.
NAMES = {"alias name": _ALIAS, "alias ARN": f"{_HERE}:{_ALIAS}", "key ARN": KEY_ARN}


class Permission(NamedTuple):
    """Something that may be given: ``where`` is the account, ``label`` what it says."""

    where: str
    label: str
    narrower: str = ""


PERMISSIONS = {
    "account": Permission(OURS, f"key policy: account {THEIRS} may kms:Decrypt"),
    "user": Permission(OURS, "key policy: Ben may kms:Decrypt"),
    "wide": Permission(OURS, f"key policy: account {THEIRS} may kms:*", narrower="account"),
    "ada": Permission(OURS, "IAM policy of Ada: kms:* on this key"),
    "grant": Permission(OURS, "grant: Ben may Decrypt"),
    "ben": Permission(THEIRS, "IAM policy of Ben: kms:Decrypt on the key's ARN"),
    "alias": Permission(THEIRS, "IAM policy of Ben: kms:Decrypt on the alias's ARN"),
    "any": Permission(THEIRS, "IAM policy of Ben: kms:Decrypt on every key", narrower="ben"),
}
_IN_KEY_POLICY = {
    "account": (f"arn:aws:iam::{THEIRS}:root", "kms:Decrypt"),
    "user": (BEN, "kms:Decrypt"),
    "wide": (f"arn:aws:iam::{THEIRS}:root", "kms:*"),
}
_IN_IAM_POLICY = {"ben": KEY_ARN, "alias": NAMES["alias ARN"], "any": "*"}


class Outcome(NamedTuple):
    """What KMS answers: ``error`` is the code of its error and ``says`` its message; both are empty if Decrypt works."""

    error: str
    says: str
    key_side: bool
    caller_side: bool

    @property
    def works(self) -> bool:
        """Whether Decrypt works."""
        return not self.error


@dataclass
class TwoAccountsModel:
    """``given`` are the permissions that exist, and ``name`` says how Ben names the key (one of ``NAMES``)."""

    given: set[str] = field(default_factory=lambda: {"wide", "ada", "alias"})
    name: str = "alias name"

    def ask(self) -> Outcome:
        """Ben's Decrypt."""
        return self._ask(frozenset(self.given))

    def spare(self) -> list[str]:
        """What is given, and could be taken away alone: Decrypt would still work."""
        if not self.ask().works:
            return []
        return [each for each in PERMISSIONS if each in self.given and self._works(self.given - {each})]

    def too_wide(self) -> dict[str, str]:
        """What is given and needed, but allows more than a narrower permission that would do."""
        found = {}
        for each in sorted(self.given):
            narrower = PERMISSIONS[each].narrower
            if narrower and self._works(self.given - {each} | {narrower}):
                found[each] = narrower
        return found

    def smallest(self) -> list[set[str]]:
        """Every set of permissions that is enough and of which nothing can be taken away or narrowed."""
        sets = chain.from_iterable(combinations(PERMISSIONS, size) for size in range(1, 4))
        models = (TwoAccountsModel(set(each), self.name) for each in sets)
        return [
            model.given
            for model in models
            if model.ask().works and not model.spare() and not model.too_wide()
        ]

    def _works(self, given: set[str]) -> bool:
        return self._ask(frozenset(given)).works

    def _ask(self, given: frozenset[str]) -> Outcome:
        decision = _decide(given, NAMES[self.name])
        key_side = any(each in given for each in (*_IN_KEY_POLICY, "grant"))
        caller_side = any(each in given for each in ("ben", "any"))
        if self.name == "alias name":  # KMS looks in the account of the caller
            says = f"Alias arn:aws:kms:{REGION}:{THEIRS}:{_ALIAS} is not found."
            return Outcome("NotFoundException", says, key_side, caller_side)
        if decision.allowed:
            return Outcome("", "", key_side, caller_side)
        return Outcome("AccessDeniedException", access_denied(decision), key_side, caller_side)


def _decide(given: frozenset[str], name: str) -> Decision:
    grant = GrantFacts("of-Ada", BEN, frozenset({"Decrypt"}), OURS)
    statements = [_statement(action, Principal={"AWS": who}) for who, action in _given(_IN_KEY_POLICY, given)]
    root = _statement("kms:*", Principal={"AWS": f"arn:aws:iam::{OURS}:root"})
    key = KeyFacts(
        KEY_ARN,
        parse_key_policy(_document(root, *statements)),
        grants=[grant] if "grant" in given else [],
        aliases=(_ALIAS,),
    )
    policies = tuple(_policy(resource) for resource in _given(_IN_IAM_POLICY, given))
    ben = Caller(Kind.USER, BEN, THEIRS, identity_policies=policies)
    when = Circumstances(time=ManualClock().now(), region=REGION, source_ip="127.0.0.1")
    return decide(Request(ben, "kms:Decrypt", key, parameters={"KeyId": name}, circumstances=when))


def _given(table: dict[str, Any], given: frozenset[str]) -> list[Any]:
    return [value for name, value in table.items() if name in given]


def _policy(resource: str) -> Policy:
    return parse_identity_policy(_document(_statement("kms:Decrypt") | {"Resource": resource}), "IAM policy")


def _statement(action: str, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": "*", **more}


def _document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})
