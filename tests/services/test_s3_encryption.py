"""Which encryption an object gets, and what the answers say of it."""

import base64
import hashlib
import json
from typing import Any

import boto3
import pytest

import kmsnb

from .conftest import allow, asked, calls, make_key, refused

OBJECT = {"aws:s3:arn": "arn:aws:s3:::bkt/a"}
BUCKET = {"aws:s3:arn": "arn:aws:s3:::bkt"}


def put(s3: Any, name: str = "a", **more: Any) -> Any:
    return s3.put_object(Bucket="bkt", Key=name, Body=b"x", **more)


def default(s3: Any, algorithm: str, key: str | None = None, **rule: Any) -> None:
    by_default = {"SSEAlgorithm": algorithm, **({"KMSMasterKeyID": key} if key else {})}
    rules = [{"ApplyServerSideEncryptionByDefault": by_default, **rule}]
    s3.put_bucket_encryption(Bucket="bkt", ServerSideEncryptionConfiguration={"Rules": rules})


def said(answer: dict[str, Any]) -> dict[str, Any]:
    """What an answer says of the encryption."""
    return {
        name: value for name, value in answer.items() if name.startswith(("ServerSide", "SSE", "BucketKey"))
    }


def managed_key() -> str:
    return boto3.client("kms").describe_key(KeyId="alias/aws/s3")["KeyMetadata"]["Arn"]


def everywhere(s3: Any, name: str, **headers: Any) -> list[dict[str, Any]]:
    """What each answer says about an object that is put, copied and uploaded in parts with these headers, and then read."""
    answers = [
        put(s3, name, **headers),
        s3.head_object(Bucket="bkt", Key=name),
        s3.get_object(Bucket="bkt", Key=name),
        s3.copy_object(Bucket="bkt", Key=f"{name}-copy", CopySource=f"bkt/{name}", **headers),
    ]
    upload = s3.create_multipart_upload(Bucket="bkt", Key=name, **headers)
    at = {"Bucket": "bkt", "Key": name, "UploadId": upload["UploadId"]}
    part = s3.upload_part(PartNumber=1, Body=b"x", **at)
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    answers += [upload, part, s3.complete_multipart_upload(MultipartUpload=parts, **at)]
    return [said(answer) for answer in [*answers, s3.get_object(Bucket="bkt", Key=name)]]


def test_sse_s3_asks_nothing_and_is_what_an_object_gets_by_default(lab: kmsnb.Lab, s3: Any):
    sse_s3 = {"ServerSideEncryption": "AES256"}
    assert everywhere(s3, "default") == [sse_s3] * 8
    assert everywhere(s3, "asked", **sse_s3) == [sse_s3] * 8
    assert asked(lab) == []


@pytest.mark.parametrize("name", ["id", "ARN", "alias", "alias ARN"])
def test_every_answer_names_the_key_by_its_arn(lab: kmsnb.Lab, s3: Any, name: str):
    arn = make_key(lab)
    boto3.client("kms").create_alias(AliasName="alias/mine", TargetKeyId=arn)
    names = {
        "id": arn.rpartition("/")[2],
        "ARN": arn,
        "alias": "alias/mine",
        "alias ARN": "arn:aws:kms:us-east-1:123456789012:alias/mine",
    }
    told = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": arn}
    headers = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": names[name]}
    assert everywhere(s3, "a", **headers) == [told] * 8
    told["BucketKeyEnabled"] = True
    assert everywhere(s3, "b", **headers, BucketKeyEnabled=True) == [told] * 8


def test_an_etag_under_kms_is_not_the_md5(lab: kmsnb.Lab, s3: Any):
    md5 = f'"{hashlib.md5(b"x").hexdigest()}"'
    assert put(s3, "plain")["ETag"] == md5
    under_kms = put(s3, ServerSideEncryption="aws:kms")["ETag"]
    assert under_kms != md5
    copied = s3.copy_object(Bucket="bkt", Key="copy", CopySource="bkt/a", ServerSideEncryption="aws:kms")
    assert copied["CopyObjectResult"]["ETag"] not in (md5, under_kms)
    for name, etag in (("a", under_kms), ("copy", copied["CopyObjectResult"]["ETag"])):
        assert s3.head_object(Bucket="bkt", Key=name)["ETag"] == etag
        s3.get_object(Bucket="bkt", Key=name, IfMatch=etag)
    assert s3.copy_object(Bucket="bkt", Key="plain", CopySource="bkt/a")["CopyObjectResult"]["ETag"] == md5


def test_without_a_key_it_is_that_of_s3(lab: kmsnb.Lab, s3: Any):
    default(s3, "aws:kms", make_key(lab))
    answer = put(s3, ServerSideEncryption="aws:kms")
    assert said(answer) == {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": managed_key()}
    about = boto3.client("kms").describe_key(KeyId=answer["SSEKMSKeyId"])["KeyMetadata"]
    assert about["KeyManager"] == "AWS"
    assert about["Description"] == "Default key that protects my S3 objects when no other key is defined"


def test_dual_layer_encryption_has_no_bucket_key(lab: kmsnb.Lab, s3: Any):
    key = make_key(lab)
    told = {"ServerSideEncryption": "aws:kms:dsse", "SSEKMSKeyId": key}
    assert everywhere(s3, "a", **told) == [told] * 8
    assert said(put(s3, **told, BucketKeyEnabled=True)) == told
    assert {each.encryption_context["aws:s3:arn"] for each in asked(lab)} == {
        "arn:aws:s3:::bkt/a",
        "arn:aws:s3:::bkt/a-copy",
    }
    boto3.client("kms").disable_key(KeyId=key)
    with refused("KMS.DisabledException"):
        s3.get_object(Bucket="bkt", Key="a")


def test_the_default_of_the_bucket(lab: kmsnb.Lab, s3: Any):
    key = make_key(lab)
    put(s3, "before")
    default(s3, "aws:kms", key, BucketKeyEnabled=True)
    told = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key, "BucketKeyEnabled": True}
    assert everywhere(s3, "a") == [told] * 8
    assert said(put(s3, BucketKeyEnabled=False)) == {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key}
    assert said(put(s3, ServerSideEncryption="aws:kms")) == told | {"SSEKMSKeyId": managed_key()}
    assert everywhere(s3, "b", ServerSideEncryption="AES256") == [{"ServerSideEncryption": "AES256"}] * 8
    assert said(s3.head_object(Bucket="bkt", Key="before")) == {"ServerSideEncryption": "AES256"}
    default(s3, "aws:kms")
    assert said(put(s3)) == {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": managed_key()}
    default(s3, "aws:kms:dsse", key, BucketKeyEnabled=True)
    assert said(put(s3)) == {"ServerSideEncryption": "aws:kms:dsse", "SSEKMSKeyId": key}
    s3.delete_bucket_encryption(Bucket="bkt")
    assert said(put(s3)) == {"ServerSideEncryption": "AES256"}


def test_a_default_is_looked_at_by_the_first_write_only(lab: kmsnb.Lab, s3: Any):
    default(s3, "aws:kms", "aws/s3")
    shown = s3.get_bucket_encryption(Bucket="bkt")["ServerSideEncryptionConfiguration"]["Rules"][0]
    assert shown["ApplyServerSideEncryptionByDefault"]["KMSMasterKeyID"] == "aws/s3"
    with refused("KMS.NotFoundException", "Invalid keyId 'aws/s3'", 400):
        put(s3)


def test_an_alias_in_the_default_is_that_of_the_sender_s_account(lab: kmsnb.Lab, s3: Any):
    ours = make_key(lab)
    boto3.client("kms").create_alias(AliasName="alias/app", TargetKeyId=ours)
    default(s3, "aws:kms", "alias/app")
    theirs = {"AWS": "arn:aws:iam::999999999999:root"}
    share = {"Effect": "Allow", "Principal": theirs, "Action": "s3:*", "Resource": "arn:aws:s3:::bkt/*"}
    s3.put_bucket_policy(Bucket="bkt", Policy=json.dumps({"Version": "2012-10-17", "Statement": [share]}))
    guest = allow(lab, "Guest", "kms:*", account="999999999999")
    kms = guest.client("kms")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    kms.create_alias(AliasName="alias/app", TargetKeyId=key)
    assert put(guest.client("s3"))["SSEKMSKeyId"] == key
    assert put(s3)["SSEKMSKeyId"] == ours


NEEDS_KMS = "Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms"
BAD_CONTEXT = (
    "The header 'x-amz-server-side-encryption-context' shall be Base64-encoded UTF-8 string holding JSON"
)


@pytest.mark.parametrize(
    ("headers", "message", "argument"),
    [
        ({"ServerSideEncryption": "foo"}, "The encryption method specified is not supported", ""),
        ({"SSEKMSKeyId": "alias/aws/s3"}, NEEDS_KMS, ""),
        ({"ServerSideEncryption": "AES256", "SSEKMSKeyId": "alias/aws/s3"}, NEEDS_KMS, ""),
        ({"SSEKMSEncryptionContext": "e30="}, NEEDS_KMS, ""),
        (
            {"ServerSideEncryption": "aws:kms", "SSEKMSEncryptionContext": "no base64"},
            BAD_CONTEXT,
            "-context",
        ),
        ({"ServerSideEncryption": "aws:kms", "SSEKMSEncryptionContext": "bm8="}, BAD_CONTEXT, "-context"),
        ({"ServerSideEncryption": "aws:kms", "SSEKMSEncryptionContext": "W10="}, BAD_CONTEXT, "-context"),
        (
            {
                "ServerSideEncryption": "aws:kms",
                "SSEKMSEncryptionContext": base64.b64encode(b'{"a": 1}').decode(),
            },
            BAD_CONTEXT,
            "-context",
        ),
        (
            {
                "ServerSideEncryption": "aws:kms",
                "SSECustomerAlgorithm": "AES256",
                "SSECustomerKey": "0" * 32,
            },
            "Server Side Encryption with Customer provided key is incompatible with the encryption method specified",
            "",
        ),
    ],
)
def test_headers_that_do_not_go_together(lab: kmsnb.Lab, s3: Any, headers: Any, message: str, argument: str):
    for write in (put, lambda s3, **more: s3.create_multipart_upload(Bucket="bkt", Key="a", **more)):
        with pytest.raises(s3.exceptions.ClientError) as caught:
            write(s3, **headers)
        error = caught.value.response["Error"]
        assert (error["Code"], error["ArgumentName"]) == (
            "InvalidArgument",
            f"x-amz-server-side-encryption{argument}",
        )
        assert error["Message"].startswith(message)
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert asked(lab) == []


@pytest.mark.parametrize("operation", ["GetObject", "HeadObject", "UploadPart"])
def test_a_read_names_no_encryption(lab: kmsnb.Lab, s3: Any, operation: str):
    put(s3)
    upload = s3.create_multipart_upload(Bucket="bkt", Key="a")["UploadId"]
    more = {"UploadId": upload, "PartNumber": 1} if operation == "UploadPart" else {}

    def add(params: Any, **_: Any) -> None:
        params["headers"]["x-amz-server-side-encryption"] = "aws:kms"

    s3.meta.events.register(f"before-call.s3.{operation}", add)
    code = "400" if operation == "HeadObject" else "InvalidArgument"
    message = "" if operation == "HeadObject" else "header is not supported for this operation."
    with refused(code, message, 400):
        getattr(
            s3,
            {"GetObject": "get_object", "HeadObject": "head_object", "UploadPart": "upload_part"}[operation],
        )(Bucket="bkt", Key="a", **more)


def test_the_caller_s_own_context_stays_with_the_object(lab: kmsnb.Lab, s3: Any):
    pairs = base64.b64encode(json.dumps({"Team": "blue"}).encode()).decode()
    headers = {
        "ServerSideEncryption": "aws:kms",
        "SSEKMSKeyId": make_key(lab),
        "SSEKMSEncryptionContext": pairs,
    }
    answer = put(s3, **headers)
    assert json.loads(base64.b64decode(answer["SSEKMSEncryptionContext"])) == {"Team": "blue"}
    assert "SSEKMSEncryptionContext" not in s3.get_object(Bucket="bkt", Key="a")
    upload = s3.create_multipart_upload(Bucket="bkt", Key="a", **headers)
    assert json.loads(base64.b64decode(upload["SSEKMSEncryptionContext"])) == {"Team": "blue"}
    own = OBJECT | {"Team": "blue"}
    assert [each[1:3] for each in calls(asked(lab))] == [
        ("GenerateDataKey", own),
        ("Decrypt", own),
        ("GenerateDataKey", own),
    ]


def test_s3_s_own_pair_wins(lab: kmsnb.Lab, s3: Any):
    pairs = base64.b64encode(json.dumps({"aws:s3:arn": "mine"}).encode()).decode()
    put(s3, ServerSideEncryption="aws:kms", SSEKMSEncryptionContext=pairs)
    assert asked(lab)[-1].encryption_context == OBJECT


def test_a_bucket_key_names_the_bucket_in_the_context(lab: kmsnb.Lab, s3: Any):
    put(s3, ServerSideEncryption="aws:kms", BucketKeyEnabled=True)
    s3.get_object(Bucket="bkt", Key="a")
    assert [each[1:3] for each in calls(asked(lab))] == [("GenerateDataKey", BUCKET), ("Decrypt", BUCKET)]


def test_what_a_bucket_s_encryption_may_be(lab: kmsnb.Lab, s3: Any):
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    for rules, code, message in (
        ([], "MalformedXML", ""),
        ([rule, rule], "MalformedXML", ""),
        ([{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "rot13"}}], "MalformedXML", ""),
        (
            [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256", "KMSMasterKeyID": "x"}}],
            "InvalidArgument",
            "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse",
        ),
    ):
        with refused(code, message, 400):
            s3.put_bucket_encryption(Bucket="bkt", ServerSideEncryptionConfiguration={"Rules": rules})
    with refused("NoSuchBucket"):
        s3.put_bucket_encryption(Bucket="none", ServerSideEncryptionConfiguration={"Rules": [rule]})
    with refused("NoSuchBucket"):
        s3.get_bucket_encryption(Bucket="none")


def test_a_bucket_shows_its_encryption(lab: kmsnb.Lab, s3: Any):
    def shown() -> Any:
        (rule,) = s3.get_bucket_encryption(Bucket="bkt")["ServerSideEncryptionConfiguration"]["Rules"]
        return rule

    assert shown() == {
        "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"},
        "BucketKeyEnabled": False,
        "BlockedEncryptionTypes": {"EncryptionType": ["SSE-C"]},
    }
    default(s3, "aws:kms", "alias/app", BucketKeyEnabled=True)
    assert shown() == {
        "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "alias/app"},
        "BucketKeyEnabled": True,
        "BlockedEncryptionTypes": {"EncryptionType": ["SSE-C"]},
    }


def test_cloudformation_sets_a_default_too(lab: kmsnb.Lab):
    key = make_key(lab)
    by_default = {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}}
    encryption = {"ServerSideEncryptionConfiguration": [by_default]}
    properties = {"BucketName": "bkt", "BucketEncryption": encryption}
    template = {"Resources": {"B": {"Type": "AWS::S3::Bucket", "Properties": properties}}}
    boto3.client("cloudformation").create_stack(StackName="s", TemplateBody=json.dumps(template))
    assert put(boto3.client("s3"))["SSEKMSKeyId"] == key
