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
from ...core.specs import MISSING_ALGORITHMS, SYMMETRIC_DEFAULT
from ..call import Call
from .registry import Answer, needs_no_key, uses


@uses()
def encrypt(call: Call) -> Answer:
    """Encrypt up to 4,096 bytes; with an RSA key as many as OAEP leaves."""
    key = call.key()
    algorithm = call.get("EncryptionAlgorithm", SYMMETRIC_DEFAULT)
    check_algorithm(key, algorithm)
    sealed = _seal(key, algorithm, call["Plaintext"], call.get("EncryptionContext", {}))
    call.stop_if_dry_run()
    return {"CiphertextBlob": sealed, "KeyId": key.arn, "EncryptionAlgorithm": algorithm}


@uses()
def decrypt(call: Call) -> Answer:
    """Decrypt what a key of this KMS encrypted, or anyone who has the public key of an RSA key."""
    refuse_recipient(call)
    key, algorithm, plaintext, material_id = _open(call, "KeyId", "EncryptionAlgorithm", "EncryptionContext")
    call.stop_if_dry_run()
    answer = {"KeyId": key.arn, "Plaintext": plaintext, "EncryptionAlgorithm": algorithm}
    return answer | ({"KeyMaterialId": material_id} if material_id else {})


@uses()
def re_encrypt(call: Call) -> Answer:
    """Decrypt and encrypt anew, without the plaintext ever leaving KMS."""
    source, source_algorithm, plaintext, source_material = _open(
        call, "SourceKeyId", "SourceEncryptionAlgorithm", "SourceEncryptionContext", action="ReEncryptFrom"
    )
    key = call.key("DestinationKeyId", action="ReEncryptTo", context="DestinationEncryptionContext")
    algorithm = call.get("DestinationEncryptionAlgorithm", SYMMETRIC_DEFAULT)
    check_algorithm(key, algorithm)
    if call.ignores_ciphertext:
        call.stop_if_dry_run()
    sealed = _seal(key, algorithm, plaintext, call.get("DestinationEncryptionContext", {}))
    call.stop_if_dry_run()
    answer = {
        "CiphertextBlob": sealed,
        "SourceKeyId": source.arn,
        "KeyId": key.arn,
        "SourceEncryptionAlgorithm": source_algorithm,
        "DestinationEncryptionAlgorithm": algorithm,
    }
    if source_material:
        answer["SourceKeyMaterialId"] = source_material
    if key.spec.symmetric:
        answer["DestinationKeyMaterialId"] = key.ring.current.id
    return answer


@needs_no_key()
def generate_random(call: Call) -> Answer:
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
    """Whether ``key`` can be used with ``algorithm``, and this KMS has it."""
    if algorithm not in key.algorithms:
        raise InvalidKeyUsageException(
            f"Algorithm {algorithm} is incompatible with key spec {key.spec.name}."
        )
    if algorithm in MISSING_ALGORITHMS:
        raise UnsupportedOperationException(f"{algorithm} is not supported: {MISSING_ALGORITHMS[algorithm]}.")


def seal(key: Key, plaintext: bytes, context: Mapping[str, str], *, version: bytes = blob.ENCRYPTED) -> bytes:
    """A ciphertext blob under the current material of a symmetric encryption key."""
    current = key.ring.current
    return blob.seal(current.material, key.id, current.id, plaintext, context, version=version)


def _seal(key: Key, algorithm: str, plaintext: bytes, context: Mapping[str, str]) -> bytes:
    if key.spec.symmetric:
        return seal(key, plaintext, context)
    _refuse_context(context)
    most = key.spec.largest_plaintext(algorithm)
    if len(plaintext) > most:
        raise ValidationException(
            f"Algorithm {algorithm} and key spec {key.spec.name} cannot encrypt data larger than {most} bytes."
        )
    return key.ring.current.material.encrypt(algorithm, plaintext)


def _refuse_context(context: Mapping[str, str]) -> None:
    if context:
        raise ValidationException(
            "EncryptionContext is not supported when encrypting/decrypting with asymmetric CMKs."
        )


def _open(
    call: Call, key_member: str, algorithm_member: str, context_member: str, *, action: str | None = None
) -> tuple[Key, str, bytes, str | None]:
    """Key, algorithm, plaintext and key material id of the ciphertext that a call brings."""
    algorithm = call.get(algorithm_member, SYMMETRIC_DEFAULT)
    context = call.get(context_member, {})
    if call.ignores_ciphertext:
        call.required(key_member)
        key = call.key(key_member, action=action, context=context_member)
        check_algorithm(key, algorithm)
        return key, algorithm, b"", None
    ciphertext = call.required("CiphertextBlob")
    if algorithm != SYMMETRIC_DEFAULT:
        # such a ciphertext says nothing of its key
        call.required(key_member)
        key = call.key(key_member, action=action, context=context_member)
        check_algorithm(key, algorithm)
        _refuse_context(context)
        return key, algorithm, _invalid_unless(key.ring.current.material.decrypt, algorithm, ciphertext), None
    key = (
        call.key(key_member, action=action, context=context_member) if key_member in call.parameters else None
    )
    parsed = _invalid_unless(blob.parse, ciphertext)
    if key is None:
        named = call.backend.find_anywhere(parsed.key_id)
        if named is None:
            raise errors.ciphertext_refers_elsewhere()
        key = call.admit(named, action=action, context=context)
    elif parsed.key_id != key.id:
        raise IncorrectKeyException
    generation = key.ring.find(parsed.material_id)
    if generation is None or generation.material is None:
        raise InvalidCiphertextException
    return key, algorithm, _invalid_unless(parsed.open, generation.material, context), generation.id


def _invalid_unless(opens: Callable[..., Any], *arguments: Any) -> Any:
    """The result, or the one answer KMS has for every ciphertext that does not open, whatever the reason."""
    try:
        return opens(*arguments)
    except ValueError:
        raise InvalidCiphertextException from None
