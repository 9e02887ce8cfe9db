"""The chart of what an envelope costs: well formed, within its frame, times as text."""

import re
from xml.etree import ElementTree

import pytest

from kmsnb.figures.envelope_cost import duration, envelope_cost

SERIES = {"one <way>": [(4096, 0.01), (1e12, 2.4e6)], "another": [(4096, 0.01), (1e12, 1e3)]}


def test_each_line_has_its_name_and_a_marker_of_its_own() -> None:
    drawing = envelope_cost(SERIES, 1e9)
    words = [element.text for element in ElementTree.fromstring(drawing).iter() if element.text]
    assert {"one <way>", "another", "4 KB", "1 TB", "1 year"} <= set(words)
    assert drawing.count("<polygon") == drawing.count("<circle") == 2
    assert drawing.count("stroke-dasharray") == 1


def test_what_is_out_of_range_stays_in_the_frame() -> None:
    drawing = envelope_cost({"wild": [(1, 1e-9), (1e15, 1e12)]}, 1)
    (points,) = re.findall(r'points="([^"]+)" fill="none"', drawing)
    assert points == "92.0,276.0 522.0,26.0"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.00001, "under 1 ms"),
        (0.0102, "10 ms"),
        (1.001, "1.0 s"),
        (110, "110 s"),
        (244.1, "4.1 min"),
        (2441, "41 min"),
        (86400, "24 hours"),
        (2_441_406, "28 days"),
        (1e9, "32 years"),
    ],
)
def test_times_are_said_as_people_say_them(seconds: float, words: str) -> None:
    assert duration(seconds) == words
