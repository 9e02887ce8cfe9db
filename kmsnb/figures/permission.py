"""Who may do what, and why: a table, and the path of a decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .picture import Picture
from .shapes import arrow, box, drawing, text
from .tables import Table

_ONE_ROW = 5  # boxes of a path; with more, text would be too small
_COLUMNS = 3  # of a path that takes several rows
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
    longest = max(len(label) for label, _ in boxes)
    width, gap, row = 150 if longest <= 20 else 7 * longest, 44, 116
    columns = len(boxes) if len(boxes) <= _ONE_ROW else _COLUMNS
    parts = []
    for place, (label, below) in enumerate(boxes):
        line, column = divmod(place, columns)
        x, y = 10 + width / 2 + column * (width + gap), 46 + line * row
        if column:
            parts.append(arrow(x - width / 2 - gap + 4, y, x - width / 2 - 4, y))
        elif line:
            parts.append(_to_the_next_row(20 + columns * width + (columns - 1) * gap, x, y - row, row))
        last = place == len(boxes) - 1
        tone = ("right" if allowed else "wrong") if last else "idle"
        label = f"{'✓' if allowed else '✗'} {label}" if last else label
        parts.append(box(x, y, width, 44, label, double=last, tone=tone))
        parts.append(text(x, y + 42, below))
    rows = -(-len(boxes) // columns)
    wide = 20 + columns * width + (columns - 1) * gap + (20 if rows > 1 else 0)
    svg = drawing(wide, 104 + (rows - 1) * row, *parts)
    told = ", then ".join(f"{label}: {below}" for label, below in boxes[:-1])
    alt = f"The path of a decision: {told}; the outcome is {outcome}. {sentence}"
    return Picture(svg.encode(), "image/svg+xml", alt=alt, caption=caption)


def _to_the_next_row(right: float, x: float, y: float, row: int) -> str:
    """An arrow from the end of a row at ``y``, back to the box at ``x`` in the next one."""
    between, edge = y + row - 50, right + 8
    way = f"M{right - 8:g},{y} H{edge:g} V{between:g} H{x:g}"
    line = f'<path d="{way}" fill="none" stroke="currentColor" stroke-width="1.6"/>'
    return line + arrow(x, between, x, y + row - 24)


def _answer(name: str, answer: bool | None) -> str:
    if name == "deny":
        return "a Deny applies" if answer is False else "no Deny applies"
    return {True: "allows it", False: "does not allow it", None: "does not allow it"}[answer]
