"""A message on its way through hash, key and encoding to those who verify it: what was changed, and who accepts it."""

from collections.abc import Mapping
from typing import NamedTuple

from . import shapes

_WIDTH, _HEIGHT = 560, 232
_ROW, _LABEL, _NOTE = 44, 94, 112
_VERIFIERS, _COLUMNS, _BOX, _LINE = 156, 2, 220, 44


class Part(NamedTuple):
    """A part of the way: what it is, and whether it was changed."""

    name: str
    changed: bool = False


def signature_path(
    *, hashed: Part, key: Part, encoding: Part, message: Part, verifiers: Mapping[str, bool]
) -> str:
    """The way of a signed message as an SVG document.

    The message that was signed, its hash, the key and the encoding of the signature; then the ``message`` that arrives.
    A changed part has a double outline or the word. Below, up to four ``verifiers``, and whether each accepts it.
    """
    return shapes.drawing(
        _WIDTH,
        _HEIGHT,
        shapes.plaintext(32, _ROW),
        shapes.text(32, _LABEL, "message"),
        shapes.arrow(57, _ROW, 80, _ROW),
        _box(139, 112, hashed),
        shapes.arrow(198, _ROW, 222, _ROW),
        shapes.kms_key(247, _ROW),
        _label(247, key),
        shapes.arrow(272, _ROW, 296, _ROW),
        _box(361, 124, encoding),
        shapes.arrow(426, _ROW, 482, _ROW),
        shapes.plaintext(508, _ROW),
        _label(508, message),
        *(_verifier(place, name, accepts) for place, (name, accepts) in enumerate(verifiers.items())),
    )


def _box(x: float, width: float, part: Part) -> str:
    note = shapes.text(x, _LABEL, "changed", bold=True) if part.changed else ""
    tone = "ask" if part.changed else ""
    return shapes.box(x, _ROW, width, 40, part.name, double=part.changed, tone=tone) + note


def _verifier(place: int, name: str, accepts: bool) -> str:
    line, column = divmod(place, _COLUMNS)
    x = _WIDTH / 2 + (column - (_COLUMNS - 1) / 2) * (_BOX + 16)
    label, tone = (f"✓ {name}", "right") if accepts else (f"✗ {name}", "wrong")
    return shapes.box(x, _VERIFIERS + line * _LINE, _BOX, 34, label, tone=tone)


def _label(x: float, part: Part) -> str:
    note = shapes.text(x, _NOTE, "changed", bold=True) if part.changed else ""
    return shapes.text(x, _LABEL, part.name) + note
