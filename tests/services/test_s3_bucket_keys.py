"""Bucket Keys save requests to KMS, and hide for a while what has changed there."""

from typing import Any

import boto3
import pytest

import kmsnb
from kmsnb.services.s3_bucket_keys import PERIOD

from .conftest import allow, asked, make_key, refused


def put(s3: Any, name: str, key: str, *, bucket: str = "bkt", bucket_key: bool = True, **more: Any) -> None:
    s3.put_object(
        Bucket=bucket,
        Key=name,
        Body=b"x",
        ServerSideEncryption="aws:kms",
        SSEKMSKeyId=key,
        BucketKeyEnabled=bucket_key,
        **more,
    )


def get(s3: Any, name: str) -> bytes:
    return s3.get_object(Bucket="bkt", Key=name)["Body"].read()


def names(lab: kmsnb.Lab, since: int = 0) -> list[str]:
    return [record.name for record in asked(lab, since)]


def test_one_question_serves_for_a_period(lab: kmsnb.Lab, s3: Any):
    key = make_key(lab)
    for number in range(10):
        put(s3, f"{number}", key)
        get(s3, f"{number}")
    assert names(lab) == ["GenerateDataKey", "Decrypt"]
    lab.clock.advance(seconds=PERIOD.total_seconds() - 3)  # two calls have taken a second each
    put(s3, "late", key)
    assert names(lab) == ["GenerateDataKey", "Decrypt"]
    lab.clock.advance(seconds=2)
    put(s3, "later", key)
    get(s3, "later")
    assert names(lab) == ["GenerateDataKey", "Decrypt"] * 2


def test_until_its_end_a_disabled_key_and_a_changed_policy_do_not_count(lab: kmsnb.Lab, s3: Any):
    key = make_key(lab)
    uma = allow(lab, "Uma", "kms:GenerateDataKey", "kms:Decrypt").client("s3")
    put(uma, "a", key)
    get(uma, "a")
    allow(lab, "Uma")
    boto3.client("kms").disable_key(KeyId=key)
    put(uma, "b", key)
    assert get(uma, "a") == get(uma, "b") == b"x"
    lab.clock.advance(seconds=PERIOD.total_seconds())
    for use in (lambda: put(uma, "c", key), lambda: get(uma, "a")):
        with refused("AccessDenied"):
            use()
    with refused("KMS.DisabledException", key):
        get(s3, "a")
    boto3.client("kms").enable_key(KeyId=key)
    assert get(s3, "a") == b"x"


def test_a_refusal_begins_no_period(lab: kmsnb.Lab, s3: Any):
    key = make_key(lab)
    kms = boto3.client("kms")
    kms.disable_key(KeyId=key)
    for _ in range(2):
        with refused("KMS.DisabledException", key):
            put(s3, "a", key)
    kms.enable_key(KeyId=key)
    put(s3, "a", key)
    kms.disable_key(KeyId=key)
    for _ in range(2):
        with refused("KMS.DisabledException", key):
            get(s3, "a")
    assert names(lab) == ["GenerateDataKey"] * 3 + ["Decrypt"] * 2


def test_each_requester_asks(lab: kmsnb.Lab, s3: Any):
    key = make_key(lab)
    put(s3, "a", key)
    get(s3, "a")
    since = len(lab.journal)
    with refused("AccessDenied"):
        get(allow(lab, "Uma").client("s3"), "a")
    uma = allow(lab, "Uma", "kms:Decrypt")
    for _ in range(2):
        get(uma.client("s3"), "a")
    assert [record.who for record in asked(lab, since)] == ["user/Uma via s3.amazonaws.com"] * 2


def test_sessions_of_a_role_are_one_requester(lab: kmsnb.Lab, s3: Any):
    key = make_key(lab)
    put(s3, "a", key)
    document = '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": ["s3:*", "kms:*"], "Resource": "*"}}'
    trust = (
        '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", '
        '"Principal": {"AWS": "arn:aws:iam::123456789012:root"}}}'
    )
    iam, sts = boto3.client("iam"), boto3.client("sts")
    arn = iam.create_role(RoleName="app", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    iam.put_role_policy(RoleName="app", PolicyName="use", PolicyDocument=document)
    since = len(lab.journal)

    def session(name: str, **more: Any) -> Any:
        got = sts.assume_role(RoleArn=arn, RoleSessionName=name, **more)["Credentials"]
        return boto3.client(
            "s3",
            aws_access_key_id=got["AccessKeyId"],
            aws_secret_access_key=got["SecretAccessKey"],
            aws_session_token=got["SessionToken"],
        )

    get(session("one"), "a")
    get(session("two"), "a")
    assert names(lab, since) == ["Decrypt"]
    get(session("three", Policy=document), "a")  # another scope is another requester
    assert names(lab, since) == ["Decrypt"] * 2


@pytest.mark.parametrize("what", ["key", "bucket", "context"])
def test_each_key_and_bucket_has_its_own(lab: kmsnb.Lab, s3: Any, what: str):
    s3.create_bucket(Bucket="other")
    key = make_key(lab)
    put(s3, "a", key)
    if what == "key":
        put(s3, "a", make_key(lab))
    elif what == "bucket":
        put(s3, "a", key, bucket="other")
    else:
        put(s3, "a", key, SSEKMSEncryptionContext="eyJhIjogImIifQ==")
    assert names(lab) == ["GenerateDataKey"] * 2


def test_older_objects_go_on_asking(lab: kmsnb.Lab, s3: Any):
    key = make_key(lab)
    put(s3, "old", key, bucket_key=False)
    put(s3, "new", key)
    since = len(lab.journal)
    for _ in range(2):
        get(s3, "old")
        get(s3, "new")
    assert [record.encryption_context["aws:s3:arn"] for record in asked(lab, since)] == [
        "arn:aws:s3:::bkt/old",
        "arn:aws:s3:::bkt",
        "arn:aws:s3:::bkt/old",
    ]


def test_the_names_of_a_key_share_its_bucket_key(lab: kmsnb.Lab, s3: Any):
    key = make_key(lab)
    boto3.client("kms").create_alias(AliasName="alias/mine", TargetKeyId=key)
    for name in (key, key.rpartition("/")[2], "alias/mine"):
        put(s3, "a", name)
    assert names(lab) == ["GenerateDataKey"]
    other = make_key(lab)
    boto3.client("kms").update_alias(AliasName="alias/mine", TargetKeyId=other)
    put(s3, "a", "alias/mine")
    assert asked(lab)[-1].resources == (other,)
    assert len(asked(lab)) == 2


def test_without_permissions_enforced_it_is_the_credentials_that_ask():
    with kmsnb.start(enforce=False) as lab:
        s3 = boto3.client("s3", aws_access_key_id="made", aws_secret_access_key="up")
        s3.create_bucket(Bucket="bkt")
        key = make_key(lab)
        for _ in range(2):
            put(s3, "a", key)
        assert names(lab) == ["GenerateDataKey"]
