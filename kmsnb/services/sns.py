"""SNS: a message to an encrypted topic is under a data key of its publisher's, which serves for five minutes.

| Request | asks KMS for | as | encryption context |
|---|---|---|---|
| Publish, PublishBatch | GenerateDataKey and Decrypt, once in five minutes | the publisher | aws:sns:topicArn |
| a delivery to an encrypted queue; a message that another service publishes | see ``deliveries`` | | |
| CreateTopic, SetTopicAttributes, Subscribe … | nothing | | |

Amazon SNS Developer Guide, "Managing Amazon SNS encryption keys and costs"; Amazon SNS API Reference, Publish. Ours, as no
page says: the name in the encryption context, which key policies on the web use; that KMS is asked before SNS looks at
the message; and InvalidParameter for what SNS has no error of its own for.
"""

from __future__ import annotations

from typing import Any

from moto.sns.models import Topic, sns_backends

from kmsnb.kms.core.errors import (
    AccessDeniedException,
    DisabledException,
    InvalidArnException,
    KmsError,
    KMSInvalidStateException,
    NotFoundException,
)

from . import data_keys, deliveries  # noqa: F401 (deliveries are heard of from now on)
from .call import Answer, Call, Refusal
from .data_keys import Requester
from .quoted import quoted
from .service import Service


def publish(call: Call) -> Answer:
    """Get the publisher a data key, and then let moto take the message, or the batch."""
    topic = _topic(call.members.get("TargetArn") or call.members.get("TopicArn"))
    if topic is not None and topic.kms_master_key_id:
        data_keys.for_topic(topic, Requester.of(call))
    return call.proceed()


def _topic(arn: str | None) -> Topic | None:
    """moto's topic; None for a platform endpoint, too."""
    parts = (arn or "").split(":")
    if arn is None or len(parts) != 6 or parts[2] != "sns":
        return None
    return sns_backends[parts[4]][parts[3]].topics.get(arn)


def plain(request: Any) -> bool:
    """Whether a request is not for an encrypted topic."""
    form = request.form
    if form.get("Action") not in SERVICE.asks:
        return True
    topic = _topic(form.get("TargetArn") or form.get("TopicArn"))
    return topic is None or not topic.kms_master_key_id


_CODES = {
    AccessDeniedException: "KMSAccessDenied",
    DisabledException: "KMSDisabled",
    KMSInvalidStateException: "KMSInvalidState",
    NotFoundException: "KMSNotFound",
    InvalidArnException: "KMSNotFound",
}


def refusal(error: KmsError) -> Refusal:
    """KMS's refusal as SNS words it."""
    return Refusal(_CODES.get(type(error), "InvalidParameter"), quoted(error))


SERVICE = Service(
    "sns",
    "sns.amazonaws.com",
    {"Publish": publish, "PublishBatch": publish},
    refusal,
    plain=plain,
)
