"""Who may do what in S3: IAM policies and bucket policies decide, as they do for KMS.

Which action each operation needs: Amazon S3 User Guide, "Required permissions for Amazon S3 API operations". Condition
keys: Service Authorization Reference, "Actions, resources, and condition keys for Amazon S3". Denials: S3 User Guide,
"Troubleshoot access denied (403 Forbidden) errors in Amazon S3".

Since 2023, ACLs are disabled in new buckets ("Controlling ownership of objects"), so nothing here reads them. Block
Public Access is left out. Ours: parts of a multipart upload have the condition keys of the encryption that their upload
began with; a key that a request names by id or alias is compared by its ARN, as is that of the bucket's default.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from functools import lru_cache, wraps
from typing import Any

import xmltodict  # type: ignore[import-untyped]
from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket
from moto.utilities.utils import get_partition
from werkzeug.datastructures import Headers

from kmsnb.kms.authorization import Caller, Decision, Kind, Reason, parse_resource_policy
from kmsnb.kms.moto.models import KmsBackend

from . import permission, s3_objects
from .call import Answer, Call, Refusal, answering_service
from .permission import Need, Resource
from .s3_customer_keys import ALGORITHM
from .s3_data_keys import arn_of
from .s3_encryption import AES256, KEY_ID, MANAGED_KEY, SSE, Fields, UnderKms, wanted
from .s3_errors import access_denied
from .s3_objects import kept

_READ, _WRITE, _LIST = "s3:GetObject", "s3:PutObject", "s3:ListBucket"

#: What an operation on an object needs on the object.
ON_OBJECT = {
    "AbortMultipartUpload": "s3:AbortMultipartUpload",
    "CompleteMultipartUpload": _WRITE,
    "CopyObject": _WRITE,
    "CreateMultipartUpload": _WRITE,
    "DeleteObject": "s3:DeleteObject",
    "DeleteObjectTagging": "s3:DeleteObjectTagging",
    "GetObject": _READ,
    "GetObjectAcl": "s3:GetObjectAcl",
    "GetObjectAttributes": _READ,
    "GetObjectLegalHold": "s3:GetObjectLegalHold",
    "GetObjectRetention": "s3:GetObjectRetention",
    "GetObjectTagging": "s3:GetObjectTagging",
    "HeadObject": _READ,
    "ListParts": "s3:ListMultipartUploadParts",
    "PostObject": _WRITE,
    "PutObject": _WRITE,
    "PutObjectAcl": "s3:PutObjectAcl",
    "PutObjectLegalHold": "s3:PutObjectLegalHold",
    "PutObjectRetention": "s3:PutObjectRetention",
    "PutObjectTagging": "s3:PutObjectTagging",
    "RestoreObject": "s3:RestoreObject",
    "SelectObjectContent": _READ,
    "UpdateObjectEncryption": "s3:UpdateObjectEncryption",
    "UploadPart": _WRITE,
    "UploadPartCopy": _WRITE,
}
#: Those that need another action if they name a version.
OF_VERSION = {
    "DeleteObject": "s3:DeleteObjectVersion",
    "DeleteObjectTagging": "s3:DeleteObjectVersionTagging",
    "GetObject": "s3:GetObjectVersion",
    "GetObjectAcl": "s3:GetObjectVersionAcl",
    "GetObjectAttributes": "s3:GetObjectVersion",
    "GetObjectTagging": "s3:GetObjectVersionTagging",
    "HeadObject": "s3:GetObjectVersion",
    "PutObjectAcl": "s3:PutObjectVersionAcl",
    "PutObjectTagging": "s3:PutObjectVersionTagging",
}
#: What an operation on a bucket needs on the bucket, where that isn't the action of its own name.
ON_BUCKET = {
    "DeleteBucketCors": "s3:PutBucketCORS",
    "DeleteBucketEncryption": "s3:PutEncryptionConfiguration",
    "DeleteBucketLifecycle": "s3:PutLifecycleConfiguration",
    "DeleteBucketOwnershipControls": "s3:PutBucketOwnershipControls",
    "DeleteBucketReplication": "s3:PutReplicationConfiguration",
    "DeleteBucketTagging": "s3:PutBucketTagging",
    "DeletePublicAccessBlock": "s3:PutBucketPublicAccessBlock",
    "GetBucketAccelerateConfiguration": "s3:GetAccelerateConfiguration",
    "GetBucketCors": "s3:GetBucketCORS",
    "GetBucketEncryption": "s3:GetEncryptionConfiguration",
    "GetBucketLifecycle": "s3:GetLifecycleConfiguration",
    "GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
    "GetBucketNotificationConfiguration": "s3:GetBucketNotification",
    "GetBucketReplication": "s3:GetReplicationConfiguration",
    "GetObjectLockConfiguration": "s3:GetBucketObjectLockConfiguration",
    "GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
    "HeadBucket": _LIST,
    "ListMultipartUploads": "s3:ListBucketMultipartUploads",
    "ListObjectVersions": "s3:ListBucketVersions",
    "ListObjects": _LIST,
    "ListObjectsV2": _LIST,
    "PutBucketAccelerateConfiguration": "s3:PutAccelerateConfiguration",
    "PutBucketCors": "s3:PutBucketCORS",
    "PutBucketEncryption": "s3:PutEncryptionConfiguration",
    "PutBucketLifecycle": "s3:PutLifecycleConfiguration",
    "PutBucketLifecycleConfiguration": "s3:PutLifecycleConfiguration",
    "PutBucketNotificationConfiguration": "s3:PutBucketNotification",
    "PutBucketReplication": "s3:PutReplicationConfiguration",
    "PutObjectLockConfiguration": "s3:PutBucketObjectLockConfiguration",
    "PutPublicAccessBlock": "s3:PutBucketPublicAccessBlock",
}
#: What a request with such a header needs besides.
WITH_HEADER = {
    "x-amz-tagging": "s3:PutObjectTagging",
    "x-amz-acl": "s3:PutObjectAcl",
    "x-amz-grant-full-control": "s3:PutObjectAcl",
    "x-amz-grant-read": "s3:PutObjectAcl",
    "x-amz-grant-read-acp": "s3:PutObjectAcl",
    "x-amz-grant-write-acp": "s3:PutObjectAcl",
    "x-amz-object-lock-mode": "s3:PutObjectRetention",
    "x-amz-object-lock-legal-hold": "s3:PutObjectLegalHold",
}
#: Parameters and headers that are condition keys as they were sent.
_QUERY = {
    "prefix": "s3:prefix",
    "delimiter": "s3:delimiter",
    "max-keys": "s3:max-keys",
    "versionId": "s3:versionid",
}
_HEADERS = {
    "x-amz-acl": "s3:x-amz-acl",
    "x-amz-copy-source": "s3:x-amz-copy-source",
    "x-amz-metadata-directive": "s3:x-amz-metadata-directive",
    "x-amz-storage-class": "s3:x-amz-storage-class",
}
#: The bucket's account alone may do these, and no bucket policy denies them to its root user (API Reference, "PutBucketPolicy").
_ON_POLICY = {"DeleteBucketPolicy", "GetBucketPolicy", "PutBucketPolicy"}
_WRITES = {"CopyObject", "CreateMultipartUpload", "PostObject", "PutObject"}

_parsed = lru_cache(maxsize=256)(parse_resource_policy)


def permit(call: Call) -> None:
    """Raise S3's ``AccessDenied`` unless the sender has every permission that the request needs."""
    try:
        _require(call)
    except Refusal:
        call.request.close()  # the file of a form
        raise


def _require(call: Call) -> None:
    for need in needs(call):
        decision = _decide(call, need)
        if not decision.allowed:
            raise denied(decision)
        if call.operation in _ON_POLICY and decision.request.caller.account != need.resource.account:
            raise Refusal(
                "MethodNotAllowed", "The specified method is not allowed against this resource.", 405
            )


def denied(decision: Decision) -> Refusal:
    """How S3 words a denial. Someone outside the account and the organization of a bucket gets no reason."""
    caller, request = decision.request.caller, decision.request
    owner: str = getattr(request, "owner", "")
    if caller.account == owner or _same_organization(caller, getattr(request, "place", None)):
        named = None if request.arn == "*" else f'"{request.arn}"'
        return access_denied(permission.message(decision, named))
    return access_denied("Access Denied")


def _same_organization(caller: Caller, place: Any) -> bool:
    return bool(caller.place and place and caller.place.organization == place.organization)


def _decide(call: Call, need: Need) -> Decision:
    found = _decision(call, need)
    if call.operation not in _ON_POLICY or found.request.caller.kind is not Kind.ROOT:
        return found
    if found.reason is not Reason.DENY_IN_RESOURCE_POLICY:
        return found
    return _decision(call, need._replace(resource=need.resource._replace(policy=None)))


def _decision(call: Call, need: Need) -> Decision:
    if call.access_key or call.sender.service:
        try:
            return permission.decide(call, need)
        except Refusal:
            message = "The AWS Access Key Id you provided does not exist in our records."
            raise Refusal("InvalidAccessKeyId", message, 403) from None
    return permission.decide(call, need, Caller.anonymous())


def needs(call: Call) -> Iterator[Need]:
    """The permissions that a request needs, each on its bucket or object."""
    operation = call.operation
    if operation in ("ListBuckets", "ListDirectoryBuckets"):
        action = (
            "s3:ListAllMyBuckets" if operation == "ListBuckets" else "s3express:ListAllMyDirectoryBuckets"
        )
        yield Need(action, Resource("*", call.sender_account))
        return
    if not operation or operation == "ObjectCORSPreflightCheck":
        return  # what has no name is refused anyway; a browser's question before another request has no signature
    if operation == "CreateBucket":
        name = call.path["Bucket"]
        yield Need("s3:CreateBucket", Resource(f"arn:{_partition(call)}:s3:::{name}", call.sender_account))
        return
    bucket, key = s3_objects.target(call)
    if bucket is None:
        raise Refusal("NoSuchBucket", "The specified bucket does not exist", 404)
    if operation == "DeleteObjects":
        return  # each object is decided by itself
    fields: Any = _form(call) if operation == "PostObject" else call.request.headers
    values = _values(call, bucket, fields)
    if operation not in ON_OBJECT:
        yield Need(ON_BUCKET.get(operation, f"s3:{operation}"), of_bucket(bucket), values)
        return
    key = s3_objects.name_in_form(call.request, call.request.form) if operation == "PostObject" else key
    if s3_objects.upload_elsewhere(call, bucket, key):
        raise Refusal("NoSuchUpload", "The specified upload does not exist.", 404)
    version = call.request.args.get("versionId")
    action = OF_VERSION.get(operation, ON_OBJECT[operation]) if version else ON_OBJECT[operation]
    yield from _of_source(call)
    yield Need(action, of_object(bucket, key), values)
    if operation in _WRITES:
        for header, also in WITH_HEADER.items():
            if fields.get(header) is not None:
                yield Need(also, of_object(bucket, key), values)
    if ON_OBJECT[operation] == _READ and s3_objects.version(bucket, key, version) is None:
        yield Need(
            _LIST, of_bucket(bucket), values
        )  # without it, nobody learns that an object does not exist


def _form(call: Call) -> Headers:
    """A browser's form, its fields named as headers are."""
    short = ("acl", "tagging")
    return Headers(
        [
            (f"x-amz-{name}" if name.lower() in short else name, value)
            for name, value in call.request.form.items()
        ]
    )


def _of_source(call: Call) -> Iterator[Need]:
    """A copy reads its source."""
    if call.operation not in ("CopyObject", "UploadPartCopy"):
        return
    bucket, key, version = s3_objects.address_of_source(call)
    if bucket:
        yield Need("s3:GetObjectVersion" if version else _READ, of_object(bucket, key))


def of_bucket(bucket: FakeBucket) -> Resource:
    """A bucket, with its policy."""
    return Resource(f"arn:{bucket.partition}:s3:::{bucket.name}", bucket.account_id, _policy(bucket))


def of_object(bucket: FakeBucket, key: str) -> Resource:
    """An object, which has its bucket's policy."""
    return Resource(f"arn:{bucket.partition}:s3:::{bucket.name}/{key}", bucket.account_id, _policy(bucket))


def _policy(bucket: FakeBucket) -> Any:
    return _parsed(bucket.policy.decode(), "bucket policy") if bucket.policy else None


def _partition(call: Call) -> str:
    return str(get_partition(call.region))


def _values(call: Call, bucket: FakeBucket, fields: Fields) -> Mapping[str, tuple[str, ...]]:
    """S3's condition keys of a request."""
    query = call.request.args
    values = {key: (query[name],) for name, key in _QUERY.items() if name in query}
    values |= {key: (sent,) for name, key in _HEADERS.items() if (sent := fields.get(name)) is not None}
    values["s3:resourceaccount"] = (bucket.account_id,)
    if call.access_key:
        values["s3:signatureversion"] = ("AWS4-HMAC-SHA256" if call.signed_by_v4 else "AWS",)
    upload = bucket.multiparts.get(call.request.args.get("uploadId", ""))
    return {**values, **of_encryption(call.operation, bucket, fields, call.sender_account, upload)}


def of_encryption(
    operation: str, bucket: FakeBucket, fields: Fields, sender_account: str, upload: Any = None
) -> Mapping[str, tuple[str, ...]]:
    """The condition keys about encryption: as sent, except for the key, which can be that of the bucket's default."""
    values = {}
    if upload is not None:
        encryption = kept(upload)
        sent: Mapping[str, str] = encryption.headers if encryption else {}
        found, key = sent.get(SSE), encryption.key if isinstance(encryption, UnderKms) else None
        customer = sent.get(ALGORITHM)
    elif operation in _WRITES:
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


# Where moto decides by itself

_one_by_one: ContextVar[Iterator[PermissionResult] | None] = ContextVar("objects to delete", default=None)


def delete_objects(call: Call) -> Answer:
    """Let moto ask for each object in turn: those that the sender may not delete are listed as errors."""
    if not KmsBackend.settings.enforce:
        return call.proceed()
    token = _one_by_one.set(_deletions(call))
    try:
        return call.proceed()
    finally:
        _one_by_one.reset(token)


def _deletions(call: Call) -> Iterator[PermissionResult]:
    """The decision on each object, as moto reads them from the body: a version needs an action of its own."""
    bucket, _ = s3_objects.target(call)
    if bucket is None:
        return
    found = xmltodict.parse(call.request.data, strip_whitespace=False)["Delete"].get("Object", [])
    for each in found if isinstance(found, list) else [found]:
        action = OF_VERSION["DeleteObject"] if each.get("VersionId") else ON_OBJECT["DeleteObject"]
        allowed = _decide(call, Need(action, of_object(bucket, each["Key"]))).allowed
        yield PermissionResult.PERMITTED if allowed else PermissionResult.DENIED


def _by_our_decision(theirs: Any) -> Any:
    """In place of moto's reading of a bucket policy, which knows neither Condition nor Principal.

    Where permissions are enforced, ``permit`` has decided already. Where they aren't, nobody is denied.
    """

    @wraps(theirs)
    def get_permission(bucket: FakeBucket, action: str, resource: str) -> PermissionResult:
        if answering_service() != "s3":
            unseen: PermissionResult = theirs(bucket, action, resource)
            return unseen
        if not KmsBackend.settings.enforce:
            found: PermissionResult = theirs(bucket, action, resource)
            return PermissionResult.NEUTRAL if found is PermissionResult.DENIED else found
        each = _one_by_one.get()
        return PermissionResult.PERMITTED if each is None else next(each, PermissionResult.DENIED)

    return get_permission


if not hasattr(FakeBucket.get_permission, "__wrapped__"):
    _bucket: Any = FakeBucket
    _bucket.get_permission = _by_our_decision(FakeBucket.get_permission)
