"""Where every call passes: from an operation's name and body to its answer."""

from __future__ import annotations

import json
import logging
import threading
import uuid
from typing import TYPE_CHECKING, Any

from . import validation
from .errors import KmsError, KMSInternalException, SerializationException, UnknownOperationException
from .operations import OPERATIONS
from .request import Call

if TYPE_CHECKING:
    from .models import KmsBackend

log = logging.getLogger("kmsnb.kms")

#: Calls are answered one after another, as if each took no time: keys related across Regions stay consistent.
_one_at_a_time = threading.RLock()


def answer(
    operation: str, body: bytes, backend: KmsBackend, *, access_key: str = "", request_id: str = ""
) -> Any:
    """The answer's members; raises a KmsError for every other outcome, and nothing else."""
    try:
        with _one_at_a_time:
            return _answer(operation, body, backend, access_key, request_id)
    except KmsError:
        raise
    except Exception:
        # the traceback's frames may hold secrets, its text does not: nothing here formats key material
        log.exception("%s failed unforeseen", operation)
        raise KMSInternalException from None


def _answer(operation: str, body: bytes, backend: KmsBackend, access_key: str, request_id: str) -> Any:
    if operation not in validation.operation_names():
        raise UnknownOperationException
    parameters = validation.read(operation, _parse(body))
    now = backend.now()
    backend.settle(now)
    call = Call(
        OPERATIONS[operation], parameters, backend, now=now, access_key=access_key, request_id=request_id
    )
    try:
        members = call.operation.run(call)
        _note_usage(call)
    finally:
        tick = getattr(backend.clock, "tick", None)
        if tick:
            tick()
    return members or {}


def _parse(body: bytes) -> Any:
    try:
        return json.loads(body or b"{}")
    except (ValueError, RecursionError):
        raise SerializationException("The request body is not valid JSON.") from None


def _note_usage(call: Call) -> None:
    """Remember the last cryptographic operation that succeeded with each key."""
    if call.operation.cryptographic:
        for use in call.uses:
            use.key.last_usage = {
                "Operation": call.operation.name,
                "Timestamp": call.now,
                "CloudTrailEventId": str(uuid.uuid4()),
                "KmsRequestId": call.request_id,
            }
