"""No AWS request leaves the process while a lab is on. Each case runs under conftest's guard on connections."""

import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSRequest
from botocore.exceptions import ClientError, HTTPClientError
from botocore.httpsession import URLLib3Session

import kmsnb

REAL = {
    "aws_access_key_id": "AKIAREALREALREALREAL",
    "aws_secret_access_key": "real",
    "region_name": "us-east-1",
}


@pytest.fixture
def early_client() -> Any:
    """A client that was made before any lab; this process has imported moto by then."""
    return boto3.Session(**REAL).client("kms")


def test_the_guard_of_the_tests_sees_a_request_that_leaves() -> None:
    request = AWSRequest("GET", "http://192.0.2.1/").prepare()  # an address that is nobody's, RFC 5737
    with pytest.raises(HTTPClientError, match=r"192\.0\.2\.1 was attempted"):
        URLLib3Session().send(request)


def test_a_client_made_before_start_and_after_moto_works_on_the_mock(early_client: Any) -> None:
    with kmsnb.start(enforce=False):
        assert early_client.list_keys()["Keys"] == []
    # its credentials are nobody's in the lab
    with kmsnb.start(), pytest.raises(ClientError, match="UnrecognizedClientException"):
        early_client.list_keys()


def run_in_a_fresh_python(program: str) -> str:
    """What a program prints that starts with no moto imported, and whose sockets reach nowhere."""
    guard = """
    import socket
    def refuse(self, address):
        raise AssertionError(f"a connection to {address} was attempted")
    socket.socket.connect = socket.socket.connect_ex = refuse
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(guard) + textwrap.dedent(program)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_client_made_before_start_and_before_moto_refuses_in_words() -> None:
    out = run_in_a_fresh_python("""
        import boto3, sys
        early = boto3.client("kms", "us-east-1", aws_access_key_id="AKIAREAL", aws_secret_access_key="real")
        assert "moto" not in sys.modules
        import kmsnb
        lab = kmsnb.start()
        try:
            early.encrypt(KeyId="alias/test", Plaintext=b"secret")
        except kmsnb.OfflineError as error:
            print(error)
    """)
    assert "made before kmsnb.start()" in out
    assert "Nothing was sent" in out


def test_real_credentials_and_files_are_never_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("credentials", "config"):
        # read at all, this would be a parse error
        (tmp_path / name).write_text("this is [no ini file\n")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    with kmsnb.start():
        assert boto3.client("sts").get_caller_identity()["Arn"].endswith("user/student")
        assert boto3.Session().client("sts").get_caller_identity()["Arn"].endswith("user/student")


@pytest.mark.parametrize("name", ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_KMS"])
def test_an_endpoint_in_the_environment_is_ignored(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "http://192.0.2.1:4566")
    with kmsnb.start():
        assert boto3.client("kms").list_keys()["Keys"] == []


def test_a_client_made_before_start_with_an_endpoint_refuses_in_words() -> None:
    early = boto3.Session(**REAL).client("kms", endpoint_url="http://192.0.2.1:4566")
    with kmsnb.start(), pytest.raises(kmsnb.OfflineError, match=r"192\.0\.2\.1.*Nothing was sent"):
        early.list_keys()


def test_an_endpoint_of_ones_own_refuses_in_words(lab: kmsnb.Lab) -> None:
    with pytest.raises(kmsnb.OfflineError, match="without endpoint_url"):
        boto3.client("kms", endpoint_url="https://kms.example.com").list_keys()


def test_a_service_that_moto_lacks_refuses_in_words(lab: kmsnb.Lab) -> None:
    with pytest.raises(kmsnb.OfflineError, match=r"no service at controltower.*Nothing was sent"):
        boto3.client("controltower").list_landing_zones()


def test_a_service_whose_mock_needs_more_refuses_in_words(
    lab: kmsnb.Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    # as if the package were not there, whatever the test extra brings along
    monkeypatch.setitem(sys.modules, "joserfc", None)
    for name in [name for name in sys.modules if name.startswith("moto.cognitoidp")]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(kmsnb.OfflineError, match=r"cognito-idp.*'joserfc'.*Nothing was sent"):
        boto3.client("cognito-idp").list_user_pools(MaxResults=1)


def test_an_operation_that_moto_lacks_refuses_in_words(lab: kmsnb.Lab) -> None:
    with pytest.raises(kmsnb.OfflineError, match="not got this operation of iam"):
        boto3.client("iam").get_organizations_access_report(JobId="x" * 36)


def test_a_region_that_aws_lacks_refuses_in_words(lab: kmsnb.Lab) -> None:
    with pytest.raises(kmsnb.OfflineError, match="no Region 'mars-north-1'"):
        boto3.client("kms", region_name="mars-north-1").list_keys()


def test_a_fault_inside_moto_is_a_sentence(lab: kmsnb.Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    from moto.sts.responses import TokenResponse

    def broken(self: Any) -> None:
        raise RuntimeError("a wheel came off")

    monkeypatch.setattr(TokenResponse, "get_caller_identity", broken)
    with pytest.raises(kmsnb.OfflineError, match="failed with RuntimeError: a wheel came off"):
        boto3.client("sts").get_caller_identity()


def clients_of(lab: kmsnb.Lab) -> Iterator[Any]:
    yield boto3.client("kms")
    yield boto3.DEFAULT_SESSION.client("kms")
    yield lab.user("ABC").client("kms")
    yield lab.role("Auditor").client("kms")


def test_a_client_that_outlives_its_lab_sends_nothing() -> None:
    with kmsnb.start() as lab:
        clients = list(clients_of(lab))
    for client in clients:
        with pytest.raises(kmsnb.OfflineError, match="a lab that is stopped"):
            client.encrypt(KeyId="alias/test", Plaintext=b"secret")


def test_a_client_of_an_earlier_lab_does_not_reach_the_next() -> None:
    with kmsnb.start():
        stale = boto3.client("kms")
    with kmsnb.start(), pytest.raises(kmsnb.OfflineError, match="a lab that is stopped"):
        stale.list_keys()


def test_the_way_to_the_network_is_open_again_after_stop() -> None:
    before = URLLib3Session.send
    with kmsnb.start():
        assert URLLib3Session.send is not before
    assert URLLib3Session.send is before
