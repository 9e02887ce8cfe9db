"""S3 Bucket Keys: a key of the bucket's, with which S3 protects objects for a short time without a question to KMS.

S3 asks KMS for it once per requester, KMS key and period, with the bucket's ARN as the encryption context. Until the
period ends, neither the key's policy nor its state counts for that requester.

Amazon S3 User Guide, "Reducing the cost of SSE-KMS with Amazon S3 Bucket Keys". The length of the period is ours: AWS
documents none. Ours, too: a requester who has written must still ask before a first read, and users of an account are
told apart as roles are.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from datetime import datetime, timedelta
from typing import Any

from .call import Call

#: How long a Bucket Key is used before S3 asks KMS again. Ours.
PERIOD = timedelta(minutes=5)


class BucketKeys:
    """The Bucket Keys of one bucket that are in use: until when, and for writes the data key that protects objects."""

    def __init__(self) -> None:
        self._until: dict[Hashable, tuple[datetime, bytes]] = {}

    def use(
        self,
        call: Call,
        operation: str,
        key: str,
        context: Mapping[str, str],
        ask: Callable[[], bytes],
    ) -> bytes:
        """The ciphertext of the data key in use for a requester, KMS key and context; ``ask`` gets one from KMS."""
        which = (operation, _requester(call), key, frozenset(context.items()))
        now = call.now
        until, data_key = self._until.get(which, (now, b""))
        if now >= until:
            data_key = ask()
            self._until[which] = (now + PERIOD, data_key)
        return data_key


def of(bucket: Any) -> BucketKeys:
    """The Bucket Keys of one of moto's buckets."""
    keys: BucketKeys = bucket.__dict__.setdefault("bucket_keys", BucketKeys())
    return keys


def _requester(call: Call) -> Hashable:
    """A role, together with what else scopes it, or a user."""
    caller = call.caller
    if caller is None:
        return call.access_key
    return (caller.source_arn or caller.arn, repr(caller.session_policies))
