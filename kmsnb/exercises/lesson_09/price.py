"""Exercise 09.b: what KMS charges for the requests of a month."""

import math
from collections.abc import Callable
from decimal import Decimal
from numbers import Real
from typing import Any

from ..model import Exercise, Mistake, attempted

_FREE, _PRICE, _PACKET = 20_000, 0.03, 10_000


def _calls(records: int, reads: int, per_key: int) -> int:
    return -(-records // per_key) + reads


def _dollars(calls: float) -> float:
    return calls * _PRICE / _PACKET


NO_NUMBER = Mistake("`dollars` must return a number for every month.")
NEGATIVE = Mistake(
    "In a month with fewer than 20,000 requests, it returns a negative number. Use `max(0, …)`."
)
NO_FREE = Mistake(
    "The first 20,000 requests of a month are free. Subtract them before you multiply by the price."
)
NO_READS = Mistake("You only count sealing. Each read is a request too: one Decrypt.")
ONLY_READS = Mistake("You only count reading. Each new data key is a request too.")
KEY_FOR_EACH = Mistake("You count a data key for each record. One data key serves `per_key` records.")
READS_PER_KEY = Mistake(
    "You divide the reads too. Nothing is cached between two reads, so each of them is one Decrypt."
)
WHOLE_PACKETS = Mistake(
    "You round up to full 10,000 requests. Each single request is charged, at a ten-thousandth of $0.03."
)
PRICE_OF_EACH = Mistake("$0.03 is the price of 10,000 requests, not of one.")
ROUNDS_DOWN = Mistake("The records that don't fill a data key need one too: round up.")
ONE_MORE = Mistake(
    "You count one data key too many when the records fill their data keys exactly. `math.ceil` only rounds up a remainder."
)
FRACTION = Mistake("You count fractions of a data key. There's no half GenerateDataKey: round up.")
OTHER = Mistake(
    "The total is wrong. Count the requests first: one for each new data key, and one for each read. Subtract the free ones, "
    "then multiply."
)

_Wrong = Callable[[int, int, int], float]
_WRONG: tuple[tuple[Mistake, _Wrong], ...] = (
    (NEGATIVE, lambda r, n, k: _dollars(_calls(r, n, k) - _FREE)),
    (NO_FREE, lambda r, n, k: _dollars(_calls(r, n, k))),
    (NO_READS, lambda r, n, k: _dollars(max(0, _calls(r, 0, k) - _FREE))),
    (ONLY_READS, lambda r, n, k: _dollars(max(0, n - _FREE))),
    (KEY_FOR_EACH, lambda r, n, k: _dollars(max(0, r + n - _FREE))),
    (READS_PER_KEY, lambda r, n, k: _dollars(max(0, -(-(r + n) // k) - _FREE))),
    (
        READS_PER_KEY,
        lambda r, n, k: _dollars(max(0, -(-r // k) + -(-n // k) - _FREE)),
    ),
    (WHOLE_PACKETS, lambda r, n, k: math.ceil(max(0, _calls(r, n, k) - _FREE) / _PACKET) * _PRICE),
    (PRICE_OF_EACH, lambda r, n, k: max(0, _calls(r, n, k) - _FREE) * _PRICE),
    (ROUNDS_DOWN, lambda r, n, k: _dollars(max(0, r // k + n - _FREE))),
    (ONE_MORE, lambda r, n, k: _dollars(max(0, r // k + 1 + n - _FREE))),
    (FRACTION, lambda r, n, k: _dollars(max(0, r / k + n - _FREE))),
)
# records, reads, records per key: below and above what is free, with and without a remainder
_MONTHS = (
    (10_000_000, 10_000_000, 1),
    (10_000_000, 2_500_000, 1000),
    (1_999_999, 300_001, 7),
    (50_000, 0, 3),
    (5, 3, 2),
    (0, 0, 100),
    (0, 20_001, 1),
    (20_000, 0, 1),
)


def _examine(dollars: Callable[[int, int, int], Any]) -> Mistake | None:
    given = [attempted(dollars(*month)) for month in _MONTHS]
    if not all(isinstance(amount, (Real, Decimal)) and not isinstance(amount, bool) for amount in given):
        return NO_NUMBER
    given = [float(amount) for amount in given]
    if _agree(given, _right):
        return None
    return next((mistake for mistake, wrong in _WRONG if _agree(given, wrong)), None) or _other(given)


def _right(records: int, reads: int, per_key: int) -> float:
    return _dollars(max(0, _calls(records, reads, per_key) - _FREE))


def _other(given: list[float]) -> Mistake:
    """``OTHER``, with the first month of which the answer is wrong."""
    (records, reads, per_key), amount = next(
        (month, amount)
        for month, amount in zip(_MONTHS, given, strict=True)
        if not _close(given, amount, _right(*month))
    )
    return OTHER.about(
        f"For {records:,} records, {reads:,} reads and {per_key:,} per key it's "
        f"{_right(records, reads, per_key):.6f} dollars, not {amount:.6f}."
    )


def _agree(given: list[float], reckon: _Wrong) -> bool:
    return all(_close(given, amount, reckon(*month)) for amount, month in zip(given, _MONTHS, strict=True))


def _close(given: list[float], amount: float, reckoned: float) -> bool:
    # a request costs 3e-6 dollars: near enough to tell a part of one; who rounds to cents may
    in_cents = all(each == round(each, 2) for each in given)
    return math.isclose(amount, reckoned, abs_tol=0.0051 if in_cents else 5e-8, rel_tol=1e-12)


EXERCISE = Exercise(
    answer_name="dollars",
    stub="""
def dollars(records, reads, per_key):
    return ...
""",
    examine=_examine,
    hints=(
        "How many data keys do so many records need? `math.ceil(records / per_key)`.",
        "Each data key is one GenerateDataKey, each read one Decrypt. Subtract 20,000 from the sum, but don't go below 0.",
        "Then multiply by 0.03 / 10_000.",
    ),
    solution="""
import math

def dollars(records, reads, per_key):
    calls = math.ceil(records / per_key) + reads
    return max(0, calls - 20_000) * 0.03 / 10_000
""",
)
