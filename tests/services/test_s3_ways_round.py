"""No way round: whatever a request looks like, what KMS would refuse stays closed."""

import threading
from typing import Any

import boto3
import pytest
import requests
from botocore.config import Config

import kmsnb
from kmsnb import services
from kmsnb.kms.moto.server import listening
from kmsnb.services import s3 as s3_service

from .conftest import asked, make_key, refused
from .policies import enable_acls

HOST = "https://bkt.s3.amazonaws.com"
SECRET = b'{"secret": 1}'


@pytest.fixture
def closed(lab: kmsnb.Lab, s3: Any) -> str:
    """The ARN of a key that is disabled, and under it the object ``a``."""
    key = make_key(lab)
    s3.put_object(Bucket="bkt", Key="a", Body=SECRET, ServerSideEncryption="aws:kms", SSEKMSKeyId=key)
    boto3.client("kms").disable_key(KeyId=key)
    return key


def signed(lab: kmsnb.Lab, method: str, url: str, body: bytes = b"", **headers: str) -> Any:
    """The answer to a request that the administrator has signed, as it is written here."""
    from botocore.auth import S3SigV4Auth
    from botocore.awsrequest import AWSRequest

    request = AWSRequest(
        method, url, headers={**headers, "X-Amz-Content-SHA256": "UNSIGNED-PAYLOAD"}, data=body
    )
    S3SigV4Auth(lab.user("student").get_credentials(), "s3", "us-east-1").add_auth(request)
    return requests.request(method, url, headers=dict(request.headers), data=body, timeout=5)


SELECT = (
    b"<SelectObjectContentRequest><Expression>SELECT * FROM s3object</Expression><ExpressionType>SQL</ExpressionType>"
    b"<InputSerialization><JSON><Type>LINES</Type></JSON></InputSerialization>"
    b"<OutputSerialization><JSON/></OutputSerialization></SelectObjectContentRequest>"
)


@pytest.mark.parametrize(
    ("method", "path", "body", "headers"),
    [
        ("GET", "/a", b"", {}),
        ("GET", "/a", b"", {"Range": "bytes=0-3"}),
        ("GET", "/a?partNumber=1", b"", {}),
        ("GET", "/a?versionId=null", b"", {}),
        ("GET", "/a?torrent", b"", {}),
        ("GET", "/a?retention", b"", {}),
        ("GET", "/a?annotation", b"", {}),
        ("GET", "/a?encryption", b"", {}),
        ("GET", "/a?unknown=1", b"", {}),
        ("GET", "/a?attributes", b"", {}),
        ("GET", "/a?x-id=GetObject&response-content-type=text/plain", b"", {}),
        ("GET", "/%61", b"", {}),
        ("GET", "//a", b"", {}),
        ("POST", "/a?select", SELECT, {}),
        ("POST", "/a?select&select-type=2", SELECT, {}),
        ("POST", "/a?uploads&select", SELECT, {}),
        ("POST", "/a", SELECT, {}),
        ("PATCH", "/a", b"", {}),
        ("PUT", "/copy", b"", {"x-amz-copy-source": "bkt/a"}),
        ("PUT", "/copy", b"", {"x-amz-copy-source": "/bkt/%61"}),
        ("PUT", "/copy", b"", {"x-amz-copy-source": "bkt/a?versionId=null"}),
        ("PUT", "/copy?renameObject", b"", {"x-amz-copy-source": "bkt/a", "x-amz-rename-source": "a"}),
        ("PUT", "/copy?annotation", b"", {"x-amz-copy-source": "bkt/a"}),
    ],
)
@pytest.mark.parametrize(
    "host", [HOST, "https://s3.amazonaws.com/bkt", "https://bkt.s3.us-east-1.amazonaws.com"]
)
def test_no_request_opens_it(
    lab: kmsnb.Lab, s3: Any, closed: str, method: str, path: str, body: bytes, headers: Any, host: str
):
    try:
        answer = signed(lab, method, host + path, body, **headers)
    except kmsnb.OfflineError:  # moto cannot answer this at all
        return
    assert b"secret" not in answer.content
    since = len(lab.journal)
    boto3.client("kms").enable_key(KeyId=closed)
    for each in s3.list_objects_v2(Bucket="bkt")["Contents"]:
        if each["Key"] != "a":
            content = s3.get_object(Bucket="bkt", Key=each["Key"])["Body"].read()
            assert b"secret" not in content, "a copy of the object is open"
    assert asked(lab, since) == []


@pytest.mark.parametrize(
    "key", ["a b", "a+b", "ä/ü", "a/", "/a", "a//b", "a%2Fb", "a?b", "a#b", "..", "a/../b", "'\"<>&"]
)
def test_no_name_of_an_object_opens_it(lab: kmsnb.Lab, s3: Any, key: str):
    arn = make_key(lab)
    for style in ("virtual", "path"):
        client = boto3.client("s3", config=Config(s3={"addressing_style": style}))
        answer = client.put_object(
            Bucket="bkt", Key=key, Body=b"x", ServerSideEncryption="aws:kms", SSEKMSKeyId=arn
        )
        assert answer["SSEKMSKeyId"] == arn
        assert client.get_object(Bucket="bkt", Key=key)["Body"].read() == b"x"
        assert asked(lab)[-1].encryption_context == {"aws:s3:arn": f"arn:aws:s3:::bkt/{key}"}
    boto3.client("kms").disable_key(KeyId=arn)
    with refused("KMS.DisabledException"):
        s3.get_object(Bucket="bkt", Key=key)


def test_what_s3_has_not_opened_is_denied_to_moto(
    lab: kmsnb.Lab, s3: Any, closed: str, monkeypatch: pytest.MonkeyPatch
):
    """By its address this creates an upload; moto, which finds a body, selects from the object."""
    answer = signed(lab, "POST", f"{HOST}/a?uploads&select", SELECT)
    assert (answer.status_code, "Conflicting query string parameters" in answer.text) == (400, True)
    monkeypatch.setitem(s3_service.SERVICE.__dict__, "shortcut", None)
    answer = signed(lab, "POST", f"{HOST}/a?uploads&select", SELECT)
    assert answer.status_code == 403
    assert "AccessDenied" in answer.text
    assert "Uploads" not in s3.list_multipart_uploads(Bucket="bkt")


def test_nobody_reads_it_without_a_signature(lab: kmsnb.Lab, s3: Any):
    enable_acls(s3)
    s3.delete_public_access_block(Bucket="bkt")
    s3.put_object(Bucket="bkt", Key="a", Body=SECRET, ACL="public-read", ServerSideEncryption="aws:kms")
    for host in (HOST, "http://bkt.s3-website-us-east-1.amazonaws.com"):
        answer = requests.get(f"{host}/a", timeout=5)
        assert b"secret" not in answer.content
        assert answer.status_code == 403 or "require AWS Signature Version 4." in answer.text


def test_a_presigned_url_asks_for_who_signed_it(lab: kmsnb.Lab, s3: Any):
    s3.put_object(
        Bucket="bkt", Key="a", Body=SECRET, ServerSideEncryption="aws:kms", SSEKMSKeyId=make_key(lab)
    )
    since = len(lab.journal)
    v4 = boto3.client("s3", config=Config(signature_version="s3v4"))
    at = {"Bucket": "bkt", "Key": "a"}
    assert requests.get(v4.generate_presigned_url("get_object", at), timeout=5).content == SECRET
    (record,) = asked(lab, since)
    assert (record.cause, record.who) == ("s3:GetObject", "user/student via s3.amazonaws.com")
    uma = lab.user("Uma").client("s3", config=Config(signature_version="s3v4"))
    answer = requests.get(uma.generate_presigned_url("get_object", at), timeout=5)
    assert answer.status_code == 403
    assert b"secret" not in answer.content
    url = v4.generate_presigned_url("put_object", at | {"ServerSideEncryption": "aws:kms"})
    sent = requests.put(url, data=b"new", headers={"x-amz-server-side-encryption": "aws:kms"}, timeout=5)
    assert sent.headers["x-amz-server-side-encryption-aws-kms-key-id"].startswith("arn:aws:kms:")


def test_an_old_signature_does_not_do(lab: kmsnb.Lab, s3: Any):
    s3.put_object(Bucket="bkt", Key="a", Body=SECRET, ServerSideEncryption="aws:kms")
    s3.put_object(Bucket="bkt", Key="plain", Body=b"x")
    v2 = boto3.client("s3", config=Config(signature_version="s3"))
    url = v2.generate_presigned_url("get_object", {"Bucket": "bkt", "Key": "a"})
    assert "AWSAccessKeyId" in url
    answer = requests.get(url, timeout=5)
    assert answer.status_code == 400
    assert (
        "Requests specifying Server Side Encryption with AWS KMS managed keys require AWS Signature Version 4."
        in answer.text
    )
    plain = v2.generate_presigned_url("get_object", {"Bucket": "bkt", "Key": "plain"})
    assert requests.get(plain, timeout=5).content == b"x"
    with refused("InvalidArgument", "require AWS Signature Version 4.", 400):
        v2.put_object(Bucket="bkt", Key="b", ServerSideEncryption="aws:kms")


def form(s3: Any, *, bucket: str = "bkt", **fields: str) -> Any:
    """The answer to an upload from a browser, with a policy that allows these fields."""
    post = s3.generate_presigned_post(
        bucket, "a", Fields=fields, Conditions=[{name: value} for name, value in fields.items()]
    )
    return requests.post(post["url"], data=post["fields"], files={"file": SECRET}, timeout=5)


def test_a_form_asks_too(lab: kmsnb.Lab, s3: Any):
    v4 = lab.user("student").client("s3", config=Config(signature_version="s3v4"))
    key = make_key(lab)
    fields = {
        "x-amz-server-side-encryption": "aws:kms",
        "X-Amz-Server-Side-Encryption-Aws-Kms-Key-Id": key,
    }
    answer = form(v4, **fields)
    assert answer.status_code == 204
    assert answer.headers["x-amz-server-side-encryption-aws-kms-key-id"] == key
    (record,) = asked(lab)
    assert (record.cause, record.name, record.who) == (
        "s3:PostObject",
        "GenerateDataKey",
        "user/student via s3.amazonaws.com",
    )
    assert record.encryption_context == {"aws:s3:arn": "arn:aws:s3:::bkt/a"}
    assert s3.get_object(Bucket="bkt", Key="a")["Body"].read() == SECRET
    boto3.client("kms").disable_key(KeyId=key)
    with refused("KMS.DisabledException"):
        s3.get_object(Bucket="bkt", Key="a")
    s3.delete_object(Bucket="bkt", Key="a")
    answer = form(v4, **fields)
    assert answer.status_code == 400
    assert "KMS.DisabledException" in answer.text
    assert "Contents" not in s3.list_objects_v2(Bucket="bkt")


def test_a_form_may_name_the_object_after_its_file(lab: kmsnb.Lab, s3: Any):
    key = make_key(lab)
    v4 = lab.user("student").client("s3", config=Config(signature_version="s3v4"))
    fields = {"x-amz-server-side-encryption": "aws:kms", "x-amz-server-side-encryption-aws-kms-key-id": key}
    post = v4.generate_presigned_post("bkt", "up/${filename}", Fields=fields)
    requests.post(post["url"], data=post["fields"], files={"file": ("dir/a.txt", SECRET)}, timeout=5)
    assert asked(lab)[-1].encryption_context == {"aws:s3:arn": "arn:aws:s3:::bkt/up/a.txt"}
    boto3.client("kms").disable_key(KeyId=key)
    with refused("KMS.DisabledException"):
        s3.get_object(Bucket="bkt", Key="up/a.txt")


def test_a_form_gets_the_default_of_the_bucket(lab: kmsnb.Lab, s3: Any):
    key = make_key(lab)
    by_default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    rules = [{"ApplyServerSideEncryptionByDefault": by_default}]
    s3.put_bucket_encryption(Bucket="bkt", ServerSideEncryptionConfiguration={"Rules": rules})
    v4 = lab.user("student").client("s3", config=Config(signature_version="s3v4"))
    assert form(v4).status_code == 204
    assert s3.head_object(Bucket="bkt", Key="a")["SSEKMSKeyId"] == key
    v2 = lab.user("student").client("s3", config=Config(signature_version="s3"))
    answer = form(v2)
    assert answer.status_code == 400
    assert "require AWS Signature Version 4." in answer.text
    assert form(v4, bucket="none").status_code == 404


def test_a_form_under_sse_s3_or_a_customer_s_key(lab: kmsnb.Lab, s3: Any):
    v4 = lab.user("student").client("s3", config=Config(signature_version="s3v4"))
    assert form(v4).headers["x-amz-server-side-encryption"] == "AES256"
    answer = form(v4, **{"x-amz-server-side-encryption-customer-algorithm": "AES256"})
    assert answer.status_code == 400
    assert "must provide an appropriate secret key" in answer.text
    assert asked(lab) == []


def test_an_access_point_leads_to_the_same_object(lab: kmsnb.Lab, s3: Any, closed: str):
    control = boto3.client("s3control")
    control.create_access_point(AccountId=lab.account, Name="point", Bucket="bkt")
    arn = f"arn:aws:s3:us-east-1:{lab.account}:accesspoint/point"
    with refused("KMS.DisabledException", closed):
        s3.get_object(Bucket=arn, Key="a")
    boto3.client("kms").enable_key(KeyId=closed)
    assert s3.get_object(Bucket=arn, Key="a")["Body"].read() == SECRET


def test_what_another_service_of_moto_s_writes_is_closed_too(lab: kmsnb.Lab, s3: Any):
    """moto's Firehose, Logs and Athena write past S3."""
    from moto.s3.models import s3_backends

    key = make_key(lab)
    by_default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    rules = [{"ApplyServerSideEncryptionByDefault": by_default}]
    s3.put_bucket_encryption(Bucket="bkt", ServerSideEncryptionConfiguration={"Rules": rules})
    s3_backends[lab.account]["aws"].put_object("bkt", "log", SECRET)
    assert s3.get_object(Bucket="bkt", Key="log")["Body"].read() == SECRET
    assert asked(lab)[-1].encryption_context == {"aws:s3:arn": "arn:aws:s3:::bkt/log"}
    boto3.client("kms").disable_key(KeyId=key)
    with refused("KMS.DisabledException"):
        s3.get_object(Bucket="bkt", Key="log")
    s3_backends[lab.account]["aws"].put_object("bkt", "log", SECRET)
    moved = {"SSEKMS": {"KMSKeyArn": make_key(lab)}}
    with refused("KMS.DisabledException"):
        s3.update_object_encryption(Bucket="bkt", Key="log", ObjectEncryption=moved)


def test_writes_at_the_same_time_keep_their_own_keys(lab: kmsnb.Lab, s3: Any):
    s3.put_bucket_versioning(Bucket="bkt", VersioningConfiguration={"Status": "Enabled"})  # moto loses others
    kms = boto3.client("kms")
    keys = [kms.create_key()["KeyMetadata"]["Arn"] for _ in range(4)]
    clients = {key: boto3.client("s3") for key in keys}

    def write(key: str) -> None:
        for _ in range(10):
            clients[key].put_object(
                Bucket="bkt", Key="a", Body=key.encode(), ServerSideEncryption="aws:kms", SSEKMSKeyId=key
            )

    threads = [threading.Thread(target=write, args=(key,)) for key in keys]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    versions = s3.list_object_versions(Bucket="bkt")["Versions"]
    assert len(versions) == 40
    for version in versions:
        answer = s3.get_object(Bucket="bkt", Key="a", VersionId=version["VersionId"])
        assert answer["SSEKMSKeyId"].encode() == answer["Body"].read()
        assert asked(lab)[-1].resources == (answer["SSEKMSKeyId"],)


def test_on_a_server_too():
    with listening() as server, services.installed():
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            endpoint: Any = {
                "aws_access_key_id": "made",
                "aws_secret_access_key": "up",
                "region_name": "us-east-1",
                "endpoint_url": f"http://127.0.0.1:{server.port}",
            }
            s3, kms = boto3.client("s3", **endpoint), boto3.client("kms", **endpoint)
            s3.create_bucket(Bucket="bkt")
            key = kms.create_key()["KeyMetadata"]["Arn"]
            s3.put_object(
                Bucket="bkt", Key="d/a", Body=SECRET, ServerSideEncryption="aws:kms", SSEKMSKeyId=key
            )
            assert s3.get_object(Bucket="bkt", Key="d/a")["Body"].read() == SECRET
            assert [each["Key"] for each in s3.list_objects_v2(Bucket="bkt")["Contents"]] == ["d/a"]
            kms.disable_key(KeyId=key)
            with refused("KMS.DisabledException", f"{key} is disabled."):
                s3.get_object(Bucket="bkt", Key="d/a")
        finally:
            server.shutdown()
            thread.join()
