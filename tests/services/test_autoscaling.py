"""Auto Scaling launches instances as its service-linked role, which needs permission for the key."""

import json
from typing import Any

import boto3
import pytest

import kmsnb

from .conftest import asked, asks, grants, put_out_of_reach, refused
from .ec2 import FRONT_END, IMAGE, ZONE, launch
from .roles import ACCOUNT, may

pytestmark = pytest.mark.usefixtures("few_images")

THEIRS = "210987654321"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"
GENERATE = "GenerateDataKeyWithoutPlaintext"
#: A root volume from an AMI without encryption, as for RunInstances.
LAUNCHED = [GENERATE, "CreateGrant", "Decrypt", "RetireGrant", "CreateGrant", "Decrypt"]
USE = {
    "Effect": "Allow",
    "Principal": {"AWS": ROLE},
    "Action": ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"],
    "Resource": "*",
}
GRANT = {
    "Effect": "Allow",
    "Principal": {"AWS": ROLE},
    "Action": "kms:CreateGrant",
    "Resource": "*",
    "Condition": {"Bool": {"kms:GrantIsForAWSResource": True}},
}


@pytest.fixture
def scaling(lab: kmsnb.Lab) -> Any:
    return boto3.client("autoscaling")


def allow(key: str, *statements: dict[str, Any]) -> None:
    """The default key policy of a key, and these statements."""
    account = key.split(":")[4]
    own = {"Effect": "Allow", "Principal": {"AWS": account}, "Action": "kms:*", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [own, *statements]})
    boto3.client("kms").put_key_policy(KeyId=key, PolicyName="default", Policy=policy)


def service_linked_role() -> None:
    """The role, which must exist before a key policy or a grant can name it."""
    boto3.client("iam").create_service_linked_role(AWSServiceName="autoscaling.amazonaws.com")


def template(key: str | None) -> None:
    """A launch template whose root volume is encrypted under ``key``, or not at all."""
    disk: dict[str, Any] = {"VolumeSize": 8, "DeleteOnTermination": True}
    if key:
        disk |= {"Encrypted": True, "KmsKeyId": key}
    boto3.client("ec2").create_launch_template(
        LaunchTemplateName="web",
        LaunchTemplateData={
            "ImageId": IMAGE,
            "InstanceType": "t3.micro",
            "BlockDeviceMappings": [{"DeviceName": "/dev/sda1", "Ebs": disk}],
        },
    )


def group(scaling: Any, desired: int = 1) -> None:
    scaling.create_auto_scaling_group(
        AutoScalingGroupName="web",
        LaunchTemplate={"LaunchTemplateName": "web"},
        MinSize=0,
        MaxSize=4,
        DesiredCapacity=desired,
        AvailabilityZones=[ZONE],
    )


def instances(scaling: Any) -> list[str]:
    described = scaling.describe_auto_scaling_groups(AutoScalingGroupNames=["web"])
    return [each["InstanceId"] for each in described["AutoScalingGroups"][0]["Instances"]]


def activities(scaling: Any) -> list[Any]:
    return scaling.describe_scaling_activities(AutoScalingGroupName="web")["Activities"]


def test_two_statements_of_the_key_policy_let_the_role_launch(lab: kmsnb.Lab, scaling: Any, key: str):
    service_linked_role()
    allow(key, USE, GRANT)
    template(key)
    group(scaling)
    (instance,) = instances(scaling)
    assert activities(scaling) == []
    records = asked(lab)
    assert [(record.name, record.error_code) for record in records] == [(name, None) for name in LAUNCHED]
    assert {record.cause for record in records} == {"autoscaling:CreateAutoScalingGroup"}
    whose = f"assumed-role/AWSServiceRoleForAutoScaling/AutoScaling via {FRONT_END}"
    assert [records[each].who for each in (0, 1, 4)] == [whose] * 3
    assert records[-1].who == f"assumed-role/aws:ec2-infrastructure/{instance}"
    (grant,) = grants(lab, key)
    assert grant["GranteePrincipal"].endswith(f"aws:ec2-infrastructure/{instance}")


@pytest.mark.parametrize("given", [[], [USE], [GRANT]], ids=["nothing", "no grants", "no use"])
def test_without_the_statements_no_instance_stays(
    lab: kmsnb.Lab, scaling: Any, key: str, given: list[dict[str, Any]]
):
    service_linked_role()
    allow(key, *given)
    template(key)
    group(scaling)
    assert instances(scaling) == []
    (failed,) = activities(scaling)
    assert failed["StatusCode"] == "Cancelled"
    assert "Client.InvalidKMSKey.InvalidState" in failed["StatusMessage"]
    (refusal,) = [each for each in asks(lab) if each[1]]
    assert refusal == ("CreateGrant" if given == [USE] else GENERATE, "AccessDenied")
    assert grants(lab, key) == []


def test_what_the_user_may_do_does_not_count(lab: kmsnb.Lab, key: str):
    uma = may(lab, "Uma", {"autoscaling:*"}).client("autoscaling")
    service_linked_role()
    allow(key, USE, GRANT)
    template(key)
    group(uma)
    assert len(instances(uma)) == 1


@pytest.mark.parametrize("key_is", ["disabled", "pending deletion"])
def test_a_key_out_of_reach(lab: kmsnb.Lab, scaling: Any, key: str, key_is: str):
    service_linked_role()
    allow(key, USE, GRANT)
    template(key)
    group(scaling)
    before = instances(scaling)
    put_out_of_reach(lab, key, key_is)
    scaling.set_desired_capacity(AutoScalingGroupName="web", DesiredCapacity=2)
    assert instances(scaling) == before, "what runs goes on"
    assert len(activities(scaling)) == 1


def test_the_next_request_tries_again(lab: kmsnb.Lab, scaling: Any, key: str):
    service_linked_role()
    template(key)
    group(scaling)
    assert instances(scaling) == []
    allow(key, USE, GRANT)
    scaling.set_desired_capacity(AutoScalingGroupName="web", DesiredCapacity=2)
    assert len(instances(scaling)) == 2


def test_scaling_in_ends_the_grants(lab: kmsnb.Lab, scaling: Any, key: str):
    service_linked_role()
    allow(key, USE, GRANT)
    template(key)
    group(scaling, 3)
    assert len(grants(lab, key)) == 3
    scaling.set_desired_capacity(AutoScalingGroupName="web", DesiredCapacity=2)
    assert len(grants(lab, key)) == 2
    scaling.terminate_instance_in_auto_scaling_group(
        InstanceId=instances(scaling)[0], ShouldDecrementDesiredCapacity=True
    )
    assert len(grants(lab, key)) == 1
    scaling.delete_auto_scaling_group(AutoScalingGroupName="web", ForceDelete=True)
    assert grants(lab, key) == []


@pytest.mark.parametrize("key_is", ["enabled", "disabled"])
def test_an_instance_that_ec2_terminates_is_replaced(lab: kmsnb.Lab, scaling: Any, key: str, key_is: str):
    service_linked_role()
    allow(key, USE, GRANT)
    template(key)
    group(scaling)
    (old,) = instances(scaling)
    if key_is == "disabled":
        put_out_of_reach(lab, key, "disabled")
    before = len(lab.journal.records)
    boto3.client("ec2").terminate_instances(InstanceIds=[old])
    records = asked(lab, before)
    assert {each.cause for each in records} == {"ec2:TerminateInstances"}
    assert records[1].who == f"assumed-role/AWSServiceRoleForAutoScaling/AutoScaling via {FRONT_END}"
    if key_is == "disabled":
        assert asks(lab, before) == [("RetireGrant", None), (GENERATE, "DisabledException")]
        assert (instances(scaling), len(activities(scaling))) == ([], 1)
        return
    assert asks(lab, before) == [(name, None) for name in ["RetireGrant", *LAUNCHED]]
    (new,) = instances(scaling)
    (grant,) = grants(lab, key)
    assert new != old
    assert grant["GranteePrincipal"].endswith(new)


def test_terminating_an_instance_of_no_group_makes_no_role(lab: kmsnb.Lab):
    ec2 = boto3.client("ec2")
    ec2.terminate_instances(InstanceIds=[launch(ec2)])
    assert boto3.client("iam").list_roles()["Roles"] == []


def test_a_detached_instance_keeps_its_grant_and_another_gets_one(lab: kmsnb.Lab, scaling: Any, key: str):
    service_linked_role()
    allow(key, USE, GRANT)
    template(key)
    group(scaling)
    scaling.detach_instances(
        AutoScalingGroupName="web", InstanceIds=instances(scaling), ShouldDecrementDesiredCapacity=False
    )
    assert len(grants(lab, key)) == 2
    scaling.enter_standby(
        AutoScalingGroupName="web", InstanceIds=instances(scaling), ShouldDecrementDesiredCapacity=False
    )
    assert len(grants(lab, key)) == 3


def test_a_key_of_another_account_needs_a_grant_from_the_group_s_account(lab: kmsnb.Lab, scaling: Any):
    theirs = may(lab, "Olga", ["kms:*"], THEIRS).client("kms")
    service_linked_role()
    key = theirs.create_key()["KeyMetadata"]["Arn"]
    root = {"Effect": "Allow", "Principal": {"AWS": THEIRS}, "Action": "kms:*", "Resource": "*"}
    ours = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "kms:*", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [root, ours]})
    theirs.put_key_policy(KeyId=key, PolicyName="default", Policy=policy)
    template(key)
    group(scaling)
    assert instances(scaling) == []
    boto3.client("kms").create_grant(
        KeyId=key,
        GranteePrincipal=ROLE,
        Operations=[
            "Encrypt",
            "Decrypt",
            "ReEncryptFrom",
            "ReEncryptTo",
            "GenerateDataKey",
            GENERATE,
            "DescribeKey",
            "CreateGrant",
        ],
    )
    scaling.set_desired_capacity(AutoScalingGroupName="web", DesiredCapacity=1)
    assert len(instances(scaling)) == 1


def test_without_encryption_nobody_is_asked(lab: kmsnb.Lab, scaling: Any):
    template(None)
    group(scaling, 2)
    assert len(instances(scaling)) == 2
    assert asked(lab) == []


def test_the_managed_key_needs_no_statement(lab: kmsnb.Lab, scaling: Any):
    boto3.client("ec2").enable_ebs_encryption_by_default()
    template(None)
    group(scaling)
    assert len(instances(scaling)) == 1
    assert [each for each in asks(lab) if each[1]] == []


def test_attaching_an_instance_to_a_group_asks_nothing(lab: kmsnb.Lab, scaling: Any, key: str):
    template(None)
    group(scaling, 0)
    instance = launch(boto3.client("ec2"), {"Encrypted": True, "KmsKeyId": key})
    before = len(lab.journal.records)
    scaling.attach_instances(AutoScalingGroupName="web", InstanceIds=[instance])
    assert asked(lab, before) == []


def test_a_refused_request_launches_nothing(lab: kmsnb.Lab, scaling: Any):
    template(None)
    with refused("ValidationError", "Availability Zone"):
        scaling.create_auto_scaling_group(
            AutoScalingGroupName="web", LaunchTemplate={"LaunchTemplateName": "web"}, MinSize=1, MaxSize=1
        )
    assert asked(lab) == []
