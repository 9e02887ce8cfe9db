"""Lesson 07: other right answers than the reference solution, and mistakes made in other ways."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from kmsnb.exercises import Mistake, exercise
from kmsnb.exercises.lesson_07 import causes, fits, keep


def keep_naming_the_key_by_its_arn(kms: Any, key_id: str, password: str, customer: str) -> bytes:
    arn = kms.describe_key(KeyId=key_id)["KeyMetadata"]["Arn"]
    context = {"customer": customer}
    return kms.encrypt(KeyId=arn, Plaintext=password.encode(), EncryptionContext=context)["CiphertextBlob"]


def keep_the_first_of_two(kms: Any, key_id: str, password: str, customer: str) -> bytes:
    request = {"KeyId": key_id, "Plaintext": password}
    blob = kms.encrypt(**request, EncryptionContext={"customer": customer})["CiphertextBlob"]
    kms.encrypt(**request)
    return blob


@pytest.mark.parametrize("answer", [keep_naming_the_key_by_its_arn, keep_the_first_of_two])
def test_the_key_may_be_named_otherwise_and_other_calls_be_made(answer: Callable[..., Any], kms: Any) -> None:
    assert exercise("07.a").judge(answer).state == "right"


def keep_under_a_key_of_its_own(kms: Any, key_id: str, password: str, customer: str) -> bytes:
    own = kms.create_key()["KeyMetadata"]["KeyId"]
    context = {"customer": customer}
    return kms.encrypt(KeyId=own, Plaintext=password, EncryptionContext=context)["CiphertextBlob"]


def keep_as_hex(kms: Any, key_id: str, password: str, customer: str) -> str:
    return keep_naming_the_key_by_its_arn(kms, key_id, password, customer).hex()


def keep_with_the_customer_as_a_name(kms: Any, key_id: str, password: str, customer: str) -> bytes:
    return kms.encrypt(KeyId=key_id, Plaintext=password, EncryptionContext={customer: "customer"})[
        "CiphertextBlob"
    ]


def keep_stripped(kms: Any, key_id: str, password: str, customer: str) -> bytes:
    return keep_naming_the_key_by_its_arn(kms, key_id, password.strip(), customer)


@pytest.mark.parametrize(
    ("answer", "mistake"),
    [
        (keep_under_a_key_of_its_own, keep.OTHER_KMS),
        (keep_as_hex, keep.CHANGED),
        (keep_with_the_customer_as_a_name, keep.OTHER_CONTEXT),
        (keep_stripped, keep.OTHER_PLAINTEXT),
    ],
)
def test_a_password_that_is_not_kept_is_named(answer: Callable[..., Any], mistake: Mistake, kms: Any) -> None:
    assert exercise("07.a").judge(answer).says == mistake.says


@pytest.mark.parametrize(
    "answer",
    [
        lambda text: 0 < len(bytes(text, "utf-8")) < 4097,
        lambda text: len(text.encode()) in range(1, 4097),
        lambda text: bool(text) and sum(len(letter.encode()) for letter in text) <= 4096,
    ],
)
def test_a_text_may_be_measured_otherwise(answer: Callable[[str], bool]) -> None:
    assert exercise("07.b").judge(answer).state == "right"


@pytest.mark.parametrize(
    ("answer", "mistake"),
    [
        (lambda text: 1 <= len(text.encode("utf-16")) <= 4096, fits.REFUSES_THE_LIMIT),
        (lambda text: 1 <= len(text.encode()) <= 4 * 1000, fits.REFUSES_THE_LIMIT),
        (lambda text: 1 <= len(text.encode()) <= 4097, fits.TAKES_TOO_MUCH),
        (lambda text: len(text.encode()), fits.NOT_A_TRUTH_VALUE),
    ],
)
def test_a_wrong_measure_is_named(answer: Callable[[str], Any], mistake: Mistake) -> None:
    assert exercise("07.b").judge(answer).says == mistake.says


@pytest.fixture
def other_causes(kms: Any, key_id: str) -> dict[str, Callable[[], Any]]:
    """Each error, caused otherwise than in the reference solution."""
    blob = kms.encrypt(KeyId=key_id, Plaintext=b"x", EncryptionContext={"a": "b"})["CiphertextBlob"]
    other = kms.create_key()["KeyMetadata"]["KeyId"]
    off = kms.create_key()["KeyMetadata"]["KeyId"]
    signer = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
    kms.disable_key(KeyId=off)
    ireland = boto3.client("kms", region_name="eu-west-1")
    return {
        "NotFoundException": lambda: ireland.describe_key(KeyId=key_id),
        "ValidationException": lambda: kms.encrypt(KeyId=key_id, Plaintext=b""),
        "InvalidCiphertextException": lambda: kms.decrypt(CiphertextBlob=blob, KeyId=key_id),
        "AccessDeniedException": lambda: ireland.decrypt(CiphertextBlob=blob, EncryptionContext={"a": "b"}),
        "IncorrectKeyException": lambda: kms.re_encrypt(
            CiphertextBlob=blob, SourceKeyId=other, DestinationKeyId=other
        ),
        "InvalidKeyUsageException": lambda: kms.encrypt(KeyId=signer, Plaintext=b"x"),
        "DisabledException": lambda: kms.generate_data_key(KeyId=off, KeySpec="AES_256"),
    }


def test_each_error_has_more_causes_than_one(other_causes: dict[str, Callable[[], Any]]) -> None:
    verdict = exercise("07.c").judge(other_causes)
    assert verdict.state == "right", verdict.says


def test_causes_swapped_are_told_by_both_names(other_causes: dict[str, Callable[[], Any]]) -> None:
    swapped = other_causes | {"DisabledException": other_causes["IncorrectKeyException"]}
    told = exercise("07.c").judge(swapped).says
    assert told == causes.OTHER_ERROR.about("`DisabledException` got `IncorrectKeyException`.").says


def test_some_causes_are_right_so_far(other_causes: dict[str, Callable[[], Any]]) -> None:
    some = other_causes | {"ValidationException": ...}
    assert exercise("07.c").judge(some).says == causes.STILL_OPEN.about("`ValidationException`.").says


def test_a_cause_that_catches_its_own_error_is_told(other_causes: dict[str, Callable[[], Any]]) -> None:
    def caught() -> None:
        with suppress(ClientError):
            other_causes["DisabledException"]()

    told = exercise("07.c").judge(other_causes | {"DisabledException": caught}).says
    assert told == causes.CAUGHT.about("`DisabledException`.").says


def test_a_measure_that_asks_kms_is_told_even_if_it_is_right(kms: Any, key_id: str) -> None:
    def asks(text: str) -> bool:
        try:
            kms.encrypt(KeyId=key_id, Plaintext=text)
        except ClientError:
            return False
        return True

    assert exercise("07.b").judge(asks).says == fits.ASKS_KMS.says
