"""Exercise 04.a: disable a key, given any of its four names."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from ..examiner import FROM_THE_NOTEBOOK, examiner_kms
from ..model import Exercise, Mistake, attempted

REFUSED = Mistake(
    "DisableKey rejects an alias: `InvalidArnException`. Call DescribeKey first: it takes all four names."
)
STILL_ON = Mistake("The function returns, but the key is still enabled. `kms.disable_key` disables it.")
ON_ITS_WAY_OUT = Mistake(
    "The key isn't just disabled: its deletion is scheduled. After the waiting period it's gone, and so is everything it "
    "encrypted. `kms.disable_key` only disables it."
)
RETURNS_ID = Mistake("It returns the key id. The ARN is in the metadata too, under `Arn`.")
RETURNS_NAME = Mistake("It returns the name that it was given. Return the key ARN, whatever the name.")
RETURNS_NOTHING = Mistake("It returns None. End it with `return` and the ARN.")
RETURNS_OTHER = Mistake(
    "It doesn't return the key ARN, a string that begins with `arn:` and contains `:key/`."
)
ANOTHER_KEY = Mistake("It disables another key, too.")
NOT_FOUND = Mistake(
    "It looks for a key that doesn't exist: `NotFoundException`. Pass the name to DescribeKey unchanged, and use the `kms` "
    "that the function is given."
)


NOT_ITS_KEY = Mistake(FROM_THE_NOTEBOOK)


@dataclass(frozen=True)
class _Trial:
    """A fresh key, and one of its names."""

    arn: str
    name: str


def _examine(switch_off: Callable[..., Any]) -> Mistake | None:
    kms = examiner_kms()
    trials, bystander = _trials(kms), kms.create_key()["KeyMetadata"]["Arn"]
    for trial in trials:
        try:
            returned = attempted(switch_off(kms, trial.name))
        except ClientError as error:
            code = error.response["Error"]["Code"]
            known = {
                "InvalidArnException": REFUSED,
                "NotFoundException": NOT_FOUND,
                "AccessDeniedException": NOT_ITS_KEY,
            }
            if code in known:
                return known[code]
            raise
        if fault := _fault(kms, trial, returned, bystander):
            return fault
    return None


def _trials(kms: Any) -> list[_Trial]:
    """Four fresh keys, each with an alias, and a different one of its names."""
    trials = []
    for position in range(4):
        key = kms.create_key()["KeyMetadata"]
        alias = f"alias/{secrets.token_hex(8)}"  # a check can run again, and an alias exists once
        kms.create_alias(AliasName=alias, TargetKeyId=key["KeyId"])
        alias_arn = key["Arn"].replace(f"key/{key['KeyId']}", alias)
        trials.append(_Trial(key["Arn"], (key["Arn"], key["KeyId"], alias, alias_arn)[position]))
    return trials


def _fault(kms: Any, trial: _Trial, returned: Any, bystander: str) -> Mistake | None:
    if not _is_enabled(kms, bystander):
        return ANOTHER_KEY
    if _is_enabled(kms, trial.arn):
        return STILL_ON
    if kms.describe_key(KeyId=trial.arn)["KeyMetadata"]["KeyState"] == "PendingDeletion":
        return ON_ITS_WAY_OUT
    if returned == trial.arn:
        return None
    if returned is None:
        return RETURNS_NOTHING
    if returned == trial.name:
        return RETURNS_NAME
    return RETURNS_ID if returned == trial.arn.rpartition("/")[2] else RETURNS_OTHER


def _is_enabled(kms: Any, arn: str) -> bool:
    return kms.describe_key(KeyId=arn)["KeyMetadata"]["Enabled"]


EXERCISE = Exercise(
    answer_name="switch_off",
    stub="""
def switch_off(kms, name):
    return ...
""",
    examine=_examine,
    hints=(
        "DisableKey takes the key id and the key ARN. Which operation takes all four names, and returns these two?",
        '`kms.describe_key(KeyId=name)["KeyMetadata"]` has `KeyId` and `Arn`.',
    ),
    solution="""
def switch_off(kms, name):
    arn = kms.describe_key(KeyId=name)["KeyMetadata"]["Arn"]
    kms.disable_key(KeyId=arn)
    return arn
""",
)
