"""Exercise 12.b: the smallest policy that lets a given journal pass."""

import json
from collections.abc import Iterator
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
    malformed,
    parse_key_policy,
)
from kmsnb.kms.core.clock import ManualClock

from ..model import Exercise, Mistake, NotAttempted

ACCOUNT, REGION, BUCKET = "123456789012", "us-east-1", "arn:aws:s3:::ledger"
ROBIN = f"arn:aws:iam::{ACCOUNT}:user/Robin"
_KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
_S3 = f"s3.{REGION}.amazonaws.com"
_PEOPLE = (ROBIN, f"arn:aws:iam::{ACCOUNT}:user/Uma", f"arn:aws:iam::{ACCOUNT}:user/student")
_OTHERS_SERVICE = f"secretsmanager.{REGION}.amazonaws.com"

NOT_STATEMENTS = Mistake(
    "`statements` must be a list of statements, each a dictionary with Effect, Principal, Action and Resource."
)
REFUSED = Mistake("KMS rejects a key policy with these statements.")
TOO_LITTLE = Mistake("A request of the journal is denied.")
TOMORROW = Mistake(
    "It lets last night pass, but not the next one: tomorrow's objects have other names. Allow the folder, with StringLike and a `*`."
)
SOMEBODY_ELSE = Mistake("It lets someone other than Robin in, too.")
DIRECTLY = Mistake(
    "Robin can use the key without S3. In the journal S3 always asks; require it with `kms:ViaService`."
)
OTHER_ACTION = Mistake("It allows an operation that isn't in the journal.")
OTHER_PLACE = Mistake(
    "It works, but covers other objects too. Compare `kms:EncryptionContext:aws:s3:arn` with the folder's ARN."
)
CROSSED = Mistake(
    "The job only reads in one folder and only writes in the other. Your policy allows both operations in a folder: "
    "make it a statement for each."
)


class Question(NamedTuple):
    """What somebody asks of KMS, and through which service, if any; for an object, if any."""

    action: str
    arn: str
    who: str = ROBIN
    via: str | None = _S3

    def __str__(self) -> str:
        through = f" through {self.via.partition('.')[0]}" if self.via else " directly"
        return f"{self.who.rpartition('/')[2]}, `kms:{self.action}`{through}, for `{self.arn or 'no object'}`"


#: Last night, as the notebook shows it.
JOURNAL = (
    Question("Decrypt", f"{BUCKET}/orders/2026-09-06-a.csv"),
    Question("Decrypt", f"{BUCKET}/orders/2026-09-06-b.csv"),
    Question("GenerateDataKey", f"{BUCKET}/totals/2026-09-06.csv"),
)
#: The next night.
_NEXT = (
    Question("Decrypt", f"{BUCKET}/orders/2026-09-07-a.csv"),
    Question("GenerateDataKey", f"{BUCKET}/totals/2026-09-07.csv"),
)
_READ, _WRITTEN = f"{BUCKET}/orders/", f"{BUCKET}/totals/"
_ARNS = (
    _NEXT[0].arn,
    _NEXT[1].arn,
    f"{BUCKET}/salaries/2026.csv",
    f"{BUCKET}-of-others/orders/2026-09-06-a.csv",
    "arn:aws:s3:::archive/orders/2026-09-06-a.csv",
    BUCKET,
    "",
)


def _examine(statements: Any) -> Mistake | None:
    given = [statements] if isinstance(statements, dict) else statements
    if not isinstance(given, list | tuple):
        return NOT_STATEMENTS
    if not given or any(each is ... for each in given):
        raise NotAttempted
    if not all(
        isinstance(each, dict) and {"Effect", "Principal", "Action", "Resource"} <= each.keys()
        for each in given
    ):
        return NOT_STATEMENTS
    try:
        text = json.dumps({"Version": "2012-10-17", "Statement": list(given)})
    except (TypeError, ValueError):
        return NOT_STATEMENTS
    if wrong := malformed(text, _exists):
        return REFUSED.about(wrong)
    key = KeyFacts(_KEY, parse_key_policy(text))
    for questions, mistake in ((JOURNAL, TOO_LITTLE), (_NEXT, TOMORROW)):
        if denied := [each for each in questions if not _allows(key, each)]:
            return mistake.about(f"Denied: {denied[0]}.")
    return _beyond(key)


def _beyond(key: KeyFacts) -> Mistake | None:
    """What is allowed although it wasn't asked for; the first of the mistakes that applies."""
    more = [each for each in _questions() if not _wanted(each) and _allows(key, each)]
    for mistake, found in (
        (SOMEBODY_ELSE, [each for each in more if each.who != ROBIN]),
        (OTHER_ACTION, [each for each in more if each.action not in ("Decrypt", "GenerateDataKey")]),
        (DIRECTLY, [each for each in more if each.via != _S3]),
        (OTHER_PLACE, [each for each in more if not each.arn.startswith((_READ, _WRITTEN))]),
        (CROSSED, more),
    ):
        if found:
            return mistake.about(f"Allowed: {found[0]}.")
    return None


def _wanted(each: Question) -> bool:
    folder = {"Decrypt": _READ, "GenerateDataKey": _WRITTEN}.get(each.action)
    return bool(folder) and each.who == ROBIN and each.via == _S3 and each.arn.startswith(folder or "")


def _questions() -> Iterator[Question]:
    for action, about in ACTIONS.items():
        if about.on is not On.KEY:
            continue
        for who in _PEOPLE:
            for via in (_S3, _OTHERS_SERVICE, None):
                for arn in _ARNS if about.has_context else ("",):
                    yield Question(action, arn, who, via)


def _allows(key: KeyFacts, each: Question) -> bool:
    context = {"aws:s3:arn": each.arn} if each.arn else {}
    request = Request(
        Caller(Kind.USER, each.who, ACCOUNT, identity_policies=()),
        f"kms:{each.action}",
        key,
        parameters={
            "KeyId": key.arn,
            "SourceKeyId": key.arn,
            "DestinationKeyId": key.arn,
            "EncryptionContext": context,
            "SourceEncryptionContext": context,
            "DestinationEncryptionContext": context,
            "GranteePrincipal": ROBIN,
            "Operations": ["Decrypt"],
        },
        circumstances=Circumstances(
            time=ManualClock().now(), region=REGION, source_ip="127.0.0.1", via_service=each.via
        ),
    )
    return decide(request).allowed


def _exists(principal: str) -> bool:
    return principal in _PEOPLE or principal.endswith((":root", ".amazonaws.com"))


EXERCISE = Exercise(
    answer_name="statements",
    stub="""
statements = [...]
""",
    examine=_examine,
    hints=(
        "For each record: who, which operation, through which service, for which objects? Each is an element or a condition.",
        '`"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}` requires S3.',
        (
            "Two statements: `kms:Decrypt` for `arn:aws:s3:::ledger/orders/*`, `kms:GenerateDataKey` for the other folder. "
            "Compare `kms:EncryptionContext:aws:s3:arn` with StringLike."
        ),
    ),
    solution="""
statements = [
    {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::123456789012:user/Robin"},
        "Action": action,
        "Resource": "*",
        "Condition": {
            "StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"},
            "StringLike": {"kms:EncryptionContext:aws:s3:arn": f"arn:aws:s3:::ledger/{folder}/*"},
        },
    }
    for action, folder in (("kms:Decrypt", "orders"), ("kms:GenerateDataKey", "totals"))
]
""",
)
