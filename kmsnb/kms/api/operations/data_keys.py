"""Data keys and data key pairs: created and encrypted here, used outside. KMS does not store them."""

import os

from ...core import blob, material
from ...core.errors import InvalidKeyUsageException, UnsupportedOperationException, ValidationException
from ...core.key import Key
from ...core.specs import KEY_SPECS
from ..call import Call
from .cryptography import encrypt_symmetric, refuse_recipient
from .registry import Response, uses

_BYTES = {"AES_128": 16, "AES_256": 32}


@uses()
def generate_data_key(call: Call) -> Response:
    """A random key, in plaintext and encrypted under the KMS key."""
    refuse_recipient(call)
    return _data_key(call)


@uses()
def generate_data_key_without_plaintext(call: Call) -> Response:
    response = _data_key(call)
    del response["Plaintext"]
    return response


@uses()
def generate_data_key_pair(call: Call) -> Response:
    """A key pair: the public key, and the private key in plaintext and encrypted under the KMS key."""
    refuse_recipient(call)
    return _data_key_pair(call)


@uses()
def generate_data_key_pair_without_plaintext(call: Call) -> Response:
    response = _data_key_pair(call)
    del response["PrivateKeyPlaintext"]
    return response


def _wrapping_key(call: Call) -> Key:
    key = call.key()
    if not key.spec.symmetric:
        raise InvalidKeyUsageException("You cannot generate a data key with an asymmetric CMK")
    return key


def _data_key(call: Call) -> dict[str, object]:
    key = _wrapping_key(call)
    if ("KeySpec" in call.parameters) == ("NumberOfBytes" in call.parameters):
        raise ValidationException("Please specify either number of bytes or key spec.")
    call.stop_if_dry_run()
    plaintext = os.urandom(call.get("NumberOfBytes") or _BYTES[call["KeySpec"]])
    return {
        "CiphertextBlob": _wrap(call, key, plaintext),
        "Plaintext": plaintext,
        "KeyId": key.arn,
        "KeyMaterialId": key.ring.active.id,
    }


def _data_key_pair(call: Call) -> dict[str, object]:
    key = _wrapping_key(call)
    spec = KEY_SPECS[call["KeyPairSpec"]]
    if spec.missing:
        raise UnsupportedOperationException(f"KeyPairSpec {spec.name} is not supported: {spec.missing}.")
    call.stop_if_dry_run()
    pair = material.generate_pair(spec)
    private_key = pair.private_der()
    return {
        "PrivateKeyCiphertextBlob": _wrap(call, key, private_key),
        "PrivateKeyPlaintext": private_key,
        "PublicKey": pair.public_der(),
        "KeyId": key.arn,
        "KeyPairSpec": spec.name,
        "KeyMaterialId": key.ring.active.id,
    }


def _wrap(call: Call, key: Key, plaintext: bytes) -> bytes:
    return encrypt_symmetric(key, plaintext, call.get("EncryptionContext", {}), version=blob.DATA_KEY)
