"""SNS: a publisher's data key serves for five minutes."""

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

import kmsnb

from .conftest import asked, asks, make_key, put_out_of_reach, unusable_key
from .roles import ACCOUNT, may

TOPIC = f"arn:aws:sns:us-east-1:{ACCOUNT}:news"
PUBLISHER = {"kms:GenerateDataKey", "kms:Decrypt"}


def make_topic(key: str | None = None) -> str:
    attributes = {"KmsMasterKeyId": key} if key else {}
    return boto3.client("sns").create_topic(Name="news", Attributes=attributes)["TopicArn"]


def publish(sns: Any) -> None:
    sns.publish(TopicArn=TOPIC, Message="hello")


def test_a_publisher_gets_a_data_key_and_verifies_it(lab: kmsnb.Lab):
    make_topic(make_key(lab))
    publish(may(lab, "Uma", PUBLISHER).client("sns"))
    assert asks(lab) == [("GenerateDataKey", None), ("Decrypt", None)]
    for record in asked(lab):
        assert (record.who, record.cause) == ("user/Uma via sns.amazonaws.com", "sns:Publish")
        assert record.cloudtrail()["requestParameters"]["encryptionContext"] == {"aws:sns:topicArn": TOPIC}


def test_within_five_minutes_a_publisher_does_not_ask_again(lab: kmsnb.Lab):
    key = make_key(lab)
    make_topic(key)
    sns, ben = boto3.client("sns"), may(lab, "Ben", PUBLISHER).client("sns")
    for each in (sns, sns, ben):
        publish(each)
    assert len(asks(lab)) == 4
    put_out_of_reach(lab, key, "disabled")
    publish(sns)
    assert len(asks(lab)) == 4
    lab.clock.advance(minutes=5)
    with pytest.raises(sns.exceptions.KMSDisabledException):
        publish(sns)


def test_a_batch_asks_once(lab: kmsnb.Lab):
    make_topic(make_key(lab))
    boto3.client("sns").publish_batch(
        TopicArn=TOPIC,
        PublishBatchRequestEntries=[{"Id": str(number), "Message": "x"} for number in range(10)],
    )
    assert asks(lab) == [("GenerateDataKey", None), ("Decrypt", None)]


@pytest.mark.parametrize("missing", ["kms:GenerateDataKey", "kms:Decrypt"])
def test_a_publisher_without_a_permission_is_denied(lab: kmsnb.Lab, missing: str):
    make_topic(make_key(lab))
    sns = may(lab, "Uma", PUBLISHER - {missing}).client("sns")
    with pytest.raises(sns.exceptions.KMSAccessDeniedException, match=f"perform: {missing}") as denied:
        publish(sns)
    assert denied.value.response["Error"]["Code"] == "KMSAccessDenied"
    assert "(Service: AWSKMS; Status Code: 400; Error Code: AccessDeniedException; Request ID: " in str(
        denied.value
    )


@pytest.mark.parametrize(
    ("how", "error_class", "code"),
    [
        ("disabled", "KMSDisabledException", "KMSDisabled"),
        ("pending deletion", "KMSInvalidStateException", "KMSInvalidState"),
        ("deleted", "KMSNotFoundException", "KMSNotFound"),
    ],
)
def test_a_key_out_of_reach_stops_publishers(lab: kmsnb.Lab, how: str, error_class: str, code: str):
    key = make_key(lab)
    make_topic(key)
    put_out_of_reach(lab, key, how)
    sns = boto3.client("sns")
    with pytest.raises(getattr(sns.exceptions, error_class)) as refused:
        publish(sns)
    assert refused.value.response["Error"]["Code"] == code


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ("RSA", "InvalidParameter"),
        ("HMAC", "InvalidParameter"),
        ("pending import", "KMSInvalidState"),
        ("another Region", "KMSNotFound"),
        ("another account's alias", "KMSAccessDenied"),
        ("nonsense", "KMSNotFound"),
    ],
)
def test_a_topic_takes_any_key_and_its_messages_show_whether_it_can_be_used(
    lab: kmsnb.Lab, what: str, code: str
):
    make_topic(unusable_key(lab, what))
    assert asks(lab) == []
    with pytest.raises(ClientError) as refused:
        publish(boto3.client("sns"))
    assert refused.value.response["Error"]["Code"] == code


def test_a_topic_can_be_encrypted_later(lab: kmsnb.Lab):
    make_topic()
    sns = may(lab, "Uma", {"sns:*"}).client("sns")
    publish(sns)
    assert asks(lab) == []
    sns.set_topic_attributes(TopicArn=TOPIC, AttributeName="KmsMasterKeyId", AttributeValue="alias/aws/sns")
    publish(sns)
    assert asks(lab) == [("GenerateDataKey", None), ("Decrypt", None)]


def test_from_another_account_the_key_must_be_that_accounts_to_use(lab: kmsnb.Lab):
    make_topic(make_key(lab))
    sns = may(lab, "Eve", PUBLISHER, account="999999999999").client("sns")
    with pytest.raises(sns.exceptions.KMSAccessDeniedException):
        publish(sns)


def test_text_messages_to_phones_ask_nothing(lab: kmsnb.Lab):
    boto3.client("sns").publish(PhoneNumber="+447420500600", Message="hello")
    assert asks(lab) == []
