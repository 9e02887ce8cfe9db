"""Lesson 13: the tickets are caused in a lab, other right answers, and mistakes made in other ways."""

import json
import re
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

import kmsnb
from kmsnb.exercises import exercise
from kmsnb.exercises.lesson_13 import deputy, move, tickets
from tests.widgets.refusals import Scene

ERRORS = {ticket: error for ticket, error, _ in tickets}
TRAIL = "arn:aws:cloudtrail:us-east-1:123456789012:trail/audit"


# a. tickets: each is what really happens


def as_pasted(call: Callable[..., Any], **parameters: Any) -> str:
    """An error as the tickets quote it: without its first words and what is random."""
    with pytest.raises(ClientError) as raised:
        call(**parameters)
    text = (
        str(raised.value)
        .removeprefix("An error occurred ")
        .replace(" the ", " ", 1)
        .replace(" operation:", ":")
    )
    text = re.sub(r"Request ID: .*\)", "…)", re.sub(r"vol-\w+", "vol-…", text))
    return text.replace("(", "", 1).replace(")", "", 1)


@pytest.fixture
def scene(lab: kmsnb.Lab) -> Scene:
    return Scene(lab)


def test_ticket_a_is_a_disabled_key(scene: Scene) -> None:
    scene.cause("disabled")
    told = as_pasted(scene.uma.client("ssm").get_parameter, Name="password", WithDecryption=True)
    assert told == ERRORS["A"]


def test_ticket_b_is_a_caller_without_decrypt(scene: Scene) -> None:
    scene.cause("no permission")
    assert as_pasted(scene.secrets.get_secret_value, SecretId="password") == ERRORS["B"]


def test_ticket_c_is_a_caller_without_create_grant(scene: Scene) -> None:
    scene.cause("no permission")
    scene.let(
        "key", ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"]
    )
    assert as_pasted(scene.ec2.attach_volume, **scene.disk) == ERRORS["C"]
    scene.let("grants", ["kms:CreateGrant"])
    scene.ec2.attach_volume(**scene.disk)


def test_ticket_d_is_a_service_that_the_key_policy_does_not_name(scene: Scene) -> None:
    scene.cause("no statement")
    trail = {"Name": "audit", "S3BucketName": "audit-logs"}
    create = boto3.client("cloudtrail").create_trail  # by student, an administrator
    assert as_pasted(create, KmsKeyId=scene.key, **trail) == ERRORS["D"]
    create(**trail)


def test_ticket_e_is_a_role_that_the_key_policy_does_not_name(scene: Scene) -> None:
    scene.cause("no statement")
    assert scene.shop.launch() == "✗ no instance"
    activities = boto3.client("autoscaling").describe_scaling_activities(AutoScalingGroupName="shop")
    assert activities["Activities"][0]["StatusMessage"] == ERRORS["E"]
    by_hand = scene.ec2.run_instances(LaunchTemplate={"LaunchTemplateName": "shop"}, MinCount=1, MaxCount=1)
    described = scene.ec2.describe_instances(InstanceIds=[by_hand["Instances"][0]["InstanceId"]])
    assert described["Reservations"][0]["Instances"][0]["State"]["Name"] == "running"


def test_ticket_f_is_a_snapshot_under_the_aws_managed_key(lab: kmsnb.Lab) -> None:
    ec2 = boto3.client("ec2")
    volume = ec2.create_volume(AvailabilityZone="us-east-1a", Size=1, Encrypted=True)["VolumeId"]
    snapshot = ec2.create_snapshot(VolumeId=volume)["SnapshotId"]
    told = as_pasted(
        ec2.modify_snapshot_attribute,
        SnapshotId=snapshot,
        Attribute="createVolumePermission",
        OperationType="add",
        UserIds=["111122223333"],
    )
    assert told == ERRORS["F"]


def test_ticket_g_is_a_key_of_another_region(scene: Scene) -> None:
    told = as_pasted(
        boto3.client("rds", region_name="eu-west-1").create_db_instance,
        DBInstanceIdentifier="orders",
        Engine="postgres",
        DBInstanceClass="db.t4g.micro",
        AllocatedStorage=20,
        MasterUsername="ada",
        MasterUserPassword="hunter2-hunter2",
        StorageEncrypted=True,
        KmsKeyId=scene.key,
    )
    assert told == ERRORS["G"]


def test_ticket_h_is_a_service_that_the_key_policy_does_not_name(scene: Scene) -> None:
    create = boto3.client("logs").create_log_group
    assert as_pasted(create, logGroupName="shop", kmsKeyId=scene.key) == ERRORS["H"]
    boto3.client("kms").encrypt(KeyId=scene.key, Plaintext=b"by student, an administrator")
    scene.put([deputy_statement("logs.us-east-1.amazonaws.com")])
    create(logGroupName="shop", kmsKeyId=scene.key)


def deputy_statement(service: str) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": {"Service": service}, "Action": "kms:*", "Resource": "*"}


def test_words_may_be_written_in_other_ways() -> None:
    words = {"A": " State", "B": "CALLER", "C": "create grant", "D": "key policy", "E": "key-policy"}
    words |= {"F": "AWS managed", "G": "region", "H": "key-policy"}
    assert exercise("13.a").judge(words).state == "right"


# b. statement


def right(trail_arn: str) -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Principal": {"Service": ["cloudtrail.amazonaws.com"]},
        "Action": "kms:GenerateDataKey*",
        "Resource": ["*"],
        "Condition": {"ArnEquals": {"aws:SourceArn": [trail_arn]}},
    }


def with_account(trail_arn: str) -> dict[str, Any]:
    condition = {"StringEquals": {"aws:SourceArn": trail_arn, "aws:SourceAccount": trail_arn.split(":")[4]}}
    return right(trail_arn) | {"Condition": condition}


def with_context(trail_arn: str) -> dict[str, Any]:
    context = {"StringLike": {"kms:EncryptionContext:aws:cloudtrail:arn": trail_arn}}
    return right(trail_arn) | {"Condition": right(trail_arn)["Condition"] | context}


@pytest.mark.parametrize("statement", [right, with_account, with_context, lambda arn: json.dumps(right(arn))])
def test_other_statements_are_right(statement: Any) -> None:
    verdict = exercise("13.b").judge(statement)
    assert verdict.state == "right", verdict.says


@pytest.mark.parametrize(
    ("statement", "mistake"),
    [
        (lambda arn: right(TRAIL), deputy.FIXED),
        (lambda arn: right(arn) | {"Principal": {"Service": "s3.amazonaws.com"}}, deputy.NO_SERVICE),
        (
            lambda arn: right(arn) | {"Condition": {"StringEquals": {"kms:ViaService": arn}}},
            deputy.NO_SERVICE,
        ),
        (
            lambda arn: (
                right(arn)
                | {"Condition": {"StringEquals": {"aws:SourceAccount": arn.split(":")[4]}}, "Sid": arn[-4:]}
            ),
            deputy.ANOTHER_TRAIL,
        ),
        (
            lambda arn: (
                right(arn) | {"Principal": {"Service": ["cloudtrail.amazonaws.com", "logs.amazonaws.com"]}}
            ),
            deputy.SOMEBODY_ELSE,
        ),
        (lambda arn: right(arn) | {"Action": ["kms:GenerateDataKey*", "kms:Encrypt"]}, deputy.MORE),
        (lambda arn: [right(arn)], deputy.NOT_A_STATEMENT),
        (lambda arn: {1, 2}, deputy.NOT_A_STATEMENT),
    ],
)
def test_mistakes_in_a_statement_are_named(statement: Any, mistake: Any) -> None:
    assert exercise("13.b").judge(statement).says.startswith(mistake.says)


# c. move


def tidy(rds: Any, name: str, key_id: str) -> str:
    first = rds.create_db_snapshot(DBInstanceIdentifier=name, DBSnapshotIdentifier="tidy")["DBSnapshot"]
    second = rds.copy_db_snapshot(
        SourceDBSnapshotIdentifier=first["DBSnapshotArn"],
        TargetDBSnapshotIdentifier="tidy-2",
        KmsKeyId=key_id,
    )["DBSnapshot"]
    made = rds.restore_db_instance_from_db_snapshot(
        DBInstanceIdentifier=f"{name}-moved", DBSnapshotIdentifier=second["DBSnapshotIdentifier"]
    )
    for each in ("tidy", "tidy-2"):
        rds.delete_db_snapshot(DBSnapshotIdentifier=each)
    moved: str = made["DBInstance"]["DBInstanceIdentifier"]
    return moved


@pytest.mark.usefixtures("lab")
def test_a_move_that_cleans_up_is_right() -> None:
    for _ in range(2):
        verdict = exercise("13.c").judge(tidy)
        assert verdict.state == "right", verdict.says


@pytest.mark.usefixtures("lab")
def test_a_move_in_the_learners_own_account_is_refused() -> None:
    own = boto3.client("kms").create_key()["KeyMetadata"]["Arn"]
    verdict = exercise("13.c").judge(lambda rds, name, key_id: tidy(rds, name, own))
    assert verdict.says.startswith(move.REFUSED.says)
