"""The events that EBS sends to EventBridge: what became of a volume. EC2 User Guide, "EventBridge for Amazon EBS"."""

from __future__ import annotations

import json
import sys
import uuid
from typing import Any

from moto.utilities.utils import get_partition

from .call import Call
from .ec2_keys import data_key_of


def tell(call: Call, event: str, result: str, volume: Any, cause: str = "") -> None:
    """Send an event about a volume to the default event bus.

    moto's EventBridge is not loaded for it: nobody listens until it has a rule.
    """
    events = sys.modules.get("moto.events.models")
    if events is None:
        return
    partition = get_partition(call.region)
    arns = [f"arn:{partition}:ec2:{call.region}:{call.account}:volume/{volume.id}"]
    key = data_key_of(volume)
    if event == "attachVolume" and key:
        arns.append(key.kms_key)
    detail = {"event": event, "result": result, "cause": cause, "request-id": str(uuid.uuid4())}
    events.events_backends[call.account][call.region].put_events(
        [
            {
                "Source": "aws.ec2",
                "DetailType": "EBS Volume Notification",
                "Resources": arns,
                "Detail": json.dumps(detail),
                "Time": call.now.timestamp(),  # as moto keeps it
            }
        ]
    )
