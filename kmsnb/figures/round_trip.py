"""Plaintext → Encrypt → ciphertext → Decrypt → plaintext, and where KMS refused."""

from collections.abc import Callable
from typing import Literal

from . import palette, shapes

Outcome = Literal["opened", "encrypt refused", "decrypt refused"]

_WIDTH, _HEIGHT = 680, 220
_GAUGE_LEFT, _GAUGE_WIDTH, _GAUGE_TOP = 20, 640, 30
_ROW = 138


def round_trip(
    size: int, limit: int, largest: int, outcome: Outcome, ciphertext_size: int | None = None
) -> str:
    """The round trip of ``size`` bytes as an SVG document.

    Above, a gauge of 0 to ``largest`` bytes with a line at ``limit``; below, what came out of each of the two calls:
    a page, a red octagon where KMS refused, a dotted outline where nothing came to be.
    """
    encrypted = outcome != "encrypt refused"
    opened = outcome == "opened"
    return shapes.drawing(
        _WIDTH,
        _HEIGHT,
        _gauge(size, limit, largest),
        shapes.plaintext(60, _ROW),
        shapes.text(60, _ROW + 48, "plaintext"),
        shapes.text(60, _ROW + 66, f"{size:,} bytes"),
        _call(200, "Encrypt"),
        shapes.arrow(88, _ROW, 158, _ROW),
        _result(
            340,
            encrypted,
            shapes.ciphertext,
            "ciphertext",
            f"{ciphertext_size:,} bytes" if ciphertext_size else "",
        ),
        shapes.arrow(242, _ROW, 312, _ROW),
        _call(480, "Decrypt"),
        shapes.arrow(368, _ROW, 438, _ROW, ghost=not encrypted),
        _result(620, opened, shapes.plaintext, "plaintext", f"{size:,} bytes")
        if encrypted
        else shapes.nothing(620, _ROW) + shapes.text(620, _ROW + 48, "nothing"),
        shapes.arrow(522, _ROW, 592, _ROW, ghost=not encrypted),
    )


def _gauge(size: int, limit: int, largest: int) -> str:
    def at(count: int) -> float:
        return round(_GAUGE_LEFT + _GAUGE_WIDTH * min(count, largest) / largest, 1)

    line, ask, wrong = at(limit), palette.token("ask"), palette.token("wrong")
    over = f", {size - limit:,} too many" if size > limit else ""

    def bar(left: float, right: float, fill: str) -> str:
        return f'<rect x="{left:g}" y="{_GAUGE_TOP}" width="{right - left:g}" height="12" fill="{fill}"/>'

    return (
        bar(_GAUGE_LEFT, at(min(size, limit)), ask)
        + (bar(line, at(size), wrong) if size > limit else "")
        + f'<rect x="{_GAUGE_LEFT}" y="{_GAUGE_TOP}" width="{_GAUGE_WIDTH}" height="12" fill="none" stroke="currentColor"/>'
        f'<line x1="{line}" y1="{_GAUGE_TOP - 8}" x2="{line}" y2="{_GAUGE_TOP + 20}" stroke="currentColor" stroke-width="2.5"/>'
        + shapes.text(line, _GAUGE_TOP - 13, f"limit {limit:,} bytes{over}", bold=True)
        + shapes.text(_GAUGE_LEFT, _GAUGE_TOP + 28, "0 bytes", anchor="start", fill=palette.token("soft"))
        + shapes.text(
            _GAUGE_LEFT + _GAUGE_WIDTH,
            _GAUGE_TOP + 28,
            f"{largest:,}",
            anchor="end",
            fill=palette.token("soft"),
        )
    )


def _call(x: float, name: str) -> str:
    return shapes.boundary(x - 42, _ROW - 36, 84, 72, f"KMS {name}") + shapes.kms_key(x, _ROW)


def _result(x: float, came: bool, page: Callable[[float, float], str], name: str, size: str) -> str:
    if not came:
        return shapes.refused(x, _ROW) + shapes.text(x, _ROW + 48, "refused", bold=True)
    return page(x, _ROW) + shapes.text(x, _ROW + 48, name) + shapes.text(x, _ROW + 66, size)
