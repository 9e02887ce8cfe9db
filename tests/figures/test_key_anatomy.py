"""The anatomy of a key: every field in the group it belongs to, as a drawing, as a picture and as a table."""

from datetime import UTC, datetime
from typing import Any

import pytest

from kmsnb.figures import key_anatomy, palette
from kmsnb.figures.key_anatomy import CALLED, CHOSEN, LIVED, MADE, anatomy, anatomy_table, group_of
from kmsnb.kms.api.validation import service_model

METADATA: dict[str, Any] = {
    "KeyId": "7de07621-193c-4a26-855e-884e28237e4e",
    "CreationDate": datetime(2026, 1, 5, 9, tzinfo=UTC),
    "Enabled": True,
    "Description": "<orders>",
    "KeyState": "Enabled",
    "KeySpec": "RSA_2048",
    "EncryptionAlgorithms": ["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"],
}


@pytest.mark.parametrize(
    ("field", "group"),
    [
        ("KeySpec", CHOSEN),
        ("Origin", CHOSEN),
        ("Arn", MADE),
        ("SigningAlgorithms", MADE),
        ("EncapsulationAlgorithms", MADE),
        ("Description", CALLED),
        ("Tags", CALLED),
        ("KeyState", LIVED),
        ("CurrentKeyMaterialId", LIVED),
    ],
)
def test_a_field_is_in_its_group(field: str, group: object) -> None:
    assert group_of(field) is group


def test_of_all_that_describe_key_can_tell_only_the_description_is_changed_by_a_call_of_its_own() -> None:
    fields = service_model().shape_for("KeyMetadata").members
    # where a key of a custom key store lies is told too; the mock has none
    known = [name for name in fields if name not in ("CloudHsmClusterId", "XksKeyConfiguration")]
    assert [name for name in known if group_of(name) is CALLED] == ["Description"]


def test_what_is_chosen_is_what_only_create_key_takes() -> None:
    model = service_model()
    chosen = {
        name: shape
        for name, shape in model.operation_model("CreateKey").input_shape.members.items()
        if group_of(name) is CHOSEN and name != "CustomKeyStoreId"  # the store has calls of its own
    }
    assert set(chosen) == {"KeySpec", "CustomerMasterKeySpec", "KeyUsage", "Origin", "MultiRegion"}
    for operation in set(model.operation_names) - {"CreateKey"}:
        taken = model.operation_model(operation).input_shape.members
        assert not [
            name for name, shape in chosen.items() if name in taken and taken[name].name == shape.name
        ]


def test_the_drawing_shows_each_field_as_text() -> None:
    svg = anatomy(METADATA, {"Tags": "none"})
    for words in ("7de07621", "2026-01-05T09:00:00Z", "&lt;orders&gt;", "RSAES_OAEP_SHA_1", "Tags", "none"):
        assert words in svg
    assert ">was " not in svg
    assert "No call returns it" in svg


def test_what_changed_is_framed_with_what_it_was_and_what_is_gone_stays_to_be_seen() -> None:
    svg = anatomy(METADATA, was={"KeyState": "PendingDeletion", "DeletionDate": METADATA["CreationDate"]})
    assert "was PendingDeletion" in svg
    assert "DeletionDate" in svg
    assert "was 2026-01-05T09:00:00Z" in svg
    assert svg.count(palette.token("data-key")) == 2


def test_a_key_without_material_says_so() -> None:
    assert "No key material yet." in anatomy({**METADATA, "KeyState": "PendingImport"})


def test_the_picture_tells_the_groups_in_words() -> None:
    picture = key_anatomy(METADATA, {"Tags": "none"}, caption="A key.")
    assert "no call changes it: KeySpec RSA_2048." in picture.alt
    assert "A call changes it: Description <orders>, Tags none." in picture.alt
    assert picture.caption == "A key."
    assert picture.data.startswith(b"<svg")


def test_the_table_has_every_value_in_full() -> None:
    material = "0a" * 32
    table = anatomy_table({**METADATA, "CurrentKeyMaterialId": material}, {"Tags": "none"}, "A key")
    assert ("CurrentKeyMaterialId", material, "KMS changes it") in table.rows
    assert ("KeySpec", "RSA_2048", "chosen once, fixed") in table.rows
    assert len(table.rows) == len(METADATA) + 2
