"""Snapshots, copies, AMIs and the default key: which KMS key EBS asks for, and as whom."""

import json
from typing import Any

import boto3
import pytest

import kmsnb

from .conftest import asked, asks, calls, grants, make_key, put_out_of_reach, refused
from .ec2 import ENOUGH, exists, launch, managed_key, snapshot, state, volume
from .roles import deny, may

pytestmark = pytest.mark.usefixtures("few_images")

GENERATE = "GenerateDataKeyWithoutPlaintext"


@pytest.fixture
def ec2(lab: kmsnb.Lab) -> Any:
    return boto3.client("ec2")


def described(ec2: Any, snapshot_id: str) -> Any:
    return ec2.describe_snapshots(SnapshotIds=[snapshot_id])["Snapshots"][0]


def copied(ec2: Any, source: str, key: str | None = None, region: str = "us-east-1", **more: Any) -> str:
    """The id of a copy of a snapshot, under ``key`` if one is given."""
    if key is not None:
        more |= {"Encrypted": True, "KmsKeyId": key}
    return ec2.copy_snapshot(SourceRegion=region, SourceSnapshotId=source, **more)["SnapshotId"]


# Snapshots


def test_a_snapshot_asks_nothing_and_has_its_volume_s_key(lab: kmsnb.Lab, ec2: Any, key: str):
    made = volume(ec2, key)
    put_out_of_reach(lab, key, "disabled")
    before = len(lab.journal.records)
    one = ec2.create_snapshot(VolumeId=made)["SnapshotId"]
    assert asked(lab, before) == []
    assert (described(ec2, one)["Encrypted"], described(ec2, one)["KmsKeyId"]) == (True, key)


def test_snapshots_of_an_instance_s_volumes(lab: kmsnb.Lab, ec2: Any, key: str):
    instance = launch(ec2, {"Encrypted": True, "KmsKeyId": key}, {})
    made = ec2.create_snapshots(InstanceSpecification={"InstanceId": instance})["Snapshots"]
    assert [described(ec2, each["SnapshotId"]).get("KmsKeyId") for each in made] == [key, None]


def test_a_volume_from_a_snapshot_under_the_same_key(lab: kmsnb.Lab, ec2: Any, key: str):
    source = volume(ec2, key)
    one = ec2.create_snapshot(VolumeId=source)["SnapshotId"]
    before = len(lab.journal.records)
    made = volume(ec2, SnapshotId=one)
    (shown,) = ec2.describe_volumes(VolumeIds=[made])["Volumes"]
    assert (shown["Encrypted"], shown["KmsKeyId"]) == (True, key)
    (record,) = asked(lab, before)
    assert calls([record]) == [("ec2:CreateVolume", "ReEncrypt", {"aws:ebs:id": made}, None)]
    assert record.parameters
    assert record.parameters["SourceEncryptionContext"] == {"aws:ebs:id": source}
    assert record.resources == (key,)
    instance = launch(ec2)
    ec2.attach_volume(VolumeId=made, InstanceId=instance, Device="/dev/sdf")


def test_a_volume_from_an_encrypted_snapshot_is_never_plain(lab: kmsnb.Lab, ec2: Any, key: str):
    one = snapshot(ec2, key)
    before = len(lab.journal.records)
    with refused(
        "InvalidParameterCombination", "[false] is inconsistent with snapshot encryption state", 400
    ):
        volume(ec2, SnapshotId=one, Encrypted=False)
    assert asked(lab, before) == []
    assert exists(ec2, volume(ec2, SnapshotId=snapshot(ec2), Encrypted=False))


def test_a_volume_from_a_snapshot_without_encryption(lab: kmsnb.Lab, ec2: Any, key: str):
    one = snapshot(ec2)
    before = len(lab.journal.records)
    made = volume(ec2, key, SnapshotId=one)
    context = {"aws:ebs:id": made}
    records = asked(lab, before)
    assert calls(records) == [
        ("ec2:CreateVolume", GENERATE, context, None),
        ("ec2:CreateVolume", "CreateGrant", {}, None),
        ("ec2:CreateVolume", "Decrypt", context, None),
        ("ec2:CreateVolume", "RetireGrant", {}, None),
    ]
    assert records[1].parameters
    assert records[1].parameters["GranteePrincipal"] == "ec2.us-east-1.amazonaws.com"
    assert records[1].parameters["Constraints"] == {"EncryptionContextSubset": context}
    assert [each.who for each in records[2:]] == ["ec2.us-east-1.amazonaws.com"] * 2
    event = records[2].cloudtrail()
    assert event["userIdentity"] == {"type": "AWSService", "invokedBy": "ebs.amazonaws.com"}
    assert event["sourceIPAddress"] == "ebs.amazonaws.com"
    assert grants(lab, key) == []


def test_a_volume_under_another_key_than_its_snapshot(lab: kmsnb.Lab, ec2: Any, key: str):
    new, source = make_key(lab), volume(ec2, key)
    one = ec2.create_snapshot(VolumeId=source)["SnapshotId"]
    before = len(lab.journal.records)
    made = volume(ec2, new, SnapshotId=one)
    context = {"aws:ebs:id": made}
    assert calls(asked(lab, before)) == [
        ("ec2:CreateVolume", GENERATE, context, None),
        ("ec2:CreateVolume", "ReEncrypt", context, None),
        ("ec2:CreateVolume", "CreateGrant", {}, None),
        ("ec2:CreateVolume", "Decrypt", context, None),
        ("ec2:CreateVolume", "RetireGrant", {}, None),
    ]
    assert [each.resources for each in asked(lab, before)] == [(new,), (key, new), (new,), (new,), (new,)]
    assert grants(lab, key) == grants(lab, new) == []


@pytest.mark.parametrize("encrypted", [True, False])
def test_what_a_copy_asks(lab: kmsnb.Lab, ec2: Any, key: str, encrypted: bool):
    new, source = make_key(lab), volume(ec2, key if encrypted else None)
    one = ec2.create_snapshot(VolumeId=source)["SnapshotId"]
    before = len(lab.journal.records)
    made = copied(ec2, one, new)
    records = asked(lab, before)
    of_copy, of_source = {"aws:ebs:id": made}, {"aws:ebs:id": source}
    assert calls(records) == [
        ("ec2:CopySnapshot", name, context, None)
        for name, context in [
            ("DescribeKey", {}),
            (GENERATE, of_copy),
            *[("CreateGrant", {}), ("Decrypt", of_copy), ("RetireGrant", {})],
            *([("CreateGrant", {}), ("Decrypt", of_source), ("RetireGrant", {})] if encrypted else []),
        ]
    ]
    assert [each.resources for each in records] == [(new,)] * 5 + [(key,)] * (3 if encrypted else 0)
    granted = [each.parameters or {} for each in records if each.name == "CreateGrant"]
    assert {each["GranteePrincipal"] for each in granted} == {"ec2.us-east-1.amazonaws.com"}
    assert granted[0]["Constraints"] == {"EncryptionContextEquals": of_copy}
    worker = "prod.kms-caller.ebs.us-east-1.amazonaws.com"
    assert [each.cloudtrail()["userIdentity"]["invokedBy"] for each in records[3:5]] == [worker] * 2
    assert grants(lab, key) == grants(lab, new) == []


def test_a_copy_under_another_key_is_free_of_the_old_one(lab: kmsnb.Lab, ec2: Any, key: str):
    new = make_key(lab)
    copy = copied(ec2, snapshot(ec2, key), new)
    put_out_of_reach(lab, key, "deleted")
    assert described(ec2, copy)["KmsKeyId"] == new
    made, instance = volume(ec2, SnapshotId=copy), launch(ec2)
    ec2.attach_volume(VolumeId=made, InstanceId=instance, Device="/dev/sdf")
    assert state(ec2, made) == "in-use"


def test_a_volume_of_a_copy_has_the_copy_s_context(lab: kmsnb.Lab, ec2: Any, key: str):
    copy, other = copied(ec2, snapshot(ec2, key), key), make_key(lab)
    before = len(lab.journal.records)
    volume(ec2, other, SnapshotId=copy)
    (again,) = [each.parameters for each in asked(lab, before) if each.name == "ReEncrypt"]
    assert again
    assert again["SourceEncryptionContext"] == {"aws:ebs:id": copy}


def test_a_copy_to_another_region(lab: kmsnb.Lab, ec2: Any, key: str):
    west = boto3.client("ec2", "eu-west-1")
    there = boto3.client("kms", "eu-west-1").create_key()["KeyMetadata"]["Arn"]
    one = snapshot(ec2, key)
    before = len(lab.journal.records)
    copy = copied(west, one, there)
    assert described(west, copy)["KmsKeyId"] == there
    assert [each.resources for each in asked(lab, before)] == [(there,)] * 5 + [(key,)] * 3
    before = len(lab.journal.records)
    with refused("InvalidParameterValue", f"The specified keyId {key} is invalid", 400):
        copied(west, one, key)  # a key here
    assert asks(lab, before) == [("DescribeKey", "NotFoundException")]


def test_copies_without_a_key_are_under_the_default_key(lab: kmsnb.Lab, ec2: Any, key: str):
    default = managed_key()
    assert described(ec2, copied(ec2, snapshot(ec2, key)))["KmsKeyId"] == default
    assert described(ec2, copied(ec2, snapshot(ec2), Encrypted=True))["KmsKeyId"] == default
    plain = described(ec2, copied(ec2, snapshot(ec2)))
    assert plain["Encrypted"] is False
    ec2.enable_ebs_encryption_by_default()
    assert described(ec2, copied(ec2, snapshot(ec2)))["KmsKeyId"] == default


@pytest.mark.parametrize(
    ("missing", "on", "refusal"),
    [
        ("kms:CreateGrant", "old", ("CreateGrant", "AccessDenied")),
        ("kms:CreateGrant", "new", ("CreateGrant", "AccessDenied")),
        (f"kms:{GENERATE}", "new", (GENERATE, "AccessDenied")),
        ("disabled", "old", ("CreateGrant", "DisabledException")),
        ("pending deletion", "old", ("CreateGrant", "KMSInvalidStateException")),
        ("pending deletion", "new", (GENERATE, "KMSInvalidStateException")),
    ],
)
def test_a_copy_that_kms_refuses(
    lab: kmsnb.Lab, ec2: Any, key: str, missing: str, on: str, refusal: tuple[str, str]
):
    new, one = make_key(lab), snapshot(ec2, key)
    copier, refusing = ec2, key if on == "old" else new
    if missing.startswith("kms:"):
        copier = may(lab, "Uma", ENOUGH).client("ec2")
        deny(lab, "Uma", missing, refusing)
    else:
        put_out_of_reach(lab, refusing, missing)
    before = len(lab.journal.records)
    copy = copied(copier, one, new)
    shown = described(ec2, copy)
    assert shown["State"] == "error"
    assert shown["StateMessage"] == "Given key ID is not accessible"
    assert [each for each in asks(lab, before) if each[1]] == [refusal]
    assert grants(lab, key) == grants(lab, new) == []
    with refused("IncorrectState", "invalid state - error", 400):
        volume(ec2, SnapshotId=copy)
    with refused("IncorrectState", "invalid state - error", 400):
        copied(ec2, copy)


@pytest.mark.parametrize("key_is", ["disabled", "not there", "not to be described"])
def test_a_copy_that_is_refused_at_once(lab: kmsnb.Lab, ec2: Any, key: str, key_is: str):
    new, one = make_key(lab), snapshot(ec2, key)
    code, message, status = "InvalidParameterValue", f"The specified keyId {new} is disabled", 400
    copier = ec2
    if key_is == "disabled":
        put_out_of_reach(lab, new, "disabled")
    elif key_is == "not there":
        new = "alias/none"
        message = "The specified keyId alias/none is invalid"
    else:
        copier = may(lab, "Uma", ENOUGH).client("ec2")
        deny(lab, "Uma", "kms:DescribeKey", new)
        code, message, status = "AuthFailure", f"Not authorized to use key {new}", 403
    before, there = len(lab.journal.records), len(ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"])
    with refused(code, message, status):
        copied(copier, one, new)
    assert [name for name, _ in asks(lab, before)] == ["DescribeKey"]
    assert len(ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"]) == there


# The default key


def test_encryption_by_default(lab: kmsnb.Lab, ec2: Any, key: str):
    before = volume(ec2)
    ec2.enable_ebs_encryption_by_default()
    default = managed_key()
    assert ec2.describe_volumes(VolumeIds=[before])["Volumes"][0]["Encrypted"] is False
    (shown,) = ec2.describe_volumes(VolumeIds=[volume(ec2)])["Volumes"]
    assert (shown["Encrypted"], shown["KmsKeyId"]) == (True, default)
    (shown,) = ec2.describe_volumes(VolumeIds=[volume(ec2, key)])["Volumes"]
    assert shown["KmsKeyId"] == key
    instance = launch(ec2)
    (grant,) = grants(lab, default)
    assert grant["GranteePrincipal"].endswith(instance)
    ec2.disable_ebs_encryption_by_default()
    asked_until_now = len(lab.journal.records)
    volume(ec2)
    assert asked(lab, asked_until_now) == []


def test_encryption_by_default_is_of_one_region(lab: kmsnb.Lab, ec2: Any):
    ec2.enable_ebs_encryption_by_default()
    west = boto3.client("ec2", "eu-west-1")
    made = west.create_volume(AvailabilityZone="eu-west-1a", Size=8)
    assert made["Encrypted"] is False


def test_another_default_key(lab: kmsnb.Lab, ec2: Any, key: str):
    managed = managed_key()
    assert ec2.get_ebs_default_kms_key_id()["KmsKeyId"] == "alias/aws/ebs"
    assert ec2.modify_ebs_default_kms_key_id(KmsKeyId=key)["KmsKeyId"] == key
    with refused("DryRunOperation", status=412):
        ec2.reset_ebs_default_kms_key_id(DryRun=True)
    assert ec2.get_ebs_default_kms_key_id()["KmsKeyId"] == key
    (shown,) = ec2.describe_volumes(VolumeIds=[volume(ec2, "")])["Volumes"]
    assert shown["KmsKeyId"] == key
    assert ec2.reset_ebs_default_kms_key_id()["KmsKeyId"] == managed
    (shown,) = ec2.describe_volumes(VolumeIds=[volume(ec2, "")])["Volumes"]
    assert shown["KmsKeyId"] == managed


def test_a_launch_that_names_the_default_key_leaves_the_snapshot_s(lab: kmsnb.Lab, ec2: Any, key: str):
    one, default = snapshot(ec2, key), managed_key()
    volume(ec2, "")
    launch(ec2, {"SnapshotId": one})
    assert (len(grants(lab, key)), len(grants(lab, default))) == (1, 0)
    launch(ec2, {"SnapshotId": one, "Encrypted": True})
    assert (len(grants(lab, key)), len(grants(lab, default))) == (2, 0)
    launch(ec2, {"SnapshotId": one, "Encrypted": True, "KmsKeyId": default})
    assert (len(grants(lab, key)), len(grants(lab, default))) == (2, 1)


def test_a_disabled_default_key_stops_every_launch(lab: kmsnb.Lab, ec2: Any, key: str):
    ec2.enable_ebs_encryption_by_default()
    ec2.modify_ebs_default_kms_key_id(KmsKeyId=key)
    put_out_of_reach(lab, key, "disabled")
    assert not exists(ec2, volume(ec2))
    assert state(ec2, launch(ec2)) == "terminated"


@pytest.mark.parametrize("name", ["nonsense", "alias/none"])
def test_a_default_key_that_does_not_exist_fails_with_each_volume(lab: kmsnb.Lab, ec2: Any, name: str):
    assert ec2.modify_ebs_default_kms_key_id(KmsKeyId=name)["KmsKeyId"] == name
    assert not exists(ec2, volume(ec2, ""))


# AMIs


def test_an_ami_of_an_encrypted_root_volume(lab: kmsnb.Lab, ec2: Any, key: str):
    root = {"DeviceName": "/dev/sda1", "Ebs": {"VolumeSize": 8, "Encrypted": True, "KmsKeyId": key}}
    source = launch(ec2, BlockDeviceMappings=[root])
    image = ec2.create_image(InstanceId=source, Name="golden")["ImageId"]
    ec2.terminate_instances(InstanceIds=[source])
    instance = launch(ec2, image=image)
    (grant,) = grants(lab, key)
    assert grant["GranteePrincipal"].endswith(instance)
    put_out_of_reach(lab, key, "disabled")
    assert state(ec2, launch(ec2, image=image)) == "terminated"


def test_a_copy_of_an_ami_under_another_key(lab: kmsnb.Lab, ec2: Any, key: str):
    plain = launch(ec2)
    image = ec2.create_image(InstanceId=plain, Name="golden")["ImageId"]
    copy = ec2.copy_image(
        Name="encrypted", SourceImageId=image, SourceRegion="us-east-1", Encrypted=True, KmsKeyId=key
    )["ImageId"]
    launch(ec2, image=copy)
    assert len(grants(lab, key)) == 1
    put_out_of_reach(lab, key, "disabled")
    failed = ec2.copy_image(
        Name="again", SourceImageId=image, SourceRegion="us-east-1", Encrypted=True, KmsKeyId=key
    )["ImageId"]
    assert ec2.describe_images(ImageIds=[failed])["Images"][0]["State"] == "failed"


def test_an_ami_of_an_encrypted_snapshot(lab: kmsnb.Lab, ec2: Any, key: str):
    root = {"DeviceName": "/dev/sda1", "Ebs": {"SnapshotId": snapshot(ec2, key)}}
    image = ec2.register_image(Name="golden", RootDeviceName="/dev/sda1", BlockDeviceMappings=[root])
    launch(ec2, image=image["ImageId"])
    assert len(grants(lab, key)) == 1


# Events


@pytest.fixture
def told(lab: kmsnb.Lab) -> Any:
    """What EBS has told EventBridge: the event, its result and its cause."""
    events, sqs = boto3.client("events"), boto3.client("sqs")
    queue = sqs.create_queue(QueueName="disks")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events.put_rule(Name="disks", EventPattern=json.dumps({"source": ["aws.ec2"]}))
    events.put_targets(Rule="disks", Targets=[{"Id": "queue", "Arn": arn}])

    def received() -> list[tuple[str, str, str]]:
        answer = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)
        details = [json.loads(each["Body"])["detail"] for each in answer.get("Messages", [])]
        return [(each["event"], each["result"], each["cause"]) for each in details]

    return received


def test_events_tell_what_became_of_a_volume(lab: kmsnb.Lab, ec2: Any, key: str, told: Any):
    made, instance, pending = volume(ec2, key), launch(ec2), make_key(lab, Origin="EXTERNAL")
    assert told() == [("createVolume", "available", "")]
    put_out_of_reach(lab, key, "disabled")
    volume(ec2, key)
    volume(ec2, pending)
    assert told() == [
        ("createVolume", "failed", f"{key} is disabled."),
        ("createVolume", "failed", f"{pending} is pending import."),
    ]
    with refused("CustomerKeyHasBeenRevoked"):
        ec2.attach_volume(VolumeId=made, InstanceId=instance, Device="/dev/sdf")
    assert told() == [("attachVolume", "failed", f"{key} is disabled.")]
    volume(may(lab, "Uma", {"kms:CreateGrant"}).client("ec2"), key)
    assert told() == [("deleteVolume", "deleted", "")]
