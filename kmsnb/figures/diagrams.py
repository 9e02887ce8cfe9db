"""Diagrams of boxes and arrows, drawn as SVG: a state machine, a tree of keys."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from . import shapes
from .picture import Picture
from .scene import Kind

_BOX, _BOX_HEIGHT, _STEP = 150, 38, 76


def state_machine(
    rows: Sequence[Sequence[str]],
    transitions: Sequence[tuple[str, str, str]],
    *,
    alt: str,
    current: str = "",
    caption: str = "",
) -> Picture:
    """States in rows from the top, and (from, to, label) arrows. ``current`` is drawn with a double border.

    An empty name in a row leaves its place free. Raises ``ValueError`` for an arrow to a state that is not there.
    """
    columns = max(len(row) for row in rows)
    width = columns * (_BOX + 150)
    centre = {
        state: ((column + 0.5) * width / columns, 30 + row * (_BOX_HEIGHT + _STEP))
        for row, states in enumerate(rows)
        for column, state in enumerate(states)
        if state
    }
    unknown = {state for start, end, _ in transitions for state in (start, end)} - set(centre)
    if unknown:
        raise ValueError(f"There is no state {', '.join(sorted(unknown))}.")
    pairs = {(start, end) for start, end, _ in transitions}
    parts = [
        _transition(centre[start], centre[end], label, (end, start) in pairs)
        for start, end, label in transitions
    ]
    parts += [
        shapes.box(x, y, _BOX, _BOX_HEIGHT, state, double=state == current)
        for state, (x, y) in centre.items()
    ]
    height = 60 + (len(rows) - 1) * (_BOX_HEIGHT + _STEP)
    return Picture(shapes.drawing(width, height, *parts).encode(), "image/svg+xml", alt=alt, caption=caption)


@dataclass(frozen=True)
class Node:
    """A key or a page, and what is encrypted under it. ``mark`` says in a word what became of it, such as "opens"."""

    kind: Kind
    label: str
    under: tuple["Node", ...] = field(default=())
    mark: str = ""


def tree(root: Node, *, alt: str, caption: str = "") -> Picture:
    """A tree of keys, the root at the top; what is marked stands in a double ring, and its mark below it."""
    places: list[tuple[Node, float, int]] = []
    links: list[tuple[float, int, float, int]] = []
    columns = _place(root, 0, 0, places, links)
    depth = max(level for _, _, level in places)
    width, height = max(columns, 2) * 112, (depth + 1) * 118
    parts = [shapes.line(x1 * 112, y1 * 118 + 92, x2 * 112, y2 * 118 + 6) for x1, y1, x2, y2 in links]
    for node, x, level in places:
        cx, cy = x * 112, level * 118 + 36
        parts.append(shapes.halo(cx, cy) if node.mark else "")
        parts.append(shapes.ITEM[node.kind](cx, cy))
        parts.append(
            shapes.text(
                cx, cy + 48, node.label + (f": {node.mark}" if node.mark else ""), bold=bool(node.mark)
            )
        )
    return Picture(shapes.drawing(width, height, *parts).encode(), "image/svg+xml", alt=alt, caption=caption)


def _place(
    node: Node,
    left: float,
    level: int,
    places: list[tuple[Node, float, int]],
    links: list[tuple[float, int, float, int]],
) -> float:
    """Place ``node`` above the middle of what is under it, and return how many columns that takes."""
    taken, centres = 0.0, []
    for child in node.under:
        start = len(places)
        taken += _place(child, left + taken, level + 1, places, links)
        centres.append(next(x for each, x, depth in places[start:] if each is child and depth == level + 1))
    centre = (centres[0] + centres[-1]) / 2 if centres else left + 0.5
    places.append((node, centre, level))
    links += [(centre, level, x, level + 1) for x in centres]
    return max(taken, 1.0)


def _transition(start: tuple[float, float], end: tuple[float, float], label: str, both_ways: bool) -> str:
    (x1, y1), (x2, y2) = start, end
    if y1 == y2:
        side = _BOX / 2 if x2 > x1 else -_BOX / 2
        lift = (-9 if x2 > x1 else 9) if both_ways else 0
        below = 15 if both_ways and x2 < x1 else -6
        return shapes.arrow(x1 + side, y1 + lift, x2 - side, y2 + lift) + shapes.text(
            (x1 + x2) / 2, y1 + lift + below, label
        )
    side = _BOX_HEIGHT / 2 if y2 > y1 else -_BOX_HEIGHT / 2
    shift = (26 if y2 > y1 else -26) if both_ways else 0
    arrow = shapes.arrow(x1 + shift, y1 + side, x2 + shift, y2 - side)
    anchor = "end" if both_ways and shift < 0 else "start"
    return arrow + shapes.text(
        (x1 + x2) / 2 + shift + (-7 if anchor == "end" else 7),
        (y1 + y2) / 2 + (18 if x1 != x2 else -4),
        label,
        anchor=anchor,
    )
