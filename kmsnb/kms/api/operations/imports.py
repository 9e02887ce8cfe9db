"""Imported key material: made elsewhere, used here."""

import json
from datetime import datetime, timedelta
from typing import Any

from ...core import errors, tokens, wrapping
from ...core.errors import (
    ExpiredImportTokenException,
    IncorrectKeyMaterialException,
    InvalidCiphertextException,
    InvalidImportTokenException,
    NotFoundException,
    ValidationException,
)
from ...core.key import EXTERNAL, Key
from ...core.keyring import DOES_NOT_EXPIRE, EXPIRES, Generation
from ...core.state import ANY, NOT_DYING
from ..call import Call
from .registry import Response, manages

TOKEN_LIFE = timedelta(hours=24)
LONGEST_VALIDITY = timedelta(days=365)

_NEW, _EXISTING = "NEW_KEY_MATERIAL", "EXISTING_KEY_MATERIAL"
_TOKEN = "import"


@manages(NOT_DYING)
def get_parameters_for_import(call: Call) -> Response:
    """A public key to encrypt the material with, and its token. Both are valid for 24 hours."""
    key = _external_key(call)
    algorithm, wrapping_spec = call["WrappingAlgorithm"], call["WrappingKeySpec"]
    wrapping.check(key.spec, algorithm, wrapping_spec)
    public, private = wrapping.make_pair(wrapping_spec)
    valid_to = call.now + TOKEN_LIFE
    # the token holds the encrypted private key, so that KMS does not store one that may never be used
    terms = {"key": key.arn, "algorithm": algorithm, "valid_to": valid_to.isoformat()}
    token = tokens.seal(_TOKEN, json.dumps(terms).encode() + b"\0" + private)
    return {"KeyId": key.arn, "ImportToken": token, "PublicKey": public, "ParametersValidTo": valid_to}


@manages(NOT_DYING)
def import_key_material(call: Call) -> Response:
    key = _external_key(call)
    algorithm, private = _read_token(call, key)
    model, valid_to = _expiration(call)
    new = _is_new(call, key)
    try:
        plain = wrapping.unwrap(algorithm, private, call["EncryptedKeyMaterial"])
    except ValueError:
        raise InvalidCiphertextException from None
    generation = key.ring.add_imported(plain, new=new, expected_id=call.get("KeyMaterialId"))
    generation.expiration_model, generation.valid_to = model, valid_to
    generation.description = call.get("KeyMaterialDescription", generation.description)
    if new and generation is key.ring.pending and key.multi_region_key:
        key.multi_region_key.announce(generation)
    key.follow_material(call.now)
    call.region.schedule_changed()
    return _response(key, generation)


@manages(ANY)
def delete_imported_key_material(call: Call) -> Response:
    """Delete one material, by default the current one. The key is pending import until it is imported again."""
    key = _external_key(call)
    material_id = call.get("KeyMaterialId")
    generation = key.ring.find(material_id) if material_id else key.ring.current
    if material_id and generation is None:
        raise NotFoundException(f"Key material {material_id} is not associated with key {key.arn}")
    if generation is None:
        return {"KeyId": key.arn}
    if generation is key.ring.pending and not key.is_replica:
        for ring in key.multi_region_key.rings() if key.multi_region_key else [key.ring]:
            ring.drop_pending()
    else:
        generation.forget()
    key.follow_material(call.now)
    call.region.schedule_changed()
    return _response(key, generation)


def _response(key: Key, generation: Generation) -> dict[str, Any]:
    return {"KeyId": key.arn} | ({"KeyMaterialId": generation.id} if key.spec.symmetric else {})


def _external_key(call: Call) -> Key:
    key = call.key()
    if key.origin != EXTERNAL:
        raise errors.origin_is_not_valid(key.arn, key.origin)
    return key


def _read_token(call: Call, key: Key) -> tuple[str, bytes]:
    """Wrapping algorithm and private wrapping key of an import token."""
    try:
        terms_text, _, private = tokens.unseal(_TOKEN, call["ImportToken"]).partition(b"\0")
    except ValueError:
        raise InvalidImportTokenException from None
    terms = json.loads(terms_text)
    if terms["key"] != key.arn:
        raise InvalidImportTokenException
    if datetime.fromisoformat(terms["valid_to"]) < call.now:
        raise ExpiredImportTokenException
    return terms["algorithm"], private


def _expiration(call: Call) -> tuple[str, datetime | None]:
    model = call.get("ExpirationModel", EXPIRES)
    valid_to = call.get("ValidTo")
    if model == DOES_NOT_EXPIRE:
        if valid_to:
            raise ValidationException(
                f"A validTo date cannot be set if the ExpirationModel is {DOES_NOT_EXPIRE}"
            )
        return model, None
    if not valid_to:
        raise ValidationException(f"A validTo date must be set if the ExpirationModel is {EXPIRES}")
    if not call.now < valid_to <= call.now + LONGEST_VALIDITY:
        raise ValidationException("The validTo date must be in the future, and at most 365 days from now")
    return model, valid_to


def _is_new(call: Call, key: Key) -> bool:
    """Whether the material is new to the key, which is the default for its first."""
    first = not key.ring.generations
    if not key.spec.symmetric:
        for member in ("ImportType", "KeyMaterialDescription", "KeyMaterialId"):
            if member in call.parameters:
                raise ValidationException(f"{member} is supported only for symmetric encryption KMS keys.")
        return first
    new = call.get("ImportType", _NEW if first else _EXISTING) == _NEW
    if new and "KeyMaterialId" in call.parameters:
        raise ValidationException(f"KeyMaterialId cannot be specified with an ImportType of {_NEW}.")
    if new and key.is_replica:
        raise IncorrectKeyMaterialException(
            "New key material must be imported into the primary key first, and then into its replicas as existing key material."
        )
    return new
