"""The four ways in which a service comes to a key."""

from xml.etree import ElementTree

from kmsnb.figures import four_ways
from kmsnb.figures.shapes import WIDEST


def words() -> list[str]:
    drawn = ElementTree.fromstring(four_ways().data)
    return [element.text or "" for element in drawn.iter("{http://www.w3.org/2000/svg}text")]


def test_each_way_names_who_asks_and_what_must_allow_it() -> None:
    assert [word[0] for word in words() if word[1:3] == ". "] == ["a", "b", "c", "d"]
    for told in (
        ("asks as Uma", "kms:ViaService"),
        ("asks as the grantee", "kms:CreateGrant"),
        ("asks as itself", "aws:SourceArn"),
        ("asks as its role", "a grant for the role"),
    ):
        for phrase in told:
            assert any(phrase in word for word in words())


def test_the_alt_text_tells_everything_that_is_drawn() -> None:
    alt = four_ways().alt
    assert [word for word in words() if word not in alt and word != "AWS KMS"] == []


def test_it_can_be_read_at_600_pixels() -> None:
    assert float(ElementTree.fromstring(four_ways().data).attrib["width"]) <= WIDEST


def test_the_caption_can_be_changed() -> None:
    assert four_ways("Four ways.").caption == "Four ways."
