"""The encryption context: public text that KMS authenticates, and that we bind to the body as well."""

import hashlib
import hmac
import struct
from collections.abc import Mapping

from .errors import ContextError

DIGEST_BYTES = 32


def checked(context: Mapping[str, str] | None) -> dict[str, str]:
    """A copy of ``context``, empty for ``None``. ``TypeError`` unless it maps text to text."""
    context = dict(context or {})
    if not all(isinstance(text, str) for pair in context.items() for text in pair):
        raise TypeError("an encryption context maps str to str")
    return context


def digest(context: Mapping[str, str], message_id: bytes) -> bytes:
    """SHA-256 over the message's id and the pairs, sorted, each text preceded by its length: 32 bytes.

    The lengths tell ``{"ab": "c"}`` from ``{"a": "bc"}``; the id makes equal contexts look different in each message.
    A context is no secret (CloudTrail shows it), and this digest does not make it one.
    """
    pairs = sorted((name.encode(), value.encode()) for name, value in context.items())
    texts = [text for pair in pairs for text in pair]
    encoded = b"".join(struct.pack(">I", len(text)) + text for text in texts)
    return hashlib.sha256(b"kmsnb envelope context" + message_id + encoded).digest()


def check(context: Mapping[str, str], message_id: bytes, expected: bytes) -> None:
    """``ContextError`` unless ``expected`` is the digest of ``context``. Texts of it are in no message."""
    if not hmac.compare_digest(digest(context, message_id), expected):
        raise ContextError("The encryption context is not the one this message was sealed with.")
