"""Lesson 02: other right answers than the reference solution, and mistakes that must not be misnamed."""

import math
from typing import Any

import numpy as np
import pytest

from kmsnb.exercises import exercise
from kmsnb.exercises.lesson_02 import bits, recover


def recover_by_integers(known: bytes, first: bytes, second: bytes) -> bytes:
    size = min(len(known), len(second) - 16)
    numbers = [int.from_bytes(each[:size]) for each in (known, first, second)]
    return (numbers[0] ^ numbers[1] ^ numbers[2]).to_bytes(size)


def test_recovering_by_integers_is_right() -> None:
    assert exercise("02.b").judge(recover_by_integers).state == "right"


def test_a_message_returned_as_text_is_told_so() -> None:
    verdict = exercise("02.b").judge(lambda *given: recover_by_integers(*given).decode())
    assert verdict.says == recover.NO_TEXT.says


@pytest.mark.parametrize(
    "bits",
    [
        lambda length, characters: math.log2(characters**length),
        lambda length, characters: round(length * math.log2(characters), 1),
        lambda length, characters: length * np.log2(characters),
        lambda length, characters: np.float32(length * np.log2(characters)),
    ],
)
def test_the_number_of_bits_may_be_rounded_and_of_any_type(bits: Any) -> None:
    assert exercise("02.c").judge(bits).state == "right"


def test_a_whole_number_of_another_library_is_rounded_and_no_less_a_number() -> None:
    verdict = exercise("02.c").judge(lambda length, characters: np.int64(length * np.log2(characters)))
    assert verdict.says == bits.ROUNDED.says
