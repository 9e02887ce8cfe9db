"""Lesson 09: other right answers than the reference solution, and mistakes made in other ways."""

import base64
import json
import math
import os
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305

from kmsnb import crypto, envelope
from kmsnb.exercises import Mistake, exercise
from kmsnb.exercises.lesson_09 import own_envelope as wrong, price
from kmsnb.exercises.lesson_09.faults import CLUES
from kmsnb.exercises.lesson_09.returned import five_letters

Pair = tuple[Callable[..., Any], Callable[..., Any]]


def as_json() -> Pair:
    """Base64 in JSON, the context as additional data too, a nonce of zeros: each data key is used once."""

    def seal(kms: Any, key_id: str, plaintext: bytes, context: dict[str, str]) -> bytes:
        answer = kms.generate_data_key(KeyId=key_id, NumberOfBytes=32, EncryptionContext=context)
        aad = json.dumps(context, sort_keys=True).encode()
        data = AESGCM(answer["Plaintext"]).encrypt(bytes(12), plaintext, aad)
        parts = {"key": answer["CiphertextBlob"], "data": data}
        return json.dumps({name: base64.b64encode(part).decode() for name, part in parts.items()}).encode()

    def unseal(kms: Any, key_id: str, sealed: bytes, context: dict[str, str]) -> bytes:
        parts = {name: base64.b64decode(text) for name, text in json.loads(sealed).items()}
        key = kms.decrypt(CiphertextBlob=parts["key"], KeyId=key_id, EncryptionContext=context)["Plaintext"]
        return AESGCM(key).decrypt(bytes(12), parts["data"], json.dumps(context, sort_keys=True).encode())

    return seal, unseal


def key_of_ones_own() -> Pair:
    """A key from the operating system, which Encrypt wraps; another cipher; a bytearray; the key at the end."""

    def seal(kms: Any, key_id: str, plaintext: bytes, context: dict[str, str]) -> bytearray:
        key, nonce = os.urandom(32), os.urandom(12)
        blob = kms.encrypt(KeyId=key_id, Plaintext=key, EncryptionContext=context)["CiphertextBlob"]
        data = ChaCha20Poly1305(key).encrypt(nonce, plaintext, None)
        return bytearray(nonce + data + blob + len(blob).to_bytes(4, "big"))

    def unseal(kms: Any, key_id: str, sealed: bytes, context: dict[str, str]) -> bytes | None:
        size = int.from_bytes(sealed[-4:], "big")
        nonce, data, blob = sealed[:12], bytes(sealed[12 : -4 - size]), bytes(sealed[-4 - size : -4])
        key = kms.decrypt(CiphertextBlob=blob, KeyId=key_id, EncryptionContext=context)["Plaintext"]
        return ChaCha20Poly1305(key).decrypt(bytes(nonce), data, None)

    return seal, unseal


def the_package_s() -> Pair:
    return envelope.seal, lambda kms, key_id, sealed, context: envelope.unseal(
        kms, sealed, context, key_id=key_id
    )


def without_plaintext() -> Pair:
    """The wrapped key first, then Decrypt."""

    def seal(kms: Any, key_id: str, plaintext: bytes, context: dict[str, str]) -> bytes:
        how = {"KeyId": key_id, "EncryptionContext": context}
        blob = kms.generate_data_key_without_plaintext(KeySpec="AES_256", **how)["CiphertextBlob"]
        key = kms.decrypt(CiphertextBlob=blob, **how)["Plaintext"]
        return len(blob).to_bytes(2, "big") + blob + crypto.seal_aes_gcm(key, plaintext)

    def unseal(kms: Any, key_id: str, sealed: bytes, context: dict[str, str]) -> bytes:
        end = 2 + int.from_bytes(sealed[:2], "big")
        key = kms.decrypt(CiphertextBlob=sealed[2:end], KeyId=key_id, EncryptionContext=context)["Plaintext"]
        return crypto.open_aes_gcm(key, sealed[end:])

    return seal, unseal


@pytest.mark.parametrize("pair", [as_json, key_of_ones_own, the_package_s, without_plaintext])
def test_other_envelopes_are_right(kms: Any, pair: Callable[[], Pair]) -> None:
    verdict = exercise("09.a").judge(pair())
    assert verdict.state == "right", verdict.says


def test_a_list_of_two_is_right_too(kms: Any) -> None:
    assert exercise("09.a").judge(list(as_json())).state == "right"


def context_as_a_constant() -> Pair:
    seal, unseal = as_json()
    fixed = {"file": "orders.csv"}
    return (
        lambda kms, key_id, plaintext, context: seal(kms, key_id, plaintext, fixed),
        lambda kms, key_id, sealed, context: unseal(kms, key_id, sealed, fixed),
    )


def not_a_byte_of_kms() -> Pair:
    key = os.urandom(32)
    return (
        lambda kms, key_id, plaintext, context: crypto.seal_aes_gcm(key, plaintext),
        lambda kms, key_id, sealed, context: crypto.open_aes_gcm(key, sealed),
    )


def key_beside_its_wrapped_copy() -> Pair:
    seal, unseal = without_plaintext()

    def careless(kms: Any, key_id: str, plaintext: bytes, context: dict[str, str]) -> bytes:
        sealed = seal(kms, key_id, plaintext, context)
        end = 2 + int.from_bytes(sealed[:2], "big")
        blob = sealed[2:end]
        key = kms.decrypt(CiphertextBlob=blob, KeyId=key_id, EncryptionContext=context)["Plaintext"]
        return sealed + key

    return careless, lambda kms, key_id, sealed, context: unseal(kms, key_id, sealed[:-32], context)


def one_key_wrapped_again() -> Pair:
    """The same key for every message, which Encrypt wraps each time."""
    key = os.urandom(32)
    _, unseal = without_plaintext()

    def seal(kms: Any, key_id: str, plaintext: bytes, context: dict[str, str]) -> bytes:
        blob = kms.encrypt(KeyId=key_id, Plaintext=key, EncryptionContext=context)["CiphertextBlob"]
        return len(blob).to_bytes(2, "big") + blob + crypto.seal_aes_gcm(key, plaintext)

    return seal, unseal


def text_instead_of_bytes() -> Pair:
    seal, unseal = as_json()
    return lambda *given: seal(*given).decode(), unseal


def only_the_beginning() -> Pair:
    seal, unseal = as_json()
    return seal, lambda *given: unseal(*given)[:4096]


@pytest.mark.parametrize(
    ("pair", "mistake"),
    [
        (context_as_a_constant, wrong.NO_CONTEXT),
        (not_a_byte_of_kms, wrong.OTHER_KMS),
        (key_beside_its_wrapped_copy, wrong.KEY_IN_PLAIN),
        (text_instead_of_bytes, wrong.NOT_BYTES),
        (one_key_wrapped_again, wrong.ONE_KEY),
        (only_the_beginning, wrong.OTHER_PLAINTEXT),
    ],
)
def test_envelopes_that_fail_in_other_ways_are_named(
    kms: Any, pair: Callable[[], Pair], mistake: Mistake
) -> None:
    assert exercise("09.a").judge(pair()).says == mistake.says


def test_the_check_leaves_no_key_in_the_lab(kms: Any) -> None:
    exercise("09.a").judge(as_json())
    assert not kms.list_keys()["Keys"]


def dollars_by_integers(records: int, reads: int, per_key: int) -> float:
    calls = (records + per_key - 1) // per_key + reads
    return (calls - 20_000) * 3 / 1_000_000 if calls > 20_000 else 0


def dollars_in_cents(records: int, reads: int, per_key: int) -> float:
    return round(dollars_by_integers(records, reads, per_key), 2)


def dollars_exactly(records: int, reads: int, per_key: int) -> Decimal:
    calls = -(-records // per_key) + reads
    return max(0, calls - 20_000) * Decimal("0.03") / 10_000


@pytest.mark.parametrize("dollars", [dollars_by_integers, dollars_in_cents, dollars_exactly])
def test_other_sums_are_right(dollars: Callable[[int, int, int], float]) -> None:
    assert exercise("09.b").judge(dollars).state == "right"


def dollars_free_for_each(records: int, reads: int, per_key: int) -> float:
    keys = math.ceil(records / per_key)
    return (max(0, keys - 20_000) + max(0, reads - 20_000)) * 0.03 / 10_000


@pytest.mark.parametrize(
    ("dollars", "mistake"),
    [
        (lambda records, reads, per_key: True, price.NO_NUMBER),
        (lambda records, reads, per_key: None if reads else 0, price.NO_NUMBER),
    ],
)
def test_sums_that_are_wrong_in_other_ways_are_named(
    dollars: Callable[[int, int, int], Any], mistake: Mistake
) -> None:
    assert exercise("09.b").judge(dollars).says == mistake.says


@pytest.mark.parametrize(
    ("dollars", "where"),
    [
        (lambda records, reads, per_key: Fraction(1, 2), "59.940000 dollars, not 0.500000."),
        (dollars_free_for_each, "59.940000 dollars, not 59.880000."),
        (lambda *month: round(-dollars_by_integers(*month), 2), "59.940000 dollars, not -59.940000."),
        (
            lambda records, reads, per_key: (records / per_key + reads - 20_000) * 0.03 / 10_000,
            "For 1,999,999 records, 300,001 reads and 7 per key it's 1.697148 dollars, not 1.697145.",
        ),
    ],
)
def test_a_wrong_sum_is_shown_the_first_month_of_which_it_is_wrong(
    dollars: Callable[[int, int, int], Any], where: str
) -> None:
    says = exercise("09.b").judge(dollars).says
    assert says.startswith(price.OTHER.says)
    assert says.endswith(where)


def test_half_an_answer_about_the_letters_is_told_what_is_left() -> None:
    verdict = exercise("09.c").judge({"Ana": " Another  Context ", "Bea": ..., "Eve": "cut short"})
    assert verdict.says.startswith("So far so good.")


REFUSALS = {
    "Ana": "ContextError",
    "Bea": "TamperedError",
    "Cleo": "CommitmentError",
    "Dan": "DisabledException",
    "Eve": "TruncatedError",
}


def test_the_letters_fail_as_the_clues_say(kms: Any, key_id: str) -> None:
    refused = {}
    for name, letter in five_letters(kms, key_id).items():
        with pytest.raises((envelope.EnvelopeError, ClientError)) as refusal:
            envelope.unseal(kms, letter, {"to": name})
        response = getattr(refusal.value, "response", None)
        refused[name] = response["Error"]["Code"] if response else type(refusal.value).__name__
    assert refused == REFUSALS
    assert all(code in CLUES[name] for name, code in refused.items())
