"""The parts of a chain: ways to wrap a key, each a small value that holds no key.

A key-encryption key (KEK), made for this message, wraps the key beneath an ``Aes…`` or ``Rsa…`` layer, and the next
layer wraps the KEK in turn. The last layer, and no other, is ``Kms``.
"""

from dataclasses import dataclass
from typing import ClassVar, Protocol

from .. import arguments, crypto
from . import root
from .errors import ChainError, WrappedKeyError
from .header import MAX_COPIES, Algorithm

_AAD = b"kmsnb envelope: wrapped key"


class LocalLayer(Protocol):
    """A layer whose KEK is used here, not in KMS."""

    algorithm: ClassVar[Algorithm]

    def new_kek(self) -> bytearray:
        """A fresh KEK, as the bytes that the next layer wraps."""

    def wrap(self, kek: bytearray, key: bytearray) -> bytes:
        """``key`` wrapped under ``kek``. ``ChainError`` if this algorithm cannot wrap a key of that size."""

    @staticmethod
    def unwrap(kek: bytearray, wrapped: bytes) -> bytearray:
        """The key that ``wrap`` wrapped. ``crypto.CryptoError`` or ``ValueError`` if it does not open."""


@dataclass(frozen=True)
class AesGcm:
    """AES-256-GCM under a random nonce (SP 800-38D): a wrapped key is 28 bytes longer."""

    algorithm: ClassVar = Algorithm.AES_GCM

    def new_kek(self) -> bytearray:
        return bytearray(crypto.new_aes_key())

    def wrap(self, kek: bytearray, key: bytearray) -> bytes:
        return crypto.seal_aes_gcm(kek, key, _AAD)

    @staticmethod
    def unwrap(kek: bytearray, wrapped: bytes) -> bytearray:
        return bytearray(crypto.open_aes_gcm(kek, wrapped, _AAD))


@dataclass(frozen=True)
class AesKwp:
    """AES-256 Key Wrap with Padding (RFC 5649): no nonce to get wrong, 8 to 15 bytes longer."""

    algorithm: ClassVar = Algorithm.AES_KWP

    def new_kek(self) -> bytearray:
        return bytearray(crypto.new_aes_key())

    def wrap(self, kek: bytearray, key: bytearray) -> bytes:
        return crypto.wrap_key_padded(kek, key)

    @staticmethod
    def unwrap(kek: bytearray, wrapped: bytes) -> bytearray:
        return bytearray(crypto.unwrap_key_padded(kek, wrapped))


@dataclass(frozen=True)
class RsaOaep:
    """RSA-OAEP with SHA-256 (RFC 8017) under a key of 2048, 3072 or 4096 ``bits``, which is a wrapped key's length.

    It wraps an AES key or the data key, but not another RSA key, which is too long for OAEP.
    """

    bits: int = 3072
    algorithm: ClassVar = Algorithm.RSA_OAEP

    def __post_init__(self) -> None:
        arguments.integer(self.bits, "bits")
        if self.bits not in crypto.RSA_BITS:
            raise ChainError(f"An RSA key must have {', '.join(map(str, crypto.RSA_BITS))} bits.")

    def new_kek(self) -> bytearray:
        return bytearray(crypto.rsa_private_bytes(crypto.new_rsa_key(self.bits)))

    def wrap(self, kek: bytearray, key: bytearray) -> bytes:
        public_key = crypto.load_rsa_private_key(kek).public_key()
        if len(key) > crypto.rsa_oaep_limit(public_key):
            raise ChainError("RSA-OAEP is too small to wrap an RSA key: put an AES layer between the two.")
        return crypto.encrypt_rsa_oaep(public_key, key)

    @staticmethod
    def unwrap(kek: bytearray, wrapped: bytes) -> bytearray:
        return bytearray(crypto.decrypt_rsa_oaep(crypto.load_rsa_private_key(kek), wrapped))


@dataclass(frozen=True, init=False)
class Kms:
    """The root: one symmetric KMS key, or several of which any one opens, each by id, ARN, alias name or alias ARN.

    Sealing needs kms:GenerateDataKey on the first (kms:Encrypt if an RSA key is beneath) and kms:Encrypt on the
    others; opening needs kms:Decrypt on any of them. ``ChainError`` for none, or for more than eight.
    """

    key_ids: tuple[str, ...]
    algorithm: ClassVar = Algorithm.KMS

    def __init__(self, *key_ids: str) -> None:
        if not 1 <= len(key_ids) <= MAX_COPIES:
            raise ChainError(f"A root has one to {MAX_COPIES} KMS keys, not {len(key_ids)}.")
        for key_id in key_ids:
            root.check_key_id(key_id)
        object.__setattr__(self, "key_ids", key_ids)


LayerSpec = AesGcm | AesKwp | RsaOaep | Kms

_LOCAL: dict[Algorithm, type[LocalLayer]] = {kind.algorithm: kind for kind in (AesGcm, AesKwp, RsaOaep)}


def unwrap_local(algorithm: Algorithm, kek: bytearray, wrapped: bytes) -> bytearray:
    """The key beneath a local layer. ``WrappedKeyError`` if it does not open under ``kek``."""
    try:
        return _LOCAL[algorithm].unwrap(kek, wrapped)
    except (crypto.CryptoError, ValueError):
        raise WrappedKeyError(f"The key beneath the {algorithm.spelled} layer does not open.") from None
