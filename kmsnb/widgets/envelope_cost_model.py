"""What encrypting a file costs: sent to KMS in pieces, or under one data key. The time of a round trip is a model."""

from collections.abc import Callable
from dataclasses import dataclass

from kmsnb.kms.records.bill import REQUESTS

PIECE = 4096  # bytes, the most that one Encrypt takes under a symmetric key
#: Requests a second that symmetric keys share in us-east-1, by default: KMS Developer Guide, "Request quotas".
QUOTA = 100_000
PRICE = REQUESTS["symmetric, HMAC and management"].per_10_000 / 10_000  # US dollars for a request
SIZES = {
    "4 KB (4,096 bytes)": PIECE,
    "100 KB": 10**5,
    "1 MB": 10**6,
    "10 MB": 10**7,
    "100 MB": 10**8,
    "1 GB": 10**9,
    "10 GB": 10**10,
    "100 GB": 10**11,
    "1 TB": 10**12,
}


@dataclass(frozen=True)
class Cost:
    """``calls`` to KMS, the bytes of the file ``sent`` to it, and ``seconds``, one call after another."""

    calls: int
    sent: int
    seconds: float

    @property
    def dollars(self) -> float:
        """The price of the requests, in US dollars, once the free requests of the month are used up."""
        return self.calls * PRICE

    @property
    def seconds_at_quota(self) -> float:
        """The least time that the quota leaves, however many calls run side by side."""
        return self.calls / QUOTA


@dataclass
class EnvelopeCostModel:
    """A file of ``size`` bytes, ``round_trip_ms`` milliseconds for a call, ``local_speed`` bytes a second of AES."""

    size: int = 10**8
    round_trip_ms: int = 10
    local_speed: float = 1e9

    def in_pieces(self) -> Cost:
        """The whole file sent to Encrypt. The time that KMS takes to encrypt counts as zero."""
        calls = -(-self.size // PIECE)
        return Cost(calls, self.size, calls * self.round_trip_ms / 1000)

    def in_an_envelope(self) -> Cost:
        """One GenerateDataKey, and AES on this machine."""
        return Cost(1, 0, self.round_trip_ms / 1000 + self.size / self.local_speed)

    def lines(self) -> dict[str, list[tuple[float, float]]]:
        """(bytes, seconds) for both ways and all sizes."""
        return {
            "in pieces to KMS": self._line(EnvelopeCostModel.in_pieces),
            "envelope": self._line(EnvelopeCostModel.in_an_envelope),
        }

    def _line(self, way: Callable[["EnvelopeCostModel"], Cost]) -> list[tuple[float, float]]:
        models = (EnvelopeCostModel(size, self.round_trip_ms, self.local_speed) for size in SIZES.values())
        return [(model.size, way(model).seconds) for model in models]
