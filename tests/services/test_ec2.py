"""EBS asks KMS: creating, attaching and detaching volumes."""

import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

import kmsnb

from .conftest import asked, asks, calls, grants, make_key, names_of, put_out_of_reach, refused
from .ec2 import ENOUGH, ERRORS, FRONT_END, ZONE, described, exists, launch, managed_key, state, volume
from .roles import ACCOUNT, allowing, deny, may

pytestmark = pytest.mark.usefixtures("few_images")

GENERATE = "GenerateDataKeyWithoutPlaintext"
GENERATE_PERMISSION = f"kms:{GENERATE}"


@pytest.fixture
def ec2(lab: kmsnb.Lab) -> Any:
    return boto3.client("ec2")


# Volumes


@pytest.mark.parametrize("name", ["id", "arn", "alias", "alias ARN", "none"])
def test_a_volume_under_a_key_by_each_of_its_names(lab: kmsnb.Lab, ec2: Any, key: str, name: str):
    made = volume(ec2, names_of(key)[name])
    if name == "none":
        key = managed_key()
    (shown,) = ec2.describe_volumes(VolumeIds=[made])["Volumes"]
    assert (shown["Encrypted"], shown["KmsKeyId"]) == (True, key)
    (record,) = asked(lab)
    assert calls([record]) == [("ec2:CreateVolume", GENERATE, {"aws:ebs:id": made}, None)]
    assert record.who == f"user/student via {FRONT_END}"
    assert record.parameters["NumberOfBytes"] == 64


@pytest.mark.parametrize("named", ["key", "default", "nothing"])
def test_a_new_volume_is_creating_and_its_answer_has_the_key_that_was_named(ec2: Any, key: str, named: str):
    asked_for = {"key": {"Encrypted": True, "KmsKeyId": key}, "default": {"Encrypted": True}}.get(named, {})
    answer = ec2.create_volume(AvailabilityZone=ZONE, Size=8, **asked_for)
    assert answer["State"] == "creating"
    assert answer["Encrypted"] is (named != "nothing")
    assert answer.get("KmsKeyId") == asked_for.get("KmsKeyId")
    (shown,) = ec2.describe_volumes(VolumeIds=[answer["VolumeId"]])["Volumes"]
    assert shown["State"] == "available"
    assert ("KmsKeyId" in shown) == (named != "nothing")


def test_a_volume_that_vanishes_was_creating_too(lab: kmsnb.Lab, ec2: Any, key: str):
    put_out_of_reach(lab, key, "disabled")
    answer = ec2.create_volume(AvailabilityZone=ZONE, Size=8, Encrypted=True, KmsKeyId=key)
    assert (answer["State"], answer["KmsKeyId"]) == ("creating", key)
    assert not exists(ec2, answer["VolumeId"])


def test_a_snapshot_is_pending_and_its_answer_tells_no_key(ec2: Any, key: str):
    answer = ec2.create_snapshot(VolumeId=volume(ec2, key))
    assert (answer["State"], answer["Progress"], answer["Encrypted"]) == ("pending", "", True)
    assert "KmsKeyId" not in answer
    (shown,) = ec2.describe_snapshots(SnapshotIds=[answer["SnapshotId"]])["Snapshots"]
    assert (shown["State"], shown["Progress"], shown["KmsKeyId"]) == ("completed", "100%", key)


def test_what_is_not_there_is_named(ec2: Any):
    missing = ["vol-0fedcba9876543210", "vol-0fedcba9876543211"]
    with refused("InvalidVolume.NotFound", f"The volume '{missing[0]}' does not exist.", 400):
        ec2.describe_volumes(VolumeIds=missing)
    with refused("InvalidSnapshot.NotFound", "The snapshot 'snap-0fedcba9876543210' does not exist.", 400):
        ec2.describe_snapshots(SnapshotIds=["snap-0fedcba9876543210"])


def test_without_encryption_nobody_is_asked(lab: kmsnb.Lab, ec2: Any):
    made = volume(ec2)
    instance = launch(ec2)
    ec2.attach_volume(VolumeId=made, InstanceId=instance, Device="/dev/sdf")
    ec2.create_snapshot(VolumeId=made)
    ec2.stop_instances(InstanceIds=[instance])
    ec2.start_instances(InstanceIds=[instance])
    ec2.terminate_instances(InstanceIds=[instance])
    assert asked(lab) == []


def test_one_permission_makes_a_volume(lab: kmsnb.Lab, key: str):
    ec2 = may(lab, "Uma", {GENERATE_PERMISSION}).client("ec2")
    assert exists(ec2, volume(ec2, key))


def test_a_volume_without_the_permission_vanishes(lab: kmsnb.Lab, ec2: Any, key: str):
    made = volume(may(lab, "Uma", {"kms:CreateGrant"}).client("ec2"), key)
    with refused("InvalidVolume.NotFound", f"The volume '{made}' does not exist.", 400):
        state(ec2, made)
    assert calls(asked(lab)) == [("ec2:CreateVolume", GENERATE, {"aws:ebs:id": made}, "AccessDenied")]
    assert asked(lab)[0].who == f"user/Uma via {FRONT_END}"


@pytest.mark.parametrize("key_is", ERRORS)
def test_a_volume_under_a_key_out_of_reach_vanishes(lab: kmsnb.Lab, ec2: Any, key: str, key_is: str):
    put_out_of_reach(lab, key, key_is)
    made = volume(ec2, key)
    assert not exists(ec2, made)
    assert asks(lab) == [(GENERATE, ERRORS[key_is])]


@pytest.mark.parametrize(
    ("what", "more", "error"),
    [
        ("RSA", {"KeySpec": "RSA_2048", "KeyUsage": "ENCRYPT_DECRYPT"}, "InvalidKeyUsageException"),
        ("HMAC", {"KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC"}, "InvalidKeyUsageException"),
        ("pending import", {"Origin": "EXTERNAL"}, "KMSInvalidStateException"),
    ],
)
def test_a_volume_under_an_unusable_key_vanishes(
    lab: kmsnb.Lab, ec2: Any, what: str, more: dict[str, str], error: str
):
    made = volume(ec2, make_key(lab, **more))
    assert not exists(ec2, made), what
    assert asks(lab) == [(GENERATE, error)]


@pytest.mark.parametrize("name", ["nonsense", "alias/none", "other Region", "other account", "their alias"])
def test_a_volume_under_a_key_that_is_not_here_vanishes(lab: kmsnb.Lab, ec2: Any, name: str):
    theirs = may(lab, "Olga", ["kms:*"], "210987654321").client("kms")
    named = {
        "other Region": boto3.client("kms", "eu-west-1").create_key()["KeyMetadata"]["Arn"],
        "other account": theirs.create_key()["KeyMetadata"]["Arn"],
        "their alias": "arn:aws:kms:us-east-1:210987654321:alias/theirs",
    }.get(name, name)
    assert not exists(ec2, volume(ec2, named))
    (refusal,) = asks(lab)
    assert refusal[0] == GENERATE
    assert refusal[1] in {"NotFoundException", "AccessDenied"}


def test_a_key_of_another_account_that_both_accounts_allow(lab: kmsnb.Lab):
    theirs = may(lab, "Olga", ["kms:*"], "210987654321").client("kms")
    key = theirs.create_key()["KeyMetadata"]["Arn"]
    theirs.put_key_policy(
        KeyId=key, PolicyName="default", Policy=allowing(key, {"AWS": f"arn:aws:iam::{ACCOUNT}:root"})
    )
    ec2 = may(lab, "Uma", ENOUGH).client("ec2")
    made = volume(ec2, key)
    instance = launch(ec2)
    ec2.attach_volume(VolumeId=made, InstanceId=instance, Device="/dev/sdf")
    (grant,) = theirs.list_grants(KeyId=key)["Grants"]
    assert grant["GranteePrincipal"].startswith(f"arn:aws:sts::{ACCOUNT}:assumed-role/aws:ec2-infrastructure")
    ec2.detach_volume(VolumeId=made)
    assert theirs.list_grants(KeyId=key)["Grants"] == []
    # its alias is resolved in the caller's account
    theirs.create_alias(AliasName="alias/theirs", TargetKeyId=key)
    assert not exists(ec2, volume(ec2, "alias/theirs"))
    assert exists(ec2, volume(ec2, "arn:aws:kms:us-east-1:210987654321:alias/theirs"))


def test_an_attached_volume_is_not_attached_again(lab: kmsnb.Lab, ec2: Any, key: str):
    made, one, two = volume(ec2, key), launch(ec2), launch(ec2)
    attach(ec2, made, one)
    put_out_of_reach(lab, key, "disabled")
    with refused("VolumeInUse", status=400):
        attach(ec2, made, two)
    assert state(ec2, made) == "in-use"
    ec2.detach_volume(VolumeId=made)
    with refused("IncorrectState", "'available'", 400):
        ec2.detach_volume(VolumeId=made)


def test_a_refused_request_asks_nothing(lab: kmsnb.Lab, ec2: Any, key: str):
    instance = launch(ec2, {"Encrypted": True, "KmsKeyId": key})
    before = len(lab.journal.records)
    with refused("InvalidParameterDependency"):
        volume(ec2, KmsKeyId=key)
    with refused("DryRunOperation"):
        volume(ec2, key, DryRun=True)
    for request in (ec2.stop_instances, ec2.terminate_instances, ec2.start_instances):
        with refused("DryRunOperation"):
            request(InstanceIds=[instance], DryRun=True)
        with refused("InvalidInstanceID.NotFound"):
            request(InstanceIds=[instance, "i-00000000000000000"])
    with refused("InvalidVolume.NotFound"):
        ec2.detach_volume(VolumeId="vol-00000000000000000")
    with refused("InvalidVolume.NotFound"):
        ec2.attach_volume(VolumeId="vol-00000000000000000", InstanceId=instance, Device="/dev/sdf")
    with refused("InvalidSnapshot.NotFound", "Snapshot does not exist", 400):
        volume(ec2, SnapshotId="snap-00000000000000000")
    with pytest.raises(ClientError, match=r"InvalidSnapshot\.NotFound"):  # moto has no message
        ec2.copy_snapshot(SourceRegion="us-east-1", SourceSnapshotId="snap-00000000000000000")
    assert asked(lab, before) == []
    assert len(grants(lab, key)) == 1


# Attaching


def attach(ec2: Any, volume_id: str, instance: str) -> None:
    ec2.attach_volume(VolumeId=volume_id, InstanceId=instance, Device="/dev/sdf")


def test_attaching_makes_a_grant_for_the_instance(lab: kmsnb.Lab, ec2: Any, key: str):
    made, instance = volume(ec2, key), launch(ec2)
    attach(ec2, made, instance)
    grantee = f"arn:aws:sts::{ACCOUNT}:assumed-role/aws:ec2-infrastructure/{instance}"
    context = {"aws:ebs:id": made}
    _, granted, decrypted = asked(lab)
    assert calls([granted, decrypted]) == [
        ("ec2:AttachVolume", "CreateGrant", {}, None),
        ("ec2:AttachVolume", "Decrypt", context, None),
    ]
    assert granted.who == f"user/student via {FRONT_END}"
    assert decrypted.who == f"assumed-role/aws:ec2-infrastructure/{instance}"
    assert len(lab.journal.filter(user=f"assumed-role/aws:ec2-infrastructure/{instance}")) == 1
    event = granted.cloudtrail()
    assert (event["userIdentity"]["invokedBy"], event["sourceIPAddress"]) == (FRONT_END, FRONT_END)
    event = decrypted.cloudtrail()
    assert (event["userIdentity"]["invokedBy"], event["sourceIPAddress"]) == ("AWS Internal",) * 2
    assert event["userIdentity"]["type"] == "AssumedRole"
    assert event["userIdentity"]["arn"] == grantee
    issuer = event["userIdentity"]["sessionContext"]["sessionIssuer"]
    assert issuer["principalId"] == f"{ACCOUNT}:aws:ec2-infrastructure"
    assert event["userIdentity"]["principalId"] == f"{ACCOUNT}:aws:ec2-infrastructure:{instance}"
    (grant,) = grants(lab, key)
    assert grant["GranteePrincipal"] == grantee
    assert grant["RetiringPrincipal"] == "ec2.us-east-1.amazonaws.com"
    assert grant["Operations"] == ["Decrypt"]
    assert grant["Constraints"] == {"EncryptionContextSubset": context}
    assert granted.response
    assert granted.response["GrantId"] == grant["GrantId"]


def test_detaching_ends_the_grant(lab: kmsnb.Lab, ec2: Any, key: str):
    made, instance = volume(ec2, key), launch(ec2)
    attach(ec2, made, instance)
    before = len(lab.journal.records)
    ec2.detach_volume(VolumeId=made)
    assert asks(lab, before) == [("RetireGrant", None)]
    event = lab.journal[-1].cloudtrail()
    assert event["userIdentity"] == {"type": "AWSService", "invokedBy": "AWS Internal"}
    assert event["sourceIPAddress"] == "AWS Internal"
    assert grants(lab, key) == []


@pytest.mark.parametrize("how", ["not allowed", "denied"])
def test_attaching_without_the_permission(lab: kmsnb.Lab, ec2: Any, key: str, how: str):
    made, instance = volume(ec2, key), launch(ec2)
    uma = may(lab, "Uma", ENOUGH if how == "denied" else {GENERATE_PERMISSION}).client("ec2")
    if how == "denied":
        deny(lab, "Uma", "kms:CreateGrant")
    with refused("CustomerKeyHasBeenRevoked", f"Volume {made} cannot be attached.", 400):
        attach(uma, made, instance)
    assert state(ec2, made) == "available"
    assert len(described(ec2, instance)["BlockDeviceMappings"]) == 1
    assert asks(lab)[-1] == ("CreateGrant", "AccessDenied")
    attach(ec2, made, instance)


def test_a_grant_for_aws_resources_is_all_that_a_user_needs(lab: kmsnb.Lab, ec2: Any, key: str):
    made, instance = volume(ec2, key), launch(ec2)
    uma = may(lab, "Uma", {"ec2:*"})
    deny(
        lab,
        "Uma",
        "kms:CreateGrant",
        allow={
            "Bool": {"kms:GrantIsForAWSResource": "true"},
            "StringEquals": {"kms:ViaService": "ec2.us-east-1.amazonaws.com"},
        },
    )
    attach(uma.client("ec2"), made, instance)
    with refused("AccessDeniedException"):
        uma.client("kms").create_grant(
            KeyId=key, GranteePrincipal=f"arn:aws:iam::{ACCOUNT}:user/Uma", Operations=["Decrypt"]
        )


@pytest.mark.parametrize("key_is", ERRORS)
def test_an_attached_volume_goes_on_and_a_new_attachment_fails(
    lab: kmsnb.Lab, ec2: Any, key: str, key_is: str
):
    one, two, instance = volume(ec2, key), volume(ec2, key), launch(ec2)
    attach(ec2, one, instance)
    put_out_of_reach(lab, key, key_is)
    before = len(lab.journal.records)
    ec2.reboot_instances(InstanceIds=[instance])
    lab.clock.advance(days=1)
    assert (state(ec2, one), state(ec2, instance)) == ("in-use", "running")
    assert asked(lab, before) == []
    with refused("CustomerKeyHasBeenRevoked", status=400):
        ec2.attach_volume(VolumeId=two, InstanceId=instance, Device="/dev/sdg")
    assert asks(lab, before) == [("CreateGrant", ERRORS[key_is])]
    assert state(ec2, two) == "available"
    ec2.detach_volume(VolumeId=one)
    with refused("CustomerKeyHasBeenRevoked"):
        attach(ec2, one, instance)


def test_an_enabled_key_attaches_again(lab: kmsnb.Lab, ec2: Any, key: str):
    made, instance = volume(ec2, key), launch(ec2)
    put_out_of_reach(lab, key, "disabled")
    with refused("CustomerKeyHasBeenRevoked"):
        attach(ec2, made, instance)
    boto3.client("kms").enable_key(KeyId=key)
    attach(ec2, made, instance)
    assert state(ec2, made) == "in-use"


def test_who_may_decrypt_is_explained_by_the_grant(lab: kmsnb.Lab, ec2: Any, key: str):
    made, instance = volume(ec2, key), launch(ec2)
    attach(ec2, made, instance)
    (grant,) = grants(lab, key)
    who = grant["GranteePrincipal"]
    explained = lab.explain(who, "kms:Decrypt", key, encryption_context={"aws:ebs:id": made})
    assert explained.allowed
    assert grant["GrantId"] in explained.sentence
    assert not lab.explain(who, "kms:Decrypt", key).allowed
    assert not lab.explain(who, "kms:Encrypt", key, encryption_context={"aws:ebs:id": made}).allowed


def test_a_policy_that_denies_ec2_s_role_stops_an_attachment(lab: kmsnb.Lab, ec2: Any, key: str):
    made, instance = volume(ec2, key), launch(ec2)
    policy = allowing(key).replace(
        '"Statement": [',
        '"Statement": [{"Effect": "Deny", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*", '
        '"Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/aws:ec2-infrastructure"}}}, ',
    )
    boto3.client("kms").put_key_policy(KeyId=key, PolicyName="default", Policy=policy)
    with refused("CustomerKeyHasBeenRevoked"):
        attach(ec2, made, instance)
    assert asks(lab)[-3:] == [("CreateGrant", None), ("Decrypt", "AccessDenied"), ("RetireGrant", None)]
    assert grants(lab, key) == []


@pytest.mark.parametrize("through", ["ec2", "nobody"])
def test_an_instance_decrypts_without_ec2_in_between(lab: kmsnb.Lab, ec2: Any, key: str, through: str):
    made, instance = volume(ec2, key), launch(ec2)
    condition: dict[str, Any] = {"Null": {"kms:ViaService": "true"}}
    if through == "ec2":
        condition = {"StringEquals": {"kms:ViaService": "ec2.us-east-1.amazonaws.com"}}
    denied = {"Effect": "Deny", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*"}
    policy = json.loads(allowing(key))
    policy["Statement"].append(denied | {"Condition": condition})
    boto3.client("kms").put_key_policy(KeyId=key, PolicyName="default", Policy=json.dumps(policy))
    if through == "ec2":
        attach(ec2, made, instance)
    else:
        with refused("CustomerKeyHasBeenRevoked"):
            attach(ec2, made, instance)
