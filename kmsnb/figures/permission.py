"""Who may do what, and why: a table, and the path of a decision."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from textwrap import wrap

from .picture import Picture
from .shapes import arrow, box, drawing, text
from .tables import Table

_MOST_COLUMNS = 4  # with more, text would be too small in a narrow window
_BOX, _GAP, _MARGIN, _ROW = 116, 26, 10, 124
_WAY_BACK = 18  # room for the arrow from the end of a row to the next one
_LETTERS = 16  # of a label in a line
_MARK = {True: "✓ allowed", False: "✗ denied"}


def permission_matrix(
    principals: Sequence[str],
    actions: Sequence[str],
    cells: Mapping[tuple[str, str], tuple[bool, str]],
    caption: str = "Who may do what",
) -> Table:
    """A table with a row for each action and a column for each principal.

    ``cells`` are (allowed, reason) by (principal, action); a missing one shows a dash. It is not a picture, so that
    screen readers announce the headers.
    """

    def cell(principal: str, action: str) -> str:
        if (principal, action) not in cells:
            return "–"
        allowed, reason = cells[principal, action]
        return f"{_MARK[allowed]}\n{reason}" if reason else _MARK[allowed]

    rows = ((action, *(cell(principal, action) for principal in principals)) for action in actions)
    return Table(caption, ("Action", *principals), rows)


def decision_path(
    stations: Sequence[tuple[str, bool | None]], allowed: bool, sentence: str, caption: str = ""
) -> Picture:
    """The path of a decision: each station has a name and an answer (True, False, or None for neither).

    The last box is the outcome, with a double outline and a tint. ``sentence`` goes into the alt text.
    """
    outcome = "allowed" if allowed else "denied"
    boxes = [*((name, _answer(name, answer)) for name, answer in stations), (outcome, "")]
    rows = math.ceil(len(boxes) / _MOST_COLUMNS)
    columns = math.ceil(len(boxes) / rows)
    right = 2 * _MARGIN + columns * (_BOX + _GAP) - _GAP
    parts = []
    for place, (label, below) in enumerate(boxes):
        line, column = divmod(place, columns)
        x, y = _MARGIN + _BOX / 2 + column * (_BOX + _GAP), 46 + line * _ROW
        if column:
            parts.append(arrow(x - _BOX / 2 - _GAP + 4, y, x - _BOX / 2 - 4, y))
        elif line:
            parts.append(_to_the_next_row(right, x, y - _ROW))
        last = place == len(boxes) - 1
        tone = ("right" if allowed else "wrong") if last else "idle"
        label = f"{'✓' if allowed else '✗'} {label}" if last else "\n".join(wrap(label, _LETTERS))
        parts.append(box(x, y, _BOX, 52, label, double=last, tone=tone))
        parts.append(text(x, y + 45, below))
    svg = drawing(right + (_WAY_BACK if rows > 1 else 0), 108 + (rows - 1) * _ROW, *parts)
    told = ", then ".join(f"{label}: {below}" for label, below in boxes[:-1])
    alt = f"The path of a decision: {told}; the outcome is {outcome}. {sentence}"
    return Picture(svg.encode(), "image/svg+xml", alt=alt, caption=caption)


def _to_the_next_row(right: float, x: float, y: float) -> str:
    """An arrow from the end of a row at ``y``, back to the box at ``x`` in the next one."""
    between, edge = y + _ROW - 54, right + 8
    way = f"M{right - 8:g},{y} H{edge:g} V{between:g} H{x:g}"
    line = f'<path d="{way}" fill="none" stroke="currentColor" stroke-width="1.6"/>'
    return line + arrow(x, between, x, y + _ROW - 28)


def _answer(name: str, answer: bool | None) -> str:
    if name == "deny":
        return "a Deny applies" if answer is False else "no Deny applies"
    return {True: "allows it", False: "does not allow it", None: "does not allow it"}[answer]
