"""Exercise b: a key and its alias, or neither."""

import secrets
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from ..examiner import examiner_kms
from ..model import Exercise, Mistake, attempted

NOTHING_RETURNED = Mistake("It returns None. End it with `return`, and the id of the key.")
NOT_THE_ID = Mistake(
    "What it returns is not the key's id. It is in CreateKey's answer, under `KeyMetadata` and there under `KeyId`."
)
NO_ALIAS = Mistake("It makes a key, but the alias `name` does not name it.")
OTHER_KMS = Mistake(
    "It makes no key with the `kms` that it is given. A function that uses its own parameters can be tried anywhere."
)
ORPHAN = Mistake(
    "With a free name it is right. With an alias that is taken, it leaves the new key behind, enabled and without a name. "
    "Catch the error of `create_alias`, schedule the deletion of the new key, and raise the error again."
)
ALWAYS_DELETED = Mistake(
    "Even with a free name, it schedules the deletion of the key that it returns. Clean up only when `create_alias` fails: "
    "in `except`, not in `finally` or after it."
)
CLEANUP_FAILS = Mistake(
    "With an alias that is taken, the new key stays, since another error comes in between. `schedule_key_deletion` wants the "
    "key's id, and 7 to 30 days if you name them. The error is"
)
ONLY_DISABLED = Mistake(
    "It disables the key that it cannot name. A disabled key is billed like any other: schedule its deletion."
)
SWALLOWED = Mistake(
    "When the alias is taken, no error comes out, and the caller believes that all is well. End the `except` with `raise`."
)
OTHER_ERROR = Mistake("When the alias is taken, another error comes out than KMS's AlreadyExistsException:")
MOVED = Mistake(
    "It takes the alias away from the key that had it. Whoever uses that name would get another key from now on."
)
WRONG_KEY = Mistake(
    "It touches the key that had the alias before. Someone uses that one: clean up the new key."
)
ONLY_WHEN_TAKEN = Mistake(
    "With an alias that is taken it cleans up. With one that KMS refuses for another reason, such as a space in it, it does "
    "not: the new key stays. Whatever the error is, the key must go."
)
ERROR_LOST = Mistake(
    "With an alias that KMS refuses for another reason than that it is taken, such as a space in it, no error of KMS comes "
    "out."
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
        "First the two calls, one after the other. Then ask yourself what is left when the second one fails.",
        "Put `create_alias` into `try`. In `except`, `kms.schedule_key_deletion(KeyId=…)` takes the key's id.",
        "`raise`, alone on its line at the end of the `except`, lets the same error come out.",
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
