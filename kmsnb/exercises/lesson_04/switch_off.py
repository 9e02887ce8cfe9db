"""Exercise 04.a: disable a key, whichever of its four names is given."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from ..examiner import FROM_THE_NOTEBOOK, examiner_kms
from ..model import Exercise, Mistake, attempted

REFUSED = Mistake(
    "KMS refuses an alias in DisableKey: `InvalidArnException`. Ask DescribeKey first: it takes all four names."
)
STILL_ON = Mistake("It answers, but the key is still enabled. `kms.disable_key` switches it off.")
ON_ITS_WAY_OUT = Mistake(
    "The key is not just off: its deletion is scheduled, and when the days have passed it is gone for good, with whatever it "
    "encrypted. `kms.disable_key` only switches it off."
)
RETURNS_ID = Mistake("It returns the key id. The ARN is in the metadata as well, under `Arn`.")
RETURNS_NAME = Mistake("It returns the name that it was given. Return the key's ARN, whatever name came in.")
RETURNS_NOTHING = Mistake("It returns None. End it with `return`, and the ARN.")
RETURNS_OTHER = Mistake(
    "What it returns is not the key's ARN: a text that begins with `arn:` and has `:key/` in it."
)
ANOTHER_KEY = Mistake("It switches off a key that it was not asked to.")
NOT_FOUND = Mistake(
    "It looks for a key that is not there: `NotFoundException`. Hand the name to DescribeKey as it is, and use the `kms` that "
    "the function is given."
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
        alias = f"alias/{secrets.token_hex(8)}"  # a check may be made again, and an alias exists once
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
        "DisableKey takes the key id and the key ARN. Which operation takes all four names, and tells the other two?",
        '`kms.describe_key(KeyId=name)["KeyMetadata"]` has `KeyId` and `Arn`.',
    ),
    solution="""
def switch_off(kms, name):
    arn = kms.describe_key(KeyId=name)["KeyMetadata"]["Arn"]
    kms.disable_key(KeyId=arn)
    return arn
""",
)
