"""Questions about the mock as it stands, answered without a call: who may, and what it costs."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from moto.kms.models import kms_backends
from moto.utilities.utils import get_partition

from . import bill as billing, callers
from .authorization import ACTIONS, Caller, GrantFacts, Request, decide, decide_all
from .bill import Line, Meter
from .enforcement import circumstances_of, key_facts
from .errors import KmsError
from .explanation import Explanation
from .key import Key
from .models import KmsBackend
from .origin import Origin


def explain(
    who: Origin | str, action: str, key_id: str, *, region: str, account: str, **parameters: Any
) -> Explanation:
    """The decision on an action on a key, with its reasons, for a signer or the ARN of a principal.

    With an ``AliasName`` an action on aliases is decided on the alias too, with a ``GrantId`` RetireGrant on that
    grant; ReEncrypt's actions know by its other member, SourceKeyId or DestinationKeyId, whether the key stays.
    Raises ``ValueError`` for a principal, an action, a key or a grant that there is not.
    """
    name = _action(action)
    home: KmsBackend = kms_backends[account][region]
    home.settle(home.now())
    try:
        key = home.find(key_id, across_accounts=True)
    except KmsError as error:
        raise ValueError(f"There is no such key: {error.message}") from None
    caller, now = _caller(who, region), home.now()
    origin = who if isinstance(who, Origin) else Origin("")
    own, other = _RE_ENCRYPTS.get(name, ("KeyId", ""))
    asked = Request(
        caller,
        f"kms:{name}",
        key_facts(key, caller, now),
        parameters={own: key_id, **parameters},
        circumstances=circumstances_of(origin, region, now),
        grant=_grant(key, parameters["GrantId"]) if "GrantId" in parameters else None,
        same_key=_is(key, parameters[other], home) if other in parameters else None,
    )
    if name.endswith("Alias") and "AliasName" in parameters:
        alias = replace(asked, key=None, resource=home.arn(parameters["AliasName"]))
        return Explanation.of(decide_all((alias, asked)))
    return Explanation.of(decide(asked))


#: By which member of its request each action of ReEncrypt names its key, and by which the other one.
_RE_ENCRYPTS = {
    "ReEncryptFrom": ("SourceKeyId", "DestinationKeyId"),
    "ReEncryptTo": ("DestinationKeyId", "SourceKeyId"),
}


def _is(key: Key, identifier: str, home: KmsBackend) -> bool:
    try:
        return home.find(identifier, across_accounts=True) is key
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
        raise ValueError(f"{action!r} is no action of KMS; an example is 'kms:Decrypt'.")
    return name


def _grant(key: Key, grant_id: str) -> GrantFacts:
    if grant_id not in key.grants:
        raise ValueError(f"The key has no grant {grant_id!r}.")
    return key.grants[grant_id].facts


def empty(account: str) -> None:
    """Let an account have no key, alias or grant, as if it had never called KMS."""
    kms_backends.pop(account, None)


def bill(account: str, now: datetime, meter: Meter) -> tuple[Line, ...]:
    """The bill of one account, over all Regions."""
    keys = [key for backend in kms_backends[account].values() for key in backend.keys.values()]
    return billing.lines(account, now, meter, keys)


def _caller(who: Origin | str, region: str) -> Caller:
    if isinstance(who, str):
        return callers.of_arn(who)
    if who.service:
        return callers.service(who.service)
    partition = get_partition(region)
    for account in list(kms_backends):
        caller = callers.find(who.access_key, account, partition, who.session_token)
        if caller:
            return caller
    raise ValueError("This session's credentials are not of this lab.")
