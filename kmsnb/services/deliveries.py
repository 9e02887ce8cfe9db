"""What one service sends to another's queue or topic: KMS is asked as the sender, which the key policy must allow.

| Sender | receiver | asks KMS for | as | aws:SourceArn |
|---|---|---|---|---|
| SNS, for a subscription | encrypted queue | GenerateDataKey and Decrypt, once in the queue's reuse period | sns.amazonaws.com | the topic |
| S3 event notification | encrypted queue or topic | the same, and five minutes for a topic | s3.amazonaws.com | the bucket |
| EventBridge rule | encrypted queue | the same | events.amazonaws.com | the rule |

Only a customer managed key's policy can name a service, so a queue or topic under ``aws/sqs`` or ``aws/sns`` gets none of
these messages. The request behind them succeeds, and a message that KMS refuses is not delivered; the journal shows
why. S3 tries a new destination out with a test message, and rejects PutBucketNotificationConfiguration if that fails.

Amazon SQS Developer Guide, "Configure KMS permissions for AWS services"; Amazon SNS Developer Guide, "Enable compatibility
between event sources from AWS services and encrypted topics"; Amazon S3 User Guide, "Amazon S3 Event Notifications".

moto delivers within the process, so no request comes by here: this wraps the methods that send and those that take a
message. Not covered, as moto delivers otherwise or not at all: EventBridge to SNS, CloudWatch alarms, SES, CloudFormation
and Textract to SNS, messages that Lambda takes from a queue, redelivery, and delivery to queues of other accounts.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, wraps
from typing import Any, NamedTuple

from moto.events.models import Rule
from moto.kms.models import kms_backends
from moto.s3 import notifications
from moto.s3.exceptions import S3ClientError
from moto.s3.models import FakeBucket
from moto.sns.models import Subscription, Topic
from moto.sqs.models import SQSBackend

from kmsnb.kms.api.handler import handle
from kmsnb.kms.api.origin import Origin
from kmsnb.kms.core.errors import KmsError
from kmsnb.kms.moto import seam
from kmsnb.kms.moto.models import KmsBackend, backend_of

from . import data_keys
from .call import Refusal
from .data_keys import Requester
from .service import Service

Method = Callable[..., Any]


class Sender(NamedTuple):
    """A service that sends: its principal, the resource that it sends for, and what made it send.

    ``refused`` is what KMS answered instead of a data key.
    """

    principal: str
    source_arn: str
    request: str
    refused: list[KmsError]

    def asking(self, account: str, region: str) -> Requester:
        """This service as one who needs a data key, in the account and Region of a queue or topic."""
        origin = Origin("", service=self.principal, source_arn=self.source_arn, request=self.request)
        endpoint = backend_of(account, region).endpoint

        def ask(operation: str, **members: Any) -> dict[str, Any]:
            return handle(operation, members, endpoint, origin=origin, request_id=str(uuid.uuid4()))

        return Requester((self.principal, self.source_arn), ask, KmsBackend.settings.clock.now())


#: The service that sends right now; None while a queue or topic is used by a request of its own.
_sender: ContextVar[Sender | None] = ContextVar("sender", default=None)


@contextmanager
def _sending(principal: str, source_arn: str, request: str) -> Iterator[Sender]:
    sender = Sender(principal, source_arn, request, [])
    before = _sender.set(sender)
    try:
        yield sender
    finally:
        _sender.reset(before)


@cache
def listen() -> None:
    """From now on, hear of deliveries in this process. While services don't ask KMS, nothing changes."""
    for owner, name, around in (
        (Subscription, "publish", _sns_delivers),
        (Rule, "send_to_targets", _event_bridge_delivers),
        (notifications, "send_event", _s3_notifies),
        (FakeBucket, "set_notification_configuration", _s3_tries_out),
        (SQSBackend, "send_message", _queue_takes),
        (Topic, "publish", _topic_takes),
    ):
        setattr(owner, name, _put_around(getattr(owner, name), around))


def _put_around(method: Method, around: Method) -> Method:
    @wraps(method)
    def wrapped(*args: Any, **more: Any) -> Any:
        return around(method, *args, **more)

    return wrapped


# Who sends


def _sns_delivers(publish: Method, subscription: Subscription, *args: Any, **more: Any) -> Any:
    with _sending("sns.amazonaws.com", subscription.topic.arn, "sns:Publish"):
        return publish(subscription, *args, **more)


def _event_bridge_delivers(send: Method, rule: Rule, *args: Any, **more: Any) -> Any:
    with _sending("events.amazonaws.com", rule.arn, "events:PutEvents"):
        return send(rule, *args, **more)


def _s3_notifies(send: Method, account_id: str, event_name: Any, bucket: FakeBucket, key: Any) -> Any:
    if bucket.notification_configuration is None:
        return None  # as moto's does, before it looks further
    with _sending("s3.amazonaws.com", bucket.arn, str(event_name.value)):
        return send(account_id, event_name, bucket, key)


def _s3_tries_out(configure: Method, bucket: FakeBucket, *args: Any, **more: Any) -> Any:
    before = bucket.notification_configuration
    with _sending("s3.amazonaws.com", bucket.arn, "s3:PutBucketNotificationConfiguration") as sender:
        done = configure(bucket, *args, **more)
    if sender.refused:
        bucket.notification_configuration = before
        raise S3ClientError("InvalidArgument", "Unable to validate the following destination configurations")
    return done


# Who takes


def _queue_takes(send: Method, backend: SQSBackend, queue_name: str, *args: Any, **more: Any) -> Any:
    sender = _sender.get()
    queue: Any = backend.queues.get(queue_name)
    if sender is None or queue is None or not queue.kms_master_key_id or not _services_ask():
        return send(backend, queue_name, *args, **more)
    try:
        data_key = data_keys.for_queue(queue, sender.asking(queue.account_id, queue.region))
    except KmsError as error:
        sender.refused.append(error)
        return None  # none of moto's senders uses the message
    message = send(backend, queue_name, *args, **more)
    data_keys.protect(message, data_key)
    return message


def _topic_takes(publish: Method, topic: Topic, *args: Any, **more: Any) -> Any:
    sender = _sender.get()
    if sender is not None and topic.kms_master_key_id and _services_ask():
        try:
            data_keys.for_topic(topic, sender.asking(topic.account_id, topic.sns_backend.region_name))
        except KmsError as error:
            sender.refused.append(error)
            return ""  # in place of a message's ID, which none of moto's senders uses
    return publish(topic, *args, **more)


def _services_ask() -> bool:
    """Whether services ask KMS now."""
    return seam.is_around("sqs") and issubclass(kms_backends.backend, KmsBackend)


def _passed_on(error: KmsError) -> Refusal:
    return Refusal(error.code, error.message)


#: EventBridge's own requests ask nothing. It is here so that its deliveries are heard of from its first request on.
SERVICE = Service("events", "events.amazonaws.com", {}, _passed_on, plain=lambda _: True)
listen()
