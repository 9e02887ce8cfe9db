"""What becomes of a table when DynamoDB loses its key: inaccessible after half an hour, archived after seven more days.

    ACTIVE ── key off, half an hour ──> INACCESSIBLE_ENCRYPTION_CREDENTIALS ── more than 7 days ──> ARCHIVED
       ^                                   │
       └──── enable the key, half an hour ─┘

A key is off when it is disabled, pending deletion or without its material, or when the grant was revoked. Requests for
items fail before that, as soon as the table key isn't cached any more, and work again as soon as the key does.

API Reference, "TableDescription", "SSEDescription", "ArchivalSummary". On AWS it took 13 to 75 minutes until a table was
inaccessible, and 18 to 57 until it was active again (recorded in October 2026); half an hour is ours. Ours, too: that
ARCHIVING takes no time, the backup's name, and how a request to an archived table is refused.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.table import Backup

from .at_rest import Protection
from .call import Refusal
from .dynamodb_tables import encrypted

NOTICED_AFTER = timedelta(minutes=30)
ARCHIVED_AFTER = timedelta(days=7)

INACCESSIBLE = "INACCESSIBLE_ENCRYPTION_CREDENTIALS"
ARCHIVED = "ARCHIVED"


class Status(NamedTuple):
    """A table's status, and since when it is so; None for a table that is active."""

    name: str
    since: datetime
    noticed: datetime


def status(protection: Protection, now: datetime) -> Status | None:
    """What has become of a table by now."""
    for outage in protection.outages():
        noticed = max(outage.start, protection.since) + NOTICED_AFTER
        if noticed > now or (outage.end and outage.end <= noticed):
            continue
        archived = noticed + ARCHIVED_AFTER
        if archived < now and (outage.end is None or outage.end > archived):
            return Status(ARCHIVED, archived, noticed)
        if outage.end is None or now < outage.end + NOTICED_AFTER:
            return Status(INACCESSIBLE, noticed, noticed)
    return None


def show(table: Any, members: dict[str, Any], now: datetime) -> None:
    """Put a table's status into its description."""
    kept = encrypted(table)
    found = status(kept.protection, now) if kept else None
    if found is None:
        return
    members["TableStatus"] = found.name
    members["SSEDescription"]["InaccessibleEncryptionDateTime"] = found.noticed
    if found.name == ARCHIVED:
        members["ArchivalSummary"] = {
            "ArchivalDateTime": found.since,
            "ArchivalReason": INACCESSIBLE,
            "ArchivalBackupArn": _backup(table, found.since),
        }


def require_not_archived(table: Any, now: datetime) -> None:
    """Raise a ``Refusal`` for a table that has been archived."""
    kept = encrypted(table)
    found = status(kept.protection, now) if kept else None
    if found and found.name == ARCHIVED:
        raise Refusal(
            "ResourceNotFoundException",
            f"Requested resource not found: Table: {table.name} is archived. Restore it from its backup: "
            f"{_backup(table, found.since)}",
        )


def _backup(table: Any, when: datetime) -> str:
    """The ARN of the backup that an archived table has become, made when it is first asked for."""
    backups = dynamodb_backends[table.account_id][table.region_name].backups
    name = f"{table.name}-archived"
    for backup in backups.values():
        if backup.name == name and backup.type == "SYSTEM" and backup.table.created_at == table.created_at:
            return str(backup.arn)
    backup = Backup(table.account_id, table.region_name, name, table, type_="SYSTEM")
    backup.creation_date_time = when
    backups[backup.arn] = backup
    return str(backup.arn)
