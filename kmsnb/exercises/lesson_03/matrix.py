"""Exercise 03.a: Fill in the matrix: who can do what?"""

from typing import Any

from ..model import Exercise, Mistake, NotAttempted

PEOPLE = ("Ana", "Bea", "Mallory")

_TRUTH = {
    "encrypt for Bea": {"Ana": True, "Bea": True, "Mallory": True},
    "decrypt for Bea": {"Ana": False, "Bea": True, "Mallory": False},
    "sign as Ana": {"Ana": True, "Bea": False, "Mallory": False},
    "verify Ana": {"Ana": True, "Bea": True, "Mallory": True},
}


NO_MATRIX = Mistake(
    "Keep the structure of `can`: four rows, each a dictionary with `Ana`, `Bea` and `Mallory`. Replace only the `...`."
)

NO_TRUTH_VALUE = Mistake("Replace each `...` with `True` or `False`.")

STILL_OPEN = Mistake("Right so far, but some places still have `...`.")

ENCRYPT = Mistake("`encrypt for Bea`: you left someone out. It takes Bea's public key. Who has that?")

DECRYPT_SENDER = Mistake(
    "`decrypt for Bea`: Ana can't. She wrote the letter, but the key that encrypted it doesn't decrypt it."
)

DECRYPT_MALLORY = Mistake(
    "`decrypt for Bea`: Mallory can't. Mallory has every public key, but public keys don't decrypt."
)

DECRYPT_BEA = Mistake("`decrypt for Bea`: someone can read Bea's letters. Who has her private key?")

SIGN_OTHERS = Mistake(
    "`sign as Ana`: only Ana can. It takes her private key; otherwise her signature would prove nothing."
)

SIGN_ANA = Mistake("`sign as Ana`: Ana can. It takes her private key, and she has it.")

VERIFY = Mistake("`verify Ana`: you left someone out. Verifying takes Ana's public key, which isn't secret.")


def _examine_matrix(can: Any) -> Mistake | None:
    if not isinstance(can, dict) or set(can) != set(_TRUTH):
        return NO_MATRIX
    if not all(isinstance(row, dict) and set(row) == set(PEOPLE) for row in can.values()):
        return NO_MATRIX
    cells = [can[act][who] for act in _TRUTH for who in PEOPLE]
    if all(cell is ... for cell in cells):
        raise NotAttempted
    if not all(cell is ... or isinstance(cell, bool) for cell in cells):
        return NO_TRUTH_VALUE
    trials = (
        ("encrypt for Bea", PEOPLE, ENCRYPT),
        ("decrypt for Bea", ("Ana",), DECRYPT_SENDER),
        ("decrypt for Bea", ("Mallory",), DECRYPT_MALLORY),
        ("decrypt for Bea", ("Bea",), DECRYPT_BEA),
        ("sign as Ana", ("Bea", "Mallory"), SIGN_OTHERS),
        ("sign as Ana", ("Ana",), SIGN_ANA),
        ("verify Ana", PEOPLE, VERIFY),
    )
    for act, people, mistake in trials:
        if any(can[act][who] is (not _TRUTH[act][who]) for who in people):
            return mistake
    return STILL_OPEN if ... in cells else None


EXERCISE = Exercise(
    answer_name="can",
    stub="""
can = {
    "encrypt for Bea": {"Ana": ..., "Bea": ..., "Mallory": ...},
    "decrypt for Bea": {"Ana": ..., "Bea": ..., "Mallory": ...},
    "sign as Ana": {"Ana": ..., "Bea": ..., "Mallory": ...},
    "verify Ana": {"Ana": ..., "Bea": ..., "Mallory": ...},
}
""",
    examine=_examine_matrix,
    hints=(
        "For each row, ask which key it takes. Then look in section 1's table for who has that key.",
        "Two of the rows take a public key, and two take a private key.",
        "Everyone has every public key. Only the owner has a private key.",
    ),
    solution="""
can = {
    "encrypt for Bea": {"Ana": True, "Bea": True, "Mallory": True},
    "decrypt for Bea": {"Ana": False, "Bea": True, "Mallory": False},
    "sign as Ana": {"Ana": True, "Bea": False, "Mallory": False},
    "verify Ana": {"Ana": True, "Bea": True, "Mallory": True},
}
""",
)
