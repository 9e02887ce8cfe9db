"""Which bytes are what: rows of hex. Each field has a number and an edge, each group of fields a color and a name."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from . import palette, shapes
from .picture import Picture
from .tables import Table

_ROW_BYTES = 16
_CELL, _LINE, _LEFT, _TOP = 33, 42, 44, 22
_TEXT, _SOFT = palette.token("text"), palette.token("soft")


@dataclass(frozen=True)
class Field:
    """``length`` bytes from ``offset``: what they are called, what their value means, and the ``group`` they belong to.

    A field without a group is one of its own.
    """

    offset: int
    length: int
    name: str
    meaning: str = ""
    group: str = ""

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
    """``rows`` rows of 16 bytes as an SVG document, from ``first_row`` (the top one is 0) on, and what the colors mean.

    Fields are numbered at their first byte. The ``chosen`` one is outlined; a ``flipped`` byte is framed in red and
    crossed out.
    """
    check_fields(data, fields)
    start = first_row * _ROW_BYTES
    shown = data[start : start + rows * _ROW_BYTES]
    names = [
        getattr(each, "group", "") or each.name for each in fields
    ]  # the parts of a KMS blob have no groups
    colors = {name: palette.token(f"group-{n % 5 + 1}") for n, name in enumerate(dict.fromkeys(names))}
    parts = [shapes.text(_LEFT + (i + 0.5) * _CELL, 14, f"{i}", fill=_SOFT) for i in range(_ROW_BYTES)]
    for row in range(0, len(shown), _ROW_BYTES):
        parts.append(shapes.text(_LEFT - 10, _y(row) + 24, f"{start + row}", anchor="end", fill=_SOFT))
    outlines = []
    for number, each in enumerate(fields):
        inside = range(max(0, each.offset - start), min(each.end - start, len(shown)))
        for at in inside:
            label = f"{number + 1}" if at + start == each.offset else ""
            parts.append(_cell(at, shown[at], label, colors[names[number]]))
        if number == chosen:
            outlines += [_outline(at, inside) for at in inside]
    if flipped is not None and 0 <= flipped - start < len(shown):
        outlines.append(_cross(flipped - start))
    below = _y(len(shown) - 1) + _LINE + 18
    legend, lines = _legend(colors, names, below)
    height = below + lines * 22 - 6
    if len(data) > len(shown):
        parts.append(
            shapes.text(_LEFT, height + 12, _left_out(data, shown, start), anchor="start", fill=_SOFT)
        )
        height += 22
    return shapes.drawing(_LEFT + _ROW_BYTES * _CELL + 8, height, *parts, *outlines, legend)


def field_table(fields: Sequence[ByteRange], caption: str = "Fields") -> Table:
    """The fields as text, numbered as in the drawing."""
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
    return f"… and {len(data) - len(shown):,} more bytes"


def _y(at: int) -> int:
    return _TOP + at // _ROW_BYTES * _LINE


def _cell(at: int, value: int, label: str, color: str) -> str:
    x, y = _LEFT + at % _ROW_BYTES * _CELL, _y(at)
    # the edge of a field: a thick stroke before its first byte
    edge = f'<path d="M{x + 1},{y} v{_LINE - 4}" stroke="{_TEXT}" stroke-width="2.4"/>' if label else ""
    number = shapes.text(x + 4, y + 13, label, anchor="start", bold=True, fill=_TEXT) if label else ""
    box = f'<rect x="{x}" y="{y}" width="{_CELL - 2}" height="{_LINE - 4}" rx="3" fill="{color}"/>'
    return box + edge + shapes.text(x + _CELL / 2 + 1, y + 31, f"{value:02x}", fill=_TEXT) + number


def _outline(at: int, inside: range) -> str:
    """The part of the line around a field that runs along this byte."""
    x, y, width, height = _LEFT + at % _ROW_BYTES * _CELL - 1, _y(at) - 1, _CELL, _LINE - 2
    first, last = at - 1 not in inside or at % _ROW_BYTES == 0, at + 1 not in inside or at % _ROW_BYTES == 15
    strokes = f"M{x},{y} h{width} M{x},{y + height} h{width}"
    strokes += f" M{x},{y} v{height}" if first else ""
    strokes += f" M{x + width},{y} v{height}" if last else ""
    return f'<path d="{strokes}" stroke="{palette.token("ask")}" stroke-width="2.2" stroke-linecap="square"/>'


def _cross(at: int) -> str:
    x, y, red = _LEFT + at % _ROW_BYTES * _CELL, _y(at), palette.token("wrong")
    return (
        f'<rect x="{x - 1}" y="{y - 1}" width="{_CELL}" height="{_LINE - 2}" rx="3" fill="none" stroke="{red}" '
        f'stroke-width="3"/><path d="M{x + 19},{y + 3} l7,7 m0,-7 l-7,7" stroke="{red}" stroke-width="2.2"/>'
    )


def _legend(colors: dict[str, str], names: Sequence[str], top: float) -> tuple[str, int]:
    """Each group with its color and the numbers of its fields, and how many lines that takes."""
    parts, x, line = [], float(_LEFT), 0
    for group, color in colors.items():
        numbers = [n for n, name in enumerate(names, 1) if name == group]
        words = f"{_ranges(numbers)} {group}"
        width = 34 + 7.0 * len(words)
        if x > _LEFT and x + width > _LEFT + _ROW_BYTES * _CELL:
            x, line = float(_LEFT), line + 1
        y = top + line * 22
        parts.append(
            f'<rect x="{x:g}" y="{y - 11:g}" width="14" height="14" rx="3" fill="{color}" stroke="{_SOFT}" stroke-width="0.6"/>'
        )
        parts.append(shapes.text(x + 20, y, words, anchor="start"))
        x += width
    return "".join(parts), line + 1


def _ranges(numbers: Sequence[int]) -> str:
    """1, 2, 3, 5 as ``1–3, 5``."""
    starts = [numbers[0], *(after for before, after in pairwise(numbers) if after != before + 1)]
    ends = [*(before for before, after in pairwise(numbers) if after != before + 1), numbers[-1]]
    return ", ".join(f"{a}" if a == b else f"{a}–{b}" for a, b in zip(starts, ends, strict=True))
