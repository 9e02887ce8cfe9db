"""The data keys of an encrypted queue or topic: whose they are, and for how long they serve without a question to KMS.

1. Who writes gets a data key of their own: GenerateDataKey, and Decrypt to verify it. It serves for the reuse period.
2. Who reads has the data key of a message decrypted, and may read everything under that KMS key for the same period.
3. Within the period neither the key's state nor its policy counts. The plaintext data key is not kept here, only until
   when it would be.

Amazon SQS Developer Guide, "Amazon SQS Key management", under "Understanding the data key reuse period" and "Estimating
AWS KMS costs": two requests for each producer and one for each consumer in a period, however many producers there are.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from moto.sns.models import Topic
from moto.sqs.models import Message

from .call import Call

#: Amazon SNS Developer Guide, "Managing Amazon SNS encryption keys and costs": up to five minutes, which nobody can change.
TOPIC_PERIOD = timedelta(minutes=5)

#: One KMS request: the operation and its members in, those of the response out; raises a ``KmsError``.
Ask = Callable[..., dict[str, Any]]


@dataclass(frozen=True)
class DataKey:
    """An encrypted data key, the ARN of the KMS key that encrypted it, and its encryption context."""

    encrypted: bytes
    key: str
    context: dict[str, str]


class Requester(NamedTuple):
    """Who needs a data key, and how KMS is asked for them at the time ``now``."""

    who: Hashable
    ask: Ask
    now: datetime

    @classmethod
    def of(cls, call: Call) -> Requester:
        """The sender of a request: a user, or a role with its scoping policies. Session names make no difference."""
        caller = call.caller
        who = (caller.source_arn or caller.arn, repr(caller.session_policies)) if caller else call.access_key
        return cls(who, call.ask, call.now)


class DataKeys:
    """The data keys of one queue or topic that are in use, and until when."""

    def __init__(self) -> None:
        self._writing: dict[Hashable, tuple[datetime, DataKey]] = {}
        self._reading: dict[Hashable, datetime] = {}

    def to_write(
        self, requester: Requester, key_id: str, context: dict[str, str], period: timedelta
    ) -> DataKey:
        """The data key for a requester's messages under the KMS key ``key_id``: the one in use, or a new one."""
        which = (requester.who, key_id)
        until, data_key = self._writing.get(which, (requester.now, None))
        if data_key is None or until <= requester.now:
            data_key = self._new(requester, key_id, context)
            self._writing[which] = requester.now + period, data_key
        return data_key

    def _new(self, requester: Requester, key_id: str, context: dict[str, str]) -> DataKey:
        made = requester.ask("GenerateDataKey", KeyId=key_id, KeySpec="AES_256", EncryptionContext=context)
        data_key = DataKey(made["CiphertextBlob"], made["KeyId"], context)
        _decrypt(requester, data_key)
        return data_key

    def to_read(self, requester: Requester, data_key: DataKey, period: timedelta) -> None:
        """Have a message's data key decrypted, unless the requester reads under the same KMS key already."""
        which = (requester.who, data_key.key)
        if self._reading.get(which, requester.now) <= requester.now:
            _decrypt(requester, data_key)
            self._reading[which] = requester.now + period


def _decrypt(requester: Requester, data_key: DataKey) -> None:
    requester.ask("Decrypt", CiphertextBlob=data_key.encrypted, EncryptionContext=data_key.context)


def for_queue(queue: Any, producer: Requester) -> DataKey:
    """The data key for a producer's messages to an encrypted queue. Raises a ``KmsError``."""
    context = {"aws:sqs:arn": queue.queue_arn}
    return _of(queue).to_write(producer, queue.kms_master_key_id, context, _period(queue))


def for_topic(topic: Topic, publisher: Requester) -> DataKey:
    """The data key for a publisher's messages to an encrypted topic. Raises a ``KmsError``."""
    context = {"aws:sns:topicArn": topic.arn}
    return _of(topic).to_write(publisher, topic.kms_master_key_id, context, TOPIC_PERIOD)


def protect(message: Message, data_key: DataKey) -> None:
    """Keep the data key of a message beside it: it goes along into a dead-letter queue."""
    message.__dict__["data_key"] = data_key


def of_message(message: Message) -> DataKey | None:
    """The data key that a message is under; None if it isn't encrypted under KMS."""
    return message.__dict__.get("data_key")


def open_message(queue: Any, message: Message, consumer: Requester) -> None:
    """Let a consumer read a message. Raises a ``KmsError``."""
    data_key = of_message(message)
    if data_key:
        _of(queue).to_read(consumer, data_key, _period(queue))


def _of(resource: Any) -> DataKeys:
    keys: DataKeys = resource.__dict__.setdefault("data_keys", DataKeys())
    return keys


def _period(queue: Any) -> timedelta:
    return timedelta(seconds=queue.kms_data_key_reuse_period_seconds)
