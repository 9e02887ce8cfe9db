"""Exercise 03.c: Encrypt a photo once, for several people."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kmsnb import crypto

from ..model import Exercise, Mistake, attempted

NO_PARCEL = Mistake(
    "Return three things: the nonce, the ciphertext, and a list with one wrapped key for each public key."
)

RSA_ON_DATA = Mistake(
    "It works for a short message but not for a photo: RSA takes at most 190 bytes. Encrypt the data with AES, and only the AES "
    "key with RSA."
)

KEY_IN_PLAIN = Mistake("The list contains the AES key in plaintext. Encrypt it under each public key.")

NOT_FOR_ALL = Mistake(
    "Someone can't unwrap their key. Encrypt the first one under the first public key, the second one under the second, and so "
    "on, each with `oaep`."
)

SHORT_KEY = Mistake("What you wrapped isn't a 256-bit AES key (32 bytes).")

DOES_NOT_OPEN = Mistake(
    "Someone's unwrapped key doesn't decrypt the ciphertext: `AESGCM(key).decrypt(nonce, ciphertext, None)` fails. Does everyone "
    "get the key that encrypted the data? Is the order nonce, ciphertext, wrapped keys? Did you pass `None` as additional data?"
)

OTHER_DATA = Mistake("It decrypts, but to something other than `plaintext`.")

SAME_KEY = Mistake(
    "It works, but every call uses the same AES key, so anyone who gets one photo can decrypt them all. Generate a fresh key inside "
    "the function."
)


@cache
def _receivers() -> Sequence[rsa.RSAPrivateKey]:
    return [crypto.new_rsa_key(2048) for _ in range(3)]


def _examine_seal(seal_for_all: Callable[[list[Any], bytes], Any]) -> Mistake | None:
    data_keys = []
    for count, plaintext in ((3, b"short"), (1, b"short"), (3, bytes(range(256)) * 100)):
        receivers = _receivers()[:count]
        public_keys = [key.public_key() for key in receivers]
        try:
            parcel = attempted(seal_for_all(public_keys, plaintext))
        except ValueError:
            if len(plaintext) > 190:
                return RSA_ON_DATA
            raise
        found = _open(parcel, receivers, plaintext)
        if isinstance(found, Mistake):
            # a short plaintext may have been encrypted with RSA directly; a long one shows that
            if found is SHORT_KEY and _only_short(seal_for_all, public_keys):
                return RSA_ON_DATA
            return found
        data_keys.append(found)
    return SAME_KEY if len(set(data_keys)) < len(data_keys) else None


def _only_short(seal_for_all: Callable[[list[Any], bytes], Any], public_keys: list[Any]) -> bool:
    try:
        seal_for_all(public_keys, b"x" * 1000)
    except ValueError:
        return True
    return False


def _open(parcel: Any, receivers: Sequence[rsa.RSAPrivateKey], plaintext: bytes) -> bytes | Mistake:
    """The AES key with which every receiver opened the parcel, or what is wrong with it."""
    if not isinstance(parcel, tuple | list) or len(parcel) != 3:
        return NO_PARCEL
    nonce, ciphertext, wrapped = parcel
    if not isinstance(wrapped, list | tuple) or len(wrapped) != len(receivers):
        return NO_PARCEL
    if not all(isinstance(each, bytes | bytearray) for each in (nonce, ciphertext, *wrapped)):
        return NO_PARCEL
    data_key = b""
    for private_key, each in zip(receivers, wrapped, strict=True):
        if len(each) in (16, 24, 32):  # as long as an AES key; what RSA gives is far longer
            return KEY_IN_PLAIN
        try:
            data_key = crypto.decrypt_rsa_oaep(private_key, each)
        except crypto.CryptoError:
            return NOT_FOR_ALL
        if len(data_key) != crypto.AES_KEY_BYTES:
            return SHORT_KEY
        try:
            opened = AESGCM(data_key).decrypt(nonce, ciphertext, None)
        except (InvalidTag, ValueError):
            return DOES_NOT_OPEN
        if opened != plaintext:
            return OTHER_DATA
    return data_key


EXERCISE = Exercise(
    answer_name="seal_for_all",
    stub="""
def seal_for_all(public_keys, plaintext):
    return ...
""",
    examine=_examine_seal,
    hints=(
        "Section 5 does it for one person. Encrypt the photo once, however many there are.",
        "Wrap the same AES key once for each person, under their public key.",
        "`[public_key.encrypt(data_key, oaep) for public_key in public_keys]`",
    ),
    solution="""
import os
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

sha256 = hashes.SHA256()
oaep = padding.OAEP(mgf=padding.MGF1(sha256), algorithm=sha256, label=None)

def seal_for_all(public_keys, plaintext):
    data_key, nonce = AESGCM.generate_key(bit_length=256), os.urandom(12)
    ciphertext = AESGCM(data_key).encrypt(nonce, plaintext, None)
    return nonce, ciphertext, [key.encrypt(data_key, oaep) for key in public_keys]
""",
)
