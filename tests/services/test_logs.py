"""CloudWatch Logs: the service, who sends and who reads must all be allowed to use a log group's key."""

import json
import time
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

import kmsnb

from .conftest import asked, asks, make_key, put_out_of_reach, unusable_key
from .roles import ACCOUNT, may

GROUP = f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:/app"
SERVICE = "logs.us-east-1.amazonaws.com"
NOT_ALLOWED = f"The specified KMS key does not exist or is not allowed to be used with Arn '{GROUP}'"


def make_usable_key(lab: kmsnb.Lab, **condition: Any) -> str:
    """A key that CloudWatch Logs may use, as its user guide has it."""
    condition = condition or {"ArnEquals": {"kms:EncryptionContext:aws:logs:arn": GROUP}}
    actions = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"]
    root = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
    return make_key(
        lab,
        Policy=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {"Effect": "Allow", "Principal": root, "Action": "kms:*", "Resource": "*"},
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": SERVICE},
                        "Action": actions,
                        "Resource": "*",
                        "Condition": condition,
                    },
                ],
            }
        ),
    )


def make_group(key: str | None = None, session: Any = boto3) -> None:
    logs = session.client("logs")
    logs.create_log_group(logGroupName="/app", **({"kmsKeyId": key} if key else {}))
    logs.create_log_stream(logGroupName="/app", logStreamName="one")


def put(logs: Any, message: str = "hello") -> None:
    event = {"timestamp": int(time.time() * 1000), "message": message}
    logs.put_log_events(logGroupName="/app", logStreamName="one", logEvents=[event])


def get(logs: Any) -> list[str]:
    got = logs.get_log_events(logGroupName="/app", logStreamName="one")
    return [event["message"] for event in got["events"]]


def search(logs: Any) -> list[str]:
    return [event["message"] for event in logs.filter_log_events(logGroupName="/app")["events"]]


def key_of_group() -> str | None:
    (group,) = boto3.client("logs").describe_log_groups()["logGroups"]
    return group.get("kmsKeyId")


def test_a_new_log_group_s_key_is_tried_out(lab: kmsnb.Lab):
    key = make_usable_key(lab)
    make_group(key, may(lab, "Uma", {"kms:DescribeKey"}))
    assert key_of_group() == key
    describe, generate = asked(lab)
    assert (describe.name, describe.who) == ("DescribeKey", "user/Uma via logs.amazonaws.com")
    assert (generate.name, generate.who) == ("GenerateDataKey", SERVICE)
    assert generate.cause == "logs:CreateLogGroup"
    assert generate.cloudtrail()["requestParameters"]["encryptionContext"] == {"aws:logs:arn": GROUP}


@pytest.mark.parametrize(
    "condition",
    [
        {"ArnEquals": {"aws:SourceArn": GROUP}},
        {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
        {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": f"arn:aws:logs:us-east-1:{ACCOUNT}:*"}},
    ],
)
def test_the_key_policy_can_limit_whom_the_service_works_for(lab: kmsnb.Lab, condition: dict[str, Any]):
    make_group(make_usable_key(lab, **condition))
    assert asks(lab) == [("DescribeKey", None), ("GenerateDataKey", None)]


@pytest.mark.parametrize("how", ["CreateLogGroup", "AssociateKmsKey"])
@pytest.mark.parametrize(
    "why", ["service not named", "another log group", "caller", "no such key", "another Region"]
)
def test_a_key_that_is_not_allowed_is_rejected(lab: kmsnb.Lab, how: str, why: str):
    logs, key = boto3.client("logs"), make_key(lab)
    if why == "another log group":
        key = make_usable_key(lab, ArnEquals={"kms:EncryptionContext:aws:logs:arn": GROUP + "-2"})
    elif why == "caller":
        key, logs = make_usable_key(lab), may(lab, "Uma", {"logs:*"}).client("logs")
    elif why == "no such key":
        key = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/12345678-1234-1234-1234-123456789012"
    elif why == "another Region":
        key = unusable_key(lab, why)
    if how == "AssociateKmsKey":
        make_group()
    request = logs.associate_kms_key if how == "AssociateKmsKey" else logs.create_log_group
    with pytest.raises(ClientError) as refused:
        request(logGroupName="/app", kmsKeyId=key)
    error = refused.value.response["Error"]
    assert (error["Code"], error["Message"]) == ("AccessDeniedException", NOT_ALLOWED)
    if how == "CreateLogGroup":
        assert boto3.client("logs").describe_log_groups()["logGroups"] == []
    else:
        assert key_of_group() is None


@pytest.mark.parametrize(
    "what", ["disabled", "pending deletion", "RSA", "HMAC", "pending import", "alias", "id"]
)
def test_a_key_that_cannot_be_used_is_rejected(lab: kmsnb.Lab, what: str):
    kms = boto3.client("kms")
    key = make_usable_key(lab)
    if what in ("disabled", "pending deletion"):
        put_out_of_reach(lab, key, what)
    elif what == "alias":
        kms.create_alias(AliasName="alias/logs", TargetKeyId=key)
        key = f"arn:aws:kms:us-east-1:{ACCOUNT}:alias/logs"
    elif what == "id":
        key = key.rpartition("/")[2]
    else:
        policy = kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"]
        key = unusable_key(lab, what)
        kms.put_key_policy(KeyId=key, PolicyName="default", Policy=policy)
    logs = boto3.client("logs")
    with pytest.raises(logs.exceptions.InvalidParameterException):
        logs.create_log_group(logGroupName="/app", kmsKeyId=key)


def test_who_sends_needs_a_data_key_and_who_reads_decrypts(lab: kmsnb.Lab):
    make_group(make_usable_key(lab))
    since = len(lab.journal.records)
    put(may(lab, "Uma", {"kms:GenerateDataKey"}).client("logs"))
    assert get(may(lab, "Ben", {"kms:Decrypt"}).client("logs")) == ["hello"]
    assert [(record.name, record.who) for record in asked(lab, since)] == [
        ("GenerateDataKey", "user/Uma via logs.amazonaws.com"),
        ("Decrypt", SERVICE),
        ("Decrypt", "user/Ben via logs.amazonaws.com"),
    ]
    for record in asked(lab, since):
        assert record.cloudtrail()["requestParameters"]["encryptionContext"] == {"aws:logs:arn": GROUP}


@pytest.mark.parametrize("request_", [put, get, search])
def test_a_caller_without_permission_is_denied(lab: kmsnb.Lab, request_: Any):
    make_group(make_usable_key(lab))
    put(boto3.client("logs"))
    with pytest.raises(ClientError) as denied:
        request_(may(lab, "Uma", {"logs:*"}).client("logs"))
    assert denied.value.response["Error"]["Code"] == "AccessDeniedException"
    assert get(boto3.client("logs")) == ["hello"]


@pytest.mark.parametrize("request_", [put, get, search])
@pytest.mark.parametrize(
    ("how", "code"),
    [
        ("disabled", "InvalidParameterException"),
        ("pending deletion", "InvalidParameterException"),
        ("deleted", "AccessDeniedException"),
    ],
)
def test_while_the_key_is_out_of_reach_nothing_is_written_or_read(
    lab: kmsnb.Lab, request_: Any, how: str, code: str
):
    key = make_usable_key(lab)
    make_group(key)
    logs = boto3.client("logs")
    put(logs)
    put_out_of_reach(lab, key, how)
    with pytest.raises(ClientError) as refused:
        request_(logs)
    assert refused.value.response["Error"]["Code"] == code


def test_a_service_that_may_no_longer_use_the_key_cannot_read(lab: kmsnb.Lab):
    key = make_usable_key(lab)
    make_group(key)
    logs, kms = boto3.client("logs"), boto3.client("kms")
    put(logs)
    policy = kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"]
    alone = json.dumps({**json.loads(policy), "Statement": json.loads(policy)["Statement"][:1]})
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=alone)
    with pytest.raises(ClientError, match="is not allowed to be used with Arn"):
        get(logs)
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=policy)
    assert get(logs) == ["hello"]


@pytest.mark.parametrize("by", ["logGroupName", "resourceIdentifier"])
def test_old_events_stay_under_the_old_key(lab: kmsnb.Lab, by: str):
    old, new = make_usable_key(lab), make_usable_key(lab)
    named = {by: "/app" if by == "logGroupName" else GROUP}
    logs = boto3.client("logs")
    make_group()
    put(logs, "in the clear")
    for key in (old, new):
        logs.associate_kms_key(kmsKeyId=key, **named)
        put(logs, key)
    logs.disassociate_kms_key(**named)
    put(logs, "in the clear again")
    assert key_of_group() is None
    since = len(lab.journal.records)
    assert get(logs) == ["in the clear", old, new, "in the clear again"]
    keys = [record.cloudtrail()["resources"][0]["ARN"] for record in asked(lab, since)]
    assert keys == [old, old, new, new]
    put_out_of_reach(lab, old, "disabled")
    with pytest.raises(logs.exceptions.InvalidParameterException):
        search(logs)


def test_without_a_key_nobody_asks(lab: kmsnb.Lab):
    make_group()
    logs = may(lab, "Uma", {"logs:*"}).client("logs")
    put(logs)
    assert get(logs) == search(logs) == ["hello"]
    assert asks(lab) == []


@pytest.mark.parametrize("operation", ["associate_kms_key", "disassociate_kms_key", "get_log_events"])
def test_a_log_group_that_does_not_exist(lab: kmsnb.Lab, operation: str):
    logs = boto3.client("logs")
    more = {
        "associate_kms_key": {"kmsKeyId": make_usable_key(lab)},
        "get_log_events": {"logStreamName": "one"},
    }
    with pytest.raises(logs.exceptions.ResourceNotFoundException):
        getattr(logs, operation)(logGroupName="/app", **more.get(operation, {}))
    assert asks(lab) == []
