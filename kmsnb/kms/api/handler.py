"""Where every call passes: from an operation's name and body to its answer."""

from __future__ import annotations

import json
import logging
import threading
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ..authorization import Caller
from ..authorization.actions import ACTIONS, On
from ..core.errors import (
    KmsError,
    KMSInternalException,
    SerializationException,
    UnknownOperationException,
    UnrecognizedClientException,
)
from ..moto import callers
from . import validation
from .call import Call
from .enforcement import OPEN, Guard, circumstances_of
from .operations import OPERATIONS
from .origin import Origin
from .recording import Entry

if TYPE_CHECKING:
    from ..moto.models import KmsBackend

log = logging.getLogger("kmsnb.kms")

#: Calls are answered one after another, as if each took no time: keys related across Regions stay consistent.
_one_at_a_time = threading.RLock()


def answer(
    operation: str,
    body: bytes,
    backend: KmsBackend,
    *,
    origin: Origin | None = None,
    request_id: str = "",
) -> Any:
    """The answer's members; raises a KmsError for every other outcome, and nothing else.

    Without an ``origin`` it is moto itself that calls, of which no permission is asked.
    """
    try:
        with _one_at_a_time:
            return _answer(operation, body, backend, origin, request_id)
    except KmsError:
        raise
    except Exception:
        # the traceback's frames may hold secrets, its text does not: nothing here formats key material
        log.exception("%s failed unforeseen", operation)
        raise KMSInternalException from None


def _answer(operation: str, body: bytes, backend: KmsBackend, origin: Origin | None, request_id: str) -> Any:
    if operation not in validation.operation_names():
        raise UnknownOperationException
    now = backend.now()
    backend.settle(now)
    caller = _caller(backend, origin) if backend.enforce or backend.journal is not None else None
    entry = Entry(backend, operation, now, request_id, caller, origin)
    try:
        if backend.enforce and origin and caller is None:
            raise UnrecognizedClientException
        parameters = entry.parameters = validation.read(operation, _parse(body))
        guard = _guard(caller, parameters, backend, now, origin) if backend.enforce and caller else OPEN
        call = entry.call = Call(
            OPERATIONS[operation], parameters, backend, now=now, guard=guard, request_id=request_id
        )
        if operation in _ON_ACCOUNT:
            guard.on_account(operation)
        members = call.operation.run(call) or {}
        _note_usage(call, entry.event_id)
        entry.answered(members)
    except KmsError as error:
        entry.refused(error)
        raise
    finally:
        tick = getattr(backend.clock, "tick", None)
        if tick:
            tick()
    return members


_ON_ACCOUNT = frozenset(name for name, action in ACTIONS.items() if action.on is On.ACCOUNT)


def _caller(backend: KmsBackend, origin: Origin | None) -> Caller | None:
    """Who calls; None for nobody that is known, and for moto itself."""
    if origin is None:
        return None
    if origin.service:
        return callers.service(origin.service)
    return callers.find(origin.access_key, backend.account_id, backend.partition, origin.session_token)


def _guard(
    caller: Caller, parameters: dict[str, Any], backend: KmsBackend, now: datetime, origin: Origin
) -> Guard:
    return Guard(caller, parameters, circumstances_of(origin, backend.region_name, now))


def _parse(body: bytes) -> Any:
    try:
        return json.loads(body or b"{}")
    except (ValueError, RecursionError):
        raise SerializationException("The request body is not valid JSON.") from None


def _note_usage(call: Call, event_id: str) -> None:
    """Remember the last cryptographic operation that succeeded with each key."""
    if call.operation.cryptographic:
        for use in call.uses:
            use.key.last_usage = {
                "Operation": call.operation.name,
                "Timestamp": call.now,
                "CloudTrailEventId": event_id,
                "KmsRequestId": call.request_id,
            }
