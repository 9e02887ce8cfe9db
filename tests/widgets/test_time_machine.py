"""The widget of lesson 11: a key's life in a KMS of its own, with its buttons pressed by hand."""

from typing import Any

import pytest

import kmsnb
from kmsnb.figures.key_life import GONE
from kmsnb.widgets import TimeMachine
from kmsnb.widgets.time_machine_model import TimeMachineModel


@pytest.fixture
def model(lab: kmsnb.Lab) -> TimeMachineModel:
    return TimeMachineModel()


@pytest.fixture
def card(lab: kmsnb.Lab) -> TimeMachine:
    return TimeMachine()


def states(model: TimeMachineModel) -> list[tuple[str, float, float, bool]]:
    return [(span.state, span.start, span.end, span.charged) for span in model.spans]


def test_a_new_key_works_and_has_cost_next_to_nothing(model: TimeMachineModel) -> None:
    assert (model.now.day, model.now.state, model.now.refusal) == (0, "Enabled", "")
    assert model.now.cost < 0.01
    assert model.spans == ()


def test_disabled_it_is_charged_and_opens_nothing(model: TimeMachineModel) -> None:
    model.do("DisableKey")
    assert model.now.refusal == "DisabledException"
    model.advance(30)
    assert model.now.cost == pytest.approx(0.99, abs=0.01)
    model.do("EnableKey")
    assert model.now.refusal == ""
    assert states(model) == [("Disabled", 0, 30, True)]


@pytest.mark.parametrize("days", [6, 31])
def test_a_waiting_period_outside_the_limits_is_kms_s_refusal(model: TimeMachineModel, days: int) -> None:
    event = model.do("ScheduleKeyDeletion", days=days)
    assert event.error == "ValidationException"
    assert f"Value '{days}' at 'pendingWindowInDays'" in event.message
    assert model.now.state == "Enabled"


def test_deleted_it_is_gone_from_the_day_that_was_set(model: TimeMachineModel) -> None:
    model.advance(30)
    model.do("ScheduleKeyDeletion", days=7)
    assert model.now.deletion_day == 37
    model.advance(30)
    assert (model.now.state, model.now.refusal) == (GONE, "NotFoundException")
    assert states(model) == [
        ("Enabled", 0, 30, True),
        ("PendingDeletion", 30, 37, False),
        (GONE, 37, 60, False),
    ]
    cost = model.now.cost
    model.advance(365)
    assert model.now.cost == cost == pytest.approx(0.99, abs=0.01)
    for action in ("EnableKey", "CancelKeyDeletion", "RotateKeyOnDemand"):
        assert model.do(action).error == "NotFoundException"


def test_a_canceled_deletion_is_charged_after_all_and_leaves_the_key_disabled(
    model: TimeMachineModel,
) -> None:
    model.advance(30)
    model.do("ScheduleKeyDeletion", days=30)
    model.advance(7)
    assert (states(model)[-1], model.now.cost) == (
        ("PendingDeletion", 30, 37, False),
        pytest.approx(0.99, abs=0.01),
    )
    model.do("CancelKeyDeletion")
    assert (model.now.state, model.now.cost) == ("Disabled", pytest.approx(1.22, abs=0.01))
    assert states(model)[-1] == ("PendingDeletion", 30, 37, True)
    # scheduled again at once: the first wait stays charged, the second is not
    model.do("ScheduleKeyDeletion", days=30)
    model.advance(7)
    assert [charged for *_, charged in states(model)] == [True, True, False]
    assert model.now.cost == pytest.approx(1.22, abs=0.01)


def test_rotated_it_opens_what_it_opened_and_costs_more(model: TimeMachineModel) -> None:
    model.do("RotateKeyOnDemand")
    model.advance(365)
    assert (model.now.rotations, model.rotated, model.now.refusal) == (1, [0], "")
    assert model.now.cost == pytest.approx(24, abs=0.02)


def test_the_limit_of_rotations_is_told_at_once(model: TimeMachineModel) -> None:
    for _ in range(25):
        assert not model.do("RotateKeyOnDemand").error
    assert model.do("RotateKeyOnDemand").error == "LimitExceededException"
    assert model.now.rotations == 25


def test_the_lab_feels_nothing(lab: kmsnb.Lab, kms: Any, key_id: str, model: TimeMachineModel) -> None:
    before, records = lab.clock.now(), len(lab.journal)
    model.do("ScheduleKeyDeletion")
    model.advance(365)
    assert (lab.clock.now(), len(lab.journal)) == (before, records)
    assert kms.describe_key(KeyId=key_id)["KeyMetadata"]["KeyState"] == "Enabled"


def test_a_key_lives_on_when_the_setup_cell_is_run_again(model: TimeMachineModel) -> None:
    model.advance(7)
    with kmsnb.start():
        model.do("DisableKey")
        assert (model.now.day, model.now.state) == (7, "Disabled")


def test_without_a_lab_it_says_so() -> None:
    with pytest.raises(kmsnb.LabError, match="No lab is running"):
        TimeMachineModel()


def test_the_buttons_do_what_they_say(card: TimeMachine) -> None:
    card.leaps[30].click()
    card.calls["RotateKeyOnDemand"].click()
    card.calls["DisableKey"].click()
    assert "Day 30: the key is Disabled." in card.reply.value
    assert "✗ DisabledException" in card.reply.value
    card.days.value = 7
    card.calls["ScheduleKeyDeletion"].click()
    assert "ScheduleKeyDeletion, 7 days" in card.reply.value
    card.leaps[7].click()
    assert "Day 37: the key is gone." in card.reply.value
    assert repr(card) == "Time machine: day 37, the key is gone"
    card.again.click()
    assert "Day 0: the key is Enabled." in card.reply.value
    assert card.model.events == []


def test_a_refusal_shows_kms_s_own_words(card: TimeMachine) -> None:
    card.calls["CancelKeyDeletion"].click()
    assert "CancelKeyDeletion: KMSInvalidStateException." in card.reply.value
    assert "is not pending deletion." in card.reply.value


def test_a_lab_that_is_over_shows_in_the_card(no_callback_fails_unseen: list[Exception]) -> None:
    with kmsnb.start():
        card = TimeMachine()
    card.leaps[1].click()
    assert "No lab is running" in card._fault.value
    assert isinstance(no_callback_fails_unseen.pop(), kmsnb.LabError)


def test_a_long_life_shows_its_last_events(card: TimeMachine) -> None:
    for _ in range(10):
        card.leaps[365].click()
    assert "the last 8 of 10" in card.figure.value
    assert "Day 3,650" in card.reply.value


def test_the_pictures_bear_no_id_and_the_fallback_tells_a_life(card: TimeMachine) -> None:
    card.leaps[1].click()
    assert card.figure.value.count("<svg") == 2
    bundle = card._repr_mimebundle_()
    assert 'alt="The key&#x27;s life: Enabled from day 0 to 60, charged' in bundle["text/html"]
    assert "not charged" in bundle["text/html"]
    # the example is another key's life
    assert card.model.now.day == 1
