"""Shared secrets: DeriveSharedSecret (ECDH), Encapsulate and Decapsulate (ML-KEM)."""

from ...core.errors import InvalidCiphertextException, ValidationException
from ...core.material import EcMaterial, MlKemMaterial
from ..call import Call
from .cryptography import check_algorithm, refuse_recipient
from .registry import Response, uses


@uses()
def derive_shared_secret(call: Call) -> Response:
    """The raw ECDH secret of this key's private half and a peer's public key on the same curve."""
    refuse_recipient(call)
    key = call.key()
    check_algorithm(key, call["KeyAgreementAlgorithm"])
    try:
        secret = key.ring.material(EcMaterial).derive(call["PublicKey"])
    except ValueError:
        # AWS gives no message
        raise ValidationException from None
    call.stop_if_dry_run()
    return {
        "KeyId": key.arn,
        "SharedSecret": secret,
        "KeyAgreementAlgorithm": call["KeyAgreementAlgorithm"],
        "KeyOrigin": key.origin,
    }


@uses()
def encapsulate(call: Call) -> Response:
    """A new 32-byte secret, and its encapsulated form for the holder of the private key."""
    key = call.key()
    check_algorithm(key, call["EncapsulationAlgorithm"])
    call.stop_if_dry_run()
    secret, ciphertext = key.ring.material(MlKemMaterial).encapsulate()
    return {
        "KeyId": key.arn,
        "SharedSecret": secret,
        "SharedSecretCiphertextBlob": ciphertext,
        "EncapsulationAlgorithm": call["EncapsulationAlgorithm"],
    }


@uses()
def decapsulate(call: Call) -> Response:
    """The secret from its encapsulated form.

    An altered ciphertext gives 32 other bytes instead of an error, so that the response reveals nothing. Only a wrong
    length is an error.
    """
    key = call.key()
    check_algorithm(key, call["EncapsulationAlgorithm"])
    ciphertext = call["SharedSecretCiphertextBlob"]
    if len(ciphertext) != key.spec.ciphertext_bytes:
        raise InvalidCiphertextException
    call.stop_if_dry_run()
    return {
        "KeyId": key.arn,
        "SharedSecret": key.ring.material(MlKemMaterial).decapsulate(ciphertext),
        "EncapsulationAlgorithm": call["EncapsulationAlgorithm"],
    }
