"""How long it takes to try all keys of a length, on a logarithmic scale."""

from collections.abc import Mapping

from . import palette
from .charts import _SMALL, _axes, _picture
from .picture import Picture

_SECOND = 1 / (365.25 * 24 * 3600)  # in years
_UNIVERSE = 13.8e9  # years; Planck Collaboration, 2018 results
_MARKS = {
    "a billionth of a second": _SECOND / 1e9,
    "a second": _SECOND,
    "a year": 1,
    "age of the universe": _UNIVERSE,
}


def key_search_chart(years: Mapping[int, float], *, caption: str = "") -> Picture:
    """A point for each key length in bits, at the ``years`` that trying all such keys takes."""
    figure, axes = _axes(3.6, left=0.12)
    axes.plot(
        list(years),
        list(years.values()),
        color=palette.DATA_KEY,
        marker="o",
        markersize=6,
        linewidth=1.2,
    )
    axes.set_yscale("log")
    axes.set_ylim(1e-27, 1e59)
    axes.set_yticks([10.0**power for power in range(-27, 60, 9)])  # a billion times from tick to tick
    axes.set_xlim(0, 300)
    axes.set_xticks(list(years))
    for bits, needed in years.items():
        axes.annotate(
            f"{bits} bits",
            (bits, needed),
            (7, -11),
            textcoords="offset points",
            fontsize=_SMALL,
            bbox={"facecolor": palette.PAPER, "edgecolor": "none", "pad": 0.6},  # no line strikes it through
        )
    for words, value in _MARKS.items():
        axes.axhline(value, color=palette.INK, linewidth=0.8, linestyle=":")
        axes.annotate(
            words, (0.99, value), xycoords=("axes fraction", "data"), ha="right", va="bottom", size=_SMALL
        )
    axes.set_xlabel("length of the key, in bits", fontsize=_SMALL)
    axes.set_ylabel("years to try all (logarithmic scale)", fontsize=_SMALL)
    told = "; ".join(f"{bits} bits {needed:.0e} years" for bits, needed in years.items())
    alt = (
        "Line chart, logarithmic in time, of how long trying all keys takes: a straight line that climbs from far "
        f"below a second to far above the age of the universe. {told}. The universe is {_UNIVERSE:.0e} years old."
    )
    return _picture(figure, alt, caption)
