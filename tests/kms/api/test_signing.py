"""Sign, Verify, GetPublicKey, against cryptography on the outside; and MACs."""

import hashlib
import hmac

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, mldsa, padding, rsa, utils

from kmsnb.kms.core.specs import DIGEST, KEY_SPECS, SIGN_VERIFY

from ..conftest import bring, make, refused

SIGNING = [
    (spec.name, algorithm)
    for spec in KEY_SPECS.values()
    if not spec.missing and spec.bits in (0, 2048)
    for algorithm in spec.usages.get(SIGN_VERIFY, ())
    if algorithm != "ED25519_PH_SHA_512"
]
HASHED = [(spec, algorithm) for spec, algorithm in SIGNING if algorithm in DIGEST]
HASHES = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}


def public_key(kms, key):
    return serialization.load_der_public_key(kms.get_public_key(KeyId=key)["PublicKey"])


def scheme(algorithm, prehashed=False):
    """What cryptography's sign() and verify() take for an algorithm of KMS."""
    digest = HASHES[DIGEST[algorithm]]
    how = utils.Prehashed(digest) if prehashed else digest
    if algorithm.startswith("RSASSA_PSS"):
        return padding.PSS(padding.MGF1(digest), digest.digest_size), how
    if algorithm.startswith("RSASSA"):
        return padding.PKCS1v15(), how
    if algorithm.startswith("ECDSA"):
        return (ec.ECDSA(how),)
    return ()


@pytest.mark.parametrize(("spec", "algorithm"), SIGNING)
@pytest.mark.parametrize("message", [b"m", bytes(4096)])
def test_signed_here_verified_here_and_outside(kms, spec, algorithm, message):
    key = make(kms, spec, "SIGN_VERIFY")
    signed = kms.sign(KeyId=key, Message=message, SigningAlgorithm=algorithm)
    assert (signed["KeyId"], signed["SigningAlgorithm"]) == (key, algorithm)
    request = {"KeyId": key, "Message": message, "SigningAlgorithm": algorithm}
    verified = kms.verify(Signature=signed["Signature"], **request)
    assert (verified["SignatureValid"], verified["KeyId"]) == (True, key)
    outside = scheme(algorithm) if algorithm in DIGEST else ()
    public_key(kms, key).verify(signed["Signature"], message, *outside)
    for signature in (signed["Signature"][:-1] + bytes([signed["Signature"][-1] ^ 1]), b"short"):
        with refused("KMSInvalidSignatureException", ""):
            kms.verify(Signature=signature, **request)
    with refused("KMSInvalidSignatureException", ""):
        kms.verify(Signature=signed["Signature"], **request | {"Message": b"another"})


@pytest.mark.parametrize(("spec", "algorithm"), HASHED)
def test_a_digest_is_the_message_hashed(kms, spec, algorithm):
    key = make(kms, spec, "SIGN_VERIFY")
    digest = hashlib.new(DIGEST[algorithm], b"a long message").digest()
    request = {"KeyId": key, "SigningAlgorithm": algorithm}
    signature = kms.sign(Message=digest, MessageType="DIGEST", **request)["Signature"]
    public_key(kms, key).verify(signature, digest, *scheme(algorithm, prehashed=True))
    # signed as a digest, verified as a message
    assert kms.verify(Message=b"a long message", MessageType="RAW", Signature=signature, **request)[
        "SignatureValid"
    ]
    for operation in (kms.sign, lambda **more: kms.verify(Signature=signature, **more)):
        with refused("ValidationException", f"Digest is invalid length for algorithm {algorithm}."):
            operation(Message=digest + b"x", MessageType="DIGEST", **request)
        with refused(
            "ValidationException", f"Message type EXTERNAL_MU is incompatible with key spec {spec}."
        ):
            operation(Message=bytes(64), MessageType="EXTERNAL_MU", **request)


@pytest.mark.parametrize("algorithm", [name for name in DIGEST if name.startswith("RSASSA")])
def test_signed_outside_verified_here(kms, algorithm):
    private = rsa.generate_private_key(65537, 2048)
    key = make(kms, "RSA_2048", "SIGN_VERIFY", Origin="EXTERNAL")
    der = private.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    bring(kms, key, der, algorithm="RSA_AES_KEY_WRAP_SHA_256")
    signature = private.sign(b"m", *scheme(algorithm))
    assert kms.verify(KeyId=key, Message=b"m", Signature=signature, SigningAlgorithm=algorithm)[
        "SignatureValid"
    ]


@pytest.mark.parametrize("algorithm", ["RSASSA_PSS_SHA_256", "RSASSA_PSS_SHA_384", "RSASSA_PSS_SHA_512"])
def test_the_salt_of_pss_is_as_long_as_the_digest(kms, algorithm):
    key = make(kms, "RSA_2048", "SIGN_VERIFY")
    signature = kms.sign(KeyId=key, Message=b"m", SigningAlgorithm=algorithm)["Signature"]
    digest = HASHES[DIGEST[algorithm]]
    public_key(kms, key).verify(
        signature, b"m", padding.PSS(padding.MGF1(digest), digest.digest_size), digest
    )


def test_ed25519_takes_whole_messages_only(kms):
    key = make(kms, "ECC_NIST_EDWARDS25519", "SIGN_VERIFY")
    for message_type in ("DIGEST", "EXTERNAL_MU"):
        with refused(
            "ValidationException",
            f"Message type {message_type} is incompatible with algorithm ED25519_SHA_512.",
        ):
            kms.sign(
                KeyId=key, Message=bytes(64), MessageType=message_type, SigningAlgorithm="ED25519_SHA_512"
            )
    with refused("UnsupportedOperationException"):
        kms.sign(KeyId=key, Message=bytes(64), MessageType="DIGEST", SigningAlgorithm="ED25519_PH_SHA_512")


@pytest.mark.parametrize(
    ("spec", "kind"),
    [
        ("ML_DSA_44", mldsa.MLDSA44PublicKey),
        ("ML_DSA_65", mldsa.MLDSA65PublicKey),
        ("ML_DSA_87", mldsa.MLDSA87PublicKey),
    ],
)
def test_ml_dsa_over_a_message_hashed_elsewhere(kms, spec, kind):
    key = make(kms, spec, "SIGN_VERIFY")
    public = public_key(kms, key)
    assert isinstance(public, kind)
    # FIPS 204, section 6.2: mu = SHAKE256(SHAKE256(public key, 64) || 0 || length of context || message, 64)
    mu = hashlib.shake_256(hashlib.shake_256(public.public_bytes_raw()).digest(64) + b"\0\0" + b"m").digest(
        64
    )
    request = {"KeyId": key, "SigningAlgorithm": "ML_DSA_SHAKE_256"}
    signature = kms.sign(Message=mu, MessageType="EXTERNAL_MU", **request)["Signature"]
    public.verify(signature, b"m")
    assert kms.verify(Message=b"m", Signature=signature, **request)["SignatureValid"]
    assert kms.verify(Message=mu, MessageType="EXTERNAL_MU", Signature=signature, **request)["SignatureValid"]
    with refused("ValidationException", "External Mu is invalid length for algorithm ML_DSA_SHAKE_256."):
        kms.sign(Message=mu[:-1], MessageType="EXTERNAL_MU", **request)
    with refused("ValidationException", f"Message type DIGEST is incompatible with key spec {spec}."):
        kms.sign(Message=bytes(64), MessageType="DIGEST", **request)


@pytest.mark.parametrize(
    ("spec", "usage", "algorithm"),
    [
        ("ECC_NIST_P256", "SIGN_VERIFY", "ECDSA_SHA_384"),
        ("ECC_SECG_P256K1", "SIGN_VERIFY", "ECDSA_SHA_512"),
        ("RSA_2048", "SIGN_VERIFY", "ECDSA_SHA_256"),
        ("ECC_NIST_P521", "SIGN_VERIFY", "RSASSA_PSS_SHA_512"),
        ("ECC_NIST_EDWARDS25519", "SIGN_VERIFY", "ECDSA_SHA_256"),
        ("ML_DSA_44", "SIGN_VERIFY", "ED25519_SHA_512"),
    ],
)
def test_algorithms_of_other_specs(kms, spec, usage, algorithm):
    text = f"Algorithm {algorithm} is incompatible with key spec {spec}."
    key = make(kms, spec, usage)
    with refused("InvalidKeyUsageException", text):
        kms.sign(KeyId=key, Message=b"m", SigningAlgorithm=algorithm)
    with refused("InvalidKeyUsageException", text):
        kms.verify(KeyId=key, Message=b"m", Signature=b"s", SigningAlgorithm=algorithm)


def test_messages_have_a_length(kms):
    key = make(kms, "ECC_NIST_P256", "SIGN_VERIFY")
    for message in (b"", bytes(4097)):
        with refused("ValidationException"):
            kms.sign(KeyId=key, Message=message, SigningAlgorithm="ECDSA_SHA_256")


@pytest.mark.parametrize(
    ("spec", "usage"), [("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT"), ("HMAC_256", "GENERATE_VERIFY_MAC")]
)
def test_secrets_have_no_public_key(kms, spec, usage):
    with refused("UnsupportedOperationException", ""):
        kms.get_public_key(KeyId=make(kms, spec, usage))


@pytest.mark.parametrize("bits", [3072, 4096])
def test_larger_rsa_keys(kms, bits):
    key = make(kms, f"RSA_{bits}", "SIGN_VERIFY")
    assert public_key(kms, key).key_size == bits
    request = {"KeyId": key, "Message": b"m", "SigningAlgorithm": "RSASSA_PSS_SHA_512"}
    signature = kms.sign(**request)["Signature"]
    assert len(signature) == bits // 8
    assert kms.verify(Signature=signature, **request)["SignatureValid"]


@pytest.mark.parametrize("bits", [224, 256, 384, 512])
def test_macs(kms, bits):
    key = make(kms, f"HMAC_{bits}", "GENERATE_VERIFY_MAC")
    request = {"KeyId": key, "Message": b"m", "MacAlgorithm": f"HMAC_SHA_{bits}"}
    answer = kms.generate_mac(**request)
    assert len(answer["Mac"]) == bits // 8
    assert (answer["KeyId"], answer["MacAlgorithm"]) == (key, f"HMAC_SHA_{bits}")
    assert kms.verify_mac(Mac=answer["Mac"], **request)["MacValid"] is True
    for request_ in (
        request | {"Message": b"n"},
        request | {"KeyId": make(kms, f"HMAC_{bits}", "GENERATE_VERIFY_MAC")},
    ):
        with refused("KMSInvalidMacException", ""):
            kms.verify_mac(Mac=answer["Mac"], **request_)
    with refused("KMSInvalidMacException", ""):
        kms.verify_mac(Mac=answer["Mac"][:-1], **request)
    assert hmac.compare_digest(answer["Mac"], kms.generate_mac(**request)["Mac"])
