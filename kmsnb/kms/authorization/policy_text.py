"""Writing key policies: statements, documents, and the default policy of a key."""

import json
from collections.abc import Mapping
from typing import Any


def default_policy(partition: str, account: str) -> str:
    """The policy of a key that is created without one: it delegates to the account's IAM policies."""
    root = f"arn:{partition}:iam::{account}:root"
    return document("key-default-1", [allow("Enable IAM User Permissions", root, "kms:*")])


def document(policy_id: str, statements: list[dict[str, Any]]) -> str:
    """A policy of these statements."""
    body = {"Version": "2012-10-17", "Id": policy_id, "Statement": statements}
    return _as_text(body)


def _as_text(body: dict[str, Any]) -> str:
    """A policy as text, formatted as AWS formats its own."""
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


def rename_principals(text: str, names: Mapping[str, str]) -> str:
    """A policy with ``names`` (old to new) replaced in its Principal elements; conditions stay as they are."""

    def renamed(element: Any) -> Any:
        if isinstance(element, dict):
            return {kind: renamed(listed) for kind, listed in element.items()}
        if isinstance(element, list):
            return [renamed(each) for each in element]
        return names.get(element, element)

    body = json.loads(text)
    statements = body["Statement"] if isinstance(body["Statement"], list) else [body["Statement"]]
    for statement in statements:
        for element in {"Principal", "NotPrincipal"} & statement.keys():
            statement[element] = renamed(statement[element])
    return _as_text(body)
