"""Snapshots and AMIs for another account: what may be shared, and what the other account needs."""

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

import kmsnb

from .conftest import asked, asks, grants, make_key, put_out_of_reach, refused
from .ec2 import ENOUGH, ZONE, exists, launch, managed_key, snapshot, state, volume
from .roles import allowing, may

pytestmark = pytest.mark.usefixtures("few_images")

THEIRS = "210987654321"
GENERATE = "GenerateDataKeyWithoutPlaintext"


@pytest.fixture
def ec2(lab: kmsnb.Lab) -> Any:
    return boto3.client("ec2")


@pytest.fixture
def key(lab: kmsnb.Lab) -> str:
    """A key that the other account may use, too."""
    key = make_key(lab)
    policy = allowing(key, {"AWS": f"arn:aws:iam::{THEIRS}:root"})
    boto3.client("kms").put_key_policy(KeyId=key, PolicyName="default", Policy=policy)
    return key


def share(ec2: Any, snapshot_id: str, operation: str = "add", form: str = "list", **more: Any) -> None:
    """Share a snapshot with the other account, or stop sharing it, in one of the two forms of the request."""
    if form == "list":
        changes: dict[str, Any] = {"OperationType": operation, "UserIds": [THEIRS]}
    else:
        changes = {"CreateVolumePermission": {operation.title(): [{"UserId": THEIRS}]}}
    ec2.modify_snapshot_attribute(
        SnapshotId=snapshot_id, Attribute="createVolumePermission", **changes, **more
    )


@pytest.mark.parametrize("form", ["list", "structure"])
def test_sharing_and_no_longer(lab: kmsnb.Lab, ec2: Any, key: str, form: str):
    one, olga = snapshot(ec2, key), may(lab, "Olga", ENOUGH, THEIRS).client("ec2")
    with pytest.raises(ClientError, match=r"InvalidSnapshot\.NotFound"):
        olga.describe_snapshots(SnapshotIds=[one])
    before = len(lab.journal.records)
    share(ec2, one, form=form)
    assert asked(lab, before) == [], "sharing asks nothing"
    permissions = ec2.describe_snapshot_attribute(SnapshotId=one, Attribute="createVolumePermission")
    assert [each["UserId"] for each in permissions["CreateVolumePermissions"]] == [THEIRS]
    (shown,) = olga.describe_snapshots(SnapshotIds=[one])["Snapshots"]
    assert (shown["OwnerId"], shown["KmsKeyId"]) == ("123456789012", key)
    share(ec2, one, "remove", form)
    with pytest.raises(ClientError, match=r"InvalidSnapshot\.NotFound"):
        olga.describe_snapshots(SnapshotIds=[one])


def test_a_deleted_snapshot_is_shared_no_more(lab: kmsnb.Lab, ec2: Any, key: str):
    one, olga = snapshot(ec2, key), may(lab, "Olga", ENOUGH, THEIRS).client("ec2")
    share(ec2, one)
    ec2.delete_snapshot(SnapshotId=one)
    assert one not in [each["SnapshotId"] for each in olga.describe_snapshots()["Snapshots"]]


def test_only_its_owner_shares_and_deletes_a_snapshot(lab: kmsnb.Lab, ec2: Any, key: str):
    one, olga = snapshot(ec2, key), may(lab, "Olga", ENOUGH, THEIRS).client("ec2")
    share(ec2, one)
    with refused("AuthFailure", status=403):
        share(olga, one)
    with refused("AuthFailure", status=403):
        olga.delete_snapshot(SnapshotId=one)
    assert olga.describe_snapshots(SnapshotIds=[one])["Snapshots"]


def test_never_under_the_managed_key(lab: kmsnb.Lab, ec2: Any):
    one = snapshot(ec2, "")
    with refused("OperationNotPermitted", "Encrypted snapshots with EBS default key cannot be shared", 400):
        share(ec2, one)
    olga = may(lab, "Olga", ENOUGH, THEIRS).client("ec2")
    assert one not in [each["SnapshotId"] for each in olga.describe_snapshots()["Snapshots"]]
    share(ec2, one, "remove")


def test_not_under_the_managed_key_as_a_default_key_either(lab: kmsnb.Lab, ec2: Any):
    with refused("OperationNotPermitted"):
        share(ec2, snapshot(ec2, managed_key()))


def test_an_encrypted_snapshot_is_never_public(lab: kmsnb.Lab, ec2: Any, key: str):
    encrypted, plain = snapshot(ec2, key), snapshot(ec2)
    public: dict[str, Any] = {"OperationType": "add", "GroupNames": ["all"]}
    with refused("OperationNotPermitted", "publicly", 400):
        ec2.modify_snapshot_attribute(SnapshotId=encrypted, **public)
    ec2.modify_snapshot_attribute(SnapshotId=plain, **public)


def test_under_a_key_of_another_account(lab: kmsnb.Lab, ec2: Any):
    theirs = may(lab, "Olga", ["kms:*"], THEIRS).client("kms")
    key = theirs.create_key()["KeyMetadata"]["Arn"]
    policy = allowing(key, {"AWS": "arn:aws:iam::123456789012:root"})
    theirs.put_key_policy(KeyId=key, PolicyName="default", Policy=policy)
    one = snapshot(ec2, key)
    share(ec2, one)
    theirs.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    lab.clock.advance(days=8)
    share(ec2, one, "remove")


def test_a_shared_snapshot_under_the_other_account_s_own_key(lab: kmsnb.Lab, ec2: Any, key: str):
    source = volume(ec2, key)
    one = ec2.create_snapshot(VolumeId=source)["SnapshotId"]
    share(ec2, one)
    olga = may(lab, "Olga", ENOUGH, THEIRS)
    before = len(lab.journal.records)
    copy = olga.client("ec2").copy_snapshot(SourceRegion="us-east-1", SourceSnapshotId=one)["SnapshotId"]
    (shown,) = olga.client("ec2").describe_snapshots(SnapshotIds=[copy])["Snapshots"]
    managed = f"arn:aws:kms:us-east-1:{THEIRS}:key/"
    assert (shown["State"], shown["OwnerId"]) == ("completed", THEIRS)
    assert shown["KmsKeyId"].startswith(managed)
    assert [each.encryption_context for each in asked(lab, before) if each.name == "Decrypt"] == [
        {"aws:ebs:id": copy},
        {"aws:ebs:id": source},
    ]
    put_out_of_reach(lab, key, "disabled")
    assert exists(olga.client("ec2"), volume(olga.client("ec2"), SnapshotId=copy))
    assert grants(lab, key) == []


def test_a_volume_of_a_shared_snapshot_is_under_the_default_key(lab: kmsnb.Lab, ec2: Any, key: str):
    one, olga = snapshot(ec2, key), may(lab, "Olga", ENOUGH, THEIRS).client("ec2")
    share(ec2, one)
    answer = olga.create_volume(AvailabilityZone=ZONE, SnapshotId=one)
    assert (answer["Encrypted"], "KmsKeyId" in answer) == (True, False)
    (shown,) = olga.describe_volumes(VolumeIds=[answer["VolumeId"]])["Volumes"]
    assert shown["KmsKeyId"].startswith(f"arn:aws:kms:us-east-1:{THEIRS}:key/")
    named = volume(olga, key, SnapshotId=one)
    instance = launch(olga)
    olga.attach_volume(VolumeId=named, InstanceId=instance, Device="/dev/sdf")
    (grant,) = grants(lab, key)
    assert grant["GranteePrincipal"].startswith(f"arn:aws:sts::{THEIRS}:assumed-role/aws:ec2-infrastructure")


@pytest.mark.parametrize(
    ("missing", "volume_lacks", "copy_is"),
    [
        ("key policy", "ReEncrypt", "error"),
        ("kms:ReEncrypt*", "ReEncrypt", "completed"),
        ("kms:CreateGrant", "CreateGrant", "error"),
        (f"kms:{GENERATE}", GENERATE, "error"),
    ],
)
def test_both_accounts_must_allow_it(
    lab: kmsnb.Lab, ec2: Any, key: str, missing: str, volume_lacks: str, copy_is: str
):
    one = snapshot(ec2, key)
    share(ec2, one)
    if missing == "key policy":
        boto3.client("kms").put_key_policy(KeyId=key, PolicyName="default", Policy=allowing(key))
    her = may(lab, "Olga", (ENOUGH | {"kms:CreateKey"}) - {missing}, THEIRS)
    own, olga = her.client("kms").create_key()["KeyMetadata"]["Arn"], her.client("ec2")
    before = len(lab.journal.records)
    assert not exists(olga, volume(olga, own, SnapshotId=one))
    assert [each for each in asks(lab, before) if each[1]] == [(volume_lacks, "AccessDenied")]
    copy = olga.copy_snapshot(SourceRegion="us-east-1", SourceSnapshotId=one, Encrypted=True, KmsKeyId=own)[
        "SnapshotId"
    ]
    assert state(olga, copy) == copy_is
    assert grants(lab, key) == []


@pytest.mark.parametrize("form", ["list", "structure"])
def test_an_ami_under_the_managed_key_is_not_shared(lab: kmsnb.Lab, ec2: Any, form: str, key: str):
    def share_image(root_key: dict[str, str]) -> None:
        root = {"DeviceName": "/dev/sda1", "Ebs": {"VolumeSize": 8, "Encrypted": True, **root_key}}
        image = ec2.create_image(InstanceId=launch(ec2, BlockDeviceMappings=[root]), Name="golden")["ImageId"]
        changes: dict[str, Any] = {"LaunchPermission": {"Add": [{"UserId": THEIRS}]}}
        if form == "list":
            changes = {"Attribute": "launchPermission", "OperationType": "add", "UserIds": [THEIRS]}
        ec2.modify_image_attribute(ImageId=image, **changes)

    with refused("InvalidParameter", "AWS Managed CMK", 400):
        share_image({})
    share_image({"KmsKeyId": key})
