"""Exercise 10.a: data under a data key, that under a KEK, that under a KMS key, by hand."""

from collections.abc import Callable, Mapping
from itertools import permutations
from typing import Any

from botocore.exceptions import ClientError
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import (
    InvalidUnwrap,
    aes_key_unwrap,
    aes_key_unwrap_with_padding,
)

from ..examiner import examiner_kms
from ..model import Exercise, Mistake, attempted

_DATA = (b"the accounts of the year", b"", bytes(range(256)) * 20)
_CONTEXT = {"vault": "accounts"}


NOT_THREE = Mistake(
    "Return three things, each of them bytes: the wrapped KEK, the wrapped data key, and the sealed data."
)
IN_PLAIN = Mistake("It returns a key in plaintext, and so gives away the data. Return wrapped keys only.")
LAYER_MISSING = Mistake(
    "A layer is missing: the KEK itself encrypts the data. Generate a second key, encrypt the data with that, and wrap it "
    "with the KEK."
)
KMS_TWICE = Mistake(
    "KMS wrapped the data key. It should wrap only the KEK; wrap the data key with `aes_key_wrap` and the KEK."
)
ORDER = Mistake(
    "The three parts are right, but not their order. Return them in the order in which they open: KEK, data key, data."
)
OTHER_KMS_KEY = Mistake(
    "KMS can't decrypt the first part with this key and context. Call `kms.generate_data_key` with `KeyId=key_id` and "
    "`EncryptionContext=context`, and return `CiphertextBlob` unchanged."
)
NO_CONTEXT = Mistake(
    "The KEK is wrapped without the encryption context. Pass `EncryptionContext=context` to `kms.generate_data_key`."
)
OTHER_WRAP = Mistake("The KEK wraps the data key, but in another way. Use `aes_key_wrap(kek, data_key)`.")
KEK_DOES_NOT_FIT = Mistake(
    "The KEK in the first part doesn't open the second part. Wrap the data key with the same KEK that you return wrapped; "
    "`aes_key_wrap(kek, data_key)` takes the wrapping key first."
)
DATA_DOES_NOT_OPEN = Mistake(
    "The data key opens, but doesn't decrypt the data. The third part is a nonce of 12 bytes, followed by "
    "`AESGCM(data_key).encrypt(nonce, data, None)`."
)
OTHER_DATA = Mistake("All layers open, but the result isn't `data`.")
BLOB_WRAPS = Mistake(
    "`aes_key_wrap` got a key that isn't 16, 24 or 32 bytes long. The KEK is `Plaintext` in the response of "
    "GenerateDataKey; `CiphertextBlob` is its wrapped copy."
)
NOT_FRESH = Mistake("Two calls use the same key. Generate a new KEK and a new data key in each call.")


def examine(seal_twice: Callable[..., Any]) -> Mistake | None:
    """What is wrong with ``seal_twice``, tried on several data; None if nothing is."""
    kms = examiner_kms()
    key_id = kms.create_key()["KeyMetadata"]["KeyId"]
    used: set[bytes] = set()
    for data in _DATA:
        try:
            parts = attempted(seal_twice(kms, key_id, dict(_CONTEXT), data))
        except ValueError as error:
            if "wrapping key" not in str(error):
                raise
            return BLOB_WRAPS
        except ClientError as error:
            if error.response["Error"]["Code"] != "NotFoundException":
                raise
            return OTHER_KMS_KEY
        if not (isinstance(parts, tuple | list) and len(parts) == 3):
            return NOT_THREE
        if not all(isinstance(part, bytes | bytearray) for part in parts):
            return NOT_THREE
        keys_or_fault = _open(kms, key_id, [bytes(part) for part in parts], data)
        if isinstance(keys_or_fault, Mistake):
            return keys_or_fault
        if used & set(keys_or_fault):
            return NOT_FRESH
        used |= set(keys_or_fault)
    return None


def _open(kms: Any, key_id: str, parts: list[bytes], data: bytes) -> tuple[bytes, bytes] | Mistake:
    """The two keys, if all three parts open in their order; otherwise why not."""
    wrapped_kek, wrapped_key, sealed = parts
    if any(_gcm(each, sealed) is not None for each in parts[:2]) or _unwrapped(wrapped_kek, wrapped_key):
        return IN_PLAIN
    kek = _decrypted(kms, key_id, wrapped_kek)
    if kek is None:
        if _opens_in_another_order(kms, key_id, parts, data):
            return ORDER
        return OTHER_KMS_KEY if _decrypted(kms, key_id, wrapped_kek, {}) is None else NO_CONTEXT
    if _gcm(kek, sealed) is not None:
        return LAYER_MISSING
    data_key = _unwrapped(kek, wrapped_key)
    if data_key is None:
        return _fault_of_wrap(kms, key_id, kek, parts, data)
    opened = _gcm(data_key, sealed)
    if opened is None:
        return DATA_DOES_NOT_OPEN
    return (kek, data_key) if opened == data else OTHER_DATA


def _fault_of_wrap(kms: Any, key_id: str, kek: bytes, parts: list[bytes], data: bytes) -> Mistake:
    if _opens_in_another_order(kms, key_id, parts, data):
        return ORDER
    if any(_decrypted(kms, key_id, parts[1], context) is not None for context in (_CONTEXT, {})):
        return KMS_TWICE
    padded = _padded(kek, parts[1])
    return OTHER_WRAP if padded or _gcm(kek, parts[1]) is not None else KEK_DOES_NOT_FIT


def _opens_in_another_order(kms: Any, key_id: str, parts: list[bytes], data: bytes) -> bool:
    for wrapped_kek, wrapped_key, sealed in permutations(parts):
        kek = _decrypted(kms, key_id, wrapped_kek)
        key = kek and _unwrapped(kek, wrapped_key)
        if key and _gcm(key, sealed) == data:
            return True
    return False


def _decrypted(kms: Any, key_id: str, blob: bytes, context: Mapping[str, str] = _CONTEXT) -> bytes | None:
    try:
        return kms.decrypt(CiphertextBlob=blob, KeyId=key_id, EncryptionContext=context)["Plaintext"]
    except ClientError:
        return None


def _unwrapped(kek: bytes, wrapped: bytes) -> bytes | None:
    try:
        return aes_key_unwrap(kek, wrapped)
    except (InvalidUnwrap, ValueError):  # ValueError: AES has no keys of this size
        return None


def _padded(kek: bytes, wrapped: bytes) -> bytes | None:
    try:
        return aes_key_unwrap_with_padding(kek, wrapped)
    except (InvalidUnwrap, ValueError):
        return None


def _gcm(key: bytes, sealed: bytes) -> bytes | None:
    try:
        return AESGCM(key).decrypt(sealed[:12], sealed[12:], None)
    except (InvalidTag, ValueError):
        return None


EXERCISE = Exercise(
    answer_name="seal_twice",
    stub="""
def seal_twice(kms, key_id, context, data):
    return ...
""",
    examine=examine,
    hints=(
        (
            "`kms.generate_data_key(KeyId=key_id, KeySpec='AES_256', EncryptionContext=context)` returns the KEK twice: in "
            "plaintext and wrapped."
        ),
        "Generate the data key yourself: `AESGCM.generate_key(bit_length=256)`. `aes_key_wrap(kek, data_key)` wraps it.",
        "`encrypt(data_key, data)` of section 1 returns the third part.",
    ),
    solution="""
import os
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import aes_key_wrap

def seal_twice(kms, key_id, context, data):
    kek = kms.generate_data_key(KeyId=key_id, KeySpec="AES_256", EncryptionContext=context)
    data_key, nonce = AESGCM.generate_key(bit_length=256), os.urandom(12)
    sealed = nonce + AESGCM(data_key).encrypt(nonce, data, None)
    wrapped = aes_key_wrap(kek["Plaintext"], data_key)
    return kek["CiphertextBlob"], wrapped, sealed
""",
)
