"""RDS and Aurora ask KMS: creating, copying, restoring, sharing, and losing the key by the clock."""

import json
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

import kmsnb

from .conftest import asked, grants, make_key, names_of, refused, unusable_key
from .roles import allowing, deny, may

LOST, GONE = "inaccessible-encryption-credentials-recoverable", "inaccessible-encryption-credentials"
MASTER = {"MasterUsername": "admin1", "MasterUserPassword": "correct-horse"}
SERVICE = "rds.us-east-1.amazonaws.com"
pytestmark = pytest.mark.usefixtures("few_images")  # moto's RDS stands on its EC2


@pytest.fixture
def rds(lab: kmsnb.Lab) -> Any:
    return boto3.client("rds")


def create(rds: Any, name: str = "books", key: str | None = None, **more: Any) -> Any:
    """A new instance, encrypted if ``key`` is given; ``aws/rds`` is the key for an empty one."""
    if key is not None:
        more = {"StorageEncrypted": True} | ({"KmsKeyId": key} if key else {}) | more
    return rds.create_db_instance(
        DBInstanceIdentifier=name,
        Engine="postgres",
        DBInstanceClass="db.t3.micro",
        AllocatedStorage=20,
        **MASTER,
        **more,
    )["DBInstance"]


def create_cluster(rds: Any, name: str = "books", **more: Any) -> Any:
    return rds.create_db_cluster(DBClusterIdentifier=name, Engine="aurora-postgresql", **MASTER, **more)[
        "DBCluster"
    ]


def status(rds: Any, name: str = "books") -> str:
    return rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]["DBInstanceStatus"]


def cluster_status(rds: Any, name: str = "books") -> str:
    return rds.describe_db_clusters(DBClusterIdentifier=name)["DBClusters"][0]["Status"]


def not_accessible(key: str, which: str = "Specified") -> Any:
    return pytest.raises(
        ClientError,
        match=rf"KMSKeyNotAccessibleFault.*: {which} KMS key \[{key}\] does not exist, is not enabled or you do not have",
    )


# Creating


@pytest.mark.parametrize("name", ["id", "arn", "alias", "alias ARN", "none"])
def test_a_key_by_each_of_its_names(lab: kmsnb.Lab, rds: Any, key: str, name: str):
    made = create(rds, key=names_of(key)[name])
    if name == "none":
        key = boto3.client("kms").describe_key(KeyId="alias/aws/rds")["KeyMetadata"]["Arn"]
    shown = rds.describe_db_instances()["DBInstances"][0]
    assert made["KmsKeyId"] == shown["KmsKeyId"] == key
    assert made["DbiResourceId"] == shown["DbiResourceId"]
    (automated,) = rds.describe_db_snapshots()["DBSnapshots"]
    assert (automated["KmsKeyId"], automated["Encrypted"]) == (key, True)


def test_the_creator_s_permission_makes_a_grant_and_the_service_uses_it(lab: kmsnb.Lab, rds: Any, key: str):
    made = create(rds, key=key)
    context = {"aws:rds:db-id": made["DbiResourceId"]}
    described, granted, generated = asked(lab)
    assert [each.cause for each in asked(lab)] == ["rds:CreateDBInstance"] * 3
    assert (described.name, described.who) == ("DescribeKey", "user/student via rds.amazonaws.com")
    assert (granted.name, granted.who) == ("CreateGrant", "user/student via rds.amazonaws.com")
    assert (generated.name, generated.who) == ("GenerateDataKeyWithoutPlaintext", SERVICE)
    assert generated.encryption_context == context
    (grant,) = grants(lab, key)
    assert granted.response
    assert granted.response["GrantId"] == grant["GrantId"]
    assert grant["GranteePrincipal"] == grant["RetiringPrincipal"] == SERVICE
    assert grant["Constraints"] == {"EncryptionContextSubset": context}
    explained = lab.explain(lab.service(SERVICE), "kms:Decrypt", key, encryption_context=context)
    assert explained.allowed
    assert grant["GrantId"] in explained.sentence
    assert not lab.explain(lab.service(SERVICE), "kms:Decrypt", key).allowed


def test_two_databases_have_two_ids(rds: Any, key: str):
    assert create(rds, "one", key)["DbiResourceId"] != create(rds, "two", key)["DbiResourceId"]


def test_without_encryption_nobody_is_asked(lab: kmsnb.Lab, rds: Any):
    assert create(rds)["StorageEncrypted"] is False
    assert asked(lab) == []


@pytest.mark.parametrize("more", [{}, {"StorageEncrypted": False}])
def test_a_key_without_encryption_is_refused(lab: kmsnb.Lab, rds: Any, key: str, more: dict[str, bool]):
    with refused(
        "InvalidParameterCombination",
        "You must enable StorageEncrypted when you specify KmsKeyId for DB engine postgres",
        400,
    ):
        create(rds, KmsKeyId=key, **more)
    assert asked(lab) == []
    assert rds.describe_db_instances()["DBInstances"] == []


@pytest.mark.parametrize("missing", ["kms:DescribeKey", "kms:CreateGrant"])
def test_a_creator_needs_two_permissions(lab: kmsnb.Lab, key: str, missing: str):
    uma = may(lab, "Uma", {"rds:*", "kms:DescribeKey", "kms:CreateGrant"} - {missing})
    rds = uma.client("rds")
    with not_accessible(key):
        create(rds, key=key)
    assert rds.describe_db_instances()["DBInstances"] == []
    assert rds.describe_db_snapshots()["DBSnapshots"] == []
    assert rds.describe_events(SourceType="db-instance")["Events"] == []
    refusal = asked(lab)[-1]
    assert (refusal.name, refusal.error_code) == (missing.removeprefix("kms:"), "AccessDenied")
    assert grants(lab, key) == []


def test_a_creator_needs_no_other_permission(lab: kmsnb.Lab, key: str):
    rds = may(lab, "Uma", {"rds:*", "kms:DescribeKey", "kms:CreateGrant"}).client("rds")
    assert create(rds, key=key)["KmsKeyId"] == key


def test_via_rds_only_is_enough(lab: kmsnb.Lab, key: str):
    condition = {
        "StringEquals": {"kms:ViaService": SERVICE},
        "Bool": {"kms:GrantIsForAWSResource": "true"},
    }
    uma = may(lab, "Uma", {"rds:*", "kms:DescribeKey"})
    deny(lab, "Uma", "kms:CreateGrant", allow=condition)
    assert create(uma.client("rds"), key=key)["KmsKeyId"] == key
    with pytest.raises(ClientError, match="AccessDenied"):
        uma.client("kms").create_grant(KeyId=key, GranteePrincipal=SERVICE, Operations=["Decrypt"])


def test_later_the_creator_does_not_matter(lab: kmsnb.Lab, rds: Any, key: str):
    uma = may(lab, "Uma", {"rds:*", "kms:DescribeKey", "kms:CreateGrant"})
    create(uma.client("rds"), key=key)
    deny(lab, "Uma", "kms:*")
    lab.clock.advance(days=30)
    assert status(rds) == "available"
    rds.stop_db_instance(DBInstanceIdentifier="books")
    rds.start_db_instance(DBInstanceIdentifier="books")
    decrypted = asked(lab)[-1]
    assert (decrypted.name, decrypted.who, decrypted.error_code) == ("Decrypt", SERVICE, None)


SPOILED = [
    "disabled",
    "pending deletion",
    "pending import",
    "no such key",
    "no such alias",
    "another Region",
    "another account",
    "another service's",
    "RSA",
    "ECC",
    "HMAC",
]


@pytest.mark.parametrize("how", SPOILED)
def test_a_key_that_cannot_be_used(lab: kmsnb.Lab, rds: Any, how: str):
    key = unusable_key(lab, how)
    with not_accessible(key):
        create(rds, key=key)
    assert rds.describe_db_instances()["DBInstances"] == []
    with not_accessible(key):
        create_cluster(rds, StorageEncrypted=True, KmsKeyId=key)
    assert rds.describe_db_clusters()["DBClusters"] == []
    assert rds.describe_db_cluster_snapshots()["DBClusterSnapshots"] == []


def test_a_refused_database_leaves_no_secret(lab: kmsnb.Lab, rds: Any):
    with not_accessible("alias/none"):
        rds.create_db_instance(
            DBInstanceIdentifier="books",
            Engine="postgres",
            DBInstanceClass="db.t3.micro",
            MasterUsername="admin1",
            ManageMasterUserPassword=True,
            StorageEncrypted=True,
            KmsKeyId="alias/none",
        )
    assert boto3.client("secretsmanager").list_secrets()["SecretList"] == []


def test_moto_refuses_first(lab: kmsnb.Lab, rds: Any, key: str):
    create(rds)
    with pytest.raises(ClientError, match="DBInstanceAlreadyExists"):
        create(rds, key=key)
    assert asked(lab) == []


def test_a_key_of_another_account_that_allows_it(lab: kmsnb.Lab, rds: Any):
    other = may(lab, "Olga", ["kms:*"], "210987654321").client("kms")
    key = other.create_key()["KeyMetadata"]["Arn"]
    ours = {"AWS": "arn:aws:iam::123456789012:root"}
    other.put_key_policy(KeyId=key, Policy=allowing(key, ours))
    assert create(rds, key=key)["KmsKeyId"] == key
    other.disable_key(KeyId=key)
    lab.clock.advance(hours=2)
    assert status(rds) == LOST


def test_deleting_retires_the_grant(lab: kmsnb.Lab, rds: Any, key: str):
    create(rds, key=key)
    rds.delete_db_instance(DBInstanceIdentifier="books", SkipFinalSnapshot=True)
    assert grants(lab, key) == []
    retired = asked(lab)[-1]
    assert (retired.name, retired.who) == ("RetireGrant", SERVICE)


# Aurora


def test_a_cluster_has_a_context_of_its_own(lab: kmsnb.Lab, rds: Any, key: str):
    made = create_cluster(rds, StorageEncrypted=True, KmsKeyId=key)
    assert (made["KmsKeyId"], made["StorageEncryptionType"]) == (key, "sse-kms")
    context = {"aws:rds:dbc-id": made["DbClusterResourceId"]}
    assert asked(lab)[-1].encryption_context == context
    before = len(lab.journal)
    rds.create_db_instance(
        DBInstanceIdentifier="one",
        DBClusterIdentifier="books",
        Engine="aurora-postgresql",
        DBInstanceClass="db.t3.medium",
    )
    assert asked(lab, before) == []  # its cluster's storage
    rds.delete_db_instance(DBInstanceIdentifier="one", SkipFinalSnapshot=True)
    rds.delete_db_cluster(DBClusterIdentifier="books", SkipFinalSnapshot=True)
    assert grants(lab, key) == []


@pytest.mark.parametrize("more", [{}, {"StorageEncrypted": False}])
def test_aurora_encrypts_by_default_with_a_key_that_aws_owns(lab: kmsnb.Lab, rds: Any, more: Any):
    made = create_cluster(rds, **more)
    (shown,) = rds.describe_db_clusters()["DBClusters"]
    assert made["StorageEncryptionType"] == shown["StorageEncryptionType"] == "sse-rds"
    assert made["StorageEncrypted"] is shown["StorageEncrypted"] is False
    assert "KmsKeyId" not in made
    assert asked(lab) == []


def test_other_clusters_are_not_encrypted_by_default(rds: Any):
    made = rds.create_db_cluster(DBClusterIdentifier="books", Engine="postgres", **MASTER)["DBCluster"]
    assert (made["StorageEncryptionType"], made["StorageEncrypted"]) == ("none", False)


def test_before_february_2026_aurora_did_not_encrypt_by_default():
    from moto import mock_aws

    from kmsnb import kms, services
    from kmsnb.kms.core.clock import ManualClock

    clock = ManualClock(datetime(2026, 2, 17, tzinfo=UTC))
    names = {"aws_access_key_id": "made", "aws_secret_access_key": "up", "region_name": "us-east-1"}
    with kms.installed(clock=clock), services.installed(), mock_aws():
        made = create_cluster(boto3.client("rds", **names))
    assert made["StorageEncryptionType"] == "none"


# Snapshots


def snapshot(rds: Any, name: str = "books-1", of: str = "books") -> Any:
    return rds.create_db_snapshot(DBInstanceIdentifier=of, DBSnapshotIdentifier=name)["DBSnapshot"]


def copy(rds: Any, source: str = "books-1", target: str = "books-2", **more: Any) -> Any:
    return rds.copy_db_snapshot(SourceDBSnapshotIdentifier=source, TargetDBSnapshotIdentifier=target, **more)[
        "DBSnapshot"
    ]


def restore(rds: Any, source: str = "books-2", name: str = "books-again") -> Any:
    return rds.restore_db_instance_from_db_snapshot(DBInstanceIdentifier=name, DBSnapshotIdentifier=source)[
        "DBInstance"
    ]


def test_a_snapshot_takes_the_database_s_key(lab: kmsnb.Lab, rds: Any, key: str):
    create(rds, key=key)
    before = len(lab.journal)
    assert snapshot(rds)["KmsKeyId"] == key
    assert asked(lab, before) == []


def test_copying_is_how_to_encrypt(lab: kmsnb.Lab, rds: Any, key: str):
    create(rds)
    assert snapshot(rds)["Encrypted"] is False
    made = copy(rds, KmsKeyId=key)
    assert (made["Encrypted"], made["KmsKeyId"]) == (True, key)
    assert [each.name for each in asked(lab)] == ["DescribeKey", "CreateGrant", "RetireGrant"]
    again = restore(rds)
    assert (again["StorageEncrypted"], again["KmsKeyId"]) == (True, key)


def test_copying_is_how_to_change_the_key(lab: kmsnb.Lab, rds: Any, key: str):
    new = make_key(lab)
    create(rds, key=key)
    snapshot(rds)
    before = len(lab.journal)
    assert copy(rds, KmsKeyId=new)["KmsKeyId"] == new
    who = "user/student via rds.amazonaws.com"
    assert [(each.name, each.who, each.resources) for each in asked(lab, before)] == [
        ("DescribeKey", who, (key,)),
        ("CreateGrant", who, (key,)),
        ("DescribeKey", who, (new,)),
        ("CreateGrant", who, (new,)),
        ("RetireGrant", SERVICE, (key,)),
        ("RetireGrant", SERVICE, (new,)),
    ]
    assert copy(rds, "books-2", "books-3")["KmsKeyId"] == new
    assert restore(rds, "books-3")["KmsKeyId"] == new
    assert grants(lab, new)[0]["Constraints"]["EncryptionContextSubset"].keys() == {"aws:rds:db-id"}
    boto3.client("kms").disable_key(KeyId=key)
    lab.clock.advance(hours=2)
    assert (status(rds), status(rds, "books-again")) == (LOST, "available")


def test_copying_needs_both_keys(lab: kmsnb.Lab, rds: Any, key: str):
    new = make_key(lab)
    kms = boto3.client("kms")
    create(rds, key=key)
    snapshot(rds)
    kms.disable_key(KeyId=key)
    with not_accessible(key, "The source snapshot"):
        copy(rds, KmsKeyId=new)
    kms.enable_key(KeyId=key)
    kms.schedule_key_deletion(KeyId=new)
    with not_accessible(new):
        copy(rds, KmsKeyId=new)
    names = [each["DBSnapshotIdentifier"] for each in rds.describe_db_snapshots()["DBSnapshots"]]
    assert "books-2" not in names
    assert len(grants(lab, key)) == 1  # the database's own


@pytest.mark.parametrize("action", ["kms:DescribeKey", "kms:CreateGrant"])
def test_copying_needs_permission_on_the_source_s_key(lab: kmsnb.Lab, rds: Any, key: str, action: str):
    create(rds, key=key)
    snapshot(rds)
    uma = may(lab, "Uma", {"rds:*", "kms:*"})
    deny(lab, "Uma", action, key)
    with not_accessible(key, "The source snapshot"):
        copy(uma.client("rds"), KmsKeyId=make_key(lab))


def test_another_region_needs_a_key_there(lab: kmsnb.Lab, rds: Any, key: str):
    there = boto3.client("rds", region_name="eu-west-1")
    remote = boto3.client("kms", region_name="eu-west-1").create_key()["KeyMetadata"]["Arn"]
    create(rds, key=key)
    source = snapshot(rds)["DBSnapshotArn"]
    for more, named in (({}, "None"), ({"KmsKeyId": key}, key)):
        with not_accessible(named):
            copy(there, source, SourceRegion="us-east-1", **more)
    before = len(lab.journal)
    made = copy(there, source, SourceRegion="us-east-1", KmsKeyId=remote)
    assert made["KmsKeyId"] == remote
    regions = [(each.name, each.region) for each in asked(lab, before)]
    assert regions[:2] == [("DescribeKey", "us-east-1"), ("CreateGrant", "us-east-1")]
    assert regions[2:4] == [("DescribeKey", "eu-west-1"), ("CreateGrant", "eu-west-1")]
    assert grants(lab, key)[0]["GranteePrincipal"] == SERVICE  # the database's; that for copying is gone
    assert len(grants(lab, key)) == 1


def test_restoring_needs_the_snapshot_s_key(lab: kmsnb.Lab, rds: Any, key: str):
    create(rds, key=key)
    snapshot(rds)
    uma = may(lab, "Uma", {"rds:*"}).client("rds")
    with not_accessible(key):
        restore(uma, "books-1")
    boto3.client("kms").disable_key(KeyId=key)
    with not_accessible(key):
        restore(rds, "books-1")
    with not_accessible(key):
        rds.restore_db_instance_to_point_in_time(
            SourceDBInstanceIdentifier="books",
            TargetDBInstanceIdentifier="books-again",
            UseLatestRestorableTime=True,
        )
    assert [each["DBInstanceIdentifier"] for each in rds.describe_db_instances()["DBInstances"]] == ["books"]


def test_a_point_in_time_restore_keeps_the_key_and_has_a_grant_of_its_own(lab: kmsnb.Lab, rds: Any, key: str):
    first = create(rds, key=key)
    again = rds.restore_db_instance_to_point_in_time(
        SourceDBInstanceIdentifier="books",
        TargetDBInstanceIdentifier="books-again",
        UseLatestRestorableTime=True,
    )["DBInstance"]
    assert again["KmsKeyId"] == key
    contexts = [each["Constraints"]["EncryptionContextSubset"]["aws:rds:db-id"] for each in grants(lab, key)]
    assert contexts == [first["DbiResourceId"], again["DbiResourceId"]]


def test_a_cluster_s_snapshot_is_restored_with_its_key_or_another(lab: kmsnb.Lab, rds: Any, key: str):
    new = make_key(lab)
    create_cluster(rds, StorageEncrypted=True, KmsKeyId=key)
    create_cluster(rds, "plain")
    for of in ("books", "plain"):
        rds.create_db_cluster_snapshot(DBClusterIdentifier=of, DBClusterSnapshotIdentifier=f"{of}-1")

    def restored(of: str, name: str, **more: Any) -> Any:
        made = rds.restore_db_cluster_from_snapshot(
            DBClusterIdentifier=name,
            SnapshotIdentifier=f"{of}-1",
            Engine="aurora-postgresql",
            **more,
        )["DBCluster"]
        return made.get("KmsKeyId"), made["StorageEncrypted"], made["StorageEncryptionType"]

    assert restored("books", "one") == (key, True, "sse-kms")
    assert restored("books", "two", KmsKeyId=new) == (new, True, "sse-kms")
    assert restored("plain", "three") == (None, False, "sse-rds")
    assert restored("plain", "four", KmsKeyId=new) == (new, True, "sse-kms")
    copied = rds.copy_db_cluster_snapshot(
        SourceDBClusterSnapshotIdentifier="books-1",
        TargetDBClusterSnapshotIdentifier="books-2",
        KmsKeyId=new,
    )["DBClusterSnapshot"]
    assert (copied["KmsKeyId"], copied["StorageEncrypted"]) == (new, True)


def test_sharing(rds: Any, key: str):
    create(rds, "ours", "")
    create(rds, "theirs", key)
    create(rds, "plain")
    for name in ("ours", "theirs", "plain"):
        snapshot(rds, f"{name}-1", name)

    def share(name: str, account: str) -> None:
        rds.modify_db_snapshot_attribute(
            DBSnapshotIdentifier=f"{name}-1", AttributeName="restore", ValuesToAdd=[account]
        )

    share("theirs", "210987654321")
    share("plain", "all")
    with pytest.raises(ClientError, match=r"InvalidDBSnapshotState.*AWS managed key.*Copy it with"):
        share("ours", "210987654321")
    with pytest.raises(ClientError, match=r"InvalidDBSnapshotState.*cannot be made public"):
        share("theirs", "all")


def test_sharing_a_cluster_s_snapshot(rds: Any):
    create_cluster(rds, StorageEncrypted=True)
    rds.create_db_cluster_snapshot(DBClusterIdentifier="books", DBClusterSnapshotIdentifier="books-1")
    with pytest.raises(ClientError, match="InvalidDBClusterSnapshotStateFault"):
        rds.modify_db_cluster_snapshot_attribute(
            DBClusterSnapshotIdentifier="books-1", AttributeName="restore", ValuesToAdd=["210987654321"]
        )


# Read replicas


def replicate(rds: Any, source: str, **more: Any) -> Any:
    return rds.create_db_instance_read_replica(
        DBInstanceIdentifier="replica", SourceDBInstanceIdentifier=source, **more
    )["DBInstance"]


def test_a_replica_has_its_source_s_key_and_a_grant_of_its_own(lab: kmsnb.Lab, rds: Any, key: str):
    source = create(rds, key=key)
    replica = replicate(rds, "books")
    assert (replica["KmsKeyId"], replica["StorageEncrypted"]) == (key, True)
    assert replica["DbiResourceId"] != source["DbiResourceId"]
    assert len(grants(lab, key)) == 2


def test_a_refused_replica_leaves_no_trace(lab: kmsnb.Lab, rds: Any, key: str):
    create(rds, key=key)
    boto3.client("kms").disable_key(KeyId=key)
    with not_accessible(key):
        replicate(rds, "books")
    (source,) = rds.describe_db_instances()["DBInstances"]
    assert source["ReadReplicaDBInstanceIdentifiers"] == []


def test_a_replica_in_another_region_needs_a_key_there(lab: kmsnb.Lab, rds: Any, key: str):
    there = boto3.client("rds", region_name="eu-west-1")
    remote = boto3.client("kms", region_name="eu-west-1").create_key()["KeyMetadata"]["Arn"]
    source = create(rds, key=key)["DBInstanceArn"]
    with not_accessible("None"):
        replicate(there, source)
    assert replicate(there, source, KmsKeyId=remote)["KmsKeyId"] == remote
    boto3.client("kms").disable_key(KeyId=key)
    lab.clock.advance(hours=2)
    assert status(there, "replica") == "available"


# By the clock


def lose(lab: kmsnb.Lab, key: str, how: str) -> None:
    """Take the key, or the grant to use it, from RDS."""
    kms = boto3.client("kms")
    if how == "disabled":
        kms.disable_key(KeyId=key)
    elif how == "pending deletion":
        kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    else:
        for grant in kms.list_grants(KeyId=key)["Grants"]:
            kms.revoke_grant(KeyId=key, GrantId=grant["GrantId"])


@pytest.mark.parametrize("how", ["disabled", "pending deletion", "grant revoked"])
def test_two_hours_then_seven_days(lab: kmsnb.Lab, rds: Any, key: str, how: str):
    create(rds, key=key)
    lose(lab, key, how)
    lab.clock.advance(minutes=119)
    assert status(rds) == "available"
    lab.clock.advance(minutes=2)
    assert status(rds) == LOST
    lab.clock.advance(days=6, hours=23)
    assert status(rds) == LOST
    lab.clock.advance(hours=1)
    assert status(rds) == GONE
    with pytest.raises(ClientError, match="InvalidDBInstanceState"):
        rds.start_db_instance(DBInstanceIdentifier="books")


def test_nobody_has_to_look_meanwhile(lab: kmsnb.Lab, rds: Any, key: str):
    create(rds, key=key)
    lose(lab, key, "pending deletion")
    lab.clock.advance(days=60)  # the key itself is gone
    assert status(rds) == GONE


def test_enabling_and_starting_brings_it_back(lab: kmsnb.Lab, rds: Any, key: str):
    kms = boto3.client("kms")
    create(rds, key=key)
    lose(lab, key, "disabled")
    lab.clock.advance(days=3)
    with not_accessible(key):
        rds.start_db_instance(DBInstanceIdentifier="books")
    assert asked(lab)[-1].error_code == "DisabledException"
    kms.enable_key(KeyId=key)
    lab.clock.advance(days=1)
    assert status(rds) == LOST
    assert (
        rds.start_db_instance(DBInstanceIdentifier="books")["DBInstance"]["DBInstanceStatus"] == "available"
    )
    lab.clock.advance(days=30)
    assert status(rds) == "available"
    lose(lab, key, "disabled")  # once more, and the time runs anew
    lab.clock.advance(days=3)
    assert status(rds) == LOST


def test_enabling_alone_does_not_help(lab: kmsnb.Lab, rds: Any, key: str):
    create(rds, key=key)
    lose(lab, key, "disabled")
    lab.clock.advance(hours=3)
    boto3.client("kms").enable_key(KeyId=key)
    lab.clock.advance(days=7)
    assert status(rds) == GONE
    assert restore_from_automated(rds)["DBInstanceStatus"] == "available"


def restore_from_automated(rds: Any) -> Any:
    (backup,) = rds.describe_db_snapshots(SnapshotType="automated")["DBSnapshots"]
    return restore(rds, backup["DBSnapshotIdentifier"])


def test_a_short_outage_is_not_noticed(lab: kmsnb.Lab, rds: Any, key: str):
    create(rds, key=key)
    lose(lab, key, "disabled")
    lab.clock.advance(hours=1)
    boto3.client("kms").enable_key(KeyId=key)
    lab.clock.advance(days=10)
    assert status(rds) == "available"


def test_a_grant_that_was_revoked_does_not_come_back(lab: kmsnb.Lab, rds: Any, key: str):
    create(rds, key=key)
    lose(lab, key, "grant revoked")
    lab.clock.advance(hours=3)
    with not_accessible(key):
        rds.start_db_instance(DBInstanceIdentifier="books")


@pytest.mark.parametrize("again", [True, False])
def test_a_key_that_is_disabled_after_its_grant_was_revoked_changes_nothing(
    lab: kmsnb.Lab, rds: Any, key: str, again: bool
):
    create(rds, key=key)
    lose(lab, key, "grant revoked")
    lab.clock.advance(days=5)
    lose(lab, key, "disabled")
    if again:
        lab.clock.advance(days=1)
        boto3.client("kms").enable_key(KeyId=key)
    lab.clock.advance(days=2, hours=3)
    assert status(rds) == GONE


def test_a_lost_database_cannot_be_changed(lab: kmsnb.Lab, rds: Any, key: str):
    create(rds, key=key)
    lose(lab, key, "disabled")
    lab.clock.advance(hours=2)
    name = {"DBInstanceIdentifier": "books"}
    for attempt in (
        lambda: snapshot(rds),
        lambda: rds.reboot_db_instance(**name),
        lambda: rds.modify_db_instance(**name, AllocatedStorage=40),
        lambda: rds.stop_db_instance(**name),
        lambda: replicate(rds, "books"),
    ):
        with pytest.raises(ClientError, match="InvalidDBInstanceState"):
            attempt()
    rds.delete_db_instance(**name, SkipFinalSnapshot=True)


def test_without_backups_it_stays_available(lab: kmsnb.Lab, rds: Any, key: str):
    create(rds, key=key, BackupRetentionPeriod=0)
    lose(lab, key, "disabled")
    lab.clock.advance(days=8)
    assert status(rds) == "available"


def test_a_database_that_cannot_be_stopped_is_lost_at_once(lab: kmsnb.Lab, rds: Any, key: str):
    create(rds, key=key)
    replicate(rds, "books")
    lose(lab, key, "disabled")
    lab.clock.advance(hours=2)
    assert (status(rds), status(rds, "replica")) == (GONE, GONE)


def test_a_cluster_and_its_instances(lab: kmsnb.Lab, rds: Any, key: str):
    create_cluster(rds, StorageEncrypted=True, KmsKeyId=key)
    rds.create_db_instance(
        DBInstanceIdentifier="one",
        DBClusterIdentifier="books",
        Engine="aurora-postgresql",
        DBInstanceClass="db.t3.medium",
    )
    lose(lab, key, "disabled")
    lab.clock.advance(hours=2)
    assert (cluster_status(rds), status(rds, "one")) == (LOST, LOST)
    with pytest.raises(ClientError, match="InvalidDBClusterStateFault"):
        rds.create_db_cluster_snapshot(DBClusterIdentifier="books", DBClusterSnapshotIdentifier="books-1")
    with not_accessible(key):
        rds.start_db_cluster(DBClusterIdentifier="books")
    boto3.client("kms").enable_key(KeyId=key)
    rds.start_db_cluster(DBClusterIdentifier="books")
    assert (cluster_status(rds), status(rds, "one")) == ("available", "available")


def test_a_global_cluster_is_lost_at_once(lab: kmsnb.Lab, rds: Any, key: str):
    rds.create_global_cluster(GlobalClusterIdentifier="world", Engine="aurora-postgresql")
    create_cluster(rds, StorageEncrypted=True, KmsKeyId=key, GlobalClusterIdentifier="world")
    lose(lab, key, "disabled")
    lab.clock.advance(hours=2)
    assert cluster_status(rds) == GONE


def test_an_owned_key_cannot_be_lost(lab: kmsnb.Lab, rds: Any):
    create_cluster(rds)
    lab.clock.advance(days=30)
    assert cluster_status(rds) == "available"


@pytest.mark.parametrize("name", ["id", "alias"])
def test_a_database_that_moto_s_cloudformation_made_can_be_copied(
    lab: kmsnb.Lab, rds: Any, key: str, name: str
):
    """Its request did not come by here, so moto has the key's name as the template has it."""
    boto3.client("kms").create_alias(AliasName="alias/books", TargetKeyId=key)
    database = {
        "Type": "AWS::RDS::DBInstance",
        "Properties": {
            "DBInstanceIdentifier": "books",
            "Engine": "postgres",
            "DBInstanceClass": "db.t3.micro",
            "AllocatedStorage": "20",
            "MasterUsername": "admin1",
            "MasterUserPassword": "correct-horse",
            "StorageEncrypted": True,
            "KmsKeyId": key.rpartition("/")[2] if name == "id" else "alias/books",
        },
    }
    template = json.dumps({"Resources": {"Books": database}})
    boto3.client("cloudformation").create_stack(StackName="books", TemplateBody=template)
    snapshot(rds)
    rds.modify_db_snapshot_attribute(
        DBSnapshotIdentifier="books-1", AttributeName="restore", ValuesToAdd=["210987654321"]
    )
    assert asked(lab) == []
    assert copy(rds)["KmsKeyId"] == key
    assert restore(rds)["KmsKeyId"] == key


@pytest.mark.parametrize("operation", ["start", "stop", "delete", "copy", "share"])
def test_what_is_not_there_is_moto_s_to_refuse(rds: Any, operation: str):
    name = {"DBInstanceIdentifier": "none"}
    requests = {
        "start": lambda: rds.start_db_instance(**name),
        "stop": lambda: rds.stop_db_instance(**name),
        "delete": lambda: rds.delete_db_instance(**name, SkipFinalSnapshot=True),
        "copy": lambda: copy(rds, "none"),
        "share": lambda: rds.modify_db_snapshot_attribute(
            DBSnapshotIdentifier="none", AttributeName="restore", ValuesToAdd=["210987654321"]
        ),
    }
    with pytest.raises(ClientError, match="NotFound"):
        requests[operation]()
