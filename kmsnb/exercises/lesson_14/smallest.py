"""Exercise 14.c: the smallest IAM policy that lets a night's calls through."""

from typing import Any

from kmsnb.figures import Table
from kmsnb.kms.authorization import ACTIONS, On

from ..model import Exercise, Mistake, NotAttempted
from .judging import (
    ALL,
    BEN,
    OURS,
    THEIRS,
    Statement,
    caller,
    key_arn,
    may_use,
    may_without_key,
    statements_of,
)

OUR_KEY, BENS_KEY = key_arn(OURS), key_arn(THEIRS)
_NAMES = {OUR_KEY: "our key", BENS_KEY: "Ben's key", key_arn(THEIRS, 2): "another key of Ben's account"}
_ON_KEYS = [name for name, action in ACTIONS.items() if action.on is On.KEY and name != "RetireGrant"]
_ON_NONE = [name for name, action in ACTIONS.items() if action.on not in (On.KEY, On.ALIAS)]

_WANTED = {
    ("ListAliases", ""),
    ("GenerateDataKey", OUR_KEY),
    ("Decrypt", OUR_KEY),
    ("ReEncryptFrom", OUR_KEY),
    ("ReEncryptTo", BENS_KEY),
    ("DescribeKey", BENS_KEY),
}

NOT_A_POLICY = Mistake(
    "Make `policy` a policy document, a dictionary with Version and Statement, or a list of statements."
)
PRINCIPAL = Mistake("An IAM policy names no Principal: it's attached to one. Leave that out.")
RE_ENCRYPT = Mistake(
    "`kms:ReEncrypt` isn't an action. The call needs `kms:ReEncryptFrom` on the key of the ciphertext, and "
    "`kms:ReEncryptTo` on the new one."
)
NO_KEY = Mistake("`kms:ListAliases` isn't about one key, so its Resource must be `*`.")
TOO_LITTLE = Mistake("One of the calls is still denied.")
TOO_MUCH = Mistake("All calls pass, but the policy allows more:")


def night() -> Table:
    """The KMS calls that Ben's job made in one night, as a journal shows them."""
    rows = (
        ("ListAliases", "–"),
        ("DescribeKey", BENS_KEY),
        ("GenerateDataKey", OUR_KEY),
        ("Decrypt", OUR_KEY),
        ("ReEncrypt", f"from {OUR_KEY}\nto {BENS_KEY}"),
    )
    return Table("Ben's job, last night", ("Operation", "Key"), rows)


def _examine(policy: Any) -> Mistake | None:
    statements = statements_of(policy)
    if statements == [] and isinstance(policy, dict) and policy.get("Statement") in (..., [...]):
        raise NotAttempted
    if not statements:
        return NOT_A_POLICY
    if any("Principal" in each or "NotPrincipal" in each for each in statements):
        return PRINCIPAL
    allowed = _allowed(statements)
    for action, key in sorted(_WANTED - allowed):
        if action == "ListAliases" and _names(statements, "kms:listaliases"):
            return NO_KEY
        if action.startswith("ReEncrypt") and _names(statements, "kms:reencrypt"):
            return RE_ENCRYPT
        return TOO_LITTLE.about(f"It's {_told(action, key)}.")
    beyond = sorted(allowed - _WANTED)
    return TOO_MUCH.about(f"{_told(*beyond[0])}, for example.") if beyond else None


def _names(statements: list[Statement], action: str) -> bool:
    actions = [each.get("Action", []) for each in statements]
    listed = [name for each in actions for name in (each if isinstance(each, list) else [each])]
    return any(isinstance(name, str) and name.lower() == action for name in listed)


def _told(action: str, key: str) -> str:
    return f"`kms:{action}`{f' on {_NAMES[key]}' if key else ''}"


def _allowed(statements: list[Statement]) -> set[tuple[str, str]]:
    """What the policy lets Ben do with keys whose policies are open to him."""
    ben = caller(BEN, statements)
    open_to_ben = [ALL | {"Principal": {"AWS": f"arn:aws:iam::{THEIRS}:root"}, "Action": "kms:*"}]
    on_keys = {
        (action, key) for action in _ON_KEYS for key in _NAMES if may_use(key, open_to_ben, ben, action)
    }
    return on_keys | {(action, "") for action in _ON_NONE if may_without_key(ben, action)}


EXERCISE = Exercise(
    answer_name="policy",
    stub="""
policy = {
    "Version": "2012-10-17",
    "Statement": [...],
}
""",
    examine=_examine,
    hints=(
        "Sort the calls by Resource: none in particular, our key, Ben's key. That's three statements.",
        "ReEncrypt reads with one key and writes with the other: two actions, in two statements.",
        "`ListAliases` isn't about a key: its Resource is `*`.",
    ),
    solution="""
from kmsnb.exercises.lesson_14 import BENS_KEY, OUR_KEY

reads = ["kms:GenerateDataKey", "kms:Decrypt", "kms:ReEncryptFrom"]
writes = ["kms:DescribeKey", "kms:ReEncryptTo"]
policy = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": "kms:ListAliases", "Resource": "*"},
        {"Effect": "Allow", "Action": reads, "Resource": OUR_KEY},
        {"Effect": "Allow", "Action": writes, "Resource": BENS_KEY},
    ],
}
""",
)
