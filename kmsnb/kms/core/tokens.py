"""Tokens: what KMS hands out and later takes back, as grant tokens and import tokens.

A token carries all it stands for, sealed under a secret of this process, so that nothing need be remembered
for tokens that never come back.
"""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from .material import NONCE_BYTES

_SECRET = AESGCM(os.urandom(32))


def seal(purpose: str, content: bytes) -> bytes:
    """A token for ``content``, of use for ``purpose`` alone. No two are the same."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + _SECRET.encrypt(nonce, content, purpose.encode())


def open_(purpose: str, token: bytes) -> bytes:
    """What a token carries; ``ValueError`` if it is none that this process made for ``purpose``."""
    if len(token) <= NONCE_BYTES:
        raise ValueError("no token")
    try:
        return _SECRET.decrypt(token[:NONCE_BYTES], token[NONCE_BYTES:], purpose.encode())
    except InvalidTag:
        raise ValueError("not a token of this KMS") from None
