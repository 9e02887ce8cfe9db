"""Five sealed letters for exercise 09.c, each with a different fault."""

import zlib
from typing import Any

from kmsnb import envelope

NAMES = ("Ana", "Bea", "Cleo", "Dan", "Eve")


def five_letters(kms: Any, key_id: str) -> dict[str, bytes]:
    """A sealed letter to each of five people, meant to open with the context ``{"to": name}``; none does."""
    second = kms.create_key(Description="for one of the letters")["KeyMetadata"]["KeyId"]
    letters = {name: _letter(kms, second if name == "Dan" else key_id, name) for name in NAMES}
    letters["Ana"] = envelope.seal(kms, key_id, _text("Ana"), {"to": "ana"})
    letters["Bea"] = _flipped(letters["Bea"])
    letters["Cleo"] = _with_wrapped_key_of(_letter(kms, key_id, "Cleo"), letters["Cleo"])
    letters["Eve"] = letters["Eve"][:500]
    kms.disable_key(KeyId=second)
    return letters


def _letter(kms: Any, key_id: str, name: str) -> bytes:
    return envelope.seal(kms, key_id, _text(name), {"to": name})


def _text(name: str) -> bytes:
    return f"Dear {name}, lunch at noon?".encode()


def _flipped(sealed: bytes) -> bytes:
    return sealed[:-20] + bytes([sealed[-20] ^ 1]) + sealed[-19:]


def _with_wrapped_key_of(other: bytes, sealed: bytes) -> bytes:
    """``sealed`` with the other message's wrapped key, and a checksum that fits, as someone would do on purpose."""
    described = envelope.describe(sealed)
    wrapped = next(part for part in described.parts if part.name == "wrapped data key")
    checksum_at = described.header_bytes - 4
    changed = (
        sealed[: wrapped.offset] + other[wrapped.offset : wrapped.end] + sealed[wrapped.end : checksum_at]
    )
    return changed + zlib.crc32(changed).to_bytes(4, "big") + sealed[described.header_bytes :]
