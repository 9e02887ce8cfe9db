"""The widget of lesson 10: a chain, a key that is taken, a key that is replaced."""

import re
from itertools import product
from typing import Any

import pytest

from kmsnb.envelope import ChainError
from kmsnb.widgets import ChainBuilder
from kmsnb.widgets.card import faults
from kmsnb.widgets.chain_builder_model import (
    EVERYTHING,
    KMS_KEY,
    NOTHING,
    PERMISSION,
    ChainBuilderModel,
)

from .grayed import assert_old_figure_is_gray


@pytest.fixture
def roots(kms: Any) -> tuple[str, str]:
    first, second = (kms.create_key()["KeyMetadata"]["KeyId"] for _ in range(2))
    return first, second


@pytest.fixture
def model(kms: Any, roots: tuple[str, str]) -> ChainBuilderModel:
    return ChainBuilderModel(kms, *roots, algorithms=("AES-GCM", "AES-KWP", "AES-GCM"))


@pytest.fixture
def card(kms: Any, roots: tuple[str, str]) -> ChainBuilder:
    return ChainBuilder(kms, *roots)


@pytest.mark.parametrize("algorithms", [(), ("AES-KWP",), ("RSA-OAEP", "AES-GCM"), ("AES-GCM",) * 4])
def test_each_chain_opens_with_one_call(
    kms: Any, roots: tuple[str, str], algorithms: tuple[str, ...]
) -> None:
    outcome = ChainBuilderModel(kms, *roots, algorithms=algorithms).run()
    assert outcome.calls == 1
    assert len(outcome.links) == len(algorithms) + 2
    assert not outcome.rewritten


def test_each_key_opens_the_data_alone(model: ChainBuilderModel) -> None:
    for name in model.keys[1:]:
        model.taken = name
        outcome = model.run()
        assert (outcome.now, outcome.before) == ("opens", "")
        assert outcome.root_taken == (name == PERMISSION)


def test_only_replacing_a_key_shuts_out_its_holder(model: ChainBuilderModel) -> None:
    shut = {}
    for taken, replaced in product(model.keys[1:], model.replaceable[1:]):
        model.taken, model.replaced = taken, replaced
        outcome = model.run()
        assert outcome.before == "opens"
        if outcome.now != "opens":
            shut[taken, replaced] = outcome.now
            assert {link.state for link in outcome.links} == {"closed"}
    same = {(f"KEK {n}", f"KEK {n}"): "WrappedKeyError" for n in (1, 2, 3)}
    sealed_again = {(f"KEK {n}", EVERYTHING): "WrappedKeyError" for n in (1, 2, 3)}
    assert shut == {
        **same,
        **sealed_again,
        (PERMISSION, KMS_KEY): "WrappedKeyError",
        ("data key", EVERYTHING): "CommitmentError",
    }


@pytest.mark.parametrize(
    ("replaced", "written"),
    [
        (NOTHING, []),
        ("KEK 1", ["data key", "KEK 1"]),
        ("KEK 3", ["KEK 2", "KEK 3"]),
        (KMS_KEY, ["KEK 3"]),
        (EVERYTHING, ["data", "data key", "KEK 1", "KEK 2", "KEK 3"]),
    ],
)
def test_a_replacement_writes_what_it_wraps_and_its_own_copy(
    model: ChainBuilderModel, replaced: str, written: list[str]
) -> None:
    model.replaced = replaced
    assert [link.name for link in model.run().rewritten] == written


def test_a_root_that_is_disabled_is_told_by_kms_code(kms: Any, model: ChainBuilderModel) -> None:
    model.taken = PERMISSION
    model.run()
    kms.disable_key(KeyId=model.root)
    assert model.run().now == "DisabledException"


def test_what_makes_no_chain_and_what_is_no_name(model: ChainBuilderModel) -> None:
    model.algorithms = ("RSA-OAEP", "RSA-OAEP")
    with pytest.raises(ChainError, match="AES layer between"):
        model.run()
    model.taken = "KEK 9"
    with pytest.raises(ValueError, match="no 'KEK 9' to take"):
        model.run()


def test_no_key_shows_in_the_model(model: ChainBuilderModel) -> None:
    model.run()
    assert "secret" not in repr(model)
    assert "bytearray" not in repr(model)


def test_moving_the_slider_shows_as_many_menus(card: ChainBuilder) -> None:
    for layers in (1, 5, 3):
        card.layers.value = layers
        shown = [control for control in card.wrapped_by if control.layout.display != "none"]
        assert len(shown) == layers - 1
        assert f"1 call to KMS, then {layers} step" in card.reply.value
        assert card.taken.options == card.model.keys


def test_what_was_taken_stays_chosen_while_the_chain_has_it(card: ChainBuilder) -> None:
    card.layers.value = 4
    card.taken.value, card.replaced.value = "KEK 3", "KEK 2"
    card.layers.value = 5
    assert (card.taken.value, card.replaced.value) == ("KEK 3", "KEK 2")
    card.layers.value = 2
    assert (card.taken.value, card.replaced.value) == (NOTHING, NOTHING)
    assert "Mallory has no key." in card.reply.value


def test_the_reply_tells_of_the_message_and_of_the_copy(card: ChainBuilder) -> None:
    card.taken.value = "KEK 1"
    assert "Mallory has KEK 1. The message: ✓ opens." in card.reply.value
    assert ">taken<" in card.figure.value
    card.replaced.value = "KEK 1"
    assert "The message now: ✗ WrappedKeyError; her copy from before: ✓ opens." in card.reply.value
    assert card.figure.value.count(">rewritten<") == 2
    card.replaced.value = EVERYTHING
    assert "Everything was encrypted again" in card.reply.value
    assert card.figure.value.count(">rewritten<") == 4


def test_rsa_upon_rsa_is_refused_in_words_and_mended(card: ChainBuilder) -> None:
    card.wrapped_by[0].value = "RSA-OAEP"
    assert "✓ Sealed" in card.reply.value
    card.wrapped_by[1].value = "RSA-OAEP"
    assert "✗ ChainError." in card.reply.value
    assert_old_figure_is_gray(card)
    assert "✗ ChainError." in card.fallback()
    card.wrapped_by[1].value = "AES-KWP"
    assert "✓ Sealed" in card.reply.value


def test_a_denial_of_kms_shows_in_the_card(kms: Any, card: ChainBuilder, roots: tuple[str, str]) -> None:
    kms.disable_key(KeyId=roots[0])
    card.layers.value = 2
    assert "This widget failed" in card.children[-1].value
    assert "DisabledException" in card.children[-1].value
    faults.clear()
    kms.enable_key(KeyId=roots[0])
    card.layers.value = 3
    assert not card.children[-1].value


def test_without_a_kernel_there_is_a_picture_in_words(card: ChainBuilder) -> None:
    card.taken.value = PERMISSION
    bundle = card._repr_mimebundle_()
    assert re.search(r'<img alt="A chain in the order .* the KMS key, permitted', bundle["text/html"])
    assert bundle["text/plain"] == "A chain builder: data key by AES-GCM, KEK 1 by AES-KWP, KEK 2 by KMS"


def test_every_control_has_a_label(card: ChainBuilder) -> None:
    assert all(control.description for control in (card.layers, *card.wrapped_by, card.taken, card.replaced))
