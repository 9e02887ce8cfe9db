"""Block Public Access: a bucket takes no policy that lets everyone in, and if it has one, admits its own account alone.

S3 User Guide, "Blocking public access to your Amazon S3 storage", which says what a public policy is; "Troubleshoot access
denied (403 Forbidden) errors in Amazon S3", how the denials are worded. New buckets have all four settings on. Nobody reads
ACLs here, so IgnorePublicAcls has nothing to do; the settings of the account and the organization are left out. All of this
counts where permissions are enforced.

Ours: aws:PrincipalArn and aws:PrincipalAccount count as aws:PrincipalOrgID does, "an AWS principal"; a condition that a
request without the key passes limits nothing (IfExists, ForAllValues).
"""

from __future__ import annotations

import ipaddress
import json
import re
from dataclasses import replace
from functools import lru_cache

from moto.s3.models import FakeBucket, PublicAccessBlock

from kmsnb.kms.authorization import Policy, Statement, parse_resource_policy
from kmsnb.kms.authorization.conditions import ConditionTest
from kmsnb.kms.moto.models import KmsBackend

from . import s3_objects
from .call import Answer, Call
from .permission import sender_of
from .s3_errors import access_denied

#: Condition keys that limit a statement for everyone, if all their values are fixed.
_LIMITS = {
    "aws:principalaccount",
    "aws:principalarn",
    "aws:principalorgid",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceowner",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:userid",
    "s3:dataaccesspointaccount",
}
#: The shortest prefix of an address range that isn't public, by the version of IP.
_SHORTEST = {4: 8, 6: 32}


def settings(bucket: FakeBucket) -> PublicAccessBlock | None:
    """A bucket's settings, of which a new bucket has all; None if they were deleted."""
    found: PublicAccessBlock | None = s3_objects.setting(
        bucket, "public_access_block", PublicAccessBlock(True, True, True, True)
    )
    return found


settle = s3_objects.with_setting(settings)


def status(call: Call) -> Answer:
    """Say whether a bucket's policy is public."""
    bucket, _ = s3_objects.target(call)
    if bucket is None or not bucket.policy:
        return call.proceed()
    return call.respond({"PolicyStatus": {"IsPublic": is_public(bucket.policy.decode())}})


@lru_cache(maxsize=256)
def is_public(text: str) -> bool:
    """Whether a bucket policy is public: S3 assumes so, unless each Allow is for fixed principals or has a fixed limit."""
    return any(_is_open(each) for each in parse_resource_policy(text).allows)


def check_policy(call: Call, bucket: FakeBucket, text: str) -> None:
    """Raise a ``Refusal`` for a public policy, if the bucket takes none."""
    if is_public(text):
        _check(call, bucket, "block_public_policy", "s3:PutBucketPolicy", "", "policies", "BlockPublicPolicy")


def check_acl(call: Call, bucket: FakeBucket, action: str, key: str) -> None:
    """Raise a ``Refusal`` for a public ACL of a bucket or an object (``/KEY``), if the bucket takes none."""
    _check(call, bucket, "block_public_acls", action, key, "ACLs", "BlockPublicAcls")


def _check(call: Call, bucket: FakeBucket, setting: str, action: str, key: str, what: str, name: str) -> None:
    if KmsBackend.settings.enforce and getattr(settings(bucket), setting, False):
        arn = f"arn:{bucket.partition}:s3:::{bucket.name}{key}"
        raise access_denied(
            f'User: {sender_of(call).arn} is not authorized to perform: {action} on resource: "{arn}" because public {what} '
            f"are prevented by the {name} setting in S3 Block Public Access."
        )


def restricted(policy: Policy, text: str, bucket: FakeBucket) -> Policy:
    """A bucket's policy, as RestrictPublicBuckets leaves it."""
    found = settings(bucket)
    if not (found and found.restrict_public_buckets and is_public(text)):
        return policy
    return replace(policy, denies=policy.denies + _to_other_accounts(bucket.account_id))


def _is_open(statement: Statement) -> bool:
    who = statement.principals
    everyone = who is None or who.everyone or who.negated
    return everyone and not any(_limits(test) for test in statement.conditions.tests)


def _limits(test: ConditionTest) -> bool:
    if test.null or test.negated or test.if_exists or test.quantifier == "ForAllValues":
        return False
    key = test.key.lower()
    if key == "aws:sourceip":
        return all(_is_narrow(value) for value in test.values)
    if key == "s3:dataaccesspointarn":  # any access point of a fixed account
        return all(re.match(r"arn:[^:*?$]+:s3:[^:]*:\d{12}:", value) for value in test.values)
    if key == "aws:userid":
        return all(_is_fixed(value.removesuffix(":*")) for value in test.values)
    return key in _LIMITS and all(_is_fixed(value) for value in test.values)


def _is_fixed(value: str) -> bool:
    return not ({"*", "?"} & set(value) or "${" in value)


def _is_narrow(value: str) -> bool:
    try:
        network = ipaddress.ip_network(value, strict=False)
    except ValueError:
        return False
    return network.prefixlen >= _SHORTEST[network.version]


@lru_cache(maxsize=64)
def _to_other_accounts(account: str) -> tuple[Statement, ...]:
    """A denial to everyone but AWS services and the principals of an account."""
    deny = {
        "Sid": "RestrictPublicBuckets",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": "*",
        "Condition": {
            "StringNotEquals": {"aws:PrincipalAccount": account},
            "Bool": {"aws:PrincipalIsAWSService": "false"},
        },
    }
    return parse_resource_policy(json.dumps({"Version": "2012-10-17", "Statement": [deny]})).denies
