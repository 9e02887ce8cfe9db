"""08.a: encrypt under a new data key, and return what has to be stored."""

from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import ClientError
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ..examiner import FROM_THE_NOTEBOOK, examiner_kms
from ..model import Exercise, Mistake, attempted

NOT_A_PARCEL = Mistake(
    "Return a dictionary with exactly the entries `'wrapped'`, `'nonce'` and `'sealed'`, each of them bytes."
)
PLAINTEXT_KEY = Mistake(
    "The plaintext data key is in the parcel, so anyone who finds the parcel can open it. Store the wrapped copy, "
    "`CiphertextBlob`."
)
PLAIN_DATA = Mistake(
    "The parcel contains your data unencrypted. Store what AES-GCM's `encrypt` returns under `'sealed'`."
)
TO_ENCRYPT = Mistake(
    "The data is too large to send to KMS. Get a data key with `generate_data_key`, and encrypt with AESGCM."
)
NO_CONTEXT = Mistake(
    "The data key isn't bound to `context`. Pass it to `generate_data_key` as `EncryptionContext`."
)
DOES_NOT_UNWRAP = Mistake(
    "KMS can't decrypt `parcel['wrapped']` with this key and context. Pass both to `generate_data_key`, and store "
    "`CiphertextBlob` unchanged."
)
WRAPPED_KEY_ENCRYPTS = Mistake(
    "AESGCM got something that isn't 16, 24 or 32 bytes long. Encrypt with `Plaintext`, the data key of 32 bytes; "
    "`CiphertextBlob` is its wrapped copy, for storing only."
)
OTHER_KEY = Mistake(FROM_THE_NOTEBOOK)
PIECE_OF_WRAPPED_KEY = Mistake(
    "You encrypted with a piece of the wrapped key, which anyone can read in the parcel. Encrypt with `Plaintext`."
)
WRONG_SIZE = Mistake(
    "The data key has the wrong size for AES-256, which takes 32 bytes. Ask for `KeySpec='AES_256'`."
)
DOES_NOT_OPEN = Mistake(
    "KMS decrypts the data key, but AES-GCM can't open `parcel['sealed']` with it and `parcel['nonce']`. Do all three come "
    "from the same encryption, and is the additional data `None`?"
)
OTHER_DATA = Mistake("The parcel opens, but what comes out isn't `data`, byte for byte.")
SAME_KEY = Mistake("Two parcels share one data key. Get a new one from KMS each time `pack` is called.")

_PARTS = {"wrapped", "nonce", "sealed"}
_CONTEXT = {"customer": "17", "app": "shop"}
_DATA = (b" Lorem ipsum dolor sit amet. " * 400, b" Lorem ipsum dolor sit amet. " * 400, b"\x00\xff small \n")


def _examine(pack: Callable[..., Any]) -> Mistake | None:
    kms = examiner_kms()
    key_id = kms.create_key()["KeyMetadata"]["KeyId"]
    data_keys = []
    for data in _DATA:
        try:
            parcel = attempted(pack(kms, key_id, data, dict(_CONTEXT)))
        except ClientError as error:
            if "'plaintext' failed" in error.response["Error"]["Message"]:
                return TO_ENCRYPT
            if error.response["Error"]["Code"] == "NotFoundException":
                return OTHER_KEY
            raise
        except ValueError as error:
            if "AESGCM key" in str(error):
                return WRAPPED_KEY_ENCRYPTS
            raise
        if fault := _fault_of_form(parcel, data):
            return fault
        data_key = _unwrapped(kms, key_id, parcel, _CONTEXT)
        if data_key is None:
            return NO_CONTEXT if _unwrapped(kms, key_id, parcel, {}) else DOES_NOT_UNWRAP
        if fault := _fault_of_content(parcel, data_key, data):
            return fault
        data_keys.append(data_key)
    return None if len(set(data_keys)) == len(_DATA) else SAME_KEY


def _fault_of_form(parcel: Any, data: bytes) -> Mistake | None:
    if not isinstance(parcel, Mapping) or set(parcel) != _PARTS:
        return NOT_A_PARCEL
    if not all(isinstance(part, bytes | bytearray) for part in parcel.values()):
        return NOT_A_PARCEL
    if any(data in part for part in parcel.values()):
        return PLAIN_DATA
    if _opens(parcel["wrapped"], parcel):
        return PLAINTEXT_KEY
    return PIECE_OF_WRAPPED_KEY if _opens(parcel["wrapped"][:32], parcel) else None


def _fault_of_content(parcel: Mapping[str, bytes], data_key: bytes, data: bytes) -> Mistake | None:
    if len(data_key) != 32:
        return WRONG_SIZE
    opened = _opens(data_key, parcel)
    if opened is None:
        return DOES_NOT_OPEN
    return None if opened == data else OTHER_DATA


def _unwrapped(kms: Any, key_id: str, parcel: Mapping[str, bytes], context: dict[str, str]) -> bytes | None:
    try:
        answer = kms.decrypt(CiphertextBlob=bytes(parcel["wrapped"]), KeyId=key_id, EncryptionContext=context)
    except ClientError:
        return None
    return answer["Plaintext"]


def _opens(data_key: bytes, parcel: Mapping[str, bytes]) -> bytes | None:
    try:
        return AESGCM(bytes(data_key)).decrypt(bytes(parcel["nonce"]), bytes(parcel["sealed"]), None)
    except (InvalidTag, ValueError):
        return None


PACK = Exercise(
    answer_name="pack",
    stub="""
def pack(kms, key_id, data, context):
    return ...
""",
    examine=_examine,
    hints=(
        "`kms.generate_data_key` returns the key in two copies. Which one encrypts, and which one do you store?",
        "Pass the context to the same call, as `EncryptionContext=context`.",
        "`nonce = os.urandom(12)`, then `AESGCM(…).encrypt(nonce, data, None)`, as in section 2.",
    ),
    solution="""
import os
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


def pack(kms, key_id, data, context):
    data_key = kms.generate_data_key(KeyId=key_id, KeySpec="AES_256", EncryptionContext=context)
    nonce = os.urandom(12)
    sealed = AESGCM(data_key["Plaintext"]).encrypt(nonce, data, None)
    return {"wrapped": data_key["CiphertextBlob"], "nonce": nonce, "sealed": sealed}
""",
)
