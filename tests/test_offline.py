"""No AWS request leaves the process while a lab is on. Each case runs under conftest's guard on connections."""

import shlex
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.auth import AUTH_TYPE_MAPS
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError, HTTPClientError
from botocore.httpsession import URLLib3Session

import kmsnb
from kmsnb import lab_keys

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


@pytest.mark.parametrize(
    ("call", "host", "missing", "extra"),
    [
        (("cloudformation", "list_stacks"), "cloudformation", "openapi_spec_validator", "cloudformation"),
        (("cognito-idp", "list_user_pools"), "cognito-idp", "joserfc", "cognitoidp"),
        (("osis", "list_pipelines"), "osis", "yaml", "all"),  # moto has no extra of this name
    ],
)
def test_a_service_whose_mock_needs_more_says_how_to_get_it(
    lab: kmsnb.Lab,
    monkeypatch: pytest.MonkeyPatch,
    call: tuple[str, str],
    host: str,
    missing: str,
    extra: str,
) -> None:
    # as if the package were not there, whatever the test extra brings along
    for name in list(sys.modules):
        if name.startswith((f"moto.{call[0].replace('-', '')}", "moto.apigateway", missing)):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(kmsnb.OfflineError) as refusal:
        getattr(boto3.client(call[0]), call[1])(**({"MaxResults": 1} if call[0] == "cognito-idp" else {}))
    assert str(refusal.value) == (
        f"The mock of {host}.us-east-1.amazonaws.com needs a package that isn't part of the course, {missing}. "
        f"Install it with: pip install 'moto[{extra}]'. Nothing was sent."
    )


def test_an_operation_that_moto_lacks_refuses_in_words(lab: kmsnb.Lab) -> None:
    with pytest.raises(kmsnb.OfflineError, match="have this operation of iam"):
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
        with pytest.raises(kmsnb.OfflineError, match="a lab that has stopped"):
            client.encrypt(KeyId="alias/test", Plaintext=b"secret")


def test_a_client_of_an_earlier_lab_does_not_reach_the_next() -> None:
    with kmsnb.start():
        stale = boto3.client("kms")
    with kmsnb.start(), pytest.raises(kmsnb.OfflineError, match="a lab that has stopped"):
        stale.list_keys()


def test_the_way_to_the_network_is_open_again_after_stop() -> None:
    kmsnb.start().stop()
    before = URLLib3Session.send
    with kmsnb.start():
        assert URLLib3Session.send is not before
    assert URLLib3Session.send is before
    assert_is_sent(boto3.Session(**REAL).client("kms", config=ONCE).list_keys)


ONCE = Config(retries={"total_max_attempts": 1})


def assert_is_sent(call: Callable[[], Any]) -> None:
    """It reaches for the network, where the tests' guard stops it."""
    with pytest.raises(HTTPClientError, match="was attempted"):
        call()


def assert_is_refused(call: Callable[[], Any]) -> None:
    with pytest.raises(kmsnb.OfflineError, match=r"signed with credentials of a kmsnb lab.*Nothing was sent"):
        call()


# A client can outlive its lab, no matter who made it


def clients_of_ones_own(lab: kmsnb.Lab) -> Iterator[Any]:
    """Clients that no lab made, signing with credentials that a lab gave out."""
    yield boto3.Session(region_name="us-east-1").client("kms")
    yield botocore.session.get_session().create_client("kms", region_name="us-east-1")
    yield with_keys(lab.user("ABC").get_credentials())
    yield with_keys(lab.role("Auditor").get_credentials())
    yield with_keys(lab.service("s3.amazonaws.com").get_credentials())
    boto3.client("iam").create_user(UserName="Kim")
    made = boto3.client("iam").create_access_key(UserName="Kim")["AccessKey"]
    yield with_keys(Credentials(made["AccessKeyId"], made["SecretAccessKey"]))
    boto3.client("iam").delete_access_key(UserName="Kim", AccessKeyId=made["AccessKeyId"])
    sts = boto3.client("sts")
    role = "arn:aws:iam::123456789012:role/Auditor"
    for issued in (
        sts.assume_role(RoleArn=role, RoleSessionName="mine"),
        sts.assume_role_with_web_identity(RoleArn=role, RoleSessionName="web", WebIdentityToken="token"),
        sts.get_session_token(),
        sts.get_federation_token(Name="Fay"),
    ):
        keys = issued["Credentials"]
        yield with_keys(Credentials(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"]))


def with_keys(keys: Credentials) -> Any:
    return boto3.Session(keys.access_key, keys.secret_key, keys.token, region_name="us-east-1").client("kms")


def test_no_client_of_any_session_outlives_its_lab() -> None:
    with kmsnb.start() as lab:
        clients = list(clients_of_ones_own(lab))
    assert len(clients) == 10
    for client in clients:
        assert_is_refused(lambda client=client: client.encrypt(KeyId="alias/test", Plaintext=b"secret"))


@pytest.mark.parametrize("version", ["v4", "v2", "v4-query", "s3", "s3-query"])
def test_however_a_lab_s_key_signs_the_request_is_not_sent(version: str) -> None:
    with kmsnb.start():
        credentials = boto3.Session().get_credentials()
    for body in ("{}", b"{}", None):
        request = AWSRequest("POST", "https://kms.us-east-1.amazonaws.com/", data=body)
        if version == "v2":
            request.data = {"Action": "x"}
        signer = AUTH_TYPE_MAPS[version]
        arguments = () if version in ("v2", "s3", "s3-query") else ("kms", "us-east-1")
        signer(credentials, *arguments).add_auth(request)
        assert_is_refused(lambda request=request: URLLib3Session().send(request.prepare()))


def test_a_client_of_ones_own_goes_on_with_the_next_lab() -> None:
    with kmsnb.start():
        client = boto3.Session(region_name="us-east-1").client("kms")
    with kmsnb.start():
        assert client.list_keys()["Keys"] == []
    assert_is_refused(client.list_keys)


def test_real_credentials_that_a_lab_saw_are_used_again_after_it(early_client: Any) -> None:
    real = boto3.Session(**REAL)
    client = real.client("kms", config=ONCE)
    with kmsnb.start(enforce=False):
        client.list_keys()
        real.client("sts").get_caller_identity()
    assert_is_sent(client.list_keys)


def test_a_client_that_was_made_before_moto_is_refused_after_its_lab_too() -> None:
    out = run_in_a_fresh_python("""
        import boto3, sys
        session = boto3.Session(region_name="us-east-1")
        session.events  # the handlers that moto adds to are copied here
        import kmsnb
        with kmsnb.start():
            client = session.client("kms")
        try:
            client.list_keys()
        except kmsnb.OfflineError as error:
            print(error)
    """)
    assert "signed with credentials of a kmsnb lab" in out


def test_a_request_that_passes_a_transport_of_its_own_is_refused_too() -> None:
    with kmsnb.start():
        session = botocore.session.get_session()
        client = session.create_client("kms", region_name="us-east-1")
    client._endpoint.http_session = SimpleNamespace(send=pytest.fail)  # as aiobotocore has one
    assert_is_refused(client.list_keys)


def test_the_guard_costs_a_request_next_to_nothing() -> None:
    kmsnb.start().stop()
    request = AWSRequest("POST", "https://kms.us-east-1.amazonaws.com/", data=b"x" * 10_000_000)
    AUTH_TYPE_MAPS["v4"](boto3.Session(**REAL).get_credentials(), "kms", "us-east-1").add_auth(request)
    prepared = request.prepare()
    begun = time.process_time()
    for _ in range(100):
        assert not lab_keys.signed(prepared)
    assert time.process_time() - begun < 0.1


# What else may connect


def test_child_processes_send_nothing(lab: kmsnb.Lab) -> None:
    with socket.create_server(("127.0.0.1", 0)) as aws:
        done = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(CHILD), str(aws.getsockname()[1])],
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        connection, _ = aws.accept()
        with connection:
            assert connection.recv(1) == b""
    assert "SSL validation failed" in done.stdout


#: boto3 as a notebook's subprocess has it, with AWS at a port of this computer.
CHILD = """
    import sys, boto3, urllib3.util.connection as connection
    to = connection.create_connection
    connection.create_connection = lambda address, *rest, **more: to(("127.0.0.1", int(sys.argv[1])), *rest, **more)
    try:
        boto3.client("kms").list_keys()
    except Exception as error:
        print(error)
"""


def test_the_crt_s_client_for_s3_is_refused_while_a_lab_is_on(monkeypatch: pytest.MonkeyPatch) -> None:
    class S3Client:
        def make_request(self) -> str:
            return "sent"

    early = S3Client()
    monkeypatch.setitem(sys.modules, "awscrt", ModuleType("awscrt"))
    monkeypatch.setitem(sys.modules, "awscrt.s3", SimpleNamespace(S3Client=S3Client))
    monkeypatch.setattr("kmsnb.offline.HAS_CRT", True)
    with kmsnb.start():
        for call in (early.make_request, S3Client):
            with pytest.raises(
                kmsnb.OfflineError, match=r"preferred_transfer_client='classic'.*Nothing was sent"
            ):
                call()
    assert S3Client().make_request() == "sent"


def test_aiobotocore_s_transport_is_refused_while_a_lab_is_on(monkeypatch: pytest.MonkeyPatch) -> None:
    class AIOHTTPSession:
        def send(self, request: object) -> str:
            return "sent"

    monkeypatch.setitem(
        sys.modules, "aiobotocore.httpsession", SimpleNamespace(AIOHTTPSession=AIOHTTPSession)
    )
    with kmsnb.start(), pytest.raises(kmsnb.OfflineError, match=r"Use boto3\. Nothing was sent"):
        AIOHTTPSession().send(None)
    assert AIOHTTPSession().send(None) == "sent"


# Sessions whose configuration was read before the lab


@pytest.fixture
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user with default credentials, and a profile whose credentials a program prints."""
    program = shlex.join([sys.executable, "-c", f"open({str(tmp_path / 'ran')!r}, 'w'); print({PRINTED!r})"])
    (tmp_path / "config").write_text(f"[profile proc]\nregion = us-east-1\ncredential_process = {program}\n")
    (tmp_path / "credentials").write_text(
        "[default]\naws_access_key_id = AKIAHOMEHOMEHOMEHOME\naws_secret_access_key = real\n"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    return tmp_path


PRINTED = '{"Version": 1, "AccessKeyId": "AKIAPROCPROCPROCPROC", "SecretAccessKey": "real"}'


@pytest.mark.parametrize("enforce", [True, False])
def test_a_session_with_a_profile_from_before_is_refused(at_home: Path, enforce: bool) -> None:
    session = boto3.Session(profile_name="proc")
    with kmsnb.start(enforce=enforce) as lab:
        with pytest.raises(kmsnb.OfflineError, match=r"made with 'proc'.*without a profile"):
            session.client("kms")
        assert not (at_home / "ran").exists()
        assert "AKIAPROC" not in lab.journal.to_json()
    assert session.get_credentials().access_key == "AKIAPROCPROCPROCPROC"


@pytest.mark.parametrize("known", [False, True], ids=["first used in the lab", "used before"])
@pytest.mark.parametrize("enforce", [True, False])
def test_a_session_from_before_calls_as_the_student_and_is_its_own_again(
    at_home: Path, enforce: bool, known: bool
) -> None:
    session = boto3.Session(region_name="us-east-1")
    if known:
        assert session.get_credentials().access_key == "AKIAHOMEHOMEHOMEHOME"
    with kmsnb.start(enforce=enforce) as lab:
        assert session.client("sts").get_caller_identity()["Arn"].endswith("user/student")
        session.client("kms").list_keys()
        assert "AKIAHOME" not in lab.journal.to_json()
    assert session.get_credentials().access_key == "AKIAHOMEHOMEHOMEHOME"
    assert_is_sent(session.client("kms", config=ONCE).list_keys)


def test_a_session_that_is_made_in_a_lab_has_real_credentials_after_it(at_home: Path) -> None:
    with kmsnb.start():
        session = boto3.Session(region_name="us-east-1")
        assert session.client("sts").get_caller_identity()["Arn"].endswith("user/student")
    assert session.get_credentials().access_key == "AKIAHOMEHOMEHOMEHOME"


def test_credentials_that_were_set_in_a_lab_are_used(lab: kmsnb.Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    uma = lab.user("Uma").get_credentials()
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", uma.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", uma.secret_key)
    assert boto3.Session().client("sts").get_caller_identity()["Arn"].endswith("user/Uma")
