"""SQS: producers and consumers use data keys for a while, each for themselves."""

import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

import kmsnb

from .conftest import asked, asks, make_key, put_out_of_reach, unusable_key
from .roles import ACCOUNT, may

QUEUE = f"arn:aws:sqs:us-east-1:{ACCOUNT}:orders"
PRODUCER = {"kms:GenerateDataKey", "kms:Decrypt"}


def make_queue(key: str | None = None, name: str = "orders", **attributes: str) -> str:
    if key:
        attributes["KmsMasterKeyId"] = key
    return boto3.client("sqs").create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]


def send(sqs: Any, queue: str, body: str = "one") -> None:
    sqs.send_message(QueueUrl=queue, MessageBody=body)


def receive(sqs: Any, queue: str) -> list[str]:
    got = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, VisibilityTimeout=0)
    return [message["Body"] for message in got.get("Messages", ())]


def test_a_producer_gets_a_data_key_and_verifies_it(lab: kmsnb.Lab):
    key = make_key(lab)
    send(may(lab, "Uma", PRODUCER).client("sqs"), make_queue(key))
    generated, decrypted = asked(lab)
    assert (generated.name, decrypted.name) == ("GenerateDataKey", "Decrypt")
    for record in (generated, decrypted):
        assert (record.who, record.cause) == ("user/Uma via sqs.amazonaws.com", "sqs:SendMessage")
        assert record.cloudtrail()["requestParameters"]["encryptionContext"] == {"aws:sqs:arn": QUEUE}
        assert [each["ARN"] for each in record.cloudtrail()["resources"]] == [key]


def test_a_consumer_needs_decrypt_alone(lab: kmsnb.Lab):
    queue = make_queue(make_key(lab))
    send(boto3.client("sqs"), queue)
    since = len(lab.journal.records)
    assert receive(may(lab, "Uma", {"kms:Decrypt"}).client("sqs"), queue) == ["one"]
    (record,) = asked(lab, since)
    assert (record.name, record.who, record.cause) == (
        "Decrypt",
        "user/Uma via sqs.amazonaws.com",
        "sqs:ReceiveMessage",
    )
    assert record.cloudtrail()["requestParameters"]["encryptionContext"] == {"aws:sqs:arn": QUEUE}


@pytest.mark.parametrize("period", [60, 300, 86_400])
def test_within_the_period_nobody_asks_again(lab: kmsnb.Lab, period: int):
    queue = make_queue(make_key(lab), KmsDataKeyReusePeriodSeconds=str(period))
    sqs = boto3.client("sqs")
    for _ in range(3):
        send(sqs, queue)
        receive(sqs, queue)
    assert [name for name, _ in asks(lab)] == ["GenerateDataKey", "Decrypt", "Decrypt"]
    lab.clock.advance(seconds=period)
    since = len(lab.journal.records)
    send(sqs, queue)
    receive(sqs, queue)
    assert [name for name, _ in asks(lab, since)] == ["GenerateDataKey", "Decrypt", "Decrypt"]


def test_the_period_is_300_seconds_by_default(lab: kmsnb.Lab):
    queue, sqs = make_queue(make_key(lab)), boto3.client("sqs")
    send(sqs, queue)
    lab.clock.advance(seconds=290)
    send(sqs, queue)
    assert len(asks(lab)) == 2
    lab.clock.advance(seconds=10)
    send(sqs, queue)
    assert len(asks(lab)) == 4


def test_each_principal_asks_for_itself(lab: kmsnb.Lab):
    queue = make_queue(make_key(lab))
    for name in ("Uma", "Ben"):
        send(may(lab, name, PRODUCER).client("sqs"), queue)
    assert len(asks(lab)) == 4
    assert len(receive(boto3.client("sqs"), queue)) == 2
    assert len(asks(lab)) == 5  # "one for each consumer", however many producers


def test_session_names_make_no_other_principal_but_session_policies_do(lab: kmsnb.Lab):
    queue = make_queue(make_key(lab))
    lab.role("Sender")
    boto3.client("iam").put_role_policy(
        RoleName="Sender",
        PolicyName="all",
        PolicyDocument=json.dumps(
            {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
        ),
    )
    scoped = json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": {"Effect": "Allow", "Action": ["kms:*", "sqs:*"], "Resource": "*"},
        }
    )
    asked_for = []
    for name, policy in (("one", {}), ("two", {}), ("three", {"Policy": scoped})):
        got = boto3.client("sts").assume_role(
            RoleArn=f"arn:aws:iam::{ACCOUNT}:role/Sender", RoleSessionName=name, **policy
        )["Credentials"]
        session = boto3.Session(got["AccessKeyId"], got["SecretAccessKey"], got["SessionToken"])
        since = len(lab.journal.records)
        send(session.client("sqs"), queue)
        asked_for.append(len(asks(lab, since)))
    assert asked_for == [2, 0, 2]


def test_a_batch_asks_once(lab: kmsnb.Lab):
    queue = make_queue(make_key(lab))
    boto3.client("sqs").send_message_batch(
        QueueUrl=queue, Entries=[{"Id": str(number), "MessageBody": "x"} for number in range(10)]
    )
    assert asks(lab) == [("GenerateDataKey", None), ("Decrypt", None)]
    assert len(receive(may(lab, "Uma", {"kms:Decrypt"}).client("sqs"), queue)) == 10


@pytest.mark.parametrize("missing", ["kms:GenerateDataKey", "kms:Decrypt"])
def test_a_producer_without_a_permission_is_denied(lab: kmsnb.Lab, missing: str):
    queue = make_queue(make_key(lab))
    sqs = may(lab, "Uma", PRODUCER - {missing}).client("sqs")
    with pytest.raises(
        sqs.exceptions.KmsAccessDenied, match=f"not authorized to perform: {missing}"
    ) as denied:
        send(sqs, queue)
    assert denied.value.response["Error"]["Code"] == "KMS.AccessDeniedException"
    assert denied.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert "(Service: AWSKMS; Status Code: 400; Error Code: AccessDeniedException; Request ID: " in str(
        denied.value
    )
    assert asks(lab)[-1] == (missing.removeprefix("kms:"), "AccessDenied")
    assert receive(boto3.client("sqs"), queue) == []


def test_a_consumer_without_permission_gets_no_message(lab: kmsnb.Lab):
    queue, owner = make_queue(make_key(lab)), boto3.client("sqs")
    send(owner, queue)
    sqs = may(lab, "Uma", {"kms:GenerateDataKey"}).client("sqs")
    for _ in range(2):
        with pytest.raises(sqs.exceptions.KmsAccessDenied) as denied:
            sqs.receive_message(QueueUrl=queue)
        assert denied.value.response["Error"]["Code"] == "KMS.AccessDeniedException"
    got = owner.receive_message(QueueUrl=queue, AttributeNames=["All"])["Messages"]
    assert [message["Attributes"]["ApproximateReceiveCount"] for message in got] == ["1"]


OUT_OF_REACH = [
    ("disabled", "KmsDisabled", "KMS.DisabledException", "is disabled."),
    ("pending deletion", "KmsInvalidState", "KMS.InvalidStateException", "is pending deletion."),
    ("deleted", "KmsNotFound", "KMS.NotFoundException", "does not exist"),
]


@pytest.mark.parametrize(("how", "error_class", "code", "message"), OUT_OF_REACH)
def test_a_key_out_of_reach_stops_producers(
    lab: kmsnb.Lab, how: str, error_class: str, code: str, message: str
):
    key = make_key(lab)
    queue, sqs = make_queue(key), boto3.client("sqs")
    put_out_of_reach(lab, key, how)
    with pytest.raises(getattr(sqs.exceptions, error_class), match=message) as refused:
        send(sqs, queue)
    assert refused.value.response["Error"]["Code"] == code


@pytest.mark.parametrize(
    ("how", "code"),
    [(how, code) for how, _, code, _ in OUT_OF_REACH[:2]] + [("deleted", "KMS.AccessDeniedException")],
)
def test_a_key_out_of_reach_stops_consumers(lab: kmsnb.Lab, how: str, code: str):
    key = make_key(lab)
    queue, sqs = make_queue(key), boto3.client("sqs")
    send(sqs, queue)
    put_out_of_reach(lab, key, how)
    with pytest.raises(ClientError) as refused:
        receive(sqs, queue)
    assert refused.value.response["Error"]["Code"] == code


def test_a_disabled_key_does_not_matter_within_the_period(lab: kmsnb.Lab):
    key = make_key(lab)
    queue, sqs = make_queue(key), boto3.client("sqs")
    send(sqs, queue)
    assert receive(sqs, queue) == ["one"]
    put_out_of_reach(lab, key, "disabled")
    send(sqs, queue, "two")
    assert receive(sqs, queue) == ["one", "two"]
    lab.clock.advance(minutes=5)
    for request in (send, receive):
        with pytest.raises(sqs.exceptions.KmsDisabled):
            request(sqs, queue)
    boto3.client("kms").enable_key(KeyId=key)
    assert receive(sqs, queue) == ["one", "two"]


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ("RSA", "KMS.InvalidKeyUsage"),
        ("HMAC", "KMS.InvalidKeyUsage"),
        ("pending import", "KMS.InvalidStateException"),
        ("another Region", "KMS.NotFoundException"),
        ("another account's alias", "KMS.AccessDeniedException"),
        ("nonsense", "KMS.NotFoundException"),
    ],
)
def test_a_queue_takes_any_key_and_its_messages_show_whether_it_can_be_used(
    lab: kmsnb.Lab, what: str, code: str
):
    queue, sqs = make_queue(unusable_key(lab, what)), boto3.client("sqs")
    assert asks(lab) == []
    with pytest.raises(ClientError) as refused:
        send(sqs, queue)
    assert refused.value.response["Error"]["Code"] == code


def test_an_alias_names_a_key(lab: kmsnb.Lab):
    key = make_key(lab)
    boto3.client("kms").create_alias(AliasName="alias/queues", TargetKeyId=key)
    send(boto3.client("sqs"), make_queue("alias/queues"))
    assert asked(lab)[0].cloudtrail()["resources"][0]["ARN"] == key


def test_under_aws_sqs_nobody_needs_permission_for_the_key(lab: kmsnb.Lab):
    queue, sqs = make_queue("alias/aws/sqs"), may(lab, "Uma", {"sqs:*"}).client("sqs")
    send(sqs, queue)
    assert receive(sqs, queue) == ["one"]
    assert asks(lab) == [("GenerateDataKey", None), ("Decrypt", None), ("Decrypt", None)]


def test_under_sse_sqs_nobody_asks(lab: kmsnb.Lab):
    queue, sqs = make_queue(), boto3.client("sqs")
    send(sqs, queue)
    assert receive(sqs, queue) == ["one"]
    assert asks(lab) == []


def test_an_empty_queue_asks_nothing(lab: kmsnb.Lab):
    queue = make_queue(make_key(lab))
    assert receive(boto3.client("sqs"), queue) == []
    assert asks(lab) == []


def test_only_one_kind_of_encryption_at_a_time(lab: kmsnb.Lab):
    sqs = boto3.client("sqs")
    with pytest.raises(ClientError, match="one type of server-side encryption") as refused:
        make_queue(make_key(lab), SqsManagedSseEnabled="true")
    assert refused.value.response["Error"]["Code"] == "InvalidAttributeName"
    queue = make_queue("alias/aws/sqs")

    def encryption() -> tuple[str, str | None]:
        got = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]
        return got["SqsManagedSseEnabled"], got.get("KmsMasterKeyId")

    assert encryption() == ("false", "alias/aws/sqs")
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"SqsManagedSseEnabled": "true"})
    assert encryption() == ("true", None)


@pytest.mark.parametrize("period", ["59", "86401", "-300", "five"])
def test_the_period_has_limits(lab: kmsnb.Lab, period: str):
    with pytest.raises(ClientError) as refused:
        make_queue(make_key(lab), KmsDataKeyReusePeriodSeconds=period)
    assert refused.value.response["Error"]["Code"] == "InvalidAttributeValue"


def test_messages_stay_under_the_key_they_were_sent_under(lab: kmsnb.Lab):
    old, new = make_key(lab), make_key(lab)
    queue, sqs = make_queue(old), boto3.client("sqs")
    send(sqs, queue)
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"KmsMasterKeyId": new})
    send(sqs, queue, "two")
    assert asked(lab)[-1].cloudtrail()["resources"][0]["ARN"] == new
    put_out_of_reach(lab, old, "disabled")
    with pytest.raises(sqs.exceptions.KmsDisabled):
        receive(sqs, queue)
    boto3.client("kms").enable_key(KeyId=old)
    assert receive(sqs, queue) == ["one", "two"]


def test_messages_from_before_the_encryption_are_not_under_it(lab: kmsnb.Lab):
    queue, sqs = make_queue(), boto3.client("sqs")
    send(sqs, queue)
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"KmsMasterKeyId": make_key(lab)})
    assert receive(may(lab, "Uma", {"sqs:*"}).client("sqs"), queue) == ["one"]


@pytest.mark.parametrize("encrypted", [True, False])
def test_a_dead_letter_queue_s_consumer_needs_the_source_queue_s_key(lab: kmsnb.Lab, encrypted: bool):
    source_key = make_key(lab)
    dead = make_queue(make_key(lab) if encrypted else None, "dead")
    redrive = {"deadLetterTargetArn": f"arn:aws:sqs:us-east-1:{ACCOUNT}:dead", "maxReceiveCount": 1}
    queue, sqs = make_queue(source_key, RedrivePolicy=json.dumps(redrive)), boto3.client("sqs")
    send(sqs, queue)
    assert (receive(sqs, queue), receive(sqs, queue)) == (["one"], [])
    since = len(lab.journal.records)
    assert receive(sqs, dead) == ["one"]
    (record,) = asked(lab, since)
    assert record.cloudtrail()["resources"][0]["ARN"] == source_key
    assert record.cloudtrail()["requestParameters"]["encryptionContext"] == {"aws:sqs:arn": QUEUE}


def test_a_queue_that_does_not_exist_asks_nothing(lab: kmsnb.Lab):
    sqs = boto3.client("sqs")
    with pytest.raises(sqs.exceptions.QueueDoesNotExist):
        send(sqs, "https://sqs.us-east-1.amazonaws.com/123456789012/nowhere")
    assert asks(lab) == []


def test_the_older_protocol_asks_too(lab: kmsnb.Lab):
    key = make_key(lab)
    queue, sqs = make_queue(key), boto3.client("sqs")
    put_out_of_reach(lab, key, "disabled")
    answers = []

    def as_a_form(request: Any, **_: Any) -> None:
        del request.headers["X-Amz-Target"]
        del request.headers["x-amzn-query-mode"]
        request.headers["Content-Type"] = "application/x-www-form-urlencoded"
        request.body = f"Action=SendMessage&Version=2012-11-05&QueueUrl={queue}&MessageBody=one".encode()

    sqs.meta.events.register("before-send.sqs", as_a_form)
    sqs.meta.events.register_first(
        "before-parse.sqs", lambda response_dict, **_: answers.append(response_dict)
    )
    with pytest.raises((ClientError, ValueError)):
        send(sqs, queue)
    assert b"<Code>KMS.DisabledException</Code>" in answers[0]["body"]
    assert asks(lab) == [("GenerateDataKey", "DisabledException")]
