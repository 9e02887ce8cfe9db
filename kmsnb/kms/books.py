"""Questions about the mock as it stands, answered without a call: who may, and what it costs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from moto.kms.models import kms_backends
from moto.utilities.utils import get_partition

from . import bill as billing
from . import callers
from .authorization import ACTIONS, Caller, Circumstances, Request, decide
from .bill import Line, Meter
from .enforcement import key_facts
from .errors import KmsError
from .explanation import Explanation
from .models import KmsBackend
from .origin import Origin


def explain(
    who: Origin | str, action: str, key_id: str, *, region: str, account: str, **parameters: Any
) -> Explanation:
    """The decision on an action on a key, with its reasons, for a signer or the ARN of a principal.

    Raises ``ValueError`` for a principal, an action or a key that there is not.
    """
    name = action.removeprefix("kms:")
    if name not in ACTIONS:
        raise ValueError(f"{action!r} is no action of KMS; an example is 'kms:Decrypt'.")
    home: KmsBackend = kms_backends[account][region]
    home.settle(home.now())
    try:
        key = home.find(key_id, across_accounts=True)
    except KmsError as error:
        raise ValueError(f"There is no such key: {error.message}") from None
    caller = _caller(who, region)
    now = home.now()
    source = who.source_arn if isinstance(who, Origin) else None
    return Explanation.of(
        decide(
            Request(
                caller,
                f"kms:{name}",
                key_facts(key, caller, now),
                parameters={"KeyId": key_id, "SourceKeyId": key_id, **parameters},
                circumstances=Circumstances(
                    time=now,
                    region=region,
                    source_ip="127.0.0.1",
                    via_service=who.via(region) if isinstance(who, Origin) else None,
                    source_arn=source,
                ),
            )
        )
    )


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
