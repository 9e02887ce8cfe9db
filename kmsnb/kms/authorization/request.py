"""One authorization request: may this caller perform this action on this resource, with these parameters?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from .actions import ACTIONS, Action, On, needs
from .caller import Caller
from .context import Values, condition_values, encryption_context, hidden_from_key_policies, key_identifier
from .facts import Circumstances, GrantFacts, KeyFacts

_USUAL = Circumstances()


@dataclass(frozen=True)
class Request:
    """A caller, an action such as ``kms:Decrypt``, and the resource.

    ``key`` is None for an action that isn't on a key; ``resource`` is then the alias's ARN, or ``*``.
    ``parameters`` are the members of the API request; blobs can be left out. ``grant_ids`` are the grants whose tokens
    the request carries. ``grant`` is the one that RetireGrant would retire. ``same_key`` says whether ReEncrypt keeps
    the key.
    """

    caller: Caller
    action: str
    key: KeyFacts | None = None
    resource: str = "*"
    parameters: Mapping[str, Any] = field(default_factory=dict)
    circumstances: Circumstances = _USUAL
    grant_ids: frozenset[str] = frozenset()
    grant: GrantFacts | None = None
    same_key: bool | None = None

    @property
    def subject(self) -> KeyFacts | None:
        """The key that the action is authorized on; none for an action such as ListKeys, whatever ``key`` is."""
        rules = self.rules
        return self.key if rules is None or rules.on is On.KEY else None

    @property
    def arn(self) -> str:
        """What the Resource element of a policy is matched against."""
        subject = self.subject
        return subject.arn if subject else self.resource

    @property
    def operation(self) -> str:
        """The action without ``kms:``, in the spelling of the API if there is such an action."""
        return _SPELLING.get(self.action.lower()) or self.action.partition(":")[2]

    @property
    def rules(self) -> Action | None:
        """What is known about the action; None if KMS has no action of that name."""
        return ACTIONS.get(self.operation)

    @cached_property
    def values(self) -> Values:
        """The condition keys, computed when a policy first asks for one."""
        parameters = self.parameters
        if self.grant:
            parameters = {**parameters, "Constraints": self.grant.constraints}
        return condition_values(
            self.operation, parameters, self.subject, self.caller, self.circumstances, same_key=self.same_key
        )

    def in_iam_policy(self, key: str) -> tuple[str, ...] | None:
        """The values of a condition key, as IAM policies see them."""
        return self.values.get(key)

    def in_resource_policy(self, key: str) -> tuple[str, ...] | None:
        """The values of a condition key, as a key policy sees them."""
        return None if hidden_from_key_policies(key) else self.values.get(key)

    @property
    def encryption_context(self) -> Mapping[str, str]:
        """The encryption context of this action on this key."""
        return encryption_context(self.operation, self.parameters)

    @property
    def names_the_key(self) -> bool:
        """Whether the request names its key; Decrypt and ReEncrypt can leave that to the ciphertext."""
        return self.operation not in ("Decrypt", "ReEncryptFrom") or bool(
            key_identifier(self.operation, self.parameters)
        )


_SPELLING = {f"kms:{name}".lower(): name for name in ACTIONS}


def requests_for(
    operation: str,
    caller: Caller,
    parameters: Mapping[str, Any] | None = None,
    *,
    keys: Mapping[str, KeyFacts] | None = None,
    alias_arn: str | None = None,
    **more: Any,
) -> tuple[Request, ...]:
    """The permissions that one API operation needs: one for each key, alias and new key it touches.

    ``keys`` are the keys by the member of the request that names them: ``KeyId``, ``SourceKeyId`` and
    ``DestinationKeyId``, ``TargetKeyId``; and ``CurrentKeyId`` for the key an alias has now, ``ReplicaKeyId`` for
    the replica that UpdatePrimaryRegion makes primary. ``more`` goes to each ``Request``. Raises ``KeyError`` for
    an unknown operation, or if a key is missing.
    """
    parameters, keys = parameters or {}, keys or {}
    if operation == "ReEncrypt":
        more["same_key"] = keys["SourceKeyId"].arn == keys["DestinationKeyId"].arn
    asked = []
    for need in needs(operation, tags=bool(parameters.get("Tags"))):
        key = keys[need.of] if need.on is On.KEY else None
        resource = (
            alias_arn if need.on is On.ALIAS and alias_arn else _account_resource(need.action, parameters)
        )
        request = Request(caller, f"kms:{need.action}", key, resource, parameters, **more)
        if operation == "ReplicateKey" and key is None:
            request = _in_the_replica_region(request, keys["KeyId"])
        if need.action == "TagResource" and key is None:
            request = replace(request, resource=_any_key(request))
        asked.append(request)
    return tuple(asked)


def _in_the_replica_region(request: Request, primary: KeyFacts) -> Request:
    """The other permissions of ReplicateKey are needed in the replica's Region, for a key like the primary."""
    like_the_primary = {
        "KeySpec": primary.spec,
        "KeyUsage": primary.usage,
        "Origin": primary.origin,
        "MultiRegion": True,
        "MultiRegionKeyType": "REPLICA",
    }
    return replace(
        request,
        parameters={**request.parameters, **like_the_primary},
        circumstances=replace(request.circumstances, region=request.parameters.get("ReplicaRegion")),
    )


def _any_key(request: Request) -> str:
    """What tags on a new key are authorized on: the key has no id yet.

    AWS KMS Developer Guide, "Controlling access to tags", has a policy for this with ``…:key/*`` as its Resource.
    """
    caller = request.caller
    partition = caller.arn.split(":")[1] if caller.account else "aws"
    return f"arn:{partition}:kms:{request.circumstances.region or '*'}:{caller.account or ''}:key/*"


def _account_resource(action: str, parameters: Mapping[str, Any]) -> str:
    """ListRetirableGrants is authorized on the principal it asks about; no other action without a key has a resource."""
    return parameters.get("RetiringPrincipal", "*") if action == "ListRetirableGrants" else "*"
