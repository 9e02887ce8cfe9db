"""The states of a key, and its bar of time."""

import re
from xml.etree import ElementTree

import pytest

from kmsnb.figures import Picture, Span, key_states, timeline
from kmsnb.kms.core.state import KeyState

LIFE = (
    Span("Enabled", 0, 30, True),
    Span("Disabled", 30, 60, True),
    Span("PendingDeletion", 60, 67, False),
    Span("gone", 67, 120, False),
)


def words(picture: Picture) -> list[str]:
    return [element.text for element in ElementTree.fromstring(picture.data).iter() if element.text]


def test_the_states_are_those_of_kms() -> None:
    drawn = set(words(key_states()))
    assert {state for state in KeyState if state is not KeyState.PENDING_REPLICA_DELETION} <= drawn
    assert {"gone", "EnableKey", "DisableKey", "ScheduleKeyDeletion", "CancelKeyDeletion"} <= drawn


def test_losing_the_material_leads_to_pending_import_from_enabled_and_from_disabled() -> None:
    picture = key_states()
    assert words(picture).count("material gone") == 2
    assert "an Enabled or Disabled key becomes PendingImport" in picture.alt
    # a way out of Disabled's upper edge, and an arrow's head on PendingImport's
    edges = re.findall(rb'<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)"', picture.data)
    pending, _, disabled = ((float(x) + float(width) / 2, float(y)) for x, y, width in edges[:3])
    assert f'd="M{disabled[0]:g},{disabled[1]:g} V'.encode() in picture.data
    assert f"translate({pending[0]:g} {pending[1]:g}) rotate(90.0)".encode() in picture.data


def test_the_present_state_has_a_double_border_and_is_told() -> None:
    plain, marked = key_states(), key_states("Disabled")
    assert marked.data.count(b"<rect") == plain.data.count(b"<rect") + 1
    assert marked.alt.startswith("The key is Disabled.")


def test_a_state_is_written_into_its_bar_if_there_is_room() -> None:
    picture = timeline({"the key": LIFE}, alt="A life.")
    drawn = words(picture)
    assert {"the key", "Enabled", "Disabled", "gone", "day 0", "day 120"} <= {*drawn}
    assert "PendingDeletion" not in drawn


def test_what_is_charged_has_a_line_below_it() -> None:
    charged = timeline({"a": [Span("Enabled", 0, 10, True)]}, alt="x").data.count(b'height="5"')
    free = timeline({"a": [Span("PendingDeletion", 0, 10, False)]}, alt="x").data.count(b'height="5"')
    assert (charged, free) == (1, 0)


def test_each_mark_is_a_diamond_within_the_bar() -> None:
    picture = timeline({"a": LIFE}, marks={"a": [0, 60, 120], "b": [3]}, alt="x")
    places = [float(x) for x in re.findall(rb'd="M([\d.]+),', picture.data)]
    assert places == [150, 418, 686]


@pytest.mark.parametrize("days", [1, 7, 38, 365, 730, 40_000])
def test_the_days_below_are_few(days: int) -> None:
    ticks = [
        word
        for word in words(timeline({"a": [Span("Enabled", 0, days, True)]}, alt="x"))
        if word[:3] == "day"
    ]
    assert 2 <= len(ticks) <= 8


def test_no_time_at_all_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="ends after day 0"):
        timeline({"a": []}, alt="x")
