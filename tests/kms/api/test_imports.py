"""Imported key material: tokens, wrapping, expiry, re-import, several materials."""

import os
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, mldsa, mlkem, padding, rsa

from ..conftest import bring, describe, make, refused, wrap

NEW, EXISTING = "NEW_KEY_MATERIAL", "EXISTING_KEY_MATERIAL"


@pytest.fixture
def external(kms):
    return make(kms, Origin="EXTERNAL")


def parameters_for(kms, key, algorithm="RSAES_OAEP_SHA_256", spec="RSA_2048"):
    return kms.get_parameters_for_import(KeyId=key, WrappingAlgorithm=algorithm, WrappingKeySpec=spec)


def der(private):
    return private.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def materials(kms, key):
    listed = kms.list_key_rotations(KeyId=key, IncludeKeyMaterial="ALL_KEY_MATERIAL")["Rotations"]
    return [(each["KeyMaterialState"], each["ImportState"]) for each in listed]


def test_from_pending_import_to_use(kms, external):
    metadata = describe(kms, external)
    assert (metadata["KeyState"], metadata["Enabled"], metadata["Origin"]) == (
        "PendingImport",
        False,
        "EXTERNAL",
    )
    assert not {"ExpirationModel", "ValidTo", "CurrentKeyMaterialId"} & metadata.keys()
    answer = bring(kms, external, os.urandom(32))
    metadata = describe(kms, external)
    assert (metadata["KeyState"], metadata["ExpirationModel"]) == ("Enabled", "KEY_MATERIAL_DOES_NOT_EXPIRE")
    assert answer["KeyId"] == external
    assert answer["KeyMaterialId"] == metadata["CurrentKeyMaterialId"]
    sealed = kms.encrypt(KeyId=external, Plaintext=b"p")["CiphertextBlob"]
    assert kms.decrypt(CiphertextBlob=sealed)["KeyMaterialId"] == answer["KeyMaterialId"]


@pytest.mark.parametrize("spec", ["RSA_2048", "RSA_3072", "RSA_4096"])
def test_wrapping_keys_come_in_three_sizes(kms, external, clock, spec):
    now = clock.now()
    parameters = parameters_for(kms, external, spec=spec)
    public = serialization.load_der_public_key(parameters["PublicKey"])
    assert public.key_size == int(spec[4:])
    assert timedelta(hours=24) <= parameters["ParametersValidTo"] - now < timedelta(hours=24, seconds=5)
    assert parameters["KeyId"] == external
    assert len(parameters["ImportToken"]) <= 6144


def test_a_token_lives_24_hours(kms, external, clock):
    parameters = parameters_for(kms, external)
    request = {
        "KeyId": external,
        "ImportToken": parameters["ImportToken"],
        "EncryptedKeyMaterial": wrap(parameters, "RSAES_OAEP_SHA_256", bytes(32)),
        "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE",
    }
    clock.advance(hours=25)
    with refused("ExpiredImportTokenException"):
        kms.import_key_material(**request)
    fresh = parameters_for(kms, external)
    clock.advance(hours=23)
    kms.import_key_material(
        **request
        | {
            "ImportToken": fresh["ImportToken"],
            "EncryptedKeyMaterial": wrap(fresh, "RSAES_OAEP_SHA_256", bytes(32)),
        }
    )


def test_a_token_belongs_to_its_key_and_its_public_key(kms, external):
    other = make(kms, Origin="EXTERNAL")
    parameters, others = parameters_for(kms, external), parameters_for(kms, other)
    wrapped = wrap(parameters, "RSAES_OAEP_SHA_256", bytes(32))
    more = {"ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE"}
    with refused("InvalidImportTokenException"):
        kms.import_key_material(
            KeyId=external, ImportToken=others["ImportToken"], EncryptedKeyMaterial=wrapped, **more
        )
    with refused("InvalidImportTokenException"):
        kms.import_key_material(KeyId=external, ImportToken=b"none", EncryptedKeyMaterial=wrapped, **more)
    again = parameters_for(kms, external)
    with refused("InvalidCiphertextException"):
        kms.import_key_material(
            KeyId=external, ImportToken=again["ImportToken"], EncryptedKeyMaterial=wrapped, **more
        )
    kms.import_key_material(
        KeyId=external, ImportToken=parameters["ImportToken"], EncryptedKeyMaterial=wrapped, **more
    )


@pytest.mark.parametrize("size", [16, 31, 33])
def test_symmetric_material_is_32_bytes(kms, external, size):
    with refused("IncorrectKeyMaterialException"):
        bring(kms, external, bytes(size))


# Wrapping algorithms

OAEP = ("RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256")
KEY_WRAP = ("RSA_AES_KEY_WRAP_SHA_1", "RSA_AES_KEY_WRAP_SHA_256")


@pytest.mark.parametrize("algorithm", OAEP)
def test_symmetric_material_travels_under_oaep(kms, external, algorithm):
    bring(kms, external, os.urandom(32), algorithm=algorithm)
    assert describe(kms, external)["KeyState"] == "Enabled"


@pytest.mark.parametrize("algorithm", KEY_WRAP)
def test_a_private_rsa_key_travels_under_aes_key_wrap(kms, algorithm):
    private = rsa.generate_private_key(65537, 2048)
    key = make(kms, "RSA_2048", "SIGN_VERIFY", Origin="EXTERNAL")
    answer = bring(kms, key, der(private), algorithm=algorithm)
    assert "KeyMaterialId" not in answer
    signature = kms.sign(KeyId=key, Message=b"m", SigningAlgorithm="RSASSA_PKCS1_V1_5_SHA_256")["Signature"]
    private.public_key().verify(signature, b"m", padding.PKCS1v15(), hashes.SHA256())
    assert kms.get_public_key(KeyId=key)["PublicKey"] == private.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


@pytest.mark.parametrize(
    ("spec", "usage", "make_private"),
    [
        ("ECC_NIST_P256", "SIGN_VERIFY", lambda: ec.generate_private_key(ec.SECP256R1())),
        ("ECC_NIST_P384", "KEY_AGREEMENT", lambda: ec.generate_private_key(ec.SECP384R1())),
        ("ECC_SECG_P256K1", "SIGN_VERIFY", lambda: ec.generate_private_key(ec.SECP256K1())),
        ("ECC_NIST_EDWARDS25519", "SIGN_VERIFY", ed25519.Ed25519PrivateKey.generate),
        ("ML_DSA_44", "SIGN_VERIFY", mldsa.MLDSA44PrivateKey.generate),
        ("ML_KEM_768", "ENCAPSULATE_DECAPSULATE", mlkem.MLKEM768PrivateKey.generate),
    ],
)
def test_private_keys_of_all_families_can_be_imported(kms, spec, usage, make_private):
    private = make_private()
    key = make(kms, spec, usage, Origin="EXTERNAL")
    bring(kms, key, der(private))
    assert kms.get_public_key(KeyId=key)["PublicKey"] == private.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


@pytest.mark.parametrize("bits", [224, 256, 384, 512])
def test_hmac_material_is_as_long_as_the_digest(kms, bits):
    secret = os.urandom(bits // 8)
    key = make(kms, f"HMAC_{bits}", "GENERATE_VERIFY_MAC", Origin="EXTERNAL")
    with refused("IncorrectKeyMaterialException"):
        bring(kms, key, secret + b"x")
    bring(kms, key, secret)
    import hmac

    mac = kms.generate_mac(KeyId=key, Message=b"m", MacAlgorithm=f"HMAC_SHA_{bits}")["Mac"]
    assert mac == hmac.digest(secret, b"m", f"sha{bits}")


@pytest.mark.parametrize(
    ("spec", "usage", "algorithm", "wrapping"),
    [
        *(("RSA_2048", "SIGN_VERIFY", algorithm, "RSA_4096") for algorithm in OAEP),
        *(("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT", algorithm, "RSA_4096") for algorithm in KEY_WRAP),
        *(("ECC_NIST_P521", "SIGN_VERIFY", algorithm, "RSA_2048") for algorithm in OAEP),
        ("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT", "RSAES_PKCS1_V1_5", "RSA_2048"),
        ("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT", "SM2PKE", "SM2"),
    ],
)
def test_wrapping_that_does_not_fit_is_refused(kms, spec, usage, algorithm, wrapping):
    with refused("UnsupportedOperationException"):
        parameters_for(kms, make(kms, spec, usage, Origin="EXTERNAL"), algorithm, wrapping)


@pytest.mark.parametrize("algorithm", KEY_WRAP)
def test_p521_fits_under_aes_key_wrap(kms, algorithm):
    key = make(kms, "ECC_NIST_P521", "SIGN_VERIFY", Origin="EXTERNAL")
    bring(kms, key, der(ec.generate_private_key(ec.SECP521R1())), algorithm=algorithm)


def test_tampered_material_does_not_unwrap(kms):
    key = make(kms, "RSA_2048", "SIGN_VERIFY", Origin="EXTERNAL")
    parameters = parameters_for(kms, key, KEY_WRAP[1])
    wrapped = bytearray(wrap(parameters, KEY_WRAP[1], der(rsa.generate_private_key(65537, 2048))))
    for place in (0, 300, -1):
        tampered = wrapped[:]
        tampered[place] ^= 1
        with refused("InvalidCiphertextException", ""):
            kms.import_key_material(
                KeyId=key,
                ImportToken=parameters["ImportToken"],
                EncryptedKeyMaterial=bytes(tampered),
                ExpirationModel="KEY_MATERIAL_DOES_NOT_EXPIRE",
            )


@pytest.mark.parametrize("wrong", ["none", "another curve", "another family"])
def test_a_private_key_of_another_kind_is_refused(kms, wrong):
    plain = {
        "none": lambda: b"no key at all, but something",
        "another curve": lambda: der(ec.generate_private_key(ec.SECP384R1())),
        "another family": lambda: der(ed25519.Ed25519PrivateKey.generate()),
    }[wrong]()
    key = make(kms, "ECC_NIST_P256", "SIGN_VERIFY", Origin="EXTERNAL")
    with refused("IncorrectKeyMaterialException"):
        bring(kms, key, plain, algorithm=KEY_WRAP[1])


# Expiry


def test_material_expires_by_the_clock_and_comes_back(kms, external, clock):
    material = os.urandom(32)
    valid_to = clock.now() + timedelta(days=10)
    bring(kms, external, material, ExpirationModel="KEY_MATERIAL_EXPIRES", ValidTo=valid_to)
    metadata = describe(kms, external)
    assert (metadata["ExpirationModel"], metadata["ValidTo"]) == ("KEY_MATERIAL_EXPIRES", valid_to)
    sealed = kms.encrypt(KeyId=external, Plaintext=b"p")["CiphertextBlob"]
    clock.advance(days=11)
    metadata = describe(kms, external)
    assert metadata["KeyState"] == "PendingImport"
    assert not {"ExpirationModel", "ValidTo"} & metadata.keys()
    with refused("KMSInvalidStateException", f"{external} is pending import."):
        kms.decrypt(CiphertextBlob=sealed)
    bring(kms, external, material)
    assert kms.decrypt(CiphertextBlob=sealed)["Plaintext"] == b"p"
    clock.advance(days=1000)
    assert describe(kms, external)["KeyState"] == "Enabled"


def test_a_date_must_be_given_in_the_future_and_within_a_year(kms, external, clock):
    expires = {"ExpirationModel": "KEY_MATERIAL_EXPIRES"}
    for days in (-1, 366):
        with refused("ValidationException"):
            bring(kms, external, bytes(32), ValidTo=clock.now() + timedelta(days=days), **expires)
    with refused("ValidationException"):
        bring(kms, external, bytes(32), ValidTo=clock.now() + timedelta(days=1))
    bring(kms, external, bytes(32), ValidTo=clock.now() + timedelta(days=365), **expires)


def test_re_importing_moves_the_date(kms, external, clock):
    expires = {"ExpirationModel": "KEY_MATERIAL_EXPIRES"}
    bring(kms, external, bytes(32), ValidTo=clock.now() + timedelta(days=1), **expires)
    bring(kms, external, bytes(32), ValidTo=clock.now() + timedelta(days=100), **expires)
    clock.advance(days=50)
    assert describe(kms, external)["KeyState"] == "Enabled"


def test_expiry_while_waiting_for_deletion(kms, external, clock):
    bring(
        kms,
        external,
        bytes(32),
        ExpirationModel="KEY_MATERIAL_EXPIRES",
        ValidTo=clock.now() + timedelta(days=2),
    )
    kms.schedule_key_deletion(KeyId=external, PendingWindowInDays=7)
    clock.advance(days=3)
    assert describe(kms, external)["KeyState"] == "PendingDeletion"
    kms.cancel_key_deletion(KeyId=external)
    assert describe(kms, external)["KeyState"] == "PendingImport"


# Deleting and re-importing


def test_deleted_material_can_be_imported_again_and_nothing_else(kms, external):
    material = os.urandom(32)
    material_id = bring(kms, external, material)["KeyMaterialId"]
    sealed = kms.encrypt(KeyId=external, Plaintext=b"p")["CiphertextBlob"]
    answer = kms.delete_imported_key_material(KeyId=external)
    assert (answer["KeyId"], answer["KeyMaterialId"]) == (external, material_id)
    assert describe(kms, external)["KeyState"] == "PendingImport"
    kms.delete_imported_key_material(KeyId=external)
    with refused("IncorrectKeyMaterialException"):
        bring(kms, external, os.urandom(32))
    assert bring(kms, external, material)["KeyMaterialId"] == material_id
    assert kms.decrypt(CiphertextBlob=sealed)["Plaintext"] == b"p"


def test_deleting_from_a_dying_key_leaves_its_state(kms, external):
    bring(kms, external, bytes(32))
    kms.schedule_key_deletion(KeyId=external)
    kms.delete_imported_key_material(KeyId=external)
    assert describe(kms, external)["KeyState"] == "PendingDeletion"
    with refused("KMSInvalidStateException"):
        parameters_for(kms, external)


def test_what_kms_made_itself_can_neither_be_deleted_nor_replaced(kms, key):
    text = f"{key} origin is AWS_KMS which is not valid for this operation."
    with refused("UnsupportedOperationException", text):
        kms.delete_imported_key_material(KeyId=key)
    with refused("UnsupportedOperationException", text):
        kms.import_key_material(KeyId=key, ImportToken=b"t", EncryptedKeyMaterial=b"m")


def test_hmac_and_pairs_take_one_material_only(kms):
    key = make(kms, "HMAC_256", "GENERATE_VERIFY_MAC", Origin="EXTERNAL")
    bring(kms, key, bytes(32))
    with refused("IncorrectKeyMaterialException"):
        bring(kms, key, os.urandom(32))
    bring(kms, key, bytes(32))
    for more in ({"ImportType": NEW}, {"KeyMaterialDescription": "d"}, {"KeyMaterialId": 64 * "0"}):
        with refused("ValidationException"):
            bring(kms, key, bytes(32), **more)


def test_a_disabled_key_stays_disabled_when_material_is_imported_again(kms, external):
    bring(kms, external, bytes(32))
    kms.disable_key(KeyId=external)
    bring(kms, external, bytes(32))
    assert describe(kms, external)["KeyState"] == "Disabled"


# Several materials


def test_new_material_waits_until_the_key_is_rotated(kms, external):
    first, second = os.urandom(32), os.urandom(32)
    bring(kms, external, first, KeyMaterialDescription="first")
    sealed = kms.encrypt(KeyId=external, Plaintext=b"p")["CiphertextBlob"]
    before = describe(kms, external)["CurrentKeyMaterialId"]
    waiting = bring(kms, external, second, ImportType=NEW, KeyMaterialDescription="second")["KeyMaterialId"]
    assert describe(kms, external)["CurrentKeyMaterialId"] == before
    assert materials(kms, external) == [("CURRENT", "IMPORTED"), ("PENDING_ROTATION", "IMPORTED")]
    assert kms.list_key_rotations(KeyId=external)["Rotations"] == []
    kms.rotate_key_on_demand(KeyId=external)
    assert describe(kms, external)["CurrentKeyMaterialId"] == waiting
    assert materials(kms, external) == [("NON_CURRENT", "IMPORTED"), ("CURRENT", "IMPORTED")]
    (rotation,) = kms.list_key_rotations(KeyId=external)["Rotations"]
    assert (rotation["RotationType"], rotation["KeyMaterialDescription"]) == ("ON_DEMAND", "second")
    assert kms.decrypt(CiphertextBlob=sealed)["KeyMaterialId"] == before


def test_all_materials_must_be_there_for_the_key_to_work(kms, external):
    first, second = os.urandom(32), os.urandom(32)
    first_id = bring(kms, external, first)["KeyMaterialId"]
    second_id = bring(kms, external, second, ImportType=NEW)["KeyMaterialId"]
    kms.rotate_key_on_demand(KeyId=external)
    kms.delete_imported_key_material(KeyId=external, KeyMaterialId=first_id)
    assert describe(kms, external)["KeyState"] == "PendingImport"
    assert materials(kms, external) == [("NON_CURRENT", "PENDING_IMPORT"), ("CURRENT", "IMPORTED")]
    kms.delete_imported_key_material(KeyId=external)
    bring(kms, external, first, KeyMaterialId=first_id)
    assert describe(kms, external)["KeyState"] == "PendingImport"
    with refused("IncorrectKeyMaterialException"):
        bring(kms, external, second, KeyMaterialId=first_id)
    bring(kms, external, second, ImportType=EXISTING, KeyMaterialId=second_id)
    assert describe(kms, external)["KeyState"] == "Enabled"


def test_material_that_waits_can_be_given_up(kms, external):
    bring(kms, external, bytes(32))
    waiting = bring(kms, external, os.urandom(32), ImportType=NEW)["KeyMaterialId"]
    kms.delete_imported_key_material(KeyId=external, KeyMaterialId=waiting)
    assert describe(kms, external)["KeyState"] == "Enabled"
    assert materials(kms, external) == [("CURRENT", "IMPORTED")]
    bring(kms, external, os.urandom(32), ImportType=NEW)


def test_new_and_existing_mean_what_they_say(kms, external):
    with refused("IncorrectKeyMaterialException"):
        bring(kms, external, bytes(32), ImportType=EXISTING)
    with refused("ValidationException"):
        bring(kms, external, bytes(32), ImportType=NEW, KeyMaterialId=64 * "0")
    bring(kms, external, bytes(32), ImportType=NEW)
    with refused("IncorrectKeyMaterialException"):
        bring(kms, external, bytes(32), ImportType=NEW)
    with refused("IncorrectKeyMaterialException"):
        bring(kms, external, os.urandom(32))
    with refused("NotFoundException"):
        kms.delete_imported_key_material(KeyId=external, KeyMaterialId=64 * "0")


def test_the_earliest_expiry_is_the_key_s(kms, external, clock):
    expires = {"ExpirationModel": "KEY_MATERIAL_EXPIRES"}
    soon, late = clock.now() + timedelta(days=10), clock.now() + timedelta(days=20)
    bring(kms, external, bytes(32), ValidTo=late, **expires)
    bring(kms, external, os.urandom(32), ImportType=NEW, ValidTo=soon, **expires)
    # what is pending does not belong to the key yet
    assert describe(kms, external)["ValidTo"] == late
    kms.rotate_key_on_demand(KeyId=external)
    assert describe(kms, external)["ValidTo"] == soon
    clock.advance(days=11)
    assert materials(kms, external) == [("NON_CURRENT", "IMPORTED"), ("CURRENT", "PENDING_IMPORT")]
    assert describe(kms, external)["KeyState"] == "PendingImport"
