"""What a decision depends on: facts of the key, of its grants, and of the circumstances of a request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from .document import Policy
from .organization import Place


@dataclass(frozen=True)
class GrantFacts:
    """A grant (AWS KMS Developer Guide, "Grants in AWS KMS").

    ``grantee`` and ``retiring`` are ARNs or names of services. ``settled`` is False while it is so new that it
    needs its token.
    """

    id: str
    grantee: str
    operations: frozenset[str]
    issuing_account: str
    retiring: str | None = None
    context_equals: Mapping[str, str] | None = None
    context_subset: Mapping[str, str] | None = None
    source_arn: str | None = None
    settled: bool = True

    @property
    def constraints(self) -> dict[str, Any]:
        """The constraints as a parameter of CreateGrant."""
        named = {
            "EncryptionContextEquals": self.context_equals,
            "EncryptionContextSubset": self.context_subset,
            "SourceArn": self.source_arn,
        }
        return {name: value for name, value in named.items() if value is not None}

    @classmethod
    def of(
        cls, id: str, issuing_account: str, terms: Mapping[str, Any], *, settled: bool = True
    ) -> GrantFacts:
        """A grant from the members of the CreateGrant request that made it."""
        constraints = terms.get("Constraints") or {}
        return cls(
            id,
            terms.get("GranteePrincipal") or terms.get("GranteeServicePrincipal") or "",
            frozenset(terms.get("Operations") or ()),
            issuing_account,
            terms.get("RetiringPrincipal") or terms.get("RetiringServicePrincipal"),
            constraints.get("EncryptionContextEquals"),
            constraints.get("EncryptionContextSubset"),
            constraints.get("SourceArn"),
            settled,
        )


@dataclass(frozen=True)
class KeyFacts:
    """What matters of a KMS key for permission. ``aliases`` are names such as ``alias/test``.

    ``place`` is that of the key's account in its organization.
    """

    arn: str
    policy: Policy
    grants: Iterable[GrantFacts] = ()
    spec: str = "SYMMETRIC_DEFAULT"
    usage: str = "ENCRYPT_DECRYPT"
    origin: str = "AWS_KMS"
    multi_region_type: str | None = None
    aliases: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    days_without_use: int | None = None
    aws_managed: bool = False
    place: Place | None = None

    @cached_property
    def account(self) -> str:
        """The account that owns the key."""
        return self.arn.split(":")[4]


@dataclass(frozen=True)
class VpcEndpoint:
    """A VPC endpoint for KMS, the VPC it is in, and its endpoint policy."""

    id: str
    vpc: str
    policy: Policy


@dataclass(frozen=True)
class Circumstances:
    """The circumstances of a request that global condition keys describe, other than its caller.

    ``source_ip`` is a public address, or a private one if the request came through ``vpc_endpoint``. ``via_service`` is
    the service that calls on the caller's behalf, such as ``ec2.us-east-1.amazonaws.com``; ``called_via`` are the names
    of all that called one another to get there, from first to last. ``source_arn`` and ``source_account`` are the
    resource for which an AWS service calls, ``source_place`` is that account's in its organization. ``more`` has any
    other condition keys, by their lower-case names.
    """

    time: datetime | None = None
    region: str | None = None
    source_ip: str | None = None
    vpc_endpoint: VpcEndpoint | None = None
    secure_transport: bool = True
    user_agent: str | None = None
    via_service: str | None = None
    called_via: tuple[str, ...] = ()
    source_arn: str | None = None
    source_account: str | None = None
    source_place: Place | None = None
    more: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
