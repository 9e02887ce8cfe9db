"""Controls with a figure. Each widget is a model (plain Python, no ipywidgets) and a thin view."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .anatomy import Anatomy
    from .black_box import BlackBox
    from .byte_map import ByteMap
    from .chain_builder import ChainBuilder
    from .choose_keys import ChooseKeys
    from .create_key import CreateKey
    from .envelope_cost import EnvelopeCost
    from .flow import Flow
    from .key_explorer import KeyExplorer
    from .policy_editor import PolicyEditor
    from .round_trip import RoundTrip
    from .tampering import Tampering
    from .tasks import check, predict, progress, quiz
    from .time_machine import TimeMachine

_HOME = {
    "Anatomy": "anatomy",
    "BlackBox": "black_box",
    "ByteMap": "byte_map",
    "ChainBuilder": "chain_builder",
    "ChooseKeys": "choose_keys",
    "EnvelopeCost": "envelope_cost",
    "CreateKey": "create_key",
    "Flow": "flow",
    "PolicyEditor": "policy_editor",
    "KeyExplorer": "key_explorer",
    "RoundTrip": "round_trip",
    "Tampering": "tampering",
    "TimeMachine": "time_machine",
    "check": "tasks",
    "predict": "tasks",
    "progress": "tasks",
    "quiz": "tasks",
}

__all__ = [
    "Anatomy",
    "BlackBox",
    "ByteMap",
    "ChainBuilder",
    "ChooseKeys",
    "CreateKey",
    "EnvelopeCost",
    "Flow",
    "KeyExplorer",
    "PolicyEditor",
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
