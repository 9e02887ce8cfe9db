"""Key states: what each operation says to a key that is disabled, pending import or pending deletion."""

import pytest

from ..conftest import describe, make, refused

PRINCIPAL = "arn:aws:iam::123456789012:role/Worker"

#: Operations that use a key: the kind of key, and the call.
USES = {
    "encrypt": ("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT", {"Plaintext": b"p"}),
    "generate_data_key": ("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT", {"KeySpec": "AES_256"}),
    "generate_data_key_without_plaintext": ("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT", {"KeySpec": "AES_256"}),
    "generate_data_key_pair": ("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT", {"KeyPairSpec": "ECC_NIST_P256"}),
    "generate_data_key_pair_without_plaintext": (
        "SYMMETRIC_DEFAULT",
        "ENCRYPT_DECRYPT",
        {"KeyPairSpec": "ECC_NIST_P256"},
    ),
    "sign": ("ECC_NIST_P256", "SIGN_VERIFY", {"Message": b"m", "SigningAlgorithm": "ECDSA_SHA_256"}),
    "verify": (
        "ECC_NIST_P256",
        "SIGN_VERIFY",
        {"Message": b"m", "Signature": b"s", "SigningAlgorithm": "ECDSA_SHA_256"},
    ),
    "get_public_key": ("ECC_NIST_P256", "SIGN_VERIFY", {}),
    "generate_mac": ("HMAC_256", "GENERATE_VERIFY_MAC", {"Message": b"m", "MacAlgorithm": "HMAC_SHA_256"}),
    "verify_mac": (
        "HMAC_256",
        "GENERATE_VERIFY_MAC",
        {"Message": b"m", "Mac": b"m", "MacAlgorithm": "HMAC_SHA_256"},
    ),
    "derive_shared_secret": (
        "ECC_NIST_P256",
        "KEY_AGREEMENT",
        {"KeyAgreementAlgorithm": "ECDH", "PublicKey": b"k"},
    ),
    "encapsulate": ("ML_KEM_768", "ENCAPSULATE_DECAPSULATE", {"EncapsulationAlgorithm": "ML_KEM"}),
    "decapsulate": (
        "ML_KEM_768",
        "ENCAPSULATE_DECAPSULATE",
        {"EncapsulationAlgorithm": "ML_KEM", "SharedSecretCiphertextBlob": bytes(1088)},
    ),
    "create_grant": (
        "SYMMETRIC_DEFAULT",
        "ENCRYPT_DECRYPT",
        {"GranteePrincipal": PRINCIPAL, "Operations": ["Encrypt"]},
    ),
}


def disabled(kms, key):
    kms.disable_key(KeyId=key)
    return "DisabledException", f"{key} is disabled."


def dying(kms, key):
    kms.schedule_key_deletion(KeyId=key)
    return "KMSInvalidStateException", f"{key} is pending deletion."


@pytest.mark.parametrize("unable", [disabled, dying])
@pytest.mark.parametrize("operation", USES)
def test_an_unusable_key_is_not_used(kms, operation, unable):
    spec, usage, parameters = USES[operation]
    key = make(kms, spec, usage)
    with refused(*unable(kms, key)):
        getattr(kms, operation)(KeyId=key, **parameters)


@pytest.mark.parametrize("operation", USES)
def test_a_key_without_material_is_not_used(kms, operation):
    spec, usage, parameters = USES[operation]
    key = make(kms, spec, usage, Origin="EXTERNAL")
    with refused("KMSInvalidStateException", f"{key} is pending import."):
        getattr(kms, operation)(KeyId=key, **parameters)


@pytest.mark.parametrize("unable", [disabled, dying])
@pytest.mark.parametrize("named", [True, False])
def test_decrypt_and_re_encrypt_mind_the_state_of_both_keys(kms, key, unable, named):
    good = make(kms)
    sealed = kms.encrypt(KeyId=key, Plaintext=b"p")["CiphertextBlob"]
    fresh = kms.encrypt(KeyId=good, Plaintext=b"p")["CiphertextBlob"]
    code, text = unable(kms, key)
    with refused(code, text):
        kms.decrypt(CiphertextBlob=sealed, **({"KeyId": key} if named else {}))
    with refused(code, text):
        kms.re_encrypt(
            CiphertextBlob=sealed, DestinationKeyId=good, **({"SourceKeyId": key} if named else {})
        )
    with refused(code, text):
        kms.re_encrypt(CiphertextBlob=fresh, DestinationKeyId=key)


#: Management operations on a key that is pending deletion, and the rest of their parameters.
NOT_WHILE_DYING = {
    "enable_key": {},
    "disable_key": {},
    "schedule_key_deletion": {},
    "update_key_description": {"Description": "d"},
    "tag_resource": {"Tags": [{"TagKey": "k", "TagValue": "v"}]},
    "untag_resource": {"TagKeys": ["k"]},
    "enable_key_rotation": {},
    "disable_key_rotation": {},
    "rotate_key_on_demand": {},
}


@pytest.mark.parametrize("operation", NOT_WHILE_DYING)
def test_a_dying_key_is_not_changed(kms, key, operation):
    kms.schedule_key_deletion(KeyId=key)
    with refused("KMSInvalidStateException", f"{key} is pending deletion."):
        getattr(kms, operation)(KeyId=key, **NOT_WHILE_DYING[operation])


def test_a_dying_key_gets_no_alias(kms, key):
    kms.create_alias(AliasName="alias/old", TargetKeyId=make(kms))
    kms.schedule_key_deletion(KeyId=key)
    for operation, name in ((kms.create_alias, "alias/new"), (kms.update_alias, "alias/old")):
        with refused("KMSInvalidStateException", f"{key} is pending deletion."):
            operation(AliasName=name, TargetKeyId=key)


def test_a_dying_key_can_be_looked_at_and_its_policy_changed(kms, key):
    kms.create_alias(AliasName="alias/a", TargetKeyId=key)
    policy = kms.get_key_policy(KeyId=key)["Policy"]
    kms.schedule_key_deletion(KeyId=key)
    kms.put_key_policy(KeyId=key, Policy=policy)
    for look in (
        kms.list_key_policies,
        kms.list_resource_tags,
        kms.list_grants,
        kms.list_key_rotations,
        kms.get_key_last_usage,
    ):
        look(KeyId=key)
    assert kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"] is False
    kms.delete_alias(AliasName="alias/a")


@pytest.mark.parametrize(
    ("operation", "parameters", "code"),
    [
        ("enable_key", {}, "KMSInvalidStateException"),
        ("disable_key", {}, "KMSInvalidStateException"),
        ("rotate_key_on_demand", {}, "KMSInvalidStateException"),
        ("enable_key_rotation", {}, "UnsupportedOperationException"),
        ("disable_key_rotation", {}, "UnsupportedOperationException"),
        ("get_key_rotation_status", {}, "UnsupportedOperationException"),
        ("cancel_key_deletion", {}, "KMSInvalidStateException"),
    ],
)
def test_a_key_without_material_cannot_be_switched_or_rotated(kms, operation, parameters, code):
    key = make(kms, Origin="EXTERNAL")
    with refused(code):
        getattr(kms, operation)(KeyId=key, **parameters)


def test_on_and_off(kms, key):
    kms.disable_key(KeyId=key)
    kms.disable_key(KeyId=key)
    assert (describe(kms, key)["KeyState"], describe(kms, key)["Enabled"]) == ("Disabled", False)
    kms.enable_key(KeyId=key)
    assert (describe(kms, key)["KeyState"], describe(kms, key)["Enabled"]) == ("Enabled", True)


def test_a_disabled_key_does_not_rotate(kms, key):
    kms.disable_key(KeyId=key)
    for operation in (kms.enable_key_rotation, kms.disable_key_rotation, kms.rotate_key_on_demand):
        with refused("DisabledException", f"{key} is disabled."):
            operation(KeyId=key)


# Deletion


@pytest.mark.parametrize("days", [7, 30])
def test_the_window_is_between_7_and_30_days(kms, key, clock, days):
    deleted = clock.now()
    answer = kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=days)
    assert (answer["KeyId"], answer["KeyState"], answer["PendingWindowInDays"]) == (
        key,
        "PendingDeletion",
        days,
    )
    assert (answer["DeletionDate"] - deleted).days == days
    metadata = describe(kms, key)
    assert (metadata["KeyState"], metadata["Enabled"]) == ("PendingDeletion", False)
    assert metadata["DeletionDate"] == answer["DeletionDate"]


@pytest.mark.parametrize("days", [0, 1, 6, 31, 365, 366])
def test_another_window_is_refused(kms, key, days):
    with refused("ValidationException"):
        kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=days)
    assert describe(kms, key)["KeyState"] == "Enabled"


def test_thirty_days_is_the_default(kms, key):
    assert kms.schedule_key_deletion(KeyId=key)["PendingWindowInDays"] == 30


def test_a_canceled_deletion_leaves_the_key_disabled(kms, key, clock):
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    clock.advance(days=6)
    assert kms.cancel_key_deletion(KeyId=key)["KeyId"] == key
    assert describe(kms, key)["KeyState"] == "Disabled"
    assert "DeletionDate" not in describe(kms, key)
    clock.advance(days=100)
    kms.enable_key(KeyId=key)
    kms.encrypt(KeyId=key, Plaintext=b"p")


def test_only_a_scheduled_deletion_can_be_canceled(kms, key):
    with refused("KMSInvalidStateException", f"{key} is not pending deletion."):
        kms.cancel_key_deletion(KeyId=key)


def test_when_its_time_has_come_the_key_is_gone_with_its_aliases_and_grants(kms, key, clock):
    kms.create_alias(AliasName="alias/gone", TargetKeyId=key)
    kms.create_grant(
        KeyId=key, GranteePrincipal=PRINCIPAL, RetiringPrincipal=PRINCIPAL, Operations=["Encrypt"]
    )
    other = make(kms)
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    clock.advance(days=6, hours=23)
    assert describe(kms, key)["KeyState"] == "PendingDeletion"
    clock.advance(hours=1)
    with refused("NotFoundException", f"Key '{key}' does not exist"):
        kms.describe_key(KeyId=key)
    with refused("NotFoundException", f"Alias {key.rsplit(':', 1)[0]}:alias/gone is not found."):
        kms.describe_key(KeyId="alias/gone")
    assert [each["KeyArn"] for each in kms.list_keys()["Keys"]] == [other]
    assert kms.list_retirable_grants(RetiringPrincipal=PRINCIPAL)["Grants"] == []
    kms.create_alias(AliasName="alias/gone", TargetKeyId=other)
    with refused("NotFoundException"):
        kms.cancel_key_deletion(KeyId=key)


def test_deletions_happen_in_the_order_of_their_dates(kms, clock):
    keys = [make(kms) for _ in range(4)]
    for key, days in zip(keys, (10, 7, 30, 8), strict=True):
        kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=days)
    clock.advance(days=9)
    assert {each["KeyArn"] for each in kms.list_keys()["Keys"]} == {keys[0], keys[2]}
