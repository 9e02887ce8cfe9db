"""Requests with a precondition: If-Match, If-None-Match, If-Modified-Since, If-Unmodified-Since.

S3 User Guide, "Add preconditions to S3 operations with conditional requests". moto answers them; here it is found out
first whether one is met, as S3 has no use for a data key otherwise. That S3 asks KMS for none then is ours.
"""

from __future__ import annotations

from typing import Any

from moto.core.utils import str_to_rfc_1123_datetime
from moto.s3.models import FakeBucket, FakeKey

from . import s3_objects


def read_is_off(request: Any, found: FakeKey) -> bool:
    """Whether moto answers GetObject for this object with 304 or 412."""
    sent = request.headers
    match, none_match = sent.get("If-Match"), sent.get("If-None-Match")
    since, until = sent.get("If-Modified-Since"), sent.get("If-Unmodified-Since")
    modified = found.last_modified.replace(microsecond=0)
    return bool(
        (match and found.etag not in (match, f'"{match}"'))
        or (none_match and found.etag in (none_match, f'"{none_match}"'))
        or (until and modified > str_to_rfc_1123_datetime(until))
        or (since and modified <= str_to_rfc_1123_datetime(since))
    )


def write_is_off(request: Any, bucket: FakeBucket, key: str) -> bool:
    """Whether moto answers a write to this key with 404 or 412."""
    match, none_match = request.headers.get("If-Match"), request.headers.get("If-None-Match")
    if not (match or none_match):
        return False
    found = s3_objects.version(bucket, key, None)
    if none_match == "*" and found:
        return True
    return bool(match) and (found is None or found.etag.replace('"', "") != str(match).replace('"', ""))
