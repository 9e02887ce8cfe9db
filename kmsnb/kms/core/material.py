"""Key material: the secret itself, and the cryptography done with it.

One class for each family of key specs, all built on ``cryptography``. Every random byte comes from the operating system,
and the ``repr`` of material shows only its spec.

Methods raise ``ValueError`` for input that is cryptographically wrong (a tampered ciphertext, a point off the curve);
the operations turn that into KMS's errors.
"""

import hashlib
import hmac
import os
from abc import ABC, abstractmethod
from typing import Any, Self

from cryptography.exceptions import InvalidSignature, InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, mldsa, mlkem, padding, rsa, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from .specs import DIGEST, KeySpec

#: What ``cryptography`` raises for bytes that are not a key, or a key that it does not support.
_NO_KEY = (ValueError, TypeError, UnsupportedAlgorithm)

NONCE_BYTES = 12
TAG_BYTES = 16

_HASHES = {
    "sha1": hashes.SHA1(),  # for RSAES_OAEP_SHA_1: collisions do not matter to OAEP
    "sha224": hashes.SHA224(),
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
_CURVES: dict[str, type[ec.EllipticCurve]] = {
    "ECC_NIST_P256": ec.SECP256R1,
    "ECC_NIST_P384": ec.SECP384R1,
    "ECC_NIST_P521": ec.SECP521R1,
    "ECC_SECG_P256K1": ec.SECP256K1,
}
_ML_DSA: dict[str, type[mldsa.MLDSA44PrivateKey | mldsa.MLDSA65PrivateKey | mldsa.MLDSA87PrivateKey]] = {
    "ML_DSA_44": mldsa.MLDSA44PrivateKey,
    "ML_DSA_65": mldsa.MLDSA65PrivateKey,
    "ML_DSA_87": mldsa.MLDSA87PrivateKey,
}
_ML_KEM: dict[str, type[mlkem.MLKEM768PrivateKey | mlkem.MLKEM1024PrivateKey]] = {
    "ML_KEM_768": mlkem.MLKEM768PrivateKey,
    "ML_KEM_1024": mlkem.MLKEM1024PrivateKey,
}


class KeyMaterial(ABC):
    """The secret of a key of one spec."""

    def __init__(self, spec: KeySpec, secret: Any) -> None:
        self.spec = spec
        self._secret = secret

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.spec.name}>"

    def __reduce__(self) -> Any:
        raise TypeError("Key material does not leave KMS.")

    @classmethod
    @abstractmethod
    def generate(cls, spec: KeySpec) -> Self:
        """New random material."""

    @classmethod
    @abstractmethod
    def load(cls, spec: KeySpec, plain: bytes) -> Self:
        """Imported material; raises ``ValueError`` unless it is what ``spec`` needs."""


class _Bytes(KeyMaterial):
    """A symmetric secret: as many random bytes as its spec has."""

    @classmethod
    def generate(cls, spec: KeySpec) -> Self:
        return cls(spec, os.urandom(spec.key_bytes))

    @classmethod
    def load(cls, spec: KeySpec, plain: bytes) -> Self:
        if len(plain) != spec.key_bytes:
            raise ValueError(f"{spec.name} takes {spec.key_bytes} bytes")
        return cls(spec, plain)


class AesMaterial(_Bytes):
    """AES-256 in Galois/Counter Mode (NIST SP 800-38D): 12-byte nonce, 16-byte tag."""

    def __init__(self, spec: KeySpec, secret: bytes) -> None:
        super().__init__(spec, AESGCM(secret))

    def seal(self, plaintext: bytes, nonce: bytes, aad: bytes) -> bytes:
        """Ciphertext and tag; ``aad`` is authenticated but not encrypted."""
        return self._secret.encrypt(nonce, plaintext, aad)

    def open(self, ciphertext: bytes, nonce: bytes, aad: bytes) -> bytes:
        try:
            return self._secret.decrypt(nonce, ciphertext, aad)
        except InvalidTag:
            raise ValueError("not sealed with this key, nonce and additional data") from None


class HmacMaterial(_Bytes):
    """HMAC (RFC 2104), with a key as long as the digest."""

    def mac(self, algorithm: str, message: bytes) -> bytes:
        return hmac.digest(self._secret, message, DIGEST[algorithm])


class KeyPair(KeyMaterial):
    """A private key, and the public key that it determines."""

    def public_der(self) -> bytes:
        """The public key as X.509 SubjectPublicKeyInfo (RFC 5280), DER."""
        return self._secret.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    def private_der(self) -> bytes:
        """The private key as PKCS #8 PrivateKeyInfo (RFC 5958), DER: for data key pairs, which leave KMS.

        ML-KEM keys are in seed form, which has the same length for every parameter set.
        """
        return self._secret.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )

    @classmethod
    def load(cls, spec: KeySpec, plain: bytes) -> Self:
        try:
            secret = serialization.load_der_private_key(plain, password=None)
        except _NO_KEY:
            raise ValueError("not an unencrypted private key in DER form") from None
        if not cls._suits(spec, secret):
            raise ValueError(f"not a private key of {spec.name}")
        return cls(spec, secret)

    @classmethod
    @abstractmethod
    def _suits(cls, spec: KeySpec, secret: Any) -> bool:
        """Whether ``secret`` is a private key of ``spec``."""


class DigestSigner(KeyPair):
    """Schemes that sign a digest. ``digest`` is as long as the algorithm's hash."""

    @abstractmethod
    def sign(self, algorithm: str, digest: bytes) -> bytes:
        """The signature of a digest."""

    @abstractmethod
    def verify(self, algorithm: str, digest: bytes, signature: bytes) -> bool:
        """Whether the signature matches the digest."""


class RsaMaterial(DigestSigner):
    """RSA (RFC 8017) with public exponent 65537."""

    @classmethod
    def generate(cls, spec: KeySpec) -> Self:
        return cls(spec, rsa.generate_private_key(public_exponent=65537, key_size=spec.bits))

    @classmethod
    def _suits(cls, spec: KeySpec, secret: Any) -> bool:
        return isinstance(secret, rsa.RSAPrivateKey) and secret.key_size == spec.bits

    def encrypt(self, algorithm: str, plaintext: bytes) -> bytes:
        """RSAES-OAEP, as long as the modulus. ``plaintext`` is at most ``spec.largest_plaintext(algorithm)`` bytes."""
        return self._secret.public_key().encrypt(plaintext, _oaep(algorithm))

    def decrypt(self, algorithm: str, ciphertext: bytes) -> bytes:
        return self._secret.decrypt(ciphertext, _oaep(algorithm))

    def sign(self, algorithm: str, digest: bytes) -> bytes:
        return self._secret.sign(digest, _rsassa(algorithm), utils.Prehashed(_HASHES[DIGEST[algorithm]]))

    def verify(self, algorithm: str, digest: bytes, signature: bytes) -> bool:
        how = _rsassa(algorithm), utils.Prehashed(_HASHES[DIGEST[algorithm]])
        return _holds(self._secret.public_key().verify, signature, digest, *how)


class EcMaterial(DigestSigner):
    """The NIST curves of FIPS 186-5, and secp256k1 (SEC 2). Signatures are DER (RFC 3279, section 2.2.3)."""

    @classmethod
    def generate(cls, spec: KeySpec) -> Self:
        return cls(spec, ec.generate_private_key(_CURVES[spec.name]()))

    @classmethod
    def _suits(cls, spec: KeySpec, secret: Any) -> bool:
        return isinstance(secret, ec.EllipticCurvePrivateKey) and isinstance(secret.curve, _CURVES[spec.name])

    def sign(self, algorithm: str, digest: bytes) -> bytes:
        return self._secret.sign(digest, ec.ECDSA(utils.Prehashed(_HASHES[DIGEST[algorithm]])))

    def verify(self, algorithm: str, digest: bytes, signature: bytes) -> bool:
        how = ec.ECDSA(utils.Prehashed(_HASHES[DIGEST[algorithm]]))
        return _holds(self._secret.public_key().verify, signature, digest, how)

    def derive(self, peer_der: bytes) -> bytes:
        """The raw shared secret of ECDH (NIST SP 800-56A): the x-coordinate, as long as the field."""
        try:
            peer = serialization.load_der_public_key(peer_der)
        except _NO_KEY:
            raise ValueError("not a public key in DER form") from None
        if not isinstance(peer, ec.EllipticCurvePublicKey) or peer.curve.name != self._secret.curve.name:
            raise ValueError(f"not a public key on the curve of {self.spec.name}")
        return self._secret.exchange(ec.ECDH(), peer)


class MessageSigner(KeyPair):
    """Schemes that hash the message as part of signing, and so need all of it."""

    def sign(self, message: bytes) -> bytes:
        return self._secret.sign(message)

    def verify(self, message: bytes, signature: bytes) -> bool:
        return _holds(self._secret.public_key().verify, signature, message)


class Ed25519Material(MessageSigner):
    """PureEdDSA on edwards25519 (RFC 8032, FIPS 186-5): 64-byte signatures."""

    @classmethod
    def generate(cls, spec: KeySpec) -> Self:
        return cls(spec, ed25519.Ed25519PrivateKey.generate())

    @classmethod
    def _suits(cls, spec: KeySpec, secret: Any) -> bool:
        return isinstance(secret, ed25519.Ed25519PrivateKey)


class MlDsaMaterial(MessageSigner):
    """ML-DSA (FIPS 204), hedged, with an empty context."""

    @classmethod
    def generate(cls, spec: KeySpec) -> Self:
        return cls(spec, _ML_DSA[spec.name].generate())

    @classmethod
    def _suits(cls, spec: KeySpec, secret: Any) -> bool:
        return isinstance(secret, _ML_DSA[spec.name])

    def sign_mu(self, mu: bytes) -> bytes:
        """Sign the 64-byte representative of a message that was hashed elsewhere (FIPS 204, section 6.2)."""
        return self._secret.sign_mu(mu)

    def verify_mu(self, mu: bytes, signature: bytes) -> bool:
        return _holds(self._secret.public_key().verify_mu, signature, mu)


class MlKemMaterial(KeyPair):
    """ML-KEM (FIPS 203): lets two parties share a 32-byte secret."""

    @classmethod
    def generate(cls, spec: KeySpec) -> Self:
        return cls(spec, _ML_KEM[spec.name].generate())

    @classmethod
    def _suits(cls, spec: KeySpec, secret: Any) -> bool:
        return isinstance(secret, _ML_KEM[spec.name])

    def encapsulate(self) -> tuple[bytes, bytes]:
        """A new shared secret, and its ciphertext for the holder of the private key."""
        return self._secret.public_key().encapsulate()

    def decapsulate(self, ciphertext: bytes) -> bytes:
        """The shared secret. For an altered ciphertext, 32 other bytes and no error ("implicit rejection")."""
        return self._secret.decapsulate(ciphertext)


_FAMILIES: dict[str, type[KeyMaterial]] = {
    "AES": AesMaterial,
    "HMAC": HmacMaterial,
    "RSA": RsaMaterial,
    "EC": EcMaterial,
    "ED25519": Ed25519Material,
    "ML_DSA": MlDsaMaterial,
    "ML_KEM": MlKemMaterial,
}


def generate(spec: KeySpec) -> KeyMaterial:
    """New key material for ``spec``."""
    return _FAMILIES[spec.family].generate(spec)


def generate_pair(spec: KeySpec) -> KeyPair:
    """A new key pair; raises ``TypeError`` if ``spec`` is not asymmetric."""
    pair = generate(spec)
    if not isinstance(pair, KeyPair):
        raise TypeError(f"{spec.name} keys are not pairs")
    return pair


def load(spec: KeySpec, plain: bytes) -> KeyMaterial:
    """Imported key material: raw bytes for symmetric and HMAC keys, a PKCS #8 private key in DER for pairs."""
    return _FAMILIES[spec.family].load(spec, plain)


def digest_of(algorithm: str, message: bytes) -> bytes:
    """The digest of ``message`` that ``algorithm`` uses."""
    return hashlib.new(DIGEST[algorithm], message).digest()


def oaep(digest: str) -> padding.OAEP:
    """OAEP with one digest for label and mask generation, and no label, as AWS uses it."""
    return padding.OAEP(mgf=padding.MGF1(_HASHES[digest]), algorithm=_HASHES[digest], label=None)


def _oaep(algorithm: str) -> padding.OAEP:
    return oaep(DIGEST[algorithm])


def _rsassa(algorithm: str) -> padding.AsymmetricPadding:
    if algorithm.startswith("RSASSA_PSS"):
        # AWS: "the salt length is the length of the digest", in signing and in verifying
        digest = _HASHES[DIGEST[algorithm]]
        return padding.PSS(mgf=padding.MGF1(digest), salt_length=padding.PSS.DIGEST_LENGTH)
    return padding.PKCS1v15()


def _holds(verify: Any, *arguments: Any) -> bool:
    try:
        verify(*arguments)
    except InvalidSignature:
        return False
    return True
