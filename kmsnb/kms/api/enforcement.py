"""Enforcement: asks ``authorization`` for a decision wherever a call needs permission.

AWS KMS Developer Guide, "Troubleshooting key access", says what is evaluated.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from ..authorization import (
    Caller,
    Circumstances,
    Decision,
    GrantFacts,
    KeyFacts,
    Policy,
    Request,
    VpcEndpoint,
    access_denied,
    decide,
    decide_all,
    requests_for,
)
from ..authorization.principals import account_of
from ..core.errors import AccessDeniedException, ValidationException
from ..core.grant import Grant
from ..core.key import AWS, Key
from ..core.region import Region
from . import principal_ids
from .endpoint import Principals
from .origin import Origin
from .policy_checks import PolicyChecks, facts_of, parsed, place_of


class Enforcement(PolicyChecks):
    """Guards one call of one caller by key policies, IAM policies and grants."""

    enforces = True

    def __init__(
        self,
        caller: Caller,
        parameters: Mapping[str, Any],
        circumstances: Circumstances,
        principals: Principals,
    ) -> None:
        super().__init__(parameters, circumstances, principals)
        self.caller = caller

    def on_key(
        self,
        action: str,
        key: Key,
        *,
        grant: Grant | None = None,
        grant_ids: frozenset[str] = frozenset(),
        same_key: bool | None = None,
    ) -> None:
        facts = self.grant_now(grant).facts if grant else None
        self._decide(action, key=self._facts_of(key), grant=facts, grant_ids=grant_ids, same_key=same_key)

    def on_alias(self, action: str, arn: str) -> None:
        self._decide(action, resource=arn)

    def on_account(self, operation: str) -> None:
        asked = requests_for(operation, self.caller, self.parameters, circumstances=self.circumstances)
        _raise_unless_allowed(decide_all(asked))

    def on_new_replica(self, primary: Key) -> None:
        asked = requests_for(
            "ReplicateKey",
            self.caller,
            self.parameters,
            keys={"KeyId": self._facts_of(primary)},
            circumstances=self.circumstances,
        )
        _raise_unless_allowed(decide_all(asked[1:]))

    def on_missing_key(self, action: str, arn: str) -> None:
        if self.caller.account != account_of(arn):
            self._decide(action, key=KeyFacts(arn, parsed("")))

    def exists(self, principal: str) -> bool:
        """Whether it exists."""
        return self.principals.exists(principal)

    def policies_for_next(self, policy: Policy) -> Iterable[tuple[Caller, Policy]]:
        """The caller."""
        return [(self.caller, policy)]

    def _facts_of(self, key: Key) -> KeyFacts:
        return key_facts(key, self.caller, self.circumstances.time, self.principals)

    def _decide(self, action: str, **about: Any) -> None:
        request = Request(
            self.caller,
            f"kms:{action}",
            parameters=self.parameters,
            circumstances=self.circumstances,
            **about,
        )
        _raise_unless_allowed(decide(request))


def _raise_unless_allowed(decision: Decision) -> None:
    if not decision.allowed:
        raise AccessDeniedException(access_denied(decision), decision)


def circumstances_of(origin: Origin, region: Region, now: datetime, principals: Principals) -> Circumstances:
    """The circumstances of a request from ``origin``. Raises ValidationException for a VPC endpoint that isn't there.

    IAM User Guide, "Forward access sessions": a service that calls on someone's behalf passes on where the first
    request came from if that was a public address, and nothing if it was a VPC endpoint.
    """
    endpoint = None
    if origin.vpc_endpoint and not origin.service_name:
        endpoint = principals.vpc_endpoint(origin.vpc_endpoint, region.name)
        if endpoint is None:
            raise ValidationException(
                f"There is no VPC endpoint {origin.vpc_endpoint} for AWS KMS in {region.name}."
            )
    return from_origin(origin, endpoint, region.name, region.partition, now, principals)


def from_origin(
    origin: Origin,
    endpoint: VpcEndpoint | None,
    region: str,
    partition: str,
    now: datetime,
    principals: Principals,
) -> Circumstances:
    """The circumstances of a request to any service, which came through ``endpoint`` or not."""
    hidden = origin.service or (origin.vpc_endpoint and endpoint is None)
    source_account = account_of(origin.source_arn or "") or None
    return Circumstances(
        time=now,
        region=region,
        source_ip=None if hidden else origin.source_ip,
        vpc_endpoint=endpoint,
        user_agent=origin.service_name or origin.user_agent,
        via_service=origin.via(region),
        called_via=origin.called_via,
        source_arn=origin.source_arn,
        source_account=source_account,
        source_place=principals.place(source_account, partition) if source_account else None,
    )


def key_facts(key: Key, caller: Caller, now: datetime | None, principals: Principals) -> KeyFacts:
    """A key as a decision about ``caller`` sees it."""
    return replace(
        facts_of(key, principal_ids.policy_now(key, principals)),
        aws_managed=key.manager == AWS,
        place=place_of(key.arn, principals),
        grants=_GrantsTo(key, caller, principals),
        days_without_use=None
        if now is None
        else (now - key.last_usage.get("Timestamp", key.creation_date)).days,
    )


class _GrantsTo:
    """The grants of a key to one caller, looked up only if the decision needs them."""

    def __init__(self, key: Key, caller: Caller, principals: Principals) -> None:
        self._key = key
        self._caller = caller
        self._principals = principals

    def __iter__(self) -> Iterator[GrantFacts]:
        binding = self._caller.binding
        for grant in self._key.grants.values():
            if binding(grant.facts.grantee) is not None:
                yield principal_ids.grant_now(grant, self._principals).facts
