"""Exercise c: find the keys with a tag, using only calls to KMS."""

import json
import secrets
from collections.abc import Callable, Iterable
from typing import Any

from botocore.exceptions import ClientError

from ..examiner import ACCOUNT, examiner_kms
from ..model import Exercise, Mistake, attempted

_PAGE = 2  # so that few keys make many pages

NOT_A_LIST = Mistake("Return a list of key ids, even if there's only one, or none.")
FIRST_PAGE = Mistake(
    "It only looks at the first page of ListKeys, which says `Truncated`: there are more keys. Use the paginator, and put "
    "`return` after its loop."
)
OTHER_KMS = Mistake(
    "It never calls ListKeys on the `kms` that it's given. Use that client, and no other service."
)
ARNS = Mistake("It finds the right keys, but returns their ARNs. Return the ids, under `KeyId`.")
IGNORES_VALUE = Mistake("It also returns keys that have the tag key with another value.")
IGNORES_KEY = Mistake("It also returns keys that have the value under another tag key.")
IGNORES_CASE = Mistake("It confuses `Team` with `team`. Tag keys and values are case-sensitive.")
MIXES_TAGS = Mistake(
    "It takes the tag key from one tag and the value from another. Both must be in the same tag."
)
FIRST_TAG = Mistake("It misses a key that has other tags too. Look at all tags of each key.")
TWICE = Mistake("It finds the right keys, but some are in the list more than once.")
NONE_FOUND = Mistake(
    "It returns an empty list, but three keys have the tag. Print what ListResourceTags returns for a key with a tag: each "
    "tag is a dictionary with `TagKey` and `TagValue`."
)
OTHER_KEYS = Mistake(
    "It doesn't return exactly the keys with the tag: some are missing, or others are among them."
)
ENDS_AT_DENIED = Mistake(
    "It works until a key policy denies you the tags of a key: then AccessDeniedException ends the search. Catch it, skip "
    "that key, and go on."
)
STOPS_AT_DENIED = Mistake(
    "When a key policy denies it the tags of a key, it stops looking, or counts that key in. Skip that key, and go on with "
    "the next."
)

_DENIES_ITS_TAGS = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
            "Action": "kms:*",
            "Resource": "*",
        },
        {"Effect": "Deny", "Principal": "*", "Action": "kms:ListResourceTags", "Resource": "*"},
    ],
}


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
    return _fault_of_keys(found, keys) or _fault_when_denied(kms, tagged, key, value, found)


def _keys_to_choose_from(kms: Any, key: str, value: str) -> dict[str, str]:
    """The ids of new keys, by what each of them tests."""
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
    """Make ListKeys return small pages. The list collects, for each response, whether there were more keys."""
    truncated: list[bool] = []
    kms.meta.events.register(
        "provide-client-params.kms.ListKeys", lambda params, **_: {**params, "Limit": _PAGE}
    )
    kms.meta.events.register(
        "after-call.kms.ListKeys", lambda parsed, **_: truncated.append(parsed.get("Truncated", False))
    )
    return truncated


def _fault_of_keys(found: list[Any], keys: dict[str, str]) -> Mistake | None:
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


def _fault_when_denied(
    kms: Any, tagged: Callable[..., Any], key: str, value: str, found: list[str]
) -> Mistake | None:
    """Call it again with two more keys: one whose policy denies everyone its tags, then one with the tag."""
    tag = {"TagKey": key, "TagValue": value}
    kms.create_key(Policy=json.dumps(_DENIES_ITS_TAGS), Tags=[tag])
    last = kms.create_key(Tags=[tag])["KeyMetadata"]["KeyId"]
    try:
        now = list(tagged(kms, key, value))
    except ClientError as error:
        if error.response["Error"]["Code"] == "AccessDeniedException":
            return ENDS_AT_DENIED
        raise
    return None if sorted(now) == sorted([*found, last]) else STOPS_AT_DENIED


EXERCISE = Exercise(
    answer_name="tagged",
    stub="""
def tagged(kms, key, value):
    return ...
""",
    examine=_examine,
    hints=(
        "Use a loop in a loop: for each page of the paginator, for each of its `Keys`.",
        "`kms.list_resource_tags(KeyId=…)['Tags']` are the tags of a key: a list of dictionaries.",
        "`{'TagKey': key, 'TagValue': value} in tags` says whether the tag is among them.",
        "To skip a key: `except kms.exceptions.ClientError`, with the error code AccessDeniedException, then `continue`.",
    ),
    solution="""
def tagged(kms, key, value):
    wanted = {"TagKey": key, "TagValue": value}
    found = []
    for page in kms.get_paginator("list_keys").paginate():
        for each in page["Keys"]:
            try:
                tags = kms.list_resource_tags(KeyId=each["KeyId"])["Tags"]
            except kms.exceptions.ClientError as error:
                if error.response["Error"]["Code"] != "AccessDeniedException":
                    raise
                continue
            if wanted in tags:
                found.append(each["KeyId"])
    return found
""",
)
