"""SSE-C: the customer sends a key of 256 bits with each request. S3 keeps no key, only what recognizes it, and KMS has no part.

Amazon S3 User Guide, "Using server-side encryption with customer-provided keys (SSE-C)" and "Blocking or unblocking
SSE-C for a general purpose bucket". S3 also wants TLS for these requests; the mock has none.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from dataclasses import dataclass, field
from typing import Any

from .call import Call, Refusal
from .s3_encryption import Fields
from .s3_errors import InvalidArgument, access_denied

_HEADER = "x-amz-server-side-encryption-customer-"
ALGORITHM = f"{_HEADER}algorithm"
#: For the source of a copy.
OF_SOURCE = "x-amz-copy-source-server-side-encryption-customer-"
_KEY_LENGTH = 32  # bytes
_REQUESTS = "Requests specifying Server Side Encryption with Customer provided keys must provide"

#: The customer's key in a request, and its MD5 in base64; or None.
Sent = tuple[bytes, str] | None


@dataclass(frozen=True)
class CustomerKey:
    """What S3 keeps of a customer's key: its MD5, in base64, and a salted HMAC."""

    md5: str
    _salt: bytes = field(repr=False)
    _mac: bytes = field(repr=False)

    @classmethod
    def of(cls, key: bytes, md5: str) -> CustomerKey:
        salt = os.urandom(16)
        return cls(md5, salt, _mac(salt, key))

    def is_made_from(self, key: bytes) -> bool:
        """Whether this is the customer's key."""
        return hmac.compare_digest(self._mac, _mac(self._salt, key))

    @property
    def headers(self) -> dict[str, str]:
        """What each answer says of it."""
        return {f"{_HEADER}algorithm": "AES256", f"{_HEADER}key-md5": self.md5}


def _mac(salt: bytes, key: bytes) -> bytes:
    return hmac.digest(salt, key, "sha256")


def sent(fields: Fields, header: str = _HEADER) -> Sent:
    """The customer's key in a request and its MD5 in base64, or None. Raises a ``Refusal`` for what is no such key."""
    algorithm, key, md5 = (fields.get(header + part) for part in ("algorithm", "key", "key-md5"))
    if algorithm is key is md5 is None:
        return None
    if algorithm is None:
        raise InvalidArgument(f"{_REQUESTS} a valid encryption algorithm.", f"{header}algorithm")
    if algorithm != "AES256":
        raise Refusal(
            "InvalidEncryptionAlgorithmError",
            "The Encryption request you specified is not valid. Supported value: AES256.",
            400,
        )
    if key is None:
        raise InvalidArgument(f"{_REQUESTS} an appropriate secret key.", f"{header}key")
    if md5 is None:
        raise InvalidArgument(f"{_REQUESTS} the client calculated MD5 of the secret key.", f"{header}key-md5")
    try:
        plain = base64.b64decode(key, validate=True)
    except ValueError:
        plain = b""
    if plain and base64.b64encode(hashlib.md5(plain, usedforsecurity=False).digest()).decode() != md5:
        raise InvalidArgument(
            "The calculated MD5 hash of the key did not match the hash that was provided.", f"{header}key-md5"
        )
    if len(plain) != _KEY_LENGTH:
        raise InvalidArgument("The secret key was invalid for the specified algorithm.", f"{header}key")
    return plain, md5


def open_with(kept: object, key: Sent) -> None:
    """Raise a ``Refusal`` unless a request sent the key that an object needs, or none for an object that needs none."""
    if not isinstance(kept, CustomerKey):
        if key:
            raise Refusal(
                "InvalidRequest", "The encryption parameters are not applicable to this object.", 400
            )
        return
    if key is None:
        raise Refusal(
            "InvalidRequest",
            "The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.",
            400,
        )
    if not kept.is_made_from(key[0]):
        raise access_denied(f"{_REQUESTS} the correct secret key.")


def same_for_part(kept: object, key: Sent) -> None:
    """Raise a ``Refusal`` unless a part comes with the key that its upload began with."""
    if isinstance(kept, CustomerKey) is not (key is not None):
        raise Refusal(
            "InvalidRequest",
            "The multipart upload initiate requested encryption. Subsequent part requests must include the appropriate encryption parameters.",
            400,
        )
    if isinstance(kept, CustomerKey) and key and not kept.is_made_from(key[0]):
        raise Refusal(
            "InvalidRequest",
            "The provided encryption parameters did not match the ones used originally.",
            400,
        )


def check_allowed(call: Call, bucket: Any, key_name: str) -> None:
    """Raise a ``Refusal`` unless the bucket takes new objects under customers' keys. Since April 2026 it must say so."""
    if getattr(bucket, "takes_customer_keys", False):
        return
    who = call.caller.arn if call.caller else call.access_key
    action = "CopyObject" if call.operation == "CopyObject" else "PutObject"
    raise access_denied(
        f"User: {who} is not authorized to perform: s3:{action} on resource: "
        f'"arn:{bucket.partition}:s3:::{bucket.name}/{key_name}" because this bucket has blocked upload requests that '
        "specify Server Side Encryption with Customer provided keys (SSE-C). Please specify a different server-side "
        "encryption type"
    )
