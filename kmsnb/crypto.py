"""Local cryptography under plain names: a thin layer over ``cryptography``, for use without KMS.

    from kmsnb import crypto
    key = crypto.new_aes_key()
    sealed = crypto.seal_aes_gcm(key, b"a slip of paper", aad=b"invoice 7")
    crypto.open_aes_gcm(key, sealed, aad=b"invoice 7")

Keys, plaintexts and ciphertexts are bytes-like (``bytes``, ``bytearray``, ``memoryview``); results are ``bytes``.
Anything that doesn't open or verify (a wrong key, tag or signature, another AAD, a cut ciphertext) raises
``CryptoError`` without saying which: telling them apart would help an attacker more than you. A key of the wrong
size is a mistake in the call, ``ValueError``; so is a wrong type, ``TypeError``.

Ciphers that are shown because they are broken are in ``kmsnb.broken``.
"""

import base64
import hashlib
import hmac
import os
from collections.abc import Callable
from typing import Any

from cryptography.exceptions import InvalidSignature, InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, keywrap, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from .arguments import flat, instance, integer

Buffer = bytes | bytearray | memoryview

AES_KEY_BYTES = 32
GCM_NONCE_BYTES = 12
GCM_TAG_BYTES = 16
RSA_BITS = (2048, 3072, 4096)

_OAEP = padding.OAEP(mgf=padding.MGF1(hashes.SHA256()), algorithm=hashes.SHA256(), label=None)
_PSS = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=padding.PSS.DIGEST_LENGTH)
_KEK_BYTES = (16, 24, 32)


class CryptoError(Exception):
    """Something doesn't open or verify: wrong key, tag or signature, another AAD, or changed bytes."""


# Symmetric encryption


def new_aes_key() -> bytes:
    """A new AES-256 key: 32 bytes (256 bits) from the operating system."""
    return os.urandom(AES_KEY_BYTES)


def seal_aes_gcm(key: Buffer, plaintext: Buffer, aad: Buffer = b"") -> bytes:
    """Encrypt and authenticate with AES-256-GCM (NIST SP 800-38D) under a fresh random nonce.

    ``key`` is 32 bytes; ``plaintext`` at most 2**31 - 1. ``aad`` (additional authenticated data) is neither hidden nor
    part of the result, but opening needs the same. Returns nonce (12 bytes), ciphertext (as long as the plaintext)
    and tag (16 bytes). A random nonce is good for at most 2**32 messages under one key. ``ValueError`` for a key
    of another size, ``OverflowError`` for a plaintext that is too long.
    """
    nonce = os.urandom(GCM_NONCE_BYTES)
    return nonce + _gcm(key).encrypt(nonce, flat(plaintext, "plaintext"), flat(aad, "aad"))


def open_aes_gcm(key: Buffer, sealed: Buffer, aad: Buffer = b"") -> bytes:
    """The plaintext of ``seal_aes_gcm``. ``CryptoError`` if the key, the AAD or any byte has changed."""
    cipher, sealed, aad = _gcm(key), flat(sealed, "sealed"), flat(aad, "aad")
    if len(sealed) < GCM_NONCE_BYTES + GCM_TAG_BYTES:
        raise CryptoError("This is too short to hold a nonce and a tag.")
    nonce, ciphertext = sealed[:GCM_NONCE_BYTES], sealed[GCM_NONCE_BYTES:]
    try:
        return cipher.decrypt(nonce, ciphertext, aad)
    except InvalidTag:
        raise CryptoError("The tag does not match: another key, another AAD or changed bytes.") from None


# Asymmetric encryption


def new_rsa_key(bits: int = 3072) -> rsa.RSAPrivateKey:
    """A new RSA private key of 2048, 3072 or 4096 ``bits``, public exponent 65537. ``ValueError`` for other sizes."""
    integer(bits, "bits")
    if bits not in RSA_BITS:
        raise ValueError(f"An RSA key must have {', '.join(map(str, RSA_BITS))} bits.")
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def rsa_oaep_limit(public_key: rsa.RSAPublicKey) -> int:
    """How many bytes ``encrypt_rsa_oaep`` takes: 190, 318 or 446 for 2048, 3072 or 4096 bits."""
    instance(public_key, rsa.RSAPublicKey, "public_key", "an RSA public key")
    return public_key.key_size // 8 - 2 * hashes.SHA256.digest_size - 2


def encrypt_rsa_oaep(public_key: rsa.RSAPublicKey, plaintext: Buffer) -> bytes:
    """Encrypt with RSAES-OAEP, SHA-256 and MGF1 (RFC 8017, 7.1), which KMS calls RSAES_OAEP_SHA_256.

    Returns as many bytes as the modulus has. ``ValueError`` if ``plaintext`` is longer than ``rsa_oaep_limit``.
    Anyone with the public key can encrypt, so a message that opens doesn't prove who sent it.
    """
    limit, plaintext = rsa_oaep_limit(public_key), flat(plaintext, "plaintext")
    if len(plaintext) > limit:
        raise ValueError(f"The plaintext has {len(plaintext)} bytes; this key takes at most {limit}.")
    return public_key.encrypt(plaintext.tobytes(), _OAEP)


def decrypt_rsa_oaep(private_key: rsa.RSAPrivateKey, ciphertext: Buffer) -> bytes:
    """The plaintext of ``encrypt_rsa_oaep``. ``CryptoError`` if the key is another or any byte has changed."""
    _check_rsa_private(private_key)
    ciphertext = flat(ciphertext, "ciphertext").tobytes()
    try:
        return private_key.decrypt(ciphertext, _OAEP)
    except ValueError:
        raise CryptoError("The padding does not match: another key or changed bytes.") from None


def rsa_private_bytes(private_key: rsa.RSAPrivateKey) -> bytes:
    """The private key as unencrypted PKCS #8 in DER (RFC 5958): the form that a key wrap can wrap."""
    _check_rsa_private(private_key)
    return private_key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def load_rsa_private_key(der: Buffer) -> rsa.RSAPrivateKey:
    """The private key of ``rsa_private_bytes``. ``CryptoError`` if this isn't an RSA key of a size made here."""
    der = flat(der, "der").tobytes()
    try:
        key = serialization.load_der_private_key(der, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise CryptoError("This is not a private key.") from None
    if not isinstance(key, rsa.RSAPrivateKey) or key.key_size not in RSA_BITS:
        raise CryptoError("This is not an RSA key of 2048, 3072 or 4096 bits.")
    return key


# Signatures


def sign_rsa_pss(private_key: rsa.RSAPrivateKey, message: Buffer) -> bytes:
    """Sign with RSASSA-PSS, SHA-256 and a salt of 32 bytes (RFC 8017, 8.1): KMS's RSASSA_PSS_SHA_256.

    Returns as many bytes as the modulus has, and different ones each time.
    """
    _check_rsa_private(private_key)
    return private_key.sign(flat(message, "message").tobytes(), _PSS, hashes.SHA256())


def verify_rsa_pss(public_key: rsa.RSAPublicKey, signature: Buffer, message: Buffer) -> None:
    """Return if ``signature`` is good, else raise ``CryptoError``."""
    instance(public_key, rsa.RSAPublicKey, "public_key", "an RSA public key")
    _verify(public_key.verify, signature, message, _PSS, hashes.SHA256())


def new_p256_key() -> ec.EllipticCurvePrivateKey:
    """A new private key on the curve P-256 (FIPS 186-5), for ECDSA or ECDH. Use a key for one of them only."""
    return ec.generate_private_key(ec.SECP256R1())


def sign_ecdsa(private_key: ec.EllipticCurvePrivateKey, message: Buffer) -> bytes:
    """Sign with ECDSA and SHA-256 (FIPS 186-5): KMS's ECDSA_SHA_256. Returns DER, 68 to 72 bytes for P-256."""
    _check_ec_private(private_key)
    return private_key.sign(flat(message, "message").tobytes(), ec.ECDSA(hashes.SHA256()))


def verify_ecdsa(public_key: ec.EllipticCurvePublicKey, signature: Buffer, message: Buffer) -> None:
    """Return if ``signature`` is good, else raise ``CryptoError``."""
    instance(public_key, ec.EllipticCurvePublicKey, "public_key", "an elliptic curve public key")
    _verify(public_key.verify, signature, message, ec.ECDSA(hashes.SHA256()))


def new_ed25519_key() -> ed25519.Ed25519PrivateKey:
    """A new Ed25519 private key (RFC 8032)."""
    return ed25519.Ed25519PrivateKey.generate()


def sign_ed25519(private_key: ed25519.Ed25519PrivateKey, message: Buffer) -> bytes:
    """Sign with Ed25519 (RFC 8032). Returns 64 bytes, the same each time for the same message."""
    instance(private_key, ed25519.Ed25519PrivateKey, "private_key", "an Ed25519 private key")
    return private_key.sign(flat(message, "message").tobytes())


def verify_ed25519(public_key: ed25519.Ed25519PublicKey, signature: Buffer, message: Buffer) -> None:
    """Return if ``signature`` is good, else raise ``CryptoError``."""
    instance(public_key, ed25519.Ed25519PublicKey, "public_key", "an Ed25519 public key")
    _verify(public_key.verify, signature, message)


# Message authentication and key agreement


def hmac_sha256(key: Buffer, message: Buffer) -> bytes:
    """The HMAC of ``message`` with SHA-256 (RFC 2104, FIPS 198-1): 32 bytes.

    ``key`` has 32 bytes or more; ``ValueError`` for a shorter one, which would be the weakest part.
    """
    key, message = flat(key, "key"), flat(message, "message")
    if len(key) < 32:
        raise ValueError(f"An HMAC key of {len(key)} bytes is too short: use at least 32.")
    return hmac.digest(key, message, "sha256")


def verify_hmac_sha256(key: Buffer, mac: Buffer, message: Buffer) -> None:
    """Return if ``mac`` is ``hmac_sha256(key, message)``, compared in constant time, else raise ``CryptoError``."""
    if not hmac.compare_digest(hmac_sha256(key, message), flat(mac, "mac")):
        raise CryptoError("The MAC does not match: another key or a changed message.")


def ecdh(private_key: ec.EllipticCurvePrivateKey, peer: ec.EllipticCurvePublicKey) -> bytes:
    """The secret that two P-256 key pairs share (NIST SP 800-56A, 5.7.1.2): 32 bytes, the same for both sides.

    It isn't uniform: derive keys from it with HKDF, and never use it as one. It authenticates nobody.
    ``ValueError`` if the two keys are on different curves.
    """
    _check_ec_private(private_key)
    instance(peer, ec.EllipticCurvePublicKey, "peer", "an elliptic curve public key")
    if private_key.curve.name != peer.curve.name:
        raise ValueError("The two keys must be on the same curve.")
    return private_key.exchange(ec.ECDH(), peer)


# Key wrap


def wrap_key_padded(kek: Buffer, key: Buffer) -> bytes:
    """Wrap a key of one byte or more with AES Key Wrap with Padding (RFC 5649, SP 800-38F KWP).

    The result has the key's length rounded up to a multiple of 8, plus 8. ``kek`` has 16, 24 or 32 bytes.
    """
    kek, key = _kek(kek), flat(key, "key")
    if not key:
        raise ValueError("A key to wrap has one byte or more.")
    return keywrap.aes_key_wrap_with_padding(kek, key.tobytes())


def unwrap_key_padded(kek: Buffer, wrapped: Buffer) -> bytes:
    """The key of ``wrap_key_padded``. ``CryptoError`` if the KEK is another or any byte has changed."""
    return _unwrap(keywrap.aes_key_unwrap_with_padding, kek, wrapped)


# What looks like encryption but isn't


def sha256(data: Buffer) -> bytes:
    """The SHA-256 hash (FIPS 180-4): 32 bytes. It takes no key: anyone can compute it, and nobody can undo it."""
    return hashlib.sha256(flat(data, "data")).digest()


def to_base64(data: Buffer) -> str:
    """``data`` in Base64 (RFC 4648): four characters for three bytes. It hides nothing."""
    return base64.b64encode(flat(data, "data")).decode("ascii")


def from_base64(text: str) -> bytes:
    """The bytes of ``to_base64``, without any key. ``ValueError`` if ``text`` isn't Base64."""
    instance(text, str, "text", "a str")
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        raise ValueError("This is not Base64.") from None


def _gcm(key: Buffer) -> AESGCM:
    key = flat(key, "key")
    if len(key) != AES_KEY_BYTES:
        raise ValueError(f"An AES-256 key has {AES_KEY_BYTES} bytes, not {len(key)}.")
    return AESGCM(key)


def _kek(kek: Buffer) -> bytes:
    kek = flat(kek, "kek")
    if len(kek) not in _KEK_BYTES:
        raise ValueError(f"A KEK has 16, 24 or 32 bytes, not {len(kek)}.")
    return kek.tobytes()


def _check_rsa_private(key: Any) -> None:
    instance(key, rsa.RSAPrivateKey, "private_key", "an RSA private key")


def _check_ec_private(key: Any) -> None:
    instance(key, ec.EllipticCurvePrivateKey, "private_key", "an elliptic curve private key")


def _verify(verify: Callable[..., None], signature: Buffer, message: Buffer, *how: Any) -> None:
    signature, message = flat(signature, "signature").tobytes(), flat(message, "message").tobytes()
    try:
        verify(signature, message, *how)
    except InvalidSignature:
        raise CryptoError("The signature does not match: another key or a changed message.") from None


def _unwrap(unwrap: Callable[[bytes, bytes], bytes], kek: Buffer, wrapped: Buffer) -> bytes:
    kek, wrapped = _kek(kek), flat(wrapped, "wrapped").tobytes()
    try:
        if len(wrapped) % 8:
            raise keywrap.InvalidUnwrap
        return unwrap(kek, wrapped)
    except keywrap.InvalidUnwrap:
        raise CryptoError("The wrapped key does not open: another KEK or changed bytes.") from None
