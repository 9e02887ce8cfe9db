"""Writing key policies: statements, documents, and the default policy of a key."""

import json
from typing import Any


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
