"""The people, keys and documents that the cases are about."""

import json
from typing import Any

from kmsnb.kms.authorization import (
    Caller,
    GrantFacts,
    KeyFacts,
    Kind,
    Level,
    Place,
    Policy,
    VpcEndpoint,
    parse_identity_policy,
    parse_key_policy,
)

OURS, THEIRS = "123456789012", "444455556666"
ROOT, THEIR_ROOT = f"arn:aws:iam::{OURS}:root", f"arn:aws:iam::{THEIRS}:root"
KEY = f"arn:aws:kms:us-east-1:{OURS}:key/11111111-1111-1111-1111-111111111111"
OTHER_KEY = f"arn:aws:kms:us-east-1:{OURS}:key/22222222-2222-2222-2222-222222222222"
ALIAS = f"arn:aws:kms:us-east-1:{OURS}:alias/test"
EC2 = "ec2.us-east-1.amazonaws.com"

Statement = dict[str, Any]


def user_arn(name: str, account: str = OURS) -> str:
    return f"arn:aws:iam::{account}:user/{name}"


def role_arn(name: str, account: str = OURS) -> str:
    return f"arn:aws:iam::{account}:role/{name}"


def session_arn(role: str, name: str, account: str = OURS) -> str:
    return f"arn:aws:sts::{account}:assumed-role/{role}/{name}"


ABC, XYZ = user_arn("ABC"), user_arn("XYZ")
AUDITOR, MAI = role_arn("Auditor"), session_arn("Auditor", "mai")
BOB, THEIR_ROLE = user_arn("Bob", THEIRS), role_arn("Engineering", THEIRS)
FEDERATED = f"arn:aws:sts::{OURS}:federated-user/Fay"


def allow(principal: str | dict[str, Any], *actions: str, **more: Any) -> Statement:
    """A statement of a key policy that allows."""
    return _statement("Allow", actions, principal, more)


def deny(principal: str | dict[str, Any], *actions: str, **more: Any) -> Statement:
    """A statement of a key policy that denies."""
    return _statement("Deny", actions, principal, more)


def may(*actions: str, on: str | list[str] = "*", **more: Any) -> Statement:
    """A statement of an IAM policy that allows."""
    return _statement("Allow", actions, None, {"Resource": on, **more})


def may_not(*actions: str, on: str | list[str] = "*", **more: Any) -> Statement:
    """A statement of an IAM policy that denies."""
    return _statement("Deny", actions, None, {"Resource": on, **more})


def _statement(
    effect: str, actions: tuple[str, ...], principal: str | dict[str, Any] | None, more: Statement
) -> Statement:
    statement: Statement = {"Effect": effect}
    if principal is not None:
        as_aws = isinstance(principal, str) and principal != "*"
        statement["Principal"] = {"AWS": principal} if as_aws else principal
    statement |= {"Action": [name if ":" in name or name == "*" else f"kms:{name}" for name in actions]}
    statement |= {"Resource": "*", **more}
    return {name: value for name, value in statement.items() if value is not None}


DELEGATES = allow(ROOT, "kms:*", Sid="Enable IAM User Permissions")
ADMINISTRATOR = may("*")


def document(statements: list[Statement] | Statement, version: str | None = "2012-10-17") -> str:
    body = {"Statement": statements}
    return json.dumps({"Version": version, **body} if version else body)


def key_policy(*statements: Statement, version: str | None = "2012-10-17") -> Policy:
    return parse_key_policy(document(list(statements), version))


def iam_policy(
    *statements: Statement, name: str = "IAM policy", version: str | None = "2012-10-17"
) -> Policy:
    return parse_identity_policy(document(list(statements), version), name)


def caller(
    arn: str,
    *statements: Statement,
    boundary: list[Statement] | None = None,
    session: list[Statement] | None = None,
    **more: Any,
) -> Caller:
    """The caller of an ARN, or of an AWS service's name, with one IAM policy of these statements."""
    kind, source = _kind(arn)
    return Caller(
        kind,
        arn,
        None if kind is Kind.SERVICE else arn.split(":")[4],
        source_arn=more.pop("source_arn", source),
        identity_policies=(iam_policy(*statements),) if statements else (),
        boundary=None if boundary is None else iam_policy(*boundary, name="permissions boundary"),
        session_policies=() if session is None else (iam_policy(*session, name="session policy"),),
        **more,
    )


def _kind(arn: str) -> tuple[Kind, str | None]:
    if arn.endswith(":root"):
        return Kind.ROOT, None
    if ":user/" in arn:
        return Kind.USER, None
    if ":assumed-role/" in arn:
        return Kind.ROLE_SESSION, role_arn(arn.split("/")[1], arn.split(":")[4])
    if ":federated-user/" in arn:
        return Kind.FEDERATED_USER, user_arn("Federator")
    return Kind.SERVICE, None


def key(*statements: Statement, grants: tuple[GrantFacts, ...] = (), **more: Any) -> KeyFacts:
    """A key with these statements for its policy; without any, the default key policy."""
    arn = more.pop("arn", KEY)
    return KeyFacts(arn, key_policy(*(statements or (DELEGATES,))), grants, **more)


ORGANIZATION, PATH = "o-1234567890", "o-1234567890/r-root/ou-root-workloads/"


def place(
    *, service: list[list[Statement]] | None = None, resource: list[list[Statement]] | None = None
) -> Place:
    """A place in the organization, with the statements of one policy for each level from the root down."""

    def levels(controls: list[list[Statement]] | None, parse: Any) -> tuple[Level, ...]:
        return tuple(
            Level(f"level {place}", (parse(*each),) if each else ())
            for place, each in enumerate(controls or ())
        )

    return Place(ORGANIZATION, PATH, levels(service, iam_policy), levels(resource, key_policy))


def endpoint(*statements: Statement) -> VpcEndpoint:
    return VpcEndpoint("vpce-1", "vpc-1", key_policy(*statements))


def grant(grantee: str, *operations: str, id: str = "g1", **terms: Any) -> GrantFacts:
    settled, issuer = terms.pop("settled", True), terms.pop("issuer", OURS)
    kind = "GranteePrincipal" if grantee.startswith("arn:") else "GranteeServicePrincipal"
    return GrantFacts.of(id, issuer, {kind: grantee, "Operations": operations, **terms}, settled=settled)
