"""Where moto keeps databases, clusters and their snapshots, and how to take back what it has just made."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from typing import Any, NamedTuple

from moto.rds.models import rds_backends

from .call import Call, Refusal


class Kind(NamedTuple):
    """A database instance or a cluster: its members in the API, and moto's attributes."""

    member: str
    snapshot_member: str
    context: str
    resource_id: str
    identifier: str
    held: str
    snapshots: str
    snapshot_of: str
    wrong_state: str
    snapshot_wrong_state: str

    def find(self, backend: Any, identifier: str) -> Any:
        """moto's object; None if there is none."""
        return getattr(backend, self.held).get(identifier)

    def snapshot(self, backend: Any, identifier: str) -> Any:
        """moto's snapshot, which an ARN can name in another Region of the account; None if there is none."""
        there = named_by_arn(backend, identifier)
        name = identifier.split(":", 6)[-1] if identifier.startswith("arn:") else identifier
        return getattr(there, self.snapshots).get(name) if there else None


def named_by_arn(backend: Any, identifier: str) -> Any:
    """moto's objects in the Region of an ARN, or those of ``backend`` for a mere name; None for an unknown Region."""
    if not identifier.startswith("arn:"):
        return backend
    regions = rds_backends[backend.account_id]
    region = identifier.split(":")[3] if identifier.count(":") >= 6 else ""
    return regions[region] if region in regions.regions else None


INSTANCE = Kind(
    "DBInstance",
    "DBSnapshot",
    "aws:rds:db-id",
    "dbi_resource_id",
    "db_instance_identifier",
    "databases",
    "database_snapshots",
    "database",
    "InvalidDBInstanceState",
    "InvalidDBSnapshotState",
)
CLUSTER = Kind(
    "DBCluster",
    "DBClusterSnapshot",
    "aws:rds:dbc-id",
    "db_cluster_resource_id",
    "db_cluster_identifier",
    "clusters",
    "cluster_snapshots",
    "cluster",
    "InvalidDBClusterStateFault",
    "InvalidDBClusterSnapshotStateFault",
)


@contextmanager
def all_or_nothing(backend: Any) -> Iterator[None]:
    """Take back what moto made if KMS then refuses: the id, which the encryption context needs, is known only then."""
    holders = (
        backend.databases,
        backend.database_snapshots,
        backend.clusters,
        backend.cluster_snapshots,
        backend.secretsmanager.secrets,
    )
    before = [(held, dict(held)) for held in holders]
    events = len(backend.events)
    replicas = [(database, copy(database.replicas)) for database in backend.databases.values()]
    try:
        yield
    except Refusal:
        for held, content in before:
            for name in [name for name in held if name not in content]:
                del held[name]
        for database, names in replicas:
            database.replicas = names
        del backend.events[events:]
        raise


def held_by(call: Call) -> Any:
    """moto's databases and snapshots of the call's account and Region."""
    return rds_backends[call.account][call.region]
