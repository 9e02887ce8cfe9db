"""Creating keys, looking at them, switching them on and off, deleting them."""

from typing import Any

from ...core import errors
from ...core.errors import CustomKeyStoreNotFoundException, UnsupportedOperationException, ValidationException
from ...core.key import AWS_KMS
from ...core.keyring import AUTOMATIC
from ...core.specs import ENCRYPT_DECRYPT, KEY_SPECS, SYMMETRIC_DEFAULT
from ...core.state import COMPLETE, DYING, STANDING
from ..call import Call
from .paging import ordinal, page
from .registry import Answer, looks, manages, needs_no_key
from .tags import read_tags

#: ScheduleKeyDeletion's PendingWindowInDays, in days. The model allows 1 to 365; the operation does not.
SHORTEST_WINDOW, LONGEST_WINDOW = 7, 30


@needs_no_key()
def create_key(call: Call) -> Answer:
    """A new customer managed key; with Origin EXTERNAL, one without material yet."""
    spec, usage = _spec_and_usage(call)
    origin = call.get("Origin", AWS_KMS)
    if origin in ("AWS_CLOUDHSM", "EXTERNAL_KEY_STORE"):
        raise errors.no_custom_key_stores()
    if "CustomKeyStoreId" in call.parameters:
        raise CustomKeyStoreNotFoundException(call["CustomKeyStoreId"])
    if "XksKeyId" in call.parameters:
        raise ValidationException("XksKeyId is valid only for KMS keys with an Origin of EXTERNAL_KEY_STORE.")
    means = {}
    if "Policy" in call.parameters:
        arn = call.backend.arn_of_next_key(multi_region=call.get("MultiRegion", False))
        means = call.guard.new_policy(call["Policy"], arn)
    key = call.backend.make_key(
        spec=spec,
        usage=usage,
        origin=origin,
        multi_region=call.get("MultiRegion", False),
        policy_text=call.get("Policy"),
        description=call.get("Description", ""),
        tags=read_tags(call.get("Tags", [])),
    )
    key.attach(key.policy, means)
    return {"KeyMetadata": key.metadata()}


def _spec_and_usage(call: Call) -> tuple[str, str]:
    """What kind of key is asked for, checked against the table of key specs."""
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
    """Say why this KMS has no keys of a spec that AWS has."""
    if KEY_SPECS[name].missing:
        raise UnsupportedOperationException(f"KeySpec {name} is not supported: {KEY_SPECS[name].missing}.")


@looks(by_alias=True, across_accounts=True)
def describe_key(call: Call) -> Answer:
    return {"KeyMetadata": call.key().metadata()}


@needs_no_key()
def list_keys(call: Call) -> Answer:
    """All keys of the account in the Region, AWS managed ones among them, oldest first."""
    owners = call.get("ResourceOwners", ["SELF"])
    # what other accounts share through Resource Access Manager: nothing, in a mock without it
    keys = call.backend.keys.values() if "SELF" in owners else []
    answer = page(call, "Keys", keys, place=lambda key: ordinal(key.ordinal))
    return answer | {"Keys": [{"KeyId": key.id, "KeyArn": key.arn} for key in answer["Keys"]]}


@manages(STANDING)
def update_key_description(call: Call) -> Answer:
    call.key().description = call["Description"]


@manages(COMPLETE)
def enable_key(call: Call) -> Answer:
    key = call.key()
    if key.enable(call.now):
        call.backend.note("RotateKey", key, call.now, rotationType=AUTOMATIC)
    call.backend.calendar_changed()


@manages(COMPLETE)
def disable_key(call: Call) -> Answer:
    call.key().disable()
    call.backend.calendar_changed()


@manages(STANDING)
def schedule_key_deletion(call: Call) -> Answer:
    """Start the waiting period, after which the key is gone, and with it all that it alone could decrypt."""
    key = call.key()
    days = call.get("PendingWindowInDays", LONGEST_WINDOW)
    if days < SHORTEST_WINDOW:
        raise _outside_window(days, f"Member must have value greater than or equal to {SHORTEST_WINDOW}")
    if days > LONGEST_WINDOW:
        raise _outside_window(days, f"Member must have value less than or equal to {LONGEST_WINDOW}")
    key.schedule_deletion(call.now, days)
    call.backend.calendar_changed()
    answer: dict[str, Any] = {"KeyId": key.arn, "KeyState": key.state.value, "PendingWindowInDays": days}
    return answer | ({"DeletionDate": key.deletion_date} if key.deletion_date else {})


def _outside_window(days: int, rule: str) -> ValidationException:
    return errors.constraint(f"Value '{days}'", "pendingWindowInDays", rule)


@manages(DYING)
def cancel_key_deletion(call: Call) -> Answer:
    key = call.key()
    key.cancel_deletion()
    call.backend.calendar_changed()
    return {"KeyId": key.arn}


@looks(by_alias=True)
def get_key_last_usage(call: Call) -> Answer:
    """The last cryptographic operation that succeeded with this key. Related multi-Region keys keep count apart."""
    key = call.key()
    return {
        "KeyId": key.id,
        "KeyLastUsage": key.last_usage,
        "TrackingStartDate": key.creation_date,
        "KeyCreationDate": key.creation_date,
    }
