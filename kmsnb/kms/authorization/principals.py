"""Principals: how a caller is named, and whom a policy's Principal element names.

IAM User Guide, "AWS JSON policy elements: Principal" and "… NotPrincipal".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import cached_property
from typing import Any


class Kind(StrEnum):
    """Kinds of caller, under the names CloudTrail gives them ("CloudTrail userIdentity element")."""

    ROOT = "Root"
    USER = "IAMUser"
    ROLE_SESSION = "AssumedRole"
    FEDERATED_USER = "FederatedUser"
    SERVICE = "AWSService"
    ANONYMOUS = "Anonymous"  # CloudTrail says AWSAccount, with the account "anonymous"


class Binding(IntEnum):
    """How closely a statement or a grant names the caller. The closer, the less else can limit what it allows.

    "Policy evaluation logic", under "Resource-based policies": no implicit deny limits what is given to the caller
    itself; a permissions boundary and session policies limit what is given to the role or user behind a session;
    an account can only pass on what it is given.
    """

    ACCOUNT = 1
    BEHIND_THE_SESSION = 2
    CALLER = 3


@dataclass(frozen=True)
class Principal:
    """Someone who makes requests, as policies name them.

    ``arn`` is what GetCallerIdentity returns; for an AWS service its name, such as ``ec2.amazonaws.com``.
    ``source_arn`` is the ARN of the role or user behind a session.
    """

    kind: Kind
    arn: str
    account: str | None = None
    source_arn: str | None = None
    federated_provider: str | None = None

    @property
    def has_boundary(self) -> bool:
        """Whether a permissions boundary limits this principal."""
        return False

    @property
    def is_service_linked(self) -> bool:
        """Whether this is a session of a service-linked role; their paths begin with ``/aws-service-role/``."""
        return ":role/aws-service-role/" in (self.source_arn or "")

    @property
    def principal_arn(self) -> str | None:
        """``aws:PrincipalArn``: for a role session the role's ARN, not the session's."""
        return self.source_arn if self.kind is Kind.ROLE_SESSION else self.arn

    @property
    def username(self) -> str | None:
        """``aws:username``, which only an IAM user has: the friendly name, without the path."""
        return self.arn.rpartition("/")[2] if self.kind is Kind.USER else None

    @property
    def names(self) -> tuple[str, ...]:
        """Every name a NotPrincipal element must list to exempt this caller: account, then role, then session."""
        own = None if self.kind is Kind.ROOT else self.arn  # the root user goes by its account
        return tuple(name for name in (self.account, self.source_arn, own) if name)

    def binding(self, principal: str) -> Binding | None:
        """How ``principal`` (an ARN, an account id or a service's name) names this caller; None if it doesn't."""
        if principal == self.arn:
            return Binding.CALLER
        if principal == self.source_arn:
            return Binding.BEHIND_THE_SESSION
        if principal in self._account_principals:
            return Binding.CALLER if self.kind is Kind.ROOT else Binding.ACCOUNT
        return None

    @cached_property
    def _account_principals(self) -> tuple[str, ...]:
        if not self.account:
            return ()
        return self.account, f"arn:{self.arn.split(':')[1]}:iam::{self.account}:root"


_ACCOUNT = re.compile(r"[0-9]{12}")
_ROOT = re.compile(r"arn:[a-z-]+:iam::([0-9]{12}):root")
_NAMED = re.compile(
    r"arn:[a-z-]+:(iam::[0-9]{12}:(user|role)/|sts::[0-9]{12}:(assumed-role/[^/]+|federated-user)/)[^*?]+"
    r"|A(IDA|ROA)[A-Z0-9]{12,}"  # what AWS shows of a user or role that was deleted
)
_TYPES = {"AWS", "Service", "Federated", "CanonicalUser"}


def account_of(arn: str) -> str:
    """The account in an ARN; empty where it has none, as in a bucket's ARN or in ``*``."""
    parts = arn.split(":", 5)
    return parts[4] if len(parts) > 5 else ""


def account_of_root(principal: str) -> str | None:
    """The account that an account principal (an ARN or 12 digits) stands for; None for any other principal."""
    if _ACCOUNT.fullmatch(principal):
        return principal
    root = _ROOT.fullmatch(principal)
    return root[1] if root else None


def is_aws_principal(name: str) -> bool:
    """Whether this has the form of an account, a user, a role or a session. Groups aren't principals."""
    return account_of_root(name) is not None or _NAMED.fullmatch(name) is not None


def is_session(name: str) -> bool:
    """Whether this is the ARN of a role session."""
    return ":assumed-role/" in name


@dataclass(frozen=True)
class PrincipalElement:
    """A Principal or NotPrincipal element. With a ``flaw``, it can't be told whom it names."""

    negated: bool = False
    everyone: bool = False
    accounts: frozenset[str] = frozenset()
    arns: frozenset[str] = frozenset()
    services: frozenset[str] = frozenset()
    federated: frozenset[str] = frozenset()
    flaw: str | None = None

    @classmethod
    def parse(cls, element: Any, *, negated: bool = False) -> PrincipalElement:
        """Parse an element; never raises. Wildcards name everyone or nothing; groups aren't principals."""
        if element == "*":
            return cls(negated, everyone=True)
        listed = _listed(element)
        if listed is None:
            return cls(negated, flaw="names no possible principal")
        roots = {name: account_of_root(name) for name in listed.get("AWS", ()) if name != "*"}
        for name in roots:
            if not is_aws_principal(name):
                return cls(negated, flaw=f"names {name}, which is not an account, user, role or session")
        return cls(
            negated,
            everyone="*" in listed.get("AWS", ()),
            accounts=frozenset(account for account in roots.values() if account),
            arns=frozenset(name for name, account in roots.items() if account is None),
            services=frozenset(listed.get("Service", ())),
            federated=frozenset(listed.get("Federated", ())),
        )

    def binding(self, caller: Principal) -> Binding | None:
        """How this element, if it is a Principal, names the caller most closely."""
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

    def exempts(self, caller: Principal, *, deny: bool) -> bool:
        """Whether this element, a NotPrincipal, leaves the caller out.

        With Deny, the caller's account and role must be listed too, and a caller with a permissions boundary is
        never exempt. With Allow, any of the names is enough.
        """
        if deny and caller.has_boundary:
            return False
        if self.everyone:
            return True
        if caller.kind is Kind.SERVICE:
            return caller.arn in self.services
        listed = [name in self.accounts or name in self.arns for name in caller.names]
        return all(listed) if deny else any(listed)


def _listed(element: Any) -> dict[str, list[str]] | None:
    """An element as lists by type of principal; None if it isn't one. Only AWS principals may be ``*``."""
    if not isinstance(element, dict) or not element or not element.keys() <= _TYPES:
        return None
    listed = {kind: values if isinstance(values, list) else [values] for kind, values in element.items()}
    for kind, values in listed.items():
        if not values or not all(isinstance(value, str) and value for value in values):
            return None
        if kind != "AWS" and "*" in values:
            return None
    return listed


def is_service(name: str) -> bool:
    """Whether this has the form of an AWS service's name, such as ``logs.us-east-1.amazonaws.com``."""
    return name.endswith((".amazonaws.com", ".amazonaws.com.cn"))
