"""What the tests of EC2, EBS and Auto Scaling share."""

from typing import Any

import boto3

#: What EBS asks of a user's permissions in the EBS User Guide, as far as KMS is asked for it here.
ENOUGH = frozenset(
    {"kms:CreateGrant", "kms:DescribeKey", "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncrypt*"}
)
#: What CloudTrail calls EC2 where it asks for a caller.
FRONT_END = "ec2-frontend-api.amazonaws.com"
#: What KMS says of a key that is out of reach.
ERRORS = {
    "disabled": "DisabledException",
    "pending deletion": "KMSInvalidStateException",
    "deleted": "NotFoundException",
}
ZONE = "us-east-1a"
#: An AMI that moto has.
IMAGE = "ami-12c6146b"


def volume(ec2: Any, key: str | None = None, **more: Any) -> str:
    """The id of a new volume of 8 GiB, encrypted if ``key`` is given; an empty one stands for the default key."""
    if key is not None:
        more |= {"Encrypted": True} | ({"KmsKeyId": key} if key else {})
    if "SnapshotId" not in more:
        more["Size"] = 8
    return ec2.create_volume(AvailabilityZone=ZONE, **more)["VolumeId"]


def exists(ec2: Any, volume_id: str) -> bool:
    """Whether EC2 still knows a volume."""
    return volume_id in [each["VolumeId"] for each in ec2.describe_volumes()["Volumes"]]


def snapshot(ec2: Any, key: str | None = None) -> str:
    """The id of a snapshot of a new volume."""
    return ec2.create_snapshot(VolumeId=volume(ec2, key))["SnapshotId"]


def state(ec2: Any, resource: str) -> str:
    """The state of a snapshot, of an instance or of a volume."""
    if resource.startswith("snap-"):
        return ec2.describe_snapshots(SnapshotIds=[resource])["Snapshots"][0]["State"]
    if resource.startswith("vol-"):
        return ec2.describe_volumes(VolumeIds=[resource])["Volumes"][0]["State"]
    return described(ec2, resource)["State"]["Name"]


def described(ec2: Any, instance: str) -> Any:
    """What DescribeInstances says of an instance."""
    return ec2.describe_instances(InstanceIds=[instance])["Reservations"][0]["Instances"][0]


def launch(ec2: Any, *volumes: dict[str, Any], image: str = IMAGE, **more: Any) -> str:
    """The id of a new instance with an unencrypted root volume and these volumes."""
    mappings = [
        {"DeviceName": f"/dev/sd{'fghij'[number]}", "Ebs": {"VolumeSize": 8, **each}}
        for number, each in enumerate(volumes)
    ]
    if mappings:
        more["BlockDeviceMappings"] = mappings
    launched = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, **more)["Instances"]
    return launched[0]["InstanceId"]


def managed_key() -> str:
    """The ARN of ``aws/ebs``, which is there from the first time that somebody asks for it."""
    return boto3.client("kms").describe_key(KeyId="alias/aws/ebs")["KeyMetadata"]["Arn"]
