"""What an envelope costs: the sums without a browser, the view with its controls moved by hand."""

import pytest

from kmsnb.widgets import EnvelopeCost
from kmsnb.widgets.envelope_cost_model import SIZES, EnvelopeCostModel


def test_a_terabyte_in_pieces_is_a_month_and_a_bill() -> None:
    cost = EnvelopeCostModel(size=10**12).in_pieces()
    assert cost.calls == 244_140_625
    assert cost.sent == 10**12
    assert cost.seconds == pytest.approx(2_441_406.25)
    assert cost.seconds_at_quota == pytest.approx(2441.40625)
    assert cost.dollars == pytest.approx(732.42, abs=0.005)


def test_an_envelope_is_one_call_and_nothing_of_the_file() -> None:
    cost = EnvelopeCostModel(size=10**12).in_an_envelope()
    assert (cost.calls, cost.sent) == (1, 0)
    assert cost.seconds == pytest.approx(1000.01)


def test_a_piece_that_is_not_full_is_a_call_too() -> None:
    assert [EnvelopeCostModel(size=size).in_pieces().calls for size in (1, 4096, 4097)] == [1, 1, 2]


def test_up_to_the_limit_both_ways_are_alike() -> None:
    model = EnvelopeCostModel(size=4096)
    assert model.in_pieces().calls == model.in_an_envelope().calls
    assert model.in_an_envelope().seconds == pytest.approx(model.in_pieces().seconds, rel=0.01)


def test_the_network_alone_does_not_make_the_reasons() -> None:
    near, far = (
        EnvelopeCostModel(round_trip_ms=1).in_pieces(),
        EnvelopeCostModel(round_trip_ms=300).in_pieces(),
    )
    assert (near.calls, near.sent, near.dollars) == (far.calls, far.sent, far.dollars)
    assert near.seconds_at_quota == far.seconds_at_quota


def test_the_lines_have_a_point_for_each_size() -> None:
    for points in EnvelopeCostModel().lines().values():
        assert [size for size, _ in points] == list(SIZES.values())


def test_the_controls_set_size_and_round_trip() -> None:
    card = EnvelopeCost()
    card.size.value = 10**12
    assert "28 days" in card.reply.value
    assert "$732.42" in card.reply.value
    assert "17 min" in card.reply.value
    assert "41 min" in card.reply.value
    card.size.value = 10**9
    card.round_trip.value = 1
    assert "4.1 min" in card.reply.value
    assert "1.0 s" in card.reply.value
    assert not card._fault.value


def test_a_slower_machine_can_be_set() -> None:
    card = EnvelopeCost(local_speed=1e8)
    assert "0.1 GB/s of AES on this machine" in card.reply.value
    assert "1.0 s" in card.reply.value


def test_without_a_kernel_it_is_a_picture_and_a_table() -> None:
    card = EnvelopeCost()
    html = card._repr_mimebundle_()["text/html"]
    assert '<img alt="Two lines, both scales logarithmic' in html
    assert "4.1 min in pieces, 110 ms in an envelope" in html
    assert "(a model)" in html
    assert repr(card) == "What encrypting 100,000,000 bytes costs, at 10 ms a round trip"
