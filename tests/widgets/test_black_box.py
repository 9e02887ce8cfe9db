"""The black box: what each box gives away, its model without a browser, its view with its controls moved by hand."""

import hashlib

import pytest

from kmsnb import broken, crypto
from kmsnb.figures.histogram import byte_panel, histogram, histogram_picture, letter_panel
from kmsnb.widgets import BlackBox
from kmsnb.widgets.black_box_model import (
    CIPHERS,
    LONGEST_TEXT,
    BlackBoxModel,
    guess_key,
    guess_shift,
)

from .grayed import assert_old_figure_is_gray

TEXT = (
    "There were three of us in the boat that morning, and none of us had slept. The wind had gone round to the north "
    "in the night; the little harbor was empty, and the old man on the wall said that he had seen nobody at all."
)


@pytest.mark.parametrize("shift", [1, 3, 13, 25])
def test_any_shift_is_guessed(shift: int) -> None:
    with broken.for_learning():
        assert guess_shift(broken.caesar(TEXT, shift)) == shift


@pytest.mark.parametrize("key", [b"k", b"ab", b"Elsie", b"\x00\xff\x80\x07", b"twelve bytes"])
def test_any_repeating_key_is_guessed_from_a_text_that_is_long_enough(key: bytes) -> None:
    with broken.for_learning():
        assert guess_key(broken.xor_repeating(TEXT.encode() * 3, key)) == key


@pytest.mark.parametrize("ciphertext", [b"\x00", b"ab", bytes(500)])
def test_a_key_is_guessed_from_however_little(ciphertext: bytes) -> None:
    assert guess_key(ciphertext)


@pytest.mark.parametrize(
    ("cipher", "key", "share"),
    [
        ("Base64", "", 1),
        ("SHA-256", "", 0),
        ("Caesar", "7", 1),
        ("repeating XOR", "Elsie", 1),
        ("AES-256-GCM", "", 0),
    ],
)
def test_what_an_attacker_reads(cipher: str, key: str, share: float) -> None:
    assert BlackBoxModel(TEXT, cipher, key).run().share == share


def test_what_comes_out_is_what_the_lesson_makes() -> None:
    def out(cipher: str, key: str = "") -> bytes:
        return BlackBoxModel(TEXT, cipher, key).run().out

    with broken.for_learning():
        assert out("Caesar", "3") == broken.caesar(TEXT, 3).encode()
        assert out("repeating XOR", "Elsie") == broken.xor_repeating(TEXT.encode(), b"Elsie")
    assert out("SHA-256") == hashlib.sha256(TEXT.encode()).digest()
    assert out("Base64").decode() == crypto.to_base64(TEXT.encode())
    assert len(out("AES-256-GCM")) == 12 + len(TEXT) + 16
    assert out("AES-256-GCM") != out("AES-256-GCM")


def test_a_pin_is_found_by_its_hash() -> None:
    answer = BlackBoxModel("0042", "SHA-256").run()
    assert answer.share == 1
    assert "finds this one: 0042" in answer.attack


@pytest.mark.parametrize("text", ["12345", "password"])
def test_a_hash_that_is_not_on_the_list_is_not_called_safe(text: str) -> None:
    attack = BlackBoxModel(text, "SHA-256").run().attack
    assert "None has this hash" in attack
    assert "better secret" not in attack


def test_the_attacker_tries_the_25_keys_that_there_are() -> None:
    attack = BlackBoxModel("4711?", "Caesar", "3").run().attack  # not a letter in it: all shifts look alike
    assert attack.startswith("tries all 25 keys, picks 1,")


def test_aes_gcm_gives_away_the_length_alone() -> None:
    assert "hides 6 bytes" in BlackBoxModel("Elsié", "AES-256-GCM").run().attack


@pytest.mark.parametrize(
    ("text", "cipher", "key", "says"),
    [
        ("", "Base64", "", "Type some text"),
        ("x" * (LONGEST_TEXT + 1), "Caesar", "3", "at most 1,000 characters"),
        ("abc", "Caesar", "Elsie", "whole number from 1 to 25"),
        ("abc", "Caesar", "26", "whole number from 1 to 25"),
        ("abc", "Caesar", "0", "whole number from 1 to 25"),
        ("abc", "repeating XOR", "", "at least one character"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(text: str, cipher: str, key: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        BlackBoxModel(text, cipher, key).run()


@pytest.mark.parametrize("text", ["é", "7", "🔑🔑", "\n", "<b>", "ß" * 90])
@pytest.mark.parametrize("cipher", CIPHERS)
def test_any_text_goes_through_any_box(text: str, cipher: str) -> None:
    card = BlackBox(text)
    card.cipher.value = cipher
    assert "An attacker without a key" in card.reply.value
    assert "<b>" not in card.reply.value


def test_moving_the_controls_changes_the_answer() -> None:
    card = BlackBox(TEXT)
    assert "✗ Lost: An attacker" in card.reply.value
    assert "picks 3," in card.reply.value
    card.key.value = "9"
    assert "picks 9," in card.reply.value
    card.cipher.value = "AES-256-GCM"
    assert "✓ Kept: An attacker" in card.reply.value
    assert card.key.disabled
    card.text.value = "Come here at once."
    assert "hides 18 bytes" in card.reply.value


def test_each_box_keeps_its_own_key() -> None:
    card = BlackBox(TEXT)
    card.key.value = "11"
    card.cipher.value = "repeating XOR"
    assert card.key.value == "Elsie"
    card.key.value = "Abe"
    card.cipher.value = "Base64"
    assert (card.key.value, card.key.disabled) == ("", True)
    card.cipher.value = "Caesar"
    assert (card.key.value, card.key.disabled) == ("11", False)
    card.cipher.value = "repeating XOR"
    assert card.key.value == "Abe"


def test_a_short_text_is_lost_in_part_or_kept() -> None:
    card = BlackBox(TEXT)
    card.cipher.value = "repeating XOR"
    card.text.value = TEXT[:7]
    assert "✗ Lost: An" not in card.reply.value


def test_a_key_that_does_not_fit_is_said_and_can_be_mended() -> None:
    card = BlackBox(TEXT)
    card.key.value = "three"
    assert "○ Not run" in card.reply.value
    assert_old_figure_is_gray(card)
    assert "whole number" in card.fallback()
    card.key.value = "3"
    assert "kmsnb-stale" not in card.figure._dom_classes
    assert "✗ Lost" in card.reply.value


def test_without_a_kernel_there_is_a_picture_in_words() -> None:
    bundle = BlackBox(TEXT)._repr_mimebundle_()
    assert '<img alt="How often each byte value occurs' in bundle["text/html"]
    assert "An attacker without a key" in bundle["text/html"]
    assert bundle["text/plain"] == f"Black box: {len(TEXT)} characters through Caesar"


def test_every_control_has_a_label() -> None:
    card = BlackBox(TEXT)
    assert all(control.description for control in (card.text, card.cipher, card.key))


def test_panels_count_letters_and_bytes() -> None:
    letters = letter_panel("letters", "Aab 1 é")
    assert (letters.counts[0], letters.counts[1], sum(letters.counts)) == (2, 1, 3)
    data = byte_panel("bytes", b"\x00\x00\xff")
    assert (data.counts[0], data.counts[255], len(data.counts)) == (2, 1, 256)


def test_a_histogram_is_one_drawing_without_ids() -> None:
    drawn = histogram(letter_panel("one <title>", "abc"), byte_panel("empty", b""))
    assert drawn.startswith("<svg")
    assert drawn.count("<path") == 2
    assert "one &lt;title&gt;" in drawn
    assert " id=" not in drawn
    assert histogram_picture(letter_panel("a", "a"), alt="a letter").html().startswith('<img alt="a letter"')


def test_its_fields_leave_room_for_their_margins_in_a_narrow_window() -> None:
    widget = BlackBox("text")
    widths = [field.layout.width for field in (widget.text, widget.cipher, widget.key)]
    assert all(width.startswith("min(100% - 4px, ") for width in widths)
