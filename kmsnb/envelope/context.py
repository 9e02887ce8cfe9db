"""The encryption context: public text that KMS authenticates, and that we bind to the body as well."""

import hashlib
import hmac
import struct
from collections.abc import Mapping

from .. import arguments
from .errors import ContextError

DIGEST_BYTES = 32


def checked(context: Mapping[str, str] | None) -> dict[str, str]:
    """A copy of ``context``, empty for ``None``.

    ``TypeError`` unless it maps ``str`` to ``str``, ``ValueError`` for a ``str`` that UTF-8 cannot encode.
    """
    if context is None:
        return {}
    texts = [text for pair in context.items() for text in pair] if isinstance(context, Mapping) else [None]
    if not all(isinstance(text, str) for text in texts):
        raise TypeError("An encryption context maps str to str.")
    for text in texts:
        arguments.text(text, "An encryption context")
    return dict(context)


def digest(context: Mapping[str, str], message_id: bytes) -> bytes:
    """SHA-256 over the message's id and the sorted pairs, each string after its length: 32 bytes.

    The lengths distinguish ``{"ab": "c"}`` from ``{"a": "bc"}``; the id makes equal contexts look different in each
    message. A context isn't secret (CloudTrail shows it), and this digest doesn't make it so.
    """
    pairs = sorted((name.encode(), value.encode()) for name, value in context.items())
    texts = [text for pair in pairs for text in pair]
    encoded = b"".join(struct.pack(">I", len(text)) + text for text in texts)
    return hashlib.sha256(b"kmsnb envelope context" + message_id + encoded).digest()


def check(context: Mapping[str, str], message_id: bytes, expected: bytes) -> None:
    """``ContextError`` unless ``expected`` is the digest of ``context``. The error quotes nothing from it."""
    if not hmac.compare_digest(digest(context, message_id), expected):
        raise ContextError("The encryption context is not the one this message was sealed with.")
