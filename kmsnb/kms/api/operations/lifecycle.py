"""Creating, describing, enabling, disabling and deleting keys."""

from typing import Any

from ...core import errors
from ...core.errors import CustomKeyStoreNotFoundException, UnsupportedOperationException, ValidationException
from ...core.key import AWS_KMS
from ...core.keyring import AUTOMATIC
from ...core.specs import ENCRYPT_DECRYPT, KEY_SPECS, SYMMETRIC_DEFAULT
from ...core.state import COMPLETE, DYING, NOT_DYING
from ..call import Call
from .paging import ordinal, page
from .registry import Response, looks, manages, needs_no_key
from .tags import read_tags

#: ScheduleKeyDeletion's PendingWindowInDays, in days. The model allows 1 to 365; the operation does not.
SHORTEST_WINDOW, LONGEST_WINDOW = 7, 30


@needs_no_key()
def create_key(call: Call) -> Response:
    """A new customer managed key; with Origin EXTERNAL, one that has no material yet."""
    spec, usage = _spec_and_usage(call)
    origin = call.get("Origin", AWS_KMS)
    if origin in ("AWS_CLOUDHSM", "EXTERNAL_KEY_STORE"):
        raise errors.no_custom_key_stores()
    if "CustomKeyStoreId" in call.parameters:
        raise CustomKeyStoreNotFoundException(call["CustomKeyStoreId"])
    if "XksKeyId" in call.parameters:
        raise ValidationException("XksKeyId is valid only for KMS keys with an Origin of EXTERNAL_KEY_STORE.")
    principal_ids = {}
    if "Policy" in call.parameters:
        arn = call.region.arn_of_next_key(multi_region=call.get("MultiRegion", False))
        principal_ids = call.guard.new_policy(call["Policy"], arn)
    key = call.region.create_key(
        spec=spec,
        usage=usage,
        origin=origin,
        multi_region=call.get("MultiRegion", False),
        policy=call.get("Policy"),
        description=call.get("Description", ""),
        tags=read_tags(call.get("Tags", [])),
    )
    key.set_policy(key.policy, principal_ids)
    return {"KeyMetadata": key.metadata()}


def _spec_and_usage(call: Call) -> tuple[str, str]:
    """The key spec and usage of the request, checked against the table of key specs."""
    if "KeySpec" in call.parameters and "CustomerMasterKeySpec" in call.parameters:
        raise ValidationException(
            "You cannot specify KeySpec and CustomerMasterKeySpec in the same request. CustomerMasterKeySpec is deprecated."
        )
    name = call.get("KeySpec", call.get("CustomerMasterKeySpec", SYMMETRIC_DEFAULT))
    usage = call.get("KeyUsage", ENCRYPT_DECRYPT if name == SYMMETRIC_DEFAULT else None)
    if usage is None:
        raise ValidationException(
            "You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys."
        )
    if usage not in KEY_SPECS[name].usages:
        raise ValidationException(f"KeyUsage {usage} is not compatible with KeySpec {name}")
    refuse_missing_spec(name)
    return name, usage


def refuse_missing_spec(name: str) -> None:
    """Raise an error for a spec that AWS has and this KMS does not."""
    if KEY_SPECS[name].missing:
        raise UnsupportedOperationException(f"KeySpec {name} is not supported: {KEY_SPECS[name].missing}.")


@looks(by_alias=True, across_accounts=True)
def describe_key(call: Call) -> Response:
    return {"KeyMetadata": call.key().metadata()}


@needs_no_key()
def list_keys(call: Call) -> Response:
    """All keys of the account in the Region, including AWS managed keys, oldest first."""
    owners = call.get("ResourceOwners", ["SELF"])
    # without Resource Access Manager, other accounts share no keys
    keys = list(call.region.keys.values()) if "SELF" in owners else []
    response = page(call, "Keys", keys, place=lambda key: ordinal(key.ordinal))
    return response | {"Keys": [{"KeyId": key.id, "KeyArn": key.arn} for key in response["Keys"]]}


@manages(NOT_DYING)
def update_key_description(call: Call) -> None:
    call.key().description = call["Description"]


@manages(COMPLETE)
def enable_key(call: Call) -> None:
    key = call.key()
    if key.enable(call.now):
        call.region.note("RotateKey", key, call.now, rotationType=AUTOMATIC)
    call.region.schedule_changed()


@manages(COMPLETE)
def disable_key(call: Call) -> None:
    call.key().disable(call.now)
    call.region.schedule_changed()


@manages(NOT_DYING)
def schedule_key_deletion(call: Call) -> Response:
    """Start the waiting period, after which the key is deleted and nobody can decrypt its ciphertexts."""
    key = call.key()
    days = call.get("PendingWindowInDays", LONGEST_WINDOW)
    if days < SHORTEST_WINDOW:
        raise _outside_window(days, f"Member must have value greater than or equal to {SHORTEST_WINDOW}")
    if days > LONGEST_WINDOW:
        raise _outside_window(days, f"Member must have value less than or equal to {LONGEST_WINDOW}")
    key.schedule_deletion(call.now, days)
    call.region.schedule_changed()
    response: dict[str, Any] = {"KeyId": key.arn, "KeyState": key.state.value, "PendingWindowInDays": days}
    return response | ({"DeletionDate": key.deletion_date} if key.deletion_date else {})


def _outside_window(days: int, rule: str) -> ValidationException:
    return errors.constraint(f"Value '{days}'", "pendingWindowInDays", rule)


@manages(DYING)
def cancel_key_deletion(call: Call) -> Response:
    key = call.key()
    key.cancel_deletion()
    call.region.schedule_changed()
    return {"KeyId": key.arn}


@looks()
def get_key_last_usage(call: Call) -> Response:
    """The last cryptographic operation that succeeded with this key, not counting related multi-Region keys."""
    key = call.key()
    return {
        "KeyId": key.id,
        "KeyLastUsage": key.last_usage,
        "TrackingStartDate": key.creation_date,
        "KeyCreationDate": key.creation_date,
    }
