"""SQS: messages in an encrypted queue are under data keys, which producers and consumers use for a while.

| Request | asks KMS for | as | encryption context |
|---|---|---|---|
| SendMessage, SendMessageBatch | GenerateDataKey and Decrypt, once in a data key reuse period | the producer | aws:sqs:arn |
| ReceiveMessage that finds a message | Decrypt, once in a data key reuse period | the consumer | aws:sqs:arn |
| a message that another service sends | see ``deliveries`` | | |
| CreateQueue, SetQueueAttributes, DeleteMessage, PurgeQueue … | nothing | | |
| all requests to a queue under SSE-SQS | nothing | | |

The period is the queue's KmsDataKeyReusePeriodSeconds: 300 unless set, from 60 to 86,400. A message stays under the KMS
key that it was sent under, also when the queue gets another key, and in a dead-letter queue.

Amazon SQS Developer Guide, "Amazon SQS Key management" and "Troubleshooting access denied errors"; Amazon SQS API
Reference, SendMessage, ReceiveMessage and SetQueueAttributes.

Ours, as no page says: the name in the encryption context, which key policies on the web use; that KMS is asked before
SQS looks at the message; that a consumer who finds no message asks nothing; that a refused ReceiveMessage doesn't count
as one; and InvalidKeyUsage for what SQS has no error of its own for. moto knows only queues of the sender's account.
"""

from __future__ import annotations

import re
from typing import Any

from moto.sqs.models import Message, sqs_backends

from kmsnb.kms.core.errors import (
    AccessDeniedException,
    DisabledException,
    InvalidArnException,
    KmsError,
    KMSInvalidStateException,
    NotFoundException,
)

from . import (  # noqa: F401 (deliveries are heard of from now on)
    data_keys,
    deliveries,
    glance,
)
from .call import Answer, Call, Refusal
from .data_keys import Requester
from .quoted import quoted
from .service import Service

SHORTEST, LONGEST = 60, 86_400  # seconds


def send_message(call: Call) -> Answer:
    """Get the producer a data key, and then let moto take the message, or the batch."""
    queue = _queue(call)
    if queue is None or not queue.kms_master_key_id:
        return call.proceed()
    data_key = data_keys.for_queue(queue, Requester.of(call))
    answer = call.proceed()
    sent = _told(answer, "MessageId")
    for message in reversed(queue._messages):
        if not sent:
            break
        if message.id in sent:
            data_keys.protect(message, data_key)
            sent.remove(message.id)
    return answer


def receive_message(call: Call) -> Answer:
    """Have the data keys of the messages that moto found decrypted. If KMS refuses, they stay in the queue."""
    queue = _queue(call)
    answer = call.proceed()
    if queue is None:
        return answer
    handles = _told(answer, "ReceiptHandle")
    received = [each for each in queue._messages if each.receipt_handle in handles] if handles else []
    if any(map(data_keys.of_message, received)):
        _open(queue, received, Requester.of(call))
    return answer


def _open(queue: Any, received: list[Message], consumer: Requester) -> None:
    try:
        for message in received:
            data_keys.open_message(queue, message, consumer)
    except KmsError:
        for message in received:
            _put_back(queue, message)
        raise


def _put_back(queue: Any, message: Message) -> None:
    """Undo that moto counted a message as received."""
    message.approximate_receive_count -= 1
    message.visible_at = 0
    message.receipt_handle = message._old_receipt_handles.pop()
    queue.pending_messages.discard(message)


def set_attributes(call: Call) -> Answer:
    """CreateQueue and SetQueueAttributes: one kind of encryption at a time, and a period within its limits."""
    asked = call.members.get("Attributes") or {}
    key, managed = asked.get("KmsMasterKeyId"), str(asked.get("SqsManagedSseEnabled")).lower() == "true"
    if key and managed:
        raise Refusal(
            "InvalidAttributeName",
            "You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.",
        )
    period = str(asked.get("KmsDataKeyReusePeriodSeconds", SHORTEST))
    if not (period.isdecimal() and SHORTEST <= int(period) <= LONGEST):
        raise Refusal(
            "InvalidAttributeValue", "Invalid value for the parameter KmsDataKeyReusePeriodSeconds."
        )
    answer = call.proceed()
    queue = _queue(call)
    if queue is not None and key:
        queue.sqs_managed_sse_enabled = False
    elif queue is not None and managed:
        queue.kms_master_key_id = None
    return answer


def _queue(call: Call) -> Any:
    name = call.members.get("QueueName") or call.members.get("QueueUrl") or call.request.path
    return _find(call.account, call.region, name)


def _find(account: str, region: str, url: str) -> Any:
    """moto's queue, or None: in the sender's account, whatever its URL says."""
    return sqs_backends[account][region].queues.get(url.rstrip("/").rpartition("/")[2])


def _told(answer: Answer, member: str) -> set[str]:
    """All values of a member in moto's answer, in JSON or XML."""
    text = answer.body.decode() if isinstance(answer.body, bytes) else answer.body
    return set(re.findall(rf'{member}["> :]+([^"<]+)', text))


def plain(request: Any) -> bool:
    """Whether a request in JSON never asks KMS, or is for a queue that has nothing under KMS."""
    operation = glance.operation(request)
    if not operation:
        return False
    if operation in ("CreateQueue", "SetQueueAttributes"):
        return b"Kms" not in request.data and b"SqsManagedSseEnabled" not in request.data
    if operation not in SERVICE.asks:
        return True
    sender, url = glance.sender(request), glance.member(request, "QueueUrl")
    if not (sender and url):
        return False
    queue = _find(*sender, url)
    return queue is None or not _concerns_kms(queue, operation)


def _concerns_kms(queue: Any, operation: str) -> bool:
    if operation == "ReceiveMessage" and any(map(data_keys.of_message, queue._messages)):
        return True
    return bool(queue.kms_master_key_id)


_ERRORS = {
    AccessDeniedException: "KmsAccessDenied",
    DisabledException: "KmsDisabled",
    KMSInvalidStateException: "KmsInvalidState",
    NotFoundException: "KmsNotFound",
    InvalidArnException: "KmsNotFound",
}
#: What clients see as ``Error.Code``, which is the error's name in SQS's older protocol. botocore's model lacks it.
_CODES = {
    "KmsAccessDenied": "KMS.AccessDeniedException",
    "KmsDisabled": "KMS.DisabledException",
    "KmsInvalidKeyUsage": "KMS.InvalidKeyUsage",
    "KmsInvalidState": "KMS.InvalidStateException",
    "KmsNotFound": "KMS.NotFoundException",
}


def refusal(error: KmsError) -> Refusal:
    """KMS's refusal as SQS words it. Its class in boto3 is called ``KmsDisabled``, its code ``KMS.DisabledException``."""
    return Refusal(_ERRORS.get(type(error), "KmsInvalidKeyUsage"), quoted(error))


SERVICE = Service(
    "sqs",
    "sqs.amazonaws.com",
    {
        "CreateQueue": set_attributes,
        "ReceiveMessage": receive_message,
        "SendMessage": send_message,
        "SendMessageBatch": send_message,
        "SetQueueAttributes": set_attributes,
    },
    refusal,
    plain=plain,
)
for _name, _code in _CODES.items():
    SERVICE.model.shape_for(_name)._shape_model["error"] = {"code": _code, "senderFault": True}
