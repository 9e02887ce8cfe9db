"""How much one Encrypt call takes, by key spec and algorithm."""

import io
from collections.abc import Sequence

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MultipleLocator

from . import palette
from .picture import Picture


def limits_chart(limits: Sequence[tuple[str, str, int]]) -> Picture:
    """A bar for each ``(key spec, algorithm, largest plaintext in bytes)``."""
    # no pyplot: it would keep every figure, and pick a backend for the whole notebook
    figure = Figure(figsize=(6.4, 0.42 * len(limits) + 0.9), dpi=110, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    labels = [spec if spec == algorithm else f"{spec}\n{algorithm}" for spec, algorithm, _ in limits]
    sizes = [size for _, _, size in limits]
    hatches = ["" if spec == algorithm else "///" for spec, algorithm, _ in limits]
    bars = axes.barh(labels, sizes, color=palette.CIPHERTEXT, edgecolor=palette.INK, hatch=hatches)
    axes.bar_label(bars, [f"{size:,}" for size in sizes], padding=4, fontsize=9)
    axes.set_xlim(0, max(sizes) * 1.12)
    axes.xaxis.set_major_locator(MultipleLocator(1024))
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.set_xlabel("largest plaintext of one Encrypt call, in bytes", fontsize=9)
    axes.tick_params(labelsize=8)
    axes.invert_yaxis()
    axes.spines[["top", "right"]].set_visible(False)
    target = io.BytesIO()
    figure.savefig(target, format="png", metadata={"Software": None})
    told = "; ".join(f"{spec} with {algorithm} {size:,}" for spec, algorithm, size in limits)
    return Picture(
        target.getvalue(),
        "image/png",
        alt=f"Bar chart of the largest plaintext, in bytes, that one Encrypt call takes: {told}.",
    )
