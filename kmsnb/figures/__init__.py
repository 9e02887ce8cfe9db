"""Plain data in, picture out: SVG by our own hand, charts by matplotlib. No widgets, no AWS."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .blast_radius import blast_radius
from .byte_map import Field, byte_map
from .console_steps import console_steps
from .diagrams import Node, state_machine, tree
from .flow import flow
from .key_anatomy import key_anatomy
from .key_chain import key_chain
from .key_life import Span, key_states, timeline
from .permission import decision_path, permission_matrix
from .picture import Picture
from .round_trip import round_trip
from .scene import Actor, Item, Kind, Role, Scene, Step
from .tables import Table, answer_table, key_table, policy_table

if TYPE_CHECKING:
    from .charts import bars, heat_map, lines
    from .key_search import key_search_chart
    from .limits import limits_chart
    from .photographs import photograph, pixels, sign

# charts need matplotlib, photographs Pillow: they load when the first one is asked for
_CHARTS = {
    "bars": "charts",
    "heat_map": "charts",
    "key_search_chart": "key_search",
    "limits_chart": "limits",
    "lines": "charts",
    "photograph": "photographs",
    "pixels": "photographs",
    "sign": "photographs",
}

__all__ = [
    "Actor",
    "Field",
    "Item",
    "Kind",
    "Node",
    "Picture",
    "Role",
    "Scene",
    "Span",
    "Step",
    "Table",
    "answer_table",
    "bars",
    "blast_radius",
    "byte_map",
    "console_steps",
    "decision_path",
    "flow",
    "heat_map",
    "key_anatomy",
    "key_chain",
    "key_search_chart",
    "key_states",
    "key_table",
    "limits_chart",
    "lines",
    "permission_matrix",
    "photograph",
    "pixels",
    "policy_table",
    "round_trip",
    "sign",
    "state_machine",
    "timeline",
    "tree",
]


def __getattr__(name: str) -> Any:
    if name in _CHARTS:
        return getattr(import_module(f".{_CHARTS[name]}", __name__), name)
    raise AttributeError(f"module 'kmsnb.figures' has no attribute {name!r}")
