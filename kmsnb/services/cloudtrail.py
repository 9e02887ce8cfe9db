"""CloudTrail: a trail's KMS key must allow the service to use it, or the trail isn't created.

| Request | asks KMS for | as | encryption context | aws:SourceArn |
|---|---|---|---|---|
| CreateTrail, UpdateTrail with KmsKeyId | DescribeKey, GenerateDataKey | cloudtrail.amazonaws.com | aws:cloudtrail:arn (not for DescribeKey) | the trail |
| the same, for a bucket with an S3 Bucket Key | also Decrypt | cloudtrail.amazonaws.com | the same | the trail |
| others | nothing | | | |

The key must exist, in the Region of the bucket, whoever may use it. The sender needs no permission for it. moto delivers
no log files, so nobody asks for a delivery: on AWS, each needs GenerateDataKey again, and fails while the key is out of
reach.

AWS CloudTrail User Guide, "Configure AWS KMS key policies for CloudTrail"; AWS CloudTrail API Reference, CreateTrail.
Ours, as no page says: that CloudTrail asks in this order, and KmsException for whatever is wrong with the key itself.
"""

from __future__ import annotations

import json
from typing import Any

from moto.cloudtrail.models import Trail, cloudtrail_backends
from moto.s3.models import FakeBucket, s3_backends
from moto.utilities.utils import get_partition

from kmsnb.kms.core.errors import (
    AccessDeniedException,
    InvalidArnException,
    KmsError,
    NotFoundException,
    ValidationException,
)
from kmsnb.kms.moto.models import backend_of

from .call import Answer, Call, Refusal
from .service import Service


def create_trail(call: Call) -> Answer:
    """Try the key out first: the trail is created if its policy allows CloudTrail to encrypt for this trail."""
    return _with_key(call, call.members["Name"], call.members.get("S3BucketName"))


def update_trail(call: Call) -> Answer:
    """Try a new key out. An empty KmsKeyId ends the encryption, and asks nothing."""
    trail = _find(call, call.members["Name"])
    if trail is None:
        return call.proceed()
    return _with_key(call, trail.trail_name, call.members.get("S3BucketName") or trail.bucket_name)


def _with_key(call: Call, name: str, bucket_name: str | None) -> Answer:
    key_id, bucket = call.members.get("KmsKeyId"), _bucket(call, bucket_name)
    if not key_id or bucket is None:
        return call.proceed()  # moto misses the bucket
    arn = f"arn:{get_partition(call.region)}:cloudtrail:{call.region}:{call.account}:trail/{name}"
    try:
        key = _try_out(call.in_region(bucket.region_name), key_id, arn, bucket)
    except AccessDeniedException as denied:
        raise Refusal(
            "InsufficientEncryptionPolicyException",
            f"Insufficient permissions to access S3 bucket {bucket_name} or KMS key {_arn(call, key_id)}.",
        ) from denied
    answer = call.proceed()
    trail = _find(call, name)
    if trail is not None:
        trail.kms_key_id = key
    answer.body = json.dumps({**json.loads(answer.body), "KmsKeyId": key})
    return answer


def _try_out(call: Call, key_id: str, trail: str, bucket: FakeBucket) -> str:
    """Use the key as CloudTrail will. Returns its ARN."""
    backend_of(call.account, call.region).endpoint.region.find(key_id, across_accounts=True)
    key: str = call.ask_as_service("DescribeKey", trail, KeyId=key_id)["KeyMetadata"]["Arn"]
    context = {"aws:cloudtrail:arn": trail}
    made = call.ask_as_service(
        "GenerateDataKey", trail, KeyId=key, KeySpec="AES_256", EncryptionContext=context
    )
    if _has_bucket_key(bucket):
        call.ask_as_service(
            "Decrypt", trail, CiphertextBlob=made["CiphertextBlob"], EncryptionContext=context
        )
    return key


def _find(call: Call, name_or_arn: str) -> Trail | None:
    trails = cloudtrail_backends[call.account][call.region].trails.values()
    return next((trail for trail in trails if name_or_arn in (trail.trail_name, trail.arn)), None)


def _bucket(call: Call, name: str | None) -> FakeBucket | None:
    found: FakeBucket | None = s3_backends[call.account][get_partition(call.region)].buckets.get(name or "")
    return found


def _has_bucket_key(bucket: FakeBucket) -> bool:
    rules: Any = (bucket.encryption or {}).get("Rule") or {}
    rules = rules if isinstance(rules, list) else [rules]
    return any(str(rule.get("BucketKeyEnabled")).lower() == "true" for rule in rules)


def _arn(call: Call, key_id: str) -> str:
    """A key as the message names it: by an ARN."""
    if key_id.startswith("arn:"):
        return key_id
    resource = key_id if key_id.startswith("alias/") else f"key/{key_id}"
    return f"arn:{get_partition(call.region)}:kms:{call.region}:{call.account}:{resource}"


def refusal(error: KmsError) -> Refusal:
    """KMS's refusal as CloudTrail words it; what KMS denies is said above."""
    if isinstance(error, NotFoundException):
        return Refusal("KmsKeyNotFoundException", error.message)
    if isinstance(error, (InvalidArnException, ValidationException)):
        return Refusal("InvalidKmsKeyIdException", error.message)
    return Refusal("KmsException", error.message)


SERVICE = Service(
    "cloudtrail",
    "cloudtrail.amazonaws.com",
    {"CreateTrail": create_trail, "UpdateTrail": update_trail},
    refusal,
    plain=lambda request: b'"KmsKeyId"' not in request.data,
)
