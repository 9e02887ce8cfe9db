"""What an action of S3 comes to, for ``lab.explain``: the permission that it needs, and what S3 then asks KMS."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto.s3.models import FakeBucket

from . import s3_condition_keys, s3_customer_keys, s3_objects, s3_permissions
from .permission import Need
from .question import Behind, Question
from .s3_data_keys import arn_of, context_of
from .s3_encryption import AES256, BUCKET_KEY, CONTEXT, KEY_ID, SSE, Fields, UnderKms, wanted
from .s3_objects import kept


def question(action: str, arn: str, sender_account: str, parameters: Mapping[str, Any]) -> Question:
    """What an action on a bucket's or an object's ARN needs, and what KMS is asked behind it.

    ``parameters`` are members of the request, such as ``ServerSideEncryption`` or ``VersionId``. A Bucket Key in use is not
    considered. Raises ``ValueError`` for what does not exist, and for an operation that is no action.
    """
    if action in s3_permissions.NO_ACTIONS:
        needed = s3_permissions.NO_ACTIONS[action]
        raise ValueError(f"{action!r} is an operation and not an action: what it needs is {needed!r}.")
    bucket_name, _, name = arn.partition(":::")[2].partition("/")
    bucket = s3_objects.bucket(bucket_name)
    if bucket is None:
        raise ValueError(f"There is no bucket of this ARN: {arn!r}. An object's is arn:aws:s3:::BUCKET/KEY.")
    fields = {header: str(parameters[member]) for member, header in _MEMBERS.items() if member in parameters}
    resource = s3_permissions.of_object(bucket, name) if name else s3_permissions.of_bucket(bucket)
    operation, version = action.removeprefix("s3:"), parameters.get("VersionId")
    values = {
        "s3:resourceaccount": (bucket.account_id,),
        **s3_condition_keys.of_target(operation.replace("Version", ""), bucket, name, version),
        **s3_condition_keys.of_encryption(operation, bucket, fields, sender_account),
    }
    behind = _behind(operation, bucket, name, version, sender_account, fields)
    return Question(Need(action, resource, values), bucket.region_name, behind)


#: The members of a request that are condition keys or name the key, and their headers.
_MEMBERS = {
    "ServerSideEncryption": SSE,
    "SSEKMSKeyId": KEY_ID,
    "BucketKeyEnabled": BUCKET_KEY,
    "SSEKMSEncryptionContext": CONTEXT,
    "SSECustomerAlgorithm": s3_customer_keys.ALGORITHM,
}


def _behind(
    operation: str, bucket: FakeBucket, name: str, version: str | None, sender_account: str, fields: Fields
) -> Behind | None:
    if operation in ("GetObject", "GetObjectVersion"):
        found = s3_objects.version(bucket, name, version)
        encryption = kept(found) if found else None
        if isinstance(encryption, UnderKms):
            return Behind("kms:Decrypt", encryption.key, bucket.region_name, encryption.context)
    elif operation == "PutObject" and s3_customer_keys.ALGORITHM not in fields:
        asked = wanted(fields, bucket)
        if asked.algorithm != AES256:
            key = arn_of(sender_account, bucket.region_name, asked.key_id)
            return Behind("kms:GenerateDataKey", key, bucket.region_name, context_of(bucket, name, asked))
    return None
