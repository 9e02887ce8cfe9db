"""Exercise c: the keys with a tag, by calls of KMS alone."""

import secrets
from collections.abc import Callable, Iterable
from typing import Any

from ..examiner import examiner_kms
from ..model import Exercise, Mistake, attempted

_PAGE = 2  # so that few keys make many pages

NOT_A_LIST = Mistake(
    "It must return a list of key ids, also if there is one, or none.",
    """
def tagged(kms, key, value):
    for page in kms.get_paginator("list_keys").paginate():
        for each in page["Keys"]:
            for tag in kms.list_resource_tags(KeyId=each["KeyId"])["Tags"]:
                if tag == {"TagKey": key, "TagValue": value}:
                    return each["KeyId"]
""",
)
FIRST_PAGE = Mistake(
    "It takes the first answer of ListKeys for all there is. The answer said `Truncated`: there are more keys. Use the "
    "paginator, and let `return` wait until its loop is over.",
    """
def tagged(kms, key, value):
    tag = {"TagKey": key, "TagValue": value}
    keys = [each["KeyId"] for each in kms.list_keys()["Keys"]]
    return [each for each in keys if tag in kms.list_resource_tags(KeyId=each)["Tags"]]
""",
)
OTHER_KMS = Mistake(
    "It never calls ListKeys on the `kms` that it is given. Use its parameters, and no other service.",
    """
def tagged(kms, key, value):
    import boto3
    tagging = boto3.client("resourcegroupstaggingapi")
    found = tagging.get_resources(TagFilters=[{"Key": key, "Values": [value]}])["ResourceTagMappingList"]
    return [each["ResourceARN"].rpartition("/")[2] for each in found]
""",
)
ARNS = Mistake(
    "It finds the right keys, but gives their ARNs. Asked for are the ids, under `KeyId`.",
    """
def tagged(kms, key, value):
    tag = {"TagKey": key, "TagValue": value}
    pages = kms.get_paginator("list_keys").paginate()
    arns = [each["KeyArn"] for page in pages for each in page["Keys"]]
    return [arn for arn in arns if tag in kms.list_resource_tags(KeyId=arn)["Tags"]]
""",
)
IGNORES_VALUE = Mistake(
    "It also returns keys that have the tag key with another value.",
    """
def tagged(kms, key, value):
    pages = kms.get_paginator("list_keys").paginate()
    keys = [each["KeyId"] for page in pages for each in page["Keys"]]
    return [
        each for each in keys if key in [tag["TagKey"] for tag in kms.list_resource_tags(KeyId=each)["Tags"]]
    ]
""",
)
IGNORES_KEY = Mistake(
    "It also returns keys that have the value under another tag key.",
    """
def tagged(kms, key, value):
    pages = kms.get_paginator("list_keys").paginate()
    keys = [each["KeyId"] for page in pages for each in page["Keys"]]
    return [
        each for each in keys if value in [tag["TagValue"] for tag in kms.list_resource_tags(KeyId=each)["Tags"]]
    ]
""",
)
IGNORES_CASE = Mistake(
    "It takes `Team` for `team`. In tag keys and values, capitals count.",
    """
def tagged(kms, key, value):
    pages = kms.get_paginator("list_keys").paginate()
    keys = [each["KeyId"] for page in pages for each in page["Keys"]]
    found = []
    for each in keys:
        for tag in kms.list_resource_tags(KeyId=each)["Tags"]:
            if (tag["TagKey"].lower(), tag["TagValue"].lower()) == (key.lower(), value.lower()):
                found.append(each)
    return found
""",
)
MIXES_TAGS = Mistake(
    "It takes the tag key from one tag and the value from another. Both must stand in the same tag.",
    """
def tagged(kms, key, value):
    pages = kms.get_paginator("list_keys").paginate()
    found = []
    for each in [each["KeyId"] for page in pages for each in page["Keys"]]:
        tags = kms.list_resource_tags(KeyId=each)["Tags"]
        if key in [tag["TagKey"] for tag in tags] and value in [tag["TagValue"] for tag in tags]:
            found.append(each)
    return found
""",
)
FIRST_TAG = Mistake(
    "It misses a key that has the tag beside other tags. Look at all tags of a key.",
    """
def tagged(kms, key, value):
    pages = kms.get_paginator("list_keys").paginate()
    keys = [each["KeyId"] for page in pages for each in page["Keys"]]
    tag = {"TagKey": key, "TagValue": value}
    return [each for each in keys if kms.list_resource_tags(KeyId=each)["Tags"][:1] == [tag]]
""",
)
TWICE = Mistake(
    "It finds the right keys, but some of them are in the list more than once.",
    """
def tagged(kms, key, value):
    found = []
    for page in kms.get_paginator("list_keys").paginate():
        for each in page["Keys"]:
            tags = kms.list_resource_tags(KeyId=each["KeyId"])["Tags"]
            if {"TagKey": key, "TagValue": value} in tags:
                found += [each["KeyId"] for tag in tags]
    return found
""",
)
NONE_FOUND = Mistake(
    "It returns an empty list, and three keys have the tag. Print what ListResourceTags answers for a key that has a tag, and "
    "compare with that: a tag is a dictionary with `TagKey` and `TagValue`.",
    """
def tagged(kms, key, value):
    pages = kms.get_paginator("list_keys").paginate()
    keys = [each["KeyId"] for page in pages for each in page["Keys"]]
    return [each for each in keys if {key: value} in kms.list_resource_tags(KeyId=each)["Tags"]]
""",
)
OTHER_KEYS = Mistake(
    "What it returns are not the keys with the tag: some are missing, or there are others among them.",
    """
def tagged(kms, key, value):
    pages = kms.get_paginator("list_keys").paginate()
    return [each["KeyId"] for page in pages for each in page["Keys"]]
""",
)


def _examine(tagged: Callable[..., Any]) -> Mistake | None:
    kms = examiner_kms()
    key, value = f"team-{secrets.token_hex(4)}", "shop"
    keys = _keys_to_choose_from(kms, key, value)
    truncated = _small_pages(kms)
    answer = attempted(tagged(kms, key, value))
    if answer is None or isinstance(answer, str | bytes | dict) or not isinstance(answer, Iterable):
        return NOT_A_LIST
    found = list(answer)
    if not truncated:
        return OTHER_KMS
    if truncated[-1]:
        return FIRST_PAGE
    return _fault_of_keys(kms, found, keys)


def _keys_to_choose_from(kms: Any, key: str, value: str) -> dict[str, str]:
    """The ids of new keys, by what is to be said of each."""
    tags = {
        "right": {key: value},
        "value": {key: "ship"},
        "key": {"of-" + key: value},
        "case": {key.title(): value.title()},
        "mixed": {key: "ship", "of-" + key: value},
        "among": {"a-" + key: "first", key: value, "zone": "b"},
        "none": {},
        "last": {key: value},
    }
    return {
        name: kms.create_key(Tags=[{"TagKey": k, "TagValue": v} for k, v in pairs.items()])["KeyMetadata"][
            "KeyId"
        ]
        for name, pairs in tags.items()
    }


def _small_pages(kms: Any) -> list[bool]:
    """Make the answers of ListKeys short; the list gets, for each of them from now on, whether there were more keys."""
    truncated: list[bool] = []
    kms.meta.events.register(
        "provide-client-params.kms.ListKeys", lambda params, **_: {**params, "Limit": _PAGE}
    )
    kms.meta.events.register(
        "after-call.kms.ListKeys", lambda parsed, **_: truncated.append(parsed.get("Truncated", False))
    )
    return truncated


def _fault_of_keys(kms: Any, found: list[Any], keys: dict[str, str]) -> Mistake | None:
    right = {keys["right"], keys["among"], keys["last"]}
    if not all(isinstance(each, str) for each in found):
        return NOT_A_LIST
    got = set(found)
    if not got:
        return NONE_FOUND
    if got == right:
        return None if len(found) == len(got) else TWICE
    if {arn.rpartition("/")[2] for arn in got} == right:
        return ARNS
    if got & set(keys.values()) == set(keys.values()):
        return OTHER_KEYS
    extra = {name for name, key in keys.items() if key in got - right}
    named = (
        ("value", IGNORES_VALUE),
        ("key", IGNORES_KEY),
        ("case", IGNORES_CASE),
        ("mixed", MIXES_TAGS),
    )
    for name, mistake in named:
        if name in extra:
            return mistake
    return FIRST_TAG if right - got == {keys["among"]} else OTHER_KEYS


EXERCISE = Exercise(
    task="Find all keys that have a tag, with calls of KMS alone.",
    answer_name="tagged",
    stub="""
def tagged(kms, key, value):
    return ...
""",
    examine=_examine,
    mistakes=(
        NOT_A_LIST,
        FIRST_PAGE,
        OTHER_KMS,
        ARNS,
        IGNORES_VALUE,
        IGNORES_KEY,
        IGNORES_CASE,
        MIXES_TAGS,
        FIRST_TAG,
        TWICE,
        NONE_FOUND,
        OTHER_KEYS,
    ),
    hints=(
        "A loop in a loop: for each answer of the paginator, for each of its `Keys`.",
        "`kms.list_resource_tags(KeyId=…)['Tags']` are the tags of a key: a list of dictionaries.",
        "`{'TagKey': key, 'TagValue': value} in tags` says whether the tag is among them.",
    ),
    solution="""
def tagged(kms, key, value):
    wanted = {"TagKey": key, "TagValue": value}
    found = []
    for page in kms.get_paginator("list_keys").paginate():
        for each in page["Keys"]:
            if wanted in kms.list_resource_tags(KeyId=each["KeyId"])["Tags"]:
                found.append(each["KeyId"])
    return found
""",
)
