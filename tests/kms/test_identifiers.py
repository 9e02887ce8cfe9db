"""Identifiers repeat from lab to lab, have AWS's form, and are derived from nothing secret."""

import re
import uuid

from hypothesis import given
from hypothesis import strategies as st

from kmsnb.kms import identifiers

ORDINALS = st.integers(1, 10_000)


@given(ORDINALS)
def test_a_key_id_is_a_uuid(ordinal: int) -> None:
    key_id = identifiers.key_id("123456789012", "us-east-1", "key", ordinal)
    assert str(uuid.UUID(key_id)) == key_id


@given(ORDINALS)
def test_a_multi_region_key_id_is_mrk_and_32_hex_digits(ordinal: int) -> None:
    key_id = identifiers.multi_region_key_id("123456789012", "us-east-1", ordinal)
    assert re.fullmatch("mrk-[0-9a-f]{32}", key_id)


@given(st.text(min_size=1, max_size=64))
def test_an_access_key_id_has_aws_form(name: str) -> None:
    assert re.fullmatch("AKIA[A-Z2-7]{16}", identifiers.access_key_id("AKIA", "123456789012", name))


def test_ids_differ_by_account_region_kind_and_ordinal() -> None:
    made = {
        identifiers.key_id(account, region, kind, ordinal)
        for account in ("123456789012", "111122223333")
        for region in ("us-east-1", "eu-west-1")
        for kind in ("key", "aws")
        for ordinal in (1, 2)
    }
    assert len(made) == 16
