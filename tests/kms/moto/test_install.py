"""install() and uninstall(), and what importing the package costs."""

import subprocess
import sys
import textwrap
from datetime import UTC, datetime

import boto3
import pytest
from moto import mock_aws

import kmsnb.kms
from kmsnb.kms import ManualClock

from ..conftest import client_in, refused


def test_installed_and_gone_again():
    kmsnb.kms.install()
    kmsnb.kms.install()
    with mock_aws():
        assert "CurrentKeyMaterialId" in client_in("us-east-1").create_key()["KeyMetadata"]
    kmsnb.kms.uninstall()
    with mock_aws():
        assert "CurrentKeyMaterialId" not in client_in("us-east-1").create_key()["KeyMetadata"]
    kmsnb.kms.uninstall()


def test_every_mock_begins_with_nothing(kms):
    kms.create_key()
    with mock_aws(), pytest.raises(client_in("us-east-1").exceptions.NotFoundException):
        client_in("us-east-1").describe_key(KeyId="alias/none")


def test_enforcement_is_off_unless_asked_for_and_knows_callers_by_iam():
    with kmsnb.kms.installed(), mock_aws():
        client_in("us-east-1").create_key()
    with (
        kmsnb.kms.installed(enforce=True),
        mock_aws(),
        refused("UnrecognizedClientException", "The security token included in the request is invalid."),
    ):
        client_in("us-east-1").create_key()
    with kmsnb.kms.installed(), mock_aws():
        client_in("us-east-1").create_key()


def test_without_a_clock_it_is_now():
    kmsnb.kms.install()
    with mock_aws():
        before = datetime.now(UTC)
        created = client_in("us-east-1").create_key()["KeyMetadata"]["CreationDate"]
        assert abs((created - before).total_seconds()) < 5
    kmsnb.kms.uninstall()


def test_the_manual_clock():
    clock = ManualClock()
    assert clock.now() == datetime(2026, 9, 7, 9, tzinfo=UTC)
    assert clock.advance(days=1, hours=2, minutes=3, seconds=4) == datetime(2026, 9, 8, 11, 3, 4, tzinfo=UTC)
    clock.tick()
    assert repr(clock) == "ManualClock(2026-09-08T11:03:05Z)"
    with pytest.raises(ValueError, match="forward"):
        clock.advance(days=-1)


def test_the_manual_clock_moves_a_second_a_call(kms, clock):
    start = clock.now()
    for _ in range(3):
        kms.list_keys()
    with pytest.raises(kms.exceptions.NotFoundException):
        kms.describe_key(KeyId="alias/none")
    assert (clock.now() - start).total_seconds() == 4


def test_any_object_with_now_and_tick_is_a_clock():
    class Stopped:
        ticks = 0

        def now(self):
            return datetime(2030, 1, 1, tzinfo=UTC)

        def tick(self):
            self.ticks += 1

    clock = Stopped()

    kmsnb.kms.install(clock=clock)
    with mock_aws():
        created = client_in("us-east-1").create_key()["KeyMetadata"]["CreationDate"]
    assert created == datetime(2030, 1, 1, tzinfo=UTC)
    assert clock.ticks == 1
    kmsnb.kms.uninstall()


def test_a_clock_made_from_clock_only_needs_now():
    class Stopped(kmsnb.kms.Clock):
        def now(self):
            return datetime(2030, 1, 1, tzinfo=UTC)

    kmsnb.kms.install(clock=Stopped())
    with mock_aws():
        created = client_in("us-east-1").create_key()["KeyMetadata"]["CreationDate"]
    assert created == datetime(2030, 1, 1, tzinfo=UTC)
    kmsnb.kms.uninstall()


def test_regions_and_accounts_are_apart(aws, kms, key, monkeypatch):
    assert aws("eu-west-1").list_keys()["Keys"] == []
    monkeypatch.setenv("MOTO_ACCOUNT_ID", "111122223333")
    other = aws("us-east-1")
    assert other.list_keys()["Keys"] == []
    # another account's key is named by its ARN, and used where AWS says so
    sealed = other.encrypt(KeyId=key, Plaintext=b"p")
    assert sealed["KeyId"] == key
    assert other.decrypt(CiphertextBlob=sealed["CiphertextBlob"])["Plaintext"] == b"p"
    assert other.describe_key(KeyId=key)["KeyMetadata"]["AWSAccountId"] == "123456789012"
    with pytest.raises(other.exceptions.NotFoundException):
        other.disable_key(KeyId=key)
    with pytest.raises(other.exceptions.NotFoundException):
        other.encrypt(KeyId=key.split("/")[1], Plaintext=b"p")
    with pytest.raises(other.exceptions.NotFoundException):
        other.encrypt(KeyId=key.replace("123456789012", "999999999999"), Plaintext=b"p")


def test_an_unknown_region_is_an_answer(aws):
    client = boto3.client("kms", region_name="us-nowhere-1", aws_access_key_id="a", aws_secret_access_key="b")
    with refused("ValidationException", "There is no AWS KMS in the Region us-nowhere-1."):
        client.create_key()


def in_a_fresh_python(code: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True
    ).stdout


def test_the_import_is_light():
    loaded = set(in_a_fresh_python("import kmsnb.kms, sys; print(*sys.modules)").split())
    assert not {"IPython", "ipywidgets", "matplotlib", "numpy"} & loaded
    assert not {
        name
        for name in loaded
        if name.startswith("kmsnb.") and not name.startswith(("kmsnb.kms", "kmsnb.lazy", "kmsnb.regions"))
    }
    services = {name.split(".")[1] for name in loaded if name.startswith("moto.")}
    assert not services & {"s3", "ec2", "cloudformation", "iam", "awslambda"}
