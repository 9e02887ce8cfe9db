"""The widget of lesson 03: a key for each side."""

import re
from itertools import product

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from kmsnb import crypto
from kmsnb.widgets import ChooseKeys
from kmsnb.widgets.choose_keys_model import ChooseKeysModel

Pairs = dict[str, rsa.RSAPrivateKey]


@pytest.fixture(scope="module")
def pairs() -> Pairs:
    return {name: crypto.new_rsa_key(2048) for name in ("Ana", "Bea", "Mal")}


def test_only_the_private_key_of_the_same_pair_opens(pairs: Pairs) -> None:
    keys = ChooseKeysModel(pairs).keys
    fits = {
        (first, second)
        for first, second in product(keys, keys)
        if ChooseKeysModel(pairs, "encrypt", first, second).run().outcome == "done"
    }
    assert fits == {(f"{name}'s public key", f"{name}'s private key") for name in pairs}


def test_only_the_public_key_of_the_same_pair_verifies(pairs: Pairs) -> None:
    keys = ChooseKeysModel(pairs).keys
    fits = {
        (first, second)
        for first, second in product(keys, keys)
        if ChooseKeysModel(pairs, "sign", first, second).run().outcome == "done"
    }
    assert fits == {(f"{name}'s private key", f"{name}'s public key") for name in pairs}


@pytest.mark.parametrize(
    ("job", "first", "second", "outcome", "error"),
    [
        ("encrypt", "Bea's private key", "Bea's private key", "first refused", "AttributeError"),
        ("encrypt", "Bea's public key", "Bea's public key", "second refused", "AttributeError"),
        ("encrypt", "Bea's public key", "Ana's private key", "second refused", "ValueError"),
        ("sign", "Bea's public key", "Bea's public key", "first refused", "AttributeError"),
        ("sign", "Bea's private key", "Bea's private key", "second refused", "AttributeError"),
        ("sign", "Bea's private key", "Ana's public key", "second refused", "InvalidSignature"),
    ],
)
def test_each_refusal_has_the_librarys_error(
    pairs: Pairs, job: str, first: str, second: str, outcome: str, error: str
) -> None:
    journey = ChooseKeysModel(pairs, job, first, second).run()
    assert (journey.outcome, journey.error) == (outcome, error)
    assert journey.why


def test_a_key_that_nobody_has_is_refused_in_words(pairs: Pairs) -> None:
    with pytest.raises(ValueError, match="There is no \"Zoe's public key\"; use one of Ana's public key"):
        ChooseKeysModel(pairs, "encrypt", "Zoe's public key").run()
    with pytest.raises(ValueError, match="at least one key pair"):
        ChooseKeysModel({})


def test_choosing_changes_the_answer_and_the_labels(pairs: Pairs) -> None:
    card = ChooseKeys(pairs)
    assert "✗ It does not decrypt: AttributeError." in card.reply.value
    card.second.value = "Ana's private key"
    assert "✓ Encrypted and decrypted." in card.reply.value
    card.second.value = "Mal's private key"
    assert "✗ It does not decrypt: ValueError." in card.reply.value
    assert "refused" in card.figure.value
    card.job.value = "sign"
    assert (card.first.description, card.second.description) == ("key to sign", "key to verify")
    assert "✗ Nothing was signed: AttributeError." in card.reply.value
    card.first.value, card.second.value = "Bea's private key", "Bea's public key"
    assert "✓ Signed and verified." in card.reply.value
    assert "Anyone can read the message itself" in card.reply.value


def test_without_a_kernel_there_is_a_picture_in_words(pairs: Pairs) -> None:
    bundle = ChooseKeys(pairs)._repr_mimebundle_()
    assert re.search(
        r'<img alt="A message; key to encrypt: Ana&#x27;s public key; .* ✗ It does not decrypt',
        bundle["text/html"],
    )
    assert bundle["text/plain"].startswith("Choose keys: encrypt with Ana's public key")


def test_every_control_has_a_label(pairs: Pairs) -> None:
    card = ChooseKeys(pairs)
    assert all(control.description for control in (card.job, card.first, card.second))


def test_a_name_is_shown_as_text_and_not_as_markup(pairs: Pairs) -> None:
    card = ChooseKeys({"<img src=x>": pairs["Ana"]})
    assert "<img" not in card.reply.value + card.figure.value
