"""The life of a KMS key: the states it can be in, and a bar of time that says when it was in which."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from . import palette, shapes
from .picture import Picture

GONE = "gone"

#: Where each state is: the middle of its box.
_PLACES = {
    "PendingImport": (85, 66),
    "Enabled": (360, 66),
    "Disabled": (635, 66),
    "PendingDeletion": (360, 192),
    GONE: (635, 200),
}
#: Arrows, from and to; the last one ends the way from Disabled over Enabled to PendingImport.
_ARROWS = (
    (160, 57, 285, 57),
    (285, 75, 160, 75),
    (435, 57, 560, 57),
    (560, 75, 435, 75),
    (100, 85, 305, 173),
    (360, 85, 360, 173),
    (595, 85, 412, 173),
    (435, 182, 650, 85),
    (435, 200, 560, 200),
    (85, 22, 85, 47),
)
_OVER_ENABLED = '<path d="M635,47 V22 H85" fill="none" stroke="currentColor" stroke-width="1.6"/>'
#: What is written at the arrows, and where the middle of it is.
_CALLS = (
    (360, 15, "material gone"),
    (222, 42, "material imported"),
    (222, 93, "material gone"),
    (497, 42, "DisableKey"),
    (497, 93, "EnableKey"),
    (272, 112, "ScheduleKeyDeletion"),
    (632, 144, "CancelKeyDeletion"),
    (497, 237, "7 to 30 days later"),
)
_TONES = {"Enabled": "right", "PendingDeletion": "wrong", GONE: "wrong"}
_DESCRIPTION = (
    "DisableKey leads from Enabled to Disabled, and EnableKey back. A key is PendingImport until its material is "
    "imported, which makes it Enabled. When the material is gone, an Enabled or Disabled key becomes PendingImport. "
    "ScheduleKeyDeletion leads from all three to PendingDeletion. From there CancelKeyDeletion leads to Disabled; "
    "otherwise the key is gone 7 to 30 days later."
)

_WIDTH, _LEFT, _ROW, _BAR = 720, 150, 62, 26


def key_states(current: str = "", *, caption: str = "") -> Picture:
    """The states of a key and the calls between them; ``current``, also ``"gone"``, is drawn with a double border."""
    where = f"The key is {current}. " if current else ""
    drawn = shapes.drawing(
        _WIDTH,
        246,
        _OVER_ENABLED,
        *(shapes.arrow(*arrow) for arrow in _ARROWS),
        *(shapes.text(*call) for call in _CALLS),
        *(
            shapes.box(x, y, 150, 38, state, double=state == current, tone=_TONES.get(state, "idle"))
            for state, (x, y) in _PLACES.items()
        ),
    )
    alt = f"{where}The states of a KMS key. {_DESCRIPTION}"
    return Picture(drawn.encode(), "image/svg+xml", alt=alt, caption=caption)


@dataclass(frozen=True)
class Span:
    """A time in one state, in days from the start of the bar; ``charged`` if it is on the bill."""

    state: str
    start: float
    end: float
    charged: bool


def timeline(
    lanes: Mapping[str, Sequence[Span]],
    *,
    alt: str,
    marks: Mapping[str, Sequence[float]] | None = None,
    caption: str = "",
) -> Picture:
    """A bar for each lane: its states one after another, a thick line under what is charged, a diamond at each mark.

    Raises ``ValueError`` if no time has passed in any lane.
    """
    end = max((span.end for spans in lanes.values() for span in spans), default=0)
    if end <= 0:
        raise ValueError("There is no time to show: give a span that ends after day 0.")
    scale = (_WIDTH - _LEFT - 34) / end
    parts = []
    for row, (name, spans) in enumerate(lanes.items()):
        y = 14 + row * _ROW
        parts.append(shapes.text(_LEFT - 10, y + 18, name, anchor="end", bold=True))
        parts += [_span(span, y, scale) for span in spans]
        parts += [_mark(_LEFT + day * scale, y + _BAR + 13) for day in (marks or {}).get(name, ())]
    below = 14 + len(lanes) * _ROW
    parts += [_tick(day, below, scale) for day in _ticks(end)]
    drawn = shapes.drawing(_WIDTH, below + 26, *parts)
    return Picture(drawn.encode(), "image/svg+xml", alt=alt, caption=caption)


def _span(span: Span, y: float, scale: float) -> str:
    x, width = _LEFT + span.start * scale, (span.end - span.start) * scale
    fill, ink, line = _LOOK.get(span.state, (palette.PAPER, palette.INK, ""))
    if span.state == GONE:
        box = shapes.line(x, y + _BAR / 2, x + width, y + _BAR / 2)
        ink = "currentColor"
    else:
        box = (
            f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{_BAR}" fill="{fill}" stroke="{ink}"'
            f' stroke-width="1.6"{line}/>'
        )
    drop = 8 if span.state == GONE else 17.5
    label = (
        shapes.text(x + width / 2, y + drop, span.state, fill=ink)
        if width > 7.4 * len(span.state) + 6
        else ""
    )
    bill = (
        f'<rect x="{x:g}" y="{y + _BAR + 3:g}" width="{width:g}" height="5" fill="currentColor"/>'
        if span.charged
        else ""
    )
    return box + label + bill


#: Fill, ink and outline of a bar; a state is always written into it too, if there is room.
_LOOK = {
    "Enabled": (palette.token("right-tint"), palette.token("right"), ""),
    "Disabled": (palette.token("idle-tint"), palette.token("idle"), ' stroke-dasharray="5 3"'),
    "PendingDeletion": (palette.token("wrong-tint"), palette.token("wrong"), ' stroke-dasharray="5 3"'),
    "PendingImport": ("none", "currentColor", ' stroke-dasharray="1 3"'),
}


def _mark(x: float, y: float) -> str:
    return f'<path d="M{x:g},{y:g} l6,7 l-6,7 l-6,-7 z" fill="{palette.token("kms-key")}" stroke="currentColor"/>'


def _tick(day: int, y: float, scale: float) -> str:
    x = _LEFT + day * scale
    return shapes.line(x, y - 6, x, y) + shapes.text(x, y + 14, f"day {day:,}")


def _ticks(end: float) -> list[int]:
    step = next(step for step in _STEPS if end / step <= 7)
    return list(range(0, int(end) + 1, step))


_STEPS = (1, 2, 5, 10, 20, 30, 60, 100, 200, 365, 730, 1_500, 3_650, 10_000, 100_000, 1_000_000)
