"""The key explorer: the model without a browser, the view with its controls moved by hand."""

from typing import Any

import pytest

from kmsnb.widgets import KeyExplorer
from kmsnb.widgets.key_explorer_model import CHANGES, KeyExplorerModel

ALIAS = "alias/explorer"


@pytest.fixture
def keys(kms: Any) -> dict[str, str]:
    def make(**parameters: Any) -> str:
        return kms.create_key(**parameters)["KeyMetadata"]["KeyId"]

    made = {
        "symmetric": make(Description="<to play with>"),
        "RSA pair": make(KeySpec="RSA_2048", KeyUsage="ENCRYPT_DECRYPT"),
        "HMAC key": make(KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC"),
        "multi-Region": make(MultiRegion=True),
        "empty": make(Origin="EXTERNAL"),
        "of S3": kms.describe_key(KeyId="alias/aws/s3")["KeyMetadata"]["KeyId"],
    }
    kms.create_alias(AliasName=ALIAS, TargetKeyId=made["symmetric"])
    return made


@pytest.fixture
def model(kms: Any, keys: dict[str, str]) -> KeyExplorerModel:
    return KeyExplorerModel(kms, keys, ALIAS)


@pytest.fixture
def card(kms: Any, keys: dict[str, str]) -> KeyExplorer:
    return KeyExplorer(kms, keys, ALIAS)


def press(model: KeyExplorerModel, key: str, change: str) -> Any:
    model.key, model.change = key, change
    return model.press()


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ("another description", {"Description"}),
        ("a tag", {"Tags"}),
        ("another key policy", {"Key policy"}),
        ("rotation every year", {"Automatic rotation"}),
        ("new key material now", {"CurrentKeyMaterialId"}),
        ("switch it off", {"KeyState", "Enabled"}),
        ("delete it in seven days", {"KeyState", "Enabled", "DeletionDate"}),
    ],
)
def test_a_call_changes_what_it_is_for_and_nothing_else(
    model: KeyExplorerModel, change: str, fields: set[str]
) -> None:
    reply = press(model, "symmetric", change)
    assert not reply.error
    assert set(reply.was) == fields


@pytest.mark.parametrize(
    ("key", "change", "error"),
    [
        ("RSA pair", "rotation every year", "UnsupportedOperationException"),
        ("HMAC key", "rotation every year", "UnsupportedOperationException"),
        ("empty", "rotation every year", "UnsupportedOperationException"),
        ("empty", "switch it off", "KMSInvalidStateException"),
        ("RSA pair", "move another key's alias here", "ValidationException"),
        ("HMAC key", "move another key's alias here", "ValidationException"),
        ("symmetric", "cancel the deletion", "KMSInvalidStateException"),
    ],
)
def test_what_does_not_fit_gets_the_error_of_kms(
    model: KeyExplorerModel, key: str, change: str, error: str
) -> None:
    reply = press(model, key, change)
    assert reply.error == error
    assert not reply.was


def test_the_alias_goes_to_a_key_of_the_same_kind(model: KeyExplorerModel) -> None:
    reply = press(model, "multi-Region", "move another key's alias here")
    assert reply.was == {"Aliases": "none"}
    assert model.settings()["Aliases"] == ALIAS


def test_a_deletion_taken_back_leaves_the_key_disabled(model: KeyExplorerModel) -> None:
    press(model, "HMAC key", "delete it in seven days")
    reply = press(model, "HMAC key", "cancel the deletion")
    assert set(reply.was) == {"KeyState", "DeletionDate"}
    assert model.metadata()["KeyState"] == "Disabled"


def test_the_key_of_a_service_takes_no_change(model: KeyExplorerModel) -> None:
    for change in CHANGES:
        expected = "AccessDeniedException" if change.operation else "no such call"
        assert press(model, "of S3", change.wish).error == expected


@pytest.mark.parametrize("change", [each for each in CHANGES if not each.operation], ids=lambda c: c.member)
def test_what_is_chosen_once_has_no_call(model: KeyExplorerModel, change: Any) -> None:
    reply = press(model, "symmetric", change.wish)
    assert f"only CreateKey takes {change.member}" in reply.says


def test_unknown_names_are_refused_in_words(kms: Any, keys: dict[str, str], model: KeyExplorerModel) -> None:
    with pytest.raises(ValueError, match="There is no key 'mine'; use one of symmetric, RSA pair"):
        press(model, "mine", "a tag")
    with pytest.raises(ValueError, match="There is no change 'magic'"):
        press(model, "symmetric", "magic")
    with pytest.raises(ValueError, match="at least one key"):
        KeyExplorerModel(kms, {}, ALIAS)


def test_what_one_may_not_read_shows_as_the_refusal(lab: Any, keys: dict[str, str]) -> None:
    stranger = lab.user("ABC").client("kms")
    model = KeyExplorerModel(stranger, keys, ALIAS)
    assert set(model.settings().values()) == {"AccessDeniedException"}
    card = KeyExplorer(stranger, keys, ALIAS)
    assert "AccessDeniedException" in card.reply.value
    assert not card.figure.value


def test_pressing_tells_what_changed_and_frames_it(card: KeyExplorer) -> None:
    assert not card.reply.value.removeprefix('<div role="status">').removesuffix("</div>")
    card.change.value = "switch it off"
    card.press.click()
    assert "DisableKey(KeyId)" in card.reply.value
    assert "Enabled (was yes), KeyState (was Enabled)" in card.reply.value
    assert "was Enabled" in card.figure.value
    card.press.click()
    assert "Changed: nothing." in card.reply.value
    assert "was Enabled" not in card.figure.value


def test_choosing_another_key_shows_it_and_forgets_the_reply(card: KeyExplorer) -> None:
    card.change.value = "a tag"
    card.press.click()
    card.key.value = "RSA pair"
    assert "TagResource" not in card.reply.value
    assert "RSA_2048" in card.figure.value
    card.change.value = "rotation every year"
    card.press.click()
    assert "✗ UnsupportedOperationException" in card.reply.value
    assert "and no message." in card.reply.value
    card.change.value = "another key spec"
    card.press.click()
    assert "✗ There is no such call." in card.reply.value


def test_a_key_that_is_gone_since_is_said_to_be(lab: Any, card: KeyExplorer) -> None:
    card.change.value = "delete it in seven days"
    card.press.click()
    assert "DeletionDate (was –)" in card.reply.value
    lab.clock.advance(days=8)
    card.update()
    assert "✗ DescribeKey: NotFoundException" in card.reply.value
    card.press.click()
    assert "✗ DescribeKey: NotFoundException" in card.reply.value
    assert not card._fault.value
    card.key.value = "RSA pair"
    assert "RSA_2048" in card.figure.value


def test_texts_are_shown_as_text(card: KeyExplorer) -> None:
    assert "&lt;to play with&gt;" in card.figure.value
    assert "<to play" not in card.figure.value


def test_without_a_kernel_there_is_a_picture_with_words(card: KeyExplorer) -> None:
    html = card._repr_mimebundle_()["text/html"]
    assert '<img alt="A KMS key and its fields.' in html
    assert "RSA pair" in html
    assert repr(card) == f"Key explorer: 6 keys, {len(CHANGES)} changes to try"


def test_every_control_has_a_label(card: KeyExplorer) -> None:
    assert all(control.description for control in (card.key, card.change, card.press))
