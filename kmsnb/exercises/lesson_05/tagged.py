"""Exercise c: the keys with a tag, by calls of KMS alone."""

import secrets
from collections.abc import Callable, Iterable
from typing import Any

from ..examiner import examiner_kms
from ..model import Exercise, Mistake, attempted

_PAGE = 2  # so that few keys make many pages

NOT_A_LIST = Mistake("It must return a list of key ids, also if there is one, or none.")
FIRST_PAGE = Mistake(
    "It takes the first answer of ListKeys for all there is. The answer said `Truncated`: there are more keys. Use the "
    "paginator, and let `return` wait until its loop is over."
)
OTHER_KMS = Mistake(
    "It never calls ListKeys on the `kms` that it is given. Use its parameters, and no other service."
)
ARNS = Mistake("It finds the right keys, but gives their ARNs. Asked for are the ids, under `KeyId`.")
IGNORES_VALUE = Mistake("It also returns keys that have the tag key with another value.")
IGNORES_KEY = Mistake("It also returns keys that have the value under another tag key.")
IGNORES_CASE = Mistake("It takes `Team` for `team`. In tag keys and values, capitals count.")
MIXES_TAGS = Mistake(
    "It takes the tag key from one tag and the value from another. Both must stand in the same tag."
)
FIRST_TAG = Mistake("It misses a key that has the tag beside other tags. Look at all tags of a key.")
TWICE = Mistake("It finds the right keys, but some of them are in the list more than once.")
NONE_FOUND = Mistake(
    "It returns an empty list, and three keys have the tag. Print what ListResourceTags answers for a key that has a tag, and "
    "compare with that: a tag is a dictionary with `TagKey` and `TagValue`."
)
OTHER_KEYS = Mistake(
    "What it returns are not the keys with the tag: some are missing, or there are others among them."
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
    answer_name="tagged",
    stub="""
def tagged(kms, key, value):
    return ...
""",
    examine=_examine,
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
