"""Controls with a figure. Each widget is a model (plain Python, no ipywidgets) and a thin view."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .black_box import BlackBox
    from .byte_map import ByteMap
    from .choose_keys import ChooseKeys
    from .flow import Flow
    from .round_trip import RoundTrip
    from .tampering import Tampering
    from .tasks import check, predict, progress, quiz
    from .time_machine import TimeMachine

_HOME = {
    "BlackBox": "black_box",
    "ByteMap": "byte_map",
    "ChooseKeys": "choose_keys",
    "Flow": "flow",
    "RoundTrip": "round_trip",
    "Tampering": "tampering",
    "TimeMachine": "time_machine",
    "check": "tasks",
    "predict": "tasks",
    "progress": "tasks",
    "quiz": "tasks",
}

__all__ = [
    "BlackBox",
    "ByteMap",
    "ChooseKeys",
    "Flow",
    "RoundTrip",
    "Tampering",
    "TimeMachine",
    "check",
    "predict",
    "progress",
    "quiz",
]


def __getattr__(name: str) -> Any:  # so that a model can be used without loading ipywidgets
    if name in _HOME:
        return getattr(import_module(f".{_HOME[name]}", __name__), name)
    raise AttributeError(f"module 'kmsnb.widgets' has no attribute {name!r}")
