"""What it costs that services ask KMS, next to services that don't: `python tests/bench/bench_services.py`.

Both are timed in one process, turn and turn about, through a real boto3 client and with our KMS in both. What counts is
processor time, as nothing here waits: so the ratios hold on a busy machine, too. Printed are the medians and their
ratio, asking to silent, with the limit that the project has set itself. Leaves with status 1 if a limit is broken.
A second table has what permissions of the services cost, for which there is no limit: enforced, next to not enforced.
"""

import argparse
import gc
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import boto3
from moto import mock_aws

import kmsnb.kms
import kmsnb.services
from kmsnb.kms import ManualClock
from kmsnb.kms.moto.models import KmsBackend

ASKS, DOES_NOT = 1.5, 1.05
LIMITS = {
    "PutObject, SSE-KMS": ASKS,
    "GetObject, SSE-KMS": ASKS,
    "PutParameter, SecureString": ASKS,
    "GetParameter, SecureString": ASKS,
    "SendMessage, SSE-KMS": ASKS,
    "Publish, SSE-KMS": ASKS,
    "GetSecretValue": ASKS,
    "GetItem, asking": ASKS,
    "GetItem, data key cached": ASKS,
    "PutObject, SSE-S3": DOES_NOT,
    "GetObject, SSE-S3": DOES_NOT,
    "HeadObject, SSE-S3": DOES_NOT,
    "ListObjectsV2": DOES_NOT,
    "DeleteObject": DOES_NOT,
    "SendMessage, SSE-SQS": DOES_NOT,
    "ReceiveMessage, SSE-SQS": DOES_NOT,
    "Publish, not encrypted": DOES_NOT,
    "GetItem, AWS owned key": DOES_NOT,
}
NAMES = {"region_name": "us-east-1", "aws_access_key_id": "made", "aws_secret_access_key": "up"}
#: Uma's policy, and that of the bucket.
MAY = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}'
BUCKET_POLICY = """{"Version": "2012-10-17", "Statement": [
    {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": ["arn:aws:s3:::bench", "arn:aws:s3:::bench/*"],
     "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
    {"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "s3:*", "Resource": "arn:aws:s3:::bench/*"}]}"""
TURN = 5  # requests: the two sides take turns so often that whatever slows this machine slows both


def cases(s3: Any, ssm: Any, key: str, clock: ManualClock | None) -> dict[str, Callable[[], Any]]:
    """What is timed, in an order in which each finds what it reads.

    Without a clock, only the services that check permissions.
    """
    under_kms = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key}
    secure = {"Value": "hunter2", "Type": "SecureString", "KeyId": key, "Overwrite": True}
    storage = {
        "PutObject, SSE-KMS": lambda: s3.put_object(Bucket="bench", Key="kms", Body=b"x", **under_kms),
        "GetObject, SSE-KMS": lambda: s3.get_object(Bucket="bench", Key="kms")["Body"].read(),
        "PutObject, SSE-S3": lambda: s3.put_object(Bucket="bench", Key="s3", Body=b"x"),
        "GetObject, SSE-S3": lambda: s3.get_object(Bucket="bench", Key="s3")["Body"].read(),
        "HeadObject, SSE-S3": lambda: s3.head_object(Bucket="bench", Key="s3"),
        "ListObjectsV2": lambda: s3.list_objects_v2(Bucket="bench"),
        "DeleteObject": lambda: s3.delete_object(Bucket="bench", Key="none"),
        "PutParameter, SecureString": lambda: ssm.put_parameter(Name="/bench", **secure),
        "GetParameter, SecureString": lambda: ssm.get_parameter(Name="/bench", WithDecryption=True),
    }
    if clock is None:
        return storage
    sqs, sns = boto3.client("sqs", **NAMES), boto3.client("sns", **NAMES)
    encrypted = {"KmsMasterKeyId": key}
    ours, plain, empty = (
        sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        for name, attributes in (
            ("ours.fifo", {**encrypted, "FifoQueue": "true"}),
            ("plain.fifo", {"FifoQueue": "true"}),
            ("empty", {}),
        )
    )
    # a duplicate is not stored: moto's own time grows with the queue
    message = {"MessageBody": "x", "MessageGroupId": "g", "MessageDeduplicationId": "d"}
    our_topic = sns.create_topic(Name="ours", Attributes=encrypted)["TopicArn"]
    plain_topic = sns.create_topic(Name="plain")["TopicArn"]
    secrets, dynamodb = boto3.client("secretsmanager", **NAMES), boto3.client("dynamodb", **NAMES)
    secrets.create_secret(Name="bench", SecretString="x", KmsKeyId=key)
    for name, sse in (
        ("ours", {"SSESpecification": {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": key}}),
        ("plain", {}),
    ):
        dynamodb.create_table(
            TableName=name,
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
            **sse,
        )
        dynamodb.put_item(TableName=name, Item={"id": {"S": "a"}})

    def read_item(table: str) -> Any:
        return dynamodb.get_item(TableName=table, Key={"id": {"S": "a"}})

    def read_item_later() -> Any:
        clock.advance(minutes=6)  # the cached data key has been idle for too long
        return read_item("ours")

    return storage | {
        "SendMessage, SSE-KMS": lambda: sqs.send_message(QueueUrl=ours, **message),
        "Publish, SSE-KMS": lambda: sns.publish(TopicArn=our_topic, Message="x"),
        "SendMessage, SSE-SQS": lambda: sqs.send_message(QueueUrl=plain, **message),
        "ReceiveMessage, SSE-SQS": lambda: sqs.receive_message(QueueUrl=empty),
        "Publish, not encrypted": lambda: sns.publish(TopicArn=plain_topic, Message="x"),
        "GetSecretValue": lambda: secrets.get_secret_value(SecretId="bench"),
        "GetItem, asking": read_item_later,
        "GetItem, data key cached": lambda: read_item("ours"),
        "GetItem, AWS owned key": lambda: read_item("plain"),
    }


def enforced(*, enforce: bool = True) -> None:
    """Services ask IAM and the policies of their resources, or nobody; KMS goes on as it is."""
    KmsBackend.settings = replace(KmsBackend.settings, enforce=enforce)


free = partial(enforced, enforce=False)


def medians(
    call: Callable[[], Any], requests: int, before: Callable[[], None], after: Callable[[], None]
) -> tuple[float, float]:
    """Seconds of a request after each of two switches."""
    times: dict[Callable[[], None], list[float]] = {before: [], after: []}
    gc.disable()
    for _ in range(0, requests, TURN):
        for switch, measured in times.items():
            switch()
            call()  # once for caches and, where it reads, for something to read
            for _ in range(TURN):
                start = time.thread_time()
                call()
                measured.append(time.thread_time() - start)
    gc.enable()
    one, other = map(statistics.median, times.values())
    return one, other


def compare(requests: int) -> bool:
    clock = ManualClock()
    kmsnb.kms.install(clock=clock)
    kmsnb.services.install()
    kept = True
    print(f"{'median of a request':30}{'silent':>10}{'asking':>10}{'ratio':>8}{'limit':>8}")
    with mock_aws():
        s3, ssm = boto3.client("s3", **NAMES), boto3.client("ssm", **NAMES)
        key = boto3.client("kms", **NAMES).create_key()["KeyMetadata"]["KeyId"]
        s3.create_bucket(Bucket="bench")
        for name, call in cases(s3, ssm, key, clock).items():
            silent, asking = medians(call, requests, kmsnb.services.uninstall, kmsnb.services.install)
            ratio, limit = asking / silent, LIMITS[name]
            within = ratio <= limit
            kept &= within
            print(
                f"{name:30}{silent * 1e3:8.2f}ms{asking * 1e3:8.2f}ms{ratio:8.2f}"
                f"{limit:>8}{'' if within else '  BROKEN'}"
            )
    return kept


def compare_permissions(requests: int) -> None:
    """The same requests of a user with one IAM policy, in a bucket with a policy of two statements."""
    kmsnb.kms.install(enforce=True)
    kmsnb.services.install()
    print(f"\n{'median of a request':30}{'free':>10}{'enforced':>10}{'ratio':>8}")
    with mock_aws():
        iam = boto3.client("iam", **NAMES)
        iam.create_user(UserName="Uma")
        iam.put_user_policy(UserName="Uma", PolicyName="may", PolicyDocument=MAY)
        made = iam.create_access_key(UserName="Uma")["AccessKey"]
        names = {
            "region_name": "us-east-1",
            "aws_access_key_id": made["AccessKeyId"],
            "aws_secret_access_key": made["SecretAccessKey"],
        }
        s3, ssm = boto3.client("s3", **names), boto3.client("ssm", **names)
        key = boto3.client("kms", **names).create_key()["KeyMetadata"]["KeyId"]
        s3.create_bucket(Bucket="bench")
        s3.put_bucket_policy(Bucket="bench", Policy=BUCKET_POLICY)
        for name, call in cases(s3, ssm, key, None).items():
            without, with_ = medians(call, requests, free, enforced)
            print(f"{name:30}{without * 1e3:8.2f}ms{with_ * 1e3:8.2f}ms{with_ / without:8.2f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--requests", type=int, default=1000, help="of each kind, on each side")
    count = parser.parse_args().requests
    kept = compare(count)
    compare_permissions(count)
    sys.exit(not kept)
