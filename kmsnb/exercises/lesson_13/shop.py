"""The scene of section 1: a shop whose parameter, function, queue and disks are under one key."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from kmsnb.figures import Table

if TYPE_CHECKING:  # the command line imports this package, and loads nothing heavy
    import boto3

    from kmsnb.kms.records.journal import Record

_NAME = "shop"


def attempt(call: Callable[..., Any], **parameters: Any) -> str:
    """``✓`` if the call succeeds, otherwise ``✗`` and the error's code."""
    from botocore.exceptions import ClientError

    try:
        call(**parameters)
    except ClientError as error:
        return f"✗ {error.response['Error']['Code']}"
    return "✓"


def asked(records: Iterable[Record]) -> Table:
    """What services asked of KMS: a row for each record that a request to a service caused, without random ids."""
    rows = (
        (
            record.cause,
            record.name,
            record.who.partition("/i-")[0].partition(" via ")[0],
            f"✗ {record.error_code}" if record.error_code else "✓",
        )
        for record in records
        if record.cause
    )
    return Table("What the services asked of KMS", ("Request", "KMS operation", "As", "Outcome"), rows)


class Shop:
    """Four things under ``key``, which ``owner`` creates: each comes to the key in another way.

    The owner needs ssm:PutParameter, and kms:Encrypt, Decrypt, GenerateDataKey, CreateGrant and DescribeKey for the key.
    """

    def __init__(self, owner: boto3.Session, key: str) -> None:
        self._as = owner.client
        role = self._as("iam").create_role(RoleName="run-shop", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
        self._as("ssm").put_parameter(Name="password", Value="hunter2", Type="SecureString", KeyId=key)
        self._as("lambda").create_function(
            FunctionName=_NAME,
            Role=role,
            Runtime="python3.13",
            Handler="shop.run",
            Code={"ZipFile": _code()},
            KMSKeyArn=key,
            Environment={"Variables": {"PASSWORD": "hunter2"}},
        )
        self._topic = self._as("sns").create_topic(Name="orders")["TopicArn"]
        self._queue = self._as("sqs").create_queue(QueueName="orders", Attributes={"KmsMasterKeyId": key})[
            "QueueUrl"
        ]
        queue_arn = self._topic.replace(":sns:", ":sqs:")
        self._as("sns").subscribe(TopicArn=self._topic, Protocol="sqs", Endpoint=queue_arn)
        self._scaling_group(key)

    def _scaling_group(self, key: str) -> None:
        ec2 = self._as("ec2")
        disk = {"DeviceName": "/dev/sdf", "Ebs": {"VolumeSize": 1, "Encrypted": True, "KmsKeyId": key}}
        linux = [{"Name": "name", "Values": ["al2023-ami-2023*"]}]
        image = ec2.describe_images(Filters=linux)["Images"][0]["ImageId"]
        template = {"ImageId": image, "InstanceType": "t3.micro", "BlockDeviceMappings": [disk]}
        ec2.create_launch_template(LaunchTemplateName=_NAME, LaunchTemplateData=template)
        self._as("autoscaling").create_auto_scaling_group(
            AutoScalingGroupName=_NAME,
            LaunchTemplate={"LaunchTemplateName": _NAME},
            MinSize=0,
            MaxSize=9,
            AvailabilityZones=[f"{ec2.meta.region_name}a"],
        )

    def try_all(self) -> dict[str, str]:
        """Read the parameter, start the function, send a message and launch an instance: what comes of each."""
        return {
            "a. read the parameter": self.read(),
            "b. start the function": self.run(),
            "c. deliver a message": self.send(),
            "d. launch an instance": self.launch(),
        }

    def read(self) -> str:
        """GetParameter with decryption."""
        return attempt(self._as("ssm").get_parameter, Name="password", WithDecryption=True)

    def run(self) -> str:
        """Invoke the function, whose variables are encrypted."""
        return attempt(self._as("lambda").invoke, FunctionName=_NAME)

    def send(self) -> str:
        """Publish to the topic, and look whether a message arrives in the queue."""
        before = self._waiting()
        published = attempt(self._as("sns").publish, TopicArn=self._topic, Message="order 17")
        return published if published != "✓" or self._waiting() > before else "✗ nothing arrives"

    def _waiting(self) -> int:
        name = "ApproximateNumberOfMessages"
        answer = self._as("sqs").get_queue_attributes(QueueUrl=self._queue, AttributeNames=[name])
        return int(answer["Attributes"][name])

    def launch(self) -> str:
        """Ask the Auto Scaling group for one more instance, and look whether it gets one."""
        before = self._running()
        scale = self._as("autoscaling").set_desired_capacity
        told = attempt(scale, AutoScalingGroupName=_NAME, DesiredCapacity=before + 1)
        return told if told != "✓" or self._running() > before else "✗ no instance"

    def _running(self) -> int:
        groups = self._as("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=[_NAME])
        return len(groups["AutoScalingGroups"][0]["Instances"])


def _code() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("shop.py", "def run(*_): pass")
    return file.getvalue()
