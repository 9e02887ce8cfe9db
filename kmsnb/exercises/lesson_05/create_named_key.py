"""Exercise b: a key and its alias, or neither."""

import secrets
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from ..examiner import examiner_kms
from ..model import Exercise, Mistake, attempted

NOTHING_RETURNED = Mistake("It returns None. End it with `return` and the key id.")
NOT_THE_ID = Mistake(
    "It doesn't return the key id, which is in CreateKey's response: `['KeyMetadata']['KeyId']`."
)
NO_ALIAS = Mistake("It creates a key, but the alias `name` doesn't name it.")
OTHER_KMS = Mistake("It doesn't create a key with the `kms` that it's given. Use the function's parameters.")
ORPHAN = Mistake(
    "It works if the alias is free. If it's taken, the new key stays, enabled and without a name. Catch the error from "
    "`create_alias`, schedule the new key's deletion, and raise the error again."
)
ALWAYS_DELETED = Mistake(
    "It schedules the key's deletion even if the alias is free. Clean up only if `create_alias` fails: in `except`, not in "
    "`finally` or after it."
)
CLEANUP_FAILS = Mistake(
    "If the alias is taken, the new key stays, because cleaning up fails. `schedule_key_deletion` needs the key id, and "
    "`PendingWindowInDays`, if you pass it, is 7 to 30. The error is"
)
ONLY_DISABLED = Mistake(
    "It disables the key that it can't name. A disabled key costs as much as any other: schedule its deletion."
)
SWALLOWED = Mistake(
    "If the alias is taken, the caller gets no error and thinks all is well. End the `except` with `raise`."
)
OTHER_ERROR = Mistake("If the alias is taken, the caller doesn't get KMS's AlreadyExistsException, but")
MOVED = Mistake(
    "It takes the alias away from the key that had it. Programs that use the alias would get another key from now on."
)
WRONG_KEY = Mistake("It changes the key that already had the alias, which is in use. Clean up the new key.")
ONLY_WHEN_TAKEN = Mistake(
    "It cleans up if the alias is taken. If KMS rejects the alias for another reason, such as a space in it, the new key "
    "stays. Clean up whatever the error is."
)
ERROR_LOST = Mistake(
    "If KMS rejects the alias for another reason, such as a space in it, the caller doesn't get KMS's error."
)

_COSTS_NOTHING = "PendingDeletion"


def _examine(create_named_key: Callable[..., Any]) -> Mistake | None:
    kms = examiner_kms()
    name = f"alias/of-exercise-{secrets.token_hex(4)}"
    before = _keys(kms)
    first = attempted(create_named_key(kms, name))
    return (
        _fault_when_free(kms, name, first, _keys(kms) - before)
        or _fault_when_taken(kms, name, first, create_named_key)
        or _fault_when_refused(kms, name + " ", create_named_key)
    )


def _fault_when_free(kms: Any, name: str, answer: Any, new: set[str]) -> Mistake | None:
    if not new:
        return OTHER_KMS
    if answer is None:
        return NOTHING_RETURNED
    if not isinstance(answer, str) or answer not in new:
        return NOT_THE_ID
    names = [each["AliasName"] for each in kms.list_aliases(KeyId=answer)["Aliases"]]
    if name not in names:
        return NO_ALIAS
    return ALWAYS_DELETED if _state(kms, answer) == _COSTS_NOTHING else None


def _fault_when_taken(
    kms: Any, name: str, first: str, create_named_key: Callable[..., Any]
) -> Mistake | None:
    before = _keys(kms)
    came_out = _error_of(create_named_key, kms, name)
    left = {_state(kms, key) for key in _keys(kms) - before} - {_COSTS_NOTHING}
    if name not in [each["AliasName"] for each in kms.list_aliases(KeyId=first)["Aliases"]]:
        return MOVED
    if _state(kms, first) != "Enabled":
        return WRONG_KEY
    if "Enabled" in left and came_out is not None and _code(came_out) != "AlreadyExistsException":
        return CLEANUP_FAILS.about(f"{type(came_out).__name__}: {came_out}".replace("\n", " "))
    if left:
        return ONLY_DISABLED if left == {"Disabled"} else ORPHAN
    if came_out is None:
        return SWALLOWED
    if _code(came_out) != "AlreadyExistsException":
        told = _code(came_out) or type(came_out).__name__
        return OTHER_ERROR.about(f"{told}.")
    return None


def _fault_when_refused(kms: Any, name: str, create_named_key: Callable[..., Any]) -> Mistake | None:
    before = _keys(kms)
    came_out = _error_of(create_named_key, kms, name)
    if any(_state(kms, key) != _COSTS_NOTHING for key in _keys(kms) - before):
        return ONLY_WHEN_TAKEN
    return None if came_out is not None and _code(came_out) == "ValidationException" else ERROR_LOST


def _keys(kms: Any) -> set[str]:
    return {key["KeyId"] for page in kms.get_paginator("list_keys").paginate() for key in page["Keys"]}


def _state(kms: Any, key: str) -> str:
    return kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"]


def _error_of(create_named_key: Callable[..., Any], kms: Any, name: str) -> Exception | None:
    try:
        create_named_key(kms, name)
    except Exception as error:  # noqa: BLE001 (a learner's own code may raise anything)
        return error
    return None


def _code(error: Exception) -> str:
    return error.response["Error"]["Code"] if isinstance(error, ClientError) else ""


EXERCISE = Exercise(
    answer_name="create_named_key",
    stub="""
def create_named_key(kms, name):
    return ...
""",
    examine=_examine,
    hints=(
        "Start with the two calls. Then ask yourself what's left if the second one fails.",
        "Put `create_alias` in a `try`. In `except`, call `kms.schedule_key_deletion` with the key id.",
        "`raise`, alone on the last line of the `except`, raises the same error again.",
    ),
    solution="""
def create_named_key(kms, name):
    key_id = kms.create_key()["KeyMetadata"]["KeyId"]
    try:
        kms.create_alias(AliasName=name, TargetKeyId=key_id)
    except Exception:
        kms.schedule_key_deletion(KeyId=key_id, PendingWindowInDays=7)
        raise
    return key_id
""",
)
