"""Bytes with fields, one of which may be chosen and one byte of which may be flipped, to see what then opens."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kmsnb.figures.byte_map import Field, check_fields


@dataclass
class ByteMapModel:
    """``data`` with its ``fields``; ``open`` tries some bytes and says in a sentence what happened.

    ``field`` is the chosen field's position, ``byte`` the position of the byte inside it; ``flipped`` tells whether
    the lowest bit of that byte is changed.
    """

    data: bytes
    fields: Sequence[Field]
    open: Callable[[bytes], str]
    field: int = 0
    byte: int = 0
    flipped: bool = False

    def __post_init__(self) -> None:
        check_fields(self.data, self.fields)

    @property
    def chosen(self) -> Field:
        return self.fields[self.field]

    @property
    def at(self) -> int:
        """Where in ``data`` the chosen byte is; beyond the end of a field, its last byte."""
        return self.chosen.offset + min(self.byte, self.chosen.length - 1)

    @property
    def bytes_tried(self) -> bytes:
        """The data, with the chosen byte changed if it is flipped."""
        changed = bytearray(self.data)
        if self.flipped:
            changed[self.at] ^= 1
        return bytes(changed)

    def run(self) -> str:
        """Try the bytes as they are now."""
        return self.open(self.bytes_tried)
