"""CloudTrail: a trail's key must let the service encrypt for that trail."""

import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

import kmsnb

from .conftest import asked, asks, make_key, put_out_of_reach, unusable_key
from .roles import ACCOUNT, may

TRAIL = f"arn:aws:cloudtrail:us-east-1:{ACCOUNT}:trail/everything"
SERVICE = {"Service": "cloudtrail.amazonaws.com"}


def allow(key: str, encrypt: bool = True, describe: bool = True, trail: str = TRAIL) -> str:
    """The key policy that CloudTrail's user guide requires."""
    root = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
    source = {"StringEquals": {"aws:SourceArn": trail}}
    context = {
        "StringLike": {"kms:EncryptionContext:aws:cloudtrail:arn": f"arn:aws:cloudtrail:*:{ACCOUNT}:trail/*"}
    }
    statements: list[dict[str, Any]] = [{"Principal": root, "Action": "kms:*"}]
    if encrypt:
        statements.append(
            {"Principal": SERVICE, "Action": "kms:GenerateDataKey*", "Condition": source | context}
        )
    if describe:
        statements.append({"Principal": SERVICE, "Action": "kms:DescribeKey", "Condition": source})
    policy = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Resource": "*", **statement} for statement in statements],
    }
    boto3.client("kms").put_key_policy(KeyId=key, PolicyName="default", Policy=json.dumps(policy))
    return key


def create(key: str | None = None, session: Any = boto3, bucket: str = "all-logs") -> dict[str, Any]:
    more = {} if key is None else {"KmsKeyId": key}
    return session.client("cloudtrail").create_trail(Name="everything", S3BucketName=bucket, **more)


@pytest.fixture(autouse=True)
def bucket(lab: kmsnb.Lab) -> None:
    boto3.client("s3").create_bucket(Bucket="all-logs")


def trails() -> list[dict[str, Any]]:
    return boto3.client("cloudtrail").describe_trails()["trailList"]


def test_a_key_that_allows_cloudtrail_is_taken(lab: kmsnb.Lab):
    key = allow(make_key(lab))
    assert create(key, may(lab, "Uma", {"cloudtrail:*"}))["KmsKeyId"] == key
    describe, generate = asked(lab)
    assert (describe.name, generate.name) == ("DescribeKey", "GenerateDataKey")
    for record in (describe, generate):
        assert (record.who, record.cause) == ("cloudtrail.amazonaws.com", "cloudtrail:CreateTrail")
    parameters = generate.cloudtrail()["requestParameters"]
    assert parameters["encryptionContext"] == {"aws:cloudtrail:arn": TRAIL}


@pytest.mark.parametrize("form", ["id", "alias", "alias ARN"])
def test_a_trail_tells_its_key_by_the_arn(lab: kmsnb.Lab, form: str):
    key = allow(make_key(lab))
    boto3.client("kms").create_alias(AliasName="alias/trail", TargetKeyId=key)
    given = {
        "id": key.rpartition("/")[2],
        "alias": "alias/trail",
        "alias ARN": f"arn:aws:kms:us-east-1:{ACCOUNT}:alias/trail",
    }
    assert create(given[form])["KmsKeyId"] == key
    assert [trail["KmsKeyId"] for trail in trails()] == [key]


@pytest.mark.parametrize(
    "policy", [None, {"encrypt": False}, {"describe": False}, {"trail": TRAIL + "-2"}], ids=str
)
def test_a_key_that_does_not_allow_it_is_rejected(lab: kmsnb.Lab, policy: dict[str, Any] | None):
    key = make_key(lab)
    if policy is not None:
        allow(key, **policy)
    cloudtrail = boto3.client("cloudtrail")
    with pytest.raises(cloudtrail.exceptions.InsufficientEncryptionPolicyException) as refused:
        create(key)
    message = f"Insufficient permissions to access S3 bucket all-logs or KMS key {key}."
    assert refused.value.response["Error"]["Message"] == message
    assert trails() == []


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ("disabled", "KmsException"),
        ("pending deletion", "KmsException"),
        ("RSA", "KmsException"),
        ("HMAC", "KmsException"),
        ("pending import", "KmsException"),
        ("another Region", "KmsKeyNotFoundException"),
        ("nonsense", "KmsKeyNotFoundException"),
        ("another account's alias", "KmsKeyNotFoundException"),
        ("not an ARN of a key", "InvalidKmsKeyIdException"),
    ],
)
def test_a_key_that_cannot_be_used_is_rejected(lab: kmsnb.Lab, what: str, code: str):
    if what in ("disabled", "pending deletion"):
        key = allow(make_key(lab))
        put_out_of_reach(lab, key, what)
    elif what == "not an ARN of a key":
        key = "arn:aws:s3:::all-logs"
    else:
        key = unusable_key(lab, what)
        if what in ("RSA", "HMAC", "pending import"):
            allow(key)
    with pytest.raises(ClientError) as refused:
        create(key)
    assert refused.value.response["Error"]["Code"] == code
    assert trails() == []


def test_the_key_must_be_in_the_bucket_s_region(lab: kmsnb.Lab):
    boto3.client("s3", "eu-west-1").create_bucket(
        Bucket="elsewhere", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    with pytest.raises(boto3.client("cloudtrail").exceptions.KmsKeyNotFoundException):
        create(allow(make_key(lab)), bucket="elsewhere")


def test_a_bucket_with_a_bucket_key_needs_decrypt_too(lab: kmsnb.Lab):
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}, "BucketKeyEnabled": True}
    boto3.client("s3").put_bucket_encryption(
        Bucket="all-logs", ServerSideEncryptionConfiguration={"Rules": [rule]}
    )
    since = len(lab.journal.records)
    with pytest.raises(ClientError, match="InsufficientEncryptionPolicyException"):
        create(allow(make_key(lab)))
    assert asks(lab, since)[-1] == ("Decrypt", "AccessDenied")


def test_a_trail_gets_a_key_later_and_loses_it(lab: kmsnb.Lab):
    create()
    assert asks(lab) == []
    cloudtrail, key = boto3.client("cloudtrail"), make_key(lab)
    for name in ("everything", TRAIL):
        with pytest.raises(cloudtrail.exceptions.InsufficientEncryptionPolicyException):
            cloudtrail.update_trail(Name=name, KmsKeyId=key)
    assert not trails()[0].get("KmsKeyId")
    assert cloudtrail.update_trail(Name=TRAIL, KmsKeyId=allow(key))["KmsKeyId"] == key
    assert trails()[0]["KmsKeyId"] == key
    since = len(lab.journal.records)
    put_out_of_reach(lab, key, "disabled")
    cloudtrail.update_trail(Name="everything", KmsKeyId="")
    assert not trails()[0].get("KmsKeyId")
    assert asks(lab, since) == []


def test_without_its_bucket_moto_answers(lab: kmsnb.Lab):
    with pytest.raises(boto3.client("cloudtrail").exceptions.S3BucketDoesNotExistException):
        create(make_key(lab), bucket="nowhere")
    assert asks(lab) == []
