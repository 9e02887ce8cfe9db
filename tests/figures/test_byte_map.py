"""Byte maps: the fields cover the bytes, and a flipped byte shows."""

from xml.etree import ElementTree

import pytest

from kmsnb.figures.byte_map import Field, byte_map, byte_map_picture, field_table
from kmsnb.figures.palette import LIGHT, token
from kmsnb.kms.core.blob import layout

DATA = bytes(range(40))
FIELDS = (Field(0, 5, "version"), Field(5, 30, "body", "what is hidden"), Field(35, 5, "tag"))


def words(svg: str) -> list[str]:
    return [element.text for element in ElementTree.fromstring(svg).iter() if element.text]


def test_every_byte_is_shown_and_each_field_numbered_once() -> None:
    shown = words(byte_map(DATA, FIELDS))
    assert {f"{value:02x}" for value in DATA} <= set(shown)
    assert shown.count("27") == 1  # hex of the last byte


def test_more_bytes_than_rows_are_counted() -> None:
    assert "… and 8 more bytes" in words(byte_map(DATA, FIELDS, rows=2))


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ((Field(0, 5, "a"), Field(6, 34, "b")), "'b' starts at 6, where 5 is next"),
        ((Field(0, 5, "a"), Field(4, 36, "b")), "'b' starts at 4"),
        ((Field(0, 5, "a"),), "end at 5, the data at 40"),
        ((Field(0, 0, "a"), Field(0, 40, "b")), "'a' starts at 0"),
    ],
)
def test_fields_that_do_not_cover_the_bytes_are_refused(fields, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        byte_map(DATA, fields)


def test_the_chosen_field_and_the_flipped_byte_stand_out() -> None:
    plain = byte_map(DATA, FIELDS)
    assert byte_map(DATA, FIELDS, chosen=0).count(token("ask")) == 5
    assert token("ask") not in plain
    assert len(byte_map(DATA, FIELDS, flipped=3)) > len(plain)


def test_the_fields_are_told_in_words_too() -> None:
    assert "body: bytes 5 to 34" in byte_map_picture(DATA, FIELDS, title="A blob").alt
    assert field_table(FIELDS).rows[1] == ("2", "5–34", "body", "what is hidden")


def test_a_map_may_start_at_a_later_row() -> None:
    shown = words(byte_map(DATA, FIELDS, rows=1, first_row=2))
    assert {f"{value:02x}" for value in DATA[32:40]} <= set(shown)
    assert "1f" not in shown
    assert "32" in shown
    assert "bytes 32 to 39 of 40" in shown
    assert "1" not in shown[16:]  # the numbers of fields that begin before are not there
    flipped = byte_map(DATA, FIELDS, rows=1, first_row=2, flipped=33)
    assert len(flipped) > len(byte_map(DATA, FIELDS, rows=1, first_row=2, flipped=3))


def test_fields_of_a_group_share_a_color_and_the_legend_names_it_with_their_numbers() -> None:
    groups = [
        Field(0, 5, "a", group="head"),
        Field(5, 5, "b", group="head"),
        Field(10, 30, "c", group="body"),
    ]
    svg = byte_map(DATA, groups)
    assert {"1–2 head", "3 body"} <= set(words(svg))
    assert svg.count(token("group-1")) == 10 + 1  # with the legend
    assert svg.count(token("group-2")) == 30 + 1


def test_without_groups_each_field_has_its_own_color_and_name() -> None:
    fields = [Field(n * 5, 5, f"field {n}") for n in range(8)]
    svg = byte_map(DATA, fields)
    assert {f"{n + 1} field {n}" for n in range(8)} <= set(words(svg))
    assert all(token(f"group-{n}") in svg for n in range(1, 6))
    assert "group-6" not in LIGHT  # they begin again; the numbers tell them apart


def test_the_parts_of_a_kms_blob_are_drawn_too(kms, key_id: str) -> None:
    blob = kms.encrypt(KeyId=key_id, Plaintext=b"secret")["CiphertextBlob"]
    parts = layout(blob)
    drawn = words(byte_map(blob, parts))
    assert {f"{number} {part.name}" for number, part in enumerate(parts, 1)} <= set(drawn)
