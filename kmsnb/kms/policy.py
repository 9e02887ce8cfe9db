"""Key policies as documents: the default one, and what AWS refuses to attach. What they permit is decided elsewhere."""

import json
from collections.abc import Callable
from typing import Any

from .authorization import malformed
from .errors import LimitExceededException, MalformedPolicyDocumentException

#: "Key policy document size: 32 KB" (developer guide, "Resource quotas").
LARGEST_POLICY = 32 * 1024


def default_policy(partition: str, account: str) -> str:
    """The policy of a key made by the API without one: it lets the account's IAM policies speak, and no more."""
    root = f"arn:{partition}:iam::{account}:root"
    return document("key-default-1", [allow("Enable IAM User Permissions", root, "kms:*")])


def document(policy_id: str, statements: list[dict[str, Any]]) -> str:
    """A policy of these statements."""
    body = {"Version": "2012-10-17", "Id": policy_id, "Statement": statements}
    return laid_out(body)


def laid_out(body: dict[str, Any]) -> str:
    """A policy as text, laid out as AWS lays out its own."""
    return json.dumps(body, indent=2, separators=(",", " : "))


def allow(sid: str, principal: str, action: str | list[str], **more: Any) -> dict[str, Any]:
    """A statement that allows ``action`` on the key the policy is attached to."""
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"AWS": principal},
        "Action": action,
        "Resource": "*",
        **more,
    }


def check(text: str, exists: Callable[[str], bool] = lambda principal: True) -> None:
    """Refuse what is no key policy, saying what is wrong with it.

    ``exists`` tells whether there is a principal of that name. A statement without Action or Resource passes: AWS
    accepts it, and it has no effect.
    """
    if len(text.encode()) > LARGEST_POLICY:
        raise LimitExceededException(f"The key policy exceeds the maximum length of {LARGEST_POLICY} bytes.")
    wrong = malformed(text, exists)
    if wrong:
        raise MalformedPolicyDocumentException(wrong)
