"""Tampering with a sealed message: the model without a browser, the view with its controls moved by hand."""

import os

import pytest

from kmsnb import crypto
from kmsnb.widgets import Tampering
from kmsnb.widgets.tampering_model import TamperingModel

MESSAGE, CONTEXT = b"Pay Ana 100 euros", b"payment 17"


@pytest.fixture
def model() -> TamperingModel:
    key = crypto.new_aes_key()
    return TamperingModel(key, crypto.seal_aes_gcm(key, MESSAGE, CONTEXT), CONTEXT)


@pytest.fixture
def card(model: TamperingModel) -> Tampering:
    return Tampering(model.key, model.sealed, model.context)


def test_untouched_it_opens_in_both_ways(model: TamperingModel) -> None:
    opened = model.run()
    assert opened.checked == opened.unchecked == MESSAGE


def test_gcm_refuses_each_changed_bit_of_each_byte(model: TamperingModel) -> None:
    for field in model.fields:
        model.part = field.name
        for model.byte in range(field.length):
            for model.change in (1, 128, 255):
                assert model.run().checked is None


def test_unchecked_a_flipped_bit_of_the_ciphertext_is_a_flipped_bit_of_the_message(
    model: TamperingModel,
) -> None:
    model.part, model.byte, model.change = "ciphertext", 8, 8
    assert model.run().unchecked == b"Pay Ana 900 euros"


@pytest.mark.parametrize("part", ["tag", "context"])
def test_unchecked_tag_and_context_do_not_matter(model: TamperingModel, part: str) -> None:
    model.part, model.change = part, 255
    assert model.run().unchecked == MESSAGE


def test_unchecked_another_nonce_spoils_all(model: TamperingModel) -> None:
    model.part, model.change = "nonce", 1
    assert model.run().unchecked != MESSAGE


@pytest.mark.parametrize(
    ("sealed", "context", "says"), [(28, b"x", "28 bytes in all"), (29, b"", "no context")]
)
def test_what_cannot_be_shown_is_refused_in_words(sealed: int, context: bytes, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        TamperingModel(bytes(32), os.urandom(sealed), context)


def test_the_controls_change_a_byte(card: Tampering) -> None:
    assert "Nothing is changed." in card.reply.value
    assert "✓ Pay Ana 100 euros" in card.reply.value
    card.part.value = "ciphertext"
    card.byte.value = 8
    card.change.value = 8
    assert "byte 8 of the ciphertext" in card.reply.value
    assert "InvalidTag" in card.reply.value
    assert "Pay Ana 900 euros" in card.reply.value
    assert "Pay Ana 100 euros" not in card.reply.value
    card.byte.value = 16
    card.part.value = "context"  # shorter: the slider follows
    assert card.byte.value == 9
    assert "Pay Ana 100 euros" in card.reply.value
    assert "InvalidTag" in card.reply.value
    assert not card._fault.value


def test_choosing_a_part_opens_the_message_once(card: Tampering, monkeypatch: pytest.MonkeyPatch) -> None:
    card.part.value = "ciphertext"
    card.byte.value = 16
    runs: list[str] = []
    run = TamperingModel.run
    monkeypatch.setattr(TamperingModel, "run", lambda model: runs.append(model.part) or run(model))
    card.part.value = "context"  # shorter
    assert card.byte.value == 9
    card.part.value = "ciphertext"  # longer
    assert runs == ["context", "ciphertext"]


def test_what_is_no_text_shows_as_text_without_markup(card: Tampering) -> None:
    card.part.value = "ciphertext"
    card.change.value = ord("P") ^ ord("<")
    assert "&lt;ay Ana" in card.reply.value
    card.change.value = 128
    assert "·ay Ana" in card.reply.value


def test_without_a_kernel_it_is_a_picture_and_a_table_the_same_each_time(card: Tampering) -> None:
    html = card._repr_mimebundle_()["text/html"]
    assert "<img alt=" in html
    assert "nonce: bytes 0 to 11; ciphertext: bytes 12 to 28; tag: bytes 29 to 44" in html
    assert html.count("refused: InvalidTag") == 4
    assert html.count("as if nothing had been changed") == 2
    assert html.count("one character is another") == 1
    assert repr(card) == "Tampering with a sealed message of 45 bytes"
