"""Lesson 05: other right answers than the reference solution, and mistakes made in other ways."""

import contextlib
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from kmsnb.exercises import exercise
from kmsnb.exercises.lesson_05 import create_named_key as named, parameters as described, tagged as listed

pytestmark = pytest.mark.usefixtures("kms")

RIGHT = {
    "KeySpec": "ECC_NIST_P256",
    "KeyUsage": "SIGN_VERIFY",
    "Description": "signs receipts",
    "MultiRegion": True,
    "Tags": [{"TagKey": "team", "TagValue": "shop"}],
}


def without(*names: str) -> dict[str, Any]:
    return {name: value for name, value in RIGHT.items() if name not in names}


@pytest.mark.parametrize(
    "parameters",
    [
        {**RIGHT, "Origin": "AWS_KMS"},
        {**without("KeySpec"), "CustomerMasterKeySpec": "ECC_NIST_P256"},  # the old name still works
        {**RIGHT, "Tags": ({"TagValue": "shop", "TagKey": "team"},)},
        {**RIGHT, "BypassPolicyLockoutSafetyCheck": False},
    ],
)
def test_the_same_key_with_other_parameters_is_right(parameters: dict[str, Any]) -> None:
    verdict = exercise("05.a").judge(parameters)
    assert verdict.state == "right", verdict.says


@pytest.mark.parametrize(
    ("parameters", "mistake"),
    [
        ({**RIGHT, "Tags": [{"Key": "team", "Value": "shop"}]}, described.TAGS_SHAPE),
        ({**RIGHT, "Tags": ["team=shop"]}, described.TAGS_SHAPE),
        ({**RIGHT, "MultiRegion": "yes"}, described.NEVER_SENT),
        ({**RIGHT, "AliasName": "alias/receipts"}, described.NEVER_SENT),
        ({**RIGHT, "KeySpec": "ECC_P256"}, described.REFUSED),
        ({**RIGHT, "MultiRegion": False}, described.ONE_REGION),
        ({**RIGHT, "KeySpec": "RSA_2048"}, described.OTHER_SPEC),
        ({**RIGHT, "Description": "Signs receipts."}, described.OTHER_DESCRIPTION),
        (without("Tags"), described.OTHER_TAGS),
        (without("KeySpec", "KeyUsage"), described.OTHER_USAGE),
        ([("KeySpec", "ECC_NIST_P256")], described.NOT_A_DICT),
        ({1: 2}, described.NOT_A_DICT),
    ],
)
def test_each_fault_of_the_parameters_is_named(parameters: Any, mistake: Any) -> None:
    assert exercise("05.a").judge(parameters).says.startswith(mistake.says)


def test_a_dictionary_filled_in_part_is_not_attempted() -> None:
    assert exercise("05.a").judge({"KeySpec": "ECC_NIST_P256", "KeyUsage": ...}).state == "not attempted"


def finally_cleans_up(kms: Any, name: str) -> str:
    made = kms.create_key(Description=name, KeySpec="SYMMETRIC_DEFAULT")["KeyMetadata"]
    named_it = False
    try:
        kms.create_alias(TargetKeyId=made["Arn"], AliasName=name)
        named_it = True
    finally:
        if not named_it:
            kms.schedule_key_deletion(KeyId=made["Arn"], PendingWindowInDays=30)
    return made["KeyId"]


def cleans_up_and_disables(kms: Any, name: str) -> str:
    key_id = kms.create_key()["KeyMetadata"]["KeyId"]
    try:
        kms.create_alias(AliasName=name, TargetKeyId=key_id)
    except ClientError:
        kms.disable_key(KeyId=key_id)
        kms.schedule_key_deletion(KeyId=key_id)
        raise
    return key_id


def tries_the_name_on_a_key_that_it_deletes(kms: Any, name: str) -> str:
    for last in (False, True):
        key_id = finally_cleans_up(kms, name)
        if not last:
            kms.delete_alias(AliasName=name)
            kms.schedule_key_deletion(KeyId=key_id)
    return key_id


@pytest.mark.parametrize(
    "answer", [finally_cleans_up, cleans_up_and_disables, tries_the_name_on_a_key_that_it_deletes]
)
def test_other_ways_to_leave_nothing_behind_are_right(answer: Callable[..., Any]) -> None:
    verdict = exercise("05.b").judge(answer)
    assert verdict.state == "right", verdict.says


def returns_the_arn(kms: Any, name: str) -> str:
    return kms.describe_key(KeyId=finally_cleans_up(kms, name))["KeyMetadata"]["Arn"]


def returns_the_name(kms: Any, name: str) -> str:
    finally_cleans_up(kms, name)
    return name


def raises_an_error_of_its_own(kms: Any, name: str) -> str:
    try:
        return finally_cleans_up(kms, name)
    except ClientError:
        raise ValueError("taken") from None


def deletes_the_old_alias(kms: Any, name: str) -> str:
    if any(each["AliasName"] == name for each in kms.list_aliases()["Aliases"]):
        kms.delete_alias(AliasName=name)
    return finally_cleans_up(kms, name)


def schedules_by_the_name(kms: Any, name: str) -> str:
    key_id = kms.create_key()["KeyMetadata"]["KeyId"]
    try:
        kms.create_alias(AliasName=name, TargetKeyId=key_id)
    except ClientError:
        kms.schedule_key_deletion(KeyId=name)
        raise
    return key_id


def deletes_at_once(kms: Any, name: str) -> str:
    key_id = kms.create_key()["KeyMetadata"]["KeyId"]
    try:
        kms.create_alias(AliasName=name, TargetKeyId=key_id)
    except ClientError:
        kms.delete_key(KeyId=key_id)  # there is no such call
        raise
    return key_id


def deletes_every_key(kms: Any, name: str) -> str:
    key_id = finally_cleans_up(kms, name)
    kms.schedule_key_deletion(KeyId=key_id)
    return key_id


@pytest.mark.parametrize(
    ("answer", "mistake"),
    [
        (returns_the_arn, named.NOT_THE_ID),
        (returns_the_name, named.NOT_THE_ID),
        (raises_an_error_of_its_own, named.OTHER_ERROR),
        (deletes_the_old_alias, named.MOVED),
        (schedules_by_the_name, named.CLEANUP_FAILS),
        (deletes_at_once, named.CLEANUP_FAILS),
        (deletes_every_key, named.ALWAYS_DELETED),
    ],
)
def test_each_fault_of_the_cleaning_up_is_named(answer: Callable[..., Any], mistake: Any) -> None:
    assert exercise("05.b").judge(answer).says.startswith(mistake.says)


def tags_of(kms: Any, key_id: str) -> list[dict[str, str]]:
    with contextlib.suppress(ClientError):
        return kms.list_resource_tags(KeyId=key_id)["Tags"]
    return []


def by_hand(kms: Any, key: str, value: str) -> set[str]:
    found, more = set(), {}
    while True:
        answer = kms.list_keys(**more)
        for each in answer["Keys"]:
            tags = tags_of(kms, each["KeyArn"])
            if {tag["TagKey"]: tag["TagValue"] for tag in tags}.get(key) == value:
                found.add(each["KeyId"])
        if not answer["Truncated"]:
            return found
        more = {"Marker": answer["NextMarker"]}


def one_by_one(kms: Any, key: str, value: str) -> Any:
    pages = kms.get_paginator("list_keys").paginate(PaginationConfig={"PageSize": 100})
    for page in pages:
        for each in page["Keys"]:
            if {"TagKey": key, "TagValue": value} in tags_of(kms, each["KeyId"]):
                yield each["KeyId"]


@pytest.mark.parametrize("answer", [by_hand, one_by_one])
def test_other_loops_are_right(answer: Callable[..., Any]) -> None:
    verdict = exercise("05.c").judge(answer)
    assert verdict.state == "right", verdict.says


def asks_for_a_thousand(kms: Any, key: str, value: str) -> list[str]:
    keys = [each["KeyId"] for each in kms.list_keys(Limit=1000)["Keys"]]
    tag = {"TagKey": key, "TagValue": value}
    return [each for each in keys if tag in kms.list_resource_tags(KeyId=each)["Tags"]]


def returns_keys_as_listed(kms: Any, key: str, value: str) -> list[dict[str, str]]:
    right = by_hand(kms, key, value)
    pages = kms.get_paginator("list_keys").paginate()
    return [each for page in pages for each in page["Keys"] if each["KeyId"] in right]


def twice_each(kms: Any, key: str, value: str) -> list[str]:
    return [*by_hand(kms, key, value)] * 2


def returns_after_one_page(kms: Any, key: str, value: str) -> list[str]:
    for page in kms.get_paginator("list_keys").paginate():
        return [each["KeyId"] for each in page["Keys"]]
    return []


def looks_for_other_names(kms: Any, key: str, value: str) -> list[str]:
    pages = kms.get_paginator("list_keys").paginate()
    keys = [each["KeyId"] for page in pages for each in page["Keys"]]
    tag = {"Key": key, "Value": value}
    return [each for each in keys if tag in kms.list_resource_tags(KeyId=each)["Tags"]]


def counts_every_hidden_key(kms: Any, key: str, value: str) -> set[str]:
    found = by_hand(kms, key, value)
    for page in kms.get_paginator("list_keys").paginate():
        for each in page["Keys"]:
            try:
                kms.list_resource_tags(KeyId=each["KeyId"])
            except ClientError:
                found.add(each["KeyId"])
    return found


def test_a_key_whose_tags_are_denied_does_not_count() -> None:
    assert exercise("05.c").judge(counts_every_hidden_key).says == listed.STOPS_AT_DENIED.says


@pytest.mark.parametrize(
    ("answer", "mistake"),
    [
        (returns_after_one_page, listed.FIRST_PAGE),
        (looks_for_other_names, listed.NONE_FOUND),
        (asks_for_a_thousand, listed.FIRST_PAGE),
        (returns_keys_as_listed, listed.NOT_A_LIST),
        (twice_each, listed.TWICE),
    ],
)
def test_each_fault_of_the_list_is_named(answer: Callable[..., Any], mistake: Any) -> None:
    assert exercise("05.c").judge(answer).says == mistake.says


def test_the_checks_leave_no_key_and_no_alias_in_the_lab(kms: Any) -> None:
    before = kms.list_keys()["Keys"], kms.list_aliases()["Aliases"]
    exercise("05.a").judge(RIGHT)
    exercise("05.b").judge(finally_cleans_up)
    exercise("05.c").judge(by_hand)
    assert (kms.list_keys()["Keys"], kms.list_aliases()["Aliases"]) == before
