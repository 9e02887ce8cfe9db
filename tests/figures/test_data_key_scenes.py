"""The scenes of the tour and of lesson 08: who ever holds which key, and what a thief or a creator ends with."""

import pytest

from kmsnb.figures.data_keys import container_scene, data_key_scene
from kmsnb.figures.first_secret import first_secret_scene
from kmsnb.figures.flow import describe
from kmsnb.figures.scene import Scene

STORY, CONTAINER, SECRET = data_key_scene(), container_scene(), first_secret_scene()


def steps_with(scene: Scene, item: str, actor: str) -> list[int]:
    return [n for n in range(1, len(scene) + 1) if item in scene.frame(n).holdings[actor]]


def test_the_data_key_is_outside_kms_only_while_it_is_used() -> None:
    assert steps_with(STORY, "key", "you") == [3, 4, 10]
    assert steps_with(STORY, "key", "disk") == steps_with(STORY, "key", "thief") == []


def test_kms_keeps_no_data_key_and_no_wrapped_one() -> None:
    assert STORY.frame(len(STORY)).holdings["kms"] == ("root",)
    assert CONTAINER.frame(len(CONTAINER)).holdings["kms"] == ("root",)


def test_the_file_never_goes_to_kms() -> None:
    last = STORY.frame(len(STORY))
    assert last.into_kms == ("wrapped", "wrapped")  # from the thief, then from its owner
    assert last.out_of_kms == ("key", "wrapped", "key")


def test_the_thief_has_all_that_was_stored_and_cannot_read_the_file() -> None:
    last = STORY.frame(len(STORY)).holdings
    assert last["thief"] == last["disk"] == ("wrapped", "sealed")
    assert "file" in last["you"]


def test_the_creator_of_a_container_never_holds_the_data_key() -> None:
    assert steps_with(CONTAINER, "key", "creator") == []
    assert steps_with(CONTAINER, "key", "filler") == [4]
    assert CONTAINER.frame(len(CONTAINER)).holdings["box"] == ("wrapped", "sealed")


def test_the_key_of_the_first_secret_stays_in_kms_and_nothing_else_does() -> None:
    last = SECRET.frame(len(SECRET))
    assert steps_with(SECRET, "key", "you") == []
    assert last.holdings == {"you": ("sealed", "secret"), "kms": ("key",)}
    assert last.into_kms == ("secret", "sealed")
    assert last.out_of_kms == ("sealed", "secret")


def test_only_the_ciphertext_is_kept_between_encrypt_and_decrypt() -> None:
    assert [n for n in range(1, 6) if "secret" not in SECRET.frame(n).holdings["you"]] == [3, 4]
    assert SECRET.frame(3).holdings == {"you": ("sealed",), "kms": ("key",)}


@pytest.mark.parametrize("scene", [STORY, CONTAINER, SECRET])
def test_every_step_is_told_in_words(scene: Scene) -> None:
    told = [describe(scene, n) for n in range(1, len(scene) + 1)]
    assert len(set(told)) == len(scene)
    assert all("Crossed the boundary of KMS so far" in step for step in told)
