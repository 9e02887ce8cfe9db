"""Rotation: new material under the same key id, by the calendar and on demand."""

from datetime import timedelta

import pytest

from ..conftest import bring, describe, make, refused


def rotations(kms, key, **more):
    return kms.list_key_rotations(KeyId=key, **more)["Rotations"]


def current(kms, key):
    return describe(kms, key)["CurrentKeyMaterialId"]


def test_on_demand_there_is_new_material_and_the_old_still_opens(kms, key):
    before = current(kms, key)
    old = kms.encrypt(KeyId=key, Plaintext=b"old")["CiphertextBlob"]
    answer = kms.rotate_key_on_demand(KeyId=key)
    assert answer["KeyId"] == key
    after = current(kms, key)
    assert after != before
    opened = kms.decrypt(CiphertextBlob=old)
    assert (opened["Plaintext"], opened["KeyMaterialId"]) == (b"old", before)
    new = kms.encrypt(KeyId=key, Plaintext=b"new")["CiphertextBlob"]
    assert kms.decrypt(CiphertextBlob=new)["KeyMaterialId"] == after
    assert kms.generate_data_key(KeyId=key, KeySpec="AES_256")["KeyMaterialId"] == after
    moved = kms.re_encrypt(CiphertextBlob=old, DestinationKeyId=key)
    assert (moved["SourceKeyMaterialId"], moved["DestinationKeyMaterialId"]) == (before, after)


def test_rotations_are_listed_with_and_without_the_first_material(kms, key, clock):
    first = current(kms, key)
    assert rotations(kms, key) == []
    when = clock.now()
    kms.rotate_key_on_demand(KeyId=key)
    rotation = {
        "KeyId": key,
        "KeyMaterialId": current(kms, key),
        "KeyMaterialState": "CURRENT",
        "RotationDate": when,
        "RotationType": "ON_DEMAND",
    }
    assert rotations(kms, key) == rotations(kms, key, IncludeKeyMaterial="ROTATIONS_ONLY") == [rotation]
    assert rotations(kms, key, IncludeKeyMaterial="ALL_KEY_MATERIAL") == [
        {"KeyId": key, "KeyMaterialId": first, "KeyMaterialState": "NON_CURRENT"},
        rotation,
    ]


def test_a_key_rotates_on_demand_25_times(kms, key):
    for _ in range(25):
        kms.rotate_key_on_demand(KeyId=key)
    with refused("LimitExceededException"):
        kms.rotate_key_on_demand(KeyId=key)
    assert len(rotations(kms, key)) == 25


def test_by_the_calendar(kms, key, clock):
    assert kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"] is False
    start = clock.now()
    kms.enable_key_rotation(KeyId=key, RotationPeriodInDays=90)
    status = kms.get_key_rotation_status(KeyId=key)
    assert status["KeyRotationEnabled"] is True
    assert status["KeyId"] == key.split("/")[1]
    assert status["RotationPeriodInDays"] == 90
    first_due = status["NextRotationDate"]
    assert timedelta(days=90) <= first_due - start < timedelta(days=90, seconds=5)
    old = kms.encrypt(KeyId=key, Plaintext=b"old")["CiphertextBlob"]
    clock.advance(days=89)
    assert rotations(kms, key) == []
    clock.advance(days=92)
    assert [(each["RotationDate"], each["RotationType"]) for each in rotations(kms, key)] == [
        (first_due, "AUTOMATIC"),
        (first_due + timedelta(days=90), "AUTOMATIC"),
    ]
    assert kms.get_key_rotation_status(KeyId=key)["NextRotationDate"] == first_due + timedelta(days=180)
    assert kms.decrypt(CiphertextBlob=old)["Plaintext"] == b"old"


def test_a_year_is_the_default_period(kms, key, clock):
    kms.enable_key_rotation(KeyId=key)
    assert kms.get_key_rotation_status(KeyId=key)["RotationPeriodInDays"] == 365
    kms.enable_key_rotation(KeyId=key, RotationPeriodInDays=100)
    assert kms.get_key_rotation_status(KeyId=key)["RotationPeriodInDays"] == 100


@pytest.mark.parametrize("days", [89, 2561])
def test_the_period_is_between_90_and_2560_days(kms, key, days):
    with refused("ValidationException"):
        kms.enable_key_rotation(KeyId=key, RotationPeriodInDays=days)
    kms.enable_key_rotation(KeyId=key, RotationPeriodInDays=2560)


def test_on_demand_leaves_the_calendar_as_it_is(kms, key, clock):
    kms.enable_key_rotation(KeyId=key, RotationPeriodInDays=90)
    due = kms.get_key_rotation_status(KeyId=key)["NextRotationDate"]
    clock.advance(days=80)
    kms.rotate_key_on_demand(KeyId=key)
    assert kms.get_key_rotation_status(KeyId=key)["NextRotationDate"] == due


def test_rotation_can_be_switched_off(kms, key, clock):
    kms.enable_key_rotation(KeyId=key)
    kms.disable_key_rotation(KeyId=key)
    clock.advance(days=1000)
    assert rotations(kms, key) == []
    status = kms.get_key_rotation_status(KeyId=key)
    assert status["KeyRotationEnabled"] is False
    assert "NextRotationDate" not in status


def test_a_disabled_key_rests_and_makes_up_for_it_once_enabled(kms, key, clock):
    kms.enable_key_rotation(KeyId=key, RotationPeriodInDays=90)
    kms.disable_key(KeyId=key)
    clock.advance(days=500)
    assert rotations(kms, key) == []
    assert kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"] is True
    enabled = clock.now()
    kms.enable_key(KeyId=key)
    (rotation,) = rotations(kms, key)
    assert timedelta(0) <= rotation["RotationDate"] - enabled < timedelta(seconds=5)
    clock.advance(days=91)
    assert len(rotations(kms, key)) == 2


def test_a_key_waiting_to_be_deleted_does_not_rotate_until_it_is_back(kms, key, clock):
    kms.enable_key_rotation(KeyId=key, RotationPeriodInDays=90)
    clock.advance(days=80)
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=30)
    clock.advance(days=20)
    assert kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"] is False
    assert rotations(kms, key) == []
    kms.cancel_key_deletion(KeyId=key)
    assert kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"] is True
    kms.enable_key(KeyId=key)
    assert len(rotations(kms, key)) == 1


@pytest.mark.parametrize(
    ("spec", "usage"), [("HMAC_256", "GENERATE_VERIFY_MAC"), ("ECC_NIST_P256", "SIGN_VERIFY")]
)
@pytest.mark.parametrize(
    "operation",
    [
        "enable_key_rotation",
        "disable_key_rotation",
        "rotate_key_on_demand",
        "list_key_rotations",
    ],
)
def test_only_symmetric_encryption_keys_rotate(kms, spec, usage, operation):
    with refused("UnsupportedOperationException", ""):
        getattr(kms, operation)(KeyId=make(kms, spec, usage))


@pytest.mark.parametrize(
    ("spec", "usage"), [("HMAC_256", "GENERATE_VERIFY_MAC"), ("ECC_NIST_P256", "SIGN_VERIFY")]
)
def test_keys_that_cannot_rotate_have_rotation_off(kms, spec, usage):
    answer = kms.get_key_rotation_status(KeyId=make(kms, spec, usage))
    assert answer["KeyRotationEnabled"] is False
    assert "RotationPeriodInDays" not in answer


def test_imported_material_does_not_rotate_by_the_calendar(kms):
    key = make(kms, Origin="EXTERNAL")
    bring(kms, key, bytes(32))
    with refused(
        "UnsupportedOperationException", f"{key} origin is EXTERNAL which is not valid for this operation."
    ):
        kms.enable_key_rotation(KeyId=key)


def test_rotations_come_in_pages(kms, key):
    for _ in range(5):
        kms.rotate_key_on_demand(KeyId=key)
    pages = kms.get_paginator("list_key_rotations").paginate(KeyId=key, PaginationConfig={"PageSize": 2})
    sizes = [len(page["Rotations"]) for page in pages]
    assert sizes == [2, 2, 1]
