"""Services ask KMS for every client, however and whenever it was made; and nobody once they are uninstalled."""

import threading
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

import kmsnb
from kmsnb import kms, services
from kmsnb.kms.moto.server import listening

from .conftest import ONE_TRY, asked, asks, make_key
from .roles import may

NAMES = {"aws_access_key_id": "made", "aws_secret_access_key": "up", "region_name": "us-east-1"}


def put(ssm: Any, name: str = "/app/password", **more: Any) -> None:
    ssm.put_parameter(Name=name, Value="hunter2", Type="SecureString", **more)


def test_in_a_mock_services_ask_the_kms_that_is_installed():
    services.install()
    try:
        with mock_aws():
            key = boto3.client("kms", **NAMES).create_key()["KeyMetadata"]["KeyId"]
            boto3.client("kms", **NAMES).disable_key(KeyId=key)
            with pytest.raises(ClientError, match="is disabled"):
                put(boto3.client("ssm", **NAMES), KeyId=key)
    finally:
        services.uninstall()
        kms.uninstall()


def test_uninstalled_they_ask_nobody():
    services.install()
    services.uninstall()
    try:
        with mock_aws():
            put(boto3.client("ssm", **NAMES), KeyId="no such key")
    finally:
        kms.uninstall()


def test_without_our_kms_they_ask_nobody():
    services.install()
    kms.uninstall()
    try:
        with mock_aws():
            put(boto3.client("ssm", **NAMES), KeyId="no such key")
    finally:
        services.uninstall()


def test_a_with_block_leaves_things_as_they_were():
    with kms.installed():
        services.install()
        with services.installed():
            pass
        try:
            with mock_aws(), pytest.raises(ClientError, match="InvalidKeyId"):
                put(boto3.client("ssm", **NAMES), KeyId="no such key")
        finally:
            services.uninstall()
        with services.installed():
            pass
        with mock_aws():
            put(boto3.client("ssm", **NAMES), KeyId="no such key")


def test_where_s3_is_reached_can_change_between_two_requests(
    s3: Any, lab: kmsnb.Lab, monkeypatch: pytest.MonkeyPatch
):
    s3.put_object(Bucket="bkt", Key="a", Body=b"x", ServerSideEncryption="aws:kms")
    elsewhere = lab.user("student").client("s3", endpoint_url="https://s3.storage.example", config=ONE_TRY)
    with pytest.raises(kmsnb.OfflineError):
        elsewhere.get_object(Bucket="bkt", Key="a")
    monkeypatch.setenv("MOTO_S3_CUSTOM_ENDPOINTS", "https://s3.storage.example")
    before = len(lab.journal.records)
    assert elsewhere.get_object(Bucket="bkt", Key="a")["Body"].read() == b"x"
    assert asks(lab, before) == [("Decrypt", None)]


def test_a_client_made_before_the_lab_asks_too(lab: kmsnb.Lab):
    core = botocore.session.Session()
    core.set_credentials("made", "up")
    before = [boto3.Session(**NAMES).client("ssm"), core.create_client("ssm", region_name="us-east-1")]
    with kmsnb.start(enforce=False) as second:
        for number, ssm in enumerate(before):
            put(ssm, f"/app/{number}")
        assert [record.name for record in asked(second)] == ["Encrypt", "Encrypt"]


def test_clients_in_threads_ask_for_themselves(lab: kmsnb.Lab):
    def uploads(name: str) -> None:
        put(lab.user(name).client("ssm"), f"/app/{name}", KeyId=key)

    key = make_key(lab)
    names = [f"user-{number}" for number in range(8)]
    for name in names:
        may(lab, name, ["ssm:PutParameter"])
    threads = [threading.Thread(target=_refused(uploads), args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    records = asked(lab)
    assert sorted(record.who for record in records) == [
        f"user/{name} via ssm.amazonaws.com" for name in names
    ]
    assert {record.error_code for record in records} == {"AccessDenied"}


def _refused(uploads: Any) -> Any:
    def run(name: str) -> None:
        with pytest.raises(ClientError, match="AccessDeniedException"):
            uploads(name)

    return run


def test_a_server_asks_too():
    with listening() as server, services.installed():
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            endpoint = {**NAMES, "endpoint_url": f"http://127.0.0.1:{server.port}"}
            key = boto3.client("kms", **endpoint).create_key()["KeyMetadata"]["KeyId"]
            put(boto3.client("ssm", **endpoint), KeyId=key)
            boto3.client("kms", **endpoint).disable_key(KeyId=key)
            with pytest.raises(ClientError, match="is disabled"):
                put(boto3.client("ssm", **endpoint), "/app/other", KeyId=key)
        finally:
            server.shutdown()
            thread.join()


def test_what_cannot_be_read_is_not_answered_by_moto(lab: kmsnb.Lab):
    ssm = boto3.client("ssm")

    def spoil(request: Any, **_: Any) -> None:
        request.headers["Content-Type"] = (
            "application/x-www-form-urlencoded"  # a form is no protocol of this service
        )

    ssm.meta.events.register("before-send.ssm", spoil)
    with pytest.raises(ClientError, match="SerializationException"):
        put(ssm)
    assert asked(lab) == []


def test_a_service_s_answer_to_other_requests_is_moto_s(lab: kmsnb.Lab):
    ssm = boto3.client("ssm")
    ssm.put_parameter(Name="/app/name", Value="kmsnb", Type="String")
    assert ssm.get_parameter(Name="/app/name")["Parameter"]["Value"] == "kmsnb"
    assert asked(lab) == []


def test_a_record_says_which_request_made_the_service_ask(lab: kmsnb.Lab):
    put(boto3.client("ssm"))
    (record,) = asked(lab)
    assert (record.cause, record.name, record.invoked_by) == (
        "ssm:PutParameter",
        "Encrypt",
        "ssm.amazonaws.com",
    )
    assert "cause" not in str(record.cloudtrail())


def test_a_service_that_another_service_calls_is_the_last_in_the_chain(lab: kmsnb.Lab):
    key = make_key(lab)
    put(
        lab.service("cloudformation.amazonaws.com", on_behalf_of=lab.user("student")).client("ssm"), KeyId=key
    )
    (record,) = asked(lab)
    assert record.invoked_by == "ssm.amazonaws.com"
    assert record.caller
    assert record.caller.arn == "arn:aws:iam::123456789012:user/student"
