from .blast_radius import blast_radius as blast_radius
from .byte_map import Field as Field, byte_map as byte_map
from .charts import bars as bars, heat_map as heat_map, lines as lines
from .console_steps import console_steps as console_steps
from .diagrams import Node as Node, tree as tree
from .flow import flow as flow
from .four_ways import four_ways as four_ways
from .key_anatomy import key_anatomy as key_anatomy
from .key_chain import key_chain as key_chain
from .key_life import Span as Span, key_states as key_states, timeline as timeline
from .key_search import key_search_chart as key_search_chart
from .permission import decision_path as decision_path, permission_matrix as permission_matrix
from .photographs import photograph as photograph, pixels as pixels, sign as sign
from .picture import Picture as Picture
from .round_trip import round_trip as round_trip
from .scene import Actor as Actor, Item as Item, Kind as Kind, Role as Role, Scene as Scene, Step as Step
from .tables import (
    Table as Table,
    answer_table as answer_table,
    key_table as key_table,
    policy_table as policy_table,
)
