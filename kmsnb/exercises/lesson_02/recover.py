"""Exercise 02.b: Read a message whose nonce was used twice, without its key."""

import os
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ..model import Exercise, Mistake, attempted

_NONCE = 12  # bytes

NO_TEXT = Mistake("It must return bytes: as much of the second message as can be recovered.")

XOR_OF_CIPHERTEXTS = Mistake(
    "That's the XOR of the two ciphertexts, and so of the two messages. One more step: you know one of them."
)

THE_KEYSTREAM = Mistake(
    "That's the keystream that was XORed with the first message. The second has the same one: use it there."
)

THE_KNOWN_ONE = Mistake("That's the message you already knew.")

OWN_PAIR = Mistake(
    "It XORs the known message with the second ciphertext only. The keystream is still in the result; use the first "
    "ciphertext to remove it."
)

TOO_LONG = Mistake(
    "It starts right, but is too long. Stop where `known` or the second message ends. The last 16 bytes of `first` and "
    "`second` are tags, not part of a message."
)

CUT_SHORT = Mistake(
    "The beginning is right, but it stops too early. You can read everything up to the end of the shorter message."
)

OTHER_BYTES = Mistake(
    "That isn't the second message. XOR three things: both ciphertexts, and the message you know."
)


def _examine_recover(recover: Callable[[bytes, bytes, bytes], Any]) -> Mistake | None:
    # random letters, so that no wrong answer is right by chance
    for known_size, secret_size in ((40, 40), (60, 23), (23, 60)):
        key, nonce = os.urandom(32), os.urandom(_NONCE)
        known, secret = _letters(known_size), _letters(secret_size)
        first, second = (AESGCM(key).encrypt(nonce, message, None) for message in (known, secret))
        found = attempted(recover(known, first, second))
        if not isinstance(found, bytes | bytearray):
            return NO_TEXT
        if fault := _fault_of_recovered(bytes(found), known, secret, first, second):
            return fault
    return None


def _letters(size: int) -> bytes:
    return bytes(ord("a") + byte % 26 for byte in os.urandom(size))


def _fault_of_recovered(
    found: bytes, known: bytes, secret: bytes, first: bytes, second: bytes
) -> Mistake | None:
    readable = secret[: len(known)]
    if found == readable:
        return None
    for wrong, mistake in (
        (_xor(first, second), XOR_OF_CIPHERTEXTS),
        (_xor(known, first), THE_KEYSTREAM),
        (_xor(known, second), OWN_PAIR),
        (known, THE_KNOWN_ONE),
    ):
        if len(found) >= 8 and wrong.startswith(found[: len(readable)]):
            return mistake
    if found.startswith(readable):
        return TOO_LONG
    return CUT_SHORT if found and readable.startswith(found) else OTHER_BYTES


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=False))


EXERCISE = Exercise(
    answer_name="recover",
    stub="""
def recover(known, first, second):
    return ...
""",
    examine=_examine_recover,
    hints=(
        "The keystream was the same for both messages. How do you get it from `known` and `first`?",
        "`xor` from section 3 stops at the end of the shorter argument, so check where each of them ends.",
        "The last 16 bytes of `second` are its tag; `second[:-16]` leaves them out.",
    ),
    solution="""
def xor(left, right):
    return bytes(a ^ b for a, b in zip(left, right))


def recover(known, first, second):
    keystream = xor(known, first)
    return xor(keystream, second[:-16])
""",
)
