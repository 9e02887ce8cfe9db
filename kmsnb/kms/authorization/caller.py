"""The caller of a request: a principal, and the policies that IAM attaches to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from .document import Policy
from .organization import Place
from .principals import Kind, Principal


@dataclass(frozen=True)
class Caller(Principal):
    """The principal that makes a request, with everything that IAM knows of it.

    ``unique_id`` is ``aws:userid``. ``identity_policies`` are its own and its groups' policies; for a session, those
    of the role or user behind it. ``mfa`` and ``token_issued`` are None for long-term credentials. ``place`` is that of
    the caller's account in its organization.
    """

    unique_id: str | None = None
    identity_policies: tuple[Policy, ...] = ()
    boundary: Policy | None = None
    session_policies: tuple[Policy, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    mfa: bool | None = None
    token_issued: datetime | None = None
    place: Place | None = None

    @property
    def has_boundary(self) -> bool:
        """Whether a permissions boundary limits this caller."""
        return self.boundary is not None

    @classmethod
    def root(cls, account: str, partition: str = "aws") -> Caller:
        """The root user of an account."""
        return cls(Kind.ROOT, f"arn:{partition}:iam::{account}:root", account, unique_id=account)

    @classmethod
    def anonymous(cls) -> Caller:
        """Whoever sends a request without a signature."""
        return cls(Kind.ANONYMOUS, "anonymous", unique_id="anonymous")

    @classmethod
    def service(cls, name: str) -> Caller:
        """An AWS service that calls for itself, such as ``logs.us-east-1.amazonaws.com``."""
        return cls(Kind.SERVICE, name)
