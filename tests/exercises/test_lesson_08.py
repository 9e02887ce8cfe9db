"""Lesson 08: other right answers than the reference solution, and mistakes made in other ways."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

import kmsnb
from kmsnb.exercises import exercise
from kmsnb.exercises.lesson_08 import pack as packing, permissions, unpack as unpacking


@pytest.fixture(scope="module", autouse=True)
def one_lab() -> Iterator[None]:
    with kmsnb.start():
        yield


def verdict(exercise_id: str, answer: Any) -> Any:
    return exercise(exercise_id).judge(answer)


def encrypt_at_home(data_key: bytes, data: bytes) -> dict[str, bytes]:
    nonce = os.urandom(12)
    return {"nonce": nonce, "sealed": AESGCM(data_key).encrypt(nonce, data, None)}


# Right in another way


def pack_with_a_key_of_ones_own(kms: Any, key_id: str, data: bytes, context: dict[str, str]) -> Any:
    data_key = os.urandom(32)
    wrapped = kms.encrypt(KeyId=key_id, Plaintext=data_key, EncryptionContext=context)["CiphertextBlob"]
    return {"wrapped": wrapped, **encrypt_at_home(data_key, data)}


def pack_without_plaintext(kms: Any, key_id: str, data: bytes, context: dict[str, str]) -> Any:
    made = kms.generate_data_key_without_plaintext(KeyId=key_id, NumberOfBytes=32, EncryptionContext=context)
    blob = made["CiphertextBlob"]
    opened = kms.decrypt(CiphertextBlob=blob, KeyId=key_id, EncryptionContext=context)
    return {"wrapped": blob, **encrypt_at_home(opened["Plaintext"], data)}


def pack_with_a_fixed_nonce(kms: Any, key_id: str, data: bytes, context: dict[str, str]) -> Any:
    # safe: no data key is ever used twice
    key = kms.generate_data_key(KeyId=key_id, KeySpec="AES_256", EncryptionContext=context)
    sealed = bytearray(AESGCM(key["Plaintext"]).encrypt(bytes(12), data, None))
    return {"wrapped": key["CiphertextBlob"], "nonce": bytes(12), "sealed": sealed}


@pytest.mark.parametrize(
    "pack", [pack_with_a_key_of_ones_own, pack_without_plaintext, pack_with_a_fixed_nonce]
)
def test_a_parcel_packed_another_way_is_right(pack: Callable[..., Any]) -> None:
    assert verdict("08.a", pack).state == "right"


def unpack_and_check_the_answer(kms: Any, key_id: str, parcel: dict[str, bytes], context: Any) -> bytes:
    key = kms.decrypt(CiphertextBlob=parcel["wrapped"], EncryptionContext=context)
    kms.decrypt(CiphertextBlob=parcel["wrapped"], EncryptionContext=context, KeyId=key_id)
    return AESGCM(key["Plaintext"]).decrypt(parcel["nonce"], parcel["sealed"], None)


def unpack_with_an_error_of_ones_own(kms: Any, key_id: str, parcel: dict[str, bytes], context: Any) -> bytes:
    key = kms.decrypt(CiphertextBlob=parcel["wrapped"], KeyId=key_id, EncryptionContext=context)
    try:
        return AESGCM(key["Plaintext"]).decrypt(parcel["nonce"], parcel["sealed"], None)
    except InvalidTag:
        raise ValueError("this parcel was changed") from None


@pytest.mark.parametrize("unpack", [unpack_and_check_the_answer, unpack_with_an_error_of_ones_own])
def test_unpacking_another_way_is_right(unpack: Callable[..., Any]) -> None:
    assert verdict("08.b", unpack).state == "right"


def right_permissions() -> dict[str, str]:
    names: dict[str, Any] = {}
    exec(exercise("08.c").solution, names)  # noqa: S102 (our own source)
    return names["needs"]


def test_permissions_may_be_written_as_in_a_policy() -> None:
    assert (
        verdict("08.c", {name: f"kms:{call}" for name, call in right_permissions().items()}).state == "right"
    )
    assert (
        verdict("08.c", {name: call.lower() for name, call in right_permissions().items()}).state == "right"
    )


# Wrong in another way


def pack_with_the_key_in_the_nonce(kms: Any, key_id: str, data: bytes, context: Any) -> Any:
    key = kms.generate_data_key(KeyId=key_id, KeySpec="AES_256", EncryptionContext=context)
    sealed = AESGCM(key["Plaintext"]).encrypt(key["Plaintext"][:12], data, None)
    return {
        "wrapped": key["CiphertextBlob"],
        "nonce": key["Plaintext"][:12],
        "sealed": key["Plaintext"] + sealed,
    }


def pack_under_a_key_of_ones_own(kms: Any, key_id: str, data: bytes, context: Any) -> Any:
    own = kms.create_key()["KeyMetadata"]["KeyId"]
    key = kms.generate_data_key(KeyId=own, KeySpec="AES_256", EncryptionContext=context)
    return {"wrapped": key["CiphertextBlob"], **encrypt_at_home(key["Plaintext"], data)}


def pack_with_additional_data(kms: Any, key_id: str, data: bytes, context: Any) -> Any:
    key, nonce = (
        kms.generate_data_key(KeyId=key_id, KeySpec="AES_256", EncryptionContext=context),
        os.urandom(12),
    )
    sealed = AESGCM(key["Plaintext"]).encrypt(nonce, data, b"17")
    return {"wrapped": key["CiphertextBlob"], "nonce": nonce, "sealed": sealed}


def pack_with_a_piece_of_the_wrapped_key(kms: Any, key_id: str, data: bytes, context: Any) -> Any:
    key = kms.generate_data_key(KeyId=key_id, KeySpec="AES_256", EncryptionContext=context)
    return {"wrapped": key["CiphertextBlob"], **encrypt_at_home(key["CiphertextBlob"][:32], data)}


def pack_under_an_alias_of_the_lesson(kms: Any, key_id: str, data: bytes, context: Any) -> Any:
    return pack_with_additional_data(kms, "alias/archive", data, context)


def pack_with_everything(kms: Any, key_id: str, data: bytes, context: Any) -> Any:
    key = kms.generate_data_key(KeyId=key_id, KeySpec="AES_256", EncryptionContext=context)
    parcel = {"wrapped": key["CiphertextBlob"], **encrypt_at_home(key["Plaintext"], data)}
    return {**parcel, "key": key["Plaintext"]}


@pytest.mark.parametrize(
    ("pack", "mistake"),
    [
        (pack_with_the_key_in_the_nonce, packing.DOES_NOT_OPEN),
        (pack_under_a_key_of_ones_own, packing.DOES_NOT_UNWRAP),
        (pack_with_additional_data, packing.DOES_NOT_OPEN),
        (pack_with_a_piece_of_the_wrapped_key, packing.PIECE_OF_WRAPPED_KEY),
        (pack_under_an_alias_of_the_lesson, packing.OTHER_KEY),
        (pack_with_everything, packing.NOT_A_PARCEL),
        (lambda kms, key_id, data, context: None, packing.NOT_A_PARCEL),
    ],
)
def test_a_faulty_parcel_is_named(pack: Callable[..., Any], mistake: Any) -> None:
    assert verdict("08.a", pack).says == mistake.says


def unpack_with_a_fixed_context(kms: Any, key_id: str, parcel: dict[str, bytes], context: Any) -> bytes:
    context = {"customer": "17", "app": "shop"}
    key = kms.decrypt(CiphertextBlob=parcel["wrapped"], KeyId=key_id, EncryptionContext=context)
    return AESGCM(key["Plaintext"]).decrypt(parcel["nonce"], parcel["sealed"], None)


def unpack_under_an_alias_of_the_lesson(kms: Any, key_id: str, parcel: dict[str, bytes], context: Any) -> Any:
    return kms.decrypt(CiphertextBlob=parcel["wrapped"], KeyId="alias/archive", EncryptionContext=context)


def unpack_and_return_a_message(kms: Any, key_id: str, parcel: dict[str, bytes], context: Any) -> Any:
    try:
        key = kms.decrypt(CiphertextBlob=parcel["wrapped"], KeyId=key_id, EncryptionContext=context)
    except kms.exceptions.ClientError:
        return "refused"
    return AESGCM(key["Plaintext"]).decrypt(parcel["nonce"], parcel["sealed"], None)


@pytest.mark.parametrize(
    ("unpack", "mistake"),
    [
        (unpack_with_a_fixed_context, unpacking.NO_CONTEXT),
        (unpack_and_return_a_message, unpacking.SWALLOWED),
        (unpack_under_an_alias_of_the_lesson, unpacking.OTHER_KEY),
        (lambda kms, key_id, parcel, context: parcel["sealed"], unpacking.NOT_THE_DATA),
    ],
)
def test_faulty_unpacking_is_named(unpack: Callable[..., Any], mistake: Any) -> None:
    assert verdict("08.b", unpack).says == mistake.says


@pytest.mark.parametrize(
    ("program", "call", "mistake"),
    [
        ("registrar", "GenerateDataKeyPair", permissions.SEES_THE_KEY),
        ("caterer", "Decrypt", permissions.SEES_THE_KEY),
        ("till", "GenerateDataKeyPair", permissions.ANOTHER_KEY),
        ("till", "Verify", permissions.KMS_KEYS_ONLY),
        ("viewer", "Encrypt", permissions.NOT_ENCRYPT),
        ("viewer", "DescribeKey", permissions.REFUSED),
        ("guest", "GenerateMac", permissions.REFUSED),
        ("guest", ["Decrypt", "Encrypt"], permissions.NOT_A_CALL),
        ("guest", "kms:*", permissions.NOT_A_CALL),
    ],
)
def test_a_wrong_permission_is_named_with_its_program(program: str, call: Any, mistake: Any) -> None:
    needs = {**right_permissions(), program: call}
    assert verdict("08.c", needs).says == f"{mistake.says} {program}."


@pytest.mark.parametrize("exercise_id", ["08.a", "08.b", "08.c"])
def test_a_check_leaves_no_key_in_the_lab(exercise_id: str) -> None:
    names: dict[str, Any] = {}
    exec(exercise(exercise_id).solution, names)  # noqa: S102 (our own source)
    assert verdict(exercise_id, names[exercise(exercise_id).answer_name]).state == "right"
    assert boto3.client("kms").list_keys()["Keys"] == []
