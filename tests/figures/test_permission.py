"""A matrix of permissions, and the way of one decision."""

import re
from xml.etree import ElementTree

from kmsnb.figures.permission import decision_path, permission_matrix
from kmsnb.figures.shapes import WIDEST


def test_a_cell_says_the_answer_and_the_reason_in_words() -> None:
    cells = {("ABC", "Decrypt"): (True, "key policy"), ("XYZ", "Decrypt"): (False, "no statement names XYZ")}
    table = permission_matrix(["ABC", "XYZ"], ["Decrypt", "Encrypt"], cells)
    assert table.headers == ("Action", "ABC", "XYZ")
    assert table.rows == (
        ("Decrypt", "✓ allowed\nkey policy", "✗ denied\nno statement names XYZ"),
        ("Encrypt", "–", "–"),
    )
    assert "✓\N{NO-BREAK SPACE}allowed<br>key policy" in table._repr_html_()


def test_a_path_names_its_stations_and_its_outcome() -> None:
    picture = decision_path([("deny", None), ("key policy", True)], True, "The key policy allows it.")
    words = {element.text for element in ElementTree.fromstring(picture.data).iter() if element.text}
    assert {"deny", "key policy", "✓ allowed"} <= words
    assert picture.alt.endswith("the outcome is allowed. The key policy allows it.")
    assert "outcome is denied" in decision_path([("deny", False)], False, "A Deny applies.").alt


def test_a_long_path_takes_several_rows() -> None:
    stages: list[tuple[str, bool | None]] = [(f"stage {number}", True) for number in range(6)]
    short, long = (decision_path(stages[:count], True, "").data.decode() for count in (3, 6))
    (wide, low), (narrow, high) = (
        [int(found) for found in re.findall(r' (?:width|height)="(\d+)"', svg)[:2]] for svg in (short, long)
    )
    assert max(wide, narrow) <= WIDEST
    assert high > low + 100
    assert (
        len(re.findall("<path", long)) == len(stages) + 1
    )  # a head for each arrow, and the way to a second row


def test_a_long_name_takes_several_lines() -> None:
    drawn = decision_path([("Parameter Store: service control policies", True)], True, "").data
    words = [element.text for element in ElementTree.fromstring(drawn).iter() if element.text]
    assert words[:3] == ["Parameter Store:", "service control", "policies"]
