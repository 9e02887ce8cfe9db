"""The root of a chain: the requests to KMS, through any boto3 client, and what becomes of its responses.

The caller's encryption context goes to KMS exactly as given, so that CloudTrail shows it and policies can test it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from botocore.exceptions import ClientError

from .. import arguments
from .errors import WrappedKeyError
from .header import WrappedKey
from .schedule import DATA_KEY_BYTES

KmsClient = Any  # boto3 makes its clients' classes at run time

# What KMS says about a ciphertext: it was not made by this key, under this context, or has changed since.
_NOT_RECOGNIZED = {"InvalidCiphertextException", "IncorrectKeyException"}
# What KMS says about one key and one caller; other errors, such as throttling, would hit every message alike.
_DENIED = {"AccessDeniedException", "DisabledException", "KMSInvalidStateException", "NotFoundException"}


def check_client(kms: Any) -> None:
    """``TypeError`` unless ``kms`` looks like a KMS client."""
    if not hasattr(kms, "generate_data_key") or not hasattr(kms, "meta"):
        raise TypeError('kms must be a KMS client, such as boto3.client("kms").')


def check_key_id(key_id: Any) -> None:
    """``TypeError`` or ``ValueError`` for what cannot name a KMS key. KMS itself says whether the key exists."""
    arguments.text(key_id, "key_id")
    if not key_id:
        raise ValueError("key_id must not be empty: it names a KMS key.")


def is_denied_key(error: ClientError) -> bool:
    """Whether KMS denies the use of one key to open a message, which says nothing about other messages."""
    return error.operation_name == "Decrypt" and error.response["Error"]["Code"] in _DENIED


def generate(kms: KmsClient, key_id: str, context: Mapping[str, str]) -> tuple[bytearray, WrappedKey]:
    """A new 32-byte key from KMS, in plaintext and wrapped: one GenerateDataKey."""
    answer = kms.generate_data_key(KeyId=key_id, NumberOfBytes=DATA_KEY_BYTES, **_with(context))
    return bytearray(answer.pop("Plaintext")), WrappedKey(answer["CiphertextBlob"], answer["KeyId"])


def wrap(kms: KmsClient, key_id: str, key: bytearray, context: Mapping[str, str]) -> WrappedKey:
    """``key`` (at most 4,096 bytes) wrapped by a KMS key: one Encrypt."""
    answer = kms.encrypt(KeyId=key_id, Plaintext=key, **_with(context))
    return WrappedKey(answer["CiphertextBlob"], answer["KeyId"])


def unwrap(
    kms: KmsClient, copies: Sequence[WrappedKey], context: Mapping[str, str], key_id: str | None
) -> bytearray:
    """The key in any one of ``copies``: one Decrypt, and one more for each copy that does not open.

    Copies of the client's own Region come first. Each is opened under the key that it names, or under ``key_id`` if
    that is given. If none opens: KMS's first denial, or ``WrappedKeyError`` if KMS recognized none.
    """
    region = kms.meta.region_name
    denial: ClientError | None = None
    unrecognized: ClientError | None = None
    for copy in sorted(copies, key=lambda copy: _region(copy.arn) != region):
        try:
            answer = kms.decrypt(
                KeyId=key_id or _in_region(copy.arn, region), CiphertextBlob=copy.blob, **_with(context)
            )
            return bytearray(answer.pop("Plaintext"))
        except ClientError as error:
            if error.response["Error"]["Code"] in _NOT_RECOGNIZED:
                unrecognized = unrecognized or error
            else:
                denial = denial or error
    if denial is not None:
        raise denial
    raise WrappedKeyError(
        "KMS does not recognize the wrapped key under this key and context."
    ) from unrecognized


def arn_of(kms: KmsClient, key_id: str) -> str:
    """The ARN of a key: ``key_id`` itself if it is one, otherwise from one DescribeKey."""
    if key_id.startswith("arn:") and ":key/" in key_id:
        return key_id
    return kms.describe_key(KeyId=key_id)["KeyMetadata"]["Arn"]


def _with(context: Mapping[str, str]) -> dict[str, Any]:
    return {"EncryptionContext": dict(context)} if context else {}


def _region(arn: str) -> str:
    return arn.split(":")[3] if arn.count(":") >= 5 else ""


def _in_region(arn: str, region: str) -> str:
    """The replica in ``region`` of a multi-Region key; any other key's ARN as it is."""
    if ":key/mrk-" not in arn or arn.count(":") < 5:
        return arn
    parts = arn.split(":")
    return ":".join([*parts[:3], region, *parts[4:]])
