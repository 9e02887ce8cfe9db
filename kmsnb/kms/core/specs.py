"""The table of key specs: for each, its usages, their algorithms, and sizes.

Everything that depends on the kind of a key reads this table: CreateKey's checks, DescribeKey's members, and every
error for a wrong usage, algorithm or size. AWS: "Key spec reference" in the developer guide.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

ENCRYPT_DECRYPT = "ENCRYPT_DECRYPT"
SIGN_VERIFY = "SIGN_VERIFY"
GENERATE_VERIFY_MAC = "GENERATE_VERIFY_MAC"
KEY_AGREEMENT = "KEY_AGREEMENT"
ENCAPSULATE_DECAPSULATE = "ENCAPSULATE_DECAPSULATE"

SYMMETRIC_DEFAULT = "SYMMETRIC_DEFAULT"

#: The member that lists a key's algorithms in DescribeKey and GetPublicKey, by usage.
ALGORITHMS_FIELD = {
    ENCRYPT_DECRYPT: "EncryptionAlgorithms",
    SIGN_VERIFY: "SigningAlgorithms",
    GENERATE_VERIFY_MAC: "MacAlgorithms",
    KEY_AGREEMENT: "KeyAgreementAlgorithms",
    ENCAPSULATE_DECAPSULATE: "EncapsulationAlgorithms",
}

#: The usage a key must have for an operation.
USAGE_OF_OPERATION = {
    "Encrypt": ENCRYPT_DECRYPT,
    "Decrypt": ENCRYPT_DECRYPT,
    "ReEncrypt": ENCRYPT_DECRYPT,
    "GenerateDataKey": ENCRYPT_DECRYPT,
    "GenerateDataKeyWithoutPlaintext": ENCRYPT_DECRYPT,
    "GenerateDataKeyPair": ENCRYPT_DECRYPT,
    "GenerateDataKeyPairWithoutPlaintext": ENCRYPT_DECRYPT,
    "Sign": SIGN_VERIFY,
    "Verify": SIGN_VERIFY,
    "GenerateMac": GENERATE_VERIFY_MAC,
    "VerifyMac": GENERATE_VERIFY_MAC,
    "DeriveSharedSecret": KEY_AGREEMENT,
    "Encapsulate": ENCAPSULATE_DECAPSULATE,
    "Decapsulate": ENCAPSULATE_DECAPSULATE,
}

_RSA_ENCRYPTION = ("RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256")
_RSA_SIGNING = tuple(
    f"RSASSA_{padding}_SHA_{bits}" for padding in ("PKCS1_V1_5", "PSS") for bits in (256, 384, 512)
)
_ECDSA = tuple(f"ECDSA_SHA_{bits}" for bits in (256, 384, 512))
_HMAC = tuple(f"HMAC_SHA_{bits}" for bits in (224, 256, 384, 512))

#: An algorithm's digest, as ``hashlib`` calls it.
DIGEST = {
    name: f"sha{name.rpartition('_')[2]}" for name in (*_RSA_ENCRYPTION, *_RSA_SIGNING, *_ECDSA, *_HMAC)
}

DIGEST_BYTES = {"sha1": 20, "sha224": 28, "sha256": 32, "sha384": 48, "sha512": 64}


@dataclass(frozen=True)
class KeySpec:
    """One row of the table.

    ``family`` is the class of cryptography (see ``material``). ``usages`` maps each permitted usage to its algorithms,
    in AWS's order. ``bits`` is the size of an RSA modulus, ``key_bytes`` the length of a
    symmetric key, ``ciphertext_bytes`` that of an encapsulated shared secret. ``missing`` says why this
    KMS cannot make such a key, where AWS could.
    """

    name: str
    family: str
    usages: Mapping[str, tuple[str, ...]] = field(hash=False)
    bits: int = 0
    key_bytes: int = 0
    ciphertext_bytes: int = 0
    missing: str = ""

    @property
    def symmetric(self) -> bool:
        """Whether this is a symmetric encryption key: only these generate data keys, rotate and take an encryption context."""
        return self.family == "AES"

    @property
    def asymmetric(self) -> bool:
        """Whether this is a key pair."""
        return self.family not in ("AES", "HMAC")

    @property
    def kind(self) -> str:
        """``symmetric``, ``asymmetric`` or ``HMAC``: an alias can only be moved between keys of one type."""
        return "asymmetric" if self.asymmetric else "HMAC" if self.family == "HMAC" else "symmetric"

    def largest_plaintext(self, algorithm: str) -> int:
        """How many bytes RSAES-OAEP encrypts: k - 2h - 2 (RFC 8017, section 7.1.1), k and h being the bytes of modulus and digest."""
        return self.bits // 8 - 2 * DIGEST_BYTES[DIGEST[algorithm]] - 2


def _rsa(bits: int) -> KeySpec:
    usages = {ENCRYPT_DECRYPT: _RSA_ENCRYPTION, SIGN_VERIFY: _RSA_SIGNING}
    return KeySpec(f"RSA_{bits}", "RSA", usages, bits=bits)


def _nist(curve: str, signing: str) -> KeySpec:
    return KeySpec(f"ECC_NIST_{curve}", "EC", {SIGN_VERIFY: (signing,), KEY_AGREEMENT: ("ECDH",)})


def _hmac(bits: int) -> KeySpec:
    usages = {GENERATE_VERIFY_MAC: (f"HMAC_SHA_{bits}",)}
    return KeySpec(f"HMAC_{bits}", "HMAC", usages, key_bytes=bits // 8)


def _ml_dsa(parameters: int) -> KeySpec:
    return KeySpec(f"ML_DSA_{parameters}", "ML_DSA", {SIGN_VERIFY: ("ML_DSA_SHAKE_256",)})


def _ml_kem(parameters: int, ciphertext_bytes: int, missing: str = "") -> KeySpec:
    usages = {ENCAPSULATE_DECAPSULATE: ("ML_KEM",)}
    return KeySpec(
        f"ML_KEM_{parameters}", "ML_KEM", usages, ciphertext_bytes=ciphertext_bytes, missing=missing
    )


_NO_SM = "AWS offers it in China Regions only, and this mock has no SM2, SM3 or SM4"

KEY_SPECS: dict[str, KeySpec] = {
    spec.name: spec
    for spec in (
        KeySpec(SYMMETRIC_DEFAULT, "AES", {ENCRYPT_DECRYPT: (SYMMETRIC_DEFAULT,)}, key_bytes=32),
        *map(_rsa, (2048, 3072, 4096)),
        _nist("P256", "ECDSA_SHA_256"),
        _nist("P384", "ECDSA_SHA_384"),
        _nist("P521", "ECDSA_SHA_512"),
        KeySpec("ECC_SECG_P256K1", "EC", {SIGN_VERIFY: ("ECDSA_SHA_256",)}),
        KeySpec("ECC_NIST_EDWARDS25519", "ED25519", {SIGN_VERIFY: ("ED25519_SHA_512", "ED25519_PH_SHA_512")}),
        *map(_hmac, (224, 256, 384, 512)),
        *map(_ml_dsa, (44, 65, 87)),
        _ml_kem(
            512, 768, missing="the library under this mock, cryptography, has ML-KEM-768 and ML-KEM-1024 only"
        ),
        _ml_kem(768, 1088),
        _ml_kem(1024, 1568),
        KeySpec(
            "SM2",
            "SM2",
            {ENCRYPT_DECRYPT: ("SM2PKE",), SIGN_VERIFY: ("SM2DSA",), KEY_AGREEMENT: ("ECDH",)},
            missing=_NO_SM,
        ),
    )
}

#: Algorithms a key may list and this KMS cannot run, with the reason.
MISSING_ALGORITHMS = {
    "ED25519_PH_SHA_512": "the library under this mock, cryptography, has Ed25519 but not Ed25519ph",
    "SM2DSA": _NO_SM,
    "SM2PKE": _NO_SM,
}
