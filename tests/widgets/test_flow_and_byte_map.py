"""Stepping through a scene; flipping a byte."""

import pytest

from kmsnb.figures.byte_map import Field
from kmsnb.figures.scene import Actor, Item, Kind, Role, Scene, Step, create, move
from kmsnb.widgets import ByteMap, Flow

SCENE = Scene(
    "Two steps",
    {"you": Actor("You"), "kms": Actor("KMS", Role.KMS)},
    {"key": Item(Kind.DATA_KEY)},
    (
        Step("KMS makes <a key>.", create("key", at="kms")),
        Step("It comes to you.", move("key", "kms", "you")),
    ),
)


def test_a_scene_is_stepped_through_by_buttons_and_slider() -> None:
    card = Flow(SCENE)
    assert card.back.disabled
    assert "KMS makes &lt;a key&gt;." in card.reply.value
    card.next.click()
    assert card.step.value == 2
    assert card.next.disabled
    assert "It comes to you." in card.reply.value
    assert "1 out" in card.figure.value
    card.next.click()  # nothing beyond the end
    assert card.step.value == 2
    card.step.value = 1
    assert card.back.disabled
    card.back.click()
    assert "KMS: data key" in card.figure.value
    assert "You: nothing" in card.figure.value


def test_without_a_kernel_a_scene_is_a_filmstrip() -> None:
    html = Flow(SCENE)._repr_mimebundle_()["text/html"]
    assert html.count("<img alt=") == 2
    assert "2. It comes to you." in html
    assert repr(Flow(SCENE)) == "Flow: Two steps, 2 steps"


@pytest.fixture
def card() -> ByteMap:
    data = bytes(range(20))
    fields = (Field(0, 4, "version"), Field(4, 16, "body", "It is <hidden>."))
    return ByteMap("A blob", data, fields, lambda tried: "It opens." if tried == data else "Refused.")


def test_flipping_a_byte_tries_it(card: ByteMap) -> None:
    assert "It opens." in card.reply.value
    card.flipped.value = True
    assert "Refused." in card.reply.value
    assert card.model.bytes_tried[0] == 1
    card.field.value = 1
    assert "It is &lt;hidden&gt;." in card.reply.value
    assert card.byte.max == 15
    card.byte.value = 15
    assert card.model.at == 19
    card.field.value = 0  # shorter: the slider follows
    assert card.byte.value == 3
    assert card.model.at == 3
    card.flipped.value = False
    assert "It opens." in card.reply.value


def test_without_a_kernel_a_byte_map_is_a_picture_and_a_table(card: ByteMap) -> None:
    html = card.fallback()
    assert '<img alt="A blob. version: bytes 0 to 3; body: bytes 4 to 19."' in html
    assert "<th scope" in html
    assert repr(card) == "Byte map: A blob, 20 bytes"
