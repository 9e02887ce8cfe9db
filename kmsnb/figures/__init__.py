"""Plain data in, picture out: SVG by our own hand, charts by matplotlib. No widgets, no AWS."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .picture import Picture
from .round_trip import round_trip

if TYPE_CHECKING:
    from .limits import limits_chart

__all__ = ["Picture", "limits_chart", "round_trip"]


def __getattr__(name: str) -> Any:
    if name == "limits_chart":  # a chart, so matplotlib: it loads when the first one is asked for
        return import_module(".limits", __name__).limits_chart
    raise AttributeError(f"module 'kmsnb.figures' has no attribute {name!r}")
