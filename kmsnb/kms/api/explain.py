"""Decisions without a call: whether a principal may do something with a key, and why."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..authorization import ACTIONS, Caller, Decision, GrantFacts, Request, decide, decide_all
from ..core.errors import KmsError
from ..core.key import Key
from ..core.region import Region
from .endpoint import Endpoint
from .enforcement import circumstances_of, key_facts
from .origin import Origin


def explain(
    caller: Caller, origin: Origin, action: str, key_id: str, endpoint: Endpoint, parameters: dict[str, Any]
) -> Decision:
    """The decision on an action on a key, with its reasons.

    With an ``AliasName``, an action on aliases is decided on the alias too; with a ``GrantId``, RetireGrant on that
    grant. ReEncrypt's actions learn from its other member, SourceKeyId or DestinationKeyId, whether the key stays the
    same. Raises ``ValueError`` for an action, a key or a grant that does not exist.
    """
    name, region = _action(action), endpoint.region
    now = region.now()
    region.settle(now)
    try:
        key = region.find(key_id, across_accounts=True)
    except KmsError as error:
        raise ValueError(f"There is no such key: {error.message}") from None
    try:
        circumstances = circumstances_of(origin, region, now, endpoint.principals)
    except KmsError as error:
        raise ValueError(error.message) from None
    own, other = _RE_ENCRYPT_MEMBERS.get(name, ("KeyId", ""))
    request = Request(
        caller,
        f"kms:{name}",
        key_facts(key, caller, now, endpoint.principals),
        parameters={own: key_id, **parameters},
        circumstances=circumstances,
        grant=_grant(key, parameters["GrantId"]) if "GrantId" in parameters else None,
        same_key=_is(key, parameters[other], region) if other in parameters else None,
    )
    if name.endswith("Alias") and "AliasName" in parameters:
        alias = replace(request, key=None, resource=region.arn(parameters["AliasName"]))
        return decide_all((alias, request))
    return decide(request)


#: The members with which each action of ReEncrypt names its own key and the other one.
_RE_ENCRYPT_MEMBERS = {
    "ReEncryptFrom": ("SourceKeyId", "DestinationKeyId"),
    "ReEncryptTo": ("DestinationKeyId", "SourceKeyId"),
}


def _is(key: Key, identifier: str, region: Region) -> bool:
    try:
        return region.find(identifier, across_accounts=True) is key
    except KmsError:
        return False


def _action(action: str) -> str:
    """An action without ``kms:``."""
    name = action.removeprefix("kms:")
    if name == "ReEncrypt":
        raise ValueError(
            "ReEncrypt needs two actions: ask for 'kms:ReEncryptFrom' on the key of the ciphertext, "
            "and for 'kms:ReEncryptTo' on the new one."
        )
    if name not in ACTIONS:
        raise ValueError(f"{action!r} is not an action of KMS; an example is 'kms:Decrypt'.")
    return name


def _grant(key: Key, grant_id: str) -> GrantFacts:
    if grant_id not in key.grants:
        raise ValueError(f"The key has no grant {grant_id!r}.")
    return key.grants[grant_id].facts
