"""The parts that lessons are built from: drawings, charts, callbacks, and the import. Of this run only.

python tests/bench/bench_toolkit.py
"""

from collections.abc import Iterator
from typing import Any

import boto3
import ipywidgets
from bench_lab import compare, percentiles

import kmsnb
from kmsnb import envelope
from kmsnb.figures import Actor, Field, Item, Kind, Node, Role, Scene, Step, bars, flow, heat_map, lines, tree
from kmsnb.figures.byte_map import byte_map
from kmsnb.figures.scene import create, move

SCENE = Scene(
    "A data key",
    {"disk": Actor("Disk", Role.STORAGE), "you": Actor("You"), "kms": Actor("KMS", Role.KMS)},
    {"root": Item(Kind.KMS_KEY), "key": Item(Kind.DATA_KEY)},
    (
        Step("KMS makes a key.", create("root", at="kms"), create("key", at="kms")),
        Step("It comes.", move("key", "kms", "you")),
    ),
)
FIELDS = [Field(0, 12, "nonce"), Field(12, 228, "ciphertext"), Field(240, 16, "tag")]
TREE = Node(Kind.KMS_KEY, "root", tuple(Node(Kind.WRAPPED_KEY, f"key {n}") for n in range(8)))


def drawings() -> None:
    percentiles("flow, one step", lambda i: flow(SCENE, i % 2 + 1))
    percentiles("byte map, 256 bytes", lambda _: byte_map(bytes(256), FIELDS, chosen=1, flipped=3))
    percentiles("tree of nine keys", lambda _: tree(TREE, alt="A tree."))


def charts() -> None:
    points = {"keys": [(n, n * n) for n in range(1, 100)]}
    cells = [[(1, "yes")] * 6] * 4
    percentiles("bars", lambda _: bars({"a": 1, "b": 200}, unit="bytes", alt="Bars.", limit=100))
    percentiles("lines", lambda _: lines(points, across="x", up="y", alt="A line."))
    percentiles("heat map", lambda _: heat_map(list("abcd"), list("efghij"), cells, alt="A grid."))


def callbacks() -> None:
    from kmsnb.widgets import Flow, RoundTrip

    with kmsnb.start():
        kms = boto3.client("kms")
        round_trip = RoundTrip(kms, kms.create_key()["KeyMetadata"]["KeyId"])
        steps = Flow(SCENE)
        question = kmsnb.predict("07.limit")
        percentiles("round trip, a slider step", lambda i: setattr(round_trip.size, "value", 4000 + i))
        percentiles("flow, a slider step", lambda i: setattr(steps.step, "value", i % 2 + 1))
        new_widgets(kms, kms.create_key()["KeyMetadata"]["KeyId"])
        percentiles("prediction, a click", lambda i: question.options[i % 4].click())


def new_widgets(kms: Any, key_id: str) -> None:
    """The widgets of lessons 04 to 11, each by its dearest control."""
    from kmsnb.exercises.lesson_06.tickets import ADMINISTRATORS, ROOT, SERVICES, USERS
    from kmsnb.widgets import (
        Anatomy,
        ChainBuilder,
        CreateKey,
        EnvelopeCost,
        KeyExplorer,
        PolicyEditor,
        TimeMachine,
    )

    kms.create_alias(AliasName="alias/explorer", TargetKeyId=key_id)
    explorer = KeyExplorer(kms, {"one": key_id}, alias="alias/explorer")
    wizard = CreateKey(kms)
    editor = PolicyEditor({"Version": "2012-10-17", "Statement": [ROOT, ADMINISTRATORS, USERS, SERVICES]})
    anatomy = Anatomy(kms, key_id, envelope.seal(kms, key_id, b"June"), {})
    cost, machine = EnvelopeCost(), TimeMachine()
    chain = ChainBuilder(kms, *(kms.create_key()["KeyMetadata"]["KeyId"] for _ in range(2)))
    changes = list(editor.changes.values())
    percentiles("key explorer, a change", lambda _: explorer.press.click(), 100)
    percentiles("wizard, a step", lambda i: (wizard.back if i % 2 else wizard.next).click(), 100)
    percentiles("policy editor, a button", lambda i: changes[i % len(changes)].click(), 100)
    percentiles("anatomy, a flip", lambda i: setattr(anatomy.flipped, "value", i % 2 == 0), 100)
    percentiles("cost, a slider step", lambda i: setattr(cost.round_trip, "value", 1 + i % 50), 100)
    percentiles("chain, a layer more or less", lambda i: setattr(chain.layers, "value", 2 + i % 3), 100)
    buttons = [child for child in walk(machine) if isinstance(child, ipywidgets.Button)]
    percentiles("time machine, a button", lambda i: buttons[i % len(buttons)].click(), 100)


def walk(box: Any) -> Iterator[Any]:
    """A widget and all within it."""
    yield box
    for child in getattr(box, "children", ()):
        yield from walk(child)


if __name__ == "__main__":
    compare(
        "import ipywidgets, matplotlib",
        "import kmsnb.widgets",
        "from kmsnb.widgets import Flow, RoundTrip, predict",
    )
    drawings()
    charts()
    callbacks()
