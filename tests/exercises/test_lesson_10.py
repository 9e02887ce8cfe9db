"""Lesson 10: other right answers than the reference solution, and mistakes made in other ways."""

import os
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import aes_key_wrap, aes_key_wrap_with_padding

import kmsnb
from kmsnb.exercises import exercise
from kmsnb.exercises.lesson_10 import plan, radius, two_layers
from kmsnb.exercises.model import Mistake

pytestmark = pytest.mark.usefixtures("lab")


# a. two layers


def gcm(key: bytes, data: bytes) -> bytes:
    nonce = os.urandom(12)
    return nonce + AESGCM(key).encrypt(nonce, data, None)


def kek_made_here(kms: Any, key_id: str, context: Any, data: bytes) -> Any:
    kek, data_key = os.urandom(32), os.urandom(32)
    wrapped_kek = kms.encrypt(KeyId=key_id, Plaintext=kek, EncryptionContext=context)["CiphertextBlob"]
    return [wrapped_kek, aes_key_wrap(kek, data_key), gcm(data_key, data)]


def smaller_keys_and_a_fixed_nonce(kms: Any, key_id: str, context: Any, data: bytes) -> Any:
    # safe: each key encrypts once
    kek = kms.generate_data_key(KeyId=key_id, KeySpec="AES_128", EncryptionContext=context)
    data_key = os.urandom(16)
    sealed = bytearray(bytes(12) + AESGCM(data_key).encrypt(bytes(12), data, None))
    return kek["CiphertextBlob"], aes_key_wrap(kek["Plaintext"], data_key), sealed


def data_key_from_kms(kms: Any, key_id: str, context: Any, data: bytes) -> Any:
    kek = kms.generate_data_key(KeyId=key_id, NumberOfBytes=32, EncryptionContext=context)
    data_key = kms.generate_random(NumberOfBytes=32)["Plaintext"]
    return kek["CiphertextBlob"], aes_key_wrap(kek["Plaintext"], data_key), gcm(data_key, data)


@pytest.mark.parametrize("seal_twice", [kek_made_here, smaller_keys_and_a_fixed_nonce, data_key_from_kms])
def test_other_ways_to_seal_are_right(seal_twice: Callable[..., Any]) -> None:
    verdict = exercise("10.a").judge(seal_twice)
    assert verdict.state == "right", verdict.says


def with_padding(kms: Any, key_id: str, context: Any, data: bytes) -> Any:
    kek, data_key = os.urandom(32), os.urandom(32)
    wrapped_kek = kms.encrypt(KeyId=key_id, Plaintext=kek, EncryptionContext=context)["CiphertextBlob"]
    return wrapped_kek, aes_key_wrap_with_padding(kek, data_key), gcm(data_key, data)


def data_key_in_plain(kms: Any, key_id: str, context: Any, data: bytes) -> Any:
    wrapped_kek, _, _ = kek_made_here(kms, key_id, context, data)
    data_key = os.urandom(32)
    return wrapped_kek, data_key, gcm(data_key, data)


def own_client(kms: Any, key_id: str, context: Any, data: bytes) -> Any:
    own = boto3.client("kms")
    return kek_made_here(own, own.create_key()["KeyMetadata"]["KeyId"], context, data)


def under_another_context(kms: Any, key_id: str, context: Any, data: bytes) -> Any:
    kek, data_key = os.urandom(32), os.urandom(32)
    wrapped = kms.encrypt(KeyId=key_id, Plaintext=kek, EncryptionContext={"vault": "letters"})[
        "CiphertextBlob"
    ]
    return wrapped, aes_key_wrap(kek, data_key), gcm(data_key, data)


def without_a_context(kms: Any, key_id: str, context: Any, data: bytes) -> Any:
    return kek_made_here(kms, key_id, {}, data)


def own_client_without_a_context(kms: Any, key_id: str, context: Any, data: bytes) -> Any:
    return own_client(kms, key_id, {}, data)


def kms_wraps_both_with_the_context(kms: Any, key_id: str, context: Any, data: bytes) -> Any:
    data_key = os.urandom(32)
    blobs = [
        kms.encrypt(KeyId=key_id, Plaintext=key, EncryptionContext=context)["CiphertextBlob"]
        for key in (os.urandom(32), data_key)
    ]
    return *blobs, gcm(data_key, data)


def a_key_of_another_account(kms: Any, key_id: str, context: Any, data: bytes) -> Any:
    return kek_made_here(kms, "1234abcd-12ab-34cd-56ef-1234567890ab", context, data)


def wraps_the_kek_under_the_data_key(kms: Any, key_id: str, context: Any, data: bytes) -> Any:
    kek, data_key = os.urandom(32), os.urandom(32)
    wrapped_kek = kms.encrypt(KeyId=key_id, Plaintext=kek, EncryptionContext=context)["CiphertextBlob"]
    return wrapped_kek, aes_key_wrap(data_key, kek), gcm(data_key, data)


def two_of_them_swapped(kms: Any, key_id: str, context: Any, data: bytes) -> Any:
    wrapped_kek, wrapped_key, sealed = kek_made_here(kms, key_id, context, data)
    return wrapped_kek, sealed, wrapped_key


def sealed_with_a_context(kms: Any, key_id: str, context: Any, data: bytes) -> Any:
    wrapped_kek, _, _ = parts = kek_made_here(kms, key_id, context, data)
    kek = kms.decrypt(CiphertextBlob=wrapped_kek, EncryptionContext=context)["Plaintext"]
    data_key, nonce = os.urandom(32), os.urandom(12)
    return parts[0], aes_key_wrap(kek, data_key), nonce + AESGCM(data_key).encrypt(nonce, data, b"letter")


KEK = os.urandom(32)


def the_same_kek(kms: Any, key_id: str, context: Any, data: bytes) -> Any:
    data_key = os.urandom(32)
    wrapped_kek = kms.encrypt(KeyId=key_id, Plaintext=KEK, EncryptionContext=context)["CiphertextBlob"]
    return wrapped_kek, aes_key_wrap(KEK, data_key), gcm(data_key, data)


@pytest.mark.parametrize(
    ("seal_twice", "mistake"),
    [
        (with_padding, two_layers.OTHER_WRAP),
        (data_key_in_plain, two_layers.IN_PLAIN),
        (own_client, two_layers.OTHER_KMS_KEY),
        (under_another_context, two_layers.OTHER_KMS_KEY),
        (without_a_context, two_layers.NO_CONTEXT),
        (own_client_without_a_context, two_layers.OTHER_KMS_KEY),
        (kms_wraps_both_with_the_context, two_layers.KMS_TWICE),
        (a_key_of_another_account, two_layers.OTHER_KMS_KEY),
        (wraps_the_kek_under_the_data_key, two_layers.KEK_DOES_NOT_FIT),
        (two_of_them_swapped, two_layers.ORDER),
        (sealed_with_a_context, two_layers.DATA_DOES_NOT_OPEN),
        (the_same_kek, two_layers.NOT_FRESH),
        (lambda *_: (None, None, None), two_layers.NOT_THREE),
        (lambda *_: {"a": b"", "b": b"", "c": b""}, two_layers.NOT_THREE),
    ],
)
def test_mistakes_made_in_other_ways_are_named(seal_twice: Callable[..., Any], mistake: Mistake) -> None:
    assert exercise("10.a").judge(seal_twice).says == mistake.says


# b. the plan


def test_trying_gives_the_plan_of_the_solution() -> None:
    names: dict[str, Any] = {}
    exec(plan.EXERCISE.solution, names)  # noqa: S102 (our own source)
    assert plan.truth() == names["opens"]


def test_each_wrong_cell_is_told_and_no_right_one() -> None:
    truth = plan.truth()
    for at, held in enumerate(plan.HELD):
        for number, act in enumerate(plan.ACTS):
            answer = {name: dict.fromkeys(plan.ACTS, ...) for name in plan.HELD}
            answer[held][act] = truth[held][act]
            assert plan.examine(answer) == plan.STILL_OPEN
            answer[held][act] = not truth[held][act]
            fault = plan.examine(answer)
            assert fault is (
                plan.ROTATION
                if number == 0
                else (plan.SAME_KEY, plan.OUTER, plan.INNER)[(number - 1 < at) + 2 * (number - 1 > at)]
            )


# c. the blast radius


def with_a_list_of_what_waits(under: Any, taken: str) -> Any:
    waiting, found = [taken], []
    for name in waiting:
        if name in under:
            waiting += under[name]
        elif name not in found:
            found.append(name)
    return found


def with_frozensets(under: Any, taken: str) -> Any:
    if taken not in under:
        return frozenset([taken])
    return frozenset().union(*(with_frozensets(under, name) for name in under[taken]))


@pytest.mark.parametrize("blast_radius", [with_a_list_of_what_waits, with_frozensets])
def test_other_ways_to_find_the_radius_are_right(blast_radius: Callable[..., Any]) -> None:
    assert exercise("10.c").judge(blast_radius).state == "right"


def two_steps(under: Any, taken: str) -> Any:
    return {data for name in under[taken] for data in under.get(name, [name]) if data not in under}


@pytest.mark.parametrize(
    ("blast_radius", "mistake"),
    [
        (two_steps, radius.TOO_LITTLE),
        (lambda under, taken: {file for key in under[taken] for file in under[key]}, radius.LOOKED_UP),
        (lambda under, taken: {taken}, radius.KEYS_TOO),
        (lambda under, taken: set(), radius.TOO_LITTLE),
        (lambda under, taken: "payroll", radius.NO_NAMES),
        (lambda under, taken: {"nobody's"}, radius.EVERYTHING),
    ],
)
def test_radiuses_that_are_wrong_in_other_ways_are_named(
    blast_radius: Callable[..., Any], mistake: Mistake
) -> None:
    assert exercise("10.c").judge(blast_radius).says == mistake.says


def test_checks_leave_no_key_in_the_lab() -> None:
    kms = boto3.client("kms")
    before = kms.list_keys()["Keys"]
    for exercise_id, answer in (
        ("10.a", kek_made_here),
        ("10.b", plan.truth()),
        ("10.c", with_frozensets),
    ):
        assert exercise(exercise_id).judge(answer).state == "right"
    assert boto3.client("kms").list_keys()["Keys"] == before
    assert kmsnb.start  # the lab that was on is on
