"""Who may do what in S3: IAM policies and bucket policies decide, as they do for KMS.

Which action each operation needs: Amazon S3 User Guide, "Required permissions for Amazon S3 API operations", "How to
prevent object overwrites with conditional writes" and "How to perform conditional deletes". Condition keys:
``s3_condition_keys``. Denials: S3 User Guide, "Troubleshoot access denied (403 Forbidden) errors in Amazon S3".

ACLs are disabled in new buckets (``s3_acls``), so nothing here reads them. Block Public Access: ``s3_public_access``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
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

from . import permission, s3_condition_keys, s3_objects, s3_public_access
from .call import Answer, Call, Refusal, answering_service
from .permission import Need, Resource
from .s3_condition_keys import WRITES
from .s3_errors import access_denied
from .s3_requests import version_id

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
#: What GetObjectAttributes needs besides; the second, if it names a version.
ATTRIBUTES = ("s3:GetObjectAttributes", "s3:GetObjectVersionAttributes")
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
    "GetBucketInventoryConfiguration": "s3:GetInventoryConfiguration",
    "GetBucketLifecycle": "s3:GetLifecycleConfiguration",
    "GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
    "GetBucketNotificationConfiguration": "s3:GetBucketNotification",
    "GetBucketReplication": "s3:GetReplicationConfiguration",
    "GetObjectLockConfiguration": "s3:GetBucketObjectLockConfiguration",
    "GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
    "HeadBucket": _LIST,
    "ListBucketInventoryConfigurations": "s3:GetInventoryConfiguration",
    "ListMultipartUploads": "s3:ListBucketMultipartUploads",
    "ListObjectVersions": "s3:ListBucketVersions",
    "ListObjects": _LIST,
    "ListObjectsV2": _LIST,
    "PutBucketAccelerateConfiguration": "s3:PutAccelerateConfiguration",
    "PutBucketCors": "s3:PutBucketCORS",
    "PutBucketEncryption": "s3:PutEncryptionConfiguration",
    "PutBucketInventoryConfiguration": "s3:PutInventoryConfiguration",
    "PutBucketLifecycle": "s3:PutLifecycleConfiguration",
    "PutBucketLifecycleConfiguration": "s3:PutLifecycleConfiguration",
    "PutBucketNotificationConfiguration": "s3:PutBucketNotification",
    "PutBucketReplication": "s3:PutReplicationConfiguration",
    "PutObjectLockConfiguration": "s3:PutBucketObjectLockConfiguration",
    "PutPublicAccessBlock": "s3:PutBucketPublicAccessBlock",
}
_ALL_ACTIONS = {
    each.lower() for each in (*ON_OBJECT.values(), *OF_VERSION.values(), *ON_BUCKET.values(), *ATTRIBUTES)
}
_OTHERS = {"DeleteObjects": "s3:DeleteObject", "ListBuckets": "s3:ListAllMyBuckets"}
#: The operations that have no action of their name, such as s3:HeadObject, each with the action that it needs instead.
NO_ACTIONS = {
    f"s3:{name}": action
    for name, action in {**ON_OBJECT, **ON_BUCKET, **_OTHERS}.items()
    if f"s3:{name}".lower() not in _ALL_ACTIONS
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
#: What a new bucket needs besides, if its request has such a header with another value than the first.
FOR_NEW_BUCKET = {
    "x-amz-acl": ("private", "s3:PutBucketAcl"),
    "x-amz-bucket-object-lock-enabled": (
        "false",
        "s3:PutBucketObjectLockConfiguration",
        "s3:PutBucketVersioning",
    ),
    "x-amz-object-ownership": ("", "s3:PutBucketOwnershipControls"),
    **{name: ("", "s3:PutBucketAcl") for name in WITH_HEADER if name.startswith("x-amz-grant-")},
}
#: The bucket's account alone may do these, and no bucket policy denies them to its root user (API Reference, "PutBucketPolicy").
_ON_POLICY = {"DeleteBucketPolicy", "GetBucketPolicy", "PutBucketPolicy"}

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
        values = s3_condition_keys.of_call(call, call.sender_account)
        yield Need(action, Resource("*", call.sender_account), values)
        return
    if not operation or operation == "ObjectCORSPreflightCheck":
        return  # what has no name is refused anyway; a browser's question before another request has no signature
    if operation == "CreateBucket":
        name = call.path["Bucket"]
        values = s3_condition_keys.of_call(call, call.sender_account)
        new = Resource(f"arn:{_partition(call)}:s3:::{name}", call.sender_account)
        yield Need("s3:CreateBucket", new, values)
        for header, (usual, *more) in FOR_NEW_BUCKET.items():
            if call.request.headers.get(header, usual).lower() != usual:
                yield from (Need(action, new, values) for action in more)
        return
    bucket, key = s3_objects.target(call)
    if bucket is None:
        raise Refusal("NoSuchBucket", "The specified bucket does not exist", 404)
    _check_owner(call, "x-amz-expected-bucket-owner", bucket)
    if operation == "DeleteObjects":
        return  # each object is decided by itself
    fields: Any = _form(call) if operation == "PostObject" else call.request.headers
    key = s3_objects.name_in_form(call.request, call.request.form) if operation == "PostObject" else key
    values = s3_condition_keys.values(call, bucket, fields, key)
    if operation not in ON_OBJECT:
        yield Need(ON_BUCKET.get(operation, f"s3:{operation}"), of_bucket(bucket), values)
        return
    if s3_objects.upload_elsewhere(call, bucket, key):
        raise Refusal("NoSuchUpload", "The specified upload does not exist.", 404)
    version = version_id(call.request)
    action = OF_VERSION.get(operation, ON_OBJECT[operation]) if version else ON_OBJECT[operation]
    yield from _of_source(call)
    yield Need(action, of_object(bucket, key), values)
    if operation == "GetObjectAttributes":
        yield Need(ATTRIBUTES[version is not None], of_object(bucket, key), values)
    if "s3:if-match" in values and values["s3:if-match"] != ("*",):
        yield Need(_READ, of_object(bucket, key), values)  # to compare the ETag
    if operation in WRITES:
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
        _check_owner(call, "x-amz-source-expected-bucket-owner", bucket)
        values = s3_condition_keys.of_part(call, "GetObject", bucket, key, version)
        yield Need("s3:GetObjectVersion" if version else _READ, of_object(bucket, key), values)
        if s3_objects.version(bucket, key, version) is None:
            yield Need(_LIST, of_bucket(bucket), s3_condition_keys.of_call(call, bucket.account_id))


def _check_owner(call: Call, header: str, bucket: FakeBucket) -> None:
    """Raise a ``Refusal`` if a request expects another account to own the bucket (``ExpectedBucketOwner``)."""
    expected = call.request.headers.get(header)
    if expected is None:
        return
    if not re.fullmatch(r"[0-9]{12}", expected):
        message = (
            f"The value of the expected bucket owner parameter must be an AWS Account ID... [{expected}]"
        )
        raise Refusal("InvalidBucketOwnerAWSAccountID", message, 400)
    if expected != bucket.account_id:
        raise access_denied("Access Denied")


def of_bucket(bucket: FakeBucket) -> Resource:
    """A bucket, with its policy."""
    return Resource(f"arn:{bucket.partition}:s3:::{bucket.name}", bucket.account_id, _policy(bucket))


def of_object(bucket: FakeBucket, key: str) -> Resource:
    """An object, which has its bucket's policy."""
    return Resource(f"arn:{bucket.partition}:s3:::{bucket.name}/{key}", bucket.account_id, _policy(bucket))


def _policy(bucket: FakeBucket) -> Any:
    if not bucket.policy:
        return None
    text = bucket.policy.decode()
    return s3_public_access.restricted(_parsed(text, "bucket policy"), text, bucket)


def _partition(call: Call) -> str:
    return str(get_partition(call.region))


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
        key, version, etag = each["Key"], each.get("VersionId"), each.get("ETag")
        values = s3_condition_keys.of_part(call, "DeleteObject", bucket, key, version, etag)
        needed = [Need(action, of_object(bucket, key), values)]
        if etag not in (None, "*"):
            needed.append(Need(_READ, of_object(bucket, key), values))  # to compare it
        allowed = all(_decide(call, need).allowed for need in needed)
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
