"""Who calls, and whom a policy's Principal element names.

IAM User Guide, "AWS JSON policy elements: Principal" and "… NotPrincipal".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .document import Policy


class Kind(StrEnum):
    """Kinds of caller, under the names CloudTrail gives them ("CloudTrail userIdentity element")."""

    ROOT = "Root"
    USER = "IAMUser"
    ROLE_SESSION = "AssumedRole"
    FEDERATED_USER = "FederatedUser"
    SERVICE = "AWSService"


class Binding(IntEnum):
    """How near a statement or a grant comes to the caller; the nearer, the less else can limit what it allows.

    "Policy evaluation logic", under "Resource-based policies": what is given to the caller itself is not limited
    by an implicit deny elsewhere, what is given to the role or user behind a session is limited by permissions
    boundary and session policies, and an account may only hand on what it is given.
    """

    ACCOUNT = 1
    BEHIND_THE_SESSION = 2
    CALLER = 3


@dataclass(frozen=True)
class Caller:
    """The principal that makes a request, with all that was said of it elsewhere than on the key.

    ``arn`` is what GetCallerIdentity tells; for an AWS service its name, such as ``ec2.amazonaws.com``.
    ``source_arn`` is the ARN of the role or user behind a session. ``identity_policies`` are its own and its
    groups', for a session those of the role or user behind it. ``unique_id`` is ``aws:userid``. ``mfa`` is None for
    long-term credentials.
    """

    kind: Kind
    arn: str
    account: str | None = None
    source_arn: str | None = None
    unique_id: str | None = None
    identity_policies: tuple[Policy, ...] = ()
    boundary: Policy | None = None
    session_policies: tuple[Policy, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    mfa: bool | None = None
    federated_provider: str | None = None

    @property
    def principal_arn(self) -> str | None:
        """``aws:PrincipalArn``: for a role session the role's ARN, not the session's."""
        return self.source_arn if self.kind is Kind.ROLE_SESSION else self.arn

    @cached_property
    def _account_principals(self) -> tuple[str, ...]:
        if not self.account:
            return ()
        return self.account, f"arn:{self.arn.split(':')[1]}:iam::{self.account}:root"

    @property
    def username(self) -> str | None:
        """``aws:username``, which only an IAM user has: the friendly name, without the path."""
        return self.arn.rpartition("/")[2] if self.kind is Kind.USER else None

    @property
    def session_name(self) -> str | None:
        """The name of a role session or of a federated user."""
        return self.arn.rpartition("/")[2] if self.kind in (Kind.ROLE_SESSION, Kind.FEDERATED_USER) else None

    def binding(self, principal: str) -> Binding | None:
        """How ``principal`` (an ARN, an account id or a service's name) stands for this caller, if it does."""
        if principal == self.arn:
            return Binding.CALLER
        if principal == self.source_arn:
            return Binding.BEHIND_THE_SESSION
        if principal in self._account_principals:
            return Binding.CALLER if self.kind is Kind.ROOT else Binding.ACCOUNT
        return None

    @property
    def names(self) -> tuple[str, ...]:
        """All that a NotPrincipal element must list to spare this caller: account, then role, then session."""
        own = None if self.kind is Kind.ROOT else self.arn  # the root user goes by its account
        return tuple(name for name in (self.account, self.source_arn, own) if name)


_ACCOUNT = re.compile(r"[0-9]{12}")
_ROOT = re.compile(r"arn:[a-z-]+:iam::([0-9]{12}):root")
_NAMED = re.compile(
    r"arn:[a-z-]+:(iam::[0-9]{12}:(user|role)/|sts::[0-9]{12}:(assumed-role/[^/]+|federated-user)/)[^*?]+"
    r"|A(IDA|ROA)[A-Z0-9]{12,}"  # what AWS shows of a user or role that was deleted
)
_TYPES = {"AWS", "Service", "Federated", "CanonicalUser"}


def account_of(arn: str) -> str:
    """The account in an ARN; nothing where there is none, as in that of a bucket or in ``*``."""
    parts = arn.split(":", 5)
    return parts[4] if len(parts) > 5 else ""


def account_of_root(principal: str) -> str | None:
    """The account that an account principal, as ARN or as 12 digits, stands for."""
    if _ACCOUNT.fullmatch(principal):
        return principal
    root = _ROOT.fullmatch(principal)
    return root[1] if root else None


def is_aws_principal(name: str) -> bool:
    """Whether this is the form of an account, a user, a role or a session: groups are no principals."""
    return account_of_root(name) is not None or _NAMED.fullmatch(name) is not None


@dataclass(frozen=True)
class PrincipalElement:
    """A Principal or NotPrincipal element; with a ``flaw`` nobody can tell whom it names."""

    negated: bool = False
    everyone: bool = False
    accounts: frozenset[str] = frozenset()
    arns: frozenset[str] = frozenset()
    services: frozenset[str] = frozenset()
    federated: frozenset[str] = frozenset()
    flaw: str | None = None

    @classmethod
    def parse(cls, element: Any, *, negated: bool = False) -> PrincipalElement:
        """Read an element, never raising. Wildcards name everyone or nothing; groups are no principals."""
        if element == "*":
            return cls(negated, everyone=True)
        listed = _listed(element)
        if listed is None:
            return cls(negated, flaw="names no principal that there could be")
        roots = {name: account_of_root(name) for name in listed.get("AWS", ()) if name != "*"}
        for name in roots:
            if not is_aws_principal(name):
                return cls(negated, flaw=f"names {name}, which is no account, user, role or session")
        return cls(
            negated,
            everyone="*" in listed.get("AWS", ()),
            accounts=frozenset(account for account in roots.values() if account),
            arns=frozenset(name for name, account in roots.items() if account is None),
            services=frozenset(listed.get("Service", ())),
            federated=frozenset(listed.get("Federated", ())),
        )

    def binding(self, caller: Caller) -> Binding | None:
        """How this element, if it is a Principal, names the caller, at its nearest."""
        if self.everyone:
            return Binding.CALLER
        if caller.kind is Kind.SERVICE:
            return Binding.CALLER if caller.arn in self.services else None
        if caller.arn in self.arns:
            return Binding.CALLER
        if caller.source_arn in self.arns or caller.federated_provider in self.federated:
            return Binding.BEHIND_THE_SESSION
        if caller.account in self.accounts:
            return Binding.CALLER if caller.kind is Kind.ROOT else Binding.ACCOUNT
        return None

    def spares(self, caller: Caller, *, deny: bool) -> bool:
        """Whether this element, being a NotPrincipal, leaves the caller out.

        With Deny the account and the role count beside the caller: each must be listed; and who has a permissions
        boundary is never spared, whoever is listed. With Allow any suffices.
        """
        if deny and caller.boundary:
            return False
        if self.everyone:
            return True
        if caller.kind is Kind.SERVICE:
            return caller.arn in self.services
        listed = [name in self.accounts or name in self.arns for name in caller.names]
        return all(listed) if deny else any(listed)


def _listed(element: Any) -> dict[str, list[str]] | None:
    """An element as lists by type of principal; None for what is none. Only AWS principals may be ``*``."""
    if not isinstance(element, dict) or not element or not element.keys() <= _TYPES:
        return None
    listed = {kind: values if isinstance(values, list) else [values] for kind, values in element.items()}
    for kind, values in listed.items():
        if not values or not all(isinstance(value, str) and value for value in values):
            return None
        if kind != "AWS" and "*" in values:
            return None
    return listed
