"""A KMS aside: what is done in it, the other does not feel."""

from typing import Any

import boto3
import pytest

import kmsnb
from kmsnb.kms import Sandbox

from ..conftest import refused


def test_keys_and_time_are_its_own_and_stay_for_the_next_block(lab: kmsnb.Lab, kms: Any, key_id: str) -> None:
    blob = kms.encrypt(KeyId=key_id, Plaintext=b"here")["CiphertextBlob"]
    before = lab.clock.now()
    aside = Sandbox()
    with aside:
        assert kms.list_keys()["Keys"] == []
        made = kms.create_key()["KeyMetadata"]["KeyId"]
        there = kms.encrypt(KeyId=made, Plaintext=b"there")["CiphertextBlob"]
        kms.schedule_key_deletion(KeyId=made, PendingWindowInDays=7)
        aside.clock.advance(days=6)
    assert lab.clock.now() == before
    assert [key["KeyId"] for key in kms.list_keys()["Keys"]] == [key_id]
    assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == b"here"
    with aside:
        with refused("KMSInvalidStateException"):
            kms.decrypt(CiphertextBlob=there)
        aside.clock.advance(days=2)
        with refused("NotFoundException"):
            kms.describe_key(KeyId=made)
    assert kms.describe_key(KeyId=key_id)["KeyMetadata"]["KeyState"] == "Enabled"


def test_its_books_are_its_own(lab: kmsnb.Lab, kms: Any, key_id: str) -> None:
    records, lines = len(lab.journal), lab.bill().lines
    with Sandbox() as aside:
        kms.create_key()
    assert len(lab.journal) == records
    assert lab.bill().lines == lines
    assert [record.name for record in aside.journal] == ["CreateKey"]


def test_permission_is_asked_as_in_the_lab(lab: kmsnb.Lab) -> None:
    nobody = lab.user("nobody").client("kms")
    with Sandbox(), refused("AccessDeniedException"):
        nobody.create_key()


def test_the_other_is_back_after_an_error(kms: Any, key_id: str) -> None:
    with pytest.raises(ZeroDivisionError), Sandbox():
        _ = 1 / 0
    assert kms.describe_key(KeyId=key_id)


def test_two_at_a_time_but_none_within_itself(kms: Any) -> None:
    one, two = Sandbox(), Sandbox()
    with one:
        kms.create_key()
        with two:
            assert kms.list_keys()["Keys"] == []
        assert len(kms.list_keys()["Keys"]) == 1
        with pytest.raises(RuntimeError, match="do not nest"):
            one.__enter__()
    assert kms.list_keys()["Keys"] == []


def test_without_a_lab_moto_is_served_again() -> None:
    from moto import mock_aws

    with mock_aws():
        kms = boto3.client("kms", region_name="us-east-1")
        kms.create_key()
        with Sandbox():
            assert kms.list_keys()["Keys"] == []
        assert len(kms.list_keys()["Keys"]) == 1
