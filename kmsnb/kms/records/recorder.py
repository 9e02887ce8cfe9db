"""The recorder: writes what happens into a journal, and counts what costs on a meter, if there are any."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from ..core.key import Event, Key
from .bill import Meter
from .journal import Journal, Record


@dataclass(frozen=True)
class Recorder:
    """Where calls and events are recorded. Either can be None."""

    journal: Journal | None = None
    meter: Meter | None = None

    def happened(self, event: Event, key: Key) -> None:
        """Record something that KMS did by itself."""
        if self.journal is not None:
            details = {"keyId": key.id, **event.details}
            self.journal.write(
                Record(
                    event.when,
                    str(uuid.uuid4()),
                    event.name,
                    key.region,
                    key.account_id,
                    (key.arn,),
                    details=details,
                )
            )

    def deleted(self, key: Key, when: datetime) -> None:
        """Record until when a deleted key cost something."""
        if self.meter is not None:
            self.meter.retire(key, when)
