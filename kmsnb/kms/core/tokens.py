"""Grant tokens and import tokens.

A token contains everything it stands for, encrypted under a secret of this process, so that KMS doesn't have to store
tokens that may never come back.
"""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from .material import NONCE_BYTES

_SECRET = AESGCM(os.urandom(32))


def seal(purpose: str, content: bytes) -> bytes:
    """A token that contains ``content``, for one ``purpose``. No two are the same."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + _SECRET.encrypt(nonce, content, purpose.encode())


def unseal(purpose: str, token: bytes) -> bytes:
    """The content of a token; raises ``ValueError`` unless this process made it for ``purpose``."""
    if len(token) <= NONCE_BYTES:
        raise ValueError("too short for a token")
    try:
        return _SECRET.decrypt(token[:NONCE_BYTES], token[NONCE_BYTES:], purpose.encode())
    except InvalidTag:
        raise ValueError("not a token of this KMS") from None
