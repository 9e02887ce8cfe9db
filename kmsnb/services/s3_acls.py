"""ACLs are disabled in a new bucket: its owner owns every object, and S3 takes no other ACL than one that says so.

S3 User Guide, "Controlling ownership of objects and disabling ACLs for your bucket" and, for the errors, the page
"Troubleshooting" below it. Where a bucket has them enabled, moto keeps ACLs, and nothing here reads them; public ones are
then up to BlockPublicAcls: "Troubleshoot access denied (403 Forbidden) errors in Amazon S3". What is refused first was
seen in records: to PutBucketAcl and PutObjectAcl, a public ACL; to writes, any ACL.
"""

from __future__ import annotations

import re
from typing import Any

from moto.s3.models import FakeBucket

from kmsnb.kms.moto.models import KmsBackend

from . import s3_objects, s3_public_access
from .call import Answer, Call, Refusal
from .s3_encryption import Fields

_DISABLED = "BucketOwnerEnforced"
_FULL = "bucket-owner-full-control"
_GRANTS = tuple(f"x-amz-grant-{each}" for each in ("full-control", "read", "read-acp", "write", "write-acp"))
_PUBLIC = re.compile("public-read(-write)?|authenticated-read")
_EVERYONE = re.compile("groups/global/(AllUsers|AuthenticatedUsers)")


def ownership(bucket: FakeBucket) -> Any:
    """Who owns new objects, in AWS's words; None if that was deleted."""
    return s3_objects.setting(bucket, "ownership_rule", _DISABLED)


settle = s3_objects.with_setting(ownership)


def check(call: Call, bucket: FakeBucket, key: str, fields: Fields) -> None:
    """Raise a ``Refusal`` for an ACL in a write's headers (or the fields of a form), unless the object may have it."""
    if not _has_acl(fields):
        return
    if ownership(bucket) == _DISABLED:
        raise _not_supported()
    if _is_public(fields):
        action = "CopyObject" if call.operation == "CopyObject" else "PutObject"
        s3_public_access.check_acl(call, bucket, f"s3:{action}", f"/{key}")


def put(call: Call) -> Answer:
    """Set the ACL of a bucket or an object."""
    bucket, key = s3_objects.target(call)
    if bucket:
        headers, body = call.request.headers, call.request.data.decode("utf-8", "replace")
        if _is_public(headers) or _EVERYONE.search(body):
            s3_public_access.check_acl(call, bucket, f"s3:{call.operation}", f"/{key}" if key else "")
        permissions = re.findall(r"<Permission>(\w+)</Permission>", body)
        other = _has_acl(headers) or permissions not in ([], ["FULL_CONTROL"])
        if other and ownership(bucket) == _DISABLED:
            raise _not_supported()
    return call.proceed()


def create_bucket(call: Call) -> Answer:
    """A new bucket has ACLs disabled unless the request says otherwise, and blocks public ones."""
    sent = call.request.headers
    others = sent.get("x-amz-acl", "private") != "private" or any(name in sent for name in _GRANTS)
    if others and sent.get("x-amz-object-ownership", _DISABLED) == _DISABLED:
        message = "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting"
        raise Refusal("InvalidBucketAclWithObjectOwnership", message, 400)
    if _is_public(sent) and KmsBackend.settings.enforce:
        message = "Bucket cannot have public ACLs set with BlockPublicAccess enabled"
        raise Refusal("InvalidBucketAclWithBlockPublicAccessError", message, 400)
    return call.proceed()


def _has_acl(fields: Fields) -> bool:
    """Whether there is an ACL other than the one that each object has."""
    return _canned(fields) not in ("", _FULL) or any(name in fields for name in _GRANTS)


def _is_public(fields: Fields) -> bool:
    granted = " ".join(fields.get(name) or "" for name in _GRANTS)
    return bool(_PUBLIC.fullmatch(_canned(fields)) or _EVERYONE.search(granted))


def _canned(fields: Fields) -> str:
    """The name of an ACL, such as ``public-read``; empty if there is none."""
    return fields.get("x-amz-acl") or fields.get("acl") or ""


def _not_supported() -> Refusal:
    return Refusal("AccessControlListNotSupported", "The bucket does not allow ACLs", 400)
