"""A bucket's encryption: the default for its new objects, and whether they may be under keys of the customer (SSE-C).

Amazon S3 API Reference, "PutBucketEncryption", "ServerSideEncryptionRule" and "BlockedEncryptionTypes". S3 does not look
at the key: a wrong one is found out by the first write.
"""

from __future__ import annotations

from typing import Any

from . import s3_objects
from .call import Answer, Call, Refusal
from .s3_encryption import AES256, DSSE, KMS
from .s3_errors import InvalidArgument

_SSE_C = "SSE-C"


def put(call: Call) -> Answer:
    """Set it, in the form that moto keeps. moto wants a default in each rule; S3 takes a rule without."""
    bucket, _ = s3_objects.target(call)
    if bucket is None:
        return call.proceed()
    rules = (call.members.get("ServerSideEncryptionConfiguration") or {}).get("Rules") or []
    if len(rules) != 1:
        raise _malformed()
    (rule,) = rules
    default = dict(rule.get("ApplyServerSideEncryptionByDefault") or {"SSEAlgorithm": AES256})
    if default.get("SSEAlgorithm") not in (AES256, KMS, DSSE):
        raise _malformed()
    if default["SSEAlgorithm"] == AES256 and default.get("KMSMasterKeyID"):
        raise InvalidArgument(
            "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse",
            "ApplyServerSideEncryptionByDefault",
        )
    blocked = (rule.get("BlockedEncryptionTypes") or {}).get("EncryptionType")
    if blocked:  # without it, the bucket takes what it took before
        bucket.__dict__["takes_customer_keys"] = _SSE_C not in blocked
    flag = "true" if rule.get("BucketKeyEnabled") else "false"
    bucket.encryption = {"Rule": {"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": flag}}
    return Answer(200, {}, "")


def get(call: Call) -> Answer:
    """Show it: SSE-S3 if nothing was set, the key as it was given, and what new objects must not be under."""
    bucket, _ = s3_objects.target(call)
    if bucket is None:
        return call.proceed()
    rule: dict[str, Any] = (bucket.encryption or {}).get("Rule") or {}
    takes_customer_keys = bucket.__dict__.get("takes_customer_keys", False)
    shown = {
        "ApplyServerSideEncryptionByDefault": rule.get("ApplyServerSideEncryptionByDefault")
        or {"SSEAlgorithm": AES256},
        "BucketKeyEnabled": str(rule.get("BucketKeyEnabled")).lower() == "true",
        "BlockedEncryptionTypes": {"EncryptionType": ["NONE" if takes_customer_keys else _SSE_C]},
    }
    return call.respond({"ServerSideEncryptionConfiguration": {"Rules": [shown]}})


def _malformed() -> Refusal:
    return Refusal(
        "MalformedXML",
        "The XML you provided was not well-formed or did not validate against our published schema",
        400,
    )
