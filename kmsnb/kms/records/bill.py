"""What AWS would charge: key-months by the hour, and requests by price class.

AWS KMS pricing page. A key costs from its creation until it is deleted, nothing while its deletion is scheduled,
and as if never scheduled once the deletion is canceled. Each of its first two rotations adds as much again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from ..core.key import Key
from ..core.specs import KeySpec


class Price(NamedTuple):
    """The price of 10,000 requests of a class, in US dollars, and whether the free tier covers some of them."""

    per_10_000: float
    in_free_tier: bool


@dataclass(frozen=True)
class Prices:
    """AWS's prices, from copies of the pricing page read on 2026-11-24.

    A stored copy of the page has the price of a key (by the hour) and of its rotations, the free tier, and that the
    calling account pays. Its table of request prices, ``REQUESTS``, comes from public notes that quote it (for
    ap-southeast-2; us-east-1 is assumed to be the same). That at most two rotations are charged is from the project's
    list of facts. No price was found for ML-DSA and ML-KEM; they count as other asymmetric keys.
    """

    page: str = "https://aws.amazon.com/kms/pricing/"
    read_on: str = "2026-11-24"
    key_month: float = 1.00
    billed_rotations: int = 2
    hours_of_month: int = 730
    free_requests: int = 20_000


PRICES = Prices()
REQUESTS = {
    "symmetric, HMAC and management": Price(0.03, True),
    "RSA 2048": Price(0.03, False),
    "other asymmetric": Price(0.15, False),
    "data key pairs, ECC": Price(0.10, False),
    "data key pairs, RSA": Price(12.00, False),
}
_USUAL, _RSA_2048, _ASYMMETRIC, _ECC_PAIR, _RSA_PAIR = REQUESTS


class KeyLife(NamedTuple):
    """What a key's cost depends on: when it was created and rotated, and until when it costs."""

    arn: str
    created: datetime
    rotations: tuple[datetime, ...]
    until: datetime | None

    def hours(self, now: datetime) -> tuple[float, float]:
        """The hours to charge: for the key, and for its first rotations."""
        end = min(self.until or now, now)
        counted = self.rotations[: PRICES.billed_rotations]
        return _hours(self.created, end), sum(_hours(when, end) for when in counted)


class Line(NamedTuple):
    """One line of a bill, in US dollars; ``item`` is a key's ARN or a class of requests."""

    item: str
    what: str
    quantity: float
    unit: str
    amount: float


class Meter:
    """Counts what AWS charges for: requests by account, month and class, and the lives of deleted keys."""

    def __init__(self) -> None:
        self.requests: Counter[tuple[str, str, str]] = Counter()
        self.gone: list[KeyLife] = []

    def count(
        self, account: str, when: datetime, operation: str, *, pair_spec: str, used: Iterable[KeySpec]
    ) -> None:
        """Count a successful request of an account. ``used`` are the specs of the keys that it used."""
        self.requests[account, f"{when:%Y-%m}", _class_of(operation, pair_spec, used)] += 1

    def retire(self, key: Key, when: datetime) -> None:
        """Keep what a deleted customer managed key cost; moto deletes without a waiting period."""
        if key.manager == "CUSTOMER":
            self.gone.append(life_of(key)._replace(until=key.deletion_scheduled or when))


def life_of(key: Key) -> KeyLife:
    """The billed life of an existing key."""
    # a replica has its primary key's materials, but costs nothing before it exists
    rotations = sorted(
        max(each.rotation_date, key.creation_date) for each in key.ring.generations if each.rotation_date
    )
    return KeyLife(key.arn, key.creation_date, tuple(rotations), key.deletion_scheduled)


def lines(account: str, now: datetime, meter: Meter, keys: Iterable[Key]) -> tuple[Line, ...]:
    """The bill of an account up to ``now``: its keys, the oldest first, then its requests by month and class."""
    lives = [life for life in meter.gone if life.arn.split(":")[4] == account]
    lives += [life_of(key) for key in keys if key.manager == "CUSTOMER"]
    charged: list[Line] = []
    for life in sorted(lives, key=lambda each: each.created):
        of_key, of_rotations = life.hours(now)
        charged.append(_line(life.arn, "key", of_key))
        if of_rotations:
            charged.append(_line(life.arn, "rotations", of_rotations))
    return (*charged, *_request_lines(account, meter))


def _request_lines(account: str, meter: Meter) -> Iterable[Line]:
    for (payer, month, kind), count in sorted(meter.requests.items()):
        if payer == account:
            price = REQUESTS[kind]
            paid = max(0, count - PRICES.free_requests) if price.in_free_tier else count
            yield Line(f"{kind}, {month}", "requests", count, "requests", paid * price.per_10_000 / 10_000)


def _line(arn: str, what: str, hours: float) -> Line:
    return Line(arn, what, hours, "hours", hours / PRICES.hours_of_month * PRICES.key_month)


def _hours(start: datetime, end: datetime) -> float:
    """Hours between two times, rounded up."""
    return max(0, -int(-(end - start).total_seconds() // 3600))


def _class_of(operation: str, pair_spec: str, specs: Iterable[KeySpec]) -> str:
    """The class of a request. Requests that use a key pair, even just its public key, count by the kind of pair."""
    if operation.startswith("GenerateDataKeyPair"):
        return _RSA_PAIR if pair_spec.startswith("RSA") else _ECC_PAIR
    pairs = [spec for spec in specs if spec.asymmetric]
    if any(spec.name != "RSA_2048" for spec in pairs):
        return _ASYMMETRIC
    return _RSA_2048 if pairs else _USUAL
