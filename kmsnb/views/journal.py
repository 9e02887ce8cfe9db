"""The journal of a lab: to display, to filter, and as CloudTrail's JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..kms.records.journal import MOST_BYTES, MOST_RECORDS, Journal, Record
from .names import service_name

if TYPE_CHECKING:  # a lab starts sooner without what it may never draw
    from ..figures import Table

#: More rows than this help nobody; for the others there are ``filter()`` and ``to_json()``.
_MOST_SHOWN = 50


class JournalView:
    """Records, newest last: iterate over them, filter them, display them as a table or convert them to JSON."""

    def __init__(self, records: tuple[Record, ...], dropped: int = 0) -> None:
        self.records = records
        self.dropped = dropped

    @classmethod
    def of(cls, journal: Journal) -> JournalView:
        """Everything in a journal now."""
        return cls(tuple(journal), journal.dropped)

    def filter(
        self,
        *,
        user: str | None = None,
        key: str | None = None,
        operation: str | None = None,
        service: str | None = None,
    ) -> JournalView:
        """The records of a caller (name or ARN), a key (id or ARN), an operation, and what a service such as "s3" asked."""

        def wanted(record: Record) -> bool:
            return (
                (user is None or _is_by(record, user))
                and (key is None or any(key in (arn, arn.rpartition("/")[2]) for arn in record.resources))
                and (operation is None or record.name == operation.removeprefix("kms:"))
                and (service is None or (record.cause or "").startswith(f"{service}:"))
            )

        return JournalView(tuple(filter(wanted, self.records)), self.dropped)

    def asked(self, by: str) -> Table:
        """What a service such as ``"s3"`` asked of KMS, and which request to the service made it ask."""
        from ..figures import Table

        records = self.filter(service=by).records
        caption = f"What {service_name(by)} asked of KMS: {len(records):,} {'time' if len(records) == 1 else 'times'}"
        if len(records) > _MOST_SHOWN:
            caption += f"; shown are the last {_MOST_SHOWN}"
        return Table(
            caption,
            ("Request", "KMS operation", "As whom", "Encryption context", "Outcome"),
            (
                (
                    record.cause,
                    record.name,
                    record.who,
                    record.encryption_context or "–",
                    f"✗ {record.error_code}" if record.error_code else "✓ allowed",
                )
                for record in records[-_MOST_SHOWN:]
            ),
        )

    def to_json(self, indent: int | None = 2) -> str:
        """The records as CloudTrail delivers them: an object with the list ``Records``."""
        return json.dumps({"Records": [record.cloudtrail() for record in self.records]}, indent=indent)

    def table(self) -> Table:
        """The newest records, one per row."""
        from ..figures import Table

        return Table(
            self._caption,
            ("Time", "Who", "What", "Key", "Encryption context", "Error"),
            map(_row, self.records[-_MOST_SHOWN:]),
        )

    @property
    def _caption(self) -> str:
        count = len(self.records)
        caption = f"Journal: {count:,} {'record' if count == 1 else 'records'}, the newest last"
        if count > _MOST_SHOWN:
            caption += f"; only the last {_MOST_SHOWN} are shown"
        if not self.dropped:
            return caption
        room = f"it holds {MOST_RECORDS:,} records or {MOST_BYTES // 2**20} MiB"
        return f"{caption}; {self.dropped:,} older ones were dropped, as {room}"

    def __iter__(self) -> Iterator[Record]:
        return iter(self.records)

    def __len__(self) -> int:
        return len(self.records)

    def __getitem__(self, index: int) -> Record:
        return self.records[index]

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()

    def __repr__(self) -> str:
        return repr(self.table())


def _is_by(record: Record, user: str) -> bool:
    caller = record.caller
    if caller is None:
        return user == record.who
    return user in (
        caller.arn,
        caller.source_arn,
        caller.arn.rpartition("/")[2],
        caller.arn.split(":", 5)[-1],
    )


def _row(record: Record) -> tuple[object, ...]:
    keys = "\n".join(arn.rpartition("/")[2] for arn in record.resources if ":key/" in arn)
    return (
        record.time,
        record.who,
        record.name,
        keys or "–",
        record.encryption_context or "–",
        record.error_code or "–",
    )
