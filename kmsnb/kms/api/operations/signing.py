"""Sign, Verify, GetPublicKey."""

from ...core import material
from ...core.errors import KMSInvalidSignatureException, UnsupportedOperationException, ValidationException
from ...core.key import Key
from ...core.material import DigestSigner, KeyPair, MessageSigner, MlDsaMaterial
from ...core.specs import DIGEST, DIGEST_BYTES
from ..call import Call
from .cryptography import check_algorithm
from .registry import Response, uses

RAW = "RAW"
DIGEST_TYPE = "DIGEST"
EXTERNAL_MU = "EXTERNAL_MU"

#: The length, in bytes, of ML-DSA's message representative (FIPS 204, section 6.2).
MU_BYTES = 64


@uses()
def sign(call: Call) -> Response:
    """Sign a message of up to 4,096 bytes, or the digest of a longer one."""
    key, algorithm = call.key(), call["SigningAlgorithm"]
    message = _message_to_sign(call, key)
    call.stop_if_dry_run()
    ring = key.ring
    if algorithm in DIGEST:
        signature = ring.material(DigestSigner).sign(algorithm, message)
    elif _is_mu(call):
        signature = ring.material(MlDsaMaterial).sign_mu(message)
    else:
        signature = ring.material(MessageSigner).sign(message)
    return {"KeyId": key.arn, "Signature": signature, "SigningAlgorithm": algorithm}


@uses()
def verify(call: Call) -> Response:
    """Verify a signature, made here or anywhere else with the private key."""
    key, algorithm = call.key(), call["SigningAlgorithm"]
    message, signature = _message_to_sign(call, key), call["Signature"]
    ring = key.ring
    if algorithm in DIGEST:
        valid = ring.material(DigestSigner).verify(algorithm, message, signature)
    elif _is_mu(call):
        valid = ring.material(MlDsaMaterial).verify_mu(message, signature)
    else:
        valid = ring.material(MessageSigner).verify(message, signature)
    if not valid:
        raise KMSInvalidSignatureException
    call.stop_if_dry_run()
    return {"KeyId": key.arn, "SignatureValid": True, "SigningAlgorithm": algorithm}


@uses(cryptographic=False)
def get_public_key(call: Call) -> Response:
    """The public key, for use outside KMS. Symmetric and HMAC keys have none."""
    key = call.key()
    if not key.spec.asymmetric:
        raise UnsupportedOperationException
    return {"KeyId": key.arn, "PublicKey": key.ring.material(KeyPair).public_der(), **key.public_part()}


def _is_mu(call: Call) -> bool:
    return call.get("MessageType") == EXTERNAL_MU


def _message_to_sign(call: Call, key: Key) -> bytes:
    """What is signed: for most algorithms a digest, for the others the message itself."""
    algorithm, message = call["SigningAlgorithm"], call["Message"]
    message_type = call.get("MessageType", RAW)
    check_algorithm(key, algorithm)
    if algorithm not in DIGEST:
        return _whole_message(key, algorithm, message, message_type)
    if message_type == RAW:
        return material.digest_of(algorithm, message)
    if message_type == EXTERNAL_MU:
        raise _incompatible(message_type, f"key spec {key.spec.name}")
    if len(message) != DIGEST_BYTES[DIGEST[algorithm]]:
        raise ValidationException(f"Digest is invalid length for algorithm {algorithm}.")
    return message


def _whole_message(key: Key, algorithm: str, message: bytes, message_type: str) -> bytes:
    if key.spec.family == "ED25519" and message_type != RAW:
        raise _incompatible(message_type, f"algorithm {algorithm}")
    if message_type == DIGEST_TYPE:
        raise _incompatible(message_type, f"key spec {key.spec.name}")
    if message_type == EXTERNAL_MU and len(message) != MU_BYTES:
        raise ValidationException(f"External Mu is invalid length for algorithm {algorithm}.")
    return message


def _incompatible(message_type: str, with_what: str) -> ValidationException:
    return ValidationException(f"Message type {message_type} is incompatible with {with_what}.")
