"""Data keys and data key pairs."""

import pytest
from cryptography.hazmat.primitives import serialization

from kmsnb.kms.core.specs import KEY_SPECS

from ..conftest import describe, make, refused

PAIRS = [
    spec.name
    for spec in KEY_SPECS.values()
    if spec.asymmetric and not spec.missing and spec.family != "ML_DSA" and spec.bits in (0, 2048)
]


@pytest.mark.parametrize(
    ("request_", "size"),
    [
        ({"KeySpec": "AES_128"}, 16),
        ({"KeySpec": "AES_256"}, 32),
        ({"NumberOfBytes": 1}, 1),
        ({"NumberOfBytes": 1024}, 1024),
    ],
)
def test_a_data_key_in_plaintext_and_wrapped(kms, key, request_, size):
    answer = kms.generate_data_key(KeyId=key, EncryptionContext={"a": "b"}, **request_)
    assert len(answer["Plaintext"]) == size
    assert answer["KeyId"] == key
    assert answer["KeyMaterialId"] == describe(kms, key)["CurrentKeyMaterialId"]
    opened = kms.decrypt(CiphertextBlob=answer["CiphertextBlob"], EncryptionContext={"a": "b"})
    assert opened["Plaintext"] == answer["Plaintext"]
    with refused("InvalidCiphertextException"):
        kms.decrypt(CiphertextBlob=answer["CiphertextBlob"])


def test_each_is_another(kms, key):
    keys = {kms.generate_data_key(KeyId=key, KeySpec="AES_256")["Plaintext"] for _ in range(10)}
    assert len(keys) == 10


def test_without_plaintext_there_is_only_the_wrapped(kms, key):
    answer = kms.generate_data_key_without_plaintext(KeyId=key, KeySpec="AES_256")
    assert "Plaintext" not in answer
    assert len(kms.decrypt(CiphertextBlob=answer["CiphertextBlob"])["Plaintext"]) == 32


@pytest.mark.parametrize("operation", ["generate_data_key", "generate_data_key_without_plaintext"])
def test_either_spec_or_number_of_bytes(kms, key, operation):
    for request in ({}, {"KeySpec": "AES_256", "NumberOfBytes": 32}):
        with refused("ValidationException", "Please specify either number of bytes or key spec."):
            getattr(kms, operation)(KeyId=key, **request)
    for request in ({"NumberOfBytes": 0}, {"NumberOfBytes": 1025}, {"KeySpec": "AES_192"}):
        with refused("ValidationException"):
            getattr(kms, operation)(KeyId=key, **request)


def test_only_symmetric_encryption_keys_wrap(kms):
    rsa = make(kms, "RSA_2048", "ENCRYPT_DECRYPT")
    hmac = make(kms, "HMAC_256", "GENERATE_VERIFY_MAC")
    for operation, request in (
        ("GenerateDataKey", {"KeySpec": "AES_256"}),
        ("GenerateDataKeyWithoutPlaintext", {"KeySpec": "AES_256"}),
        ("GenerateDataKeyPair", {"KeyPairSpec": "RSA_2048"}),
        ("GenerateDataKeyPairWithoutPlaintext", {"KeyPairSpec": "RSA_2048"}),
    ):
        method = getattr(
            kms,
            "generate_data_key"
            + operation[15:].replace("Pair", "_pair").replace("WithoutPlaintext", "_without_plaintext"),
        )
        with refused("InvalidKeyUsageException", "You cannot generate a data key with an asymmetric CMK"):
            method(KeyId=rsa, **request)
        with refused(
            "InvalidKeyUsageException",
            f"{hmac} key usage is GENERATE_VERIFY_MAC which is not valid for {operation}.",
        ):
            method(KeyId=hmac, **request)


@pytest.mark.parametrize("spec", PAIRS)
def test_a_pair_of_every_kind(kms, key, spec):
    answer = kms.generate_data_key_pair(KeyId=key, KeyPairSpec=spec)
    assert (answer["KeyPairSpec"], answer["KeyId"]) == (spec, key)
    private = serialization.load_der_private_key(answer["PrivateKeyPlaintext"], None)
    assert answer["PublicKey"] == private.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    opened = kms.decrypt(CiphertextBlob=answer["PrivateKeyCiphertextBlob"])
    assert opened["Plaintext"] == answer["PrivateKeyPlaintext"]


def test_a_pair_without_plaintext(kms, key):
    answer = kms.generate_data_key_pair_without_plaintext(KeyId=key, KeyPairSpec="ECC_NIST_P256")
    assert "PrivateKeyPlaintext" not in answer
    private = serialization.load_der_private_key(
        kms.decrypt(CiphertextBlob=answer["PrivateKeyCiphertextBlob"])["Plaintext"], None
    )
    assert private.key_size == 256


def test_ml_kem_private_keys_are_seeds_of_one_length(kms, key):
    """And what one side encapsulates, the other decapsulates, outside KMS."""
    lengths = set()
    for spec in ("ML_KEM_768", "ML_KEM_1024"):
        answer = kms.generate_data_key_pair(KeyId=key, KeyPairSpec=spec)
        lengths.add(len(answer["PrivateKeyPlaintext"]))
        secret, ciphertext = serialization.load_der_public_key(answer["PublicKey"]).encapsulate()
        private = serialization.load_der_private_key(answer["PrivateKeyPlaintext"], None)
        assert private.decapsulate(ciphertext) == secret
    assert len(lengths) == 1


def test_ml_dsa_is_no_data_key_pair(kms, key):
    with refused("ValidationException"):
        kms.generate_data_key_pair(KeyId=key, KeyPairSpec="ML_DSA_44")
