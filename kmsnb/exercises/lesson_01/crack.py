"""Exercise 01.b: Decrypt Caesar's cipher without the key."""

from collections.abc import Callable
from typing import Any

from kmsnb import broken

from ..model import Exercise, Mistake, attempted

_SECRETS = (
    (
        (
            "Every evening the three men met in the kitchen of the little green house, and then they went down to the "
            "sea. They never told the others where they had been."
        ),
        7,
    ),
    (
        (
            "WE NEED THE LETTER BEFORE THE WEEKEND: SEND IT TO THE OTHER ADDRESS, THE ONE THAT WE USED WHEN THE WEATHER "
            "WAS BETTER."
        ),
        19,
    ),
    (
        "The keeper of the keys sleeps between eleven and seven; the gate is never left open then. See the sketch!",
        25,
    ),
    (
        (
            "As you are aware, E is the most common letter in the English alphabet, and it predominates to so marked an "
            "extent that even in a short sentence one would expect to find it most often."
        ),
        11,
    ),
)

SHIFTS_ON = Mistake("It shifts further instead of back. `broken.caesar(text, -shift)` undoes a shift.")

ONE_SHIFT = Mistake(
    "It always undoes the same shift. Try all 25, and choose the text that looks like English."
)

THE_SHIFT = Mistake("It returns the shift. Return the text you get by undoing that shift.")

SMALL_ONLY = Mistake(
    "It cracks text in lowercase, but fails on text in capitals. Count `E` and `e` together: `.lower()`."
)

OTHER_CASE = Mistake("The letters are right, but capitals, spaces and punctuation must stay as they were.")

ALL_TRIES = Mistake(
    "It returns more than one thing. Return only the text, for example the one with the most E in it."
)

CIPHERTEXT_BACK = Mistake(
    "It returns the ciphertext unchanged. Undo each of the 25 shifts, and choose one of the results."
)

NO_TEXT = Mistake("It doesn't return a string. Return the plaintext, as a `str`.")

OTHER_GUESS = Mistake(
    "It doesn't return the plaintext. Try all 25 shifts, and choose the text that looks like English: count the letter E, "
    "or look for the word *the*. Return all of it."
)

BEGINNING = Mistake("That is only the beginning of the plaintext. Return all of it.")

COUNTS_SPACES = Mistake(
    "It fails on text with more spaces than E. Count only letters: use `.isalpha()` to pick them out."
)

NO_BLOCK = Mistake(
    "`broken.caesar` works only inside `with broken.for_learning():`. Put the call in such a block."
)


def _examine_crack(crack: Callable[..., Any]) -> Mistake | None:
    found = []
    for plaintext, shift in _SECRETS:
        with broken.for_learning():
            ciphertext = broken.caesar(plaintext, shift)
        try:
            found.append((attempted(crack(ciphertext)), plaintext, ciphertext, shift))
        except broken.BrokenError:
            return NO_BLOCK
    if all(result == plaintext for result, plaintext, _, _ in found):
        return None
    if any(isinstance(result, list | tuple | dict | set) for result, *_ in found):
        return ALL_TRIES
    if any(isinstance(result, int) and not isinstance(result, bool) for result, *_ in found):
        return THE_SHIFT
    right = [result == plaintext for result, plaintext, _, _ in found]
    if right == [True, False, True, True]:  # the second text is the one in capitals
        return SMALL_ONLY
    if right == [True, True, True, False]:  # the last one has more spaces than E
        return COUNTS_SPACES
    if not all(isinstance(result, str) for result, *_ in found):
        return NO_TEXT
    return _wrong_text(found)


def _wrong_text(found: list[tuple[str, str, str, int]]) -> Mistake:
    with broken.for_learning():
        doubled = [broken.caesar(ciphertext, shift) for _, _, ciphertext, shift in found]
        undone = [
            next((n for n in range(1, 26) if broken.caesar(ciphertext, -n) == result), None)
            for result, _, ciphertext, _ in found
        ]
    if all(result == ciphertext for result, _, ciphertext, _ in found):
        return CIPHERTEXT_BACK
    if all(_letters(result) == _letters(plaintext) for result, plaintext, _, _ in found):
        return OTHER_CASE
    if all(result and plaintext.startswith(result) for result, plaintext, _, _ in found):
        return BEGINNING
    if [result for result, *_ in found] == doubled:
        return SHIFTS_ON
    if undone[0] and len(set(undone)) == 1:
        return ONE_SHIFT
    return OTHER_GUESS


def _letters(text: str) -> str:
    return "".join(filter(str.isalpha, text)).lower()


EXERCISE = Exercise(
    answer_name="crack",
    stub="""
def crack(ciphertext):
    return ...
""",
    examine=_examine_crack,
    hints=(
        (
            "First make all the attempts: `broken.caesar(ciphertext, -shift)` for each shift, inside "
            "`with broken.for_learning():`."
        ),
        "Which attempt looks most like English? The one with the most E in it: `text.lower().count('e')`.",
        "`max(tries, key=…)` returns the attempt for which a function gives the largest number.",
    ),
    solution="""
from kmsnb import broken

def crack(ciphertext):
    with broken.for_learning():
        tries = [broken.caesar(ciphertext, -shift) for shift in range(26)]
    return max(tries, key=lambda text: text.lower().count("e"))
""",
)
