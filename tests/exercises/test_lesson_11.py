"""Lesson 11: other right answers than the reference solution, and mistakes made in other ways."""

import contextlib
from collections.abc import Callable
from typing import Any

import pytest

import kmsnb
from kmsnb.exercises import exercise
from kmsnb.exercises.lesson_11 import needs, retire, swap

pytestmark = pytest.mark.usefixtures("lab")


# a. retire


def retire_by_asking_for_forgiveness(kms: Any, key_id: str, quiet_days: int) -> None:
    state = kms.describe_key(KeyId=key_id)["KeyMetadata"]["KeyState"]
    if not quiet_days:
        with contextlib.suppress(kms.exceptions.KMSInvalidStateException):
            kms.cancel_key_deletion(KeyId=key_id)
        kms.enable_key(KeyId=key_id)
        return
    steps = {
        "Enabled": lambda: quiet_days >= 30 and kms.disable_key(KeyId=key_id),
        "Disabled": lambda: quiet_days > 364 and kms.schedule_key_deletion(KeyId=key_id),
    }
    steps.get(state, lambda: None)()


def retire_by_enabled_and_date(kms: Any, key_id: str, quiet_days: int) -> str:
    metadata = kms.describe_key(KeyId=key_id)["KeyMetadata"]
    needed = quiet_days < 1
    if "DeletionDate" in metadata and not needed:
        return "waiting"
    if "DeletionDate" in metadata:
        kms.cancel_key_deletion(KeyId=key_id)
    if needed:
        kms.enable_key(KeyId=key_id)
    elif metadata["Enabled"] and quiet_days >= 30:
        kms.disable_key(KeyId=key_id)
    elif not metadata["Enabled"] and quiet_days >= 365:
        kms.schedule_key_deletion(KeyId=key_id, PendingWindowInDays=30)
    return "done"


@pytest.mark.parametrize("answer", [retire_by_asking_for_forgiveness, retire_by_enabled_and_date])
def test_other_ways_to_retire_are_right(answer: Callable[..., Any]) -> None:
    verdict = exercise("11.a").judge(answer)
    assert verdict.state == "right", verdict.says


def retire_both_at_once(kms: Any, key_id: str, quiet_days: int) -> None:
    if quiet_days >= 30:
        kms.disable_key(KeyId=key_id)
        kms.schedule_key_deletion(KeyId=key_id)


def retire_and_enable_again(kms: Any, key_id: str, quiet_days: int) -> None:
    kms.disable_key(KeyId=key_id)
    kms.enable_key(KeyId=key_id)


def retire_after_one_quiet_week(kms: Any, key_id: str, quiet_days: int) -> None:
    retire_by_asking_for_forgiveness(kms, key_id, quiet_days and max(quiet_days, 30))


def retire_and_disable_what_is_needed(kms: Any, key_id: str, quiet_days: int) -> None:
    state = kms.describe_key(KeyId=key_id)["KeyMetadata"]["KeyState"]
    if quiet_days == 0 and state == "Enabled":
        kms.disable_key(KeyId=key_id)
    else:
        retire_by_enabled_and_date(kms, key_id, quiet_days)


@pytest.mark.parametrize(
    ("answer", "mistake"),
    [
        (retire_both_at_once, retire.TWO_STEPS),
        (retire_and_enable_again, retire.NEVER_DISABLES),
        (retire_after_one_quiet_week, retire.DISABLED_TOO_SOON),
        (retire_and_disable_what_is_needed, retire.IGNORES_NEED),
    ],
)
def test_what_goes_wrong_on_the_way_out_is_named(answer: Callable[..., Any], mistake: Any) -> None:
    assert exercise("11.a").judge(answer).says == mistake.says


def test_another_kms_than_the_one_given_is_named(kms: Any, key_id: str) -> None:
    def with_the_kms_of_the_lesson(_: Any, key_id: str, quiet_days: int) -> None:
        retire_by_enabled_and_date(kms, key_id, quiet_days)

    assert exercise("11.a").judge(with_the_kms_of_the_lesson).says == retire.OTHER_KMS.says


def test_time_stands_still_in_the_lab_meanwhile(lab: kmsnb.Lab, kms: Any, key_id: str) -> None:
    before = lab.clock.now()
    exercise("11.a").judge(retire_by_enabled_and_date)
    assert lab.clock.now() == before
    assert len(kms.list_keys()["Keys"]) == 1


# b. swap


def swap_the_alias_first(kms: Any, alias: str, ciphertexts: list[bytes]) -> tuple[bytes, ...]:
    old = kms.describe_key(KeyId=alias)["KeyMetadata"]["Arn"]
    new = kms.create_key()["KeyMetadata"]["Arn"]
    kms.update_alias(AliasName=alias, TargetKeyId=new)
    return tuple(
        kms.re_encrypt(CiphertextBlob=each, SourceKeyId=old, DestinationKeyId=alias)["CiphertextBlob"]
        for each in ciphertexts
    )


def swap_and_describe(kms: Any, alias: str, ciphertexts: list[bytes]) -> list[bytes]:
    new = kms.create_key(Description=alias)["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName=alias + "-next", TargetKeyId=new)
    moved = [
        kms.re_encrypt(CiphertextBlob=each, DestinationKeyId=alias + "-next")["CiphertextBlob"]
        for each in ciphertexts
    ]
    kms.update_alias(AliasName=alias, TargetKeyId=new)
    return moved


@pytest.mark.parametrize("answer", [swap_the_alias_first, swap_and_describe])
def test_other_ways_to_swap_are_right(answer: Callable[..., Any]) -> None:
    verdict = exercise("11.b").judge(answer)
    assert verdict.state == "right", verdict.says


def swap_and_schedule_the_old(kms: Any, alias: str, ciphertexts: list[bytes]) -> list[bytes]:
    old = kms.describe_key(KeyId=alias)["KeyMetadata"]["KeyId"]
    moved = swap_and_describe(kms, alias, ciphertexts)
    kms.schedule_key_deletion(KeyId=old)
    return moved


def swap_the_first_only(kms: Any, alias: str, ciphertexts: list[bytes]) -> list[bytes]:
    return swap_and_describe(kms, alias, ciphertexts[:1])


def swap_in_place(kms: Any, alias: str, ciphertexts: list[bytes]) -> None:
    ciphertexts[:] = swap_and_describe(kms, alias, ciphertexts)


def swap_nothing(kms: Any, alias: str, ciphertexts: list[bytes]) -> list[bytes]:
    return ciphertexts


@pytest.mark.parametrize(
    ("answer", "mistake"),
    [
        (swap_and_schedule_the_old, swap.OLD_KEY_OFF),
        (swap_the_first_only, swap.NOT_A_LIST),
        (swap_in_place, swap.NOT_A_LIST),
        (swap_nothing, swap.SAME_KEY),
    ],
)
def test_what_goes_wrong_in_a_swap_is_named(answer: Callable[..., Any], mistake: Any) -> None:
    assert exercise("11.b").judge(answer).says == mistake.says


# c. who needs


def who_needs_as_a_list(events: list[dict[str, Any]], key_arn: str) -> list[str]:
    found = []
    for event in events:
        if event.get("errorCode", "").startswith("Disabled") and event["resources"][0]["ARN"] == key_arn:
            found.append(event["userIdentity"]["arn"])
    return found


def who_needs_by_message(events: list[dict[str, Any]], key_arn: str) -> set[str]:
    return {
        event["userIdentity"]["arn"]
        for event in events
        if event.get("errorMessage") == f"{key_arn} is disabled."
    }


@pytest.mark.parametrize("answer", [who_needs_as_a_list, who_needs_by_message])
def test_other_ways_to_read_the_records_are_right(answer: Callable[..., Any]) -> None:
    verdict = exercise("11.c").judge(answer)
    assert verdict.state == "right", verdict.says


def nobody(events: list[dict[str, Any]], key_arn: str) -> set[str]:
    return set()


def who_needs_by_a_resource_that_is_a_text(events: list[dict[str, Any]], key_arn: str) -> set[str]:
    return {event["userIdentity"]["arn"] for event in events if key_arn in event["resources"]}


def everybody(events: list[dict[str, Any]], key_arn: str) -> set[str]:
    return {event["userIdentity"].get("arn", "") for event in events} - {""}


def the_arns_in_a_string(events: list[dict[str, Any]], key_arn: str) -> str:
    return ",".join(who_needs_as_a_list(events, key_arn))


@pytest.mark.parametrize(
    ("answer", "mistake"),
    [
        (nobody, needs.SOME_MISSING),
        (who_needs_by_a_resource_that_is_a_text, needs.SOME_MISSING),
        (everybody, needs.ALL_CALLERS),
        (the_arns_in_a_string, needs.NOT_ARNS),
    ],
)
def test_what_is_misread_is_named(answer: Callable[..., Any], mistake: Any) -> None:
    assert exercise("11.c").judge(answer).says == mistake.says
