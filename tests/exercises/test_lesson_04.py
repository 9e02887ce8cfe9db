"""Lesson 04: other right answers than the reference solution, and mistakes made in other ways."""

import contextlib
from typing import Any

import boto3
import pytest

from kmsnb.exercises import exercise
from kmsnb.exercises.lesson_04 import kinds, our_keys, switch_off


def disable_by_id(kms: Any, name: str) -> str:
    metadata = kms.describe_key(KeyId=name)["KeyMetadata"]
    kms.disable_key(KeyId=metadata["KeyId"])
    return metadata["Arn"]


def disable_twice(kms: Any, name: str) -> str:
    return disable_by_id(kms, disable_by_id(kms, name))


def by_list_of_aliases(kms: Any, name: str) -> str:
    for page in kms.get_paginator("list_aliases").paginate():
        for alias in page["Aliases"]:
            if name in (alias["AliasName"], alias["AliasArn"]):
                name = alias["TargetKeyId"]
    return disable_by_id(kms, name)


@pytest.mark.parametrize("answer", [disable_by_id, disable_twice, by_list_of_aliases])
def test_a_key_may_be_found_in_several_ways(lab: Any, answer: Any) -> None:
    assert exercise("04.a").judge(answer).state == "right"


def disable_with_another_client(kms: Any, name: str) -> str:
    return disable_by_id(boto3.client("kms"), name)


def disable_and_swallow(kms: Any, name: str) -> str:
    with contextlib.suppress(kms.exceptions.ClientError):
        kms.disable_key(KeyId=name)
    return kms.describe_key(KeyId=name)["KeyMetadata"]["Arn"]


def schedule_its_deletion(kms: Any, name: str) -> str:
    arn = kms.describe_key(KeyId=name)["KeyMetadata"]["Arn"]
    kms.disable_key(KeyId=arn)
    kms.schedule_key_deletion(KeyId=arn, PendingWindowInDays=7)
    return arn


def return_the_alias_arn(kms: Any, name: str) -> str:
    disable_by_id(kms, name)
    return f"arn:aws:kms:us-east-1:123456789012:alias/{name}"


@pytest.mark.parametrize(
    ("answer", "mistake"),
    [
        (disable_and_swallow, switch_off.STILL_ON),
        (schedule_its_deletion, switch_off.ON_ITS_WAY_OUT),
        (return_the_alias_arn, switch_off.RETURNS_OTHER),
    ],
)
def test_ways_not_to_switch_off_are_named(lab: Any, answer: Any, mistake: Any) -> None:
    assert exercise("04.a").judge(answer).says == mistake.says


def test_a_client_of_one_s_own_is_not_right(lab: Any) -> None:
    assert exercise("04.a").judge(disable_with_another_client).says == switch_off.NOT_ITS_KEY.says


GOOD: dict[str, Any] = {
    "protect files": {"KeySpec": "SYMMETRIC_DEFAULT", "KeyUsage": "ENCRYPT_DECRYPT", "MultiRegion": True},
    "receive messages": {"KeySpec": "RSA_3072", "KeyUsage": "ENCRYPT_DECRYPT", "Description": "letters"},
    "sign for decades": {"KeySpec": "ML_DSA_87", "KeyUsage": "SIGN_VERIFY"},
    "authenticate cookies": {"KeySpec": "HMAC_512", "KeyUsage": "GENERATE_VERIFY_MAC"},
    "agree on a secret": {"KeySpec": "ECC_NIST_P521", "KeyUsage": "KEY_AGREEMENT"},
}


def test_other_kinds_that_do_the_job_are_right(lab: Any) -> None:
    assert exercise("04.b").judge(GOOD).state == "right"


@pytest.mark.parametrize(
    ("job", "parameters", "mistake"),
    [
        ("protect files", {"Origin": "EXTERNAL"}, kinds.NO_DATA_KEYS),
        ("protect files", {"KeySpec": "AES_256"}, kinds.NO_SUCH_KEY),
        ("protect files", {"Keyspec": "SYMMETRIC_DEFAULT"}, kinds.NO_SUCH_KEY),
        ("protect files", {1: 2}, kinds.NO_SUCH_KEY),
        ("receive messages", {"KeySpec": "RSA_2048", "KeyUsage": "SIGN_VERIFY"}, kinds.NO_MESSAGES),
        ("receive messages", {"KeySpec": "ECC_NIST_P256", "KeyUsage": "KEY_AGREEMENT"}, kinds.NO_MESSAGES),
        ("receive messages", {"KeySpec": "RSA_2048"}, kinds.NO_SUCH_KEY),
        ("sign for decades", {"KeySpec": "RSA_4096", "KeyUsage": "SIGN_VERIFY"}, kinds.NOT_FOR_DECADES),
        ("sign for decades", {}, kinds.NO_SIGNATURES),
        (
            "sign for decades",
            {"KeySpec": "RSA_2048", "KeyUsage": "SIGN_VERIFY", "Origin": "EXTERNAL"},
            kinds.NO_MATERIAL,
        ),
        ("authenticate cookies", {}, kinds.NO_MAC),
        ("agree on a secret", {"KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY"}, kinds.NO_SECRET),
        ("agree on a secret", {}, kinds.NO_SECRET),
        (
            "agree on a secret",
            {"KeySpec": "ML_KEM_512", "KeyUsage": "ENCAPSULATE_DECAPSULATE"},
            kinds.NOT_HERE,
        ),
    ],
)
def test_a_kind_that_does_not_do_the_job_is_named(
    lab: Any, job: str, parameters: dict[str, Any], mistake: Any
) -> None:
    assert exercise("04.b").judge({**GOOD, job: parameters}).says.startswith(mistake.says)


@pytest.mark.parametrize(
    ("parameters", "reason"),
    [
        (
            {"KeySpec": "HMAC_256"},
            "`ValidationException`: You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.",
        ),
        (
            {"Spec": "HMAC_256"},
            '`ParamValidationError`: Parameter validation failed: Unknown parameter in input: "Spec"',
        ),
        (
            {"KeySpec": "HMAC256", "KeyUsage": "GENERATE_VERIFY_MAC"},
            "`ValidationException`: 1 validation error detected",
        ),
    ],
)
def test_a_kind_that_cannot_be_made_is_named_with_the_reason(
    lab: Any, parameters: dict[str, str], reason: str
) -> None:
    says = exercise("04.b").judge({**GOOD, "authenticate cookies": parameters}).says
    assert says.startswith(f"{kinds.NO_SUCH_KEY.says} *authenticate cookies* got {reason}")
    assert "ECC_NIST_P521" not in says  # not the list of all values


def test_what_is_still_open_is_said_after_what_is_wrong(lab: Any) -> None:
    judge = exercise("04.b").judge
    assert (
        judge({**GOOD, "authenticate cookies": ...}).says
        == f"{kinds.STILL_OPEN.says} *authenticate cookies*."
    )
    assert judge({"protect files": {}, "authenticate cookies": {}}).says == kinds.NO_MAC.says


def by_hand(kms: Any) -> set[str]:
    found, marker = set(), {}
    while True:
        page = kms.list_keys(**marker)
        for entry in page["Keys"]:
            metadata = kms.describe_key(KeyId=entry["KeyArn"])["KeyMetadata"]
            if metadata["KeyManager"] != "AWS":
                found.add(entry["KeyArn"])
        if not page["Truncated"]:
            return found
        marker = {"Marker": page["NextMarker"]}


def one_by_one(kms: Any) -> Any:
    yield from by_hand(kms)


@pytest.mark.parametrize("answer", [by_hand, one_by_one])
def test_pages_may_be_turned_by_hand(lab: Any, answer: Any) -> None:
    assert exercise("04.c").judge(answer).state == "right"
    assert exercise("04.c").judge(answer).state == "right"  # and again, with what the first check left behind


def all_on_the_first_page(kms: Any) -> list[str]:
    return [entry["KeyArn"] for entry in kms.list_keys()["Keys"]]


def whole_entries(kms: Any) -> list[Any]:
    return kms.list_keys()["Keys"]


def alias_arns(kms: Any) -> list[str]:
    return [alias["AliasArn"] for alias in kms.list_aliases()["Aliases"]]


@pytest.mark.parametrize(
    ("answer", "mistake"),
    [
        (all_on_the_first_page, our_keys.FIRST_PAGE),
        (whole_entries, our_keys.NOT_A_LIST),
        (alias_arns, our_keys.IDS),
        (lambda kms: by_hand(kms).pop(), our_keys.NOT_A_LIST),
        (lambda kms: sorted(by_hand(kms))[:-1], our_keys.SOME_MISSING),
    ],
)
def test_an_incomplete_inventory_is_named(lab: Any, answer: Any, mistake: Any) -> None:
    if mistake is our_keys.SOME_MISSING:
        exercise("04.c").judge(by_hand)  # keys enough that none of the other mistakes leaves out the same
    assert exercise("04.c").judge(answer).says == mistake.says


@pytest.mark.parametrize("number", ["04.a", "04.b", "04.c"])
def test_a_check_leaves_the_lab_as_it_was(kms: Any, key_id: str, number: str) -> None:
    names: dict[str, Any] = {}
    exec(exercise(number).solution, names)  # noqa: S102 (our own source)
    assert exercise(number).judge(names[exercise(number).answer_name]).state == "right"
    assert [entry["KeyId"] for entry in kms.list_keys()["Keys"]] == [key_id]
    assert kms.describe_key(KeyId=key_id)["KeyMetadata"]["Enabled"]
