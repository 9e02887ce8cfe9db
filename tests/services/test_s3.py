"""Which request to S3 asks KMS for what, and what the caller is told when KMS refuses."""

import base64
import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest

import kmsnb
from kmsnb.kms.core.errors import KMSInternalException

from .conftest import allow, asked, calls, make_key, refused

A = {"aws:s3:arn": "arn:aws:s3:::bkt/a"}
COPY = {"aws:s3:arn": "arn:aws:s3:::bkt/copy"}
FIVE_MIB = b"x" * 5 * 2**20


def under(key: str, **more: Any) -> dict[str, Any]:
    return {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key, **more}


def upload(s3: Any, key: str, name: str = "a", **more: Any) -> Any:
    return s3.put_object(Bucket="bkt", Key=name, Body=b"secret", **under(key, **more))


def get(s3: Any, name: str = "a", **more: Any) -> bytes:
    return s3.get_object(Bucket="bkt", Key=name, **more)["Body"].read()


def copy(s3: Any, key: str, to: str = "copy", **more: Any) -> Any:
    return s3.copy_object(
        Bucket="bkt", Key=to, CopySource={"Bucket": "bkt", "Key": "a"}, **under(key), **more
    )


def begin(s3: Any, key: str, name: str = "a", **more: Any) -> str:
    return s3.create_multipart_upload(Bucket="bkt", Key=name, **under(key), **more)["UploadId"]


def part(
    s3: Any, upload_id: str, number: int = 1, body: bytes = b"secret", name: str = "a"
) -> dict[str, Any]:
    answer = s3.upload_part(Bucket="bkt", Key=name, UploadId=upload_id, PartNumber=number, Body=body)
    return {"PartNumber": number, "ETag": answer["ETag"]}


def complete(s3: Any, upload_id: str, *parts: dict[str, Any], name: str = "a") -> Any:
    return s3.complete_multipart_upload(
        Bucket="bkt", Key=name, UploadId=upload_id, MultipartUpload={"Parts": list(parts)}
    )


def select(s3: Any, name: str = "a") -> bytes:
    answer = s3.select_object_content(
        Bucket="bkt",
        Key=name,
        Expression="SELECT * FROM s3object",
        ExpressionType="SQL",
        InputSerialization={"JSON": {"Type": "LINES"}},
        OutputSerialization={"JSON": {}},
    )
    return b"".join(event["Records"]["Payload"] for event in answer["Payload"] if "Records" in event)


#: Each read of the object ``a``, and the request that it is.
READS: dict[str, Callable[[Any], Any]] = {
    "s3:GetObject": get,
    "s3:CopyObject": lambda s3: s3.copy_object(Bucket="bkt", Key="copy", CopySource="bkt/a"),
    "s3:HeadObject": lambda s3: s3.head_object(Bucket="bkt", Key="a", ChecksumMode="ENABLED"),
    "s3:GetObjectAttributes": lambda s3: s3.get_object_attributes(
        Bucket="bkt", Key="a", ObjectAttributes=["Checksum"]
    ),
    "s3:SelectObjectContent": select,
    "s3:UploadPartCopy": lambda s3: s3.upload_part_copy(
        Bucket="bkt", Key="whole", PartNumber=1, CopySource="bkt/a", UploadId=_plain_upload(s3)
    ),
}


def _plain_upload(s3: Any) -> str:
    return s3.create_multipart_upload(Bucket="bkt", Key="whole")["UploadId"]


def test_a_write_has_a_data_key_generated(lab: kmsnb.Lab, s3: Any):
    key = make_key(lab)
    upload(s3, key)
    (record,) = asked(lab)
    assert calls([record]) == [("s3:PutObject", "GenerateDataKey", A, None)]
    assert record.who == "user/student via s3.amazonaws.com"
    assert record.resources == (key,)


@pytest.mark.parametrize("request_", READS)
def test_a_read_has_the_data_key_decrypted(lab: kmsnb.Lab, s3: Any, request_: str):
    s3.put_object(Bucket="bkt", Key="a", Body=b'{"a": 1}', ChecksumAlgorithm="SHA256", **under(make_key(lab)))
    since = len(lab.journal)
    READS[request_](s3)
    assert calls(asked(lab, since)) == [(request_, "Decrypt", A, None)]


@pytest.mark.parametrize("request_", READS)
@pytest.mark.parametrize(
    ("turn_off", "code", "message", "status"),
    [
        ("disable_key", "KMS.DisabledException", "{key} is disabled.", 400),
        ("schedule_key_deletion", "KMS.KMSInvalidStateException", "{key} is pending deletion.", 400),
    ],
)
def test_a_key_that_is_out_of_use_closes_every_read(
    lab: kmsnb.Lab, s3: Any, request_: str, turn_off: str, code: str, message: str, status: int
):
    key = make_key(lab)
    s3.put_object(Bucket="bkt", Key="a", Body=b'{"a": 1}', ChecksumAlgorithm="SHA256", **under(key))
    kms = boto3.client("kms")
    getattr(kms, turn_off)(KeyId=key)
    in_head = request_ == "s3:HeadObject"  # an answer to HEAD has no body
    with refused("400" if in_head else code, "" if in_head else message.format(key=key), status):
        READS[request_](s3)
    assert asked(lab)[-1].error_code == code.removeprefix("KMS.")
    if turn_off == "disable_key":
        kms.enable_key(KeyId=key)
        READS[request_](s3)


@pytest.mark.parametrize("request_", READS)
def test_a_read_needs_the_permission_to_decrypt(lab: kmsnb.Lab, s3: Any, request_: str):
    key = make_key(lab)
    s3.put_object(Bucket="bkt", Key="a", Body=b'{"a": 1}', ChecksumAlgorithm="SHA256", **under(key))
    uma = allow(lab, "Uma", "kms:GenerateDataKey").client("s3")
    message = (
        "User: arn:aws:iam::123456789012:user/Uma is not authorized to perform: kms:Decrypt on resource: "
        f"{key} because no identity-based policy allows the kms:Decrypt action"
    )
    in_head = request_ == "s3:HeadObject"
    with refused("403" if in_head else "AccessDenied", "" if in_head else message, 403):
        READS[request_](uma)
    READS[request_](allow(lab, "Uma", "kms:Decrypt").client("s3"))


#: Each write of the object ``a``, and the request that it is.
WRITES: dict[str, Callable[[Any, str], Any]] = {
    "s3:PutObject": upload,
    "s3:CopyObject": lambda s3, key: s3.copy_object(
        Bucket="bkt", Key="a", CopySource="bkt/plain", **under(key)
    ),
    "s3:CreateMultipartUpload": begin,
}


@pytest.mark.parametrize("request_", WRITES)
def test_a_write_needs_the_permission_to_generate_a_data_key(lab: kmsnb.Lab, s3: Any, request_: str):
    s3.put_object(Bucket="bkt", Key="plain", Body=b"x")
    key = make_key(lab)
    uma = allow(lab, "Uma", "kms:Decrypt").client("s3")
    with refused(
        "AccessDenied", f"is not authorized to perform: kms:GenerateDataKey on resource: {key}", 403
    ):
        WRITES[request_](uma, key)
    assert calls(asked(lab)) == [(request_, "GenerateDataKey", A, "AccessDenied")]
    assert [each["Key"] for each in s3.list_objects_v2(Bucket="bkt")["Contents"]] == ["plain"]
    assert "Uploads" not in s3.list_multipart_uploads(Bucket="bkt")
    WRITES[request_](allow(lab, "Uma", "kms:GenerateDataKey").client("s3"), key)


def _disabled(lab: kmsnb.Lab) -> str:
    key = make_key(lab)
    boto3.client("kms").disable_key(KeyId=key)
    return key


def _pending(lab: kmsnb.Lab) -> str:
    key = make_key(lab)
    boto3.client("kms").schedule_key_deletion(KeyId=key)
    return key


def _in_another_region(lab: kmsnb.Lab) -> str:
    return boto3.client("kms", region_name="eu-west-1").create_key()["KeyMetadata"]["Arn"]


NOWHERE = "00000000-0000-4000-8000-000000000000"
BAD_KEYS: dict[str, tuple[Callable[[kmsnb.Lab], str], str, str]] = {
    "disabled": (_disabled, "KMS.DisabledException", "{key} is disabled."),
    "pending deletion": (_pending, "KMS.KMSInvalidStateException", "{key} is pending deletion."),
    "pending import": (
        lambda lab: make_key(lab, Origin="EXTERNAL"),
        "KMS.KMSInvalidStateException",
        "{key} is pending import.",
    ),
    "for signatures": (
        lambda lab: make_key(lab, KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY"),
        "KMS.InvalidKeyUsageException",
        "{key} key usage is SIGN_VERIFY which is not valid for GenerateDataKey.",
    ),
    "for MACs": (
        lambda lab: make_key(lab, KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC"),
        "KMS.InvalidKeyUsageException",
        "{key} key usage is GENERATE_VERIFY_MAC which is not valid for GenerateDataKey.",
    ),
    "RSA": (
        lambda lab: make_key(lab, KeySpec="RSA_2048", KeyUsage="ENCRYPT_DECRYPT"),
        "KMS.InvalidKeyUsageException",
        "",
    ),
    "no id": (lambda lab: "fake-key-id", "KMS.NotFoundException", "Invalid keyId 'fake-key-id'"),
    "unknown id": (
        lambda lab: NOWHERE,
        "KMS.NotFoundException",
        f"Key 'arn:aws:kms:us-east-1:123456789012:key/{NOWHERE}' does not exist",
    ),
    "unknown alias": (
        lambda lab: "alias/none",
        "KMS.NotFoundException",
        "Alias arn:aws:kms:us-east-1:123456789012:alias/none is not found.",
    ),
    "alias without its prefix": (lambda lab: "aws/s3", "KMS.NotFoundException", "Invalid keyId 'aws/s3'"),
    "in another Region": (_in_another_region, "KMS.NotFoundException", "Invalid arn eu-west-1"),
    "no ARN": (lambda lab: "arn:aws:kms", "KMS.NotFoundException", "Invalid arn arn:aws:kms"),
    "alias of another account": (
        lambda lab: "arn:aws:kms:us-east-1:999999999999:alias/theirs",
        "AccessDenied",
        "is not authorized to perform: kms:GenerateDataKey on this resource because the resource does not exist",
    ),
    "key of another account": (
        lambda lab: f"arn:aws:kms:us-east-1:999999999999:key/{NOWHERE}",
        "AccessDenied",
        "is not authorized to perform: kms:GenerateDataKey on this resource because the resource does not exist",
    ),
}


@pytest.mark.parametrize("bad", BAD_KEYS)
def test_a_key_that_will_not_do_is_found_out_before_the_write(lab: kmsnb.Lab, s3: Any, bad: str):
    make, code, message = BAD_KEYS[bad]
    key = make(lab)
    for write in (upload, begin):
        with refused(code, message.format(key=key)):
            write(s3, key)
        with refused(code, message.format(key=key)):
            write(s3, key) if write is begin else upload(s3, key, BucketKeyEnabled=True)
    assert "Contents" not in s3.list_objects_v2(Bucket="bkt")
    assert len(asked(lab)) == 4


def test_a_key_id_of_another_region_is_looked_up_in_the_bucket_s(lab: kmsnb.Lab, s3: Any):
    key = _in_another_region(lab).rpartition("/")[2]
    with refused(
        "KMS.NotFoundException", f"Key 'arn:aws:kms:us-east-1:123456789012:key/{key}' does not exist"
    ):
        upload(s3, key)


def test_the_region_of_the_bucket_counts(lab: kmsnb.Lab, s3: Any):
    there = boto3.client("s3", region_name="eu-west-1")
    there.create_bucket(Bucket="far", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    key = _in_another_region(lab)
    s3.put_object(Bucket="far", Key="a", Body=b"x", **under(key))
    assert s3.get_object(Bucket="far", Key="a")["Body"].read() == b"x"
    s3.copy_object(Bucket="bkt", Key="near", CopySource="far/a", **under(make_key(lab)))
    assert [(each.name, each.region) for each in asked(lab)] == [
        ("GenerateDataKey", "eu-west-1"),
        ("Decrypt", "eu-west-1"),
        ("Decrypt", "eu-west-1"),
        ("GenerateDataKey", "us-east-1"),
    ]


def test_a_policy_may_ask_for_s3_in_its_region(lab: kmsnb.Lab, s3: Any):
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": ["kms:GenerateDataKey", "kms:Decrypt"],
        "Resource": "*",
        "Condition": {
            "StringEquals": {
                "kms:ViaService": "s3.us-east-1.amazonaws.com",
                "kms:EncryptionContext:aws:s3:arn": A["aws:s3:arn"],
                "kms:CallerAccount": "123456789012",
            },
            "Bool": {"aws:ViaAWSService": "true"},
        },
    }
    key = make_key(lab, Policy=_policy(statement))
    uma = allow(lab, "Uma")
    upload(uma.client("s3"), key)
    assert get(uma.client("s3")) == b"secret"
    with refused("AccessDenied"):
        upload(uma.client("s3"), key, "other")
    with refused("AccessDeniedException"):
        uma.client("kms").generate_data_key(KeyId=key, KeySpec="AES_256", EncryptionContext=A)


def _policy(statement: dict[str, Any]) -> str:
    root = {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
        "Action": "kms:*",
        "Resource": "*",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [root, statement]})


def test_another_account_needs_the_key_s_arn(lab: kmsnb.Lab, s3: Any):
    theirs = {"AWS": "arn:aws:iam::999999999999:root"}
    use = {
        "Effect": "Allow",
        "Principal": theirs,
        "Action": ["kms:GenerateDataKey", "kms:Decrypt"],
        "Resource": "*",
    }
    key = make_key(lab, Policy=_policy(use))
    share = {"Effect": "Allow", "Principal": theirs, "Action": "s3:*", "Resource": "arn:aws:s3:::bkt/*"}
    s3.put_bucket_policy(Bucket="bkt", Policy=json.dumps({"Version": "2012-10-17", "Statement": [share]}))
    guest = allow(lab, "Guest", "kms:*", account="999999999999").client("s3")
    upload(guest, key)
    assert get(guest) == b"secret"
    assert get(s3) == b"secret"
    assert [each.account for each in asked(lab)][:2] == ["999999999999", "999999999999"]
    alias = "alias/ours"
    boto3.client("kms").create_alias(AliasName=alias, TargetKeyId=key)
    with refused("KMS.NotFoundException", "arn:aws:kms:us-east-1:999999999999:alias/ours is not found"):
        upload(guest, alias)
    upload(s3, key, "managed", SSEKMSKeyId="alias/aws/s3")
    with refused("AccessDenied", "kms:Decrypt"):
        get(guest, "managed")


def test_a_copy_asks_for_each_object_with_its_own_context(lab: kmsnb.Lab, s3: Any):
    old, new = make_key(lab), make_key(lab)
    upload(s3, old, SSEKMSEncryptionContext=_context({"Team": "a"}))
    since = len(lab.journal)
    copy(s3, new)
    records = asked(lab, since)
    assert calls(records) == [
        ("s3:CopyObject", "Decrypt", {**A, "Team": "a"}, None),
        ("s3:CopyObject", "GenerateDataKey", COPY, None),
    ]
    assert [record.resources for record in records] == [(old,), (new,)]
    assert get(s3, "copy") == b"secret"


def _context(pairs: dict[str, str]) -> str:
    return base64.b64encode(json.dumps(pairs).encode()).decode()


def test_a_copy_onto_itself_moves_an_object_to_another_key(lab: kmsnb.Lab, s3: Any):
    old, new = make_key(lab), make_key(lab)
    upload(s3, old)
    copy(s3, new, to="a")
    boto3.client("kms").disable_key(KeyId=old)
    assert get(s3) == b"secret"
    boto3.client("kms").disable_key(KeyId=new)
    with refused("KMS.DisabledException", new):
        get(s3)


def test_a_copy_does_not_inherit_the_encryption(lab: kmsnb.Lab, s3: Any):
    upload(s3, make_key(lab), BucketKeyEnabled=True)
    answer = s3.copy_object(Bucket="bkt", Key="a", CopySource="bkt/a")
    assert answer["ServerSideEncryption"] == "AES256"
    assert "SSEKMSKeyId" not in answer
    assert "BucketKeyEnabled" not in answer
    with refused("InvalidRequest", "without changing"):
        s3.copy_object(Bucket="bkt", Key="a", CopySource="bkt/a")


@pytest.mark.parametrize("checksum", ["SHA256", None])
def test_a_multipart_upload_asks_at_each_step(lab: kmsnb.Lab, s3: Any, checksum: str | None):
    key = make_key(lab)
    algorithm = {"ChecksumAlgorithm": checksum} if checksum else {}
    upload_id = begin(s3, key, **algorithm)
    parts = [part(s3, upload_id, 1, FIVE_MIB), part(s3, upload_id, 2)]
    assert len(s3.list_parts(Bucket="bkt", Key="a", UploadId=upload_id)["Parts"]) == 2
    complete(s3, upload_id, *parts)
    steps = [
        ("s3:CreateMultipartUpload", "GenerateDataKey", A, None),
        ("s3:UploadPart", "Decrypt", A, None),
        ("s3:UploadPart", "Decrypt", A, None),
        ("s3:ListParts", "Decrypt", A, None),
    ]
    if checksum:
        steps.append(("s3:CompleteMultipartUpload", "Decrypt", A, None))
    assert calls(asked(lab)) == steps
    assert get(s3) == FIVE_MIB + b"secret"


def test_a_multipart_upload_fails_at_the_step_that_lacks_the_permission(lab: kmsnb.Lab, s3: Any):
    key = make_key(lab)
    uma = allow(lab, "Uma", "kms:GenerateDataKey").client("s3")
    upload_id = begin(uma, key, ChecksumAlgorithm="SHA256")
    with refused("AccessDenied", "kms:Decrypt", 403):
        part(uma, upload_id)
    first = part(s3, upload_id)
    with refused("AccessDenied", "kms:Decrypt", 403):
        complete(uma, upload_id, first)
    with refused("AccessDenied", "kms:Decrypt", 403):
        uma.list_parts(Bucket="bkt", Key="a", UploadId=upload_id)
    complete(s3, upload_id, first)
    assert complete(s3, upload_id, first)["SSEKMSKeyId"] == key  # once more, as after a lost answer
    boto3.client("kms").disable_key(KeyId=key)
    with refused("KMS.DisabledException"):
        get(s3)


def test_a_part_copied_needs_the_source_and_the_upload(lab: kmsnb.Lab, s3: Any):
    old, new = make_key(lab), make_key(lab)
    upload(s3, old)
    upload_id = begin(s3, new, "copy")
    since = len(lab.journal)
    answer = s3.upload_part_copy(
        Bucket="bkt", Key="copy", UploadId=upload_id, PartNumber=1, CopySource="bkt/a"
    )
    assert calls(asked(lab, since)) == [
        ("s3:UploadPartCopy", "Decrypt", A, None),
        ("s3:UploadPartCopy", "Decrypt", COPY, None),
    ]
    assert (answer["ServerSideEncryption"], answer["SSEKMSKeyId"]) == ("aws:kms", new)


def test_what_needs_no_content_asks_nothing(lab: kmsnb.Lab, s3: Any):
    key = make_key(lab)
    upload(s3, key)
    boto3.client("kms").disable_key(KeyId=key)
    since = len(lab.journal)
    assert s3.head_object(Bucket="bkt", Key="a")["SSEKMSKeyId"] == key
    s3.list_objects_v2(Bucket="bkt")
    s3.list_objects(Bucket="bkt")
    s3.put_object_tagging(Bucket="bkt", Key="a", Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
    s3.get_object_tagging(Bucket="bkt", Key="a")
    s3.get_object_acl(Bucket="bkt", Key="a")
    s3.get_object_attributes(Bucket="bkt", Key="a", ObjectAttributes=["ObjectSize"])
    s3.delete_object(Bucket="bkt", Key="a")
    assert asked(lab, since) == []


def test_each_version_has_its_own_key(lab: kmsnb.Lab, s3: Any):
    s3.put_bucket_versioning(Bucket="bkt", VersioningConfiguration={"Status": "Enabled"})
    old, new = make_key(lab), make_key(lab)
    first = upload(s3, old)["VersionId"]
    second = upload(s3, new)["VersionId"]
    listed = s3.list_object_versions(Bucket="bkt")["Versions"]
    assert [(each["VersionId"], each["Size"]) for each in listed] == [(second, 6), (first, 6)]
    s3.delete_object(Bucket="bkt", Key="a")
    boto3.client("kms").disable_key(KeyId=old)
    assert get(s3, VersionId=second) == b"secret"
    with refused("KMS.DisabledException", old):
        get(s3, VersionId=first)
    with refused("KMS.DisabledException", old):
        s3.copy_object(Bucket="bkt", Key="x", CopySource={"Bucket": "bkt", "Key": "a", "VersionId": first})
    with refused("NoSuchKey"):
        get(s3)
    with refused("NoSuchVersion"):
        get(s3, VersionId="none")


def test_a_bucket_that_does_not_exist_asks_nobody(lab: kmsnb.Lab, s3: Any):
    with refused("NoSuchBucket"):
        s3.put_object(Bucket="none", Key="a", **under(make_key(lab)))
    with refused("NoSuchBucket"):
        s3.get_object(Bucket="none", Key="a")
    with refused("NoSuchBucket"):
        s3.copy_object(Bucket="none", Key="a", CopySource="bkt/a")
    with refused("NoSuchBucket"):
        s3.create_multipart_upload(Bucket="none", Key="a")
    with refused("NoSuchBucket"):
        s3.list_parts(Bucket="none", Key="a", UploadId="none")
    with refused("NoSuchBucket"):
        s3.upload_part(Bucket="none", Key="a", UploadId="none", PartNumber=1)
    with refused("NoSuchKey"):
        s3.copy_object(Bucket="bkt", Key="a", CopySource="bkt/none")
    assert asked(lab) == []


def test_a_key_deleted_for_good_leaves_nothing_to_read(lab: kmsnb.Lab, s3: Any):
    key = make_key(lab)
    upload(s3, key)
    boto3.client("kms").schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    lab.clock.advance(days=8)
    with refused("KMS.NotFoundException", f"Key '{key}' does not exist", 400):
        get(s3)


def test_unknown_credentials_are_s3_s_own_refusal(lab: kmsnb.Lab, s3: Any):
    stranger = boto3.client("s3", aws_access_key_id="AKIAUNKNOWN", aws_secret_access_key="x")
    with refused("InvalidAccessKeyId", "", 403):
        upload(stranger, make_key(lab))


def test_a_key_id_that_is_too_long(lab: kmsnb.Lab, s3: Any):
    with refused("InvalidArgument", "Member must have length less than or equal to 2048", 400):
        upload(s3, "x" * 2049)


def test_a_fault_in_kms_is_one_in_s3(lab: kmsnb.Lab, s3: Any, monkeypatch: pytest.MonkeyPatch):
    def fail(*_: Any, **__: Any) -> None:
        raise KMSInternalException

    monkeypatch.setattr("kmsnb.services.call.handle", fail)
    with refused("InternalError", "", 500):
        upload(s3, make_key(lab))


def test_object_lock_keeps_the_encryption(lab: kmsnb.Lab, s3: Any):
    s3.create_bucket(Bucket="locked", ObjectLockEnabledForBucket=True)
    s3.put_object(Bucket="locked", Key="a", ObjectLockLegalHoldStatus="ON", ChecksumAlgorithm="SHA256")
    with refused("AccessDenied", "Object Lock"):
        s3.update_object_encryption(
            Bucket="locked", Key="a", ObjectEncryption={"SSEKMS": {"KMSKeyArn": make_key(lab)}}
        )


def test_an_object_moves_to_another_key_without_a_copy(lab: kmsnb.Lab, s3: Any):
    old, new = make_key(lab), make_key(lab)
    upload(s3, old)
    since = len(lab.journal)
    s3.update_object_encryption(Bucket="bkt", Key="a", ObjectEncryption={"SSEKMS": {"KMSKeyArn": new}})
    assert [record.name for record in asked(lab, since)] == ["ReEncrypt"]
    boto3.client("kms").disable_key(KeyId=old)
    assert get(s3) == b"secret"
    s3.put_object(Bucket="bkt", Key="plain", Body=b"x")
    s3.update_object_encryption(
        Bucket="bkt",
        Key="plain",
        ObjectEncryption={"SSEKMS": {"KMSKeyArn": new, "BucketKeyEnabled": True}},
    )
    answer = s3.head_object(Bucket="bkt", Key="plain")
    assert (answer["SSEKMSKeyId"], answer["BucketKeyEnabled"]) == (new, True)
    boto3.client("kms").disable_key(KeyId=new)
    with refused("KMS.DisabledException", new):
        get(s3, "plain")


def test_not_every_object_can_be_moved(lab: kmsnb.Lab, s3: Any):
    key = make_key(lab)
    s3.put_object(Bucket="bkt", Key="a", ServerSideEncryption="aws:kms:dsse")
    for name, arn, code in (
        ("none", key, "NoSuchKey"),
        ("a", key, "InvalidRequest"),
        ("a", key.rpartition("/")[2], "InvalidRequest"),
    ):
        with refused(code):
            s3.update_object_encryption(
                Bucket="bkt", Key=name, ObjectEncryption={"SSEKMS": {"KMSKeyArn": arn}}
            )
    upload(s3, key)
    foreign = f"arn:aws:kms:us-east-1:999999999999:key/{NOWHERE}"
    with refused("AccessDenied"):
        s3.update_object_encryption(
            Bucket="bkt", Key="a", ObjectEncryption={"SSEKMS": {"KMSKeyArn": foreign}}
        )
