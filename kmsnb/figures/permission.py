"""Who may do what, and how a decision came about: a matrix, and a path."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .picture import Picture
from .shapes import arrow, box, drawing, text
from .tables import Table

_MARK = {True: "✓ allowed", False: "✗ denied"}


def permission_matrix(
    principals: Sequence[str],
    actions: Sequence[str],
    cells: Mapping[tuple[str, str], tuple[bool, str]],
    caption: str = "Who may do what",
) -> Table:
    """A row for each action, a column for each principal; a cell tells allowed or denied, and the reason.

    ``cells`` are (allowed, reason) by (principal, action); one that is missing is a dash. It is a table, not a
    picture, so that reasons stay readable and screen readers announce the headers.
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
    """A decision as the way through its stations: each a name and an answer (yes, no, None for nothing).

    The last box is the outcome, doubly outlined. ``sentence`` says it all and is part of the alternative text.
    """
    outcome = "allowed" if allowed else "denied"
    boxes = [*((name, _answer(name, answer)) for name, answer in stations), (outcome, "")]
    longest = max(len(label) for label, _ in boxes)
    width, gap, middle = 150 if longest <= 20 else 8 * longest, 44, 46
    parts = []
    for place, (label, below) in enumerate(boxes):
        x = 10 + width / 2 + place * (width + gap)
        if place:
            parts.append(arrow(x - width / 2 - gap + 4, middle, x - width / 2 - 4, middle))
        parts.append(box(x, middle, width, 44, label, double=place == len(boxes) - 1))
        parts.append(text(x, middle + 42, below))
    svg = drawing(20 + len(boxes) * width + (len(boxes) - 1) * gap, 104, *parts)
    told = ", then ".join(f"{label}: {below}" for label, below in boxes[:-1])
    alt = f"The way of a decision: {told}; the outcome is {outcome}. {sentence}"
    return Picture(svg.encode(), "image/svg+xml", alt=alt, caption=caption)


def _answer(name: str, answer: bool | None) -> str:
    if name == "deny":
        return "a Deny applies" if answer is False else "no Deny applies"
    return {True: "allows it", False: "does not allow it", None: "does not allow it"}[answer]
