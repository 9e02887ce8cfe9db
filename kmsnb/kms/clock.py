"""Clocks. All time in this KMS goes by one: creation and deletion dates, rotation, expiry, import tokens."""

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Anything that tells the time. A clock that also has ``tick()`` is told of each KMS call, once it is answered."""

    def now(self) -> datetime:
        """The time, in UTC and aware of it."""
        ...


class SystemClock:
    """The computer's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class ManualClock:
    """A clock that stands still but for a second per KMS call, and leaps when told to.

    A deletion window of a week, or a year between rotations, passes at once, and the dates of a run are
    the same for every reader.
    """

    def __init__(self, start: datetime = datetime(2026, 9, 7, 9, tzinfo=UTC)) -> None:
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        return self._now

    def advance(
        self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0
    ) -> datetime:
        """Move forward and return the new time. What falls due on the way happens as KMS is next asked."""
        leap = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        if leap < timedelta(0):
            raise ValueError("Time moves forward only.")
        self._now += leap
        return self._now

    def tick(self) -> None:
        self.advance(seconds=1)

    def __repr__(self) -> str:
        return f"ManualClock({self._now:%Y-%m-%dT%H:%M:%SZ})"
