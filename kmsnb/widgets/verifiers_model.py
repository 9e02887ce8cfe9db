"""A message signed in KMS, and what may go wrong on its way: which verifiers still accept the signature?"""

import hashlib
from dataclasses import dataclass
from typing import Any, Literal

from botocore.exceptions import BotoCoreError, ClientError
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.serialization import load_der_public_key

Encoding = Literal["DER", "r‖s"]
Half = Literal["low", "high"]

LONGEST = 4096  # bytes of a message, https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html
#: What ``VerifiersModel.run`` raises when KMS can't be asked.
NO_ANSWER = (ClientError, BotoCoreError)

_ALGORITHM = "ECDSA_SHA_256"
_INVALID = "KMSInvalidSignatureException"
_SHA256 = ec.ECDSA(hashes.SHA256())
_NUMBER_BYTES = 32
#: The order of the curve P-256 (NIST SP 800-186, section 3.2.1.3).
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@dataclass(frozen=True)
class Answer:
    """What a verifier said: ``error`` is the name of its error, empty if it accepted the signature."""

    verifier: str
    wants: str
    error: str = ""


@dataclass
class VerifiersModel:
    """``message`` is signed by ``kms`` (a boto3 client) and verified under ``key_id``, an ECC_NIST_P256 key.

    ``received`` is the message as the verifiers get it, up to 4,096 bytes in UTF-8. ``twice`` hashes it once too often
    before it is signed, ``other_key`` signs it with the key ``other_key_id``. ``encoding`` is the signature's form, and
    ``half`` chooses between s and n - s.
    """

    kms: Any
    key_id: str
    other_key_id: str
    message: str
    received: str = ""
    twice: bool = False
    other_key: bool = False
    encoding: Encoding = "DER"
    half: Half = "low"

    def __post_init__(self) -> None:
        self.received = self.received or self.message

    def run(self) -> tuple[Answer, ...]:
        """Sign, change, and ask each verifier.

        Raises ``ValueError`` if the received message is empty or too long, or for another kind of key, and one of
        ``NO_ANSWER`` if KMS can't be asked.
        """
        received = self.received.encode()
        if not 0 < len(received) <= LONGEST:
            raise ValueError(f"The message must have 1 to {LONGEST:,} bytes; this one has {len(received):,}.")
        public_key, signature = self._public_key(), self._signature()
        library = _library(public_key, received, signature)
        return (
            Answer("KMS Verify", "DER", self._kms(received, signature)),
            Answer("Python or OpenSSL", "DER", library),
            Answer("JWT library (ES256)", "r‖s, 64 bytes", _jwt_library(public_key, received, signature)),
            Answer("A blockchain's rule", "DER with a low s", library or _blockchain(signature)),
        )

    def _public_key(self) -> ec.EllipticCurvePublicKey:
        answer = self.kms.get_public_key(KeyId=self.key_id)
        public_key = load_der_public_key(answer["PublicKey"])
        if answer["KeySpec"] != "ECC_NIST_P256" or not isinstance(public_key, ec.EllipticCurvePublicKey):
            raise ValueError(f"The key must be an ECC_NIST_P256 key; this one is {answer['KeySpec']}.")
        return public_key

    def _signature(self) -> bytes:
        """The signature as the verifiers get it."""
        message = self.message.encode()
        signed = hashlib.sha256(message).digest() if self.twice else message
        key_id = self.other_key_id if self.other_key else self.key_id
        der = self.kms.sign(KeyId=key_id, Message=signed, SigningAlgorithm=_ALGORITHM)["Signature"]
        r, s = utils.decode_dss_signature(der)
        s = (max if self.half == "high" else min)(s, _ORDER - s)  # KMS returns either
        if self.encoding == "DER":
            return utils.encode_dss_signature(r, s)
        return r.to_bytes(_NUMBER_BYTES, "big") + s.to_bytes(_NUMBER_BYTES, "big")

    def _kms(self, message: bytes, signature: bytes) -> str:
        request = {"Message": message, "Signature": signature, "SigningAlgorithm": _ALGORITHM}
        try:
            self.kms.verify(KeyId=self.key_id, **request)
        except ClientError as error:
            if error.response["Error"]["Code"] != _INVALID:
                raise
            return _INVALID
        return ""


def _library(public_key: ec.EllipticCurvePublicKey, message: bytes, signature: bytes) -> str:
    try:
        public_key.verify(signature, message, _SHA256)
    except InvalidSignature as error:
        return type(error).__name__
    return ""


def _jwt_library(public_key: ec.EllipticCurvePublicKey, message: bytes, signature: bytes) -> str:
    """RFC 7518, section 3.4: r and s, both at full length. The error has PyJWT's name."""
    if len(signature) != 2 * _NUMBER_BYTES:
        return "InvalidSignatureError"
    r, s = (int.from_bytes(half, "big") for half in (signature[:_NUMBER_BYTES], signature[_NUMBER_BYTES:]))
    return "InvalidSignatureError" if _library(public_key, message, utils.encode_dss_signature(r, s)) else ""


def _blockchain(signature: bytes) -> str:
    """What Ethereum (EIP-2) and Bitcoin's nodes ask of s, tried on P-256."""
    _, s = utils.decode_dss_signature(signature)
    return "" if s <= _ORDER // 2 else "s is too high"
