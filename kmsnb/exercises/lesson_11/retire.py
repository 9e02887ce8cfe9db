"""Exercise a: take a key out of service step by step, so that there is a way back."""

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from kmsnb.kms import Sandbox

from ..examiner import examiner_kms
from ..model import Exercise, Mistake, attempted

TWO_STEPS = Mistake(
    "A single call of `retire` took the key from Enabled to PendingDeletion. Take one step per call: disable the key now, "
    "and schedule its deletion in a later call."
)
TOO_SOON = Mistake(
    "It schedules the deletion before 365 quiet days have passed. A job that runs once a year may still need the key."
)
DISABLED_TOO_SOON = Mistake("It disables the key before 30 quiet days have passed.")
SHORT_WAIT = Mistake(
    "The waiting period isn't the longest possible. `PendingWindowInDays` can be at most 30, which is also the default."
)
IGNORES_NEED = Mistake("Somebody needs the key. When `quiet_days` is 0, the key must end up Enabled.")
LEFT_DISABLED = Mistake("It cancels the deletion but leaves the key Disabled, so nobody can use it yet.")
NEVER_DISABLES = Mistake("After 30 quiet days the key is still Enabled. Disable it.")
NEVER_SCHEDULES = Mistake(
    "After 365 quiet days the key is still Disabled. The last step is missing: schedule the deletion."
)
ENABLED_AGAIN = Mistake(
    "It enables a key that nobody needs. Bring the key back only when `quiet_days` is 0; otherwise leave a Disabled key "
    "alone until it's time to schedule the deletion."
)
STARTS_AGAIN = Mistake(
    "Leave a key alone once its deletion is scheduled. Here the deletion date has moved, or the deletion was canceled."
)
REFUSED = Mistake(
    "KMS rejects a call because of the key's state. Look at `KeyState` in `describe_key` first."
)
OTHER_KMS = Mistake(
    "It names a key that doesn't exist. Use the `kms` and the `key_id` that the function gets."
)

#: KMS's codes, and what they say about the answer.
_REFUSALS = {
    "KMSInvalidStateException": REFUSED,
    "DisabledException": REFUSED,
    "NotFoundException": OTHER_KMS,
    "ValidationException": SHORT_WAIT,
}

_ENABLED, _DISABLED, _DYING = "Enabled", "Disabled", "PendingDeletion"

#: Calls of some weeks: ``quiet_days``, and the state in which each call must leave the key.
_WEEKS = (
    (
        (7, _ENABLED),
        (29, _ENABLED),
        (30, _DISABLED),
        (37, _DISABLED),
        (364, _DISABLED),
        (365, _DYING),
        (372, _DYING),
    ),
    ((400, _DISABLED), (407, _DYING), (0, _ENABLED), (30, _DISABLED)),
    ((30, _DISABLED), (0, _ENABLED), (0, _ENABLED), (7, _ENABLED)),
)


def _examine(retire: Callable[..., Any]) -> Mistake | None:
    with Sandbox() as aside:
        kms = examiner_kms()
        for weeks in _WEEKS:
            if fault := _fault_of(retire, kms, aside, weeks):
                return fault
    return None


def _fault_of(
    retire: Callable[..., Any], kms: Any, aside: Sandbox, weeks: tuple[tuple[int, str], ...]
) -> Mistake | None:
    key_id = kms.create_key()["KeyMetadata"]["KeyId"]
    for quiet_days, wanted in weeks:
        before = _metadata(kms, key_id)
        try:
            attempted(retire(kms, key_id, quiet_days))
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code not in _REFUSALS:
                raise
            return _REFUSALS[code]
        after = _metadata(kms, key_id)
        if after["KeyState"] != wanted:
            return _fault_of_state(before["KeyState"], after["KeyState"], quiet_days)
        if wanted == _DYING and (fault := _fault_of_date(before, after, aside)):
            return fault
        aside.clock.advance(days=7)
    return None


def _fault_of_state(before: str, after: str, quiet_days: int) -> Mistake:
    if quiet_days == 0:
        return LEFT_DISABLED if before == _DYING and after == _DISABLED else IGNORES_NEED
    if before == _DYING:
        return STARTS_AGAIN
    if before == _ENABLED:
        if after == _DYING:
            return TWO_STEPS
        return NEVER_DISABLES if after == _ENABLED else DISABLED_TOO_SOON
    if after == _ENABLED:
        return ENABLED_AGAIN
    return NEVER_SCHEDULES if after == _DISABLED else TOO_SOON


def _fault_of_date(before: dict[str, Any], after: dict[str, Any], aside: Sandbox) -> Mistake | None:
    if "DeletionDate" in before:
        return None if before["DeletionDate"] == after["DeletionDate"] else STARTS_AGAIN
    # the clock has gone on by some seconds since the call
    days = round((after["DeletionDate"] - aside.clock.now()).total_seconds() / 86_400)
    return None if days == 30 else SHORT_WAIT


def _metadata(kms: Any, key_id: str) -> dict[str, Any]:
    return kms.describe_key(KeyId=key_id)["KeyMetadata"]


RETIRE = Exercise(
    answer_name="retire",
    stub="""
def retire(kms, key_id, quiet_days):
    return ...
""",
    examine=_examine,
    hints=(
        "The step depends on the key's state, so start with `kms.describe_key(KeyId=key_id)`.",
        "Handle `quiet_days == 0` first. From Disabled, one call leads to Enabled; from PendingDeletion, two.",
        "Otherwise, once enough days have passed: `disable_key` for an Enabled key, `schedule_key_deletion` for a Disabled one.",
    ),
    solution="""
def retire(kms, key_id, quiet_days):
    state = kms.describe_key(KeyId=key_id)["KeyMetadata"]["KeyState"]
    if quiet_days == 0:
        if state == "PendingDeletion":
            kms.cancel_key_deletion(KeyId=key_id)
        kms.enable_key(KeyId=key_id)
    elif state == "Enabled" and quiet_days >= 30:
        kms.disable_key(KeyId=key_id)
    elif state == "Disabled" and quiet_days >= 365:
        kms.schedule_key_deletion(KeyId=key_id, PendingWindowInDays=30)
""",
)
