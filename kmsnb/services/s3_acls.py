"""ACLs are disabled in a new bucket: its owner owns every object, and S3 takes no other ACL than one that says so.

S3 User Guide, "Controlling ownership of objects and disabling ACLs for your bucket" and, for the errors, the page
"Troubleshooting" below it. Where a bucket has them enabled, moto keeps ACLs, and nothing here reads them.
"""

from __future__ import annotations

import re
from typing import Any

from moto.s3.models import FakeBucket

from . import s3_objects
from .call import Answer, Call, Refusal
from .s3_encryption import Fields

_DISABLED = "BucketOwnerEnforced"
_FULL = "bucket-owner-full-control"
_GRANTS = tuple(f"x-amz-grant-{each}" for each in ("full-control", "read", "read-acp", "write", "write-acp"))


def ownership(bucket: FakeBucket) -> Any:
    """Who owns new objects, in AWS's words; None if that was deleted."""
    if not bucket.__dict__.setdefault("ownership_settled", False):
        bucket.__dict__["ownership_settled"] = True
        bucket.ownership_rule = bucket.ownership_rule or _DISABLED  # type: ignore[assignment]
    return bucket.ownership_rule


def settle(call: Call) -> Answer:
    """Let moto show, change or delete the ownership, which it does not give to a new bucket."""
    bucket, _ = s3_objects.target(call)
    if bucket:
        ownership(bucket)
    return call.proceed()


def check(bucket: FakeBucket, fields: Fields) -> None:
    """Raise a ``Refusal`` for an ACL in the headers of a request (or the fields of a form), unless it may have one."""
    sent = fields.get("x-amz-acl") or fields.get("acl")
    if sent in (None, _FULL) and not any(name in fields for name in _GRANTS):
        return
    if ownership(bucket) == _DISABLED:
        raise _not_supported()


def put(call: Call) -> Answer:
    """Set the ACL of a bucket or an object."""
    bucket, _ = s3_objects.target(call)
    if bucket:
        check(bucket, call.request.headers)
        permissions = re.findall(
            r"<Permission>(\w+)</Permission>", call.request.data.decode("utf-8", "replace")
        )
        if permissions not in ([], ["FULL_CONTROL"]) and ownership(bucket) == _DISABLED:
            raise _not_supported()
    return call.proceed()


def create_bucket(call: Call) -> Answer:
    """A new bucket can have an ACL for others only if it has ACLs enabled."""
    sent = call.request.headers
    if sent.get("x-amz-object-ownership", _DISABLED) == _DISABLED and (
        sent.get("x-amz-acl", "private") != "private" or any(name in sent for name in _GRANTS)
    ):
        message = "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting"
        raise Refusal("InvalidBucketAclWithObjectOwnership", message, 400)
    return call.proceed()


def _not_supported() -> Refusal:
    return Refusal("AccessControlListNotSupported", "The bucket does not allow ACLs", 400)
