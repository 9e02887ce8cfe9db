"""Exercise 04.c: find the customer managed keys of an account."""

from collections.abc import Callable, Iterable
from typing import Any

from ..examiner import ACCOUNT, examiner_kms
from ..model import Exercise, Mistake, attempted

#: Keys on a page of ListKeys. AWS may return fewer than asked for; ``Truncated`` says that there are more.
_PAGE = 2

NOT_A_LIST = Mistake("Return a list of ARNs, which are strings.")
IDS = Mistake(
    "These aren't key ARNs. Each entry of ListKeys has one under `KeyArn`, and DescribeKey's metadata under `Arn`."
)
AWS_MANAGED_TOO = Mistake(
    "An AWS managed key is among them. DescribeKey tells you who manages a key: `KeyManager`."
)
FIRST_PAGE = Mistake(
    "Only the first keys are there. ListKeys returns pages: if `Truncated` is True there are more, and "
    '`kms.get_paginator("list_keys")` gets them all.'
)
ONLY_ENABLED = Mistake("The disabled keys are missing. They're yours too, and you pay for them.")
BY_ALIAS = Mistake("Keys without an alias are missing. A key doesn't need one, so start from ListKeys.")
SOME_MISSING = Mistake(
    "Some customer managed keys are missing. Every key in ListKeys with the `KeyManager` CUSTOMER belongs in the list."
)
OTHER_KMS = Mistake("These keys are in another account. Use the `kms` that the function is given.")


def _examine(our_keys: Callable[[Any], Any]) -> Mistake | None:
    kms = examiner_kms()
    _furnish(kms)
    keys = _all_keys(kms)
    kms.meta.events.register("provide-client-params.kms.ListKeys", _small_pages)
    result = attempted(our_keys(kms))
    if isinstance(result, str | bytes | dict) or not isinstance(result, Iterable):
        return NOT_A_LIST
    found = list(result)
    if not all(isinstance(arn, str) for arn in found):
        return NOT_A_LIST
    if any(":key/" not in arn for arn in found):
        return IDS
    if any(f":{ACCOUNT}:" not in arn for arn in found):
        return OTHER_KMS
    return _fault(set(found), keys, {alias["TargetKeyId"] for alias in _aliases(kms)})


def _furnish(kms: Any) -> None:
    """Create one key of each kind that a wrong answer misses or includes."""
    _with_alias(kms)
    kms.create_key(Description="without an alias")
    kms.disable_key(KeyId=_with_alias(kms))
    _with_alias(kms)  # beyond the first page, so that the first page isn't the same as the enabled keys
    kms.describe_key(KeyId="alias/aws/sqs")


def _with_alias(kms: Any) -> str:
    key_id = kms.create_key()["KeyMetadata"]["KeyId"]
    # its id makes the alias one that no other check has made
    kms.create_alias(AliasName=f"alias/{key_id}", TargetKeyId=key_id)
    return key_id


def _all_keys(kms: Any) -> list[dict[str, Any]]:
    pages = kms.get_paginator("list_keys").paginate()
    return [kms.describe_key(KeyId=entry["KeyId"])["KeyMetadata"] for page in pages for entry in page["Keys"]]


def _aliases(kms: Any) -> list[dict[str, Any]]:
    pages = kms.get_paginator("list_aliases").paginate()
    return [alias for page in pages for alias in page["Aliases"] if "TargetKeyId" in alias]


def _small_pages(params: dict[str, Any], **_: Any) -> dict[str, Any]:
    return {**params, "Limit": _PAGE}


def _fault(found: set[str], keys: list[dict[str, Any]], with_alias: set[str]) -> Mistake | None:
    ours = [key for key in keys if key["KeyManager"] == "CUSTOMER"]
    # a key on its way out may be in the list or not
    missing = {key["Arn"] for key in ours if "DeletionDate" not in key} - found
    if found & {key["Arn"] for key in keys if key["KeyManager"] == "AWS"}:
        return AWS_MANAGED_TOO
    if found - {key["Arn"] for key in ours}:
        return IDS
    if not missing:
        return None
    if missing == {key["Arn"] for key in ours if key["KeyState"] == "Disabled"}:
        return ONLY_ENABLED
    if missing == {key["Arn"] for key in ours if key["KeyId"] not in with_alias}:
        return BY_ALIAS
    first = {key["Arn"] for key in keys[:_PAGE]}
    return FIRST_PAGE if found and found <= first else SOME_MISSING


EXERCISE = Exercise(
    answer_name="our_keys",
    stub="""
def our_keys(kms):
    return ...
""",
    examine=_examine,
    hints=(
        "ListKeys lists the keys, and DescribeKey tells you who manages each: `KeyManager` is `CUSTOMER` or `AWS`.",
        "An account can have thousands of keys, and ListKeys returns them in pages. Section 4 gets them all with a paginator.",
    ),
    solution="""
def our_keys(kms):
    found = []
    for page in kms.get_paginator("list_keys").paginate():
        for entry in page["Keys"]:
            metadata = kms.describe_key(KeyId=entry["KeyId"])["KeyMetadata"]
            if metadata["KeyManager"] == "CUSTOMER":
                found.append(metadata["Arn"])
    return found
""",
)
