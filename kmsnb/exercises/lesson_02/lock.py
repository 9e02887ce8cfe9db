"""Exercise 02.a: Encrypt a message with AES-GCM and a context, and return it together with its nonce."""

import os
from collections.abc import Callable
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ..model import Exercise, Mistake, attempted

_NONCE = 12  # bytes
_TAG = 16  # bytes

NOTHING_RETURNED = Mistake("It returns None. Return the nonce, followed by the output of `encrypt`.")

NOT_BYTES = Mistake("It must return bytes: the nonce, then the output of `encrypt`. Join the two with `+`.")

NOT_ENCRYPTED = Mistake("The message isn't encrypted: anyone can read it in the result.")

NO_NONCE = Mistake(
    "The result doesn't contain the nonce, and nobody can decrypt without it. Put its 12 bytes in front."
)

OTHER_NONCE_SIZE = Mistake(
    "The nonce must have 12 bytes, the size GCM is designed for. The reader expects it in the first 12."
)

NONCE_BEHIND = Mistake("The nonce is at the end. Put it in front, where the reader expects it.")

SAME_NONCE = Mistake(
    "It works, but two calls used the same nonce, which is the mistake from section 3. Draw a new one in the function "
    "on each call."
)

NO_CONTEXT = Mistake(
    "It decrypts without any context, so nobody would notice a wrong one. Pass `context` to `encrypt` as its third argument."
)

DOES_NOT_OPEN = Mistake(
    "It can't be decrypted with `key`, the first 12 bytes as the nonce, and `context`. Does your function use this key and "
    "context, return the nonce it used, and return the whole output of `encrypt`?"
)

OTHER_MESSAGE = Mistake("It decrypts, but not to the `message` that was passed in.")

_LETTERS = ((b"Pay Ana 100 euros", b"payment 17"), (b"Pay Ben 7 euros", b"payment 18"), (b"", b"payment 19"))


def _examine_lock(lock: Callable[[bytes, bytes, bytes], Any]) -> Mistake | None:
    key, nonces = os.urandom(32), set()
    # one message twice, so that a nonce computed from the message doesn't pass for a fresh one
    for message, context in (*_LETTERS, _LETTERS[0]):
        locked = attempted(lock(key, message, context))
        if fault := _fault_of_locked(key, locked, message, context):
            return fault
        nonces.add(bytes(locked[:_NONCE]))
    return None if len(nonces) == len(_LETTERS) + 1 else SAME_NONCE


def _fault_of_locked(key: bytes, locked: Any, message: bytes, context: bytes) -> Mistake | None:
    if locked is None:
        return NOTHING_RETURNED
    if not isinstance(locked, bytes | bytearray):
        return NOT_BYTES
    if message and message in locked:
        return NOT_ENCRYPTED
    sealed = len(message) + _TAG
    if len(locked) == sealed:
        return NO_NONCE
    opened = _open(key, locked[:_NONCE], locked[_NONCE:], context)
    if opened is not None:
        return None if opened == message else OTHER_MESSAGE
    if _open(key, locked[:_NONCE], locked[_NONCE:], b"") is not None:
        return NO_CONTEXT
    if any(_open(key, locked[:n], locked[n:], context) is not None for n in (8, 16, 32)):
        return OTHER_NONCE_SIZE
    if _open(key, locked[-_NONCE:], locked[:-_NONCE], context) is not None:
        return NONCE_BEHIND
    return DOES_NOT_OPEN


def _open(key: bytes, nonce: bytes | bytearray, sealed: bytes | bytearray, context: bytes) -> bytes | None:
    try:
        return AESGCM(key).decrypt(nonce, sealed, context)
    except (InvalidTag, ValueError):
        return None


EXERCISE = Exercise(
    answer_name="lock",
    stub="""
def lock(key, message, context):
    return ...
""",
    examine=_examine_lock,
    hints=(
        "Three steps: draw a nonce, encrypt, and return both as one bytes object.",
        "`os.urandom(12)` draws a nonce. `AESGCM(key).encrypt` takes the nonce, the message and the context.",
        "Join bytes with `+`: the nonce first.",
    ),
    solution="""
import os
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


def lock(key, message, context):
    nonce = os.urandom(12)
    return nonce + AESGCM(key).encrypt(nonce, message, context)
""",
)
