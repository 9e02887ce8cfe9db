"""Multi-Region keys: one key in several Regions."""

import os
import re
from datetime import timedelta

import pytest

from ..conftest import ACCOUNT, bring, describe, make, refused

HERE, THERE, ELSEWHERE = "us-east-1", "eu-west-1", "ap-southeast-2"


@pytest.fixture
def primary(kms):
    return make(kms, MultiRegion=True)


def replicate(kms, primary, region=THERE, **more):
    return kms.replicate_key(KeyId=primary, ReplicaRegion=region, **more)["ReplicaKeyMetadata"]["Arn"]


def test_a_multi_region_key_is_known_by_its_id(kms, primary):
    assert re.fullmatch(f"arn:aws:kms:us-east-1:{ACCOUNT}:key/mrk-[0-9a-f]{{32}}", primary)
    metadata = describe(kms, primary)
    assert metadata["MultiRegion"] is True
    assert metadata["MultiRegionConfiguration"] == {
        "MultiRegionKeyType": "PRIMARY",
        "PrimaryKey": {"Arn": primary, "Region": HERE},
        "ReplicaKeys": [],
    }


def test_a_replica_has_the_same_id_and_its_own_everything_else(aws, kms, primary):
    answer = kms.replicate_key(
        KeyId=primary, ReplicaRegion=THERE, Description="there", Tags=[{"TagKey": "a", "TagValue": "b"}]
    )
    metadata = answer["ReplicaKeyMetadata"]
    assert metadata["KeyState"] == "Creating"
    replica = metadata["Arn"]
    assert replica == primary.replace(HERE, THERE)
    assert answer["ReplicaTags"] == [{"TagKey": "a", "TagValue": "b"}]
    assert "key-default-1" in answer["ReplicaPolicy"]
    there = aws(THERE)
    seen_there, seen_here = describe(there, replica), describe(kms, primary)
    assert (seen_there["KeyState"], seen_there["Description"]) == ("Enabled", "there")
    assert seen_there["MultiRegionConfiguration"] == {
        "MultiRegionKeyType": "REPLICA",
        "PrimaryKey": {"Arn": primary, "Region": HERE},
        "ReplicaKeys": [{"Arn": replica, "Region": THERE}],
    }
    assert seen_here["MultiRegionConfiguration"]["ReplicaKeys"] == [{"Arn": replica, "Region": THERE}]
    assert seen_here["Description"] == ""
    assert kms.list_resource_tags(KeyId=primary)["Tags"] == []
    there.disable_key(KeyId=replica)
    assert describe(kms, primary)["KeyState"] == "Enabled"


def test_encrypt_here_decrypt_there(aws, kms, primary):
    sealed = kms.encrypt(KeyId=primary, Plaintext=b"p")["CiphertextBlob"]
    there = aws(THERE)
    with refused("AccessDeniedException"):
        there.decrypt(CiphertextBlob=sealed)
    replica = replicate(kms, primary)
    for more in ({}, {"KeyId": replica}):
        opened = there.decrypt(CiphertextBlob=sealed, **more)
        assert (opened["Plaintext"], opened["KeyId"]) == (b"p", replica)


@pytest.mark.parametrize(
    ("spec", "usage", "operation", "parameters"),
    [
        (
            "HMAC_256",
            "GENERATE_VERIFY_MAC",
            "generate_mac",
            {"Message": b"m", "MacAlgorithm": "HMAC_SHA_256"},
        ),
        ("ECC_NIST_P256", "SIGN_VERIFY", "get_public_key", {}),
    ],
)
def test_keys_of_all_kinds_can_be_replicated(aws, kms, spec, usage, operation, parameters):
    primary = make(kms, spec, usage, MultiRegion=True)
    replica = replicate(kms, primary)
    answers = [
        getattr(client, operation)(KeyId=key, **parameters)
        for client, key in ((kms, primary), (aws(THERE), replica))
    ]
    member = "Mac" if spec.startswith("HMAC") else "PublicKey"
    assert answers[0][member] == answers[1][member]


def test_what_cannot_be_replicated(aws, kms, primary, key):
    with refused("UnsupportedOperationException", f"{key} is not a multi-region primary key."):
        replicate(kms, key)
    replica = replicate(kms, primary)
    with refused("UnsupportedOperationException", f"{replica} is not a multi-region primary key."):
        replicate(aws(THERE), replica, ELSEWHERE)
    for region in (HERE, THERE):
        with refused("AlreadyExistsException"):
            replicate(kms, primary, region)
    for region in ("us-nowhere-1", "cn-north-1", "Nonsense"):
        with refused("ValidationException"):
            replicate(kms, primary, region)
    kms.disable_key(KeyId=primary)
    with refused("DisabledException"):
        replicate(kms, primary, ELSEWHERE)


def test_a_bad_replica_is_not_half_made(aws, kms, primary):
    with refused("MalformedPolicyDocumentException"):
        replicate(kms, primary, Policy="{}")
    with refused("TagException"):
        replicate(kms, primary, Tags=[{"TagKey": "aws:x", "TagValue": ""}])
    assert aws(THERE).list_keys()["Keys"] == []
    replicate(kms, primary)


def test_rotation_is_one_for_all(aws, kms, primary, clock):
    replica, there = replicate(kms, primary), aws(THERE)
    old = there.encrypt(KeyId=replica, Plaintext=b"old")["CiphertextBlob"]
    kms.rotate_key_on_demand(KeyId=primary)
    assert describe(kms, primary)["CurrentKeyMaterialId"] == describe(there, replica)["CurrentKeyMaterialId"]
    new = there.encrypt(KeyId=replica, Plaintext=b"new")["CiphertextBlob"]
    assert kms.decrypt(CiphertextBlob=old)["Plaintext"] == b"old"
    assert kms.decrypt(CiphertextBlob=new)["Plaintext"] == b"new"
    kms.enable_key_rotation(KeyId=primary, RotationPeriodInDays=90)
    assert there.get_key_rotation_status(KeyId=replica)["KeyRotationEnabled"] is True
    clock.advance(days=91)
    # asked in the replica's Region, where the calendar is not kept
    assert len(there.list_key_rotations(KeyId=replica)["Rotations"]) == 2
    for operation in (there.rotate_key_on_demand, there.enable_key_rotation, there.disable_key_rotation):
        with refused("UnsupportedOperationException", f"{replica} is not a multi-region primary key."):
            operation(KeyId=replica)


def test_the_primary_region_can_be_changed(aws, kms, primary):
    replica, there = replicate(kms, primary), aws(THERE)
    kms.update_primary_region(KeyId=primary, PrimaryRegion=THERE)
    assert describe(there, replica)["MultiRegionConfiguration"] == {
        "MultiRegionKeyType": "PRIMARY",
        "PrimaryKey": {"Arn": replica, "Region": THERE},
        "ReplicaKeys": [{"Arn": primary, "Region": HERE}],
    }
    assert describe(kms, primary)["MultiRegionConfiguration"]["MultiRegionKeyType"] == "REPLICA"
    replicate(there, replica, ELSEWHERE)
    with refused("UnsupportedOperationException"):
        kms.update_primary_region(KeyId=primary, PrimaryRegion=ELSEWHERE)


def test_the_new_primary_must_be_an_enabled_replica(aws, kms, primary, key):
    with refused("NotFoundException"):
        kms.update_primary_region(KeyId=primary, PrimaryRegion=THERE)
    with refused("UnsupportedOperationException"):
        kms.update_primary_region(KeyId=key, PrimaryRegion=THERE)
    with refused("UnsupportedOperationException"):
        kms.update_primary_region(KeyId=primary, PrimaryRegion=HERE)
    replica = replicate(kms, primary)
    aws(THERE).disable_key(KeyId=replica)
    with refused("DisabledException", f"{replica} is disabled."):
        kms.update_primary_region(KeyId=primary, PrimaryRegion=THERE)


def test_a_primary_key_waits_for_its_replicas_to_go_first(aws, kms, primary, clock):
    there = aws(THERE)
    replica = replicate(kms, primary)
    answer = kms.schedule_key_deletion(KeyId=primary, PendingWindowInDays=10)
    assert (answer["KeyState"], answer["PendingWindowInDays"]) == ("PendingReplicaDeletion", 10)
    assert "DeletionDate" not in answer
    metadata = describe(kms, primary)
    assert metadata["PendingDeletionWindowInDays"] == 10
    assert "DeletionDate" not in metadata
    with refused("KMSInvalidStateException", f"{primary} is pending replica deletion."):
        kms.encrypt(KeyId=primary, Plaintext=b"p")
    clock.advance(days=100)
    assert describe(kms, primary)["KeyState"] == "PendingReplicaDeletion"
    gone = there.schedule_key_deletion(KeyId=replica, PendingWindowInDays=7)["DeletionDate"]
    clock.advance(days=8)
    metadata = describe(kms, primary)
    assert metadata["KeyState"] == "PendingDeletion"
    assert metadata["MultiRegionConfiguration"]["ReplicaKeys"] == []
    # its own wait began when the replica was deleted, whenever KMS was asked next
    assert metadata["DeletionDate"] == gone + timedelta(days=10)
    clock.advance(days=9)
    with refused("NotFoundException"):
        describe(kms, primary)


def test_all_of_it_in_one_leap(aws, kms, primary, clock):
    replica = replicate(kms, primary)
    kms.schedule_key_deletion(KeyId=primary, PendingWindowInDays=10)
    aws(THERE).schedule_key_deletion(KeyId=replica, PendingWindowInDays=7)
    clock.advance(days=18)
    with refused("NotFoundException"):
        describe(kms, primary)


def test_a_waiting_primary_can_be_kept(kms, primary):
    replicate(kms, primary)
    kms.schedule_key_deletion(KeyId=primary)
    kms.cancel_key_deletion(KeyId=primary)
    assert describe(kms, primary)["KeyState"] == "Disabled"


def test_what_a_primary_encrypted_opens_with_a_replica_that_outlives_it(aws, kms, primary, clock):
    replica, there = replicate(kms, primary), aws(THERE)
    sealed = kms.encrypt(KeyId=primary, Plaintext=b"p")["CiphertextBlob"]
    kms.update_primary_region(KeyId=primary, PrimaryRegion=THERE)
    kms.schedule_key_deletion(KeyId=primary, PendingWindowInDays=7)
    clock.advance(days=8)
    assert there.decrypt(CiphertextBlob=sealed)["KeyId"] == replica
    assert describe(there, replica)["MultiRegionConfiguration"]["ReplicaKeys"] == []
    replicate(there, replica, HERE)


def test_usage_is_counted_apart(aws, kms, primary):
    replica = replicate(kms, primary)
    kms.encrypt(KeyId=primary, Plaintext=b"p")
    assert kms.get_key_last_usage(KeyId=primary)["KeyLastUsage"]["Operation"] == "Encrypt"
    assert aws(THERE).get_key_last_usage(KeyId=replica)["KeyLastUsage"] == {}


# Imported material is not copied: it must be imported into each


@pytest.fixture
def imported(kms):
    key = make(kms, MultiRegion=True, Origin="EXTERNAL")
    material = os.urandom(32)
    bring(kms, key, material)
    return key, material


def states(kms, key):
    listed = kms.list_key_rotations(KeyId=key, IncludeKeyMaterial="ALL_KEY_MATERIAL")["Rotations"]
    return [each["KeyMaterialState"] for each in listed]


def test_a_key_without_material_cannot_be_replicated(kms):
    with refused("KMSInvalidStateException"):
        replicate(kms, make(kms, MultiRegion=True, Origin="EXTERNAL"))


def test_a_replica_needs_the_same_material(aws, kms, imported):
    (key, material), there = imported, aws(THERE)
    replica = replicate(kms, key)
    assert describe(there, replica)["KeyState"] == "PendingImport"
    for more in ({}, {"ImportType": "NEW_KEY_MATERIAL"}):
        with refused("IncorrectKeyMaterialException"):
            bring(there, replica, os.urandom(32), **more)
    bring(there, replica, material)
    sealed = kms.encrypt(KeyId=key, Plaintext=b"p")["CiphertextBlob"]
    assert there.decrypt(CiphertextBlob=sealed)["Plaintext"] == b"p"
    there.delete_imported_key_material(KeyId=replica)
    assert describe(kms, key)["KeyState"] == "Enabled"


def test_new_material_must_be_everywhere_before_the_key_rotates(aws, kms, imported):
    (key, material), there = imported, aws(THERE)
    replica = replicate(kms, key)
    bring(there, replica, material)
    second = os.urandom(32)
    second_id = bring(kms, key, second, ImportType="NEW_KEY_MATERIAL")["KeyMaterialId"]
    waiting = ["CURRENT", "PENDING_MULTI_REGION_IMPORT_AND_ROTATION"]
    assert states(kms, key) == states(there, replica) == waiting
    assert describe(there, replica)["KeyState"] == "Enabled"
    with refused("KMSInvalidStateException"):
        kms.rotate_key_on_demand(KeyId=key)
    bring(there, replica, second)
    assert states(kms, key) == states(there, replica) == ["CURRENT", "PENDING_ROTATION"]
    kms.rotate_key_on_demand(KeyId=key)
    assert states(kms, key) == states(there, replica) == ["NON_CURRENT", "CURRENT"]
    assert describe(there, replica)["CurrentKeyMaterialId"] == second_id


def test_giving_up_what_waits_gives_it_up_everywhere(aws, kms, imported):
    (key, material), there = imported, aws(THERE)
    replica = replicate(kms, key)
    bring(there, replica, material)
    waiting = bring(kms, key, os.urandom(32), ImportType="NEW_KEY_MATERIAL")["KeyMaterialId"]
    kms.delete_imported_key_material(KeyId=key, KeyMaterialId=waiting)
    assert states(kms, key) == states(there, replica) == ["CURRENT"]


def test_the_primary_region_can_change_while_material_waits(aws, kms, imported):
    (key, material), there = imported, aws(THERE)
    replica = replicate(kms, key)
    bring(there, replica, material)
    second = os.urandom(32)
    bring(kms, key, second, ImportType="NEW_KEY_MATERIAL")
    kms.update_primary_region(KeyId=key, PrimaryRegion=THERE)
    bring(there, replica, second)
    there.rotate_key_on_demand(KeyId=replica)
    assert states(kms, key) == states(there, replica) == ["NON_CURRENT", "CURRENT"]


def test_a_replica_made_while_material_waits_knows_of_both(aws, kms, imported):
    key, material = imported
    second = os.urandom(32)
    bring(kms, key, second, ImportType="NEW_KEY_MATERIAL")
    assert states(kms, key) == ["CURRENT", "PENDING_ROTATION"]
    replica, there = replicate(kms, key), aws(THERE)
    assert states(kms, key) == ["CURRENT", "PENDING_MULTI_REGION_IMPORT_AND_ROTATION"]
    bring(there, replica, material)
    bring(there, replica, second)
    kms.rotate_key_on_demand(KeyId=key)
    assert states(there, replica) == ["NON_CURRENT", "CURRENT"]
