"""Which action of S3 each request needs, on what, and how S3 says no."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

import kmsnb

from .conftest import refused
from .policies import (
    AT,
    BUCKET,
    OBJECT,
    OBJECTS,
    OURS,
    THEIRS,
    allow,
    deny,
    document,
    enable_acls,
    guard,
    to,
    user_arn,
    when,
    who_may,
)

UMA, OLGA = user_arn("Uma"), user_arn("Olga", THEIRS)
HTTP = "https://bkt.s3.amazonaws.com/a"
DENIED = "AccessDenied"


@pytest.fixture
def stored(s3: Any) -> Any:
    """The administrator's client, with an object in the bucket."""
    s3.put_object(**AT, Body=b"x")
    return s3


def no(action: str, on: str, why: str, who: str = UMA) -> str:
    return f'User: {who} is not authorized to perform: {action} on resource: "{on}" {why}'


# Which action each request needs, on what

REQUESTS: dict[str, tuple[str, str, Callable[[Any], Any]]] = {
    "GetObject": ("s3:GetObject", OBJECT, lambda s3: s3.get_object(**AT)),
    "HeadObject": ("s3:GetObject", OBJECT, lambda s3: s3.head_object(**AT)),
    "GetObjectAcl": ("s3:GetObjectAcl", OBJECT, lambda s3: s3.get_object_acl(**AT)),
    "GetObjectTagging": ("s3:GetObjectTagging", OBJECT, lambda s3: s3.get_object_tagging(**AT)),
    "PutObject": ("s3:PutObject", OBJECT, lambda s3: s3.put_object(**AT, Body=b"y")),
    "PutObjectAcl": (
        "s3:PutObjectAcl",
        OBJECT,
        lambda s3: s3.put_object_acl(**AT, ACL="bucket-owner-full-control"),
    ),
    "PutObjectTagging": (
        "s3:PutObjectTagging",
        OBJECT,
        lambda s3: s3.put_object_tagging(**AT, Tagging={"TagSet": [{"Key": "k", "Value": "v"}]}),
    ),
    "DeleteObjectTagging": ("s3:DeleteObjectTagging", OBJECT, lambda s3: s3.delete_object_tagging(**AT)),
    "DeleteObject": ("s3:DeleteObject", OBJECT, lambda s3: s3.delete_object(**AT)),
    "CreateMultipartUpload": ("s3:PutObject", OBJECT, lambda s3: s3.create_multipart_upload(**AT)),
    "ListObjectsV2": ("s3:ListBucket", BUCKET, lambda s3: s3.list_objects_v2(Bucket="bkt")),
    "ListObjects": ("s3:ListBucket", BUCKET, lambda s3: s3.list_objects(Bucket="bkt")),
    "HeadBucket": ("s3:ListBucket", BUCKET, lambda s3: s3.head_bucket(Bucket="bkt")),
    "ListObjectVersions": (
        "s3:ListBucketVersions",
        BUCKET,
        lambda s3: s3.list_object_versions(Bucket="bkt"),
    ),
    "ListMultipartUploads": (
        "s3:ListBucketMultipartUploads",
        BUCKET,
        lambda s3: s3.list_multipart_uploads(Bucket="bkt"),
    ),
    "GetBucketEncryption": (
        "s3:GetEncryptionConfiguration",
        BUCKET,
        lambda s3: s3.get_bucket_encryption(Bucket="bkt"),
    ),
    "DeleteBucketEncryption": (
        "s3:PutEncryptionConfiguration",
        BUCKET,
        lambda s3: s3.delete_bucket_encryption(Bucket="bkt"),
    ),
    "GetBucketLocation": ("s3:GetBucketLocation", BUCKET, lambda s3: s3.get_bucket_location(Bucket="bkt")),
    "PutBucketPolicy": (
        "s3:PutBucketPolicy",
        BUCKET,
        lambda s3: s3.put_bucket_policy(Bucket="bkt", Policy=document(allow("s3:*", on=BUCKET, **to(OURS)))),
    ),
    "DeleteBucketPolicy": (
        "s3:DeleteBucketPolicy",
        BUCKET,
        lambda s3: s3.delete_bucket_policy(Bucket="bkt"),
    ),
    "ListBuckets": ("s3:ListAllMyBuckets", "*", lambda s3: s3.list_buckets()),
    "CreateBucket": ("s3:CreateBucket", "arn:aws:s3:::new", lambda s3: s3.create_bucket(Bucket="new")),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_each_request_needs_its_action_and_no_other(lab: kmsnb.Lab, stored: Any, name: str):
    action, on, request = REQUESTS[name]
    others = who_may(lab, "Uma", allow("s3:*"), deny(action)).client("s3")
    with refused("403" if name.startswith("Head") else DENIED, status=403):
        request(others)
    elsewhere = who_may(lab, "Uma", allow("*", on="arn:aws:s3:::bkt2*")).client("s3")
    with pytest.raises(ClientError) as caught:
        request(elsewhere)
    if not name.startswith("Head"):
        named = "" if on == "*" else f' on resource: "{on}"'
        because = f"because no identity-based policy allows the {action} action"
        message = f"User: {UMA} is not authorized to perform: {action}{named} {because}"
        assert caught.value.response["Error"]["Message"] == message
    request(who_may(lab, "Uma", allow(action, on=on)).client("s3"))


@pytest.mark.parametrize(
    ("header", "action"),
    [
        ({"Tagging": "a=b"}, "s3:PutObjectTagging"),
        ({"ACL": "bucket-owner-full-control"}, "s3:PutObjectAcl"),
        ({"GrantRead": 'id="1"'}, "s3:PutObjectAcl"),
    ],
)
def test_a_header_can_need_another_action(lab: kmsnb.Lab, stored: Any, header: Any, action: str):
    enable_acls(stored)
    uma = who_may(lab, "Uma", allow("s3:PutObject")).client("s3")
    for request in (
        lambda: uma.put_object(**AT, **header),
        lambda: uma.create_multipart_upload(**AT, **header),
    ):
        with refused(
            DENIED, no(action, OBJECT, f"because no identity-based policy allows the {action} action")
        ):
            request()
    who_may(lab, "Uma", allow("s3:PutObject", action)).client("s3").put_object(**AT, **header)


def test_versions_have_actions_of_their_own(lab: kmsnb.Lab, stored: Any):
    stored.put_bucket_versioning(Bucket="bkt", VersioningConfiguration={"Status": "Enabled"})
    version = {"VersionId": stored.put_object(**AT, Body=b"old")["VersionId"]}
    stored.put_object(**AT, Body=b"new")
    newest = who_may(
        lab, "Uma", allow("s3:GetObject", "s3:GetObjectTagging", "s3:GetObjectAcl", "s3:DeleteObject")
    ).client("s3")
    assert newest.get_object(**AT)["Body"].read() == b"new"
    for request, action in (
        (newest.get_object, "s3:GetObjectVersion"),
        (newest.get_object_tagging, "s3:GetObjectVersionTagging"),
        (newest.get_object_acl, "s3:GetObjectVersionAcl"),
        (newest.delete_object, "s3:DeleteObjectVersion"),
    ):
        with refused(DENIED, f"perform: {action} on"):
            request(**AT, **version)
    only = when("StringEquals", "s3:VersionId", version["VersionId"])
    old = who_may(lab, "Uma", allow("s3:GetObjectVersion", **only)).client("s3")
    assert old.get_object(**AT, **version)["Body"].read() == b"old"
    for other in ({"VersionId": "none"}, {}):
        with refused(DENIED):
            old.get_object(**AT, **other)


@pytest.mark.parametrize(
    ("header", "actions"),
    [
        ({"ObjectOwnership": "BucketOwnerPreferred"}, ["PutBucketOwnershipControls"]),
        ({"ObjectLockEnabledForBucket": True}, ["PutBucketObjectLockConfiguration", "PutBucketVersioning"]),
        ({"ACL": "private"}, []),
        (
            {"ACL": "aws-exec-read", "ObjectOwnership": "ObjectWriter"},
            ["PutBucketAcl", "PutBucketOwnershipControls"],
        ),
    ],
)
def test_a_new_bucket_can_need_more(lab: kmsnb.Lab, header: Any, actions: list[str]):
    for missing in actions:
        rest = [f"s3:{each}" for each in ("CreateBucket", *actions) if each != missing]
        with refused(DENIED, f"perform: s3:{missing} on"):
            who_may(lab, "Uma", allow(*rest)).client("s3").create_bucket(Bucket="new", **header)
    all_of_them = allow("s3:CreateBucket", *(f"s3:{each}" for each in actions))
    who_may(lab, "Uma", all_of_them).client("s3").create_bucket(Bucket="new", **header)


def test_attributes_need_an_action_for_the_object_and_one_for_them(lab: kmsnb.Lab, stored: Any):
    stored.put_bucket_versioning(Bucket="bkt", VersioningConfiguration={"Status": "Enabled"})
    version = {"VersionId": stored.put_object(**AT, Body=b"x")["VersionId"]}
    attributes = ["GetObjectAttributes", "GetObjectVersionAttributes"]
    for of, read, more in (({}, "GetObject", attributes[0]), (version, "GetObjectVersion", attributes[1])):
        for actions, missing in (([read], more), ([more], read), ([read, more], None)):
            uma = who_may(lab, "Uma", allow(*(f"s3:{each}" for each in actions))).client("s3")
            if missing is None:
                uma.get_object_attributes(**AT, **of, ObjectAttributes=["ETag"])
                continue
            with refused(DENIED, f"perform: s3:{missing} on"):
                uma.get_object_attributes(**AT, **of, ObjectAttributes=["ETag"])


def test_comparing_an_etag_needs_to_read_the_object(lab: kmsnb.Lab, stored: Any):
    etag = stored.head_object(**AT)["ETag"]
    uma = who_may(lab, "Uma", allow("s3:PutObject", "s3:DeleteObject")).client("s3")
    for request in (
        lambda: uma.put_object(**AT, Body=b"y", IfMatch=etag),
        lambda: uma.delete_object(**AT, IfMatch=etag),
    ):
        with refused(DENIED, f'perform: s3:GetObject on resource: "{OBJECT}"'):
            request()
    with refused("PreconditionFailed", status=412):
        uma.put_object(**AT, Body=b"y", IfNoneMatch="*")
    both = who_may(lab, "Uma", allow("s3:PutObject", "s3:GetObject")).client("s3")
    both.put_object(**AT, Body=b"y", IfMatch=etag)
    with refused("PreconditionFailed", status=412):
        both.put_object(**AT, Body=b"z", IfMatch=etag)


def test_who_owns_the_bucket_can_be_part_of_a_request(lab: kmsnb.Lab, stored: Any):
    ours, theirs = {"ExpectedBucketOwner": OURS}, {"ExpectedBucketOwner": THEIRS}
    copy = {"Bucket": "bkt", "Key": "b", "CopySource": AT}
    for request in (
        lambda owner: stored.get_object(**AT, **owner),
        lambda owner: stored.put_object(**AT, **owner),
        lambda owner: stored.list_objects_v2(Bucket="bkt", **owner),
        lambda owner: stored.copy_object(**copy, **owner),
        lambda owner: stored.copy_object(**copy, ExpectedSourceBucketOwner=owner["ExpectedBucketOwner"]),
    ):
        request(ours)
        with refused(DENIED, "Access Denied", 403):
            request(theirs)
        with refused("InvalidBucketOwnerAWSAccountID", "must be an AWS Account ID... [me]", 400):
            request({"ExpectedBucketOwner": "me"})


def test_a_copy_needs_both_ends(lab: kmsnb.Lab, stored: Any):
    stored.create_bucket(Bucket="bkt2")
    source, target = allow("s3:GetObject", on=OBJECT), allow("s3:PutObject", on="arn:aws:s3:::bkt2/*")

    def copy(*statements: Any, **of: Any) -> Any:
        client = who_may(lab, "Uma", *statements).client("s3")
        return client.copy_object(Bucket="bkt2", Key="b", CopySource={**AT, **of})

    with refused(DENIED, f'perform: s3:GetObject on resource: "{OBJECT}"'):
        copy(target)
    with refused(DENIED, 'perform: s3:PutObject on resource: "arn:aws:s3:::bkt2/b"'):
        copy(source)
    copy(source, target)
    with refused(DENIED, "perform: s3:GetObjectVersion on"):
        copy(source, target, VersionId="null")
    guard(stored, deny("s3:GetObject", on=OBJECTS, **to()))
    with refused(DENIED, "with an explicit deny in a resource-based policy"):
        copy(source, target)


def test_a_multipart_upload_needs_put_object_at_each_step(lab: kmsnb.Lab, stored: Any):
    full = who_may(lab, "Uma", allow("s3:PutObject")).client("s3")
    upload = full.create_multipart_upload(**AT)["UploadId"]
    part = full.upload_part(**AT, UploadId=upload, PartNumber=1, Body=b"x")
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    for request, action in (
        (lambda: full.abort_multipart_upload(**AT, UploadId=upload), "s3:AbortMultipartUpload"),
        (lambda: full.list_parts(**AT, UploadId=upload), "s3:ListMultipartUploadParts"),
    ):
        with refused(DENIED, f"perform: {action} on"):
            request()
    nothing = who_may(lab, "Kim").client("s3")
    for request in (
        lambda: nothing.upload_part(**AT, UploadId=upload, PartNumber=1, Body=b"x"),
        lambda: nothing.upload_part_copy(**AT, UploadId=upload, PartNumber=1, CopySource=AT),
        lambda: nothing.complete_multipart_upload(**AT, UploadId=upload, MultipartUpload=parts),
    ):
        with refused(DENIED):
            request()
    with refused(DENIED, "perform: s3:GetObject on"):
        full.upload_part_copy(**AT, UploadId=upload, PartNumber=2, CopySource=AT)
    full.complete_multipart_upload(**AT, UploadId=upload, MultipartUpload=parts)
    helper = who_may(lab, "Kim", allow("s3:AbortMultipartUpload", "s3:ListMultipartUploadParts")).client("s3")
    another = stored.create_multipart_upload(**AT)["UploadId"]
    helper.list_parts(**AT, UploadId=another)
    helper.abort_multipart_upload(**AT, UploadId=another)


def test_objects_are_deleted_one_by_one(lab: kmsnb.Lab, stored: Any):
    stored.put_bucket_versioning(Bucket="bkt", VersioningConfiguration={"Status": "Enabled"})
    version = stored.put_object(Bucket="bkt", Key="mine", Body=b"x")["VersionId"]
    uma = who_may(lab, "Uma", allow("s3:DeleteObject", on="arn:aws:s3:::bkt/mine*")).client("s3")
    wanted = [{"Key": "a"}, {"Key": "mine"}, {"Key": "mine", "VersionId": version}, {"Key": "mine2"}]
    answer = uma.delete_objects(Bucket="bkt", Delete={"Objects": wanted})
    assert [each["Key"] for each in answer["Deleted"]] == ["mine", "mine2"]
    errors = [(each["Key"], each["Code"]) for each in answer["Errors"]]
    assert errors == [("a", DENIED), ("mine", DENIED)], "a version needs s3:DeleteObjectVersion"
    assert stored.get_object(Bucket="bkt", Key="mine", VersionId=version)["Body"].read() == b"x"
    assert stored.get_object(**AT)["Body"].read() == b"x"


def test_one_by_one_with_an_etag(lab: kmsnb.Lab, stored: Any):
    etag = stored.head_object(**AT)["ETag"]
    wanted = {"Objects": [{"Key": "a", "ETag": etag}]}
    uma = who_may(lab, "Uma", allow("s3:DeleteObject")).client("s3")
    assert uma.delete_objects(Bucket="bkt", Delete=wanted)["Errors"][0]["Code"] == DENIED
    only = when("Null", "s3:if-match", "false")
    uma = who_may(lab, "Uma", allow("s3:DeleteObject", **only), allow("s3:GetObject")).client("s3")
    assert uma.delete_objects(Bucket="bkt", Delete={"Objects": [{"Key": "a"}]})["Errors"][0]["Code"] == DENIED
    assert uma.delete_objects(Bucket="bkt", Delete=wanted)["Deleted"][0]["Key"] == "a"


@pytest.mark.parametrize("request_", ["get_object", "head_object"])
def test_nobody_learns_that_an_object_does_not_exist_without_list_bucket(
    lab: kmsnb.Lab, stored: Any, request_: str
):
    missing = {"Bucket": "bkt", "Key": "none"}
    head = request_ == "head_object"
    with refused("403" if head else DENIED, "" if head else "perform: s3:ListBucket on", 403):
        getattr(who_may(lab, "Uma", allow("s3:GetObject")).client("s3"), request_)(**missing)
    with refused("404" if head else "NoSuchKey", status=404):
        getattr(who_may(lab, "Uma", allow("s3:GetObject", "s3:ListBucket")).client("s3"), request_)(**missing)


def test_nor_by_a_copy(lab: kmsnb.Lab, stored: Any):
    copy = {"Bucket": "bkt", "Key": "b", "CopySource": "bkt/none"}
    with refused(DENIED, "perform: s3:ListBucket on", 403):
        who_may(lab, "Uma", allow("s3:GetObject", "s3:PutObject")).client("s3").copy_object(**copy)
    with refused("NoSuchKey", status=404):
        who_may(lab, "Uma", allow("s3:*")).client("s3").copy_object(**copy)
