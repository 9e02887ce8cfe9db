"""The condition keys of S3 in a request: what it says of itself, of the encryption it asks for, and of tags.

Service Authorization Reference, "Actions, resources, and condition keys for Amazon S3"; S3 User Guide, "Tagging and access
control policies" and "Enforce conditional writes on Amazon S3 buckets".

Ours: parts of a multipart upload have the condition keys of the encryption that their upload began with; a key that a
request names by id or alias is compared by its ARN, as is that of the bucket's default. Left out are the keys of TLS, of
a signature's age and of Object Lock, and those of CreateBucket.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import xmltodict  # type: ignore[import-untyped]
from moto.s3.models import FakeBucket

from . import s3_objects
from .call import Call, Refusal
from .permission import Values
from .s3_customer_keys import ALGORITHM
from .s3_data_keys import arn_of
from .s3_encryption import AES256, KEY_ID, MANAGED_KEY, SSE, Fields, UnderKms, wanted
from .s3_objects import kept
from .s3_requests import version_id

#: Writes whose headers say how a new object is encrypted.
WRITES = {"CopyObject", "CreateMultipartUpload", "PostObject", "PutObject"}
#: What is authorized as s3:PutObject, and whether an object exists afterwards.
_CREATES = {
    "CompleteMultipartUpload": "true",
    "CopyObject": "true",
    "CreateMultipartUpload": "false",
    "PostObject": "true",
    "PutObject": "true",
    "UploadPart": "false",
    "UploadPartCopy": "false",
}
#: Operations on an object that see its tags. Writing and deleting the object itself don't.
_SEE_TAGS = {
    "DeleteObjectTagging",
    "GetObject",
    "GetObjectAcl",
    "GetObjectAttributes",
    "GetObjectTagging",
    "HeadObject",
    "PutObjectAcl",
    "PutObjectTagging",
}
#: Parameters and headers that are condition keys as they were sent.
_QUERY = {
    "prefix": "s3:prefix",
    "delimiter": "s3:delimiter",
    "max-keys": "s3:max-keys",
    "versionId": "s3:versionid",
}
_HEADERS = [
    "x-amz-acl",
    "x-amz-content-sha256",
    "x-amz-copy-source",
    "x-amz-grant-full-control",
    "x-amz-grant-read",
    "x-amz-grant-read-acp",
    "x-amz-grant-write",
    "x-amz-grant-write-acp",
    "x-amz-metadata-directive",
    "x-amz-storage-class",
]


def values(call: Call, bucket: FakeBucket, fields: Fields, key: str) -> Values:
    """S3's condition keys of a request for a bucket or an object of it. ``fields`` are its headers, or those of a form."""
    query = call.request.args
    found: dict[str, tuple[str, ...]] = {
        name: (query[sent],) for sent, name in _QUERY.items() if sent in query
    }
    found |= {f"s3:{name}": (sent,) for name in _HEADERS if (sent := fields.get(name)) is not None}
    if _CREATES.get(call.operation) == "true" or call.operation == "DeleteObject":
        for name in ("if-match", "if-none-match"):
            if (sent := fields.get(name)) is not None:
                found[f"s3:{name}"] = (sent.strip('"'),)
    for tag, value in (tags := _tags_sent(call, fields)).items():
        found[f"s3:requestobjecttag/{tag}".lower()] = (value,)
    if tags:
        found["s3:requestobjecttagkeys"] = tuple(tags)
    upload = bucket.multiparts.get(query.get("uploadId", ""))
    encryption = of_encryption(call.operation, bucket, fields, call.sender_account, upload)
    target = of_target(call.operation, bucket, key, version_id(call.request))
    return {**of_call(call, bucket.account_id), **found, **encryption, **target}


def of_call(call: Call, owner: str) -> Values:
    """The condition keys of every request: how it is signed, and whose account it is for."""
    if not call.access_key:
        return {"s3:resourceaccount": (owner,)}
    return {
        "s3:resourceaccount": (owner,),
        "s3:signatureversion": ("AWS4-HMAC-SHA256" if call.signed_by_v4 else "AWS",),
        "s3:authtype": (_how_signed(call),),
    }


def of_part(
    call: Call, operation: str, bucket: FakeBucket, key: str, version: str | None, etag: str | None = None
) -> Values:
    """The condition keys for one of several objects of a request: what a copy reads, or one of those to delete."""
    found = {**of_call(call, bucket.account_id), **of_target(operation, bucket, key, version)}
    sent = {"s3:versionid": version, "s3:if-match": etag and etag.strip('"')}
    return found | {name: (value,) for name, value in sent.items() if value}


def of_target(operation: str, bucket: FakeBucket, key: str, version: str | None = None) -> Values:
    """The condition keys that come of the operation, the bucket and the object."""
    found: dict[str, tuple[str, ...]] = {}
    if operation in _CREATES:
        found["s3:objectcreationoperation"] = (_CREATES[operation],)
    if operation in _SEE_TAGS and (there := s3_objects.version(bucket, key, version)):
        for tag, value in s3_objects.tags_of(bucket, there).items():
            found[f"s3:existingobjecttag/{tag}".lower()] = (value,)
    return found


def _how_signed(call: Call) -> str:
    if call.operation == "PostObject":
        return "POST"
    return "REST-HEADER" if call.request.headers.get("Authorization") else "REST-QUERY-STRING"


def of_encryption(
    operation: str, bucket: FakeBucket, fields: Fields, sender_account: str, upload: Any = None
) -> Values:
    """The condition keys about encryption: as sent, except for the key, which can be that of the bucket's default."""
    values = {}
    if upload is not None:
        encryption = kept(upload)
        sent: Mapping[str, str] = encryption.headers if encryption else {}
        found, key = sent.get(SSE), encryption.key if isinstance(encryption, UnderKms) else None
        customer = sent.get(ALGORITHM)
    elif operation in WRITES:
        found, key, customer = fields.get(SSE), _key(bucket, fields, sender_account), fields.get(ALGORITHM)
    else:
        return {}
    for name, value in (("", found), ("-aws-kms-key-id", key), ("-customer-algorithm", customer)):
        if value is not None:
            values[f"s3:x-amz-server-side-encryption{name}"] = (value,)
    return values


def _key(bucket: FakeBucket, fields: Fields, sender_account: str) -> str | None:
    """The ARN of the key that the request or the bucket's default names; None if neither names one."""
    if fields.get(SSE) and not fields.get(KEY_ID):
        return None
    try:
        asked = wanted(fields, bucket)
    except Refusal:  # the request is refused for its headers, if it is permitted
        return fields.get(KEY_ID)
    named = asked.algorithm != AES256 and (fields.get(KEY_ID) or asked.key_id != MANAGED_KEY)
    return arn_of(sender_account, bucket.region_name, asked.key_id) if named and asked.key_id else None


def _tags_sent(call: Call, fields: Fields) -> Mapping[str, str]:
    """The tags in a header, or in the body of PutObjectTagging or a field of a form, which are XML."""
    header = fields.get("x-amz-tagging", "")
    if call.operation in WRITES - {"PostObject"}:
        return dict(parse_qsl(header, keep_blank_values=True))
    if call.operation not in ("PostObject", "PutObjectTagging"):
        return {}
    try:
        listed = xmltodict.parse(header or call.request.data, force_list=("Tag",))["Tagging"]["TagSet"]["Tag"]
        return {each["Key"]: each["Value"] or "" for each in listed}
    except Exception:  # noqa: BLE001 (moto refuses what is not such a document)
        return {}
