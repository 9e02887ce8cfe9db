"""RDS and Aurora: the creator's permission is used once, for a grant that lasts as long as the database.

| Request | asks KMS for | as | encryption context |
|---|---|---|---|
| CreateDBInstance, RestoreDBInstanceFromDBSnapshot, RestoreDBInstanceToPointInTime, CreateDBInstanceReadReplica | DescribeKey, CreateGrant | the caller | aws:rds:db-id, in the grant's constraint |
| | then GenerateDataKeyWithoutPlaintext | the service, by the grant | aws:rds:db-id |
| CreateDBCluster, RestoreDBClusterFromSnapshot, RestoreDBClusterToPointInTime | the same | the same | aws:rds:dbc-id |
| CopyDBSnapshot, CopyDBClusterSnapshot | DescribeKey, CreateGrant, for the source's key and for the new one | the caller | that of the snapshot's database |
| | then RetireGrant | the service, by the grants | |
| StartDBInstance, StartDBCluster | Decrypt | the service, by the grant | as above |
| DeleteDBInstance, DeleteDBCluster | RetireGrant | the service, by the grant | |

What happens when the key is out of reach is in ``rds_clock``. A key is chosen once: to encrypt a database later, or to
change its key, copy a snapshot under another key and restore that.

Amazon RDS User Guide, "Encrypting Amazon RDS resources" and "AWS KMS key management"; Amazon Aurora User Guide, the same.
Ours, as AWS doesn't say: the grant's principal and operations, the data key's request, the grants for copying, the
``aws:ebs:id`` that AWS adds to the context for a volume (left out), and the texts where a snapshot can't be shared. That a
key needs ``StorageEncrypted`` is from users' reports. ``StorageEncryptionType`` is told of clusters only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from moto.moto_api._internal import mock_random

from kmsnb.kms.core.errors import KmsError
from kmsnb.kms.core.key import AWS
from kmsnb.kms.moto.models import backend_of

from . import at_rest, rds_clock
from .call import Answer, Call, Refusal
from .rds_objects import CLUSTER, INSTANCE, Kind, all_or_nothing, held_by, named_by_arn
from .service import Service

_DEFAULT = "alias/aws/rds"
#: What moto calls it.
_MOTO_S_DEFAULT = "default_kms_key_id"
#: What the grant allows. Ours; the first one makes the data key.
_OPERATIONS = (
    "GenerateDataKeyWithoutPlaintext",
    "Decrypt",
    "Encrypt",
    "GenerateDataKey",
    "ReEncryptFrom",
    "ReEncryptTo",
    "DescribeKey",
    "CreateGrant",
    "RetireGrant",
)
#: "All new DB clusters created on or after February 18, 2026, are encrypted by default with an AWS owned key."
_AURORA_ENCRYPTS_SINCE = datetime(2026, 2, 18, tzinfo=UTC)


def create_instance(call: Call) -> Answer:
    """Encrypt a new or restored instance: with the key asked for, the snapshot's, or the account's own for RDS."""
    asked = call.members
    of_its_own = call.operation == "CreateDBInstance" and not asked.get("DBClusterIdentifier")
    if of_its_own and "KmsKeyId" in asked and not asked.get("StorageEncrypted"):
        message = "You must enable StorageEncrypted when you specify KmsKeyId for DB engine"
        raise Refusal("InvalidParameterCombination", f"{message} {asked.get('Engine')}")
    return _create(call, INSTANCE)


def create_cluster(call: Call) -> Answer:
    """The same for a cluster. Its instances share its storage."""
    return _create(call, CLUSTER)


def create_read_replica(call: Call) -> Answer:
    """Encrypt a replica with its source's key, or one of its own Region, which must then be named."""
    source = _source_of_replica(call)
    _require_available(INSTANCE, source)
    if source is not None and source.storage_encrypted and source.region != call.region:
        _require_key_of_this_region(call)
    return _create(call, INSTANCE, source)


def _create(call: Call, kind: Kind, source: Any = None) -> Answer:
    backend = held_by(call)
    name = call.members.get(f"Target{kind.member}Identifier") or call.members[f"{kind.member}Identifier"]
    with all_or_nothing(backend):
        answer = call.proceed()
        made = kind.find(backend, name)
        if kind is INSTANCE and made.db_cluster_identifier:
            return answer  # its cluster's storage
        asked = call.members.get("KmsKeyId")
        if kind is CLUSTER and asked and "Restore" in call.operation:
            made.storage_encrypted = True
            _tell(answer, "StorageEncrypted", "false", "true")
        if made.storage_encrypted:
            _encrypt(call, kind, made, asked or _key_taken_over(made, source) or _DEFAULT, answer)
    if kind is CLUSTER:
        _tell_encryption_type(made, call.now, answer)
    return answer


def _key_taken_over(made: Any, source: Any) -> str | None:
    """The key of the snapshot or database that this one was made from; moto has its own word for none."""
    key: str | None = source.kms_key_id if source is not None else made.kms_key_id
    return None if key == _MOTO_S_DEFAULT else key


def _encrypt(call: Call, kind: Kind, made: Any, key_id: str, answer: Answer) -> None:
    if kind is INSTANCE:  # moto's ids are all the same
        before, made.dbi_resource_id = made.dbi_resource_id, f"db-{mock_random.get_random_hex(26).upper()}"
        _tell(answer, "DbiResourceId", before, made.dbi_resource_id)
    with _key_named(key_id):
        context = {kind.context: getattr(made, kind.resource_id)}
        protection = at_rest.protect(call, key_id, context, made.arn, _OPERATIONS)
    made.kmsnb = rds_clock.Storage(protection, call.now)
    _tell(answer, "KmsKeyId", made.kms_key_id, protection.key)
    made.kms_key_id = protection.key
    for snapshot in getattr(made.backend, kind.snapshots).values():  # the first automated one
        if getattr(snapshot, kind.identifier) == made.resource_id:
            snapshot.kms_key_id = protection.key


def _tell_encryption_type(cluster: Any, now: datetime, answer: Answer) -> None:
    """DescribeDBClusters' StorageEncryptionType. For an AWS owned key, KMS isn't asked."""
    if cluster.storage_encrypted:
        how = "sse-kms"
    else:
        by_default = cluster.engine.startswith("aurora") and now >= _AURORA_ENCRYPTS_SINCE
        how = "sse-rds" if by_default else "none"
        answer.body = answer.body.replace(f"<KmsKeyId>{cluster.kms_key_id}</KmsKeyId>", "")
        cluster.kms_key_id = None  # moto has a word for it
    cluster.storage_encryption_type = how
    end = "</DBCluster>"
    answer.body = answer.body.replace(end, f"<StorageEncryptionType>{how}</StorageEncryptionType>{end}")


def _tell(answer: Answer, name: str, before: str, after: str) -> None:
    """Change what moto's answer says. Writing it anew would take as long as all that KMS does."""
    answer.body = answer.body.replace(f"<{name}>{before}</{name}>", f"<{name}>{after}</{name}>", 1)


def copy_snapshot(kind: Kind) -> Callable[[Call], Answer]:
    """Copy a snapshot: with ``KmsKeyId`` this encrypts it, or encrypts it under another key."""

    def copy_it(call: Call) -> Answer:
        backend = held_by(call)
        member = kind.snapshot_member
        source = kind.snapshot(backend, call.members.get(f"Source{member}Identifier", ""))
        asked = call.members.get("KmsKeyId")
        if source is not None and source.encrypted and source.region != call.region:
            _require_key_of_this_region(call)
        with all_or_nothing(backend):
            answer = call.proceed()
            made = kind.snapshot(backend, call.members[f"Target{member}Identifier"])
            context = {kind.context: getattr(getattr(made, kind.snapshot_of), kind.resource_id)}
            grants: list[tuple[Call, str, str]] = []
            try:
                if source.encrypted:
                    with _key_named(source.kms_key_id, "The source snapshot"):
                        there = call.in_region(source.region)
                        grants.append(_grant(there, _key_taken_over(made, source) or _DEFAULT, context))
                if asked:
                    with _key_named(asked):
                        grants.append(_grant(call, asked, context))
            finally:
                for there, grant, key in grants:
                    at_rest.give_up(there, key, grant, made.arn)
        if not grants:
            return answer
        made.encrypted = made.storage_encrypted = True
        made.kms_key_id = grants[-1][2]
        return call.respond({member: made})

    return copy_it


def _grant(call: Call, key_id: str, context: dict[str, str]) -> tuple[Call, str, str]:
    return call, *at_rest.give_grant(call, key_id, context, _OPERATIONS)


def share_snapshot(kind: Kind) -> Callable[[Call], Answer]:
    """Another account has no way to an AWS managed key, and the public has none to any key."""

    def share(call: Call) -> Answer:
        name = call.members.get(f"{kind.snapshot_member}Identifier", "")
        snapshot = kind.snapshot(held_by(call), name)
        added = call.members.get("ValuesToAdd") or []
        if snapshot is not None and snapshot.encrypted and added:
            if _is_aws_managed(call, _key_taken_over(snapshot, None) or _DEFAULT):
                raise Refusal(
                    kind.snapshot_wrong_state,
                    f"Snapshot {name} is encrypted with the AWS managed key for RDS and cannot be shared. "
                    "Copy it with a customer managed key, and share the copy.",
                )
            if "all" in added:
                raise Refusal(
                    kind.snapshot_wrong_state, f"Snapshot {name} is encrypted and cannot be made public."
                )
        return call.proceed()

    return share


def _is_aws_managed(call: Call, key_id: str) -> bool:
    try:
        key = backend_of(call.account, call.region).endpoint.region.find(key_id, across_accounts=True)
    except KmsError:
        return False
    return key.manager == AWS


def start(kind: Kind) -> Callable[[Call], Answer]:
    """Start a database, for which RDS needs its key. This is also the second half of getting it back."""

    def start_it(call: Call) -> Answer:
        found = _named(call, kind)
        storage = rds_clock.storage_of(found)
        if storage and found.status in ("stopped", rds_clock.RECOVERABLE):
            with _key_named(storage.protection.key):
                at_rest.use(call, storage.protection)
            storage.running_since = call.now
            found.status = "stopped"  # as moto expects
        answer = call.proceed()
        if storage and kind is CLUSTER:
            rds_clock.set_status(found, "available")
        return answer

    return start_it


def delete(kind: Kind) -> Callable[[Call], Answer]:
    """Delete a database; RDS retires its grant."""

    def delete_it(call: Call) -> Answer:
        storage = rds_clock.storage_of(_named(call, kind))
        answer = call.proceed()
        if storage:
            kept = storage.protection
            at_rest.give_up(call, kept.key, kept.grant, kept.arn)
        return answer

    return delete_it


def if_available(kind: Kind) -> Callable[[Call], Answer]:
    """What RDS can't do to a database whose key it has lost."""

    def do(call: Call) -> Answer:
        _require_available(kind, _named(call, kind))
        return call.proceed()

    return do


def _named(call: Call, kind: Kind) -> Any:
    """The instance or cluster that a request names; None if there is none."""
    return kind.find(held_by(call), call.members.get(f"{kind.member}Identifier", ""))


def _require_available(kind: Kind, found: Any) -> None:
    if found is not None and found.status in (rds_clock.RECOVERABLE, rds_clock.FINAL):
        name = "Instance" if kind is INSTANCE else "DbCluster"
        raise Refusal(kind.wrong_state, f"{name} {found.resource_id} is not in available state.")


def _require_key_of_this_region(call: Call) -> None:
    """Keys stay in their Region, so a copy in another one needs a key there."""
    if "KmsKeyId" not in call.members:
        raise _not_accessible("None")


def _source_of_replica(call: Call) -> Any:
    name = call.members.get("SourceDBInstanceIdentifier", "")
    there = named_by_arn(held_by(call), name)
    return INSTANCE.find(there, name.rpartition(":")[2]) if there else None


@contextmanager
def _key_named(key_id: str, whose: str = "") -> Iterator[None]:
    """RDS tells no difference between a key that is not there, not enabled or not allowed."""
    try:
        yield
    except KmsError:
        raise _not_accessible(key_id, whose) from None


def _not_accessible(key_id: str, whose: str = "") -> Refusal:
    which = f"{whose} KMS key" if whose else "Specified KMS key"
    return Refusal(
        "KMSKeyNotAccessibleFault",
        f"{which} [{key_id}] does not exist, is not enabled or you do not have permissions to access it.",
    )


def _up_to_date(function: Callable[[Call], Answer]) -> Callable[[Call], Answer]:
    """First find out which databases have lost their keys by now."""

    def ask(call: Call) -> Answer:
        rds_clock.settle(held_by(call), call.now)
        return function(call)

    return ask


def refusal(error: KmsError) -> Refusal:
    """KMS's refusal where no key could be named."""
    return Refusal("KMSKeyNotAccessibleFault", error.message)


_ASKS: dict[str, Callable[[Call], Answer]] = {
    "CreateDBInstance": create_instance,
    "RestoreDBInstanceFromDBSnapshot": create_instance,
    "RestoreDBInstanceToPointInTime": create_instance,
    "CreateDBInstanceReadReplica": create_read_replica,
    "CreateDBCluster": create_cluster,
    "RestoreDBClusterFromSnapshot": create_cluster,
    "RestoreDBClusterToPointInTime": create_cluster,
    "CopyDBSnapshot": copy_snapshot(INSTANCE),
    "CopyDBClusterSnapshot": copy_snapshot(CLUSTER),
    "ModifyDBSnapshotAttribute": share_snapshot(INSTANCE),
    "ModifyDBClusterSnapshotAttribute": share_snapshot(CLUSTER),
    "StartDBInstance": start(INSTANCE),
    "StartDBCluster": start(CLUSTER),
    "DeleteDBInstance": delete(INSTANCE),
    "DeleteDBCluster": delete(CLUSTER),
    **dict.fromkeys(("CreateDBSnapshot", "RebootDBInstance", "ModifyDBInstance"), if_available(INSTANCE)),
    **dict.fromkeys(
        ("CreateDBClusterSnapshot", "ModifyDBCluster", "FailoverDBCluster"), if_available(CLUSTER)
    ),
    **dict.fromkeys(
        ("DescribeDBInstances", "DescribeDBClusters", "StopDBInstance", "StopDBCluster"), Call.proceed
    ),
}
SERVICE = Service(
    "rds", "rds.amazonaws.com", {name: _up_to_date(function) for name, function in _ASKS.items()}, refusal
)
