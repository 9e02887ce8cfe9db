"""08.b: decrypt the data key under this KMS key and with this context, then the data."""

import os
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from botocore.exceptions import ClientError
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ..examiner import FROM_THE_NOTEBOOK, examiner_kms
from ..model import Exercise, Mistake, attempted

NOT_THE_DATA = Mistake("It doesn't return the parcel's data, as bytes.")
ONLY_THE_KEY = Mistake(
    "It returns the data key. That's half of it: now decrypt `parcel['sealed']` with that key."
)
DATA_TO_KMS = Mistake(
    "KMS can't decrypt `parcel['sealed']`, which was never encrypted by KMS. Send it `parcel['wrapped']`, and decrypt the data "
    "with AESGCM."
)
NO_CONTEXT = Mistake(
    "A parcel that was packed with a context doesn't open. Pass the same context to Decrypt: `EncryptionContext=context`."
)
WRAPPED_AS_KEY = Mistake("You can't decrypt with the wrapped key. Have KMS decrypt it first.")
KEY_NOT_NAMED = Mistake(
    "It also opens a parcel under another KMS key, such as one that a stranger made and lets you use. Name the key on "
    "Decrypt: `KeyId=key_id`."
)
OTHER_KEY = Mistake(FROM_THE_NOTEBOOK)
SWALLOWED = Mistake(
    "A parcel that must not open raises no error, so the caller can't tell a forged parcel from a good one. Don't catch the "
    "error."
)

_CONTEXT = {"customer": "17", "app": "shop"}
_DATA = (b" Lorem ipsum dolor sit amet. " * 400, b"\x00\xff small \n")


def _examine(unpack: Callable[..., Any]) -> Mistake | None:
    kms = examiner_kms()
    key_id, stranger = (kms.create_key()["KeyMetadata"]["KeyId"] for _ in range(2))
    for data in _DATA:
        for context in ({}, _CONTEXT):
            if fault := _fault_with_a_good_parcel(unpack, kms, key_id, data, context):
                return fault
    return _fault_with_bad_parcels(unpack, kms, key_id, stranger)


def _parcel(kms: Any, key_id: str, data: bytes, context: dict[str, str]) -> tuple[dict[str, bytes], bytes]:
    """A parcel, and the data key in it."""
    data_key = kms.generate_data_key(KeyId=key_id, KeySpec="AES_256", EncryptionContext=context)
    nonce = os.urandom(12)
    sealed = AESGCM(data_key["Plaintext"]).encrypt(nonce, data, None)
    return {"wrapped": data_key["CiphertextBlob"], "nonce": nonce, "sealed": sealed}, data_key["Plaintext"]


def _fault_with_a_good_parcel(
    unpack: Callable[..., Any], kms: Any, key_id: str, data: bytes, context: dict[str, str]
) -> Mistake | None:
    parcel, data_key = _parcel(kms, key_id, data, context)
    decrypted: list[tuple[Any, Any]] = []

    def heard(params: dict[str, Any], **_: Any) -> None:
        decrypted.append((params.get("CiphertextBlob"), params.get("EncryptionContext", {})))

    kms.meta.events.register("provide-client-params.kms.Decrypt", heard)
    try:
        opened = attempted(unpack(kms, key_id, dict(parcel), dict(context)))
    except ClientError as error:
        if fault := _fault_of_refused_call(decrypted, parcel, context):
            return fault
        if error.response["Error"]["Code"] in ("NotFoundException", "IncorrectKeyException"):
            return OTHER_KEY
        raise
    except (ValueError, InvalidTag):
        if not decrypted:
            return WRAPPED_AS_KEY
        raise
    finally:
        kms.meta.events.unregister("provide-client-params.kms.Decrypt", heard)
    if opened == data:
        return None
    return ONLY_THE_KEY if opened == data_key else NOT_THE_DATA


def _fault_of_refused_call(
    decrypted: list[tuple[Any, Any]], parcel: dict[str, bytes], context: dict[str, str]
) -> Mistake | None:
    """What was wrong with the last call of Decrypt, if it is something known here."""
    ciphertext, given = decrypted[-1] if decrypted else (None, None)
    if ciphertext == parcel["sealed"]:
        return DATA_TO_KMS
    return NO_CONTEXT if ciphertext == parcel["wrapped"] and given != context else None


def _fault_with_bad_parcels(
    unpack: Callable[..., Any], kms: Any, key_id: str, stranger: str
) -> Mistake | None:
    good, _ = _parcel(kms, key_id, b"good", _CONTEXT)
    theirs, _ = _parcel(kms, stranger, b"theirs", _CONTEXT)
    elsewhere, _ = _parcel(kms, key_id, b"of 18", {"customer": "18", "app": "shop"})
    changed = {**good, "sealed": good["sealed"][:-1] + bytes([good["sealed"][-1] ^ 1])}
    for parcel, mistake in ((theirs, KEY_NOT_NAMED), (elsewhere, SWALLOWED), (changed, SWALLOWED)):
        with suppress(Exception):  # an error of the learner's own will do as well as KMS's
            opened = unpack(kms, key_id, dict(parcel), dict(_CONTEXT))
            return mistake if opened == b"theirs" else SWALLOWED
    return None


UNPACK = Exercise(
    answer_name="unpack",
    stub="""
def unpack(kms, key_id, parcel, context):
    return ...
""",
    examine=_examine,
    hints=(
        "First the key, then the data: `kms.decrypt`, then `AESGCM(…).decrypt`.",
        "Decrypt also works without `KeyId`. What would it open then? Lesson 07 has an attacker who waits for that.",
        "The caller should see the errors, so you don't need a `try`.",
    ),
    solution="""
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


def unpack(kms, key_id, parcel, context):
    data_key = kms.decrypt(CiphertextBlob=parcel["wrapped"], KeyId=key_id, EncryptionContext=context)
    return AESGCM(data_key["Plaintext"]).decrypt(parcel["nonce"], parcel["sealed"], None)
""",
)
