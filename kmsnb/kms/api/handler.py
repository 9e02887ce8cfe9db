"""The path of every call: from an operation's name and parameters to the members of its response."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Mapping
from typing import Any

from ..authorization import Caller
from ..authorization.actions import ACTIONS, On
from ..core.errors import (
    KmsError,
    KMSInternalException,
    SerializationException,
    UnknownOperationException,
    UnrecognizedClientException,
    ValidationException,
)
from ..records.journal import without_secrets
from . import recording, validation
from .call import Call
from .endpoint import Endpoint
from .enforcement import Enforcement, circumstances_of
from .guard import Guard
from .operations import OPERATIONS
from .origin import Origin
from .unguarded import Unguarded

log = logging.getLogger("kmsnb.kms")

#: The most bytes of a request that this mock decides on. AWS documents no limit; the largest policy fits, however escaped.
LARGEST_REQUEST = 256 * 1024

#: Calls are answered one at a time, so that keys related across Regions stay consistent.
_one_at_a_time = threading.RLock()

_ON_ACCOUNT = frozenset(name for name, action in ACTIONS.items() if action.on is On.ACCOUNT)


def handle(
    operation: str,
    body: bytes | Mapping[str, Any],
    endpoint: Endpoint,
    *,
    origin: Origin | None = None,
    caller: Caller | None = None,
    request_id: str = "",
) -> dict[str, Any]:
    """The members of the response. Raises a KmsError for any other outcome, and nothing else.

    ``body`` is JSON from HTTP, or the members of the request as Python values. Without an ``origin``, moto itself
    calls, and needs no permission. ``caller`` is a principal that no access key belongs to, such as the role with which
    an AWS service uses a grant; otherwise the origin says who calls.
    """
    try:
        with _one_at_a_time:
            return _handle(operation, body, endpoint, origin, caller, request_id)
    except KmsError:
        raise
    except Exception:
        # the traceback's frames may hold secrets, but its text does not: nothing here formats key material
        log.exception("%s failed unexpectedly", operation)
        raise KMSInternalException from None


def _handle(
    operation: str,
    body: bytes | Mapping[str, Any],
    endpoint: Endpoint,
    origin: Origin | None,
    caller: Caller | None,
    request_id: str,
) -> dict[str, Any]:
    if operation not in OPERATIONS:
        raise UnknownOperationException
    region, recorder = endpoint.region, endpoint.settings.recorder
    now = region.now()
    region.settle(now)
    call = Call(
        OPERATIONS[operation],
        region,
        now=now,
        caller=caller or _caller(endpoint, origin),
        origin=origin,
        request_id=request_id,
    )
    try:
        response = _answer(call, body, endpoint)
    except KmsError as error:
        recording.refused(call, error, recorder)
        raise
    finally:
        endpoint.settings.clock.tick()
    recording.answered(call, response, recorder)
    return response


def _answer(call: Call, body: bytes | Mapping[str, Any], endpoint: Endpoint) -> dict[str, Any]:
    """Read the request, check it, and run the operation."""
    enforce = endpoint.settings.enforce and call.origin is not None
    if enforce and call.caller is None:
        raise UnrecognizedClientException
    operation = call.operation
    call.parameters = validation.read(operation.name, _parse(body) if isinstance(body, bytes) else body)
    if isinstance(body, bytes):
        check_size(body)  # now that a member that is too long has its own error, as on AWS
    call.recordable = without_secrets(call.parameters)
    call.guard = _guard(call, call.recordable, endpoint, enforce=enforce)
    if operation.name in _ON_ACCOUNT:
        call.guard.on_account(operation.name)
    response = operation.run(call) or {}
    if operation.cryptographic:
        _remember_usage(call)
    return response


def check_size(body: bytes) -> None:
    """Raise ``ValidationException`` for a request of more than ``LARGEST_REQUEST`` bytes."""
    if len(body) > LARGEST_REQUEST:
        raise ValidationException(f"The request is larger than {LARGEST_REQUEST} bytes.")


def _guard(call: Call, recordable: Mapping[str, Any], endpoint: Endpoint, *, enforce: bool) -> Guard:
    region = call.region
    circumstances = circumstances_of(call.origin or Origin(""), region, call.now, endpoint.principals)
    if enforce and call.caller:
        return Enforcement(call.caller, recordable, circumstances, endpoint.principals)
    return Unguarded(
        lambda: call.caller or _find(endpoint, call.origin),
        Caller.root(region.account, region.partition),
        recordable,
        circumstances,
        endpoint.principals,
    )


def _caller(endpoint: Endpoint, origin: Origin | None) -> Caller | None:
    """The caller, if every call needs it; None if it is unknown, or moto itself."""
    settings = endpoint.settings
    return _find(endpoint, origin) if settings.enforce or settings.recorder.journal is not None else None


def _find(endpoint: Endpoint, origin: Origin | None) -> Caller | None:
    region = endpoint.region
    if origin is None:
        return None
    if origin.service:
        return Caller.service(origin.service)
    return endpoint.principals.find(origin.access_key, region.account, region.partition, origin.session_token)


def _parse(body: bytes) -> Any:
    try:
        return json.loads(body or b"{}")
    except (ValueError, RecursionError):
        raise SerializationException("The request body is not valid JSON.") from None


def _remember_usage(call: Call) -> None:
    """Set the last cryptographic operation that succeeded with each key."""
    for use in call.uses:
        use.key.last_usage = {
            "Operation": call.operation.name,
            "Timestamp": call.now,
            "CloudTrailEventId": call.event_id,
            "KmsRequestId": call.request_id,
        }
