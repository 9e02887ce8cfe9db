"""How often each value occurs: narrow columns side by side, a panel for each input."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from . import palette, shapes
from .picture import Picture

_LEFT, _WIDTH, _HEIGHT = 20, 640, 74
_PANEL = _HEIGHT + 56  # with its title and its marks


@dataclass(frozen=True)
class Panel:
    """How often each of some values (``what``) occurs, in order; ``marks`` names positions below the columns."""

    title: str
    counts: Sequence[int]
    marks: Mapping[int, str]
    what: str


def letter_panel(title: str, text: str) -> Panel:
    """How often each letter from A to Z occurs, capitals and small ones together."""
    seen = Counter(text.upper())
    letters = [chr(ord("A") + i) for i in range(26)]
    return Panel(title, [seen[letter] for letter in letters], dict(enumerate(letters)), "letter")


def byte_panel(title: str, data: bytes) -> Panel:
    """How often each of the 256 byte values occurs."""
    seen = Counter(data)
    marks = {n: f"{n}" for n in (0, 64, 128, 192, 255)}
    return Panel(title, [seen[value] for value in range(256)], marks, "byte value")


def histogram(*panels: Panel) -> str:
    """The panels, one below the other, as an SVG document; each has the scale that its highest column needs."""
    drawn = (_panel(each, i * _PANEL) for i, each in enumerate(panels))
    return shapes.drawing(_LEFT * 2 + _WIDTH, len(panels) * _PANEL, *drawn)


def histogram_picture(*panels: Panel, alt: str, caption: str = "") -> Picture:
    """The panels as a picture."""
    return Picture(histogram(*panels).encode(), "image/svg+xml", alt=alt, caption=caption)


def _panel(panel: Panel, top: float) -> str:
    step = _WIDTH / len(panel.counts)
    ground, highest = top + 26 + _HEIGHT, max(max(panel.counts), 1)
    # one path for all columns: 256 elements would be slow to draw
    columns = "".join(
        f"M{_LEFT + i * step:.1f},{ground}v{-_HEIGHT * count / highest:.1f}h{step * 0.8:.1f}V{ground}z"
        for i, count in enumerate(panel.counts)
        if count
    )
    marks = "".join(
        shapes.text(round(_LEFT + (i + 0.4) * step, 1), ground + 17, name) for i, name in panel.marks.items()
    )
    return (
        shapes.text(_LEFT, top + 14, f"{panel.title}", anchor="start", bold=True)
        + shapes.text(
            _LEFT + _WIDTH,
            top + 14,
            f"how often each {panel.what} occurs: up to {highest:,} times",
            anchor="end",
            fill=palette.token("soft"),
        )
        + f'<path d="{columns}" fill="{palette.token("data-key")}"/>'
        + shapes.line(_LEFT, ground, _LEFT + _WIDTH, ground)
        + marks
    )
