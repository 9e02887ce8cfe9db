"""The shapes of the course's visual language, each an SVG fragment around its center (x, y).

Lines and free text are ``currentColor``: black on the white card, the theme's color inside a widget.
"""

import math
from collections.abc import Callable
from html import escape

from . import palette
from .scene import Kind

_TEXT = 13  # pixels
# what JupyterLab leaves for a picture in a window of 600 pixels, and the smallest text there
_ROOM, _SMALLEST = 448, 10
#: As wide as a drawing can be whose text is large enough in that window. In a wider one it grows when there is less room.
WIDEST = _ROOM * _TEXT / _SMALLEST


def drawing(width: int, height: int, *parts: str) -> str:
    """An SVG document of the given size (user units) that scales down with its container.

    No ``id`` inside: all drawings of a notebook share one page, where the first would lend its own to the rest.
    A drawing wider than ``WIDEST`` says how large its text must be where it's scaled down: in a card the course's
    stylesheet sees to it, in a picture its own (``Picture.html``).
    """
    narrow = f";--kmsnb-narrow:{_SMALLEST * width / _ROOM:.1f}px" if width > WIDEST else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'style="max-width:100%;height:auto{narrow}" font-family="system-ui, sans-serif" font-size="{_TEXT}" '
        f'aria-hidden="true">'
        f"{''.join(parts)}</svg>"
    )


def text(
    x: float,
    y: float,
    words: str,
    *,
    anchor: str = "middle",
    bold: bool = False,
    fill: str = "currentColor",
) -> str:
    """One line of text with its baseline at ``y``."""
    weight = ' font-weight="600"' if bold else ""
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" fill="{fill}"{weight}>{escape(words)}</text>'


def arrow(x1: float, y1: float, x2: float, y2: float, *, ghost: bool = False) -> str:
    """A line with a head; dotted and without one when what it stands for did not happen."""
    dots = ' stroke-dasharray="2 4" stroke-opacity="0.5"' if ghost else ""
    line = f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="currentColor" stroke-width="1.6"{dots}/>'
    if ghost:
        return line
    turn = round(math.degrees(math.atan2(y2 - y1, x2 - x1)), 1)
    return (
        line
        + f'<path d="M0,0 l-9,-5 v10 z" transform="translate({x2} {y2}) rotate({turn})" fill="currentColor"/>'
    )


def plaintext(x: float, y: float) -> str:
    """A white page with lines of text and a folded corner."""
    lines = "".join(
        f'<line x1="{x - 13}" y1="{y + dy}" x2="{x + 13}" y2="{y + dy}" stroke="{palette.INK}" stroke-width="2"/>'
        for dy in (-8, 0, 8, 16)
    )
    return _page(x, y, palette.PAPER) + lines


def ciphertext(x: float, y: float) -> str:
    """A gray page, hatched: nothing on it can be read."""
    return _page(x, y, palette.CIPHERTEXT) + hatch(x - 21, y - 16, 42, 43)


def nothing(x: float, y: float) -> str:
    """The dotted outline of a page that never came to be."""
    return (
        f'<rect x="{x - 21}" y="{y - 27}" width="42" height="54" fill="none" stroke="currentColor" '
        'stroke-dasharray="2 4" stroke-opacity="0.6"/>'
    )


def kms_key(x: float, y: float) -> str:
    """A vermilion diamond."""
    r = 20
    points = f"{x},{y - r} {x + r},{y} {x},{y + r} {x - r},{y}"
    return f'<polygon points="{points}" fill="{palette.token("kms-key")}" stroke="{palette.INK}"/>'


def data_key(x: float, y: float) -> str:
    """A blue circle."""
    return f'<circle cx="{x}" cy="{y}" r="18" fill="{palette.token("data-key")}" stroke="{palette.INK}"/>'


def wrapped_key(x: float, y: float) -> str:
    """A green square: a key that is encrypted under another one."""
    return (
        f'<rect x="{x - 17}" y="{y - 17}" width="34" height="34" rx="3" fill="{palette.token("wrapped-key")}" '
        f'stroke="{palette.INK}"/>'
    )


def halo(x: float, y: float) -> str:
    """A double ring around what has just come to be."""
    ring = f'<circle cx="{x}" cy="{y}" r="31" fill="none" stroke="currentColor" stroke-width="1.2"/>'
    return ring + ring.replace('r="31"', 'r="34"')


def refused(x: float, y: float) -> str:
    """A red octagon with a cross: a stop sign."""
    a, b = 20, 8.3
    points = " ".join(
        f"{x + dx},{y + dy}"
        for dx, dy in ((-b, -a), (b, -a), (a, -b), (a, b), (b, a), (-b, a), (-a, b), (-a, -b))
    )
    cross = f'<path d="M{x - 8},{y - 8} l16,16 m0,-16 l-16,16" stroke="{palette.token("on-strong")}" stroke-width="3.5"/>'
    return f'<polygon points="{points}" fill="{palette.token("wrong")}"/>{cross}'


def line(x1: float, y1: float, x2: float, y2: float) -> str:
    """A thin line without a head."""
    return f'<line x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" stroke="currentColor" stroke-width="1.2"/>'


def box(
    x: float, y: float, width: float, height: float, label: str, *, double: bool = False, tone: str = ""
) -> str:
    """A rounded box with a label of a line or more; doubly outlined and bold for the one that counts now.

    ``tone`` tints it: ``"right"``, ``"wrong"``, ``"ask"`` or ``"idle"``, as in the palette.
    """
    lines = label.split("\n")
    fill, ink = (palette.token(f"{tone}-tint"), palette.token(tone)) if tone else ("none", "currentColor")

    def outline(inset: float, fill: str) -> str:
        return (
            f'<rect x="{x - width / 2 + inset}" y="{y - height / 2 + inset}" width="{width - 2 * inset}" '
            f'height="{height - 2 * inset}" rx="7" fill="{fill}" stroke="{ink}" stroke-width="1.3"/>'
        )

    return (
        outline(0, fill)
        + (outline(4, "none") if double else "")
        + "".join(
            text(x, y + 4.5 + 15 * (place - (len(lines) - 1) / 2), words, bold=double, fill=ink)
            for place, words in enumerate(lines)
        )
    )


def boundary(x: float, y: float, width: float, height: float, label: str, *, solid: bool = False) -> str:
    """The dashed box around what happens inside KMS; around anyone else's hands it is a solid, thin one."""
    look = (
        f'stroke="{palette.token("line")}" stroke-width="1.4"'
        if solid
        else f'stroke="{palette.token("kms-key")}" stroke-width="2" stroke-dasharray="7 4"'
    )
    frame = f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="8" fill="none" {look}/>'
    return frame + text(x + width / 2, y - 6, label, bold=True)


def hatch(x: float, y: float, width: int, height: int) -> str:
    """Strokes at 45° that fill a box: each enters at the left or the bottom edge and leaves at the top or the right."""
    strokes = []
    for offset in range(6, width + height, 6):
        x1, y1 = max(0, offset - height), min(offset, height)
        x2, y2 = min(offset, width), max(0, offset - width)
        strokes.append(f"M{x + x1:g},{y + y1:g} L{x + x2:g},{y + y2:g}")
    return f'<path d="{" ".join(strokes)}" stroke="{palette.INK}" stroke-opacity="0.55"/>'


def _page(x: float, y: float, fill: str) -> str:
    return (
        f'<path d="M{x - 21},{y - 27} h31 l11,11 v43 h-42 z M{x + 10},{y - 27} v11 h11" '
        f'fill="{fill}" stroke="{palette.INK}" stroke-width="1.4"/>'
    )


#: The shape of each kind of item.
ITEM: dict[Kind, Callable[[float, float], str]] = {
    Kind.KMS_KEY: kms_key,
    Kind.DATA_KEY: data_key,
    Kind.WRAPPED_KEY: wrapped_key,
    Kind.PLAINTEXT: plaintext,
    Kind.CIPHERTEXT: ciphertext,
}
