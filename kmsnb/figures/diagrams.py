"""A tree of keys, drawn as SVG."""

from dataclasses import dataclass, field

from . import shapes
from .picture import Picture
from .scene import Kind


@dataclass(frozen=True)
class Node:
    """A key or a page, and what is encrypted under it. ``mark`` says in a word what became of it, such as "opens"."""

    kind: Kind
    label: str
    under: tuple["Node", ...] = field(default=())
    mark: str = ""


def tree(root: Node, *, alt: str, caption: str = "") -> Picture:
    """A tree of keys, the root at the top; a marked key has a double ring, and its mark below it."""
    places: list[tuple[Node, float, int]] = []
    links: list[tuple[float, int, float, int]] = []
    columns = _place(root, 0, 0, places, links)
    depth = max(level for _, _, level in places)
    width, height = int(max(columns, 2) * 112), (depth + 1) * 118
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
    taken, centers = 0.0, []
    for child in node.under:
        start = len(places)
        taken += _place(child, left + taken, level + 1, places, links)
        centers.append(next(x for each, x, depth in places[start:] if each is child and depth == level + 1))
    center = (centers[0] + centers[-1]) / 2 if centers else left + 0.5
    places.append((node, center, level))
    links += [(center, level, x, level + 1) for x in centers]
    return max(taken, 1.0)
