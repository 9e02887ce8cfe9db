"""Stepping through a scene."""

from kmsnb.figures.scene import Actor, Item, Kind, Role, Scene, Step, create, move
from kmsnb.widgets import Flow

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
