"""Exercise b: say beforehand whether Encrypt accepts a string."""

from collections.abc import Callable
from typing import Any

from ..model import Exercise, Mistake, attempted
from .recorded_calls import recorded

COUNTS_CHARACTERS = Mistake(
    "It counts characters. KMS counts bytes, and `'é' * 4096` is 8,192 bytes. Encode the string first."
)
REFUSES_THE_LIMIT = Mistake(
    "It returns False for a string that KMS accepts. Everything from 1 to 4,096 bytes fits, 4,096 included."
)
TAKES_TOO_MUCH = Mistake("It returns True for 4,097 bytes, which KMS refuses.")
TAKES_NOTHING_TOO = Mistake(
    "It returns True for an empty string. KMS requires at least one byte: try `Plaintext=b''`."
)
STRIPS = Mistake("It leaves out spaces. They are bytes too: count them.")
NOT_A_TRUTH_VALUE = Mistake("It must return True or False for every string.")
ASKS_KMS = Mistake("It asks KMS: the lab's journal shows its calls. Decide from the string alone.")


def _examine_fits(fits: Callable[[str], Any]) -> Mistake | None:
    already = len(recorded())
    fault = _fault_of_measure(fits)
    return ASKS_KMS if len(recorded()) > already else fault


def _fault_of_measure(fits: Callable[[str], Any]) -> Mistake | None:
    if not all(isinstance(attempted(fits(text)), bool) for text in ("x", "", "x" * 5000)):
        return NOT_A_TRUTH_VALUE
    if fits("é" * 2049) and not fits("x" * 4097):
        return COUNTS_CHARACTERS
    # the shortest and longest texts that tell one mistake from another
    trials = (
        (" ", True, STRIPS),
        ("x" * 4096 + " ", False, STRIPS if not fits("x" * 4097) else TAKES_TOO_MUCH),
        ("x" * 4096, True, REFUSES_THE_LIMIT),
        ("é" * 2048, True, REFUSES_THE_LIMIT),
        ("x", True, REFUSES_THE_LIMIT),
        ("x" * 4097, False, TAKES_TOO_MUCH),
        ("🔑" * 1025, False, COUNTS_CHARACTERS),
        ("🔑" * 1024, True, COUNTS_CHARACTERS),
        ("", False, TAKES_NOTHING_TOO),
    )
    return next((mistake for text, expected, mistake in trials if fits(text) is not expected), None)


EXERCISE = Exercise(
    answer_name="fits",
    stub="""
def fits(text):
    return ...
""",
    examine=_examine_fits,
    hints=(
        "KMS counts bytes. `text.encode()` returns the bytes that boto3 sends for a string.",
        "Try the limits: 0, 1, 4,096 and 4,097 bytes. And a string with é.",
    ),
    solution="""
def fits(text):
    return 1 <= len(text.encode()) <= 4096
""",
)
