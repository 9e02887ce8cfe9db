"""Tables: captions, headers with a scope, and values as people read them."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from kmsnb.figures import Table, answer_table, key_table, policy_table
from kmsnb.figures.palette import token
from kmsnb.figures.tables import shown


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (datetime(2026, 1, 5, 9, tzinfo=UTC), "2026-01-05T09:00:00Z"),
        (
            datetime(2026, 1, 5, 14, 45, tzinfo=timezone(timedelta(hours=5, minutes=45))),
            "2026-01-05T09:00:00Z",
        ),
        (bytes(2000), "2,000 bytes"),
        (bytearray(16), "16 bytes"),
        (memoryview(bytes(16)), "16 bytes"),
        (b"a", "1 byte"),
        (b"", "0 bytes"),
        (True, "yes"),
        (4096, "4,096"),
        (["a", 1], "a, 1"),
        ({"customer": "17"}, "customer: 17"),
        ("text", "text"),
    ],
)
def test_values_show_as_people_read_them(value, text: str) -> None:
    assert shown(value) == text


def test_a_table_has_a_caption_and_headers_with_scope() -> None:
    html = Table("A <caption>", ("Name", "Value"), [("a & b", 1)])._repr_html_()
    assert "A &lt;caption&gt;</caption>" in html
    assert html.count('<th scope="col"') == 2
    assert html.count('<th scope="row"') == 1
    assert ">a &amp; b</th>" in html


def test_a_table_is_lines_of_text_in_a_terminal() -> None:
    assert repr(Table("T", ("Name", "Value"), [("a", 1), ("long name", 2)])) == (
        "T\nName       Value\na          1\nlong name  2"
    )


def test_a_row_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="1 cells under 2 headers"):
        Table("T", ("a", "b"), [("x",)])


def test_an_answer_shows_without_the_metadata_of_its_transport() -> None:
    table = answer_table({"KeyId": "k", "ResponseMetadata": {"RequestId": "secret"}})
    assert "RequestId" not in repr(table)


@pytest.mark.parametrize("size", [1, 4, 16, 32])
@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_an_answer_shows_nothing_of_a_secret(size: int, kind: Callable[[bytes], Any]) -> None:
    secret = os.urandom(size)
    empty = answer_table({"Plaintext": kind(bytes(size)), "More": [{"Key": kind(bytes(size))}]})
    table = answer_table({"Plaintext": kind(secret), "More": [{"Key": kind(secret)}]})
    assert repr(table) == repr(empty)
    assert table._repr_html_() == empty._repr_html_()


def test_keys_stand_side_by_side(kms) -> None:
    one = kms.create_key(Description="mine")["KeyMetadata"]
    two = kms.create_key(KeyUsage="GENERATE_VERIFY_MAC", KeySpec="HMAC_256")["KeyMetadata"]
    table = key_table(one, two)
    assert table.headers == ("Field", "mine", "key 2")
    assert ("KeySpec", "SYMMETRIC_DEFAULT", "HMAC_256") in table.rows
    assert ("EncryptionAlgorithms", "SYMMETRIC_DEFAULT", "–") in table.rows


def test_a_policy_is_a_row_a_statement(kms, key_id: str) -> None:
    table = policy_table(kms.get_key_policy(KeyId=key_id)["Policy"])
    assert table.rows == (
        ("Enable IAM User Permissions", "Allow", "arn:aws:iam::123456789012:root", "kms:*", "–"),
    )


def test_a_policy_may_be_written_in_other_ways() -> None:
    statement = {
        "Effect": "Deny",
        "NotPrincipal": "*",
        "NotAction": ["a", "b"],
        "Condition": {"Bool": {"k": "true"}},
    }
    assert policy_table({"Statement": statement}).rows == (("–", "Deny", "Not *", "Not a\nb", "k Bool true"),)


def test_names_and_times_stay_whole_and_only_what_is_too_long_breaks() -> None:
    arn = "arn:aws:kms:us-east-1:123456789012:key/7de07621-193c-4a26-855e-884e28237e4e"
    html = Table(
        "t", ("a", "b", "c"), [("2026-01-05T09:00:00Z", "GetKeyRotationStatus (as IAM says)", arn)]
    )._repr_html_()
    assert (
        '<td style="text-align:left;padding:.25em .5em">Get<wbr>Key<wbr>Rotation<wbr>Status (as IAM' in html
    )
    assert "us-<wbr>east-<wbr>1:<wbr>123456789012:<wbr>key/<wbr>7de07621-<wbr>193c" in html
    day, time = ('<span style="white-space:nowrap">' + part for part in ("2026-01-05", "T09:00:00Z"))
    assert f'white-space:nowrap">{day}</span><wbr>{time}</span>' in html
    assert f'overflow-wrap:anywhere">{arn}' in html.replace("<wbr>", "")
    assert "For<wbr>AWS<wbr>Resource" in Table("t", ("a",), [("kms:GrantIsForAWSResource",)])._repr_html_()
    for cell in ("✓ allowed", "✓ allowed\nkey policy"):
        assert "✓\N{NO-BREAK SPACE}allowed<" in Table("t", ("a", "b"), [("x", cell)])._repr_html_()
    assert "Get<wbr>" not in Table("t", ("a",), [("GetKeyPolicy",)])._repr_html_()  # short enough


def test_an_answer_is_tinted_beside_its_mark_and_a_changed_one_outlined() -> None:
    rows = [("a", "✓ allowed", "✗ denied\nkey policy ← changed", "allowed")]
    _, yes, no, plain = (
        Table("t", ("x", "b", "c", "d"), rows)._repr_html_().rpartition("<tr>")[2].split("<t")[1:]
    )
    assert token("right-tint") in yes
    assert token("right") in yes
    assert "outline" not in yes
    assert token("wrong-tint") in no
    assert "outline" in no
    assert "background" not in plain


def test_a_table_that_may_scroll_can_be_reached_by_keyboard() -> None:
    wide = Table("Keys <all>", ("a", "b", "c", "d"), [])._repr_html_()
    assert wide.startswith('<div class="kmsnb-scroll" style="overflow-x:auto" tabindex="0" role="region"')
    assert 'aria-label="Keys &lt;all&gt;"' in wide
    assert "tabindex" not in Table("t", ("a", "b"), [])._repr_html_()
