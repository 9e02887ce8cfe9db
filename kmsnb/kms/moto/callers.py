"""Who signs a request, from moto's IAM and STS, with the rest of what a decision asks moto.

CloudTrail User Guide, "CloudTrail userIdentity element", names the kinds of caller; IAM User Guide, "Policies and
permissions in IAM", which policies apply to each.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ..authorization import Caller, Kind, parse_identity_policy
from ..authorization.principals import is_service
from . import sessions
from .organizations import place
from .sessions import Session, Tags
from .vpc_endpoints import vpc_endpoint  # noqa: F401 (this module is what ``Principals`` asks for)

if TYPE_CHECKING:
    from moto.iam.models import Group, IAMBackend, Role, User
    from moto.sts.models import AssumedRole

#: A policy: what messages call it, and its text.
Document = tuple[str, str]

#: Roles that AWS itself has in every account, and no IAM shows: EBS User Guide, "Requirements for Amazon EBS encryption".
_OF_AWS = re.compile(r"arn:([a-z-]+):sts::([0-9]{12}):assumed-role/(aws:ec2-infrastructure)/([^/]+)")


def find(access_key: str, account: str, partition: str, session_token: str | None = None) -> Caller | None:
    """The principal that has this access key; None for credentials that AWS would not recognize.

    A session's token is checked, but signatures are not, as in moto by default.
    """
    found = _find(access_key, account, partition, session_token)
    return _placed(found, partition) if found else None


def _find(access_key: str, account: str, partition: str, session_token: str | None) -> Caller | None:
    iam = _iam(account, partition)
    if iam is None:
        return None
    key = iam.access_keys.get(access_key)
    if key is None or key.status != "Active":
        return None
    session = sessions.of(key)
    if key.user_name:
        user = iam.users.get(key.user_name)
        return _user(iam, user) if user and user.has_access_key(access_key) else None
    if key.role_arn:
        # here, so that importing this KMS does not load IAM and STS
        from moto.sts.models import sts_backends

        assumed = sts_backends[account][partition].get_assumed_role_from_access_key(access_key)
        if assumed is None or session_token not in (None, assumed.session_token):
            return None
        return _assumed(iam, assumed, session)
    if session is None:
        return Caller.root(account, partition)
    if session_token not in (None, session.token):
        return None
    if session.user_name is None:
        return replace(Caller.root(account, partition), mfa=session.mfa, token_issued=session.issued)
    user = iam.users.get(session.user_name)
    return _user(iam, user, session) if user and user.id == session.user_id else None


def of_arn(arn: str) -> Caller:
    """The caller of an ARN, as GetCallerIdentity returns it, or of an AWS service's name.

    A role's ARN stands for a session of the role. Raises ``ValueError`` if the user or role does not exist.
    """
    if is_service(arn):
        return Caller.service(arn)
    match = re.fullmatch(r"arn:([a-z-]+):(?:iam|sts)::([0-9]{12}):(root|(user|role|assumed-role)/.+)", arn)
    if match:
        partition, account, resource, kind = match.groups()
        if resource == "root":
            return _placed(Caller.root(account, partition), partition)
        found = _known(partition, account, kind, arn)
        if found:
            return _placed(found, partition)
    raise ValueError(
        f"There is no user, role or session {arn!r}. Create it first, or pass its boto3 session."
    )


def _placed(caller: Caller, partition: str) -> Caller:
    """The caller with its account's place in an organization."""
    there = place(caller.account, partition) if caller.account else None
    return replace(caller, place=there) if there else caller


def accounts() -> list[str]:
    """The accounts of which moto's IAM knows something."""
    from moto.iam.models import iam_backends

    return list(iam_backends)


def exists(principal: str) -> bool:
    """Whether a policy may name this principal: any account, or a user or role that exists in one.

    The mock does not know which accounts exist on AWS, so any 12 digits are one.
    """
    match = re.fullmatch(
        r"arn:([a-z-]+):(?:iam|sts)::([0-9]{12}):(root|(user|role|assumed-role)/.+|.+)", principal
    )
    if match is None:
        return re.fullmatch("A(IDA|ROA)[A-Z0-9]+", principal) is None
    partition, account, _, kind = match.groups()
    if kind is None or _OF_AWS.fullmatch(principal):
        return True
    if kind == "assumed-role":
        return _role_of_session(partition, account, principal) is not None
    return _known(partition, account, kind, principal) is not None


def any_in(account: str) -> bool:
    """Whether moto's IAM holds a user or role of this account; no account at all has some, too."""
    from moto.iam.models import iam_backends

    if not account:
        return True
    backends = iam_backends[account].values() if account in iam_backends else ()
    return any(iam.users or iam.roles for iam in backends)


def unique_id(arn: str) -> str | None:
    """The unique id of the user (``AIDA…``) or role (``AROA…``) that has this ARN now; None if there is none.

    For a session's ARN, it is that of the role with the session's name, such as ``AROA…:name``.
    """
    session = re.fullmatch(r"arn:([a-z-]+):sts::([0-9]{12}):assumed-role/[^/]+/(.+)", arn)
    if session:
        role = _role_of_session(session[1], session[2], arn)
        return f"{role.id}:{session[3]}" if role else None
    match = re.fullmatch(r"arn:([a-z-]+):iam::([0-9]{12}):(user|role)/.+", arn)
    iam = _iam(match[2], match[1]) if match else None
    if match is None or iam is None:
        return None
    holder: User | Role | None
    holder, kind = (_user_of(iam, arn), "AIDA") if match[3] == "user" else (_role(iam, arn), "AROA")
    if holder is None:
        return None
    # moto's users have ids without the letters
    return holder.id if holder.id.startswith(kind) else kind + holder.id.upper()


def _iam(account: str, partition: str) -> IAMBackend | None:
    """The IAM of an account; None rather than a new one."""
    from moto.iam.models import iam_backends

    return iam_backends[account][partition] if account in iam_backends else None


def _known(partition: str, account: str, kind: str, arn: str) -> Caller | None:
    own = _OF_AWS.fullmatch(arn)
    if own:
        role_arn = f"arn:{partition}:iam::{account}:role/{own[3]}"
        user_id = f"{account}:{own[3]}:{own[4]}"
        return Caller(Kind.ROLE_SESSION, arn, account, role_arn, unique_id=user_id, mfa=False)
    iam = _iam(account, partition)
    if iam is None:
        return None
    if kind == "user":
        user = _user_of(iam, arn)
        return _user(iam, user) if user else None
    if kind == "role":
        role = _role(iam, arn)
        if role is None:
            return None
        return _of_role(iam, role, f"arn:{partition}:sts::{account}:assumed-role/{role.name}/{role.name}")
    role = _role_of_session(partition, account, arn)
    return _of_role(iam, role, arn) if role else None


def _role_of_session(partition: str, account: str, arn: str) -> Role | None:
    iam = _iam(account, partition)
    name = arn.split("/")[1]
    return next((role for role in iam.get_roles() if role.name == name), None) if iam else None


def _user_of(iam: IAMBackend, arn: str) -> User | None:
    user = iam.users.get(arn.rpartition("/")[2])
    return user if user and user.arn == arn else None


def _role(iam: IAMBackend, arn: str) -> Role | None:
    return next((role for role in iam.get_roles() if role.arn == arn), None)


def _user(iam: IAMBackend, user: User, session: Session | None = None) -> Caller:
    documents = [*_documents(user, "")]
    for group in iam.groups.values():
        if user in group.users:
            documents += _documents(group, f" of the group {group.name}")
    kind, arn, source, unique_id = Kind.USER, user.arn, None, user.id
    if session and session.federated:
        account, name = user.account_id, session.federated
        kind, source, unique_id = Kind.FEDERATED_USER, user.arn, f"{account}:{name}"
        arn = f"arn:{iam.partition}:sts::{account}:federated-user/{name}"
    boundary: dict[str, str] | None = getattr(user, "permissions_boundary", None)
    tags = iam.tagger.list_tags_for_resource(user.arn)["Tags"]
    return _assembled(
        kind,
        arn,
        user.account_id,
        source,
        unique_id,
        tuple(documents),
        _boundary(iam, boundary["PermissionsBoundaryArn"] if boundary else None),
        _pairs(tags),
        *_of_session(iam, session),
    )


def _assumed(iam: IAMBackend, assumed: AssumedRole, session: Session | None) -> Caller:
    role = _role(iam, assumed.role_arn)
    if role is None:  # moto lets callers assume a role that does not exist
        return _assembled(Kind.ROLE_SESSION, assumed.arn, assumed.account_id, assumed.role_arn)
    return _of_role(iam, role, assumed.arn, session)


def _of_role(iam: IAMBackend, role: Role, arn: str, session: Session | None = None) -> Caller:
    policies, tags, mfa, issued = _of_session(iam, session)
    return _assembled(
        Kind.ROLE_SESSION,
        arn,
        role.account_id,
        role.arn,
        f"{role.id}:{arn.rpartition('/')[2]}",
        tuple(_documents(role, "")),
        _boundary(iam, role.permissions_boundary_arn),
        _pairs(role.tags),
        policies,
        tags,
        bool(mfa),
        issued,
    )


def _of_session(
    iam: IAMBackend, session: Session | None
) -> tuple[tuple[Document, ...], Tags, bool | None, datetime | None]:
    """What a session adds to its user or role: session policies, tags, MFA, and when it began."""
    if session is None:
        return (), (), None, None
    policies = [] if session.policy is None else [("session policy", session.policy)]
    for arn in session.policy_arns:
        policies.append((f"session policy {arn.rpartition('/')[2]}", _managed(iam, arn)))
    return tuple(policies), session.tags, session.mfa, session.issued


def _boundary(iam: IAMBackend, arn: str | None) -> str | None:
    return _managed(iam, arn) if arn else None


def _managed(iam: IAMBackend, arn: str) -> str:
    """The text of a managed policy; one that moto does not have, such as AWS's own, is unknown and allows nothing."""
    policy = iam.managed_policies.get(arn)
    return _text(policy) if policy else ""


def _documents(holder: User | Role | Group, whose: str) -> Iterator[Document]:
    for name, text in holder.policies.items():
        yield f"IAM policy {name}{whose}", text
    for policy in holder.managed_policies.values():
        yield f"IAM policy {policy.name}{whose}", _text(policy)


def _text(policy: Any) -> str:
    versions = {version.version_id: version.document for version in policy.versions}
    return versions.get(policy.default_version_id) or ""


def _pairs(tags: list[dict[str, str]] | None) -> Tags:
    return tuple((tag["Key"], tag["Value"]) for tag in tags or ())


@lru_cache(maxsize=256)
def _assembled(
    kind: Kind,
    arn: str,
    account: str | None = None,
    source_arn: str | None = None,
    unique_id: str | None = None,
    documents: tuple[Document, ...] = (),
    boundary: str | None = None,
    tags: Tags = (),
    session_policies: tuple[Document, ...] = (),
    session_tags: Tags = (),
    mfa: bool | None = None,
    token_issued: datetime | None = None,
) -> Caller:
    """A caller with its policies parsed, cached: any change in IAM changes an argument."""
    return Caller(
        kind,
        arn,
        account,
        source_arn,
        unique_id=unique_id,
        identity_policies=tuple(_parsed(text, name) for name, text in documents),
        boundary=None if boundary is None else _parsed(boundary, "permissions boundary"),
        session_policies=tuple(_parsed(text, name) for name, text in session_policies),
        # the later of two tags whose keys differ in case only counts: session tags override those of IAM
        tags=dict(tags + session_tags),
        mfa=mfa,
        token_issued=token_issued,
    )


_parsed = lru_cache(maxsize=256)(parse_identity_policy)
