"""Exercise a: take a key out of service, a step a week, so that there is a way back."""

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from kmsnb.kms import Sandbox

from ..examiner import examiner_kms
from ..model import Exercise, Mistake, attempted

NO_SWITCH = Mistake(
    "After one call, a key that was Enabled waits for its deletion. Only switch it off, and leave the rest to next week's "
    "call: give people time to notice."
)
SHORT_WAIT = Mistake(
    "The waiting period is not the longest one: `PendingWindowInDays` goes up to 30, which is also what you get if you "
    "leave it out."
)
IGNORES_MISSED = Mistake(
    "Somebody needs the key, and it goes on all the same. When `missed` is true, the key must end up Enabled."
)
LEFT_DISABLED = Mistake(
    "It takes the deletion back, and leaves the key Disabled: whoever needs it still cannot use it."
)
NEVER_SCHEDULES = Mistake(
    "Nobody has missed the key, and it stays Disabled for ever: the second step, to schedule the deletion, is missing."
)
STARTS_AGAIN = Mistake(
    "A key that waits for its deletion is not left alone: its deletion date has moved, or it is waiting no more."
)
REFUSED = Mistake(
    "KMS refuses a call of it, since the key is in another state than the call bears. Ask `describe_key` for `KeyState` "
    "first."
)
OTHER_KMS = Mistake(
    "It leaves the key as it is. Call the `kms` that it is given, with the `key_id` that it is given."
)

#: KMS's codes, and what they say about the answer.
_REFUSALS = {
    "KMSInvalidStateException": REFUSED,
    "DisabledException": REFUSED,
    "NotFoundException": OTHER_KMS,
    "ValidationException": SHORT_WAIT,
}

_ENABLED, _DISABLED, _DYING = "Enabled", "Disabled", "PendingDeletion"

#: The calls of some weeks (``missed``), and the state in which each must leave the key.
_WEEKS = (
    ((False, _DISABLED), (False, _DYING), (False, _DYING), (False, _DYING)),
    ((False, _DISABLED), (True, _ENABLED), (False, _DISABLED), (False, _DYING)),
    ((False, _DISABLED), (False, _DYING), (True, _ENABLED), (False, _DISABLED)),
    ((True, _ENABLED), (True, _ENABLED), (False, _DISABLED)),
)


def _examine(retire: Callable[..., Any]) -> Mistake | None:
    with Sandbox() as aside:
        kms = examiner_kms()
        for weeks in _WEEKS:
            if fault := _fault_of(retire, kms, aside, weeks):
                return fault
    return None


def _fault_of(
    retire: Callable[..., Any], kms: Any, aside: Sandbox, weeks: tuple[tuple[bool, str], ...]
) -> Mistake | None:
    key_id = kms.create_key()["KeyMetadata"]["KeyId"]
    for missed, wanted in weeks:
        before = _metadata(kms, key_id)
        try:
            attempted(retire(kms, key_id, missed))
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code not in _REFUSALS:
                raise
            return _REFUSALS[code]
        after = _metadata(kms, key_id)
        if after["KeyState"] != wanted:
            return _fault_of_state(before["KeyState"], after["KeyState"], missed)
        if wanted == _DYING and (fault := _fault_of_date(before, after, aside)):
            return fault
        aside.clock.advance(days=7)
    return None


def _fault_of_state(before: str, after: str, missed: bool) -> Mistake:
    if missed:
        return LEFT_DISABLED if before == _DYING and after == _DISABLED else IGNORES_MISSED
    if before == _DYING:
        return STARTS_AGAIN
    if before == _ENABLED:
        return OTHER_KMS if after == _ENABLED else NO_SWITCH
    return NEVER_SCHEDULES


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
def retire(kms, key_id, missed):
    return ...
""",
    examine=_examine,
    hints=(
        "The step depends on the state: begin with `kms.describe_key(KeyId=key_id)`.",
        "Deal with `missed` first. From Disabled one call leads to Enabled, from PendingDeletion two.",
        "Without `missed`: Enabled leads to `disable_key`, Disabled to `schedule_key_deletion`, the rest to nothing.",
    ),
    solution="""
def retire(kms, key_id, missed):
    state = kms.describe_key(KeyId=key_id)["KeyMetadata"]["KeyState"]
    if missed:
        if state == "PendingDeletion":
            kms.cancel_key_deletion(KeyId=key_id)
        kms.enable_key(KeyId=key_id)
    elif state == "Enabled":
        kms.disable_key(KeyId=key_id)
    elif state == "Disabled":
        kms.schedule_key_deletion(KeyId=key_id, PendingWindowInDays=30)
""",
)
