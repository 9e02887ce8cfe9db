"""Lesson 01: other right answers than the reference solution, and mistakes that must not be misnamed."""

import os
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kmsnb import broken, crypto
from kmsnb.exercises import exercise
from kmsnb.exercises.lesson_01 import crack, seal


def crack_as_holmes_did(ciphertext: str) -> str:
    letters = Counter(filter(str.isalpha, ciphertext.lower()))
    shift = ord(letters.most_common(1)[0][0]) - ord("e")
    with broken.for_learning():
        return broken.caesar(ciphertext, -shift)


def crack_by_a_word(ciphertext: str) -> str | None:
    with broken.for_learning():
        tries = [broken.caesar(ciphertext, -shift) for shift in range(26)]
    return next((text for text in tries if " the " in text.lower()), None)


@pytest.mark.parametrize("crack", [crack_as_holmes_did, crack_by_a_word])
def test_cracking_in_another_way_is_right(crack: Callable[[str], Any]) -> None:
    assert exercise("01.b").judge(crack).state == "right"


def crack_and_cut(ciphertext: str) -> str:
    return crack_as_holmes_did(ciphertext)[:60]


def crack_and_tell_the_shift(ciphertext: str) -> tuple[int, str]:
    return 7, crack_as_holmes_did(ciphertext)


@pytest.mark.parametrize(
    ("crack", "mistake"),
    [(crack_and_cut, crack.BEGINNING), (crack_and_tell_the_shift, crack.ALL_TRIES)],
)
def test_what_surrounds_the_right_text_is_named(crack: Callable[[str], Any], mistake: Any) -> None:
    assert exercise("01.b").judge(crack).says == mistake.says


def seal_with_a_counter() -> Callable[[bytes, str], bytes]:
    numbers = iter(range(1000))

    def seal(key: bytes, text: str) -> bytes:
        nonce = next(numbers).to_bytes(12)
        return nonce + AESGCM(key).encrypt(nonce, bytes(text, "utf-8"), b"")

    return seal


@pytest.mark.parametrize(
    "seal", [seal_with_a_counter(), lambda key, text: crypto.seal_aes_gcm(key, text.encode())]
)
def test_sealing_in_another_way_is_right(seal: Callable[[bytes, str], bytes]) -> None:
    assert exercise("01.c").judge(seal).state == "right"


def seal_and_add_a_text(key: bytes, text: str) -> Any:
    nonce = os.urandom(12)
    return nonce + AESGCM(key).encrypt(nonce, text.encode(), None).hex()  # type: ignore[operator]


def test_a_text_added_to_bytes_is_not_called_a_text_that_was_not_encoded() -> None:
    verdict = exercise("01.c").judge(seal_and_add_a_text)
    assert verdict.state == "wrong"
    assert "TypeError" in verdict.says
    assert seal.NO_ENCODE.says not in verdict.says
