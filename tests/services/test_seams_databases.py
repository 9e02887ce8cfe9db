"""The canary: moto's private seams that kmsnb.services stands on, each with words for the day it moves."""

from collections.abc import Iterator

import pytest
from moto import mock_aws
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.table import Backup
from moto.rds.models import rds_backends

ACCOUNT, REGION = "123456789012", "us-east-1"


@pytest.fixture
def mock() -> Iterator[None]:
    with mock_aws():
        yield


def test_rds_keeps_what_it_makes_in_these_containers(mock: None):
    backend = rds_backends[ACCOUNT][REGION]
    for name in ("databases", "database_snapshots", "clusters", "cluster_snapshots", "events"):
        assert len(getattr(backend, name)) == 0, (
            f"moto's RDSBackend has no {name} any more: Kind and all_or_nothing() in kmsnb/services/rds_objects.py "
            "find nothing, and a refused database stays."
        )
    assert hasattr(backend.secretsmanager, "secrets"), (
        "moto's Secrets Manager keeps secrets elsewhere: all_or_nothing() in kmsnb/services/rds_objects.py leaves the "
        "master user's secret of a refused database behind."
    )


def test_databases_have_these_attributes(mock: None):
    backend = rds_backends[ACCOUNT][REGION]
    master = {"master_username": "admin1", "master_user_password": "correct-horse"}
    database = backend.create_db_instance(
        {
            "db_instance_identifier": "one",
            "db_instance_class": "db.t3.micro",
            "engine": "postgres",
            "storage_encrypted": True,
            **master,
        }
    )
    cluster = backend.create_db_cluster(
        {"db_cluster_identifier": "two", "engine": "aurora-postgresql", **master}
    )
    told = "kmsnb/services/rds.py and rds_clock.py read and set it."
    for name in ("dbi_resource_id", "replicas", "is_replica", "multi_az", "db_cluster_identifier"):
        assert hasattr(database, name), f"moto's DBInstance has no {name} any more: {told}"
    for name in (
        "db_cluster_resource_id",
        "_members",
        "read_replica_identifiers",
        "replication_source_identifier",
        "global_cluster_identifier",
        "engine_mode",
    ):
        assert hasattr(cluster, name), f"moto's DBCluster has no {name} any more: {told}"
    for found in (database, cluster):
        for name in ("status", "kms_key_id", "storage_encrypted", "backup_retention_period", "region"):
            assert hasattr(found, name), f"moto's {type(found).__name__} has no {name} any more: {told}"
    other = backend.create_db_instance(
        {
            "db_instance_identifier": "three",
            "db_instance_class": "db.t3.micro",
            "engine": "postgres",
            **master,
        }
    )
    assert database.dbi_resource_id == other.dbi_resource_id, (
        "moto gives each database a DbiResourceId of its own now: _encrypt() in kmsnb/services/rds.py need not any more."
    )


def test_dynamodb_keeps_tables_and_backups_by_name_and_arn(mock: None):
    backend = dynamodb_backends[ACCOUNT][REGION]
    table = backend.create_table(
        "Books",
        schema=[{"AttributeName": "id", "KeyType": "HASH"}],
        throughput=None,
        attr=[{"AttributeName": "id", "AttributeType": "S"}],
        global_indexes=[],
        indexes=[],
        streams=None,
        billing_mode="PAY_PER_REQUEST",
        sse_specification=None,
        tags=[],
        deletion_protection_enabled=False,
        warm_throughput=None,
    )
    assert backend.tables == {"Books": table}, "moto keeps tables elsewhere: see kmsnb/services/dynamodb.py."
    table.sse_specification = {"Enabled": True, "KMSMasterKeyId": "a key"}
    assert table.describe()["TableDescription"]["SSEDescription"]["KMSMasterKeyArn"] == "a key", (
        "moto describes a table's encryption from elsewhere: see remember() in kmsnb/services/dynamodb_tables.py."
    )
    backup = Backup(ACCOUNT, REGION, "books-1", table, type_="SYSTEM")
    backend.backups[backup.arn] = backup
    assert backend.list_backups("Books") == [backup], (
        "moto keeps backups elsewhere: see _backup() in kmsnb/services/dynamodb_clock.py."
    )
