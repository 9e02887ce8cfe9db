"""Which encryption an object gets: that of the request's headers, or else the default of its bucket.

Amazon S3 User Guide, "Specifying server-side encryption with AWS KMS (SSE-KMS)" and "Setting default server-side
encryption behavior for Amazon S3 buckets".
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .s3_errors import InvalidArgument

SSE = "x-amz-server-side-encryption"
KEY_ID, BUCKET_KEY, CONTEXT = f"{SSE}-aws-kms-key-id", f"{SSE}-bucket-key-enabled", f"{SSE}-context"

#: The headers of a request, or the fields of a form, by names in lower case.
Fields = Mapping[str, str]

AES256, KMS, DSSE = "AES256", "aws:kms", "aws:kms:dsse"
#: The AWS managed key of S3.
MANAGED_KEY = "alias/aws/s3"


@dataclass(frozen=True)
class Managed:
    """SSE-S3: a key of S3's own, of which KMS knows nothing."""

    headers: Mapping[str, str] = field(default_factory=lambda: {SSE: AES256})


@dataclass(frozen=True)
class Wanted:
    """What a write asks for: a kind of encryption, and for those with KMS a key and the caller's own context pairs."""

    algorithm: str
    key_id: str = ""
    bucket_key: bool = False
    pairs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class UnderKms:
    """SSE-KMS or DSSE-KMS: ``data_key`` is the ciphertext of the data key, and ``context`` its encryption context.

    ``key`` is the ARN of the KMS key. With a Bucket Key, the data key is the bucket's.
    """

    algorithm: str
    key: str
    bucket_key: bool
    context: Mapping[str, str]
    data_key: bytes = field(repr=False)
    pairs: Mapping[str, str] = field(default_factory=dict)

    @property
    def headers(self) -> dict[str, str]:
        """What each answer says of it. A Bucket Key that is off is not mentioned."""
        said = {SSE: self.algorithm, KEY_ID: self.key}
        return said | {BUCKET_KEY: "true"} if self.bucket_key else said

    @property
    def headers_of_write(self) -> dict[str, str]:
        """What the answer to a write says: the caller's own context pairs, too."""
        if not self.pairs:
            return self.headers
        pairs = base64.b64encode(json.dumps(dict(self.pairs)).encode()).decode()
        return self.headers | {CONTEXT: pairs}


def wanted(fields: Fields, bucket: Any) -> Wanted:
    """The encryption of a new object, from the headers of a request (or the fields of a form) and from its bucket.

    The key of the bucket's default counts only if the request names no encryption: ``aws:kms`` alone means ``aws/s3``.
    Raises a ``Refusal`` for headers that don't go together.
    """
    rule = bucket.encryption["Rule"] if bucket.encryption else {}
    default = rule.get("ApplyServerSideEncryptionByDefault") or {}
    asked, key_id = fields.get(SSE), fields.get(KEY_ID)
    if asked not in (None, AES256, KMS, DSSE):
        raise InvalidArgument("The encryption method specified is not supported", SSE, asked)
    if key_id is not None and asked in (None, AES256):
        raise _needs_kms()
    algorithm = asked or default.get("SSEAlgorithm", AES256)
    if algorithm == AES256:
        if fields.get(CONTEXT) is not None:  # ours: the answer for a key's id
            raise _needs_kms()
        return Wanted(AES256)
    if asked is None:
        key_id = default.get("KMSMasterKeyID")
    flag = fields.get(BUCKET_KEY) or rule.get("BucketKeyEnabled") or "false"
    return Wanted(
        algorithm,
        key_id or MANAGED_KEY,
        algorithm == KMS
        and flag.lower() == "true",  # "S3 Bucket Keys aren't supported for DSSE-KMS"; ignored: ours
        _pairs(fields.get(CONTEXT)),
    )


def _needs_kms() -> InvalidArgument:
    return InvalidArgument(
        "Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms",
        SSE,
    )


def _pairs(header: str | None) -> dict[str, str]:
    """The caller's own pairs of the encryption context. The code of the error is ours, its message S3's."""
    if header is None:
        return {}
    try:
        pairs = json.loads(base64.b64decode(header, validate=True))
    except ValueError:
        pairs = None
    if not isinstance(pairs, dict) or not all(isinstance(value, str) for value in pairs.values()):
        raise InvalidArgument(
            f"The header '{CONTEXT}' shall be Base64-encoded UTF-8 string holding JSON which represents a string-string map",
            CONTEXT,
            header,
        )
    return pairs


def check_read(fields: Fields) -> None:
    """Raise a ``Refusal`` for a read, or a part, that asks for an encryption: only the object's own counts."""
    asked = fields.get(SSE)
    if asked is not None:
        raise InvalidArgument(f"{SSE} header is not supported for this operation.", SSE, asked)
    if fields.get(KEY_ID) is not None:
        raise _needs_kms()
