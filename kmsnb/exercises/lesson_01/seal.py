"""Exercise 01.c: Encrypt a text with AES-256-GCM so that the holder of the key can open it."""

import base64
import binascii
from collections.abc import Callable
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kmsnb import crypto

from ..model import Exercise, Mistake, attempted

NOTHING_RETURNED = Mistake("It returns no bytes. Return `nonce + ciphertext`.")

A_PAIR = Mistake("It returns the nonce and the ciphertext as two things. Return one: `nonce + ciphertext`.")

A_TEXT = Mistake("It returns a text. Return the bytes themselves: `nonce + ciphertext`.")

NO_ENCODE = Mistake("AES-GCM takes bytes, and `text` is a text. `text.encode()` makes bytes of it.")

NO_NONCE = Mistake(
    "The nonce is not in what it returns, and without it nobody can decrypt. It is no secret: return `nonce + ciphertext`."
)

NONCE_LAST = Mistake(
    "The nonce stands last. The reader takes the *first* 12 bytes for it: return `nonce + ciphertext`."
)

SAME_NONCE = Mistake(
    "It takes the same nonce each time. A nonce is good for one message under a key: `os.urandom(12)`, in the function."
)

OWN_KEY = Mistake(
    "The reader cannot open it. The reader takes `key`, the first 12 bytes for the nonce, the rest for the ciphertext, and "
    "None for extra data: is it the same with you?"
)

READABLE = Mistake(
    "The text stands in what it returns, for everyone who decodes it. That is no encryption: use `AESGCM(key).encrypt`."
)

OTHER_TEXT = Mistake("It opens, but what comes out is not the `text` that went in, byte for byte.")

_TEXTS = (" Abe Slaney, Elrige's farm ", "Come here at once: é", "")


def _examine_seal(seal: Callable[..., Any]) -> Mistake | None:
    for text in _TEXTS:
        key = crypto.new_aes_key()
        try:
            one, two = attempted(seal(key, text)), seal(key, text)
        except TypeError as error:
            if str(error) == _refusal_of_a_text():
                return NO_ENCODE
            raise
        if isinstance(one, tuple | list):
            return A_PAIR
        if text and _shows(one, text):
            return READABLE
        if isinstance(one, str):
            return A_TEXT
        if not isinstance(one, bytes | bytearray):
            return NOTHING_RETURNED
        if (mistake := _opened(key, bytes(one), text)) is not None:
            return mistake
        if one[:12] == two[:12]:
            return SAME_NONCE
    return None


@cache
def _refusal_of_a_text() -> str:
    """What AES-GCM says when it is handed a text for bytes."""
    try:
        AESGCM(bytes(crypto.AES_KEY_BYTES)).encrypt(bytes(crypto.GCM_NONCE_BYTES), "text", None)  # type: ignore[arg-type]
    except TypeError as error:
        return str(error)
    raise AssertionError("AES-GCM took a text")


def _opened(key: bytes, sealed: bytes, text: str) -> Mistake | None:
    data = text.encode()
    try:
        return None if crypto.open_aes_gcm(key, sealed) == data else OTHER_TEXT
    except crypto.CryptoError:
        pass
    if len(sealed) == len(data) + crypto.GCM_TAG_BYTES:
        return NO_NONCE
    try:
        crypto.open_aes_gcm(key, sealed[-12:] + sealed[:-12])
    except crypto.CryptoError:
        return OWN_KEY
    return NONCE_LAST


def _shows(result: Any, text: str) -> bool:
    if isinstance(result, str):
        result = result.encode()
    if not isinstance(result, bytes | bytearray):
        return False
    seen = [bytes(result)]
    for decode in (base64.b64decode, bytes.fromhex):
        try:
            seen.append(decode(bytes(result).decode()))
        except (ValueError, binascii.Error):
            continue
    return any(text.strip().encode() in each for each in seen)


EXERCISE = Exercise(
    answer_name="seal",
    stub="""
def seal(key, text):
    return ...
""",
    examine=_examine_seal,
    hints=(
        "Three steps: draw a nonce, encrypt, put the two together. Section 1 has the first two.",
        "`os.urandom(12)` is a fresh nonce; `AESGCM(key).encrypt(nonce, text.encode(), None)` is the ciphertext.",
    ),
    solution="""
import os
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

def seal(key, text):
    nonce = os.urandom(12)
    return nonce + AESGCM(key).encrypt(nonce, text.encode(), None)
""",
)
