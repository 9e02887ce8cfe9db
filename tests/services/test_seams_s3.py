"""The canary: moto's private seams that kmsnb.services stands on, each with words for the day it moves."""

import inspect

import moto.s3.models
import moto.s3.responses
import moto.s3.utils
import moto.s3control.models
import pytest
from moto import mock_aws
from moto.core.request import Request
from moto.core.routing import get_service_router
from moto.core.utils import get_service_model
from moto.s3.models import FakeBucket, FakeKey, FakeMultipart, s3_backends
from moto.s3.responses import S3Response

from kmsnb.services import s3, s3_requests


def test_an_object_s_content_is_a_property_that_a_subclass_can_guard():
    assert isinstance(FakeKey.value, property), (
        "moto's S3 objects no longer have the property `value`: ProtectedKey in kmsnb/services/s3_objects.py guards nothing."
    )
    source = inspect.getsource(FakeKey)
    for name in ("encryption", "kms_key_id", "bucket_key_enabled", "checksum_value", "lock_mode", "_etag"):
        assert f"self.{name} =" in source, (
            f"moto's S3 objects have no `{name}` any more: see s3.py and s3_objects.py."
        )
    assert not hasattr(FakeKey, "__slots__"), (
        "s3_objects.keep() can no longer set attributes and the class of an object."
    )


def test_content_is_read_by_the_property_only():
    reads = inspect.getsource(moto.s3.models) + inspect.getsource(moto.s3.responses)
    assert reads.count("_value_buffer.read") == 2, (
        "moto reads the buffer of an S3 object in a new place: see that ProtectedKey in s3_objects.py guards that, too. "
        "So far it was the property `value` and, for an MD5, `etag`."
    )


def test_buckets_objects_and_uploads_are_where_they_were():
    with mock_aws():
        backend = s3_backends["123456789012"]["aws"]
        backend.create_bucket("bkt", "us-east-1")
        assert s3_backends.bucket_accounts["bkt"] == ("aws", "123456789012"), (
            "moto finds the account of a bucket in another way: bucket() in s3_objects.py must, too."
        )
        bucket = backend.get_bucket("bkt")
        key = backend.put_object("bkt", "a", b"x", bucket_key_enabled="mark")
        assert bucket.keys.getlist("a") == [key], (
            "moto keeps the versions of an object elsewhere: s3_objects.version()."
        )
        assert key.bucket_key_enabled == "mark", (
            "moto no longer keeps the header as it is: s3_objects.mark() is lost."
        )
        upload = FakeMultipart("a", {}, "123456789012", "us-east-1")
        bucket.multiparts[upload.id] = upload
        assert vars(FakeBucket("b2", "123456789012", "us-east-1")).get("encryption", 0) is None, (
            "moto keeps a bucket's default encryption elsewhere: s3_bucket_encryption.py and s3_encryption.py."
        )


def test_moto_puts_the_default_of_a_bucket_where_we_write_it():
    with mock_aws():
        backend = s3_backends["123456789012"]["aws"]
        backend.create_bucket("bkt", "us-east-1")
        default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "mine"}
        rule = {"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": "false"}
        backend.put_bucket_encryption("bkt", {"Rule": rule})
        key = backend.put_object("bkt", "a", b"x")
        assert (key.encryption, key.kms_key_id) == ("aws:kms", "mine"), (
            "moto reads a bucket's default in another form: s3_bucket_encryption.put() writes it in the old one."
        )


@pytest.mark.parametrize(
    ("method", "address"),
    [
        (method, address)
        for method in ("GET", "HEAD", "PUT", "DELETE")
        for address in (
            "https://bkt.s3.amazonaws.com/a/b",
            "https://s3.amazonaws.com/bkt/a%2Fb",
            "https://my.bkt.s3.eu-west-1.amazonaws.com/a/",
            "http://127.0.0.1:5000/bkt/a",
            "http://localhost:5000/bkt/ä//b",
        )
    ],
)
def test_the_shortcut_finds_what_moto_s_router_finds(method: str, address: str):
    request = Request.from_primitives(method, address, {})
    operation, parameters = get_service_router("s3").match(request)
    assert s3_requests.shortcut(request) == (operation.name, parameters), (
        "moto's router reads a request to S3 in another way: shortcut() in kmsnb/services/s3_requests.py must, too."
    )


def test_moto_has_learned_no_operation_that_we_refuse():
    for name in s3._NOT_IN_MOTO:
        method = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")
        assert not name or not hasattr(S3Response, method), (
            f"moto has {name} now: take it from _NOT_IN_MOTO in kmsnb/services/s3.py, and see whether it asks KMS."
        )


def test_every_operation_on_an_object_is_known():
    known = set(s3.SERVICE.asks) | {
        "AbortMultipartUpload",
        "DeleteObject",
        "DeleteObjectTagging",
        "GetObjectAcl",
        "GetObjectLegalHold",
        "GetObjectTagging",
        "ObjectCORSPreflightCheck",
        "PutObjectAcl",
        "PutObjectLegalHold",
        "PutObjectRetention",
        "PutObjectTagging",
        "RestoreObject",
    }
    model = get_service_model("s3")
    on_objects = {
        name for name in model.operation_names if "{Key" in model.operation_model(name).http["requestUri"]
    }
    assert on_objects <= known, (
        "botocore knows a new operation on objects of S3. If moto does not, it takes it for another: name it in "
        f"kmsnb/services/s3.py, and say what it asks KMS: {on_objects - known}"
    )


def test_access_points_are_found_by_account_and_name():
    assert "account_id, name" in inspect.getsource(
        moto.s3control.models.S3ControlBackend.get_access_point
    ).replace("account_id: str, name: str", "account_id, name"), (
        "moto finds access points in another way: _behind_access_point() in kmsnb/services/s3_objects.py."
    )
    assert hasattr(moto.s3.utils, "bucket_name_from_url")
