"""Exercise 00.a: count the calls of Encrypt that a photo would take, cut into pieces."""

from math import ceil
from typing import Any

from ..model import Exercise, Mistake

NO_NUMBER = Mistake("Give the number of calls, such as `calls = 2`.")
PART_OF_A_CALL = Mistake("Nearly. The last piece is short, but it needs a whole call: round up.")
LAST_PIECE_FORGOTTEN = Mistake(
    "Nearly. That many calls leave a short piece at the end, which needs one more."
)
TOO_FEW = Mistake("Too few: the pieces would be larger than the limit you found with the slider.")
TOO_MANY = Mistake("Fewer calls are enough if each piece is as large as the slider allows.")

_PHOTO = 5_000_000  # bytes
_LIMIT = 4096  # bytes, https://docs.aws.amazon.com/kms/latest/APIReference/API_Encrypt.html


def _examine_calls(calls: Any) -> Mistake | None:
    if isinstance(calls, bool) or not isinstance(calls, int | float):
        return NO_NUMBER
    needed = ceil(_PHOTO / _LIMIT)
    if needed - 1 < calls < needed:
        return PART_OF_A_CALL
    if calls == needed - 1:
        return LAST_PIECE_FORGOTTEN
    if calls != needed:
        return TOO_MANY if calls > needed else TOO_FEW
    return None


EXERCISE = Exercise(
    answer_name="calls",
    stub="calls = ...",
    examine=_examine_calls,
    hints=(
        "The slider shows the limit: the largest piece has 4,096 bytes.",
        "Divide 5,000,000 by 4,096, and round up.",
    ),
    solution="calls = 1 + 5_000_000 // 4096",
)
