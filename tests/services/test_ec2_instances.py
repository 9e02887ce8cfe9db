"""Instances whose volumes are encrypted: launching, stopping, starting and terminating them."""

from typing import Any

import boto3
import pytest

import kmsnb

from .conftest import asked, asks, grants, make_key, put_out_of_reach
from .ec2 import ENOUGH, ERRORS, IMAGE, described, launch, state
from .roles import deny, may

pytestmark = pytest.mark.usefixtures("few_images")

LOST = "Client.InvalidKMSKey.InvalidState"
GENERATE = "GenerateDataKeyWithoutPlaintext"
UNLOCK = [("CreateGrant", None), ("Decrypt", None)]


@pytest.fixture
def ec2(lab: kmsnb.Lab) -> Any:
    return boto3.client("ec2")


def test_an_instance_with_an_encrypted_volume(lab: kmsnb.Lab, ec2: Any, key: str):
    instance = launch(ec2, {"Encrypted": True, "KmsKeyId": key})
    assert asks(lab) == [(GENERATE, None), *UNLOCK]
    assert {record.cause for record in asked(lab)} == {"ec2:RunInstances"}
    assert len(grants(lab, key)) == 1
    before = len(lab.journal.records)
    ec2.terminate_instances(InstanceIds=[instance])
    assert asks(lab, before) == [("RetireGrant", None)]
    assert grants(lab, key) == []


def test_two_instances_have_two_grants(lab: kmsnb.Lab, ec2: Any, key: str):
    disk = {"DeviceName": "/dev/sdf", "Ebs": {"VolumeSize": 8, "Encrypted": True, "KmsKeyId": key}}
    ec2.run_instances(ImageId=IMAGE, MinCount=2, MaxCount=2, BlockDeviceMappings=[disk])
    assert len({grant["GranteePrincipal"] for grant in grants(lab, key)}) == 2


def test_a_launch_template_names_the_key(lab: kmsnb.Lab, ec2: Any, key: str):
    disk = {"DeviceName": "/dev/sdf", "Ebs": {"VolumeSize": 8, "Encrypted": True, "KmsKeyId": key}}
    ec2.create_launch_template(
        LaunchTemplateName="web",
        LaunchTemplateData={"ImageId": IMAGE, "BlockDeviceMappings": [disk]},
    )
    ec2.run_instances(LaunchTemplate={"LaunchTemplateName": "web"}, MinCount=1, MaxCount=1)
    assert len(grants(lab, key)) == 1


@pytest.mark.parametrize("key_is", ["denied", *ERRORS])
def test_a_launch_that_kms_refuses(lab: kmsnb.Lab, ec2: Any, key: str, key_is: str):
    sound = make_key(lab)
    if key_is == "denied":
        uma = may(lab, "Uma", ENOUGH)
        deny(lab, "Uma", "kms:CreateGrant", key)
        client = uma.client("ec2")
    else:
        put_out_of_reach(lab, key, key_is)
        client = ec2
    instance = launch(client, {"Encrypted": True, "KmsKeyId": sound}, {"Encrypted": True, "KmsKeyId": key})
    seen = described(ec2, instance)
    assert (seen["State"]["Name"], seen["StateReason"]["Code"]) == ("terminated", LOST)
    assert seen["StateTransitionReason"] == "Server.InternalError"
    assert ec2.describe_volumes()["Volumes"] == []
    assert grants(lab, sound) == []
    refusals = [each for each in asks(lab) if each[1]]
    assert refusals == [("CreateGrant", "AccessDenied") if key_is == "denied" else (GENERATE, ERRORS[key_is])]


def test_stopping_and_starting(lab: kmsnb.Lab, ec2: Any, key: str):
    instance = launch(ec2, {"Encrypted": True, "KmsKeyId": key})
    before = len(lab.journal.records)
    ec2.stop_instances(InstanceIds=[instance])
    assert grants(lab, key) == []
    ec2.start_instances(InstanceIds=[instance])
    assert asks(lab, before) == [("RetireGrant", None), *UNLOCK]
    assert len(grants(lab, key)) == 1
    before = len(lab.journal.records)
    ec2.start_instances(InstanceIds=[instance])
    assert asked(lab, before) == [], "it runs already"


@pytest.mark.parametrize("key_is", ["denied", *ERRORS])
def test_a_start_that_kms_refuses(lab: kmsnb.Lab, ec2: Any, key: str, key_is: str):
    sound = make_key(lab)
    instance = launch(ec2, {"Encrypted": True, "KmsKeyId": sound}, {"Encrypted": True, "KmsKeyId": key})
    ec2.stop_instances(InstanceIds=[instance])
    starter = ec2
    if key_is == "denied":
        starter = may(lab, "Uma", ENOUGH).client("ec2")
        deny(lab, "Uma", "kms:CreateGrant", key)
    else:
        put_out_of_reach(lab, key, key_is)
    before = len(lab.journal.records)
    starter.start_instances(InstanceIds=[instance])
    seen = described(ec2, instance)
    assert (seen["State"]["Name"], seen["StateReason"]["Code"]) == ("stopped", LOST)
    assert len(seen["BlockDeviceMappings"]) == 2
    code = "AccessDenied" if key_is == "denied" else ERRORS[key_is]
    assert asks(lab, before) == [*UNLOCK, ("CreateGrant", code), ("RetireGrant", None)]
    assert grants(lab, sound) == []


def test_an_enabled_key_starts_the_instance_again(lab: kmsnb.Lab, ec2: Any, key: str):
    instance = launch(ec2, {"Encrypted": True, "KmsKeyId": key})
    put_out_of_reach(lab, key, "disabled")
    assert state(ec2, instance) == "running"
    ec2.stop_instances(InstanceIds=[instance])
    ec2.start_instances(InstanceIds=[instance])
    assert state(ec2, instance) == "stopped"
    boto3.client("kms").enable_key(KeyId=key)
    ec2.start_instances(InstanceIds=[instance])
    assert state(ec2, instance) == "running"
