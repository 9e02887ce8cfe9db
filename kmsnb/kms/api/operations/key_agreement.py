"""Two parties come to share a secret: DeriveSharedSecret (ECDH), Encapsulate and Decapsulate (ML-KEM)."""

from ...core.errors import InvalidCiphertextException, ValidationException
from ..call import Call
from .cryptography import check_algorithm, refuse_recipient
from .registry import Answer, uses


@uses()
def derive_shared_secret(call: Call) -> Answer:
    """The raw ECDH secret of this key's private half and a peer's public key on the same curve."""
    refuse_recipient(call)
    key = call.key()
    check_algorithm(key, call["KeyAgreementAlgorithm"])
    try:
        secret = key.ring.current.material.derive(call["PublicKey"])
    except ValueError:
        # AWS answers without a text
        raise ValidationException from None
    call.stop_if_dry_run()
    return {
        "KeyId": key.arn,
        "SharedSecret": secret,
        "KeyAgreementAlgorithm": call["KeyAgreementAlgorithm"],
        "KeyOrigin": key.origin,
    }


@uses()
def encapsulate(call: Call) -> Answer:
    """A new 32-byte secret, and its encapsulated form for the holder of the private key."""
    key = call.key()
    check_algorithm(key, call["EncapsulationAlgorithm"])
    call.stop_if_dry_run()
    secret, ciphertext = key.ring.current.material.encapsulate()
    return {
        "KeyId": key.arn,
        "SharedSecret": secret,
        "SharedSecretCiphertextBlob": ciphertext,
        "EncapsulationAlgorithm": call["EncapsulationAlgorithm"],
    }


@uses()
def decapsulate(call: Call) -> Answer:
    """The secret from its encapsulated form.

    An altered ciphertext is no error and yields other 32 bytes, so that nobody learns from the answer; only a
    wrong length is refused.
    """
    key = call.key()
    check_algorithm(key, call["EncapsulationAlgorithm"])
    ciphertext = call["SharedSecretCiphertextBlob"]
    if len(ciphertext) != key.spec.ciphertext_bytes:
        raise InvalidCiphertextException
    call.stop_if_dry_run()
    return {
        "KeyId": key.arn,
        "SharedSecret": key.ring.current.material.decapsulate(ciphertext),
        "EncapsulationAlgorithm": call["EncapsulationAlgorithm"],
    }
