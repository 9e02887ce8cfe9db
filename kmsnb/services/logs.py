"""CloudWatch Logs: a log group's events are under a KMS key that its senders, its readers and the service itself may use.

| Request | asks KMS for | as | encryption context |
|---|---|---|---|
| CreateLogGroup with kmsKeyId, AssociateKmsKey | DescribeKey | the caller | |
| | then GenerateDataKey | logs.REGION.amazonaws.com, aws:SourceArn = the log group | aws:logs:arn |
| PutLogEvents | GenerateDataKey | the caller | aws:logs:arn |
| GetLogEvents, FilterLogEvents that find encrypted events | Decrypt, once for each key | the service, then the caller | aws:logs:arn |
| DisassociateKmsKey and others | nothing | | |

An event stays under the key that its log group had when it arrived, also after DisassociateKmsKey or under another key.

Amazon CloudWatch Logs User Guide, "Encrypt log data in CloudWatch Logs using AWS Key Management Service", with the
callers' permissions that it lists today; Amazon CloudWatch Logs API Reference, AssociateKmsKey.

Ours, as no page says: which calls try a key out and read events, and their order; that every request asks, while AWS
may take up to five minutes to notice; and the errors of PutLogEvents, GetLogEvents and FilterLogEvents, which are those
of AssociateKmsKey. moto writes some events without a request (EventBridge's, Lambda's): they are not encrypted here.
StartQuery and the keys of query results are left to moto, which has none.
"""

from __future__ import annotations

import json
from typing import Any

from moto.logs.models import LogGroup, logs_backends
from moto.utilities.utils import get_partition

from kmsnb.kms.core.errors import AccessDeniedException, KmsError, NotFoundException

from . import glance
from .call import Answer, Call, Refusal
from .data_keys import DataKey
from .service import Service


def create_log_group(call: Call) -> Answer:
    """Try the key out, and let moto make the log group only if KMS agrees."""
    key = call.members.get("kmsKeyId")
    if key:
        _try_out(call, key, call.members["logGroupName"])
    return call.proceed()


def associate_kms_key(call: Call) -> Answer:
    """Give a log group a key, or another one. moto has no such operation."""
    group = _named(call)
    _try_out(call, call.members["kmsKeyId"], group.name)
    group.kms_key_id = call.members["kmsKeyId"]
    return _empty()


def disassociate_kms_key(call: Call) -> Answer:
    """New events are no longer encrypted under the key; those that are there remain so."""
    _named(call).kms_key_id = None
    return _empty()


def _try_out(call: Call, key: str, name: str) -> None:
    if not (key.startswith("arn:") and ":key/" in key):
        raise Refusal("InvalidParameterException", "kmsKeyId must be the ARN of a KMS key.")
    try:
        call.ask("DescribeKey", KeyId=key)
        made = _data_key(key, _arn(call, name))
        call.ask_as_service("GenerateDataKey", _arn(call, name), principal=_principal(call), **made)
    except (AccessDeniedException, NotFoundException) as error:
        raise _not_allowed(call, name) from error


def put_log_events(call: Call) -> Answer:
    """Get a data key for the events, and keep it with each that moto takes."""
    group = _find(call, call.members["logGroupName"])
    stream: Any = group and group.streams.get(call.members["logStreamName"])
    if group is None or stream is None or not group.kms_key_id:
        return call.proceed()
    try:
        made = call.ask("GenerateDataKey", **_data_key(group.kms_key_id, _arn(call, group.name)))
    except (AccessDeniedException, NotFoundException) as error:
        raise _not_allowed(call, group.name) from error
    data_key = DataKey(made["CiphertextBlob"], made["KeyId"], {"aws:logs:arn": _arn(call, group.name)})
    group.__dict__["encrypted"] = True
    before = len(stream.events)
    answer = call.proceed()
    for event in stream.events[before:]:
        event.data_key = data_key
    return answer


def get_log_events(call: Call) -> Answer:
    """Read events, if KMS decrypts the data keys of those in the log stream."""
    return _read(call, [call.members["logStreamName"]])


def filter_log_events(call: Call) -> Answer:
    """Read events, if KMS decrypts the data keys of those in the log streams asked for."""
    return _read(call, call.members.get("logStreamNames") or [])


def _read(call: Call, stream_names: list[str]) -> Answer:
    group = _named(call)
    streams = [group.streams[name] for name in stream_names or group.streams if name in group.streams]
    by_key = {key.key: key for stream in streams for key in map(_of_event, stream.events) if key}
    arn = _arn(call, group.name)
    try:
        for each in by_key.values():
            asked: dict[str, Any] = {"CiphertextBlob": each.encrypted, "EncryptionContext": each.context}
            call.ask_as_service("Decrypt", arn, principal=_principal(call), **asked)
            call.ask("Decrypt", **asked)
    except (AccessDeniedException, NotFoundException) as error:
        raise _not_allowed(call, group.name) from error
    return call.proceed()


def _of_event(event: Any) -> DataKey | None:
    return event.__dict__.get("data_key")


def _was_encrypted(group: LogGroup) -> bool:
    """Whether a log group has ever had events under a key."""
    return "encrypted" in group.__dict__


def _named(call: Call) -> LogGroup:
    """The log group of a request, by its name or ARN."""
    resource = call.members.get("resourceIdentifier") or call.members.get("logGroupIdentifier") or ""
    name = call.members.get("logGroupName") or resource.partition(":log-group:")[2].removesuffix(":*")
    group = _find(call, name or resource)
    if group is None:
        raise Refusal("ResourceNotFoundException", "The specified log group does not exist.")
    return group


def _find(call: Call, name: str) -> LogGroup | None:
    return logs_backends[call.account][call.region].groups.get(name)


def _arn(call: Call, name: str) -> str:
    return f"arn:{get_partition(call.region)}:logs:{call.region}:{call.account}:log-group:{name}"


def _principal(call: Call) -> str:
    return f"logs.{call.region}.amazonaws.com"


def _data_key(key: str, arn: str) -> dict[str, Any]:
    return {"KeyId": key, "KeySpec": "AES_256", "EncryptionContext": {"aws:logs:arn": arn}}


def _not_allowed(call: Call, name: str) -> Refusal:
    return Refusal(
        "AccessDeniedException",
        f"The specified KMS key does not exist or is not allowed to be used with Arn '{_arn(call, name)}'",
        400,
    )


def _empty() -> Answer:
    return Answer(200, {"content-type": "application/x-amz-json-1.1"}, json.dumps({}))


def plain(request: Any) -> bool:
    """Whether a request never asks KMS, or is for a log group that has had nothing to do with KMS."""
    operation = glance.operation(request)
    if operation == "CreateLogGroup":
        return b'"kmsKeyId"' not in request.data
    if operation not in _EVENTS:
        return operation not in SERVICE.asks
    sender, name = glance.sender(request), glance.member(request, "logGroupName")
    group = logs_backends[sender[0]][sender[1]].groups.get(name) if sender and name else None
    return group is not None and not group.kms_key_id and not _was_encrypted(group)


def refusal(error: KmsError) -> Refusal:
    """KMS's refusal as CloudWatch Logs words it: a disabled key, or one of another spec or usage."""
    return Refusal("InvalidParameterException", error.message)


_EVENTS = {
    "FilterLogEvents": filter_log_events,
    "GetLogEvents": get_log_events,
    "PutLogEvents": put_log_events,
}

SERVICE = Service(
    "logs",
    "logs.amazonaws.com",
    {
        "AssociateKmsKey": associate_kms_key,
        "CreateLogGroup": create_log_group,
        "DisassociateKmsKey": disassociate_kms_key,
        **_EVENTS,
    },
    refusal,
    plain=plain,
)
