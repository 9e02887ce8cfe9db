"""``lab.explain`` for services: the service's own decision, and KMS's behind it. It agrees with what a request gets."""

import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

import kmsnb

from .conftest import make_key
from .roles import may

OBJECT = "arn:aws:s3:::data/a"


@pytest.fixture
def key(lab: kmsnb.Lab) -> str:
    key = make_key(lab)
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="data")
    s3.put_object(Bucket="data", Key="a", Body=b"x", ServerSideEncryption="aws:kms", SSEKMSKeyId=key)
    return key


@pytest.mark.parametrize("own", [True, False])
@pytest.mark.parametrize("of_kms", [True, False])
def test_reading_an_object_takes_both(lab: kmsnb.Lab, key: str, own: bool, of_kms: bool):
    uma = may(lab, "Uma", ["iam:GetUser", *["s3:GetObject"] * own, *["kms:Decrypt"] * of_kms])
    explained = lab.explain(uma, "s3:GetObject", OBJECT)
    assert explained.allowed is (own and of_kms)
    assert ("kms:Decrypt" in explained.sentence) is own  # KMS is asked once S3 has agreed
    try:
        uma.client("s3").get_object(Bucket="data", Key="a")
        read = True
    except ClientError:
        read = False
    assert read is explained.allowed


def test_the_stages_say_whose_they_are(lab: kmsnb.Lab, key: str):
    explained = lab.explain(lab.user("student"), "s3:GetObject", OBJECT)
    looked_at = [line.split("  ")[0] for line in repr(explained.table()).splitlines()]
    assert "S3: IAM policies" in looked_at
    assert "KMS: key policy" in looked_at
    assert "S3: IAM policies" in explained.picture().alt
    alone = lab.explain(lab.user("student"), "s3:ListBucket", "arn:aws:s3:::data")
    assert "S3: " not in repr(alone.table())
    assert "KMS" not in repr(alone)


def test_a_new_object_has_the_encryption_of_the_request_or_the_bucket(lab: kmsnb.Lab, key: str):
    uma = may(lab, "Uma", ["s3:PutObject"])
    assert lab.explain(uma, "s3:PutObject", OBJECT).allowed
    named: dict[str, Any] = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key}
    assert "kms:GenerateDataKey" in lab.explain(uma, "s3:PutObject", OBJECT, **named).sentence
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}}
    boto3.client("s3").put_bucket_encryption(
        Bucket="data", ServerSideEncryptionConfiguration={"Rules": [rule]}
    )
    assert not lab.explain(uma, "s3:PutObject", OBJECT).allowed


def test_a_version_of_an_object(lab: kmsnb.Lab, key: str):
    s3 = boto3.client("s3")
    s3.put_bucket_versioning(Bucket="data", VersioningConfiguration={"Status": "Enabled"})
    kms = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key}
    sealed = s3.put_object(Bucket="data", Key="v", Body=b"x", **kms)["VersionId"]
    plain = s3.put_object(Bucket="data", Key="v", Body=b"x")["VersionId"]
    uma, of = may(lab, "Uma", ["s3:GetObjectVersion"]), "arn:aws:s3:::data/v"
    assert "kms:Decrypt" in lab.explain(uma, "s3:GetObjectVersion", of, VersionId=sealed).sentence
    assert lab.explain(uma, "s3:GetObjectVersion", of, VersionId=plain).allowed


def test_conditions_see_the_encryption(lab: kmsnb.Lab, key: str):
    deny = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:PutObject",
        "Resource": "arn:aws:s3:::data/*",
        "Condition": {"StringNotEquals": {"s3:x-amz-server-side-encryption-aws-kms-key-id": key}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [deny]})
    boto3.client("s3").put_bucket_policy(Bucket="data", Policy=policy)
    student = lab.user("student")
    assert not lab.explain(student, "s3:PutObject", OBJECT).allowed
    named: dict[str, Any] = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key}
    assert lab.explain(student, "s3:PutObject", OBJECT, **named).allowed


def test_a_service_that_reads_objects_for_someone(lab: kmsnb.Lab, key: str):
    athena = lab.service("athena.amazonaws.com", on_behalf_of=may(lab, "Uma", ["s3:GetObject"]))
    assert "kms:Decrypt" in lab.explain(athena, "s3:GetObject", OBJECT).sentence


def test_parameters_and_secrets(lab: kmsnb.Lab, key: str):
    boto3.client("ssm").put_parameter(Name="/a", Value="x", Type="SecureString", KeyId=key)
    secret = boto3.client("secretsmanager").create_secret(Name="db", SecretString="x", KmsKeyId=key)["ARN"]
    parameter = "arn:aws:ssm:us-east-1:123456789012:parameter/a"
    uma = may(lab, "Uma", ["ssm:GetParameter", "secretsmanager:GetSecretValue"])
    for action, arn in (("ssm:GetParameter", parameter), ("secretsmanager:GetSecretValue", secret)):
        explained = lab.explain(uma, action, arn)
        assert not explained.allowed
        assert f"may perform {action}" in explained.sentence
        assert "may not perform kms:Decrypt" in explained.sentence
        assert lab.explain(lab.user("student"), action, arn).allowed


@pytest.mark.parametrize(
    ("action", "arn", "message"),
    [
        ("s3:GetObject", "arn:aws:s3:::none/a", "There is no bucket"),
        ("s3:HeadObject", "arn:aws:s3:::data/a", "what it needs is 's3:GetObject'"),
        ("s3:ListObjectsV2", "arn:aws:s3:::data", "what it needs is 's3:ListBucket'"),
        ("ssm:GetParameter", "/a", "not the ARN of a parameter"),
        ("secretsmanager:GetSecretValue", "db", "There is no secret"),
        ("iam:GetUser", "*", "not an action that a lab explains"),
    ],
)
def test_what_does_not_exist(lab: kmsnb.Lab, action: str, arn: str, message: str):
    with pytest.raises(ValueError, match=message):
        lab.explain(lab.user("student"), action, arn)


def test_a_key_that_does_not_exist(lab: kmsnb.Lab, key: str):
    with pytest.raises(ValueError, match="There is no such key"):
        lab.explain(
            lab.user("student"), "s3:PutObject", OBJECT, ServerSideEncryption="aws:kms", SSEKMSKeyId="none"
        )
