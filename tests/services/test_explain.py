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


def test_a_version_of_a_secret_is_read_under_its_own_key(lab: kmsnb.Lab, key: str):
    secrets, new, student = boto3.client("secretsmanager"), make_key(lab), lab.user("student")
    secret = secrets.create_secret(Name="db", SecretString="one", KmsKeyId=key)["ARN"]
    for value in ("two", "three"):
        secrets.put_secret_value(SecretId="db", SecretString=value)
    secrets.update_secret(SecretId="db", KmsKeyId=new)
    read = "secretsmanager:GetSecretValue"
    old = next(
        each["VersionId"]
        for each in secrets.list_secret_version_ids(SecretId="db", IncludeDeprecated=True)["Versions"]
        if not each["VersionStages"]
    )
    assert f"kms:Decrypt on {key}" in lab.explain(student, read, secret, VersionId=old).sentence
    for members in ({}, {"VersionStage": "AWSPREVIOUS"}):
        assert f"kms:Decrypt on {new}" in lab.explain(student, read, secret, **members).sentence


def test_writing_a_secret(lab: kmsnb.Lab, key: str):
    secret = boto3.client("secretsmanager").create_secret(Name="db", SecretString="x")["ARN"]
    uma, put, update = (
        may(lab, "Uma", ["secretsmanager:*"]),
        *(f"secretsmanager:{name}" for name in ("PutSecretValue", "UpdateSecret")),
    )
    for action, members in ((put, {}), (update, {"SecretString": "y"})):
        assert lab.explain(uma, action, secret, **members).allowed  # its key is aws/secretsmanager
    assert not lab.explain(uma, update, secret, KmsKeyId=key).allowed
    assert "kms:" not in lab.explain(uma, update, secret, Description="y").sentence


def test_another_account_s_default_key_is_not_one_s_own(lab: kmsnb.Lab):
    secrets, theirs = boto3.client("secretsmanager"), "999999999999"
    secret = secrets.create_secret(Name="db", SecretString="x")["ARN"]
    everyone = {
        "Effect": "Allow",
        "Principal": {"AWS": theirs},
        "Action": "secretsmanager:*",
        "Resource": "*",
    }
    secrets.put_resource_policy(
        SecretId=secret, ResourcePolicy=json.dumps({"Version": "2012-10-17", "Statement": everyone})
    )
    olga = lab.user("Olga", account=theirs)
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    olga.client("iam").put_user_policy(
        UserName="Olga",
        PolicyName="all",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": everything}),
    )
    assert not lab.explain(olga, "secretsmanager:GetSecretValue", secret).allowed
    with pytest.raises(ClientError, match="Access to KMS is not allowed"):
        olga.client("secretsmanager").get_secret_value(SecretId=secret)


PARAMETER = "arn:aws:ssm:us-east-1:123456789012:parameter/a"


def test_a_parameter_is_read_under_the_key_of_its_version(lab: kmsnb.Lab, key: str):
    ssm, kms, other = boto3.client("ssm"), boto3.client("kms"), make_key(lab)
    kms.create_alias(AliasName="alias/app", TargetKeyId=key)
    ssm.put_parameter(Name="/a", Value="x", Type="SecureString", KeyId="alias/app")
    ssm.label_parameter_version(Name="/a", ParameterVersion=1, Labels=["first"])
    kms.update_alias(AliasName="alias/app", TargetKeyId=other)
    ssm.put_parameter(Name="/a", Value="y", Type="SecureString", KeyId="alias/app", Overwrite=True)
    student = lab.user("student")
    for action in ("ssm:GetParameter", "ssm:GetParameters", "ssm:GetParameterHistory"):
        assert other in lab.explain(student, action, PARAMETER).sentence
    for old in (f"{PARAMETER}:1", f"{PARAMETER}:first"):
        assert f"kms:Decrypt on {key}" in lab.explain(student, "ssm:GetParameter", old).sentence
    for nothing in (
        lab.explain(student, "ssm:GetParameter", PARAMETER, WithDecryption=False),
        lab.explain(student, "ssm:GetParameter", f"{PARAMETER}:9"),
        lab.explain(student, "ssm:DeleteParameter", PARAMETER),
    ):
        assert nothing.allowed
        assert "kms:" not in nothing.sentence


@pytest.mark.parametrize(
    ("members", "asked"),
    [
        ({}, "kms:Encrypt"),
        ({"Tier": "Advanced"}, "kms:GenerateDataKey"),
        ({"Tier": "Intelligent-Tiering", "Value": "x" * 4097}, "kms:GenerateDataKey"),
    ],
)
def test_the_tier_decides_what_writing_a_parameter_takes(
    lab: kmsnb.Lab, key: str, members: dict[str, str], asked: str
):
    put = {"Type": "SecureString", "KeyId": key, **members}
    assert asked in lab.explain(lab.user("student"), "ssm:PutParameter", PARAMETER, **put).sentence


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
