"""moto's server with our KMS in it: any client of any language, and the AWS CLI."""

import base64
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import boto3
import pytest

import kmsnb.kms
from kmsnb.kms import ManualClock

from ..conftest import refused

server = pytest.importorskip("moto.server", reason="moto's server needs Flask: pip install moto[server]")


@pytest.fixture(scope="module")
def address():
    kmsnb.kms.install(clock=ManualClock())
    running = server.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    yield f"http://{host}:{port}"
    running.stop()
    kmsnb.kms.uninstall()


@pytest.fixture
def kms(address):
    return client(address)


def client(address):
    return boto3.client(
        "kms",
        region_name="eu-central-1",
        endpoint_url=address,
        aws_access_key_id="made",
        aws_secret_access_key="up",
    )


def test_boto3_over_the_wire(kms):
    key = kms.create_key()["KeyMetadata"]
    assert "CurrentKeyMaterialId" in key
    assert key["Arn"].startswith("arn:aws:kms:eu-central-1:")
    sealed = kms.encrypt(KeyId=key["KeyId"], Plaintext=b"p", EncryptionContext={"a": "b"})["CiphertextBlob"]
    assert kms.decrypt(CiphertextBlob=sealed, EncryptionContext={"a": "b"})["Plaintext"] == b"p"
    with refused("InvalidCiphertextException", ""):
        kms.decrypt(CiphertextBlob=sealed)
    with refused("UnsupportedOperationException"):
        kms.connect_custom_key_store(CustomKeyStoreId="cks-1")


@pytest.mark.parametrize("variable", ["AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT"])
def test_clients_that_are_set_to_another_endpoint_of_aws_reach_it_too(address, monkeypatch, variable):
    monkeypatch.setenv(variable, "true")
    monkeypatch.setenv("AWS_ENDPOINT_URL_KMS", address)
    kms = boto3.client("kms", "eu-west-2", aws_access_key_id="made", aws_secret_access_key="up")
    assert kms.meta.endpoint_url == address
    assert ":eu-west-2:" in kms.create_key()["KeyMetadata"]["Arn"]


def test_a_stack_over_the_wire(address, kms):
    stacks = boto3.client(
        "cloudformation",
        region_name="eu-central-1",
        endpoint_url=address,
        aws_access_key_id="made",
        aws_secret_access_key="up",
    )

    def create(name, **properties):
        key = {"Type": "AWS::KMS::Key", "Properties": properties}
        stacks.create_stack(StackName=name, TemplateBody=json.dumps({"Resources": {"Key": key}}))
        return stacks.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]

    assert create("refused", KeySpec="NONE") == "ROLLBACK_COMPLETE"
    assert create("works", KeySpec="RSA_2048") == "CREATE_COMPLETE"
    (resource,) = stacks.describe_stack_resources(StackName="works")["StackResources"]
    assert kms.describe_key(KeyId=resource["PhysicalResourceId"])["KeyMetadata"]["KeySpec"] == "RSA_2048"


def test_calls_at_the_same_time(address):
    key = client(address).create_key()["KeyMetadata"]["Arn"]

    def work(n):
        kms = client(address)
        kms.tag_resource(KeyId=key, Tags=[{"TagKey": str(n), "TagValue": ""}])
        sealed = kms.encrypt(KeyId=key, Plaintext=bytes([n + 1]))["CiphertextBlob"]
        return kms.decrypt(CiphertextBlob=sealed)["Plaintext"]

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(work, range(12))) == [bytes([n + 1]) for n in range(12)]
    assert len(client(address).list_resource_tags(KeyId=key)["Tags"]) == 12


def test_the_aws_cli(address, tmp_path):
    aws = Path(sys.executable).with_name("aws")
    if not aws.exists():
        pytest.skip("the AWS CLI is not installed beside this Python: pip install awscli")
    home = {
        "AWS_ACCESS_KEY_ID": "made",
        "AWS_SECRET_ACCESS_KEY": "up",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }

    def run(*arguments, ok=True):
        command = [str(aws), "--endpoint-url", address, "--region", "eu-central-1", "--output", "json", "kms"]
        done = subprocess.run(
            [*command, *arguments], check=False, capture_output=True, text=True, env=os.environ | home
        )
        assert (done.returncode == 0) == ok, done.stderr
        return json.loads(done.stdout or "null") if ok else done.stderr

    key = run("create-key", "--description", "by the CLI")["KeyMetadata"]["KeyId"]
    plain = tmp_path / "plain"
    plain.write_bytes(b"from a file")
    sealed = run("encrypt", "--key-id", key, "--plaintext", f"fileb://{plain}")["CiphertextBlob"]
    blob = tmp_path / "sealed"
    blob.write_bytes(base64.b64decode(sealed))
    opened = run("decrypt", "--ciphertext-blob", f"fileb://{blob}")
    assert base64.b64decode(opened["Plaintext"]) == b"from a file"
    run("disable-key", "--key-id", key)
    refusal = run("decrypt", "--ciphertext-blob", f"fileb://{blob}", ok=False)
    assert "DisabledException" in refusal
