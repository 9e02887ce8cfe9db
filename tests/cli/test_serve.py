"""``kmsnb serve``: the mocked KMS over HTTP, started and stopped as a person would."""

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

import kmsnb
from kmsnb.cli.main import main

#: The command, which hears Ctrl-C even if these tests run as a shell's background job, whose children ignore it.
PROGRAM = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    "from kmsnb.cli.main import main; raise SystemExit(main())"
)


@contextmanager
def serving(*options: str) -> Iterator[tuple[str, str]]:
    """What it prints first, and its address; stopped by Ctrl-C, after which it must have ended well."""
    command = [sys.executable, "-u", "-c", PROGRAM, "serve", "--port", "0", *options]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stdout
        assert running.stderr
        try:
            said = ""
            while "Stop it with Ctrl-C" not in said:
                line = running.stdout.readline()
                assert line, running.stderr.read()
                said += line
            yield said, re.search(r"http://127\.0\.0\.1:\d+", said)[0]  # type: ignore[index]
        finally:
            running.send_signal(signal.SIGINT)
            rest, errors = running.communicate(timeout=30)
        assert running.returncode == 0
        assert "Stopped." in rest
        assert errors == ""


def client(service: str, address: str, access_key: str = "test"):
    return boto3.client(
        service,
        region_name="us-east-1",
        endpoint_url=address,
        aws_access_key_id=access_key,
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}),
    )


def test_it_answers_until_ctrl_c_and_prints_no_line_for_a_request() -> None:
    with serving() as (said, address):
        assert f"export AWS_ENDPOINT_URL={address}\n" in said
        kms = client("kms", address)
        key = kms.create_key()["KeyMetadata"]["KeyId"]
        blob = kms.encrypt(KeyId=key, Plaintext=b"secret", EncryptionContext={"a": "b"})["CiphertextBlob"]
        assert kms.decrypt(CiphertextBlob=blob, EncryptionContext={"a": "b"})["Plaintext"] == b"secret"
        with pytest.raises(ClientError, match="InvalidCiphertextException"):
            kms.decrypt(CiphertextBlob=blob)


def test_with_enforce_only_the_printed_user_may_do_everything() -> None:
    with serving("--enforce") as (said, address):
        access_key = re.search(r"AWS_ACCESS_KEY_ID=(\w+)", said)[1]  # type: ignore[index]
        key = client("kms", address, access_key).create_key()["KeyMetadata"]["KeyId"]
        with pytest.raises(ClientError, match=r"UnrecognizedClientException|AccessDenied"):
            client("kms", address).describe_key(KeyId=key)


def test_a_process_that_ran_a_lab_can_use_the_printed_user() -> None:
    with kmsnb.start():
        pass
    with serving("--enforce") as (said, address):
        access_key = re.search(r"AWS_ACCESS_KEY_ID=(\w+)", said)[1]  # type: ignore[index]
        assert client("kms", address, access_key).list_keys()["Keys"] == []


def test_a_port_that_is_taken_is_told_in_one_line(capfd: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main(["serve", "--port", str(port)]) == 2
    error = capfd.readouterr().err
    assert error.startswith(f"kmsnb: Cannot listen on port {port} (")
    assert error.count("\n") == 1


@pytest.mark.parametrize("word", ["-1", "65536", "http", "", "٣"])
def test_what_is_not_a_port_is_refused(word: str, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["serve", f"--port={word}"])
    assert "is not a port: give a number from 0 to 65535" in capfd.readouterr().err


def test_without_the_extra_it_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "moto.moto_server.werkzeug_app", None)
    assert main(["serve", "--port", "0"]) == 2
    assert "python -m pip install 'kmsnb[server]'" in capfd.readouterr().err
