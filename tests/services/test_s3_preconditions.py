"""What has a precondition that isn't met asks KMS nothing."""

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

import kmsnb

from .conftest import asked, calls, make_key, refused
from .policies import AT


def under(key: str) -> dict[str, Any]:
    return {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key}


def test_a_precondition_that_is_not_met_asks_nothing(lab: kmsnb.Lab, s3: Any):
    key = make_key(lab)
    s3.put_object(**AT, Body=b"secret", **under(key))
    head = s3.head_object(**AT)
    etag, modified = head["ETag"], head["LastModified"]
    before = modified - timedelta(days=1)
    since = len(lab.journal)
    for off, status in (
        ({"IfNoneMatch": etag}, 304),
        ({"IfNoneMatch": etag.strip('"')}, 304),
        ({"IfModifiedSince": modified}, 304),
        ({"IfMatch": '"other"'}, 412),
        ({"IfUnmodifiedSince": before}, 412),
    ):
        with pytest.raises(ClientError) as caught:
            s3.get_object(**AT, **off)
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
    for name, off, code in (
        ("a", {"IfNoneMatch": "*"}, "PreconditionFailed"),
        ("a", {"IfMatch": '"other"'}, "PreconditionFailed"),
        ("none", {"IfMatch": etag}, "NoSuchKey"),
    ):
        with refused(code):
            s3.put_object(Bucket="bkt", Key=name, Body=b"x", **under(key), **off)
    assert not asked(lab, since)
    for met in ({"IfMatch": etag}, {"IfNoneMatch": '"other"'}, {"IfModifiedSince": before}):
        assert s3.get_object(**AT, **met)["Body"].read() == b"secret"
    s3.put_object(**AT, Body=b"secret", **under(key), IfMatch=etag)
    s3.put_object(Bucket="bkt", Key="b", Body=b"secret", **under(key), IfNoneMatch="*")
    assert [each[1] for each in calls(asked(lab, since))] == ["Decrypt"] * 3 + ["GenerateDataKey"] * 2


def test_an_upload_onto_an_object_that_is_there_asks_nothing_at_its_end(lab: kmsnb.Lab, s3: Any):
    key = make_key(lab)
    upload = s3.create_multipart_upload(**AT, ChecksumAlgorithm="SHA256", **under(key))["UploadId"]
    etag = s3.upload_part(**AT, UploadId=upload, PartNumber=1, Body=b"secret")["ETag"]
    whole = {"UploadId": upload, "MultipartUpload": {"Parts": [{"PartNumber": 1, "ETag": etag}]}}
    s3.put_object(**AT, Body=b"secret", **under(key))
    since = len(lab.journal)
    with refused("PreconditionFailed", status=412):
        s3.complete_multipart_upload(**AT, **whole, IfNoneMatch="*")
    assert not asked(lab, since)
    s3.delete_object(**AT)
    s3.complete_multipart_upload(**AT, **whole, IfNoneMatch="*")
    assert s3.head_object(**AT)["SSEKMSKeyId"] == key


def test_a_key_of_the_customer_s_is_needed_all_the_same(s3: Any):
    rules = {"Rules": [{"BlockedEncryptionTypes": {"EncryptionType": ["NONE"]}}]}
    s3.put_bucket_encryption(Bucket="bkt", ServerSideEncryptionConfiguration=rules)
    own = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": b"k" * 32}
    etag = s3.put_object(**AT, Body=b"x", **own)["ETag"]
    with refused("InvalidRequest", "The correct parameters must be provided"):
        s3.get_object(**AT, IfNoneMatch=etag)
    with refused("304"):
        s3.get_object(**AT, IfNoneMatch=etag, **own)


def test_nothing_is_there_under_a_delete_marker(lab: kmsnb.Lab, s3: Any):
    s3.put_bucket_versioning(Bucket="bkt", VersioningConfiguration={"Status": "Enabled"})
    key = make_key(lab)
    s3.put_object(**AT, Body=b"old", **under(key))
    s3.delete_object(**AT)
    s3.put_object(**AT, Body=b"new", **under(key), IfNoneMatch="*")
    assert s3.get_object(**AT)["SSEKMSKeyId"] == key
