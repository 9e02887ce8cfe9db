"""Which bytes are what: rows of hex, each field marked by a hatch, a bracket and a number."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from . import palette, shapes
from .picture import Picture
from .tables import Table

_ROW_BYTES = 16
_CELL, _LINE, _LEFT, _TOP = 30, 34, 64, 22


@dataclass(frozen=True)
class Field:
    """A run of bytes: where it starts, how long it is, what it is called, and what its value means."""

    offset: int
    length: int
    name: str
    meaning: str = ""

    @property
    def end(self) -> int:
        return self.offset + self.length


class ByteRange(Protocol):
    """What a byte map shows as a field: a ``Field``, or a part of a sealed message."""

    @property
    def offset(self) -> int: ...
    @property
    def length(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def meaning(self) -> str: ...
    @property
    def end(self) -> int: ...


def check_fields(data: bytes, fields: Sequence[ByteRange]) -> None:
    """``ValueError`` unless the fields cover ``data`` from its first byte to its last, without gap or overlap."""
    at = 0
    for each in fields:
        if each.offset != at or each.length < 1:
            raise ValueError(f"The field {each.name!r} starts at {each.offset}, where {at} is next.")
        at = each.end
    if at != len(data):
        raise ValueError(f"The fields end at {at}, the data at {len(data)}.")


def byte_map(
    data: bytes,
    fields: Sequence[ByteRange],
    *,
    chosen: int | None = None,
    flipped: int | None = None,
    rows: int = 16,
    first_row: int = 0,
) -> str:
    """``rows`` rows of 16 bytes as an SVG document, from ``first_row`` (the top one is 0) on.

    Fields are hatched in turns and numbered at their first byte; the ``chosen`` one is outlined, a ``flipped`` byte
    is framed in red and crossed.
    """
    check_fields(data, fields)
    start = first_row * _ROW_BYTES
    shown = data[start : start + rows * _ROW_BYTES]
    parts = [shapes.text(_LEFT + (i + 0.5) * _CELL, 14, f"{i}") for i in range(_ROW_BYTES)]
    for row in range(0, len(shown), _ROW_BYTES):
        parts.append(shapes.text(_LEFT - 10, _y(row) + 21, f"{start + row}", anchor="end"))
    for number, each in enumerate(fields):
        for at in range(max(0, each.offset - start), min(each.end - start, len(shown))):
            first = at + start == each.offset
            parts.append(_cell(at, shown[at], number, first=first, chosen=number == chosen))
    if flipped is not None and 0 <= flipped - start < len(shown):
        parts.append(_cross(flipped - start))
    height = _y(len(shown) - 1) + _LINE + 24
    if len(data) > len(shown):
        parts.append(shapes.text(_LEFT, height - 6, _left_out(data, shown, start), anchor="start"))
    return shapes.drawing(_LEFT + _ROW_BYTES * _CELL + 8, height, *parts)


def field_table(fields: Sequence[ByteRange], caption: str = "Fields") -> Table:
    """The fields in words, numbered as in the drawing."""
    return Table(
        caption,
        ("No.", "Bytes", "Field", "What it means"),
        ((str(n), f"{f.offset}–{f.end - 1}", f.name, f.meaning or "–") for n, f in enumerate(fields, 1)),
    )


def byte_map_picture(data: bytes, fields: Sequence[ByteRange], *, title: str, rows: int = 16) -> Picture:
    """The byte map as a picture, with its fields in the alt text."""
    told = "; ".join(f"{f.name}: bytes {f.offset} to {f.end - 1}" for f in fields)
    return Picture(byte_map(data, fields, rows=rows).encode(), "image/svg+xml", alt=f"{title}. {told}.")


def _left_out(data: bytes, shown: bytes, start: int) -> str:
    if start:
        return f"bytes {start:,} to {start + len(shown) - 1:,} of {len(data):,}"
    return f"… and {len(data) - len(shown):,} bytes more"


def _y(at: int) -> int:
    return _TOP + at // _ROW_BYTES * _LINE


def _cell(at: int, value: int, number: int, *, first: bool, chosen: bool) -> str:
    x, y = _LEFT + at % _ROW_BYTES * _CELL, _y(at)
    fill = palette.CIPHERTEXT if number % 2 else palette.PAPER
    hatch = shapes.hatch(x, y, _CELL, _LINE - 6) if number % 2 else ""
    # blue, since ink is lost on a dark ground
    edge = (
        f'stroke="{palette.DATA_KEY}" stroke-width="2.6"'
        if chosen
        else f'stroke="{palette.INK}" stroke-width="0.5"'
    )
    box = f'<rect x="{x}" y="{y}" width="{_CELL}" height="{_LINE - 6}" fill="{fill}" {edge}/>'
    # a plain ground below the digits, which strokes would make hard to read
    ground = (
        f'<rect x="{x + 4}" y="{y + 10}" width="{_CELL - 8}" height="14" fill="{fill}"/>' if hatch else ""
    )
    label = (
        f'<text x="{x + 2}" y="{y + 9}" font-size="9" font-weight="700" fill="{palette.INK}">{number + 1}</text>'
        if first
        else ""
    )
    digits = (
        f'<text x="{x + _CELL / 2}" y="{y + 22}" text-anchor="middle" fill="{palette.INK}">{value:02x}</text>'
    )
    return box + hatch + ground + digits + label


def _cross(at: int) -> str:
    x, y = _LEFT + at % _ROW_BYTES * _CELL, _y(at)
    return (
        f'<rect x="{x}" y="{y}" width="{_CELL}" height="{_LINE - 6}" fill="none" stroke="{palette.REFUSED}" '
        f'stroke-width="3.5"/><path d="M{x + 20},{y + 2} l8,8 m0,-8 l-8,8" stroke="{palette.REFUSED}" stroke-width="2"/>'
    )
