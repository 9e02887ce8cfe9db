"""Exercise 03.a: Fill the matrix: who can do what?"""

from typing import Any

from ..model import Exercise, Mistake, NotAttempted

PEOPLE = ("Ana", "Bea", "Mal")

_TRUTH = {
    "encrypt for Bea": {"Ana": True, "Bea": True, "Mal": True},
    "decrypt for Bea": {"Ana": False, "Bea": True, "Mal": False},
    "sign as Ana": {"Ana": True, "Bea": False, "Mal": False},
    "verify Ana": {"Ana": True, "Bea": True, "Mal": True},
}


NO_MATRIX = Mistake(
    "`can` must stay as it was: for each of the four deeds a dictionary with `Ana`, `Bea` and `Mal`. Replace the `...` only."
)

NO_TRUTH_VALUE = Mistake("Write `True` or `False` in each place.")

STILL_OPEN = Mistake("So far so good, but some places still hold `...`.")

ENCRYPT = Mistake(
    "`encrypt for Bea`: you left someone out. It takes Bea's public key. Who has no copy of that?"
)

DECRYPT_SENDER = Mistake(
    "`decrypt for Bea`: Ana cannot. She may have written the letter, but the key that closed it does not open it."
)

DECRYPT_MAL = Mistake("`decrypt for Bea`: Mal cannot. She has every public key, and none of them decrypts.")

DECRYPT_BEA = Mistake(
    "`decrypt for Bea`: then nobody could read what is sent to Bea. Who holds her private key?"
)

SIGN_OTHERS = Mistake(
    "`sign as Ana`: if someone else could, her signature would prove nothing. It takes her private key."
)

SIGN_ANA = Mistake(
    "`sign as Ana`: Ana herself can. Signing is the one deed for which she needs her own private key here."
)

VERIFY = Mistake(
    "`verify Ana`: you left someone out. To check a signature takes Ana's public key, and no secret."
)


def _examine_matrix(can: Any) -> Mistake | None:
    if not isinstance(can, dict) or set(can) != set(_TRUTH):
        return NO_MATRIX
    if not all(isinstance(row, dict) and set(row) == set(PEOPLE) for row in can.values()):
        return NO_MATRIX
    cells = [can[deed][who] for deed in _TRUTH for who in PEOPLE]
    if all(cell is ... for cell in cells):
        raise NotAttempted
    if not all(cell is ... or isinstance(cell, bool) for cell in cells):
        return NO_TRUTH_VALUE
    trials = (
        ("encrypt for Bea", PEOPLE, ENCRYPT),
        ("decrypt for Bea", ("Ana",), DECRYPT_SENDER),
        ("decrypt for Bea", ("Mal",), DECRYPT_MAL),
        ("decrypt for Bea", ("Bea",), DECRYPT_BEA),
        ("sign as Ana", ("Bea", "Mal"), SIGN_OTHERS),
        ("sign as Ana", ("Ana",), SIGN_ANA),
        ("verify Ana", PEOPLE, VERIFY),
    )
    for deed, people, mistake in trials:
        if any(can[deed][who] is (not _TRUTH[deed][who]) for who in people):
            return mistake
    return STILL_OPEN if ... in cells else None


EXERCISE = Exercise(
    answer_name="can",
    stub="""
can = {
    "encrypt for Bea": {"Ana": ..., "Bea": ..., "Mal": ...},
    "decrypt for Bea": {"Ana": ..., "Bea": ..., "Mal": ...},
    "sign as Ana": {"Ana": ..., "Bea": ..., "Mal": ...},
    "verify Ana": {"Ana": ..., "Bea": ..., "Mal": ...},
}
""",
    examine=_examine_matrix,
    hints=(
        "For each deed ask first: which key does it take? Then look up in the table of section 1 who holds that key.",
        "Two of the deeds take a public key, and two take a private one.",
        "Everyone holds every public key. A private key is held by its owner alone.",
    ),
    solution="""
can = {
    "encrypt for Bea": {"Ana": True, "Bea": True, "Mal": True},
    "decrypt for Bea": {"Ana": False, "Bea": True, "Mal": False},
    "sign as Ana": {"Ana": True, "Bea": False, "Mal": False},
    "verify Ana": {"Ana": True, "Bea": True, "Mal": True},
}
""",
)
