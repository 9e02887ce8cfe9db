"""Exercise 14.b: mend the three policies of a cross-account bucket. They are judged by who can then do what."""

import json
from collections.abc import Iterator
from typing import Any

from kmsnb.kms.authorization import malformed

from ..model import Exercise, Mistake, NotAttempted
from .judging import (
    ALL,
    BEN,
    OURS,
    REGION,
    STRANGERS,
    Statement,
    caller,
    document,
    key_arn,
    may_in_bucket,
    may_use,
    statements_of,
)

_KEY = key_arn(OURS)
_OBJECTS = "arn:aws:s3:::reports/*"

#: The statements that are there: one in the key policy, one in the bucket policy, two in Ben's IAM policy.
broken: dict[str, Any] = {
    "key": {
        "Sid": "Ben, through S3",
        "Effect": "Allow",
        "Principal": {"AWS": BEN},
        "Action": "kms:Decrypt",
        "Resource": "*",
        "Condition": {"StringEquals": {"kms:ViaService": "s3.amazonaws.com"}},
    },
    "bucket": {
        "Sid": "Ben reads",
        "Effect": "Allow",
        "Principal": {"AWS": BEN},
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::reports",
    },
    "iam": [
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": _OBJECTS},
        {
            "Effect": "Allow",
            "Action": "kms:Decrypt",
            "Resource": f"arn:aws:kms:{REGION}:{OURS}:alias/orders",
        },
    ],
}
_PLACES = {"key": "the key policy", "bucket": "the bucket policy", "iam": "Ben's IAM policy"}
_ANYONE: Statement = ALL | {"Principal": "*"}
_EVERYONE = {"Ben": BEN, **STRANGERS}

NOT_A_DICT = Mistake('`mended` must be a dictionary with the keys `"key"`, `"bucket"` and `"iam"`.')
NOT_A_STATEMENT = Mistake("A statement is a dictionary with Effect, Action and Resource. Yours isn't, in")
STILL_OPEN = Mistake("Correct so far. Still to mend:")
UNCHANGED = Mistake("You haven't changed")
REFUSED = Mistake("KMS rejects this key policy.")
TOO_LITTLE = Mistake("Ben still can't read.")
TOO_MUCH = Mistake("Ben can read, but these statements allow more than that.")


def _examine(mended: Any) -> Mistake | None:
    if not isinstance(mended, dict):
        return NOT_A_DICT
    given = {part: mended.get(part, ...) for part in broken}
    waiting = [part for part, statements in given.items() if statements is ... or statements == [...]]
    if len(waiting) == len(given):
        raise NotAttempted
    for part, statements in given.items():
        if part in waiting:
            continue
        mistake = _fault(part, statements_of(statements))
        if mistake:
            return mistake
    return STILL_OPEN.about(", ".join(_PLACES[part] for part in waiting) + ".") if waiting else None


def _fault(part: str, statements: list[Statement]) -> Mistake | None:
    place = _PLACES[part]
    if not statements:
        return NOT_A_STATEMENT.about(f"{place}.")
    if statements == statements_of(broken[part]):
        return UNCHANGED.about(f"{place}.")
    if part == "key" and (wrong := malformed(document(statements), lambda _: True)):
        return REFUSED.about(wrong)
    allowed = set(_ALLOWED[part](statements))
    wanted = _WANTED[part]
    if missing := [each for each in wanted if each not in allowed]:
        return TOO_LITTLE.about(f"In {place}, this is missing: {missing[0]}.")
    beyond = sorted(allowed - set(wanted))
    return TOO_MUCH.about(f"In {place}: {beyond[0]}.") if beyond else None


def _by_key_policy(statements: list[Statement]) -> Iterator[str]:
    """What it lets people do who have every other permission."""
    for name, arn in _EVERYONE.items():
        for action in ("Decrypt", "Encrypt", "GenerateDataKey", "CreateGrant"):
            for via in ("s3", "secretsmanager", None):
                if may_use(_KEY, statements, caller(arn, [ALL]), action, via):
                    yield f"{name}, kms:{action} {f'through {via}' if via else 'directly'}"


def _by_bucket_policy(statements: list[Statement]) -> Iterator[str]:
    for name, arn in _EVERYONE.items():
        for action, on in (
            ("GetObject", "reports/june.csv"),
            ("PutObject", "reports/june.csv"),
            ("ListBucket", "reports"),
        ):
            if may_in_bucket(f"arn:aws:s3:::{on}", statements, caller(arn, [ALL]), action):
                yield f"{name}, s3:{action} on {on}"


def _by_iam_policy(statements: list[Statement]) -> Iterator[str]:
    """What it lets Ben do with keys and buckets that are open to everyone."""
    ben = caller(BEN, statements)
    for number, key in ((1, "the key"), (2, "another key")):
        for action in ("Decrypt", "Encrypt", "GenerateDataKey"):
            if may_use(key_arn(OURS, number), [_ANYONE | {"Action": "kms:*"}], ben, action, "s3"):
                yield f"kms:{action} on {key}"
    for on in ("reports/june.csv", "payroll/june.csv"):
        for action in ("GetObject", "PutObject"):
            if may_in_bucket(f"arn:aws:s3:::{on}", [_ANYONE], ben, action):
                yield f"s3:{action} on {on}"


_ALLOWED = {"key": _by_key_policy, "bucket": _by_bucket_policy, "iam": _by_iam_policy}
_WANTED = {
    "key": ("Ben, kms:Decrypt through s3",),
    "bucket": ("Ben, s3:GetObject on reports/june.csv",),
    "iam": ("s3:GetObject on reports/june.csv", "kms:Decrypt on the key"),
}


EXERCISE = Exercise(
    answer_name="mended",
    stub="""
mended = {
    "key": ...,
    "bucket": ...,
    "iam": ...,
}
""",
    examine=_examine,
    hints=(
        'Each part has one fault. `broken["bucket"] | {"Resource": …}` replaces one element and keeps the rest.',
        "Compare the value of `kms:ViaService` with the one in the key policy of `aws/s3`, in section 2.",
        "`s3:GetObject` is about objects, whose ARNs have a `/`. And an alias ARN in Resource doesn't stand for a key.",
    ),
    solution=f"""
from kmsnb.exercises.lesson_14 import OUR_KEY, broken

through_s3 = {{"StringEquals": {{"kms:ViaService": "s3.us-east-1.amazonaws.com"}}}}
reads, decrypts = broken["iam"]
mended = {{
    "key": broken["key"] | {{"Condition": through_s3}},
    "bucket": broken["bucket"] | {{"Resource": {json.dumps(_OBJECTS)}}},
    "iam": [reads, decrypts | {{"Resource": OUR_KEY}}],
}}
""",
)
