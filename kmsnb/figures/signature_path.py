"""A message on its way through hash, key and encoding to those who verify it: what was changed, and who accepts it."""

from collections.abc import Mapping
from typing import NamedTuple

from . import shapes

_WIDTH, _HEIGHT = 680, 196
_ROW, _LABEL, _NOTE = 44, 94, 112
_VERIFIERS = 166
_BOX = 150


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
    left = _WIDTH / 2 - (len(verifiers) - 1) * (_BOX + 16) / 2
    return shapes.drawing(
        _WIDTH,
        _HEIGHT,
        shapes.plaintext(44, _ROW),
        shapes.text(44, _LABEL, "message"),
        shapes.arrow(70, _ROW, 98, _ROW),
        _box(170, hashed),
        shapes.arrow(242, _ROW, 278, _ROW),
        shapes.kms_key(306, _ROW),
        _label(306, key),
        shapes.arrow(332, _ROW, 362, _ROW),
        _box(440, encoding),
        shapes.arrow(516, _ROW, 566, _ROW),
        shapes.plaintext(598, _ROW),
        _label(598, message),
        *(
            shapes.box(
                left + place * (_BOX + 16),
                _VERIFIERS,
                _BOX,
                34,
                f"{'✓' if accepts else '✗'} {name}",
                tone="right" if accepts else "wrong",
            )
            for place, (name, accepts) in enumerate(verifiers.items())
        ),
    )


def _box(x: float, part: Part) -> str:
    note = shapes.text(x, _LABEL, "changed", bold=True) if part.changed else ""
    return (
        shapes.box(x, _ROW, 142, 40, part.name, double=part.changed, tone="ask" if part.changed else "")
        + note
    )


def _label(x: float, part: Part) -> str:
    note = shapes.text(x, _NOTE, "changed", bold=True) if part.changed else ""
    return shapes.text(x, _LABEL, part.name) + note
