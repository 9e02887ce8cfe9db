"""When a key could not be used, and when its grants ended: what an AWS service finds out some time later."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass
class Outage:
    """A period in which a key could not be used. ``end`` is None as long as it lasts."""

    start: datetime
    end: datetime | None = None


@dataclass
class History:
    """The outages of one key, the oldest first, and when each of its former grants ended, by grant id.

    It outlives the key, so that a service can tell when it lost the key.
    """

    outages: list[Outage] = field(default_factory=list)
    ended_grants: dict[str, datetime] = field(default_factory=dict)

    def note(self, now: datetime, *, usable: bool) -> None:
        """Note whether the key can be used from now on."""
        latest = self.outages[-1] if self.outages else None
        out = latest is not None and latest.end is None
        if latest is not None and out and usable:
            latest.end = now
        elif not out and not usable:
            self.outages.append(Outage(now))
