"""Bucket policies under conditions: which encryption an upload must have, from where, and by whom."""

from typing import Any

import boto3
import pytest
import requests
from botocore.config import Config

import kmsnb

from .conftest import make_key, refused
from .policies import (
    AT,
    BUCKET,
    OBJECTS,
    OURS,
    THEIRS,
    V4,
    allow,
    deny,
    guard,
    organize,
    to,
    user_arn,
    when,
    who_may,
)

SSE = "s3:x-amz-server-side-encryption"
KEY_ID, CUSTOMER = f"{SSE}-aws-kms-key-id", f"{SSE}-customer-algorithm"
DENIED = "AccessDenied"
BY_POLICY = "with an explicit deny in a resource-based policy"
PUT = "s3:PutObject"


def by_default(s3: Any, key: str | None, **more: Any) -> None:
    """Set the bucket's default encryption to SSE-KMS; with ``aws/s3`` if no key is named."""
    rule = {"SSEAlgorithm": "aws:kms", **({"KMSMasterKeyID": key} if key else {})}
    rules = [{"ApplyServerSideEncryptionByDefault": rule, **more}]
    s3.put_bucket_encryption(Bucket="bkt", ServerSideEncryptionConfiguration={"Rules": rules})


KMS = {"ServerSideEncryption": "aws:kms"}
DSSE = {"ServerSideEncryption": "aws:kms:dsse"}
AES = {"ServerSideEncryption": "AES256"}
THIS: dict[str, str] = {**KMS, "SSEKMSKeyId": "this"}
OTHER: dict[str, str] = {**KMS, "SSEKMSKeyId": "other"}


def _deny(operator: str, name: str, *values: str) -> dict[str, Any]:
    return deny(PUT, on=OBJECTS, **to(), **when(operator, name, *values))


@pytest.mark.parametrize(
    ("condition", "passes", "denied"),
    [
        # "deny unless aws:kms": a header that is missing is not equal, and with IfExists the condition is true, too
        (("StringNotEquals", SSE, "aws:kms"), [KMS, THIS], [{}, AES, DSSE]),
        (("StringNotEqualsIfExists", SSE, "aws:kms"), [KMS, THIS], [{}, AES, DSSE]),
        (("ForAnyValue:StringNotEquals", SSE, "aws:kms"), [{}, KMS, THIS], [AES, DSSE]),
        (("StringNotLike", SSE, "aws:kms*"), [KMS, DSSE], [{}, AES]),
        (("Null", SSE, "true"), [KMS, AES, DSSE], [{}]),
        (("Null", SSE, "false"), [{}], [KMS, AES]),
        # "deny unless this key"
        (("StringNotEquals", KEY_ID, "this"), [THIS], [{}, KMS, AES, OTHER]),
        (("ArnNotEquals", KEY_ID, "this"), [THIS], [{}, KMS, AES, OTHER]),
        (("StringNotEqualsIfExists", KEY_ID, "this"), [THIS], [{}, KMS, AES, OTHER]),
        (("StringEqualsIfExists", KEY_ID, "other"), [THIS], [{}, KMS, AES, OTHER]),
        (("Null", KEY_ID, "true"), [THIS, OTHER], [{}, KMS, AES]),
        (("StringEquals", KEY_ID, "other"), [THIS, {}], [OTHER]),
    ],
    ids=lambda each: "-".join(each).rpartition(":")[2] if isinstance(each, tuple) else "",
)
def test_what_an_upload_must_say(
    lab: kmsnb.Lab, s3: Any, key: str, condition: Any, passes: list[Any], denied: list[Any]
):
    keys = {"this": key, "other": make_key(lab)}

    def named(headers: dict[str, str]) -> dict[str, str]:
        return {name: keys.get(value, value) for name, value in headers.items()}

    operator, name, value = condition
    guard(s3, _deny(operator, name, keys.get(value, value)))
    for headers in passes:
        s3.put_object(**AT, Body=b"x", **named(headers))
    for headers in denied:
        with refused(DENIED, BY_POLICY, 403):
            s3.put_object(**AT, Body=b"x", **named(headers))


@pytest.mark.parametrize("form", ["id", "ARN", "alias", "alias ARN"])
def test_this_key_however_the_upload_names_it(lab: kmsnb.Lab, s3: Any, key: str, form: str):
    boto3.client("kms").create_alias(AliasName="alias/this", TargetKeyId=key)
    alias = key.rpartition(":")[0] + ":alias/this"
    named = {"id": key.rpartition("/")[2], "ARN": key, "alias": "alias/this", "alias ARN": alias}[form]
    guard(s3, _deny("StringNotEquals", KEY_ID, key))
    s3.put_object(**AT, Body=b"x", **KMS, SSEKMSKeyId=named)
    by_default(s3, named)
    s3.put_object(**AT, Body=b"x")
    s3.copy_object(Bucket="bkt", Key="b", CopySource=AT)
    with refused(DENIED, BY_POLICY):  # aws:kms without a key is aws/s3, whatever the default
        s3.put_object(**AT, Body=b"x", **KMS)
    by_default(s3, None)
    with refused(DENIED, BY_POLICY):
        s3.put_object(**AT, Body=b"x")


def test_a_default_of_the_bucket_is_no_header(lab: kmsnb.Lab, s3: Any, key: str):
    by_default(s3, key)
    guard(s3, _deny("StringNotEquals", SSE, "aws:kms"))
    with refused(DENIED, BY_POLICY):
        s3.put_object(**AT, Body=b"x")
    if_sent = {"StringNotEquals": {SSE: "aws:kms"}, "Null": {SSE: "false"}}
    guard(s3, deny(PUT, on=OBJECTS, **to(), Condition=if_sent))
    with refused(DENIED, BY_POLICY):
        s3.put_object(**AT, Body=b"x", **AES)
    assert s3.put_object(**AT, Body=b"x")["SSEKMSKeyId"] == key


def test_a_multipart_upload_is_as_it_began(lab: kmsnb.Lab, s3: Any, key: str):
    guard(s3, _deny("StringNotEquals", SSE, "aws:kms"), _deny("StringNotEquals", KEY_ID, key))
    with refused(DENIED, BY_POLICY):
        s3.create_multipart_upload(**AT)
    upload = s3.create_multipart_upload(**AT, **KMS, SSEKMSKeyId=key)["UploadId"]
    part = s3.upload_part(**AT, UploadId=upload, PartNumber=1, Body=b"x")
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    s3.complete_multipart_upload(**AT, UploadId=upload, MultipartUpload=parts)
    guard(s3)
    upload = s3.create_multipart_upload(**AT)["UploadId"]
    guard(s3, _deny("StringNotEquals", SSE, "aws:kms"))
    with refused(DENIED, BY_POLICY):
        s3.upload_part(**AT, UploadId=upload, PartNumber=1, Body=b"x")


def test_sse_c_can_be_forbidden(lab: kmsnb.Lab, s3: Any):
    rules = [{"BlockedEncryptionTypes": {"EncryptionType": ["NONE"]}}]
    s3.put_bucket_encryption(Bucket="bkt", ServerSideEncryptionConfiguration={"Rules": rules})
    mine = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": "0" * 32}
    s3.put_object(**AT, Body=b"x", **mine)
    guard(s3, _deny("Null", CUSTOMER, "false"))
    s3.put_object(Bucket="bkt", Key="b", Body=b"x")
    with refused(DENIED, BY_POLICY):
        s3.put_object(**AT, Body=b"x", **mine)
    with refused(DENIED, BY_POLICY):
        s3.create_multipart_upload(**AT, **mine)
    assert s3.get_object(**AT, **mine)["Body"].read() == b"x", "reading goes on"


def test_without_tls(lab: kmsnb.Lab, s3: Any):
    s3.put_object(**AT, Body=b"x")
    guard(s3, deny("s3:*", on=[BUCKET, OBJECTS], **to(), **when("Bool", "aws:SecureTransport", "false")))
    plain = boto3.client("s3", use_ssl=False, config=V4)
    with refused(DENIED, BY_POLICY):
        plain.get_object(**AT)
    url = plain.generate_presigned_url("get_object", AT)
    assert url.startswith("http:")
    assert requests.get(url, timeout=5).status_code == 403
    assert s3.get_object(**AT)["Body"].read() == b"x"


def test_one_organization(lab: kmsnb.Lab, s3: Any):
    s3.put_object(**AT, Body=b"x")
    member = organize("SERVICE_CONTROL_POLICY")
    own = boto3.client("organizations").describe_organization()["Organization"]["Id"]
    read = allow("s3:GetObject")
    mia = who_may(lab, "Mia", read, account=member).client("s3")
    olga = who_may(lab, "Olga", read, account=THEIRS).client("s3")
    guard(s3, allow("s3:GetObject", on=OBJECTS, **to(), **when("StringEquals", "aws:PrincipalOrgID", own)))
    assert mia.get_object(**AT)["Body"].read() == b"x"
    with refused(DENIED, "Access Denied"):
        olga.get_object(**AT)
    assert requests.get("https://bkt.s3.amazonaws.com/a", timeout=5).status_code == 403
    guard(s3, deny("s3:*", on=OBJECTS, **to(), **when("StringNotEquals", "aws:PrincipalOrgID", own)))
    s3.get_object(**AT)
    with refused(DENIED, 'perform: s3:GetObject on resource: "arn:aws:s3:::bkt/a" because'):
        mia.get_object(**AT)  # of the organization, she is told why


def test_from_an_address(lab: kmsnb.Lab, s3: Any):
    s3.put_object(**AT, Body=b"x")
    office = when("NotIpAddress", "aws:SourceIp", "203.0.113.0/24")
    guard(s3, deny("s3:GetObject", on=OBJECTS, **to(), **office))
    inside = who_may(lab, "Uma", allow("s3:*"), source_ip="203.0.113.7").client("s3")
    assert inside.get_object(**AT)["Body"].read() == b"x"
    with refused(DENIED, BY_POLICY):
        who_may(lab, "Uma", allow("s3:*")).client("s3").get_object(**AT)


@pytest.mark.parametrize("how", ["list_objects", "list_objects_v2", "list_object_versions"])
def test_a_prefix(lab: kmsnb.Lab, s3: Any, how: str):
    may = allow("s3:ListBucket*", on=BUCKET, **when("StringLike", "s3:prefix", "${aws:username}/*"))
    uma = getattr(who_may(lab, "Uma", may).client("s3"), how)
    uma(Bucket="bkt", Prefix="Uma/")
    for other in ({}, {"Prefix": ""}, {"Prefix": "Kim/"}):
        with refused(DENIED):
            uma(Bucket="bkt", **other)


def test_a_home_for_everyone_in_one_statement(lab: kmsnb.Lab, s3: Any):
    guard(s3, allow(PUT, on="arn:aws:s3:::bkt/${aws:username}/*", **to(OURS)))
    may = allow(PUT, on="arn:aws:s3:::bkt/${aws:username}/*")
    uma = who_may(lab, "Uma", may).client("s3")
    uma.put_object(Bucket="bkt", Key="Uma/a", Body=b"x")
    with refused(DENIED):
        uma.put_object(Bucket="bkt", Key="Kim/a", Body=b"x")


def test_other_headers(lab: kmsnb.Lab, s3: Any):
    guard(s3, _deny("StringNotEquals", "s3:x-amz-acl", "bucket-owner-full-control"))
    with refused(DENIED, BY_POLICY):
        s3.put_object(**AT, Body=b"x")
    s3.put_object(**AT, Body=b"x", ACL="bucket-owner-full-control")
    guard(s3, _deny("StringNotEquals", "s3:x-amz-copy-source", "bkt/a"))
    s3.copy_object(Bucket="bkt", Key="b", CopySource=AT)
    guard(s3, deny("s3:*", on=OBJECTS, **to(), **when("StringEquals", "s3:signatureversion", "AWS")))
    s3.get_object(**AT)
    old = boto3.client("s3", config=Config(signature_version="s3"))
    with refused(DENIED, BY_POLICY):
        old.get_object(**AT)
    guard(s3, deny("s3:*", on=OBJECTS, **to(), **when("StringNotEquals", "s3:ResourceAccount", OURS)))
    s3.get_object(**AT)


def test_a_condition_of_an_allow_for_a_user(lab: kmsnb.Lab, s3: Any, key: str):
    uma = who_may(lab, "Uma", allow("kms:*")).client("s3")
    only = when("StringEquals", KEY_ID, key)
    guard(s3, allow(PUT, on=OBJECTS, **to(user_arn("Uma")), **only))
    uma.put_object(**AT, Body=b"x", **KMS, SSEKMSKeyId=key)
    with refused(DENIED, "because no identity-based policy allows the s3:PutObject action"):
        uma.put_object(**AT, Body=b"x")


def test_every_part_of_a_request_has_the_account_and_the_signature(lab: kmsnb.Lab, s3: Any):
    for key, value in (("s3:ResourceAccount", OURS), ("s3:signatureversion", "AWS4-HMAC-SHA256")):
        only = deny("s3:*", **when("StringNotEquals", key, value))
        uma = who_may(lab, "Uma", allow("s3:*"), only).client("s3")
        uma.create_bucket(Bucket="new")
        assert len(uma.list_buckets()["Buckets"]) == 2
        uma.put_object(**AT, Body=b"x")
        uma.copy_object(Bucket="new", Key="b", CopySource=AT)
        answer = uma.delete_objects(Bucket="new", Delete={"Objects": [{"Key": "b"}]})
        assert [each["Key"] for each in answer["Deleted"]] == ["b"]
        uma.delete_bucket(Bucket="new")


def test_tags_of_what_is_copied(lab: kmsnb.Lab, s3: Any):
    live = allow("s3:GetObject", **when("StringEquals", "s3:ExistingObjectTag/stage", "live"))
    uma = who_may(lab, "Uma", allow("s3:PutObject"), live).client("s3")
    for name, stage in (("a", "live"), ("b", "test")):
        s3.put_object(Bucket="bkt", Key=name, Body=b"x", Tagging=f"stage={stage}")
    uma.copy_object(Bucket="bkt", Key="c", CopySource=AT)
    with refused(DENIED, "perform: s3:GetObject on"):
        uma.copy_object(Bucket="bkt", Key="c", CopySource="bkt/b")


def test_tags_of_the_object_and_of_the_request(lab: kmsnb.Lab, s3: Any):
    for name, tags in (("a", "stage=live&x="), ("b", "stage=test"), ("c", "")):
        s3.put_object(Bucket="bkt", Key=name, Body=b"x", Tagging=tags)
    live = when("StringEquals", "s3:ExistingObjectTag/stage", "live")
    uma = who_may(lab, "Uma", allow("s3:GetObject", "s3:PutObject", "s3:DeleteObject", **live)).client("s3")
    assert uma.get_object(**AT)["Body"].read() == b"x"
    assert lab.explain(lab.user("Uma"), "s3:GetObject", "arn:aws:s3:::bkt/a").allowed
    for request in (
        lambda: uma.get_object(Bucket="bkt", Key="b"),
        lambda: uma.get_object(Bucket="bkt", Key="c"),
        lambda: uma.put_object(**AT, Body=b"y"),  # writing and deleting don't see the tags
        lambda: uma.delete_object(**AT),
    ):
        with refused(DENIED):
            request()
    only = when("ForAllValues:StringEquals", "s3:RequestObjectTagKeys", "stage", "team")
    kim = who_may(lab, "Kim", allow("s3:PutObject", "s3:PutObjectTagging", **only)).client("s3")
    kim.put_object(**AT, Tagging="stage=live&team=a")
    kim.put_object_tagging(**AT, Tagging={"TagSet": [{"Key": "team", "Value": "b"}]})
    for request in (
        lambda: kim.put_object(**AT, Tagging="stage=live&owner=me"),
        lambda: kim.create_multipart_upload(**AT, Tagging="owner=me"),
        lambda: kim.put_object_tagging(**AT, Tagging={"TagSet": [{"Key": "owner", "Value": "b"}]}),
    ):
        with refused(DENIED):
            request()
    guard(
        s3,
        deny("s3:PutObject", on=OBJECTS, **to(), **when("StringNotEquals", "s3:RequestObjectTag/team", "a")),
    )
    kim.put_object(**AT, Tagging="team=a")
    with refused(DENIED, BY_POLICY):
        kim.put_object(**AT, Tagging="team=b")


def test_only_writes_that_replace_nothing(lab: kmsnb.Lab, s3: Any):
    # User Guide, "Enforce conditional writes on Amazon S3 buckets"
    creates = {"Null": {"s3:if-none-match": "true"}, "Bool": {"s3:ObjectCreationOperation": "true"}}
    guard(s3, deny(PUT, on=OBJECTS, **to(), Condition=creates))
    new = {"IfNoneMatch": "*"}
    with refused(DENIED, BY_POLICY):
        s3.put_object(**AT, Body=b"x")
    s3.put_object(**AT, Body=b"x", **new)
    with refused(DENIED, BY_POLICY):
        s3.copy_object(Bucket="bkt", Key="c", CopySource=AT)
    there = {"Bucket": "bkt", "Key": "b"}
    upload = {**there, "UploadId": s3.create_multipart_upload(**there)["UploadId"]}
    part = s3.upload_part(**upload, PartNumber=1, Body=b"x")["ETag"]
    whole = {"Parts": [{"PartNumber": 1, "ETag": part}]}
    with refused(DENIED, BY_POLICY):
        s3.complete_multipart_upload(**upload, MultipartUpload=whole)
    s3.complete_multipart_upload(**upload, MultipartUpload=whole, **new)
    guard(s3, deny("s3:DeleteObject", on=OBJECTS, **to(), **when("Null", "s3:if-match", "true")))
    with refused(DENIED, BY_POLICY):
        s3.delete_object(**AT)
    s3.delete_object(**AT, IfMatch=s3.head_object(**AT)["ETag"])


def test_no_presigned_urls(lab: kmsnb.Lab, s3: Any):
    s3.put_object(**AT, Body=b"x")
    guard(s3, deny("s3:*", on=OBJECTS, **to(), **when("StringNotEquals", "s3:authType", "REST-HEADER")))
    assert s3.get_object(**AT)["Body"].read() == b"x"
    url = lab.user("student").client("s3", config=V4).generate_presigned_url("get_object", AT)
    answer = requests.get(url, timeout=5)
    assert (answer.status_code, BY_POLICY in answer.text) == (403, True)
