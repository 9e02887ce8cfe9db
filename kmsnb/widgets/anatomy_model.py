"""A sealed message in which one bit may be flipped: what rejects it, and was KMS called before?"""

import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from kmsnb import envelope
from kmsnb.envelope import Part

_CHECKSUM_BYTES = 4


@dataclass(frozen=True)
class Attempt:
    """The result of opening: ``error`` and what it ``says``, both empty if it opened; ``asked`` counts calls to KMS."""

    error: str
    says: str
    asked: int

    @property
    def opened(self) -> bool:
        """Whether the plaintext came out."""
        return not self.error


@dataclass
class AnatomyModel:
    """``sealed`` is a message of ``kmsnb.envelope``; ``kms``, ``key_id`` and ``context`` are what opens it.

    ``part`` is the position of the chosen part, ``byte`` that of the byte in it; ``flipped`` says whether its lowest
    bit is changed, ``mended`` whether the header's checksum is corrected. Raises ``EnvelopeError`` if ``sealed`` isn't a
    sealed message.
    """

    kms: Any
    key_id: str
    sealed: bytes
    context: Mapping[str, str]
    part: int = 0
    byte: int = 0
    flipped: bool = False
    mended: bool = False

    def __post_init__(self) -> None:
        described = envelope.describe(self.sealed)
        self.parts: tuple[Part, ...] = described.parts
        self._header_bytes = described.header_bytes

    @property
    def chosen(self) -> Part:
        return self.parts[self.part]

    @property
    def at(self) -> int:
        """Where in ``sealed`` the chosen byte is; beyond the end of its part, the part's last byte."""
        return self.chosen.offset + min(self.byte, self.chosen.length - 1)

    @property
    def tried(self) -> bytes:
        """The message with the change made, and the checksum mended if it is to be."""
        changed = bytearray(self.sealed)
        if self.flipped:
            changed[self.at] ^= 1
        if self.mended:
            checksum_at = self._header_bytes - _CHECKSUM_BYTES
            checksum = zlib.crc32(changed[:checksum_at]).to_bytes(_CHECKSUM_BYTES, "big")
            changed[checksum_at : self._header_bytes] = checksum
        return bytes(changed)

    def run(self) -> Attempt:
        """Try to open the message as it is now."""
        with _calls(self.kms) as asked:
            try:
                envelope.unseal(self.kms, self.tried, self.context, key_id=self.key_id)
            except envelope.EnvelopeError as error:
                return Attempt(type(error).__name__, str(error), asked())
            except ClientError as error:
                return Attempt(error.response["Error"]["Code"], error.response["Error"]["Message"], asked())
            return Attempt("", "", asked())


@contextmanager
def _calls(kms: Any) -> Iterator[Callable[[], int]]:
    """Count the calls that ``kms`` makes inside the block."""
    made: list[str] = []

    def called(model: Any, **_: Any) -> None:
        made.append(model.name)

    kms.meta.events.register("before-call.kms", called)
    try:
        yield lambda: len(made)
    finally:
        kms.meta.events.unregister("before-call.kms", called)
