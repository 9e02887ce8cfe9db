"""The widget of lesson 15: a signature made in KMS, what happens to it on its way, and who accepts it."""

import html
import re
from itertools import product
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import load_der_public_key

import kmsnb
from kmsnb.widgets import Verifiers
from kmsnb.widgets.verifiers_model import VerifiersModel

from .grayed import assert_old_figure_is_gray

MESSAGE = "receipt 17: 4.20 euros"
INVALID = "KMSInvalidSignatureException"
NO = ["✗ " + INVALID, "✗ InvalidSignature", "✗ InvalidSignatureError", "✗ InvalidSignature"]


def pair(kms: Any, spec: str = "ECC_NIST_P256") -> str:
    return kms.create_key(KeySpec=spec, KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]


@pytest.fixture
def model(kms: Any) -> VerifiersModel:
    return VerifiersModel(kms, pair(kms), pair(kms), MESSAGE)


@pytest.fixture
def card(model: VerifiersModel) -> Verifiers:
    return Verifiers(model.kms, model.key_id, model.other_key_id, MESSAGE)


def accepts(model: VerifiersModel) -> list[bool]:
    return [not answer.error for answer in model.run()]


def says(card: Verifiers) -> list[str]:
    """The last column of the card's table."""
    cells = re.findall(r"<td[^>]*>((?:(?!</td>).)*)</td></tr>", card.figure.value)
    return [re.sub("<[^>]+>", "", cell).replace("\xa0", " ") for cell in cells]


@pytest.mark.parametrize(
    ("change", "accepting"),
    [
        ({}, [True, True, False, True]),
        ({"half": "high"}, [True, True, False, False]),
        ({"encoding": "r‖s"}, [False, False, True, False]),
        ({"encoding": "r‖s", "half": "high"}, [False, False, True, False]),
        ({"received": MESSAGE + "."}, [False] * 4),
        ({"twice": True}, [False] * 4),
        ({"other_key": True}, [False] * 4),
        ({"other_key": True, "encoding": "r‖s"}, [False] * 4),
    ],
)
def test_who_accepts_what(model: VerifiersModel, change: dict[str, Any], accepting: list[bool]) -> None:
    for name, value in change.items():
        setattr(model, name, value)
    assert accepts(model) == accepting


def test_the_jwt_library_answers_as_pyjwt_does(model: VerifiersModel) -> None:
    public_key = load_der_public_key(model.kms.get_public_key(KeyId=model.key_id)["PublicKey"])
    pyjwt = jwt.get_algorithm_by_name("ES256")
    seen: list[bytes] = []
    sign = model._signature
    model._signature = lambda: seen.append(sign()) or seen[-1]  # type: ignore[method-assign,func-returns-value]
    for received, twice, other, encoding, half in product(
        (MESSAGE, "x"), (False, True), (False, True), ("DER", "r‖s"), ("low", "high")
    ):
        model.received, model.twice, model.other_key = received, twice, other
        model.encoding, model.half = encoding, half
        answer = model.run()[2]
        assert answer.verifier.startswith("JWT")
        assert pyjwt.verify(received.encode(), public_key, seen[-1]) == (not answer.error)
    assert len(seen) == 32


def test_kms_returns_either_s_and_the_model_asks_for_one(model: VerifiersModel) -> None:
    for _ in range(8):  # KMS would return eight low ones once in 256 times
        model.half = "low"
        assert accepts(model)[3]
        model.half = "high"
        assert not accepts(model)[3]


@pytest.mark.parametrize(("received", "bytes_"), [("é" * 2049, "4,098"), ("x" * 4097, "4,097")])
def test_a_message_that_is_too_long_is_not_asked_about(
    model: VerifiersModel, received: str, bytes_: str
) -> None:
    model.received = received
    with pytest.raises(ValueError, match=f"1 to 4,096 bytes; this one has {bytes_}"):
        model.run()


def test_the_controls_change_the_answers(card: Verifiers) -> None:
    assert says(card) == ["✓ yes", "✓ yes", "✗ InvalidSignatureError", "✓ yes"]
    assert "✓ 3 of 4 accept it." in card.reply.value
    card.half.value = "high"
    assert says(card)[3] == "✗ s is too high"
    card.half.value, card.encoding.value = "low", "r‖s"
    assert says(card) == [*NO[:2], "✓ yes", NO[3]]
    assert "✓ 1 of 4 accepts it." in card.reply.value
    card.encoding.value = "DER"
    for control, value, back, drawn in (
        (card.received, MESSAGE.replace("4", "9"), MESSAGE, ">what arrives<"),
        (card.hashed, True, False, ">hashed twice<"),
        (card.key, True, False, ">Mallory's key<"),
    ):
        assert ">changed<" not in card.figure.value
        control.value = value
        assert says(card) == NO
        assert drawn in html.unescape(card.figure.value)
        assert ">changed<" in card.figure.value
        assert "✗ No one accepts it." in card.reply.value
        control.value = back
        assert "✓ 3 of 4 accept it." in card.reply.value
    assert not card._fault.value


def test_an_empty_message_keeps_the_last_answers_grayed(card: Verifiers) -> None:
    card.received.value = ""
    assert "○ Not asked." in card.reply.value
    assert "this one has 0" in card.reply.value
    assert_old_figure_is_gray(card)
    card.received.value = MESSAGE
    assert "✓ 3 of 4" in card.reply.value


@pytest.mark.parametrize(
    ("spec", "said"),
    [("RSA_2048", "this one is RSA_2048"), ("ECC_SECG_P256K1", "this one is ECC_SECG_P256K1")],
)
def test_a_key_of_another_spec_is_refused_with_a_clear_message(kms: Any, spec: str, said: str) -> None:
    key_id = pair(kms, spec)
    card = Verifiers(kms, key_id, key_id, MESSAGE)
    assert said in card.reply.value
    assert said in card.fallback()


def test_a_key_that_is_gone_or_disabled_is_kmss_answer(kms: Any, model: VerifiersModel) -> None:
    gone = Verifiers(kms, "alias/gone", "alias/gone", MESSAGE)
    assert "✗ KMS refused:" in gone.reply.value
    assert "NotFoundException" in gone.fallback()
    card = Verifiers(kms, model.key_id, model.other_key_id, MESSAGE)
    kms.disable_key(KeyId=model.key_id)
    card.half.value = "high"
    assert "DisabledException" in card.reply.value
    assert_old_figure_is_gray(card)


def test_a_stopped_lab_is_said_in_the_widget() -> None:
    import boto3

    with kmsnb.start():
        kms = boto3.client("kms")
        card = Verifiers(kms, pair(kms), pair(kms), MESSAGE)
    card.half.value = "high"
    assert "a lab that has stopped" in card.reply.value


def test_without_a_kernel_it_is_a_table_of_all_changes_the_same_each_time(card: Verifiers) -> None:
    bundle = card._repr_mimebundle_()
    stored = bundle["text/html"]
    alt = re.search('<img alt="([^"]+)"', stored)
    assert alt
    assert alt[1].endswith(
        "Python or OpenSSL: ✓ yes; JWT library (ES256): ✗ InvalidSignatureError; A blockchain&#x27;s rule: ✓ yes."
    )
    table = stored.partition("<table>")[2]
    assert table.count("<tr>") == 7
    assert table.count("✓") == 3 + 2 + 1
    assert table.count("s is too high") == 1
    assert stored == card.fallback()
    assert bundle["text/plain"] == "A message signed in KMS, and what four verifiers say"


def test_every_control_has_a_label(card: Verifiers) -> None:
    controls = (card.received, card.hashed, card.encoding, card.half, card.key)
    assert all(control.description for control in controls)


def test_what_is_typed_never_becomes_markup(card: Verifiers) -> None:
    card.received.value = "<img src=x>"
    assert "<img" not in card.reply.value + card.figure.value
