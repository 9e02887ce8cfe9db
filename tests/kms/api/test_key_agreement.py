"""ECDH and ML-KEM: two parties, one secret."""

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa, x25519

from ..conftest import make, refused

CURVES = {"ECC_NIST_P256": ec.SECP256R1(), "ECC_NIST_P384": ec.SECP384R1(), "ECC_NIST_P521": ec.SECP521R1()}


def spki(public):
    return public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


@pytest.mark.parametrize("spec", CURVES)
def test_alice_in_kms_and_bob_outside(kms, spec):
    alice = make(kms, spec, "KEY_AGREEMENT")
    bob = ec.generate_private_key(CURVES[spec])
    answer = kms.derive_shared_secret(
        KeyId=alice, KeyAgreementAlgorithm="ECDH", PublicKey=spki(bob.public_key())
    )
    public = serialization.load_der_public_key(kms.get_public_key(KeyId=alice)["PublicKey"])
    assert answer["SharedSecret"] == bob.exchange(ec.ECDH(), public)
    assert (answer["KeyId"], answer["KeyOrigin"], answer["KeyAgreementAlgorithm"]) == (
        alice,
        "AWS_KMS",
        "ECDH",
    )


def test_both_in_kms(kms):
    alice, bob = (make(kms, "ECC_NIST_P256", "KEY_AGREEMENT") for _ in range(2))

    def secret(own, peer):
        public = kms.get_public_key(KeyId=peer)["PublicKey"]
        return kms.derive_shared_secret(KeyId=own, KeyAgreementAlgorithm="ECDH", PublicKey=public)[
            "SharedSecret"
        ]

    assert secret(alice, bob) == secret(bob, alice)


@pytest.mark.parametrize("peer", ["another curve", "rsa", "x25519", "nonsense", "off the curve"])
def test_peers_that_do_not_match(kms, peer):
    good = spki(ec.generate_private_key(ec.SECP256R1()).public_key())
    public = {
        "another curve": lambda: spki(ec.generate_private_key(ec.SECP384R1()).public_key()),
        "rsa": lambda: spki(rsa.generate_private_key(65537, 2048).public_key()),
        "x25519": lambda: spki(x25519.X25519PrivateKey.generate().public_key()),
        "nonsense": lambda: b"nonsense",
        "off the curve": lambda: good[:-1] + bytes([good[-1] ^ 1]),
    }[peer]()
    with refused("ValidationException", ""):
        kms.derive_shared_secret(
            KeyId=make(kms, "ECC_NIST_P256", "KEY_AGREEMENT"), KeyAgreementAlgorithm="ECDH", PublicKey=public
        )


def test_a_signing_key_agrees_on_nothing(kms):
    key = make(kms, "ECC_NIST_P256", "SIGN_VERIFY")
    with refused("InvalidKeyUsageException"):
        kms.derive_shared_secret(KeyId=key, KeyAgreementAlgorithm="ECDH", PublicKey=b"k")


@pytest.mark.parametrize(("spec", "size"), [("ML_KEM_768", 1088), ("ML_KEM_1024", 1568)])
def test_encapsulate_and_decapsulate(kms, spec, size):
    key = make(kms, spec, "ENCAPSULATE_DECAPSULATE")
    request = {"KeyId": key, "EncapsulationAlgorithm": "ML_KEM"}
    made = kms.encapsulate(**request)
    assert (len(made["SharedSecret"]), len(made["SharedSecretCiphertextBlob"])) == (32, size)
    found = kms.decapsulate(SharedSecretCiphertextBlob=made["SharedSecretCiphertextBlob"], **request)
    assert found["SharedSecret"] == made["SharedSecret"]
    assert (found["KeyId"], found["EncapsulationAlgorithm"]) == (key, "ML_KEM")
    # and by anyone who has the public key
    public = serialization.load_der_public_key(kms.get_public_key(KeyId=key)["PublicKey"])
    secret, ciphertext = public.encapsulate()
    assert kms.decapsulate(SharedSecretCiphertextBlob=ciphertext, **request)["SharedSecret"] == secret


def test_an_altered_ciphertext_yields_another_secret_and_no_error(kms):
    key = make(kms, "ML_KEM_768", "ENCAPSULATE_DECAPSULATE")
    request = {"KeyId": key, "EncapsulationAlgorithm": "ML_KEM"}
    made = kms.encapsulate(**request)
    altered = bytearray(made["SharedSecretCiphertextBlob"])
    altered[7] ^= 1
    rejected = [
        kms.decapsulate(SharedSecretCiphertextBlob=bytes(altered), **request)["SharedSecret"]
        for _ in range(2)
    ]
    assert rejected[0] == rejected[1] != made["SharedSecret"]
    assert len(rejected[0]) == 32
    other = make(kms, "ML_KEM_768", "ENCAPSULATE_DECAPSULATE")
    found = kms.decapsulate(
        KeyId=other,
        EncapsulationAlgorithm="ML_KEM",
        SharedSecretCiphertextBlob=made["SharedSecretCiphertextBlob"],
    )
    assert found["SharedSecret"] != made["SharedSecret"]


@pytest.mark.parametrize("size", [1, 1087, 1089, 1568])
def test_only_a_wrong_length_is_refused(kms, size):
    with refused("InvalidCiphertextException", ""):
        kms.decapsulate(
            KeyId=make(kms, "ML_KEM_768", "ENCAPSULATE_DECAPSULATE"),
            EncapsulationAlgorithm="ML_KEM",
            SharedSecretCiphertextBlob=bytes(size),
        )
