"""The ciphertext blob of a symmetric encryption key.

AWS documents its blob as opaque. This one is ours; it starts with the bytes AWS's do, and carries what they
must carry for Decrypt to need no key id:

    offset  bytes  content
    0       5      version: 01 02 02 00 78, or 01 02 03 00 78 for a data key
    5       36     key id, in ASCII
    41      32     key material id: which of the key's materials sealed it
    73      12     nonce
    85      n+16   AES-256-GCM ciphertext and tag

Version, key id and material id are authenticated together with the encryption context, so that no byte can
change unnoticed. Altering the key id makes the blob name another key; altering anything else makes it open
under none.
"""

import os
import struct
from collections.abc import Mapping
from itertools import accumulate
from typing import NamedTuple

from .material import NONCE_BYTES, TAG_BYTES, AesMaterial

ENCRYPTED = b"\x01\x02\x02\x00\x78"
DATA_KEY = b"\x01\x02\x03\x00\x78"

_KEY_ID = slice(5, 41)
_MATERIAL_ID = slice(41, 73)
_NONCE = slice(73, 73 + NONCE_BYTES)
_HEADER = slice(0, 73)
_CIPHERTEXT = slice(73 + NONCE_BYTES, None)


class Part(NamedTuple):
    """A run of bytes of a blob: where it starts, how long it is, its name, and what is in it."""

    offset: int
    length: int
    name: str
    meaning: str

    @property
    def end(self) -> int:
        return self.offset + self.length


class Blob(NamedTuple):
    """A parsed blob: which key and material it names; ``header``, ``nonce`` and ``ciphertext`` are its bytes."""

    key_id: str
    material_id: str
    header: bytes
    nonce: bytes
    ciphertext: bytes

    def open(self, material: AesMaterial, context: Mapping[str, str]) -> bytes:
        """The plaintext. ``ValueError`` if a byte or the encryption context is not what it was."""
        return material.open(self.ciphertext, self.nonce, self.header + encode_context(context))


def seal(
    material: AesMaterial,
    key_id: str,
    material_id: str,
    plaintext: bytes,
    context: Mapping[str, str],
    *,
    version: bytes = ENCRYPTED,
) -> bytes:
    """Encrypt ``plaintext`` and say in the blob with what. Adds 101 bytes."""
    header = version + key_id.encode("ascii") + bytes.fromhex(material_id)
    nonce = os.urandom(NONCE_BYTES)
    return header + nonce + material.seal(plaintext, nonce, header + encode_context(context))


def parse(blob: bytes) -> Blob:
    """Take a blob apart; ``ValueError`` if it cannot be one of this KMS."""
    if blob[:5] not in (ENCRYPTED, DATA_KEY) or len(blob) <= _CIPHERTEXT.start + TAG_BYTES:
        raise ValueError("not a ciphertext blob of this KMS")
    return Blob(
        # any byte is some character in Latin-1: an altered key id is the id of a key that does not exist
        blob[_KEY_ID].decode("latin-1"),
        blob[_MATERIAL_ID].hex(),
        blob[_HEADER],
        blob[_NONCE],
        blob[_CIPHERTEXT],
    )


def layout(blob: bytes) -> tuple[Part, ...]:
    """The parts of a blob in their order, without a gap; ``ValueError`` if it cannot be one of this KMS."""
    parsed = parse(blob)
    n = len(parsed.ciphertext) - TAG_BYTES
    named = (
        (_KEY_ID.start, "version", "what kind of ciphertext this is"),
        (_KEY_ID.stop - _KEY_ID.start, "key id", f"which key: {parsed.key_id}"),
        (_MATERIAL_ID.stop - _MATERIAL_ID.start, "key material id", "which material of that key"),
        (NONCE_BYTES, "nonce", "random, new in every call"),
        (n, "encrypted bytes", "as many as the plaintext has"),
        (TAG_BYTES, "tag", "shows any change of these bytes or of the encryption context"),
    )
    starts = accumulate((length for length, _, _ in named), initial=0)
    return tuple(Part(start, *part) for start, part in zip(starts, named, strict=False))


def encode_context(context: Mapping[str, str]) -> bytes:
    """An encryption context as bytes that no other context has.

    Pairs are sorted, since their order does not count, and every text is preceded by its length, so that
    ``{"ab": "c"}`` and ``{"a": "bc"}`` differ.
    """
    pairs = sorted((name.encode(), value.encode()) for name, value in context.items())
    texts = (text for pair in pairs for text in pair)
    return struct.pack(">I", len(pairs)) + b"".join(struct.pack(">I", len(text)) + text for text in texts)
