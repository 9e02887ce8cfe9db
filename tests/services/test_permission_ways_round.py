"""No way round permissions: moto answers the request that was permitted, whatever else is written in it."""

import gzip
import json
from typing import Any
from urllib.parse import urlencode

import boto3
import pytest
import requests
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest

import kmsnb

from .conftest import refused
from .policies import OURS, THEIRS, V4, allow, deny, when, who_may
from .test_s3_ways_round import form

SECRET = b"hunter2"
AT = {"Bucket": "bkt", "Key": "a"}
S3 = "https://s3.amazonaws.com"


@pytest.fixture
def uma(lab: kmsnb.Lab) -> boto3.Session:
    """Uma may do everything with what is called ``mine``, next to what she must not see."""
    s3, ssm = boto3.client("s3"), boto3.client("ssm")
    for bucket in ("bkt", "mine"):
        s3.create_bucket(Bucket=bucket)
    s3.put_object(**AT, Body=SECRET)
    s3.put_object(Bucket="mine", Key="a", Body=b"x")
    ssm.put_parameter(Name="/secret", Value=SECRET.decode(), Type="String")
    ssm.put_parameter(Name="/secure", Value=SECRET.decode(), Type="SecureString")
    ssm.put_parameter(Name="/mine", Value="x", Type="String")
    boto3.client("secretsmanager").create_secret(Name="secret", SecretString=SECRET.decode())
    boto3.client("secretsmanager").create_secret(Name="mine", SecretString="x")
    mine = [
        "s3:::mine",
        "s3:::mine/*",
        f"ssm:*:{OURS}:parameter/mine",
        f"secretsmanager:*:{OURS}:secret:mine-*",
    ]
    free = allow("ssm:DescribeParameters", "secretsmanager:ListSecrets", "ssm:ListDocuments", "kms:*")
    return who_may(lab, "Uma", allow("*", on=[f"arn:aws:{each}" for each in mine]), free)


def send(
    who: boto3.Session,
    method: str,
    url: str,
    body: bytes = b"",
    service: str = "s3",
    region: str = "us-east-1",
    **headers: str,
) -> Any:
    """The answer to a request as it is written here, signed; None if moto can't answer it at all."""
    request = AWSRequest(method, url, headers=headers, data=body)
    if service == "s3":
        request.headers["X-Amz-Content-SHA256"] = "UNSIGNED-PAYLOAD"
    sign = S3SigV4Auth if service == "s3" else SigV4Auth
    sign(who.get_credentials(), service, region).add_auth(request)
    try:
        return requests.request(method, url, headers=dict(request.headers), data=body, timeout=5)
    except kmsnb.OfflineError:
        return None


# S3


@pytest.mark.parametrize(
    ("method", "url", "headers"),
    [
        ("GET", f"{S3}//bkt/a", {}),
        ("GET", f"{S3}/%2Fbkt/a", {}),
        ("GET", f"{S3}/bkt%2Fa", {}),
        ("GET", f"{S3}/b%6Bt/a", {}),
        ("GET", f"{S3}/mine/../bkt/a", {}),
        ("GET", f"{S3}/mine/%2E%2E/bkt/a", {}),
        ("GET", f"{S3}/bkt/a?mine", {}),
        ("GET", "https://BKT.s3.amazonaws.com/a", {}),
        ("GET", "https://bkt.s3.us-east-1.amazonaws.com//a", {}),
        ("GET", "https://bkt.s3.dualstack.us-east-1.amazonaws.com/a", {}),
        ("GET", "https://bkt.s3-accelerate.amazonaws.com/a", {}),
        ("GET", "http://bkt.s3-website-us-east-1.amazonaws.com/a", {}),
        ("GET", f"https://bkt-{OURS}.s3-accesspoint.us-east-1.amazonaws.com/a", {}),
        ("GET", "https://bkt.s3.amazonaws.com/a", {"Host": "mine.s3.amazonaws.com"}),
        ("GET", f"{S3}/bkt/a", {"Host": "mine.s3.amazonaws.com"}),
        ("GET", "https://mine.s3.amazonaws.com/a", {"Host": "bkt.s3.amazonaws.com"}),
        ("GET", f"{S3}/mine/a", {"X-Forwarded-Host": "bkt.s3.amazonaws.com"}),
        ("GET", f"{S3}/bkt/a", {"X-HTTP-Method-Override": "OPTIONS"}),
        ("OPTIONS", f"{S3}/bkt/a", {}),
        ("PUT", f"{S3}/mine/copy", {"x-amz-copy-source": "bkt/a"}),
        ("PUT", f"{S3}/mine/copy", {"x-amz-copy-source": "//bkt//a"}),
        ("PUT", f"{S3}/mine/copy", {"x-amz-copy-source": "%62kt%2Fa"}),
        ("PUT", f"{S3}/mine/copy", {"x-amz-copy-source": "https://mine/bkt/a"}),
        ("PUT", f"{S3}/mine/copy", {"x-amz-copy-source": "//mine/bkt/a"}),
        ("PUT", f"{S3}/mine/copy", {"x-amz-copy-source": "bkt/a#?versionId=1"}),
        ("PUT", f"{S3}/mine/copy", {"x-amz-copy-source": "bkt/a;mine"}),
        ("PUT", f"{S3}/mine/copy?tagging", {"x-amz-copy-source": "bkt/a"}),
    ],
)  # fmt: skip
def test_an_object_is_the_one_that_was_permitted(
    uma: boto3.Session, method: str, url: str, headers: dict[str, str]
):
    answer = send(uma, method, url, **headers)
    assert answer is None or SECRET not in answer.content
    mine = uma.client("s3")
    for each in mine.list_objects_v2(Bucket="mine")["Contents"]:
        assert mine.get_object(Bucket="mine", Key=each["Key"])["Body"].read() != SECRET


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("location&policy", "Conflicting query string parameters: location, policy"),
        ("uploads&location", "Conflicting query string parameters: location, uploads"),
        ("location&object-lock", "Conflicting query string parameters: location, object-lock"),
        ("location&metrics&id=1", "Conflicting query string parameters: location, metrics"),
        ("metrics", "not implemented"),
        ("metrics&id=1", "not implemented"),
        ("session", "not implemented"),
        ("requestPayment", "not implemented"),
        ("intelligent-tiering&list-type=2", "not implemented"),
    ],
)
@pytest.mark.parametrize("url", [f"{S3}/bkt", "https://bkt.s3.amazonaws.com/"])
def test_a_query_names_one_operation_and_one_that_moto_has(
    lab: kmsnb.Lab, uma: boto3.Session, url: str, query: str, message: str
):
    """moto would list the objects, or answer the first that it knows."""
    who_may(lab, "Uma", allow("s3:*"), deny("s3:ListBucket", "s3:GetBucketPolicy"))
    answer = send(uma, "GET", f"{url}?{query}")
    assert answer.status_code in (400, 501)
    assert message in answer.text
    assert "<Contents>" not in answer.text


@pytest.mark.parametrize("query", ["analytics&id=1", "metrics&id=1", "inventory&id=1", "metadataTable"])
def test_part_of_a_bucket_is_not_the_bucket(lab: kmsnb.Lab, uma: boto3.Session, query: str):
    """moto would delete the bucket."""
    boto3.client("s3").create_bucket(Bucket="empty")
    who_may(lab, "Uma", allow("s3:*"), deny("s3:DeleteBucket"))
    assert send(uma, "DELETE", f"{S3}/empty?{query}").status_code == 501
    boto3.client("s3").head_bucket(Bucket="empty")


def test_a_prefix_is_the_one_that_was_permitted(lab: kmsnb.Lab, uma: boto3.Session):
    who_may(lab, "Uma", allow("s3:ListBucket", **when("StringEquals", "s3:prefix", "public/")))
    for query in (
        "prefix=&Prefix=public/",
        "prefix=a&prefix=public/",
        "PREFIX=public/",
        "prefix=&pre%66ix=public/",
    ):
        answer = send(uma, "GET", f"{S3}/bkt?{query}")
        assert (answer.status_code, "<Contents>" in answer.text) == (403, False), query
    assert send(uma, "GET", f"{S3}/bkt?Prefix=a&prefix=public/").status_code == 200


def test_a_body_is_no_query(lab: kmsnb.Lab, uma: boto3.Session):
    """moto would read a version, a prefix or an upload's id in a form."""
    s3 = boto3.client("s3")
    s3.put_bucket_versioning(Bucket="bkt", VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(**AT, Body=b"public")
    (old,) = (
        each["VersionId"]
        for each in s3.list_object_versions(Bucket="bkt")["Versions"]
        if not each["IsLatest"]
    )
    who_may(lab, "Uma", allow("s3:GetObject", "s3:DeleteObject"))
    as_form = {"Content-Type": "application/x-www-form-urlencoded"}
    body = urlencode({"versionId": old}).encode()
    assert send(uma, "GET", f"{S3}/bkt/a", body, **as_form).content == b"public"
    send(uma, "DELETE", f"{S3}/bkt/a", body, **as_form)
    assert s3.get_object(**AT, VersionId=old)["Body"].read() == SECRET
    who_may(lab, "Uma", allow("s3:ListBucket", **when("StringEquals", "s3:prefix", "public/")))
    answer = send(uma, "GET", f"{S3}/bkt?prefix=public/", b"prefix=a", **as_form)
    assert (answer.status_code, "<Contents>" in answer.text) == (200, False)


def test_an_upload_is_for_the_object_that_was_permitted(lab: kmsnb.Lab, uma: boto3.Session):
    s3 = boto3.client("s3")
    upload = s3.create_multipart_upload(**AT)["UploadId"]
    etag = s3.upload_part(**AT, UploadId=upload, PartNumber=1, Body=b"new")["ETag"]
    parts = {"Parts": [{"PartNumber": 1, "ETag": etag}]}
    hers = who_may(lab, "Uma", allow("s3:*", on="arn:aws:s3:::bkt/hers")).client("s3")
    of = {"Bucket": "bkt", "Key": "hers", "UploadId": upload}
    for request in (
        lambda: hers.upload_part(**of, PartNumber=1, Body=b"mine"),
        lambda: hers.complete_multipart_upload(**of, MultipartUpload=parts),
        lambda: hers.abort_multipart_upload(**of),
        lambda: hers.list_parts(**of),
    ):
        with refused("NoSuchUpload", "The specified upload does not exist.", 404):
            request()
    s3.complete_multipart_upload(**AT, UploadId=upload, MultipartUpload=parts)
    assert s3.get_object(**AT)["Body"].read() == b"new"


@pytest.mark.parametrize("fields", [{"Key": "hers"}, {"KEY": "hers", "kEy": "hers"}])
def test_a_form_names_one_object(lab: kmsnb.Lab, uma: boto3.Session, fields: dict[str, str]):
    hers = who_may(lab, "Uma", allow("s3:PutObject", on="arn:aws:s3:::bkt/hers")).client("s3", config=V4)
    assert form(hers, **fields).status_code == 403
    assert boto3.client("s3").get_object(**AT)["Body"].read() == SECRET


def test_a_form_is_for_the_object_that_its_file_names(lab: kmsnb.Lab, uma: boto3.Session):
    who_may(lab, "Uma", allow("s3:PutObject"), deny("s3:PutObject", on="arn:aws:s3:::bkt/a"))
    post = uma.client("s3", config=V4).generate_presigned_post("bkt", "${filename}")
    answer = requests.post(post["url"], data=post["fields"], files={"file": ("a", b"new")}, timeout=5)
    assert answer.status_code == 403
    assert boto3.client("s3").get_object(**AT)["Body"].read() == SECRET


# Services with JSON

SSM, MANAGER = "https://ssm.us-east-1.amazonaws.com/", "https://secretsmanager.us-east-1.amazonaws.com/"
JSON_1_1 = {"Content-Type": "application/x-amz-json-1.1"}


def body(**members: Any) -> bytes:
    return json.dumps(members).encode()


@pytest.mark.parametrize(
    ("query", "sent", "headers"),
    [
        ("", body(Name="/secret"), {"X-Amz-Target": "AmazonSSM.GetParameter"}),
        ("", body(Name="/secret"), {"X-Amz-Target": "Other.GetParameter"}),
        ("", body(Name="/secret"), {"X-Amz-Target": "GetParameter"}),
        ("", body(Name="/secret"), {"x-amz-target": "amazonssm.getparameter"}),
        ("", body(Name="/secure", WithDecryption=True), {"X-Amz-Target": "Other.GetParameter"}),
        ("", body(Name="/secret"), {"X-Amz-Target": "AmazonSSM.get_parameter"}),
        ("", body(Name="/secret"), {"X-Amz-Target": "AmazonSSM.ListDocuments.GetParameter"}),
        ("?Action=GetParameter", body(Name="/secret"), {}),
        ("?Action=GetParameter", body(Name="/secret"), {"X-Amz-Target": "AmazonSSM.ListDocuments"}),
        ("?Action=GetParameter&Name=/secret", b"{}", {"X-Amz-Target": "AmazonSSM.DescribeParameters"}),
        ("?Name=/secret", body(Name="/mine"), {"X-Amz-Target": "AmazonSSM.GetParameter"}),
        ("", body(Name="/mine", x="&Name=/secret&"), {"X-Amz-Target": "AmazonSSM.GetParameter"}),
        ("", body(x="&Action=GetParameter&Name=/secret&"), {"X-Amz-Target": "AmazonSSM.DescribeParameters"}),
        ("", b"", {"X-Amz-Target": "AmazonSSM.GetParameter", "Name": "/secret"}),
        ("", b'{"Name": "/mine", "Name": "/secret"}', {"X-Amz-Target": "AmazonSSM.GetParameter"}),
        ("", b'{"Name": "/secret", "\\u004eame": "/mine"}', {"X-Amz-Target": "AmazonSSM.GetParameter"}),
        ("", body(Name=["/secret"]), {"X-Amz-Target": "AmazonSSM.GetParameter"}),
        ("", body(Names={"/secret": 1}), {"X-Amz-Target": "AmazonSSM.GetParameters"}),
        ("", body(Names="/secret"), {"X-Amz-Target": "AmazonSSM.GetParameters"}),
        ("", body(Names=["/mine", "/secret"]), {"X-Amz-Target": "AmazonSSM.GetParameters"}),
        ("", body(Path="/", Recursive=True), {"X-Amz-Target": "AmazonSSM.GetParametersByPath"}),
        ("", gzip.compress(body(Name="/secret"), mtime=0), {"X-Amz-Target": "AmazonSSM.GetParameter", "Content-Encoding": "gzip"}),
        ("", urlencode({"Action": "GetParameter", "Name": "/secret"}).encode(), {"Content-Type": "application/x-www-form-urlencoded"}),
        ("", b"--b\r\nContent-Disposition: form-data; name=\"Name\"\r\n\r\n/secret\r\n--b--\r\n", {"Content-Type": "multipart/form-data; boundary=b", "X-Amz-Target": "AmazonSSM.GetParameter"}),
    ],
)  # fmt: skip
def test_a_parameter_is_the_one_that_was_permitted(
    uma: boto3.Session, query: str, sent: bytes, headers: dict[str, str]
):
    answer = send(uma, "POST", SSM + query, sent, "ssm", **(JSON_1_1 | headers))
    assert answer is None or SECRET not in answer.content


@pytest.mark.parametrize(
    ("query", "sent", "headers"),
    [
        ("", body(SecretId="secret"), {"X-Amz-Target": "secretsmanager.GetSecretValue"}),
        ("", body(SecretId="secret"), {"X-Amz-Target": "other.GetSecretValue"}),
        ("?Action=GetSecretValue", body(SecretId="secret"), {"X-Amz-Target": "secretsmanager.ListSecrets"}),
        ("?SecretId=secret", body(SecretId="mine"), {"X-Amz-Target": "secretsmanager.GetSecretValue"}),
        ("", body(SecretId="mine", x="&SecretId=secret&"), {"X-Amz-Target": "secretsmanager.GetSecretValue"}),
        ("", body(SecretId=f"arn:aws:secretsmanager:us-east-1:{OURS}:secret:secret"), {"X-Amz-Target": "secretsmanager.GetSecretValue"}),
        ("", body(SecretId=f"arn:aws:secretsmanager:eu-west-1:{OURS}:secret:secret-aaaaaa"), {"X-Amz-Target": "secretsmanager.GetSecretValue"}),
        ("", body(SecretId=f"arn:aws:secretsmanager:us-east-1:{THEIRS}:secret:secret-aaaaaa"), {"X-Amz-Target": "secretsmanager.GetSecretValue"}),
    ],
)  # fmt: skip
def test_a_secret_is_the_one_that_was_permitted(
    uma: boto3.Session, query: str, sent: bytes, headers: dict[str, str]
):
    answer = send(uma, "POST", MANAGER + query, sent, "secretsmanager", **JSON_1_1, **headers)
    assert answer is None or SECRET not in answer.content


def test_what_has_no_name_is_unknown(uma: boto3.Session):
    answer = send(
        uma, "POST", SSM, body(Name="/mine"), "ssm", **JSON_1_1, **{"X-Amz-Target": "Other.GetParameter"}
    )
    assert (answer.status_code, answer.json()["__type"]) == (400, "UnknownOperationException")


def test_a_request_is_in_the_account_and_region_of_its_signature(lab: kmsnb.Lab, uma: boto3.Session):
    olga = who_may(lab, "Olga", allow("*"), account=THEIRS)
    target = {"X-Amz-Target": "AmazonSSM.GetParameter"}
    answer = send(
        olga, "POST", SSM, body(Name="/secret"), "ssm", **JSON_1_1, **target, **{"x-moto-account-id": OURS}
    )
    assert answer.json()["__type"] == "ParameterNotFound"
    who_may(lab, "Uma", allow("*"), deny("*", on=f"arn:aws:*:us-east-1:{OURS}:*"))
    answer = send(uma, "POST", SSM, body(Name="/secret"), "ssm", "eu-west-1", **JSON_1_1, **target)
    assert answer.json()["__type"] == "InvalidSignatureException"
    assert "Credential should be scoped to a valid region, not 'eu-west-1'." in answer.text
