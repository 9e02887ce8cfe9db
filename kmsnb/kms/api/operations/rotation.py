"""Rotation: new material for the same key. Older ciphertexts still decrypt."""

from ...core import errors
from ...core.errors import KMSInvalidStateException, LimitExceededException, UnsupportedOperationException
from ...core.key import AWS_KMS, EXTERNAL, Key
from ...core.keyring import MOST_ON_DEMAND_ROTATIONS, ON_DEMAND, Generation
from ...core.state import DYING, USABLE, KeyState
from ..call import Call
from .paging import ordinal, page
from .registry import Response, looks, manages

#: For a key with imported material, the error is about its origin, even while it has no material.
_WITH_OR_WITHOUT_MATERIAL = USABLE | {KeyState.PENDING_IMPORT}

_ALL = "ALL_KEY_MATERIAL"


@manages(_WITH_OR_WITHOUT_MATERIAL)
def enable_key_rotation(call: Call) -> None:
    """Rotate automatically every 90 to 2,560 days; by default every 365, whatever the period was before."""
    key = _automatic(call)
    period = call.get("RotationPeriodInDays", 365)
    if key.ring.period_days != period:
        key.ring.schedule(call.now, period)
    call.region.schedule_changed()


@manages(_WITH_OR_WITHOUT_MATERIAL)
def disable_key_rotation(call: Call) -> None:
    _automatic(call).ring.unschedule()
    call.region.schedule_changed()


@looks(across_accounts=True)
def get_key_rotation_status(call: Call) -> Response:
    key = call.key()
    if not key.spec.symmetric:  # asymmetric and HMAC keys do not rotate, which is not an error
        return {"KeyRotationEnabled": False, "KeyId": key.id}
    _require_own_material(key)
    # while deletion is scheduled, rotation is off; canceling the deletion turns it on again
    enabled = key.ring.next_rotation is not None and key.state not in DYING
    response = {"KeyRotationEnabled": enabled, "KeyId": key.id}
    if enabled:
        response |= {"RotationPeriodInDays": key.ring.period_days, "NextRotationDate": key.ring.next_rotation}
    return response


@manages(USABLE)
def rotate_key_on_demand(call: Call) -> Response:
    """Rotate now; with imported material, to the pending one. The schedule does not change."""
    key = call.key()
    _require_rotating_kind(key)
    _require_primary(key)
    if key.ring.on_demand_rotations >= MOST_ON_DEMAND_ROTATIONS:
        raise LimitExceededException(
            "The on-demand rotations limit has been reached for the given keyId. "
            f"No more on-demand rotations can be performed for this key: {key.arn}"
        )
    if key.origin == EXTERNAL and not is_pending_everywhere(key):
        raise KMSInvalidStateException(f"No available key material pending rotation for the key: {key.arn}.")
    rings = key.multi_region_key.rings() if key.multi_region_key else [key.ring]
    for ring in rings:
        ring.rotate(call.now, ON_DEMAND)
    call.region.note("RotateKey", key, call.now, rotationType=ON_DEMAND)
    return {"KeyId": key.arn}


@looks()
def list_key_rotations(call: Call) -> Response:
    """The past rotations; with ALL_KEY_MATERIAL also the first material, and one that is pending."""
    key = call.key()
    _require_rotating_kind(key)
    generations = list(enumerate(key.ring.generations))
    if call.get("IncludeKeyMaterial") != _ALL:
        generations = [(n, each) for n, each in generations if each.rotation_date]
    response = page(call, "Rotations", generations, place=lambda entry: ordinal(entry[0]))
    return response | {"Rotations": [_describe(key, generation) for _, generation in response["Rotations"]]}


def is_pending_everywhere(key: Key) -> bool:
    """Whether imported material is pending rotation, here and in all related keys."""
    if key.multi_region_key:
        return key.multi_region_key.pending_everywhere()
    return bool(key.ring.pending and key.ring.pending.material)


def _automatic(call: Call) -> Key:
    key = call.key()
    _require_rotating_kind(key)
    _require_own_material(key)
    _require_primary(key)
    return key


def _require_rotating_kind(key: Key) -> None:
    if not key.spec.symmetric:
        raise UnsupportedOperationException


def _require_own_material(key: Key) -> None:
    if key.origin != AWS_KMS:
        raise errors.origin_is_not_valid(key.arn, key.origin)


def _require_primary(key: Key) -> None:
    if key.is_replica:
        raise errors.is_not_a_primary_key(key.arn)


def _describe(key: Key, generation: Generation) -> dict[str, object]:
    entry = {
        "KeyId": key.arn,
        "KeyMaterialId": generation.id,
        "KeyMaterialState": _material_state(key, generation),
        "RotationDate": generation.rotation_date,
        "RotationType": generation.rotation_type,
    }
    if key.origin == EXTERNAL:
        entry |= {
            "ImportState": "IMPORTED" if generation.material else "PENDING_IMPORT",
            "KeyMaterialDescription": generation.description,
            "ExpirationModel": generation.expiration_model,
            "ValidTo": generation.valid_to,
        }
    return {name: value for name, value in entry.items() if value is not None}


def _material_state(key: Key, generation: Generation) -> str:
    if generation is key.ring.current:
        return "CURRENT"
    if generation is not key.ring.pending:
        return "NON_CURRENT"
    if key.multi_region_key and not is_pending_everywhere(key):
        return "PENDING_MULTI_REGION_IMPORT_AND_ROTATION"
    return "PENDING_ROTATION"
