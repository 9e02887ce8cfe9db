"""Exercise 13.c: move a database to another key."""

from collections.abc import Callable
from itertools import count
from typing import Any

from botocore.exceptions import ClientError

from kmsnb.lab import current

from ..examiner import ACCOUNT, examiner_kms
from ..model import Exercise, Mistake, attempted

NO_NAME = Mistake('Return the new database\'s name, `name + "-moved"`.')
NO_DATABASE = Mistake("There is no database of the name that you returned. Restore one under that name.")
OLD_KEY = Mistake(
    "The new database still has the old key. A restored database takes its snapshot's key, so give the *copy* of the "
    "snapshot the new one: `KmsKeyId` in `copy_db_snapshot`."
)
DELETED = Mistake("The old database is gone. Leave it to its owner to delete it.")
NOT_RESTORED = Mistake("The new database doesn't come from a snapshot of the old one, so it's empty.")
REFUSED = Mistake("RDS refused a request:")

_RESTORES = "rds:RestoreDBInstanceFromDBSnapshot"
_numbers = count(1)


def _examine(move: Callable[..., Any]) -> Mistake | None:
    kms, lab = examiner_kms(), current()
    rds = lab.user("examiner", account=ACCOUNT).client("rds")
    old, new = (kms.create_key()["KeyMetadata"]["Arn"] for _ in range(2))
    name = f"orders-{next(_numbers)}"  # what an earlier check left there is in nobody's way
    rds.create_db_instance(
        DBInstanceIdentifier=name,
        Engine="mysql",
        DBInstanceClass="db.t4g.micro",
        AllocatedStorage=24,
        MasterUsername="ada",
        MasterUserPassword="hunter2-hunter2",
        StorageEncrypted=True,
        KmsKeyId=old,
    )
    before = len(lab.journal)
    try:
        told = attempted(move(rds, name, new))
    except ClientError as error:
        return REFUSED.about(str(error))
    if told != f"{name}-moved":
        return NO_NAME
    databases = {each["DBInstanceIdentifier"]: each for each in rds.describe_db_instances()["DBInstances"]}
    if name not in databases:
        return DELETED
    if told not in databases:
        return NO_DATABASE
    moved = databases[told]
    if moved.get("KmsKeyId") == old:
        return OLD_KEY
    if not any(record.cause == _RESTORES for record in lab.journal.records[before:]):
        return NOT_RESTORED
    return None if moved.get("KmsKeyId") == new else OLD_KEY


MOVE = Exercise(
    answer_name="move",
    stub="""
def move(rds, name, key_id):
    return ...
""",
    examine=_examine,
    hints=(
        "Section 3 takes a snapshot and restores one. Between the two you need `copy_db_snapshot`.",
        "`copy_db_snapshot` takes SourceDBSnapshotIdentifier, TargetDBSnapshotIdentifier and KmsKeyId.",
        "Restore the copy, not the first snapshot: `restore_db_instance_from_db_snapshot` takes over the snapshot's key.",
    ),
    solution="""
def move(rds, name, key_id):
    first, copy, moved = name + "-before", name + "-copy", name + "-moved"
    rds.create_db_snapshot(DBInstanceIdentifier=name, DBSnapshotIdentifier=first)
    rds.copy_db_snapshot(
        SourceDBSnapshotIdentifier=first, TargetDBSnapshotIdentifier=copy, KmsKeyId=key_id
    )
    rds.restore_db_instance_from_db_snapshot(DBInstanceIdentifier=moved, DBSnapshotIdentifier=copy)
    return moved
""",
)
