"""Wrapping: key material is imported encrypted under a public key that KMS makes for one import.

RSAES-OAEP encrypts the material itself. RSA-AES key wrap encrypts a one-time AES key with RSA-OAEP and the
material under it with AES key wrap with padding (RFC 5649), because a private RSA key is too long for RSA.
"""

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap_with_padding

from . import material
from .errors import UnsupportedOperationException
from .specs import KEY_SPECS, KeySpec

#: Wrapping algorithm to the digest of its OAEP.
_OAEP = {"RSAES_OAEP_SHA_1": "sha1", "RSAES_OAEP_SHA_256": "sha256"}
_AES_KEY_WRAP = {"RSA_AES_KEY_WRAP_SHA_1": "sha1", "RSA_AES_KEY_WRAP_SHA_256": "sha256"}


def check(spec: KeySpec, algorithm: str, wrapping_spec: str) -> None:
    """Check that the algorithm can wrap material of ``spec``: not every one suits every length."""
    if "SM2" in wrapping_spec or "SM2" in algorithm:
        raise UnsupportedOperationException(f"SM2 is not supported: {KEY_SPECS['SM2'].missing}.")
    if algorithm == "RSAES_PKCS1_V1_5":
        raise UnsupportedOperationException(
            "AWS KMS does not support the RSAES_PKCS1_V1_5 wrapping algorithm since October 10, 2023."
        )
    fits = {"RSA": _AES_KEY_WRAP, "EC": _OAEP | _AES_KEY_WRAP}.get(spec.family, _OAEP)
    too_long = spec.name == "ECC_NIST_P521" and wrapping_spec == "RSA_2048" and algorithm in _OAEP
    if algorithm not in fits or too_long:
        raise UnsupportedOperationException(
            f"Wrapping algorithm {algorithm} with wrapping key spec {wrapping_spec} "
            f"cannot wrap key material of key spec {spec.name}."
        )


def make_pair(wrapping_spec: str) -> tuple[bytes, bytes]:
    """A new wrapping key: public (SubjectPublicKeyInfo) and private (PKCS #8) part, in DER."""
    pair = material.generate_pair(KEY_SPECS[wrapping_spec])
    return pair.public_der(), pair.private_der()


def unwrap(algorithm: str, private_der: bytes, wrapped: bytes) -> bytes:
    """The key material in ``wrapped``; raises ``ValueError`` if it cannot be decrypted."""
    private = serialization.load_der_private_key(private_der, password=None)
    assert isinstance(private, rsa.RSAPrivateKey)
    if algorithm in _OAEP:
        return private.decrypt(wrapped, material.oaep(_OAEP[algorithm]))
    modulus_bytes = private.key_size // 8
    aes_key = private.decrypt(wrapped[:modulus_bytes], material.oaep(_AES_KEY_WRAP[algorithm]))
    try:
        return aes_key_unwrap_with_padding(aes_key, wrapped[modulus_bytes:])
    except InvalidUnwrap:
        raise ValueError("the inner wrapping does not open") from None
