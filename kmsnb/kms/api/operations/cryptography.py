"""Encrypt, Decrypt, ReEncrypt, GenerateRandom."""

import os
from collections.abc import Callable, Mapping
from typing import Any

from ...core import blob, errors
from ...core.errors import (
    CustomKeyStoreNotFoundException,
    IncorrectKeyException,
    InvalidCiphertextException,
    InvalidKeyUsageException,
    UnsupportedOperationException,
    ValidationException,
)
from ...core.key import Key
from ...core.material import AesMaterial, RsaMaterial
from ...core.specs import MISSING_ALGORITHMS, SYMMETRIC_DEFAULT
from ..call import Call
from .registry import Response, needs_no_key, uses


@uses()
def encrypt(call: Call) -> Response:
    """Encrypt up to 4,096 bytes; with an RSA key, as many as OAEP allows."""
    key = call.key()
    algorithm = call.get("EncryptionAlgorithm", SYMMETRIC_DEFAULT)
    check_algorithm(key, algorithm)
    ciphertext = _encrypt(key, algorithm, call["Plaintext"], call.get("EncryptionContext", {}))
    call.stop_if_dry_run()
    return {"CiphertextBlob": ciphertext, "KeyId": key.arn, "EncryptionAlgorithm": algorithm}


@uses()
def decrypt(call: Call) -> Response:
    """Decrypt what a key of this KMS encrypted, or what anyone encrypted with the public key of an RSA key."""
    refuse_recipient(call)
    key, algorithm, plaintext, material_id = _decrypt(
        call, "KeyId", "EncryptionAlgorithm", "EncryptionContext"
    )
    call.stop_if_dry_run()
    response = {"KeyId": key.arn, "Plaintext": plaintext, "EncryptionAlgorithm": algorithm}
    return response | ({"KeyMaterialId": material_id} if material_id else {})


@uses()
def re_encrypt(call: Call) -> Response:
    """Decrypt and encrypt again, so that the plaintext never leaves KMS."""
    source, source_algorithm, plaintext, source_material = _decrypt(
        call, "SourceKeyId", "SourceEncryptionAlgorithm", "SourceEncryptionContext", action="ReEncryptFrom"
    )
    key = call.key("DestinationKeyId", action="ReEncryptTo", context="DestinationEncryptionContext")
    algorithm = call.get("DestinationEncryptionAlgorithm", SYMMETRIC_DEFAULT)
    check_algorithm(key, algorithm)
    if call.ignores_ciphertext:
        call.stop_if_dry_run()
    ciphertext = _encrypt(key, algorithm, plaintext, call.get("DestinationEncryptionContext", {}))
    call.stop_if_dry_run()
    response = {
        "CiphertextBlob": ciphertext,
        "SourceKeyId": source.arn,
        "KeyId": key.arn,
        "SourceEncryptionAlgorithm": source_algorithm,
        "DestinationEncryptionAlgorithm": algorithm,
    }
    if source_material:
        response["SourceKeyMaterialId"] = source_material
    if key.spec.symmetric:
        response["DestinationKeyMaterialId"] = key.ring.active.id
    return response


@needs_no_key()
def generate_random(call: Call) -> Response:
    refuse_recipient(call)
    if "CustomKeyStoreId" in call.parameters:
        raise CustomKeyStoreNotFoundException(call["CustomKeyStoreId"])
    if "NumberOfBytes" not in call.parameters:
        raise ValidationException("NumberOfBytes is required.")
    return {"Plaintext": os.urandom(call["NumberOfBytes"])}


def refuse_recipient(call: Call) -> None:
    if "Recipient" in call.parameters:
        raise errors.no_attestation()


def check_algorithm(key: Key, algorithm: str) -> None:
    """Check that ``key`` can be used with ``algorithm``, and that this KMS has it."""
    if algorithm not in key.algorithms:
        raise InvalidKeyUsageException(
            f"Algorithm {algorithm} is incompatible with key spec {key.spec.name}."
        )
    if algorithm in MISSING_ALGORITHMS:
        raise UnsupportedOperationException(f"{algorithm} is not supported: {MISSING_ALGORITHMS[algorithm]}.")


def encrypt_symmetric(
    key: Key, plaintext: bytes, context: Mapping[str, str], *, version: bytes = blob.ENCRYPTED
) -> bytes:
    """A ciphertext blob under the current material of a symmetric encryption key."""
    material = key.ring.material(AesMaterial)
    return blob.seal(material, key.id, key.ring.active.id, plaintext, context, version=version)


def _encrypt(key: Key, algorithm: str, plaintext: bytes, context: Mapping[str, str]) -> bytes:
    if key.spec.symmetric:
        return encrypt_symmetric(key, plaintext, context)
    _refuse_context(context)
    most = key.spec.largest_plaintext(algorithm)
    if len(plaintext) > most:
        raise ValidationException(
            f"Algorithm {algorithm} and key spec {key.spec.name} cannot encrypt data larger than {most} bytes."
        )
    return key.ring.material(RsaMaterial).encrypt(algorithm, plaintext)


def _refuse_context(context: Mapping[str, str]) -> None:
    if context:
        raise ValidationException(
            "EncryptionContext is not supported when encrypting/decrypting with asymmetric CMKs."
        )


def _decrypt(
    call: Call, key_member: str, algorithm_member: str, context_member: str, *, action: str | None = None
) -> tuple[Key, str, bytes, str | None]:
    """Key, algorithm, plaintext and key material id for the ciphertext of a call."""
    algorithm = call.get(algorithm_member, SYMMETRIC_DEFAULT)
    context = call.get(context_member, {})
    if call.ignores_ciphertext:
        call.required(key_member)
        key = call.key(key_member, action=action, context=context_member)
        check_algorithm(key, algorithm)
        return key, algorithm, b"", None
    ciphertext = call.required("CiphertextBlob")
    if algorithm != SYMMETRIC_DEFAULT:
        # such a ciphertext does not name its key
        call.required(key_member)
        key = call.key(key_member, action=action, context=context_member)
        check_algorithm(key, algorithm)
        _refuse_context(context)
        return (
            key,
            algorithm,
            _invalid_unless(key.ring.material(RsaMaterial).decrypt, algorithm, ciphertext),
            None,
        )
    named = call.get(key_member)
    named_key = None
    if named is not None and not _is_id_of_another_account_s_key(call, named, ciphertext):
        named_key = call.admit(
            call.find(named, action=action), action=action, context=context, any_usage=True
        )
    parsed: blob.Blob = _invalid_unless(blob.parse, ciphertext)
    if named_key is None:
        found = call.region.find_anywhere(parsed.key_id)
        if found is None:
            raise errors.ciphertext_refers_elsewhere()
        key = call.admit(found, action=action, context=context)
    elif parsed.key_id != named_key.id:
        raise IncorrectKeyException
    else:
        key = named_key
        call.require_usage(key)
    generation = key.ring.find(parsed.material_id)
    if generation is None or not isinstance(generation.material, AesMaterial):
        raise InvalidCiphertextException
    return key, algorithm, _invalid_unless(parsed.open, generation.material, context), generation.id


def _is_id_of_another_account_s_key(call: Call, named: str, ciphertext: bytes) -> bool:
    """Whether a request names the key of a symmetric ciphertext by its id alone, and another account has this key.

    Decrypt and ReEncrypt take it: for a key of another account, one "should" use an ARN (API Reference, "Decrypt"),
    where other operations say "must".
    """
    if named in call.region.keys:
        return False
    try:
        return blob.parse(ciphertext).key_id == named and call.region.find_anywhere(named) is not None
    except ValueError:
        return False


def _invalid_unless(decrypt: Callable[..., Any], *arguments: Any) -> Any:
    """The result, or the one error that KMS has for any ciphertext it cannot decrypt."""
    try:
        return decrypt(*arguments)
    except ValueError:
        raise InvalidCiphertextException from None
