"""What becomes of a database when RDS loses its key: stopped after two hours, and lost after seven more days.

    available ── key off, 2 hours ──> inaccessible-encryption-credentials-recoverable ── 7 days ──> …-credentials
        ^                                   │                                                    (restore a backup)
        └──── enable the key *and* start ───┘

A key is off when it is disabled, pending deletion or without its material, or when the grant was revoked. RDS finds out
by itself; here, at the next request to RDS, for all that has happened until then.

Amazon RDS User Guide, "Encrypting Amazon RDS resources": two hours after detection, where backups are enabled. When RDS
detects it is not documented: at once, here. Without backups the database stays available. A database that can't be
stopped is lost after the two hours: "Limitations of stopping your DB instance"; Amazon Aurora User Guide, "Limitations
for stopping and starting Aurora DB clusters" and "Limitations of Amazon Aurora global databases". Aurora's two hours are
ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from .at_rest import Protection

STOPPED_AFTER = timedelta(hours=2)
RECOVERABLE_FOR = timedelta(days=7)

RECOVERABLE = "inaccessible-encryption-credentials-recoverable"
FINAL = "inaccessible-encryption-credentials"


@dataclass
class Storage:
    """The encrypted storage of a database, kept with moto's object. ``running_since``: when it was last started."""

    protection: Protection
    running_since: datetime

    def lost(self, now: datetime) -> datetime | None:
        """When RDS stopped this database because its key was out of reach; None if it did not."""
        for outage in self.protection.outages():
            noticed = max(outage.start, self.running_since) + STOPPED_AFTER
            if noticed <= now and (outage.end is None or outage.end > noticed):
                return noticed
        return None


def storage_of(found: Any) -> Storage | None:
    """The storage of moto's instance or cluster if it is encrypted; None for nothing at all, too."""
    storage: Storage | None = getattr(found, "kmsnb", None)
    return storage


def settle(backend: Any, now: datetime) -> None:
    """Bring the databases of one account in one Region up to date."""
    for found in [*backend.databases.values(), *backend.clusters.values()]:
        storage = storage_of(found)
        if storage is None or not found.backup_retention_period:
            continue
        lost = storage.lost(now)
        if lost is not None:
            over = now >= lost + RECOVERABLE_FOR or not _can_stop(found)
            set_status(found, FINAL if over else RECOVERABLE)


def set_status(found: Any, status: str) -> None:
    """Set the status of an instance, or of a cluster and its instances."""
    found.status = status
    for member in getattr(found, "_members", ()):
        member.status = status


def _can_stop(found: Any) -> bool:
    if hasattr(found, "_members"):
        elsewhere = [*found.read_replica_identifiers, found.replication_source_identifier]
        across_regions = any(arn and f":{found.region}:" not in arn for arn in elsewhere)
        return not (found.global_cluster_identifier or across_regions or found.engine_mode == "serverless")
    no_sql_server = not (found.multi_az and found.engine.startswith("sqlserver"))
    return not found.is_replica and not found.replicas and no_sql_server
