"""15.b: five receipts, each with a proof. Which were changed, and by whom could that have been?"""

from collections.abc import Mapping, Set as AbstractSet
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from ..model import Exercise, Mistake, NotAttempted

_TILL, _BOOKS = "alias/till", "alias/books"
_SIGNS, _TAGS = {"Uma"}, {"Uma", "Ben"}  # who has kms:Sign and kms:GenerateMac
_EVERYONE = {"Uma", "Ben", "Chloe", "Mallory"}  # who can write to the folder

NOT_SETS = Mistake("`suspects` must be a dictionary from 1 to 5 to sets of names, such as `{'Uma', 'Ben'}`.")
STILL_OPEN = Mistake("So far so good. Still missing: receipt")
NOT_CHANGED = Mistake(
    "You suspect someone of changing a receipt that is in order: its proof is valid, and it's what the customer got. "
    "It's receipt"
)
OVERLOOKED = Mistake(
    "You take a receipt to be in order. Compare it with the customer's copy, too: a valid proof alone isn't enough. It's "
    "receipt"
)
TAKES_NO_KEY = Mistake(
    "The proof doesn't belong to this text. To change a text and leave its proof takes no permission on a key, only "
    "access to the folder. You missed someone for receipt"
)
CANNOT_MAKE_IT = Mistake(
    "The proof is valid for this text, so it was made for it. Someone you name has no permission to make it. It's receipt"
)
MISSED = Mistake("Someone else, too, has permission to make the proof of receipt")


class Receipt(NamedTuple):
    """A receipt in the folder: its ``text``, the customer's ``copy``, and a ``proof`` under the key named ``key``."""

    number: int
    text: bytes
    copy: bytes
    key: str
    proof: bytes


class _Case(NamedTuple):
    """A receipt as it is written, as the customer has it, as it was when its proof was made; and who could have done that."""

    text: bytes
    copy: bytes
    proved: bytes
    key: str
    suspects: set[str]


_CASES = {
    1: _Case(b"3.00 euros", b"3.00 euros", b"3.00 euros", _TILL, set()),
    2: _Case(b"1.00 euros", b"11.00 euros", b"11.00 euros", _TILL, _EVERYONE),
    3: _Case(b"5.50 euros", b"7.50 euros", b"5.50 euros", _BOOKS, _TAGS),
    4: _Case(b"8.20 euros", b"8.20 euros", b"8.20 euros", _BOOKS, set()),
    5: _Case(b"2.00 euros", b"6.00 euros", b"2.00 euros", _TILL, _SIGNS),
}


def folder(kms: Any) -> list[Receipt]:
    """The five receipts. Creates the keys ``alias/till`` and ``alias/books`` in the account of ``kms`` if they're missing."""
    _make_sure(kms, _TILL, KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")
    _make_sure(kms, _BOOKS, KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")
    receipts = []
    for number, case in _CASES.items():
        text, copy, proved = (b"receipt %d: %b" % (number, each) for each in case[:3])
        receipts.append(Receipt(number, text, copy, case.key, _proof(kms, case.key, proved)))
    return receipts


def _make_sure(kms: Any, alias: str, **spec: str) -> None:
    try:
        kms.describe_key(KeyId=alias)
    except ClientError:
        kms.create_alias(AliasName=alias, TargetKeyId=kms.create_key(**spec)["KeyMetadata"]["KeyId"])


def _proof(kms: Any, key: str, text: bytes) -> bytes:
    if key == _TILL:
        return kms.sign(KeyId=key, Message=text, SigningAlgorithm="ECDSA_SHA_256")["Signature"]
    return kms.generate_mac(KeyId=key, Message=text, MacAlgorithm="HMAC_SHA_256")["Mac"]


def _examine(suspects: Any) -> Mistake | None:
    if not isinstance(suspects, Mapping):
        return NOT_SETS
    answers = {number: suspects.get(number, ...) for number in _CASES}
    waiting = [str(number) for number, answer in answers.items() if answer is ...]
    if len(waiting) == len(_CASES):
        raise NotAttempted
    for number, answer in answers.items():
        if answer is not ... and (fault := _fault(answer, _CASES[number])):
            return fault if fault is NOT_SETS else fault.about(f"{number}.")
    return STILL_OPEN.about(f"{', '.join(waiting)}.") if waiting else None


def _fault(answer: Any, case: _Case) -> Mistake | None:
    if isinstance(answer, dict) and not answer:  # {} looks like an empty set
        answer = set()
    if not isinstance(answer, AbstractSet) or not answer <= _EVERYONE:
        return NOT_SETS
    if answer == case.suspects:
        return None
    if not case.suspects:
        return NOT_CHANGED
    if not answer:
        return OVERLOOKED
    if case.suspects == _EVERYONE:
        return TAKES_NO_KEY
    return MISSED if answer < case.suspects else CANNOT_MAKE_IT


RECEIPTS = Exercise(
    answer_name="suspects",
    stub="""
suspects = {1: ..., 2: ..., 3: ..., 4: ..., 5: ...}
""",
    examine=_examine,
    hints=(
        "Check each proof first: call `kms.verify` or `kms.verify_mac` with `each.key`, `each.text` and `each.proof`.",
        "If the proof is invalid, someone changed the text and couldn't, or didn't, make a new proof. What does that take?",
        "If the proof is valid but the customer's copy differs, someone made a new proof. Who has permission to?",
    ),
    solution="""
suspects = {
    1: set(),
    2: {"Uma", "Ben", "Chloe", "Mallory"},
    3: {"Uma", "Ben"},
    4: set(),
    5: {"Uma"},
}
""",
)
