"""Exercise 02.c: Compute how many bits a random password is worth."""

import math
from collections.abc import Callable
from numbers import Real
from typing import Any

from ..model import Exercise, Mistake, attempted

NO_NUMBER = Mistake("It must return a number for any length and any number of characters.")

COUNTS_STORAGE = Mistake(
    "That's how many bits the password takes up in memory. But an attacker tries only possible passwords: how many are "
    "there?"
)

COUNTS_PASSWORDS = Mistake(
    "That's the number of passwords. How many bits have that many values? (2 to what power?)"
)

OTHER_LOGARITHM = Mistake(
    "The right idea, but the wrong logarithm: a bit has two values, so use `math.log2`."
)

ONE_CHARACTER = Mistake("That's what one character is worth. The password has `length` of them.")

ROUNDED = Mistake("Close, but it rounds too much or too early. Don't round the result of `math.log2`.")

BASE_AND_POWER_SWAPPED = Mistake(
    "The two are swapped: each of the `length` places has `characters` possible values."
)

OTHER_NUMBER = Mistake(
    "Not yet. There are `length` places with `characters` possible values each. Count the passwords, then convert that "
    "number to bits."
)


def _examine_bits(bits: Callable[[int, int], Any]) -> Mistake | None:
    for length, characters in ((8, 26), (12, 62), (20, 95)):
        found = attempted(bits(length, characters))
        if isinstance(found, bool) or not isinstance(found, Real):
            return NO_NUMBER
        if fault := _fault_of_bits(float(found), length, characters):
            return fault
    return None


def _fault_of_bits(found: float, length: int, characters: int) -> Mistake | None:
    right = length * math.log2(characters)
    if abs(found - right) < 0.06:  # rounded to one place, as in the task
        return None
    for wrong, mistake in (
        (characters**length, COUNTS_PASSWORDS),
        (length * 8, COUNTS_STORAGE),
        (length * math.log(characters), OTHER_LOGARITHM),
        (length * math.log10(characters), OTHER_LOGARITHM),
        (math.log2(characters), ONE_CHARACTER),
        (characters * math.log2(length), BASE_AND_POWER_SWAPPED),
    ):
        if math.isclose(found, wrong, rel_tol=1e-6):
            return mistake
    rounded = (length * math.floor(math.log2(characters)), length * math.ceil(math.log2(characters)))
    return ROUNDED if found in rounded or abs(found - right) < 1 else OTHER_NUMBER


EXERCISE = Exercise(
    answer_name="bits",
    stub="""
def bits(length, characters):
    return ...
""",
    examine=_examine_bits,
    hints=(
        "Two places of 26 letters: 26 × 26 passwords. Eight places: 26 to the power of 8.",
        "16 bits have 2¹⁶ values. Which power of 2 is 26⁸? `math.log2` answers that.",
    ),
    solution="""
import math


def bits(length, characters):
    return length * math.log2(characters)
""",
)
