"""Ciphers that nobody should use, to see why: Caesar, repeating-key XOR, AES-ECB, a GCM nonce used twice.

Each function raises ``BrokenError`` unless it is called inside

    from kmsnb import broken
    with broken.for_learning():
        broken.caesar("attack at dawn", 3)

so that a careless import doesn't put one into a program. Use ``kmsnb.crypto`` instead.
"""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import cycle
from typing import ParamSpec, TypeVar

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.padding import PKCS7

from .arguments import flat, instance, integer
from .crypto import AES_KEY_BYTES, GCM_NONCE_BYTES, Buffer, CryptoError

_P = ParamSpec("_P")
_R = TypeVar("_R")

_learning = ContextVar("learning", default=False)


class BrokenError(RuntimeError):
    """A broken cipher was called outside ``with broken.for_learning():``."""


@contextmanager
def for_learning() -> Iterator[None]:
    """Allow this module's functions in the block, and only in this thread or task."""
    token = _learning.set(True)
    try:
        yield
    finally:
        _learning.reset(token)


def _broken(flaw: str) -> Callable[[Callable[_P, _R]], Callable[_P, _R]]:
    def guard(function: Callable[_P, _R]) -> Callable[_P, _R]:
        @functools.wraps(function)
        def guarded(*args: _P.args, **kwargs: _P.kwargs) -> _R:
            if not _learning.get():
                raise BrokenError(
                    f"{function.__name__} is broken: {flaw}. To see it break, call it inside "
                    "`with broken.for_learning():`; to protect data, use kmsnb.crypto.seal_aes_gcm."
                )
            return function(*args, **kwargs)

        return guarded

    return guard


@_broken("there are 25 keys to try")
def caesar(text: str, shift: int) -> str:
    """Shift the letters A–Z and a–z by ``shift`` places; ``-shift`` undoes it. Everything else stays."""
    instance(text, str, "text", "a str")
    integer(shift, "shift")
    return "".join(_shifted(letter, shift) for letter in text)


@_broken("the key repeats, and the text shows through")
def xor_repeating(data: Buffer, key: Buffer) -> bytes:
    """XOR ``data`` with ``key``, repeated; the same call undoes it. ``ValueError`` for an empty key."""
    data, key = flat(data, "data"), flat(key, "key")
    if not key:
        raise ValueError("A key has one byte or more.")
    return bytes(byte ^ pad for byte, pad in zip(data, cycle(key), strict=False))


@_broken("equal blocks of plaintext are equal blocks of ciphertext, and nothing is authenticated")
def encrypt_aes_ecb(key: Buffer, plaintext: Buffer) -> bytes:
    """AES in ECB mode (NIST SP 800-38A) with PKCS #7 padding: 1 to 16 bytes more than ``plaintext``.

    ``key`` has 16, 24 or 32 bytes; ``ValueError`` otherwise.
    """
    padder, encryptor = PKCS7(128).padder(), _ecb(key).encryptor()
    padded = padder.update(flat(plaintext, "plaintext").tobytes()) + padder.finalize()
    return encryptor.update(padded) + encryptor.finalize()


@_broken("equal blocks of plaintext are equal blocks of ciphertext, and nothing is authenticated")
def decrypt_aes_ecb(key: Buffer, ciphertext: Buffer) -> bytes:
    """The plaintext of ``encrypt_aes_ecb``.

    ``CryptoError`` where the padding happens to be wrong; other changes go unnoticed.
    """
    decryptor, unpadder = _ecb(key).decryptor(), PKCS7(128).unpadder()
    ciphertext = flat(ciphertext, "ciphertext").tobytes()
    try:
        padded = decryptor.update(ciphertext) + decryptor.finalize()
        return unpadder.update(padded) + unpadder.finalize()
    except ValueError:
        raise CryptoError("The padding does not match.") from None


@_broken("with one nonce for two messages, their XOR is the XOR of the plaintexts, and tags can be forged")
def seal_aes_gcm_with_nonce(key: Buffer, nonce: Buffer, plaintext: Buffer) -> bytes:
    """AES-256-GCM under a nonce that the caller chooses, and so can use twice: ciphertext and 16-byte tag.

    ``key`` is 32 bytes, ``nonce`` 12; ``ValueError`` otherwise.
    """
    key, nonce, plaintext = flat(key, "key"), flat(nonce, "nonce"), flat(plaintext, "plaintext")
    if len(key) != AES_KEY_BYTES or len(nonce) != GCM_NONCE_BYTES:
        raise ValueError(f"This takes a key of {AES_KEY_BYTES} bytes and a nonce of {GCM_NONCE_BYTES}.")
    return AESGCM(key).encrypt(nonce, plaintext, None)


def _shifted(letter: str, shift: int) -> str:
    for first in "Aa":
        if first <= letter <= chr(ord(first) + 25):
            return chr(ord(first) + (ord(letter) - ord(first) + shift) % 26)
    return letter


def _ecb(key: Buffer) -> Cipher[modes.ECB]:
    key = flat(key, "key")
    if len(key) not in (16, 24, 32):
        raise ValueError(f"An AES key has 16, 24 or 32 bytes, not {len(key)}.")
    return Cipher(algorithms.AES(key), modes.ECB())
