"""Charts in the style of the course, by matplotlib. Each takes plain data and returns a picture.

All are 600 pixels wide, on white, and tell bars and lines apart by hatch and marker as well as by color. ``alt`` must
describe the chart, with the numbers that matter.
"""

import gc
import io
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter

from . import palette
from .picture import Picture

_WIDTH, _DPI = 6.0, 100  # inches and pixels per inch: 600 pixels
_SMALL = 9.7  # points: 10 pixels where a window of 600 leaves the picture three quarters of its width
_BAR, _HATCHED = "#A9CCEA", "#F4C7A1"  # light enough for ink on them
_LINES = ((palette.DATA_KEY, "o", "-"), (palette.KMS_KEY, "D", "--"), (palette.WRAPPED_KEY, "s", ":"))


@contextmanager
def _collector_paused() -> Iterator[None]:
    """While a figure is drawn, no garbage collection: it would find nothing, and take three times the drawing.

    A figure is thousands of objects that refer to each other. Caught half drawn they are taken for long-lived ones,
    and each tenth chart would wait until the collector has walked through all that the kernel holds.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@_collector_paused()
def bars(
    values: Mapping[str, float],
    *,
    unit: str,
    alt: str,
    caption: str = "",
    limit: float | None = None,
    log: bool = False,
    hatched: Sequence[str] = (),
) -> Picture:
    """A horizontal bar for each value, with its number; ``limit`` draws a line across, ``hatched`` names bars apart.

    With ``log`` the scale is logarithmic, for values that differ by powers of ten.
    """
    figure, axes = _axes(0.34 * len(values) + 0.7, left=_room(values))
    names = list(values)
    drawn = axes.barh(
        range(len(names)),
        list(values.values()),
        color=[_HATCHED if name in hatched else _BAR for name in names],
        edgecolor=palette.INK,
        linewidth=0.8,
        height=0.62,
        hatch=["///" if name in hatched else "" for name in names],
    )
    axes.set_yticks(range(len(names)), names)
    numbers = [_in_words(value) if log and value >= 1e6 else _number(value) for value in values.values()]
    axes.bar_label(drawn, numbers, padding=4, fontsize=_SMALL)
    axes.invert_yaxis()
    if log:
        axes.set_xscale("log")
        # a power of ten, and no bar without a length
        first = 10 ** math.floor(math.log10(min(values.values()) / 2))
        axes.set_xlim(first, max(values.values()) * 60)  # room for the numbers
        _powers_in_words(axes.xaxis, most=10 * max(values.values()))
    else:
        axes.set_xlim(0, max([*values.values(), limit or 0]) * 1.15)
        axes.xaxis.set_major_locator(MaxNLocator(6))
        axes.xaxis.set_major_formatter(_PLAIN)
    if limit is not None:
        axes.axvline(limit, color=palette.INK, linewidth=2)
        axes.set_title(f"limit {_number(limit)} {unit}", fontsize=_SMALL, loc="left")
    axes.set_xlabel(unit + (" (logarithmic scale)" if log else ""), fontsize=_SMALL)
    return _picture(figure, alt, caption)


@_collector_paused()
def lines(
    series: Mapping[str, Sequence[tuple[float, float]]],
    *,
    across: str,
    up: str,
    alt: str,
    caption: str = "",
    limit: float | None = None,
    log: bool = False,
) -> Picture:
    """A line for each series of (x, y) points; ``across`` and ``up`` name the axes, ``log`` makes both logarithmic."""
    figure, axes = _axes(3.2, left=0.16)
    for (name, points), (color, marker, style) in zip(series.items(), _LINES, strict=False):
        xs, ys = zip(*points, strict=True)
        every = max(1, len(xs) // 12)
        axes.plot(
            xs, ys, color=color, marker=marker, linestyle=style, markevery=every, markersize=5, label=name
        )
    if log:
        axes.set_xscale("log")
        axes.set_yscale("log")
        _powers_in_words(axes.xaxis)
        _powers_in_words(axes.yaxis)
    else:
        axes.set_ylim(bottom=0)
        axes.xaxis.set_major_formatter(_PLAIN)
        axes.yaxis.set_major_formatter(_PLAIN)
    axes.grid(color=palette.CIPHERTEXT, linewidth=0.6)
    axes.set_axisbelow(True)
    if limit is not None:
        axes.axhline(limit, color=palette.INK, linewidth=2)
        axes.annotate(
            f"limit {_number(limit)} {up}",
            (0.01, limit),
            xycoords=("axes fraction", "data"),
            va="bottom",
            size=_SMALL,
        )
    scale = " (logarithmic scale)" if log else ""
    axes.set_xlabel(across + scale, fontsize=_SMALL)
    axes.set_ylabel(up + scale, fontsize=_SMALL)
    if len(series) > 1:
        axes.legend(frameon=False, fontsize=_SMALL)
    return _picture(figure, alt, caption)


@_collector_paused()
def heat_map(
    rows: Sequence[str],
    columns: Sequence[str],
    cells: Sequence[Sequence[tuple[float, str]]],
    *,
    alt: str,
    caption: str = "",
) -> Picture:
    """A grid of (value, text): the darker the higher the value, from 0 to 1, and the text says it too."""
    figure, axes = _axes(0.34 * len(rows) + 1.2, left=_room(rows), top=True)
    values = [[value for value, _ in row] for row in cells]
    # vmax: never so dark that ink is lost on it
    axes.pcolormesh(values, cmap="Blues", vmin=0, vmax=2.8, edgecolors=palette.PAPER, linewidth=3)
    axes.invert_yaxis()
    axes.xaxis.tick_top()
    axes.set_xticks([x + 0.5 for x in range(len(columns))], columns, rotation=35, ha="left")
    axes.set_yticks([y + 0.5 for y in range(len(rows))], rows)
    axes.tick_params(length=0)
    for y, row in enumerate(cells):
        for x, (_, words) in enumerate(row):
            axes.text(x + 0.5, y + 0.5, words, ha="center", va="center", fontsize=_SMALL, color=palette.INK)
    axes.spines[:].set_visible(False)
    return _picture(figure, alt, caption)


def _axes(height: float, *, left: float, top: bool = False) -> tuple[Figure, Axes]:
    # no pyplot: it would keep every figure, and pick a backend for the whole notebook
    figure = Figure(figsize=(_WIDTH, height), dpi=_DPI)
    FigureCanvasAgg(figure)
    margin = 0.45 / height
    axes = figure.add_axes(
        (left, 0.05 if top else margin, 0.97 - left, 1 - margin - (0.85 / height if top else 0.2 / height))
    )
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(labelsize=_SMALL)
    return figure, axes


def _room(labels: Sequence[str] | Mapping[str, float]) -> float:
    """The share of the width that the labels at the left need."""
    longest = max(len(line) for label in labels for line in label.split("\n"))
    return min(0.55, 0.05 + 0.0139 * longest)


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 10 or value == int(value) else f"{value:.2g}"


_PLAIN = FuncFormatter(lambda value, _: f"{value:,.10g}")  # a tick is exact: 1.25 and not 1.2
_WORDS = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))


def _in_words(value: float) -> str:
    """A power of ten as people say it: ``10 million``, ``1,000``, ``0.001``."""
    for size, word in _WORDS:
        if value >= size:
            return f"{value / size:,.0f} {word}"
    return f"{value:,.0f}" if value >= 1 else f"{value:.10f}".rstrip("0")


def _powers_in_words(axis: Axis, most: float = math.inf) -> None:
    """Name the powers of ten, up to ``most``: beyond it there is no room for a name."""
    axis.set_major_locator(LogLocator(base=10, numticks=6))
    axis.set_major_formatter(FuncFormatter(lambda value, _: _in_words(value) if value <= most else ""))
    axis.set_minor_formatter(NullFormatter())


def _picture(figure: Figure, alt: str, caption: str) -> Picture:
    target = io.BytesIO()
    # the library's name and version would make every release of it another picture
    figure.savefig(target, format="png", metadata={"Software": None})
    return Picture(target.getvalue(), "image/png", alt=alt, caption=caption)
