"""The table of key specs, seen from outside: CreateKey, DescribeKey, and what each kind of key can do."""

import pytest

from kmsnb.kms.api.validation import service_model
from kmsnb.kms.core import specs

from ..conftest import ACCOUNT, describe, make, refused

POSSIBLE = [
    (spec.name, usage)
    for spec in specs.KEY_SPECS.values()
    if not spec.missing and spec.bits in (0, 2048)
    for usage in spec.usages
]
IMPOSSIBLE = [
    (spec.name, usage)
    for spec in specs.KEY_SPECS.values()
    for usage in specs.ALGORITHMS_FIELD
    if usage not in spec.usages
]


def test_the_table_has_every_spec_usage_and_algorithm_of_the_model():
    model = service_model()
    assert set(specs.KEY_SPECS) == set(model.shape_for("KeySpec").enum)
    assert set(specs.ALGORITHMS_FIELD) == set(model.shape_for("KeyUsageType").enum)
    for usage, shape in {
        "ENCRYPT_DECRYPT": "EncryptionAlgorithmSpec",
        "SIGN_VERIFY": "SigningAlgorithmSpec",
        "GENERATE_VERIFY_MAC": "MacAlgorithmSpec",
        "KEY_AGREEMENT": "KeyAgreementAlgorithmSpec",
        "ENCAPSULATE_DECAPSULATE": "EncapsulationAlgorithmSpec",
    }.items():
        algorithms = {name for spec in specs.KEY_SPECS.values() for name in spec.usages.get(usage, ())}
        assert algorithms == set(model.shape_for(shape).enum)


@pytest.mark.parametrize(("spec", "usage"), POSSIBLE)
def test_a_key_tells_its_spec_usage_and_algorithms(kms, spec, usage):
    key = make(kms, spec, usage)
    metadata = describe(kms, key)
    assert metadata["KeySpec"] == metadata["CustomerMasterKeySpec"] == spec
    assert metadata["KeyUsage"] == usage
    fields = {field: metadata[field] for field in specs.ALGORITHMS_FIELD.values() if field in metadata}
    assert fields == {specs.ALGORITHMS_FIELD[usage]: list(specs.KEY_SPECS[spec].usages[usage])}
    assert ("CurrentKeyMaterialId" in metadata) == (spec == "SYMMETRIC_DEFAULT")


@pytest.mark.parametrize(("spec", "usage"), IMPOSSIBLE)
def test_combinations_that_make_no_sense_are_refused(kms, spec, usage):
    with refused("ValidationException", f"KeyUsage {usage} is not compatible with KeySpec {spec}"):
        make(kms, spec, usage)


@pytest.mark.parametrize("spec", ["SM2", "ML_KEM_512"])
def test_specs_this_mock_lacks_are_refused_with_the_reason(kms, spec):
    usage = next(iter(specs.KEY_SPECS[spec].usages))
    with refused("UnsupportedOperationException") as _:
        make(kms, spec, usage)
    with refused(
        "UnsupportedOperationException",
        f"KeyPairSpec {spec} is not supported: {specs.KEY_SPECS[spec].missing}.",
    ):
        kms.generate_data_key_pair(KeyId=make(kms), KeyPairSpec=spec)


def test_a_plain_key_is_what_aws_makes(kms, clock):
    made = clock.now()
    metadata = kms.create_key()["KeyMetadata"]
    key_id = metadata["KeyId"]
    material = metadata.pop("CurrentKeyMaterialId")
    assert len(material) == 64
    assert metadata == {
        "AWSAccountId": ACCOUNT,
        "KeyId": key_id,
        "Arn": f"arn:aws:kms:us-east-1:{ACCOUNT}:key/{key_id}",
        "CreationDate": made,
        "Enabled": True,
        "Description": "",
        "KeyUsage": "ENCRYPT_DECRYPT",
        "KeyState": "Enabled",
        "Origin": "AWS_KMS",
        "KeyManager": "CUSTOMER",
        "CustomerMasterKeySpec": "SYMMETRIC_DEFAULT",
        "KeySpec": "SYMMETRIC_DEFAULT",
        "EncryptionAlgorithms": ["SYMMETRIC_DEFAULT"],
        "MultiRegion": False,
    }
    assert describe(kms, key_id) == metadata | {"CurrentKeyMaterialId": material}


def test_the_old_name_of_key_spec_still_works_alone(kms):
    metadata = kms.create_key(CustomerMasterKeySpec="HMAC_512", KeyUsage="GENERATE_VERIFY_MAC")["KeyMetadata"]
    assert metadata["KeySpec"] == "HMAC_512"
    with refused("ValidationException"):
        kms.create_key(CustomerMasterKeySpec="RSA_2048", KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")


@pytest.mark.parametrize("origin", ["AWS_CLOUDHSM", "EXTERNAL_KEY_STORE"])
def test_keys_in_custom_key_stores_are_refused(kms, origin):
    with refused("UnsupportedOperationException"):
        kms.create_key(Origin=origin)
    with refused("CustomKeyStoreNotFoundException"):
        kms.create_key(CustomKeyStoreId="cks-1")
    with refused("CustomKeyStoreNotFoundException"):
        kms.generate_random(NumberOfBytes=1, CustomKeyStoreId="cks-1")
    with refused("ValidationException"):
        kms.create_key(XksKeyId="x")


def test_a_custom_key_store_asked_for_by_name_is_not_found(kms):
    assert kms.describe_custom_key_stores()["CustomKeyStores"] == []
    with refused("CustomKeyStoreNotFoundException"):
        kms.describe_custom_key_stores(CustomKeyStoreName="n")


def test_pairs_are_made_only_where_a_spec_needs_one(kms, monkeypatch):
    from kmsnb.kms.core import material

    monkeypatch.setattr(
        material.rsa, "generate_private_key", lambda **_: pytest.fail("no RSA key was asked for")
    )
    make(kms)
    make(kms, "HMAC_256", "GENERATE_VERIFY_MAC")
    make(kms, "ECC_NIST_P256", "SIGN_VERIFY")
