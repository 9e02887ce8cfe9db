"""What S3, SNS and EventBridge send to an encrypted queue or topic: KMS is asked as the sender."""

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

import kmsnb
from kmsnb import kms, services

from .conftest import asked, asks, make_key, put_out_of_reach
from .roles import ACCOUNT

QUEUE = f"arn:aws:sqs:us-east-1:{ACCOUNT}:orders"
TOPIC = f"arn:aws:sns:us-east-1:{ACCOUNT}:news"
BUCKET = "arn:aws:s3:::uploads"
RULE = f"arn:aws:events:us-east-1:{ACCOUNT}:rule/mine"


def allow(key: str, service: str, source_arn: str = "*") -> None:
    """Let a service use a key for a resource, in the key policy."""
    statements: list[dict[str, Any]] = [
        {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
            "Action": "kms:*",
            "Resource": "*",
        },
        {
            "Effect": "Allow",
            "Principal": {"Service": service},
            "Action": ["kms:GenerateDataKey", "kms:Decrypt"],
            "Resource": "*",
            "Condition": {"ArnLike": {"aws:SourceArn": source_arn}},
        },
    ]
    policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
    boto3.client("kms").put_key_policy(KeyId=key, PolicyName="default", Policy=policy)


def make_queue(key: str) -> str:
    queue = boto3.client("sqs").create_queue(QueueName="orders", Attributes={"KmsMasterKeyId": key})
    return queue["QueueUrl"]


def from_sns() -> Callable[[], None]:
    sns = boto3.client("sns")
    sns.create_topic(Name="news")
    sns.subscribe(TopicArn=TOPIC, Protocol="sqs", Endpoint=QUEUE)
    return lambda: sns.publish(TopicArn=TOPIC, Message="hello")


def from_s3() -> Callable[[], None]:
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="uploads")
    s3.put_bucket_notification_configuration(
        Bucket="uploads",
        NotificationConfiguration={
            "QueueConfigurations": [{"QueueArn": QUEUE, "Events": ["s3:ObjectCreated:*"]}]
        },
    )
    return lambda: s3.put_object(Bucket="uploads", Key="hello")


def from_event_bridge() -> Callable[[], None]:
    events = boto3.client("events")
    events.put_rule(Name="mine", EventPattern='{"source": ["me"]}')
    events.put_targets(Rule="mine", Targets=[{"Id": "queue", "Arn": QUEUE}])
    return lambda: events.put_events(Entries=[{"Source": "me", "DetailType": "hello", "Detail": "{}"}])


SENDERS = [
    (from_sns, "sns.amazonaws.com", TOPIC),
    (from_s3, "s3.amazonaws.com", BUCKET),
    (from_event_bridge, "events.amazonaws.com", RULE),
]


def waiting(queue: str) -> int:
    got = boto3.client("sqs").get_queue_attributes(
        QueueUrl=queue, AttributeNames=["ApproximateNumberOfMessages"]
    )
    return int(got["Attributes"]["ApproximateNumberOfMessages"])


@pytest.mark.parametrize(("prepare", "service", "source_arn"), SENDERS)
def test_a_service_that_the_key_policy_allows_can_send(
    lab: kmsnb.Lab, prepare: Callable[[], Callable[[], None]], service: str, source_arn: str
):
    key = make_key(lab)
    allow(key, service, source_arn)
    queue = make_queue(key)
    act = prepare()
    lab.clock.advance(minutes=5)  # S3 has sent a test message
    before, since = waiting(queue), len(lab.journal.records)
    act()
    assert waiting(queue) == before + 1
    assert asks(lab, since) == [("GenerateDataKey", None), ("Decrypt", None)]
    for record in asked(lab, since):
        told = record.cloudtrail()
        assert told["userIdentity"] == {"type": "AWSService", "invokedBy": service}
        assert told["requestParameters"]["encryptionContext"] == {"aws:sqs:arn": QUEUE}
    since = len(lab.journal.records)
    act()
    assert asks(lab, since) == []
    assert waiting(queue) == before + 2
    got = boto3.client("sqs").receive_message(QueueUrl=queue)["Messages"]
    assert len(got) == 1
    assert asks(lab, since) == [("Decrypt", None)]


@pytest.mark.parametrize(("prepare", "service", "source_arn"), SENDERS)
@pytest.mark.parametrize("why", ["not named", "another source", "disabled", "pending deletion"])
def test_what_kms_refuses_is_not_delivered_and_the_sender_does_not_hear_of_it(
    lab: kmsnb.Lab, prepare: Callable[[], Callable[[], None]], service: str, source_arn: str, why: str
):
    key = make_key(lab)
    queue = make_queue(key)
    allow(key, service)
    act = prepare()
    lab.clock.advance(minutes=5)
    allow(
        key,
        "ses.amazonaws.com" if why == "not named" else service,
        source_arn + "-2" if why == "another source" else "*",
    )
    if why in ("disabled", "pending deletion"):
        put_out_of_reach(lab, key, why)
    before, since = waiting(queue), len(lab.journal.records)
    act()
    assert waiting(queue) == before
    (refused,) = asked(lab, since)
    assert (refused.name, refused.who) == ("GenerateDataKey", service)
    assert refused.error_code in ("AccessDenied", "DisabledException", "KMSInvalidStateException")


@pytest.mark.parametrize(("prepare", "service"), [(from_sns, "sns"), (from_event_bridge, "events")])
def test_aws_sqs_serves_no_other_service(
    lab: kmsnb.Lab, prepare: Callable[[], Callable[[], None]], service: str
):
    queue = make_queue("alias/aws/sqs")
    prepare()()
    assert waiting(queue) == 0
    assert asks(lab) == [("GenerateDataKey", "AccessDenied")]


def test_s3_rejects_a_destination_that_it_cannot_send_to(lab: kmsnb.Lab):
    queue = make_queue(make_key(lab))
    with pytest.raises(ClientError, match="Unable to validate the following destination") as refused:
        from_s3()
    assert refused.value.response["Error"]["Code"] == "InvalidArgument"
    configured = boto3.client("s3").get_bucket_notification_configuration(Bucket="uploads")
    assert "QueueConfigurations" not in configured
    assert waiting(queue) == 0
    assert asks(lab) == [("GenerateDataKey", "AccessDenied")]


def test_s3_publishes_to_an_encrypted_topic_and_sns_sends_on(lab: kmsnb.Lab):
    topic_key, queue_key = make_key(lab), make_key(lab)
    allow(topic_key, "s3.amazonaws.com", BUCKET)
    allow(queue_key, "sns.amazonaws.com", TOPIC)
    queue = make_queue(queue_key)
    sns, s3 = boto3.client("sns"), boto3.client("s3")
    sns.create_topic(Name="news", Attributes={"KmsMasterKeyId": topic_key})
    sns.subscribe(TopicArn=TOPIC, Protocol="sqs", Endpoint=QUEUE)
    s3.create_bucket(Bucket="uploads")
    s3.put_bucket_notification_configuration(
        Bucket="uploads",
        NotificationConfiguration={
            "TopicConfigurations": [{"TopicArn": TOPIC, "Events": ["s3:ObjectCreated:*"]}]
        },
    )
    assert [(record.name, record.who, record.error_code) for record in asked(lab)] == [
        ("GenerateDataKey", "s3.amazonaws.com", None),
        ("Decrypt", "s3.amazonaws.com", None),
        ("GenerateDataKey", "sns.amazonaws.com", None),
        ("Decrypt", "sns.amazonaws.com", None),
    ]
    assert waiting(queue) == 1
    put_out_of_reach(lab, topic_key, "disabled")
    lab.clock.advance(minutes=5)
    s3.put_object(Bucket="uploads", Key="hello")
    assert waiting(queue) == 1
    assert asks(lab)[-1] == ("GenerateDataKey", "DisabledException")


def test_one_refused_subscription_does_not_keep_a_message_from_the_others(lab: kmsnb.Lab):
    make_queue(make_key(lab))
    sqs, sns = boto3.client("sqs"), boto3.client("sns")
    publish = from_sns()
    plain = sqs.create_queue(QueueName="plain")["QueueUrl"]
    sns.subscribe(TopicArn=TOPIC, Protocol="sqs", Endpoint=f"arn:aws:sqs:us-east-1:{ACCOUNT}:plain")
    publish()
    assert waiting(plain) == 1


def test_a_queue_and_a_rule_of_a_stack_are_heard_of_too(lab: kmsnb.Lab):
    key = make_key(lab)
    template = {
        "Resources": {
            "Queue": {
                "Type": "AWS::SQS::Queue",
                "Properties": {"QueueName": "orders", "KmsMasterKeyId": key},
            },
            "Rule": {
                "Type": "AWS::Events::Rule",
                "Properties": {
                    "EventPattern": {"source": ["me"]},
                    "Targets": [{"Id": "queue", "Arn": QUEUE}],
                },
            },
        }
    }
    boto3.client("cloudformation").create_stack(StackName="stack", TemplateBody=json.dumps(template))
    boto3.client("events").put_events(Entries=[{"Source": "me", "DetailType": "hello", "Detail": "{}"}])
    assert asks(lab) == [("GenerateDataKey", "AccessDenied")]


def test_uninstalled_services_deliver_without_a_question():
    services.install()
    try:
        with mock_aws():
            names = {"aws_access_key_id": "made", "aws_secret_access_key": "up", "region_name": "us-east-1"}
            sqs, sns = boto3.client("sqs", **names), boto3.client("sns", **names)
            queue = sqs.create_queue(QueueName="orders", Attributes={"KmsMasterKeyId": "no such key"})[
                "QueueUrl"
            ]
            topic = sns.create_topic(Name="news")["TopicArn"]
            sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=QUEUE)
            sns.publish(TopicArn=topic, Message="not delivered")
            services.uninstall()
            sns.publish(TopicArn=topic, Message="delivered")
            (message,) = sqs.receive_message(QueueUrl=queue)["Messages"]
            assert json.loads(message["Body"])["Message"] == "delivered"
    finally:
        services.uninstall()
        kms.uninstall()
