"""Decisions for the exercises: who may do what with which key and bucket. The learner's lab isn't touched."""

import json
from collections.abc import Sequence
from typing import Any

from kmsnb.kms.authorization import (
    Caller,
    Circumstances,
    KeyFacts,
    Kind,
    Request,
    ResourceRequest,
    decide,
    decide_on_resource,
    parse_identity_policy,
    parse_key_policy,
    parse_resource_policy,
)
from kmsnb.kms.core import identifiers
from kmsnb.kms.core.clock import ManualClock

from .scene import OURS, OUTSIDE, THEIRS

REGION = "us-east-1"
Statement = dict[str, Any]
ALL: Statement = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def key_arn(account: str, number: int = 1) -> str:
    """The ARN of the first key, or a later one, that an account makes in a lab."""
    return f"arn:aws:kms:{REGION}:{account}:key/{identifiers.key_id(account, REGION, 'key', number)}"


def user(name: str, account: str) -> str:
    """The ARN of an IAM user."""
    return f"arn:aws:iam::{account}:user/{name}"


BEN = user("Ben", THEIRS)
#: Others, who may do everything as far as IAM is concerned.
STRANGERS = {
    "an administrator of Ben's account": user("Chloe", THEIRS),
    "a user of another account": user("Mallory", OUTSIDE),
}


def document(statements: Sequence[Statement]) -> str:
    """A policy with these statements."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def statements_of(given: Any) -> list[Statement]:
    """One statement, several, or a whole policy, as Python or JSON; an empty list for anything else."""
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except ValueError:
            return []
    if isinstance(given, dict) and "Statement" in given:
        given = given["Statement"]
    listed = given if isinstance(given, list) else [given]
    if not all(isinstance(each, dict) and "Effect" in each for each in listed):
        return []
    try:
        json.dumps(listed)
    except (TypeError, ValueError):
        return []
    return listed


def caller(arn: str, iam: Sequence[Statement]) -> Caller:
    """A user with one IAM policy."""
    policies = (parse_identity_policy(document(iam), "IAM policy"),)
    return Caller(Kind.USER, arn, arn.split(":")[4], identity_policies=policies)


def may_use(
    key: str, key_policy: Sequence[Statement], who: Caller, action: str, via: str | None = None
) -> bool:
    """Whether a key policy and IAM let a caller perform an action, directly or through a service such as ``s3``."""
    through = f"{via}.{REGION}.amazonaws.com" if via else None
    root = ALL | {"Principal": {"AWS": f"arn:aws:iam::{key.split(':')[4]}:root"}, "Action": "kms:*"}
    facts = KeyFacts(key, parse_key_policy(document([root, *key_policy])))
    members = dict.fromkeys(("KeyId", "SourceKeyId", "DestinationKeyId"), key)
    when = Circumstances(time=ManualClock().now(), region=REGION, source_ip="127.0.0.1", via_service=through)
    return decide(Request(who, f"kms:{action}", facts, parameters=members, circumstances=when)).allowed


def may_without_key(who: Caller, action: str) -> bool:
    """Whether IAM lets a caller perform an action that isn't about one key."""
    return decide(Request(who, f"kms:{action}", circumstances=Circumstances(region=REGION))).allowed


def may_in_bucket(arn: str, bucket_policy: Sequence[Statement], who: Caller, action: str) -> bool:
    """Whether a bucket policy of our account and IAM let a caller perform an action on an object or the bucket."""
    policy = parse_resource_policy(document(bucket_policy), "bucket policy")
    return decide_on_resource(ResourceRequest(who, f"s3:{action}", arn, OURS, policy)).allowed
