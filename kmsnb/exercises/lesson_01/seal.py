"""Exercise 01.c: Encrypt a string with AES-256-GCM so that anyone with the key can decrypt it."""

import base64
import binascii
from collections.abc import Callable
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kmsnb import crypto

from ..model import Exercise, Mistake, attempted

NOTHING_RETURNED = Mistake("It doesn't return bytes. Return `nonce + ciphertext`.")

A_PAIR = Mistake("It returns the nonce and the ciphertext separately. Join them: `nonce + ciphertext`.")

A_TEXT = Mistake("It returns a string. Return the bytes themselves: `nonce + ciphertext`.")

NO_ENCODE = Mistake("AES-GCM takes bytes, but `text` is a string. `text.encode()` turns it into bytes.")

NO_NONCE = Mistake(
    "The result doesn't contain the nonce, and nobody can decrypt without it. It isn't secret: return `nonce + ciphertext`."
)

NONCE_LAST = Mistake(
    "The nonce comes last, but the reader expects it in the *first* 12 bytes. Return `nonce + ciphertext`."
)

SAME_NONCE = Mistake(
    "It uses the same nonce every time. Each message under a key needs a new one: call `os.urandom(12)` in the function."
)

OWN_KEY = Mistake(
    "It can't be decrypted with `key`, the first 12 bytes as the nonce, the rest as the ciphertext, and None as extra data. "
    "Does your function use the same?"
)

READABLE = Mistake(
    "Anyone can read the text in the result, so it isn't encrypted. Use `AESGCM(key).encrypt`."
)

OTHER_TEXT = Mistake("It decrypts, but not to exactly the `text` that was passed in.")

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
    """Return AES-GCM's message for a string in place of bytes."""
    try:
        AESGCM(bytes(crypto.AES_KEY_BYTES)).encrypt(bytes(crypto.GCM_NONCE_BYTES), "text", None)  # type: ignore[arg-type]
    except TypeError as error:
        return str(error)
    raise AssertionError("AES-GCM accepted a string")


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
        "Three steps: draw a nonce, encrypt, join the two. Section 1 shows the first two.",
        "`os.urandom(12)` returns a fresh nonce; `AESGCM(key).encrypt(nonce, text.encode(), None)` returns the ciphertext.",
    ),
    solution="""
import os
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

def seal(key, text):
    nonce = os.urandom(12)
    return nonce + AESGCM(key).encrypt(nonce, text.encode(), None)
""",
)
