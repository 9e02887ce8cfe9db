"""Key policies as documents: the default one, and what AWS refuses to attach. What they permit is decided elsewhere."""

import json
from typing import Any

from .errors import LimitExceededException, MalformedPolicyDocumentException

#: "Key policy document size: 32 KB" (developer guide, "Resource quotas").
LARGEST_POLICY = 32 * 1024

_VERSIONS = ("2012-10-17", "2008-10-17")
_POLICY_ELEMENTS = {"Version", "Id", "Statement"}
_STATEMENT_ELEMENTS = {
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
}
_PRINCIPAL_TYPES = {"AWS", "Service", "Federated", "CanonicalUser"}


def default_policy(partition: str, account: str) -> str:
    """The policy of a key made by the API without one: it lets the account's IAM policies speak, and no more."""
    root = f"arn:{partition}:iam::{account}:root"
    return document("key-default-1", [allow("Enable IAM User Permissions", root, "kms:*")])


def document(policy_id: str, statements: list[dict[str, Any]]) -> str:
    """A policy laid out as AWS's own are."""
    body = {"Version": "2012-10-17", "Id": policy_id, "Statement": statements}
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


def check(text: str) -> None:
    """Refuse what is no key policy, saying what is wrong with it.

    A statement without Action or Resource passes: AWS accepts it, and it has no effect.
    """
    if len(text.encode()) > LARGEST_POLICY:
        raise LimitExceededException(f"The key policy exceeds the maximum length of {LARGEST_POLICY} bytes.")
    try:
        policy = json.loads(text, object_pairs_hook=_without_duplicates)
    except (ValueError, RecursionError):
        raise _malformed("The policy is not valid JSON.") from None
    if not isinstance(policy, dict):
        raise _malformed("The policy is not a JSON object.")
    _only(policy, _POLICY_ELEMENTS, "The policy")
    if policy.get("Version", _VERSIONS[0]) not in _VERSIONS:
        raise _malformed("The policy has an invalid Version.")
    if not isinstance(policy.get("Id", ""), str):
        raise _malformed("The policy has an invalid Id.")
    statements = policy.get("Statement")
    for statement in statements if isinstance(statements, list) else [statements]:
        _check_statement(statement)
    if statements == []:
        raise _malformed("The policy has no statements.")


def _check_statement(statement: Any) -> None:
    if not isinstance(statement, dict):
        raise _malformed("Policy contains an invalid statement.")
    _only(statement, _STATEMENT_ELEMENTS, "A statement")
    if statement.get("Effect") not in ("Allow", "Deny"):
        raise _malformed("Policy contains a statement whose Effect is neither Allow nor Deny.")
    if not isinstance(statement.get("Sid", ""), str):
        raise _malformed("Policy contains a statement with an invalid Sid.")
    for element in ("Action", "NotAction", "Resource", "NotResource"):
        if element in statement and not _is_texts(statement[element]):
            raise _malformed(f"Policy contains a statement with an invalid {element}.")
    for element in ("Principal", "Action", "Resource"):
        if element in statement and f"Not{element}" in statement:
            raise _malformed(f"Policy contains a statement with both {element} and Not{element}.")
    _check_condition(statement.get("Condition", {}))
    if not _is_principal(statement.get("Principal", statement.get("NotPrincipal"))):
        raise _malformed("Policy contains a statement with one or more invalid principals.")


def _check_condition(condition: Any) -> None:
    tests = condition.values() if isinstance(condition, dict) else [None]
    for test in tests:
        if not isinstance(test, dict) or not all(map(_is_values, test.values())):
            raise _malformed("Policy contains a statement with an invalid Condition.")


def _is_principal(principal: Any) -> bool:
    if not isinstance(principal, dict):
        return principal == "*"
    return (
        bool(principal) and principal.keys() <= _PRINCIPAL_TYPES and all(map(_is_texts, principal.values()))
    )


def _is_texts(value: Any) -> bool:
    """A non-empty text, or a list of such."""
    values = value if isinstance(value, list) else [value]
    return bool(values) and all(isinstance(each, str) and each for each in values)


def _is_values(value: Any) -> bool:
    values = value if isinstance(value, list) else [value]
    return all(isinstance(each, str | bool | int | float) for each in values)


def _only(thing: dict[str, Any], elements: set[str], what: str) -> None:
    unknown = sorted(thing.keys() - elements)
    if unknown:
        raise _malformed(f"{what} has an element that policies do not have: {unknown[0]}.")


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) < len(pairs):
        raise ValueError("an element occurs twice")
    return dict(pairs)


def _malformed(what: str) -> MalformedPolicyDocumentException:
    return MalformedPolicyDocumentException(what)
