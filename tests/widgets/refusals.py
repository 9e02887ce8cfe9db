"""What the widget of lesson 13 tells of, caused in a lab: services under one key, faults, and requests."""

import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import boto3

import kmsnb
from kmsnb.exercises.lesson_13 import Shop, attempt

_USE = ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey*", "kms:CreateGrant", "kms:DescribeKey"]


class Told(NamedTuple):
    """What the request's sender sees, and the call that KMS refused: who, what, and why."""

    seen: str
    who: str = ""
    operation: str = ""
    error: str = ""


class Scene:
    """Everything under one key, in a lab that is on."""

    def __init__(self, lab: kmsnb.Lab) -> None:
        self.lab, self.kms, self.iam = lab, boto3.client("kms"), boto3.client("iam")
        self.key = self.kms.create_key()["KeyMetadata"]["Arn"]
        self.policy = json.loads(self.kms.get_key_policy(KeyId=self.key)["Policy"])
        role = self.iam.create_service_linked_role(AWSServiceName="autoscaling.amazonaws.com")["Role"]["Arn"]
        services = {"Service": ["sns.amazonaws.com", "cloudtrail.amazonaws.com"]}
        self.put([_allow(services), _allow({"AWS": role})])
        self.uma = lab.user("Uma")
        self.let("work", ["ssm:*", "secretsmanager:*"])
        self.let("key", _USE)
        self.shop = Shop(self.uma, self.key)
        self._secret_and_trail()
        self._disk()
        self._database()

    def let(self, policy: str, actions: list[str]) -> None:
        """Give Uma an IAM policy, or another in the place of one."""
        statement = {"Effect": "Allow", "Action": actions, "Resource": "*"}
        document = json.dumps({"Version": "2012-10-17", "Statement": statement})
        self.iam.put_user_policy(UserName="Uma", PolicyName=policy, PolicyDocument=document)

    def put(self, more: list[Any]) -> None:
        """Put the default key policy, with these statements more."""
        policy = self.policy | {"Statement": self.policy["Statement"] + more}
        self.kms.put_key_policy(KeyId=self.key, Policy=json.dumps(policy))

    def _secret_and_trail(self) -> None:
        self.secrets, self.trails = self.uma.client("secretsmanager"), self.uma.client("cloudtrail")
        self.secrets.create_secret(Name="password", SecretString="hunter2", KmsKeyId=self.key)
        boto3.client("s3").create_bucket(Bucket="audit-logs")

    def _disk(self) -> None:
        self.ec2 = self.uma.client("ec2")
        linux = [{"Name": "name", "Values": ["al2023-ami-2023*"]}]
        image = self.ec2.describe_images(Filters=linux)["Images"][0]["ImageId"]
        started = self.ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1)
        volume = self.ec2.create_volume(
            AvailabilityZone="us-east-1a", Size=1, Encrypted=True, KmsKeyId=self.key
        )
        server = started["Instances"][0]["InstanceId"]
        self.disk = {"VolumeId": volume["VolumeId"], "InstanceId": server, "Device": "/dev/sdf"}

    def _database(self) -> None:
        self.rds = self.uma.client("rds")
        self.rds.create_db_instance(
            DBInstanceIdentifier="shop",
            Engine="postgres",
            DBInstanceClass="db.t4g.micro",
            AllocatedStorage=20,
            MasterUsername="ada",
            MasterUserPassword="hunter2-hunter2",
            StorageEncrypted=True,
            KmsKeyId=self.key,
        )
        self.rds.stop_db_instance(DBInstanceIdentifier="shop")

    def cause(self, fault: str) -> None:
        """Cause a fault, by its name in the widget."""
        if fault == "no permission":
            self.iam.delete_user_policy(UserName="Uma", PolicyName="key")
        elif fault == "no statement":
            self.put([])
        elif fault == "revoked":
            for grant in self.kms.list_grants(KeyId=self.key)["Grants"]:
                self.kms.revoke_grant(KeyId=self.key, GrantId=grant["GrantId"])
        elif fault == "disabled":
            self.kms.disable_key(KeyId=self.key)

    def tell(self) -> Iterator[tuple[str, Told]]:
        """Make each request of the widget, and tell what came of it."""
        requests: dict[str, Callable[[], str]] = {
            "parameter": self.shop.read,
            "secret": lambda: attempt(self.secrets.get_secret_value, SecretId="password"),
            "disk": lambda: attempt(self.ec2.attach_volume, **self.disk),
            "database": lambda: attempt(self.rds.start_db_instance, DBInstanceIdentifier="shop"),
            "function": self.shop.run,
            "message": self.shop.send,
            "trail": lambda: attempt(
                self.trails.create_trail, Name="audit", S3BucketName="audit-logs", KmsKeyId=self.key
            ),
            "group": self.shop.launch,
        }
        for name, request in requests.items():
            before = len(self.lab.journal)
            seen = request()
            refused = [each for each in self.lab.journal.records[before:] if each.error_code]
            if not refused:
                yield name, Told(seen)
            else:
                first = refused[0]
                yield name, Told(seen, first.who, first.name, first.error_code or "")


def _allow(principal: dict[str, Any]) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": principal, "Action": _USE, "Resource": "*"}
