"""SSE-C: the object opens only with the customer's key."""

import base64
import hashlib
from typing import Any

import boto3
import pytest

import kmsnb

from .conftest import asked, make_key, refused

KEY, OTHER = bytes(range(32)), bytes(32)
STORED = "The object was stored using a form of Server Side Encryption."
WRONG = "Requests specifying Server Side Encryption with Customer provided keys must provide the correct secret key."


def with_key(key: bytes = KEY) -> dict[str, Any]:
    return {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": key}


@pytest.fixture
def open_bucket(s3: Any) -> Any:
    """A client for whose bucket new objects may be under customers' keys."""
    unblock(s3)
    return s3


def unblock(s3: Any, types: str = "NONE") -> None:
    rules = [{"BlockedEncryptionTypes": {"EncryptionType": [types]}}]
    s3.put_bucket_encryption(Bucket="bkt", ServerSideEncryptionConfiguration={"Rules": rules})


def put(s3: Any, name: str = "a", **more: Any) -> Any:
    return s3.put_object(Bucket="bkt", Key=name, Body=b"secret", **more)


def test_the_key_opens_and_kms_is_not_asked(lab: kmsnb.Lab, open_bucket: Any):
    md5 = base64.b64encode(hashlib.md5(KEY).digest()).decode()
    reads = open_bucket.get_object, open_bucket.head_object
    for answer in (
        put(open_bucket, **with_key()),
        *(read(Bucket="bkt", Key="a", **with_key()) for read in reads),
    ):
        assert (answer["SSECustomerAlgorithm"], answer["SSECustomerKeyMD5"]) == ("AES256", md5)
        assert "ServerSideEncryption" not in answer
    assert open_bucket.get_object(Bucket="bkt", Key="a", **with_key())["Body"].read() == b"secret"
    assert asked(lab) == []


@pytest.mark.parametrize(
    ("key", "code", "message", "status"),
    [({}, "InvalidRequest", STORED, 400), (with_key(OTHER), "AccessDenied", WRONG, 403)],
)
def test_nothing_else_does(open_bucket: Any, key: dict[str, Any], code: str, message: str, status: int):
    put(open_bucket, **with_key())
    with refused(code, message, status):
        open_bucket.get_object(Bucket="bkt", Key="a", **key)
    with refused(str(status), "", status):
        open_bucket.head_object(Bucket="bkt", Key="a", **key)
    source = {f"CopySource{name}": value for name, value in key.items()}
    with refused(code, message, status):
        open_bucket.copy_object(Bucket="bkt", Key="copy", CopySource="bkt/a", **source)
    if key:  # boto3 fills in these two for other operations only
        md5 = base64.b64encode(hashlib.md5(OTHER).digest()).decode()
        key = key | {"SSECustomerKey": base64.b64encode(OTHER).decode(), "SSECustomerKeyMD5": md5}
    with refused(code, message, status):
        open_bucket.get_object_attributes(Bucket="bkt", Key="a", ObjectAttributes=["ETag"], **key)


def test_a_copy_opens_the_source_with_one_key_and_closes_the_target_with_another(open_bucket: Any):
    put(open_bucket, **with_key())
    source = {f"CopySource{name}": value for name, value in with_key().items()}
    open_bucket.copy_object(Bucket="bkt", Key="copy", CopySource="bkt/a", **source, **with_key(OTHER))
    assert open_bucket.get_object(Bucket="bkt", Key="copy", **with_key(OTHER))["Body"].read() == b"secret"
    open_bucket.copy_object(Bucket="bkt", Key="plain", CopySource="bkt/a", **source)
    assert open_bucket.get_object(Bucket="bkt", Key="plain")["ServerSideEncryption"] == "AES256"


def test_a_key_for_an_object_that_has_none(lab: kmsnb.Lab, open_bucket: Any):
    put(open_bucket)
    put(open_bucket, "kms", ServerSideEncryption="aws:kms", SSEKMSKeyId=make_key(lab))
    for name in ("a", "kms"):
        with refused("InvalidRequest", "The encryption parameters are not applicable to this object.", 400):
            open_bucket.get_object(Bucket="bkt", Key=name, **with_key())


REQUESTS = "Requests specifying Server Side Encryption with Customer provided keys must provide"
B64 = base64.b64encode(KEY).decode()
MD5 = base64.b64encode(hashlib.md5(KEY).digest()).decode()
SHORT = base64.b64encode(b"short").decode()


@pytest.mark.parametrize(
    ("algorithm", "key", "md5", "code", "message"),
    [
        (None, B64, MD5, "InvalidArgument", f"{REQUESTS} a valid encryption algorithm."),
        ("aws:kms", B64, MD5, "InvalidEncryptionAlgorithmError", "Supported value: AES256."),
        ("AES256", None, MD5, "InvalidArgument", f"{REQUESTS} an appropriate secret key."),
        ("AES256", B64, None, "InvalidArgument", f"{REQUESTS} the client calculated MD5 of the secret key."),
        ("AES256", B64, "eA==", "InvalidArgument", "The calculated MD5 hash of the key did not match"),
        (
            "AES256",
            SHORT,
            base64.b64encode(hashlib.md5(b"short").digest()).decode(),
            "InvalidArgument",
            "The secret key was invalid for the specified algorithm.",
        ),
        ("AES256", "no base64", MD5, "InvalidArgument", "The secret key was invalid"),
    ],
)
def test_what_is_no_key(
    open_bucket: Any, algorithm: str | None, key: str | None, md5: str | None, code: str, message: str
):
    put(open_bucket)
    headers = {"algorithm": algorithm, "key": key, "key-MD5": md5}

    def add(params: Any, **_: Any) -> None:
        for name, value in headers.items():
            if value is not None:
                params["headers"][f"x-amz-server-side-encryption-customer-{name}"] = value

    open_bucket.meta.events.register("before-call.s3", add)
    with refused(code, message, 400):
        put(open_bucket)
    with refused(code, message, 400):
        open_bucket.get_object(Bucket="bkt", Key="a")


def begin(s3: Any, **more: Any) -> dict[str, Any]:
    answer = s3.create_multipart_upload(Bucket="bkt", Key="a", **more)
    return {"Bucket": "bkt", "Key": "a", "UploadId": answer["UploadId"]}


def test_each_part_comes_with_the_key_of_the_upload(open_bucket: Any):
    at = begin(open_bucket, **with_key())
    part = open_bucket.upload_part(PartNumber=1, Body=b"secret", **at, **with_key())
    assert part["SSECustomerKeyMD5"] == MD5
    with refused("InvalidRequest", "Subsequent part requests must include", 400):
        open_bucket.upload_part(PartNumber=2, Body=b"x", **at)
    with refused("InvalidRequest", "did not match the ones used originally", 400):
        open_bucket.upload_part(PartNumber=2, Body=b"x", **at, **with_key(OTHER))
    with refused("InvalidRequest", "Subsequent part requests must include", 400):
        open_bucket.upload_part(PartNumber=1, Body=b"x", **begin(open_bucket), **with_key())
    open_bucket.list_parts(**at)
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    open_bucket.complete_multipart_upload(MultipartUpload=parts, **at)
    with refused("InvalidRequest", STORED):
        open_bucket.get_object(Bucket="bkt", Key="a")
    assert open_bucket.get_object(Bucket="bkt", Key="a", **with_key())["Body"].read() == b"secret"


def test_a_bucket_must_take_such_objects(s3: Any):
    for write in (put, begin):
        with pytest.raises(s3.exceptions.ClientError) as caught:
            write(s3, **with_key())
        assert caught.value.response["Error"] == {
            "Code": "AccessDenied",
            "Message": "User: arn:aws:iam::123456789012:user/student is not authorized to perform: s3:PutObject on "
            'resource: "arn:aws:s3:::bkt/a" because this bucket has blocked upload requests that specify Server Side '
            "Encryption with Customer provided keys (SSE-C). Please specify a different server-side encryption type",
        }
    put(s3)
    with refused("AccessDenied", "s3:CopyObject on resource", 403):
        s3.copy_object(Bucket="bkt", Key="b", CopySource="bkt/a", **with_key())


def test_the_block_stays_until_it_is_lifted_and_old_objects_stay_readable(s3: Any):
    rules = [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
    s3.put_bucket_encryption(Bucket="bkt", ServerSideEncryptionConfiguration={"Rules": rules})
    with refused("AccessDenied", "has blocked upload requests"):
        put(s3, **with_key())
    unblock(s3)
    s3.put_bucket_encryption(Bucket="bkt", ServerSideEncryptionConfiguration={"Rules": rules})
    put(s3, **with_key())
    unblock(s3, "SSE-C")
    with refused("AccessDenied", "has blocked upload requests"):
        put(s3, "b", **with_key())
    assert s3.get_object(Bucket="bkt", Key="a", **with_key())["Body"].read() == b"secret"


def test_a_default_with_kms_does_not_count_for_it(lab: kmsnb.Lab, open_bucket: Any):
    by_default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": make_key(lab)}
    rules = [{"ApplyServerSideEncryptionByDefault": by_default}]
    open_bucket.put_bucket_encryption(Bucket="bkt", ServerSideEncryptionConfiguration={"Rules": rules})
    put(open_bucket, **with_key())
    answer = open_bucket.get_object(Bucket="bkt", Key="a", **with_key())
    assert "ServerSideEncryption" not in answer
    assert asked(lab) == []


def test_what_is_kept_of_a_key_does_not_show_it(open_bucket: Any):
    from kmsnb.services import s3_objects

    put(open_bucket, **with_key())
    bucket = s3_objects.bucket("bkt")
    assert bucket
    found = s3_objects.version(bucket, "a", None)
    assert found
    text = f"{s3_objects.kept(found)!r} {vars(s3_objects.kept(found))!r}"
    assert repr(KEY)[2:-1] not in text
    assert B64 not in text


def test_boto3_clients_in_other_regions_see_the_same(open_bucket: Any):
    put(open_bucket, **with_key())
    with refused("InvalidRequest", STORED):
        boto3.client("s3", region_name="eu-west-1").get_object(Bucket="bkt", Key="a")
