"""The round trip: its model without a browser, its view with its controls moved by hand."""

from typing import Any

import pytest

import kmsnb
from kmsnb.widgets import RoundTrip
from kmsnb.widgets.round_trip_model import LIMIT, RoundTripModel, parse_context

from .grayed import assert_old_figure_is_gray


@pytest.fixture
def model(kms: Any, key_id: str) -> RoundTripModel:
    return RoundTripModel(kms, key_id)


def test_the_limit_is_kmss_own(model: RoundTripModel) -> None:
    model.size = LIMIT
    assert model.run().outcome == "opened"
    model.size = LIMIT + 1
    answer = model.run()
    assert (answer.outcome, answer.code) == ("encrypt refused", "ValidationException")
    assert "4096" in answer.message


@pytest.mark.parametrize(
    ("sealing", "opening", "outcome"),
    [
        ("", "", "opened"),
        ("team=blue", "team=blue", "opened"),
        ("team=blue, app=shop", "app=shop,team=blue", "opened"),
        ("team=blue", "team=red", "decrypt refused"),
        ("team=blue", "", "decrypt refused"),
        ("", "team=blue", "decrypt refused"),
        ("Team=blue", "team=blue", "decrypt refused"),
    ],
)
def test_contexts_must_match(model: RoundTripModel, sealing: str, opening: str, outcome: str) -> None:
    model.encrypt_context, model.decrypt_context = sealing, opening
    answer = model.run()
    assert answer.outcome == outcome
    assert answer.code == ("InvalidCiphertextException" if outcome == "decrypt refused" else "")


@pytest.mark.parametrize(
    ("text", "context"),
    [
        ("", {}),
        (" , ", {}),
        ("a=b", {"a": "b"}),
        (" a = b = c ", {"a": "b = c"}),
        ("a=b,c=d", {"a": "b", "c": "d"}),
    ],
)
def test_a_context_is_read_as_written(text: str, context: dict[str, str]) -> None:
    assert parse_context(text) == context


@pytest.mark.parametrize(
    ("text", "says"), [("ab", "name=value"), ("=b", "name=value"), ("a=", "name=value"), ("a=b,a=c", "once")]
)
def test_a_context_that_is_none_is_refused_in_words(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        parse_context(text)


def test_a_key_that_is_gone_is_kmss_answer(kms: Any) -> None:
    card = RoundTrip(kms, "alias/gone")
    assert "✗ Encrypt refused" in card.reply.value
    assert "NotFoundException" in card.reply.value
    assert "NotFoundException" in card.fallback()


def test_moving_the_slider_changes_the_answer(kms: Any, key_id: str) -> None:
    card = RoundTrip(kms, key_id)
    assert "✓ Encrypted and decrypted" in card.reply.value
    card.size.value = LIMIT + 1
    assert "✗ Encrypt refused" in card.reply.value
    assert "1 too many" in card.figure.value
    card.size.value = LIMIT
    assert "✓ Encrypted and decrypted" in card.reply.value


def test_a_half_typed_context_asks_for_more_and_sends_nothing(kms: Any, key_id: str) -> None:
    card = RoundTrip(kms, key_id)
    card.encrypt_context.value = "team"
    assert "○ Not asked" in card.reply.value
    assert_old_figure_is_gray(card)
    assert "name=value" in card.fallback()
    card.encrypt_context.value = card.decrypt_context.value = "team=blue"
    assert "✓ Encrypted and decrypted" in card.reply.value


def test_what_is_typed_is_shown_as_text_and_not_as_markup(kms: Any, key_id: str) -> None:
    card = RoundTrip(kms, key_id)
    card.encrypt_context.value = "<img src=x>"
    assert "<img" not in card.reply.value


def test_a_stopped_lab_is_said_in_the_widget() -> None:
    import boto3

    with kmsnb.start():
        kms = boto3.client("kms")
        card = RoundTrip(kms, kms.create_key()["KeyMetadata"]["KeyId"])
    card.size.value = 5
    assert "a lab that has stopped" in card.reply.value


def test_a_fault_in_a_callback_shows_in_the_widget(no_callback_fails_unseen: list[Exception]) -> None:
    class Broken:
        def encrypt(self, **_: Any) -> None:
            raise ZeroDivisionError("of all <things>")

    card = RoundTrip(Broken(), "alias/test")
    assert "✗ This widget failed." in card.children[-1].value
    assert "of all &lt;things&gt;" in card.children[-1].value
    assert isinstance(no_callback_fails_unseen.pop(), ZeroDivisionError)


def test_without_a_kernel_there_is_a_picture_in_words(kms: Any, key_id: str) -> None:
    bundle = RoundTrip(kms, key_id)._repr_mimebundle_()
    assert '<img alt="A plaintext of 4,090 bytes against a limit of 4,096. ✓' in bundle["text/html"]
    assert bundle["text/plain"] == "Round trip of 4,090 bytes through KMS Encrypt and Decrypt"
    assert "application/vnd.jupyter.widget-view+json" in bundle


def test_every_control_has_a_label(kms: Any, key_id: str) -> None:
    card = RoundTrip(kms, key_id)
    assert all(control.description for control in (card.size, card.encrypt_context, card.decrypt_context))
