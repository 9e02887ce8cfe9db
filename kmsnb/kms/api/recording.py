"""From a call to its record in the journal and its place on the bill."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..core.errors import AccessDeniedException, KmsError, UnrecognizedClientException
from ..core.specs import SYMMETRIC_DEFAULT
from ..records.journal import INTERNAL, Record, without_secrets, writes
from ..records.recorder import Recorder
from .call import Call
from .origin import HERE, Origin

#: EC2's requests for a caller come from its front end, as recorded from AWS in 2026; ``kms:ViaService`` says ec2.
_RECORDED_AS = {"ec2.amazonaws.com": "ec2-frontend-api.amazonaws.com"}


def answered(call: Call, response: Mapping[str, Any], recorder: Recorder) -> None:
    """Record a call that succeeded."""
    name = call.operation.name
    if recorder.meter is not None:
        uses = call.uses if call.operation.cryptographic or name == "GetPublicKey" else ()
        recorder.meter.count(
            call.region.account,
            call.now,
            name,
            pair_spec=call.get("KeyPairSpec", ""),
            used=[use.key.spec for use in uses],
        )
    if recorder.journal is not None:
        arns = [response["KeyMetadata"]["Arn"]] if writes(name) and "KeyMetadata" in response else []
        recorder.journal.write(_record(call, arns, response=_response(call, response)))


def refused(call: Call, error: KmsError, recorder: Recorder) -> None:
    """Record a call that failed; calls with unknown credentials are not recorded."""
    if recorder.journal is None or isinstance(error, UnrecognizedClientException):
        return
    denied = isinstance(error, AccessDeniedException)
    recorder.journal.write(
        _record(
            call,
            # CloudTrail shortens this one code
            error_code="AccessDenied" if denied else error.code,
            error_message=error.message or None,
            explanation=error.decision if isinstance(error, AccessDeniedException) else None,
        )
    )


#: CloudTrail records the algorithm "even if it wasn't specified": developer guide, the log entries of these operations.
_ALGORITHMS = {
    "Decrypt": {"EncryptionAlgorithm": SYMMETRIC_DEFAULT},
    "Encrypt": {"EncryptionAlgorithm": SYMMETRIC_DEFAULT},
    "ReEncrypt": {
        "DestinationEncryptionAlgorithm": SYMMETRIC_DEFAULT,
        "SourceEncryptionAlgorithm": SYMMETRIC_DEFAULT,
    },
}


def _record(call: Call, new_keys: list[str] | None = None, **outcome: Any) -> Record:
    origin, parameters = call.origin, call.recordable
    if parameters is not None:
        parameters = _ALGORITHMS.get(call.operation.name, {}) | dict(parameters)
    return Record(
        call.now,
        call.event_id,
        call.operation.name,
        call.region.name,
        call.region.account,
        resources=_resources(call, new_keys or []),
        caller=call.caller,
        access_key=origin.access_key if origin and not origin.service else None,
        invoked_by=_invoked_by(origin) if origin else INTERNAL,
        source_ip=origin.source_ip if origin else HERE,
        vpc_endpoint=origin.vpc_endpoint if origin else None,
        cause=origin.request if origin else None,
        parameters=parameters,
        request_id=call.request_id or call.event_id,
        **outcome,
    )


def _invoked_by(origin: Origin) -> str | None:
    via = origin.via_service
    return origin.invoked_by or (_RECORDED_AS.get(via, via) if via else None)


def _resources(call: Call, new_keys: list[str]) -> tuple[str, ...]:
    """The ARNs of the keys in a call, including a new one, and of the alias."""
    arns = [use.key.arn for use in call.uses] + new_keys
    alias = call.get("AliasName", "")
    if alias.startswith("alias/"):
        arns.append(call.region.arn(alias))
    return tuple(dict.fromkeys(arns))


def _response(call: Call, response: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What CloudTrail records of a response: nothing for reads and for the use of keys."""
    if not writes(call.operation.name):
        return None
    recorded = without_secrets(response)
    if call.uses:
        recorded.setdefault("KeyId", call.uses[0].key.arn)
    return recorded or None
