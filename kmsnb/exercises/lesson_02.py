"""Lesson 02: Symmetric encryption."""

import math
import os
from collections.abc import Callable
from numbers import Real
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from .model import Exercise, Mistake, Option, Question, attempted

QUESTIONS = {
    "02.size": Question(
        'You may read that a KMS key is a "256-byte key". You hand AES-256 a key of 256 bytes. What happens?',
        (
            Option(
                "It encrypts: a longer key is safer.",
                "AES-256 has no longer keys. Its 256 counts bits: a key has 32 bytes, neither more nor fewer.",
            ),
            Option(
                "It encrypts, with the first 32 bytes.",
                "Whoever handed over 256 bytes would believe that all of them count. A good library makes no such guess.",
            ),
            Option(
                "It refuses: no key has that length.",
                "The 256 counts bits, and a byte has eight of them: a key of AES-256 has 32 bytes, neither more nor fewer.",
                right=True,
            ),
        ),
    ),
    "02.bits": Question(
        "You try all keys that have 16 unknown bits. Say it takes a second. How long would 32 unknown bits take on the "
        "same machine?",
        (
            Option(
                "Two seconds.",
                "Twice the bits is not twice the keys: 2³² is not 2 × 2¹⁶. Each single bit doubles their number.",
            ),
            Option(
                "Four minutes.",
                "256 seconds would be 8 more bits. There are 16 more, and each doubles the number of keys.",
            ),
            Option(
                "Eighteen hours.",
                "Each of the 16 further bits doubles the time: 65,536 seconds, a little over 18 hours.",
                right=True,
            ),
            Option(
                "Longer than anyone can wait.",
                "Not yet, that comes later: 16 more bits are 65,536 times as many keys, and so many seconds one can wait.",
            ),
        ),
    ),
    "02.modes": Question(
        "You encrypt the photograph in ECB mode with a fresh AES-256 key. Someone without the key draws the "
        "ciphertext as if it were a picture. What do they see?",
        (
            Option(
                "Noise: nobody has broken AES-256.",
                "Nobody has, and still it is not noise. How the cipher is used counts as much as the cipher.",
            ),
            Option(
                "The outlines of what was in the photograph.",
                "Areas of one grey are the same 16 bytes again and again, so their ciphertext is the same 16 bytes "
                "again and again. Where an area ends, the pattern changes.",
                right=True,
            ),
            Option(
                "The same photograph in other greys.",
                "It would be so if each byte were encrypted by itself. A block is 16 bytes, and what varies inside "
                "a block is hidden well.",
            ),
        ),
    ),
    "02.reuse": Question(
        "Two pictures were encrypted with AES-GCM under the same key, and by mistake under the same nonce. Someone who "
        "has both ciphertexts, and no key, XORs them byte for byte. What comes out?",
        (
            Option(
                "Noise, since each of the two ciphertexts looks random.",
                "Each alone does. But both were made random in the same way, and the same thing XORed twice is gone.",
            ),
            Option(
                "The key.",
                "The key does not come out, here or later. It is not needed either.",
            ),
            Option(
                "The first picture, as it was.",
                "Close. What is left has both in it; to take one out you must know the other. You do so below.",
            ),
            Option(
                "Both pictures, one over the other.",
                "What AES added was the same in both, and XOR takes it away. Neither key nor computing is needed.",
                right=True,
            ),
        ),
    ),
    "02.flip": Question(
        "A payment order was encrypted in counter mode, which is GCM without its tag. A thief without the key flips one "
        "bit in the middle of the ciphertext. What does the bank find when it decrypts?",
        (
            Option(
                "The order, with one character changed.",
                "In counter mode a bit of ciphertext belongs to one bit of text: flip one, and you flip the other.",
                right=True,
            ),
            Option(
                "An error.",
                "Nothing in counter mode can notice: any bytes decrypt to some bytes. To notice is the tag's work.",
            ),
            Option(
                "Nothing readable: one bit changes everything.",
                "That is so inside AES, where one flipped bit changes a whole block. But counter mode uses AES only to "
                "make the bytes that it XORs over the text, and those stay as they are.",
            ),
        ),
    ),
    "02.pairs": Question(
        "Thirty people want to write to each other so that of any message nobody but its writer and its reader can read it. "
        "With symmetric keys only: how many keys are there in all?",
        (
            Option(
                "30, one for each.",
                "Whom would Ana share hers with? With everybody, and all could read all; with nobody, and she could "
                "write to nobody.",
            ),
            Option(
                "60, one to lock and one to open for each.",
                "The same key locks and opens. What matters is who else has it.",
            ),
            Option(
                "435, one for each pair.",
                "Each of 30 shares a key with each of 29 others, and each key is shared by two: 30 × 29 / 2.",
                right=True,
            ),
            Option(
                "870, one for each direction.",
                "One can do so, but a key works in both directions: half of them are enough.",
            ),
        ),
    ),
    "02.1": Question(
        "An auditor asks about the key material of a KMS key that was created with the default key spec, outside the China "
        "Regions. What do you answer?",
        (
            Option(
                "It is a 256-bit key for AES-GCM.",
                "SYMMETRIC_DEFAULT: AES-256 in GCM, 32 bytes that never leave KMS unencrypted.",
                right=True,
            ),
            Option(
                "It is a 256-byte key for AES-GCM.",
                "256 counts bits. AES knows no key longer than 32 bytes.",
            ),
            Option(
                "It is an RSA key pair of 2,048 bits.",
                "Those exist, as key spec RSA_2048, but you must ask for one.",
            ),
            Option(
                "It is a 128-bit key for AES in ECB mode.",
                "KMS uses 256-bit keys, in GCM, with an integrity check.",
            ),
        ),
    ),
    "02.2": Question(
        "A service encrypts records locally with AES-256-GCM under one data key. The nonce is a counter in memory, which "
        "starts at 0 after each restart; the data key stays. What follows?",
        (
            Option(
                "Nothing: a nonce need not be secret or random.",
                "Right as far as it goes: a counter is a good nonce, as long as it never repeats under a key. Here it does.",
            ),
            Option(
                "Records from before the restart can no longer be decrypted.",
                "They can, as long as each record's own nonce is stored with it.",
            ),
            Option(
                "Two records can give away the XOR of their contents, and forged ones can pass the check.",
                "They share a nonce, so their keystream is the same, and enough of the tag's secret comes out to forge "
                "tags. Take a new data key at each restart, or keep the counter.",
                right=True,
            ),
            Option(
                "The data key can be computed from two records with the same nonce.",
                "It cannot; AES holds. What is lost is what the key was there to protect.",
            ),
        ),
    ),
    "02.3": Question(
        "Ana and Ben share an AES key. Ben receives a ciphertext that opens with AES-GCM under it, with the right "
        "context. Which two things may he conclude?",
        (
            Option(
                "Someone who has the key made it, and nobody else changed it since.",
                "That is what the tag is for.",
                right=True,
            ),
            Option(
                "It was made for this context and no other.",
                "The tag covers the context, too.",
                right=True,
            ),
            Option(
                "The context was hidden on the way.",
                "The context is authenticated, not encrypted: it may be read by anyone who carries it.",
            ),
            Option(
                "He can prove to a judge that Ana wrote it.",
                "Ben has the same key, and could have made it himself. Proof to others needs a signature: lesson 03.",
            ),
        ),
    ),
}

# a: lock

NOTHING_RETURNED = Mistake(
    "It returns None. End it with `return`, and the nonce followed by what `encrypt` gave.",
    """
import os
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


def lock(key, message, context):
    nonce = os.urandom(12)
    nonce + AESGCM(key).encrypt(nonce, message, context)
""",
)
NOT_BYTES = Mistake(
    "It must return bytes: the nonce, and right behind it what `encrypt` gave. Join the two with `+`.",
    """
import os
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


def lock(key, message, context):
    nonce = os.urandom(12)
    return nonce, AESGCM(key).encrypt(nonce, message, context)
""",
)
NOT_ENCRYPTED = Mistake(
    "The message stands in what it returns, for everyone to read.",
    """
import os


def lock(key, message, context):
    return os.urandom(12) + message
""",
)
NO_NONCE = Mistake(
    "The nonce is not in what it returns, and without it nobody can open the rest. Put its 12 bytes in front.",
    """
import os
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


def lock(key, message, context):
    return AESGCM(key).encrypt(os.urandom(12), message, context)
""",
)
OTHER_NONCE_SIZE = Mistake(
    "The nonce must have 12 bytes, the size that GCM is made for; whoever opens it takes the first 12.",
    """
import os
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


def lock(key, message, context):
    nonce = os.urandom(16)
    return nonce + AESGCM(key).encrypt(nonce, message, context)
""",
)
NONCE_BEHIND = Mistake(
    "The nonce stands at the end. Put it in front, where the reader looks for it.",
    """
import os
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


def lock(key, message, context):
    nonce = os.urandom(12)
    return AESGCM(key).encrypt(nonce, message, context) + nonce
""",
)
SAME_NONCE = Mistake(
    "It works, but two calls used the same nonce: the mistake of section 3. Draw a fresh one inside the function, "
    "each time.",
    """
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


def lock(key, message, context):
    nonce = bytes(12)
    return nonce + AESGCM(key).encrypt(nonce, message, context)
""",
)
NO_CONTEXT = Mistake(
    "It opens without any context, so nobody would notice a wrong one. Hand `context` to `encrypt` as its third argument.",
    """
import os
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


def lock(key, message, context):
    nonce = os.urandom(12)
    return nonce + AESGCM(key).encrypt(nonce, message, None)
""",
)
DOES_NOT_OPEN = Mistake(
    "It does not open with `key`, the first 12 bytes as the nonce, and `context`. Does it use the key, the nonce and the "
    "context that it is given, and return all that `encrypt` gave?",
    """
import os
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


def lock(key, message, context):
    nonce = os.urandom(12)
    return os.urandom(12) + AESGCM(key).encrypt(nonce, message, context)
""",
)
OTHER_MESSAGE = Mistake(
    "It opens, but what comes out is not the `message` that it was given.",
    """
import os
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


def lock(key, message, context):
    nonce = os.urandom(12)
    return nonce + AESGCM(key).encrypt(nonce, b"message", context)
""",
)

_NONCE, _TAG = 12, 16
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


def _open(key: bytes, nonce: bytes, sealed: bytes, context: bytes) -> bytes | None:
    try:
        return AESGCM(key).decrypt(nonce, sealed, context)
    except (InvalidTag, ValueError):
        return None


# b: recover

NO_TEXT = Mistake(
    "It must return bytes: the second message, as far as it can be read.",
    """
def recover(known, first, second):
    return "PIER 7"
""",
)
XOR_OF_CIPHERTEXTS = Mistake(
    "That is the XOR of the two ciphertexts, so of the two messages: one more step. You know one of them.",
    """
def xor(left, right):
    return bytes(a ^ b for a, b in zip(left, right))


def recover(known, first, second):
    return xor(first, second)
""",
)
THE_KEYSTREAM = Mistake(
    "That is what AES XORed over the first message, its keystream. The same was XORed over the second: use it there.",
    """
def xor(left, right):
    return bytes(a ^ b for a, b in zip(left, right))


def recover(known, first, second):
    return xor(known, first)
""",
)
THE_KNOWN_ONE = Mistake(
    "That is the message that you knew before.",
    """
def recover(known, first, second):
    return known
""",
)
OWN_PAIR = Mistake(
    "It XORs the known message over the second ciphertext alone. What AES added is still in it: you need the first "
    "ciphertext to take that away.",
    """
def xor(left, right):
    return bytes(a ^ b for a, b in zip(left, right))


def recover(known, first, second):
    return xor(known, second)
""",
)
TOO_LONG = Mistake(
    "It begins right, and then goes on too long. Stop where `known` ends, or the second message; the last 16 bytes of "
    "a ciphertext are its tag and no part of the message.",
    """
def xor(left, right):
    return bytes(a ^ b for a, b in zip(left, right))


def recover(known, first, second):
    return xor(xor(first[:-16], known), second)
""",
)
CUT_SHORT = Mistake(
    "The beginning is right, but it stops too early. As far as both messages reach, all can be read.",
    """
def xor(left, right):
    return bytes(a ^ b for a, b in zip(left, right))


def recover(known, first, second):
    return xor(xor(first, known), second)[:4]
""",
)
OTHER_BYTES = Mistake(
    "It is not the second message. XOR three things: both ciphertexts, and the message that you know.",
    """
def recover(known, first, second):
    return bytes(second)
""",
)


def _examine_recover(recover: Callable[[bytes, bytes, bytes], Any]) -> Mistake | None:
    # messages of random letters: what is right is not right by chance
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


# c: bits

NO_NUMBER = Mistake(
    "It must return a number, for any length and any number of characters.",
    """
def bits(length, characters):
    return f"{length} letters"
""",
)
COUNTS_STORAGE = Mistake(
    "It counts the bits that the password takes up in memory. Someone who guesses tries passwords, not bytes: how many "
    "passwords are there?",
    """
def bits(length, characters):
    return length * 8
""",
)
COUNTS_PASSWORDS = Mistake(
    "That is how many passwords there are. How many bits have as many values? (2 to what power?)",
    """
def bits(length, characters):
    return characters ** length
""",
)
OTHER_LOGARITHM = Mistake(
    "The right idea with another logarithm: a bit has two values, so it is `math.log2`.",
    """
import math

def bits(length, characters):
    return length * math.log(characters)
""",
)
ONE_CHARACTER = Mistake(
    "That is what one character is worth. The password has `length` of them.",
    """
import math

def bits(length, characters):
    return math.log2(characters)
""",
)
ROUNDED = Mistake(
    "Nearly: it rounds too much, or too early. Return the number as `math.log2` gives it.",
    """
import math

def bits(length, characters):
    return length * int(math.log2(characters))
""",
)
BASE_AND_POWER_SWAPPED = Mistake(
    "The two are swapped: each of `length` places takes one of `characters` values.",
    """
import math

def bits(length, characters):
    return characters * math.log2(length)
""",
)
OTHER_NUMBER = Mistake(
    "Not yet. Each place has `characters` values, and there are `length` places. Count the passwords, then ask how many "
    "bits that is.",
    """
def bits(length, characters):
    return length * characters
""",
)


def _examine_bits(bits: Callable[[int, int], Any]) -> Mistake | None:
    for length, characters in ((8, 26), (12, 62), (20, 95)):
        found = attempted(bits(length, characters))
        if isinstance(found, bool) or not isinstance(found, Real):
            return NO_NUMBER
        if fault := _fault_of_bits(found, length, characters):
            return fault
    return None


def _fault_of_bits(found: float, length: int, characters: int) -> Mistake | None:
    right = length * math.log2(characters)
    if abs(found - right) < 0.06:  # rounded to one place, as in the task
        return None
    for wrong, mistake in (
        (characters**length, COUNTS_PASSWORDS),
        (length * 8, COUNTS_STORAGE),
        (length * math.log(characters), OTHER_LOGARITHM),
        (length * math.log10(characters), OTHER_LOGARITHM),
        (math.log2(characters), ONE_CHARACTER),
        (characters * math.log2(length), BASE_AND_POWER_SWAPPED),
    ):
        if math.isclose(found, wrong, rel_tol=1e-6):
            return mistake
    rounded = (length * math.floor(math.log2(characters)), length * math.ceil(math.log2(characters)))
    return ROUNDED if found in rounded or abs(found - right) < 1 else OTHER_NUMBER


EXERCISES = {
    "02.a": Exercise(
        task="Encrypt a message so that it opens with its key and its context, and carries what the reader needs.",
        answer_name="lock",
        stub="""
def lock(key, message, context):
    return ...
""",
        examine=_examine_lock,
        mistakes=(
            NOTHING_RETURNED,
            NOT_BYTES,
            NOT_ENCRYPTED,
            NO_NONCE,
            OTHER_NONCE_SIZE,
            NONCE_BEHIND,
            SAME_NONCE,
            NO_CONTEXT,
            DOES_NOT_OPEN,
            OTHER_MESSAGE,
        ),
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
    ),
    "02.b": Exercise(
        task="Read a message whose nonce was used before, without its key.",
        answer_name="recover",
        stub="""
def recover(known, first, second):
    return ...
""",
        examine=_examine_recover,
        mistakes=(
            XOR_OF_CIPHERTEXTS,
            THE_KEYSTREAM,
            OWN_PAIR,
            THE_KNOWN_ONE,
            TOO_LONG,
            CUT_SHORT,
            OTHER_BYTES,
            NO_TEXT,
        ),
        hints=(
            "The keystream was the same for both messages. How do you get it from `known` and `first`?",
            "`xor` of section 3 stops at the shorter of its two, so take care where each of them ends.",
            "The last 16 bytes of `second` are its tag: `second[:-16]` is the rest.",
        ),
        solution="""
def xor(left, right):
    return bytes(a ^ b for a, b in zip(left, right))


def recover(known, first, second):
    keystream = xor(known, first)
    return xor(keystream, second[:-16])
""",
    ),
    "02.c": Exercise(
        task="Say how many bits a random password is worth.",
        answer_name="bits",
        stub="""
def bits(length, characters):
    return ...
""",
        examine=_examine_bits,
        mistakes=(
            COUNTS_STORAGE,
            COUNTS_PASSWORDS,
            OTHER_LOGARITHM,
            ONE_CHARACTER,
            ROUNDED,
            BASE_AND_POWER_SWAPPED,
            OTHER_NUMBER,
            NO_NUMBER,
        ),
        hints=(
            "Two places of 26 letters: 26 × 26 passwords. Eight places: 26 to the power of 8.",
            "16 bits have 2¹⁶ values. Which power of 2 is 26⁸? `math.log2` tells.",
        ),
        solution="""
import math


def bits(length, characters):
    return length * math.log2(characters)
""",
    ),
}
