"""How long it takes to encrypt a file, by its size, in several ways: both scales logarithmic, drawn fast."""

import math
from collections.abc import Mapping, Sequence

from . import palette, shapes

_LEFT, _TOP, _WIDTH, _HEIGHT = 92, 26, 430, 250
_RIGHT = 150  # room for the names of the lines
_SIZES = {"4 KB": 4096.0, "1 MB": 1e6, "1 GB": 1e9, "1 TB": 1e12}
_TIMES = {"1 ms": 1e-3, "1 s": 1.0, "1 min": 60.0, "1 hour": 3600.0, "1 day": 86400.0, "1 year": 3.156e7}
_LOWEST, _HIGHEST = 3e-4, 1e8  # seconds
_STYLES = ((palette.token("kms-key"), "7 4", "diamond"), (palette.token("data-key"), "", "circle"))

Points = Sequence[tuple[float, float]]


def envelope_cost(series: Mapping[str, Points], chosen: float) -> str:
    """A line for each series of (bytes, seconds) as an SVG document, and a mark across at ``chosen`` bytes."""
    height = _TOP + _HEIGHT + 44
    parts = [_grid(), _mark(chosen)]
    for (name, points), style in zip(series.items(), _STYLES, strict=False):
        parts.append(_line(name, points, *style))
    parts.append(shapes.text(_LEFT + _WIDTH / 2, height - 6, "size of the file (logarithmic scale)"))
    parts.append(
        shapes.text(
            _LEFT, 12, "time to encrypt it (logarithmic scale)", anchor="start", fill=palette.token("soft")
        )
    )
    return shapes.drawing(_LEFT + _WIDTH + _RIGHT, height, *parts)


def duration(seconds: float) -> str:
    """A time in the unit that people would say it in, two digits and more: ``0.010 s`` is ``10 ms``."""
    for unit, size in (("years", 3.156e7), ("days", 86400), ("hours", 3600), ("min", 60), ("s", 1)):
        if seconds >= 2 * size or (unit == "s" and seconds >= 1):
            return f"{seconds / size:,.0f} {unit}" if seconds >= 10 * size else f"{seconds / size:.1f} {unit}"
    return f"{seconds * 1000:.0f} ms" if seconds >= 0.001 else "under 1 ms"


def _x(size: float) -> float:
    return round(_LEFT + _WIDTH * _share(size, _SIZES["4 KB"], _SIZES["1 TB"]), 1)


def _y(seconds: float) -> float:
    return round(_TOP + _HEIGHT * (1 - _share(seconds, _LOWEST, _HIGHEST)), 1)


def _share(value: float, low: float, high: float) -> float:
    return min(1.0, max(0.0, math.log(value / low) / math.log(high / low)))


def _grid() -> str:
    bottom, right = _TOP + _HEIGHT, _LEFT + _WIDTH
    parts = [shapes.line(_LEFT, bottom, right, bottom), shapes.line(_LEFT, _TOP, _LEFT, bottom)]
    for words, seconds in _TIMES.items():
        parts.append(shapes.text(_LEFT - 8, _y(seconds) + 4, words, anchor="end"))
        parts.append(_faint(_LEFT, _y(seconds), right, _y(seconds)))
    for words, size in _SIZES.items():
        parts.append(shapes.text(_x(size), bottom + 17, words))
    return "".join(parts)


def _mark(chosen: float) -> str:
    x = _x(chosen)
    return (
        f'<line x1="{x}" y1="{_TOP}" x2="{x}" y2="{_TOP + _HEIGHT}" stroke="currentColor" stroke-width="2.2" '
        'stroke-opacity="0.45"/>'
    )


def _line(name: str, points: Points, color: str, dashes: str, marker: str) -> str:
    path = " ".join(f"{_x(size)},{_y(seconds)}" for size, seconds in points)
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    line = f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="2.4"{dashed}/>'
    markers = "".join(_marker(_x(size), _y(seconds), color, marker) for size, seconds in points)
    size, seconds = points[-1]
    return line + markers + shapes.text(_x(size) + 10, _y(seconds) + 4, name, anchor="start", bold=True)


def _marker(x: float, y: float, color: str, shape: str) -> str:
    if shape == "circle":
        return f'<circle cx="{x}" cy="{y}" r="4" fill="{color}" stroke="{palette.PAPER}"/>'
    points = f"{x},{y - 5} {x + 5},{y} {x},{y + 5} {x - 5},{y}"
    return f'<polygon points="{points}" fill="{color}" stroke="{palette.PAPER}"/>'


def _faint(x1: float, y1: float, x2: float, y2: float) -> str:
    return (
        f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="currentColor" stroke-width="0.7" '
        'stroke-opacity="0.3"/>'
    )
