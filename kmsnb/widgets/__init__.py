"""Controls with a figure. Each widget is a model (plain Python, no ipywidgets) and a thin view."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .black_box import BlackBox
    from .byte_map import ByteMap
    from .choose_keys import ChooseKeys
    from .create_key import CreateKey
    from .flow import Flow
    from .round_trip import RoundTrip
    from .tampering import Tampering
    from .tasks import check, predict, progress, quiz

_HOME = {
    "BlackBox": "black_box",
    "ByteMap": "byte_map",
    "ChooseKeys": "choose_keys",
    "CreateKey": "create_key",
    "Flow": "flow",
    "RoundTrip": "round_trip",
    "Tampering": "tampering",
    "check": "tasks",
    "predict": "tasks",
    "progress": "tasks",
    "quiz": "tasks",
}

__all__ = [
    "BlackBox",
    "ByteMap",
    "ChooseKeys",
    "CreateKey",
    "Flow",
    "RoundTrip",
    "Tampering",
    "check",
    "predict",
    "progress",
    "quiz",
]


def __getattr__(name: str) -> Any:  # so that a model can be used without loading ipywidgets
    if name in _HOME:
        return getattr(import_module(f".{_HOME[name]}", __name__), name)
    raise AttributeError(f"module 'kmsnb.widgets' has no attribute {name!r}")
