"""Exercise 02.a: Encrypt a message so that it opens with its key and its context, and carries what the reader needs."""

import os
from collections.abc import Callable
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ..model import Exercise, Mistake, attempted

_NONCE = 12  # bytes
_TAG = 16  # bytes

NOTHING_RETURNED = Mistake(
    "It returns None. End it with `return`, and the nonce followed by what `encrypt` gave."
)

NOT_BYTES = Mistake(
    "It must return bytes: the nonce, and right behind it what `encrypt` gave. Join the two with `+`."
)

NOT_ENCRYPTED = Mistake("The message stands in what it returns, for everyone to read.")

NO_NONCE = Mistake(
    "The nonce is not in what it returns, and without it nobody can open the rest. Put its 12 bytes in front."
)

OTHER_NONCE_SIZE = Mistake(
    "The nonce must have 12 bytes, the size that GCM is made for; whoever opens it takes the first 12."
)

NONCE_BEHIND = Mistake("The nonce stands at the end. Put it in front, where the reader looks for it.")

SAME_NONCE = Mistake(
    "It works, but two calls used the same nonce: the mistake of section 3. Draw a fresh one inside the function, "
    "each time."
)

NO_CONTEXT = Mistake(
    "It opens without any context, so nobody would notice a wrong one. Hand `context` to `encrypt` as its third argument."
)

DOES_NOT_OPEN = Mistake(
    "It does not open with `key`, the first 12 bytes as the nonce, and `context`. Does it use the key, the nonce and the "
    "context that it is given, and return all that `encrypt` gave?"
)

OTHER_MESSAGE = Mistake("It opens, but what comes out is not the `message` that it was given.")

_LETTERS = ((b"Pay Ana 100 euros", b"payment 17"), (b"Pay Ben 7 euros", b"payment 18"), (b"", b"payment 19"))


def _examine_lock(lock: Callable[[bytes, bytes, bytes], Any]) -> Mistake | None:
    key, nonces = os.urandom(32), set()
    # one letter twice, so that a nonce made from the message does not pass for a fresh one
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
        "Three steps: draw a nonce, encrypt, return both in one piece.",
        "`os.urandom(12)` draws a nonce. `AESGCM(key).encrypt` takes the nonce, the message and the context.",
        "Bytes join with `+`: the nonce first.",
    ),
    solution="""
import os
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


def lock(key, message, context):
    nonce = os.urandom(12)
    return nonce + AESGCM(key).encrypt(nonce, message, context)
""",
)
