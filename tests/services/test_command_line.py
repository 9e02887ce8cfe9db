"""The AWS CLI against ``kmsnb serve``: what services ask KMS holds there, too."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ..cli.test_serve import client, serving


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with serving() as (_, address):
        yield address


def aws(address: str, *words: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return subprocess.run(
        [sys.executable, "-m", "awscli", *words],
        env={
            **kept,
            "AWS_ENDPOINT_URL": address,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_CONFIG_FILE": os.devnull,
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def answer(address: str, *words: str) -> str:
    ran = aws(address, *words, "--output", "json")
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_a_parameter_is_read_with_decryption_until_its_key_is_disabled(address: str) -> None:
    kms = client("kms", address)
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    put = ["--name", "/cli/password", "--value", "hunter2", "--type", "SecureString", "--key-id", key]
    answer(address, "ssm", "put-parameter", *put)
    get = ["ssm", "get-parameter", "--name", "/cli/password"]
    assert "hunter2" not in answer(address, *get)
    assert "hunter2" in answer(address, *get, "--with-decryption")
    kms.disable_key(KeyId=key)
    refused = aws(address, *get, "--with-decryption")
    assert refused.returncode != 0
    assert "(InvalidKeyId) when calling the GetParameter operation" in refused.stderr
    assert "is disabled. (Service: AWSKMS;" in refused.stderr


def test_a_secret_is_read_until_its_key_is_disabled(address: str) -> None:
    kms = client("kms", address)
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    create = ["--name", "cli/db", "--secret-string", "hunter2", "--kms-key-id", key]
    answer(address, "secretsmanager", "create-secret", *create)
    get = ["secretsmanager", "get-secret-value", "--secret-id", "cli/db"]
    assert "hunter2" in answer(address, *get)
    kms.disable_key(KeyId=key)
    refused = aws(address, *get)
    assert refused.returncode != 0
    assert "(DecryptionFailure) when calling the GetSecretValue operation" in refused.stderr


def test_an_object_is_copied_until_its_key_is_disabled(address: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("secret")
    kms = client("kms", address)
    key = kms.create_key()["KeyMetadata"]["Arn"]
    answer(address, "s3", "mb", "s3://bkt")
    to = ["s3://bkt/d/a.txt", "--sse", "aws:kms", "--sse-kms-key-id", key]
    answer(address, "s3", "cp", f"{tmp_path}/a.txt", *to)
    assert key in answer(address, "s3api", "head-object", "--bucket", "bkt", "--key", "d/a.txt")
    assert answer(address, "s3", "cp", "s3://bkt/d/a.txt", "-") == "secret"
    kms.disable_key(KeyId=key)
    refused = aws(address, "s3", "cp", "s3://bkt/d/a.txt", "-")
    assert "(KMS.DisabledException)" in refused.stderr
    assert f"{key} is disabled." in refused.stderr
    assert refused.stdout == ""
