"""Enforcement: asks ``authorization`` for a decision wherever a call needs permission.

AWS KMS Developer Guide, "Troubleshooting key access", for what is evaluated; API Reference, "PutKeyPolicy" and
"CreateKey", for the lockout safety check.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from ..authorization import (
    Caller,
    Circumstances,
    Decision,
    GrantFacts,
    KeyFacts,
    Place,
    Policy,
    Request,
    access_denied,
    decide,
    decide_all,
    locks_out,
    parse_key_policy,
    requests_for,
)
from ..authorization.lockout import LOCKOUT_MESSAGE
from ..authorization.principals import account_of, is_aws_principal, is_service
from ..authorization.validation import named_principals
from ..core.errors import (
    AccessDeniedException,
    InvalidArnException,
    MalformedPolicyDocumentException,
    ValidationException,
)
from ..core.grant import Grant
from ..core.key import AWS, AWS_KMS, Key
from ..core.region import Region
from ..core.specs import ENCRYPT_DECRYPT, SYMMETRIC_DEFAULT
from . import key_policy, principal_ids
from .endpoint import Principals
from .origin import Origin

#: Parses each policy text once, however many keys have it. The largest policy takes 600 KB when parsed.
_parsed: Callable[[str], Policy] = lru_cache(maxsize=128)(parse_key_policy)


class Enforcement:
    """Guards one call of one caller by key policies, IAM policies and grants.

    ``parameters`` are the members of the request, without blobs and tokens: decisions on them are kept in the journal.
    """

    enforces = True

    def __init__(
        self,
        caller: Caller,
        parameters: Mapping[str, Any],
        circumstances: Circumstances,
        principals: Principals,
    ) -> None:
        self.caller = caller
        self.parameters = parameters
        self.circumstances = circumstances
        self.principals = principals

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
            self._decide(action, key=KeyFacts(arn, _parsed("")))

    def new_policy(
        self, text: str, arn: str, key: Key | None = None, *, primary: Key | None = None
    ) -> dict[str, str]:
        key_policy.check(text, self.principals.exists)
        new = _parsed(text)
        if not self.parameters.get("BypassPolicyLockoutSafetyCheck"):
            facts = self._facts_of(key) if key else self._facts_of_new_key(arn, primary)
            there = replace(self.circumstances, region=arn.split(":")[3])
            if locks_out(self.caller, facts, new, there):
                raise MalformedPolicyDocumentException(LOCKOUT_MESSAGE)
        names = (name for statement in new.statements for name in named_principals(statement))
        return principal_ids.ids_of(names, self.principals)

    def principals_of_grant(self, *principals: str | None) -> dict[str, str]:
        for name in principals:
            # AWS services name themselves in the grants that they create
            if name is not None and not (
                is_service(name) or (is_aws_principal(name) and self.principals.exists(name))
            ):
                raise InvalidArnException(f"ARN does not refer to a valid principal: {name}")
        return principal_ids.ids_of(principals, self.principals)

    def policy_now(self, key: Key) -> str:
        return principal_ids.policy_now(key, self.principals)

    def grant_now(self, grant: Grant) -> Grant:
        return principal_ids.grant_now(grant, self.principals)

    def _facts_of(self, key: Key) -> KeyFacts:
        return key_facts(key, self.caller, self.circumstances.time, self.principals)

    def _facts_of_new_key(self, arn: str, primary: Key | None) -> KeyFacts:
        asked = self.parameters
        tags = {tag["TagKey"]: tag["TagValue"] for tag in asked.get("Tags", ())}
        place = _place_of(arn, self.principals)
        if primary:
            kind = primary.spec.name, primary.usage, primary.origin, "REPLICA"
            return KeyFacts(arn, _parsed(""), (), *kind, tags=tags, place=place)
        return KeyFacts(
            arn,
            _parsed(""),
            spec=asked.get("KeySpec") or asked.get("CustomerMasterKeySpec") or SYMMETRIC_DEFAULT,
            usage=asked.get("KeyUsage") or ENCRYPT_DECRYPT,
            origin=asked.get("Origin") or AWS_KMS,
            multi_region_type="PRIMARY" if asked.get("MultiRegion") else None,
            tags=tags,
            place=place,
        )

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
    hidden = origin.service or (origin.vpc_endpoint and endpoint is None)
    source_account = account_of(origin.source_arn or "") or None
    return Circumstances(
        time=now,
        region=region.name,
        source_ip=None if hidden else origin.source_ip,
        vpc_endpoint=endpoint,
        user_agent=origin.service_name or origin.user_agent,
        via_service=origin.via(region.name),
        called_via=origin.called_via,
        source_arn=origin.source_arn,
        source_account=source_account,
        source_place=principals.place(source_account, region.partition) if source_account else None,
    )


def key_facts(key: Key, caller: Caller, now: datetime | None, principals: Principals) -> KeyFacts:
    """A key as a decision about ``caller`` sees it."""
    return KeyFacts(
        key.arn,
        _parsed(principal_ids.policy_now(key, principals)),
        _GrantsTo(key, caller, principals),
        key.spec.name,
        key.usage,
        key.origin,
        key.multi_region_type,
        key.aliases,
        key.tags,
        None if now is None else (now - key.last_usage.get("Timestamp", key.creation_date)).days,
        key.manager == AWS,
        _place_of(key.arn, principals),
    )


def _place_of(key_arn: str, principals: Principals) -> Place | None:
    _, partition, _, _, account, _ = key_arn.split(":", 5)
    return principals.place(account, partition)


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
