"""Answers that make the mistakes of lesson 00's exercise."""

from kmsnb.exercises.lesson_00 import calls

from . import Answers, solution, stub

ANSWERS: Answers = {
    "00.a": {
        calls.NO_NUMBER: stub(("...", '"many"')),
        calls.PART_OF_A_CALL: stub(("...", "5_000_000 / 4096")),
        calls.LAST_PIECE_FORGOTTEN: solution(("1 + ", "")),
        calls.TOO_FEW: stub(("...", "1")),
        calls.TOO_MANY: solution(("4096", "4000")),
    },
}
