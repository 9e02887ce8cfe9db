"""Clocks. One clock sets every date in this KMS: creation, deletion, rotation, expiry, import tokens."""

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """The time source of this KMS. A subclass only needs ``now()``."""

    def now(self) -> datetime:
        """The time in UTC, timezone-aware."""

    def tick(self) -> None:
        """Called once after each KMS call."""


class SystemClock:
    """The computer's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def tick(self) -> None:
        """Do nothing: the computer's clock runs by itself."""


class ManualClock:
    """A clock that advances by one second per KMS call, and by more with ``advance()``.

    A waiting period of a week, or a year between rotations, passes at once, and the dates of a run are the same for
    every reader.
    """

    def __init__(self, start: datetime = datetime(2026, 9, 7, 9, tzinfo=UTC)) -> None:
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        return self._now

    def advance(
        self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0
    ) -> datetime:
        """Move forward and return the new time. Whatever falls due takes effect at the next KMS call."""
        step = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        if step < timedelta(0):
            raise ValueError("Time only moves forward.")
        self._now += step
        return self._now

    def tick(self) -> None:
        """Advance by one second."""
        self.advance(seconds=1)

    def __repr__(self) -> str:
        return f"ManualClock({self._now:%Y-%m-%dT%H:%M:%SZ})"
