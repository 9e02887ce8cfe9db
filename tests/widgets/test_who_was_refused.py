"""The widget of lesson 13: what it tells is what a lab does, and the learner's guess is judged."""

import re

import pytest

import kmsnb
from kmsnb.widgets import WhoWasRefused
from kmsnb.widgets.who_was_refused_model import CALLERS, FAULTS, REQUESTS, WhoWasRefusedModel

from .refusals import Scene


@pytest.mark.parametrize("fault", FAULTS)
def test_what_it_tells_is_what_happens_in_a_lab(lab: kmsnb.Lab, fault: str) -> None:
    scene = Scene(lab)
    scene.cause(fault)
    told = dict(scene.tell())
    assert told.keys() == REQUESTS.keys()
    for name, happened in told.items():
        outcome = REQUESTS[name].outcome(fault)
        assert outcome.seen == happened.seen, name
        assert outcome.error == happened.error, name
        if happened.error:
            assert happened.who.partition(" via ")[0] == outcome.principal, name
            # with no permission at all, CloudTrail fails at its first call
            first = "DescribeKey" if (name, fault) == ("trail", "no statement") else outcome.operation
            assert happened.operation == first, name


def test_each_fault_but_a_disabled_key_concerns_some_and_not_others() -> None:
    for fault in FAULTS:
        failing = {name for name, request in REQUESTS.items() if request.outcome(fault).error}
        if fault == "none":
            assert not failing
        elif fault == "disabled":
            assert failing == set(REQUESTS)
        else:
            assert 0 < len(failing) < len(REQUESTS)


@pytest.mark.parametrize(
    ("request_", "fault", "refused"),
    [
        ("parameter", "none", "nobody"),
        ("parameter", "no permission", "Uma"),
        ("database", "no permission", "nobody"),
        ("database", "revoked", "somebody with a grant"),
        ("message", "no statement", "the service itself"),
        ("group", "no statement", "the service's role"),
        ("disk", "revoked", "nobody"),
        ("disk", "disabled", "Uma"),
    ],
)
def test_just_one_guess_is_right(request_: str, fault: str, refused: str) -> None:
    right = [each for each in CALLERS if WhoWasRefusedModel(request_, fault, each).right]
    assert right == [refused]


@pytest.fixture
def card() -> WhoWasRefused:
    return WhoWasRefused()


def test_the_answer_shows_only_after_a_guess(card: WhoWasRefused) -> None:
    assert "AccessDeniedException" in card.reply.value
    assert "Whom did KMS refuse?" in card.reply.value
    assert "user/Uma" not in card.reply.value + card.figure.value
    card.guess.value = "the service itself"
    assert "✗ Not the service itself." in card.reply.value
    card.guess.value = "nobody"
    assert "✗ Not quite." in card.reply.value
    assert "KMS refused Uma." in card.reply.value
    assert ">asks for Decrypt<" in card.figure.value
    assert ">as user/Uma<" in card.figure.value
    assert "AccessDenied<" in card.figure.value
    card.guess.value = "Uma"
    assert "✓ Right." in card.reply.value
    assert not card._fault.value


@pytest.mark.parametrize("control", ["request", "fault"])
def test_another_question_takes_the_guess_back(card: WhoWasRefused, control: str) -> None:
    card.guess.value = "Uma"
    getattr(card, control).value = {"request": "database", "fault": "disabled"}[control]
    assert card.guess.value == ""
    assert "Whom did KMS refuse?" in card.reply.value
    assert "?" in card.figure.value


def test_a_fault_that_does_not_concern_the_service_is_named_so(card: WhoWasRefused) -> None:
    card.request.value = "database"
    assert "✓" in card.reply.value
    card.guess.value = "nobody"
    assert "This fault doesn&#x27;t concern it." in card.reply.value
    assert "✓ Right." in card.reply.value


def test_without_a_kernel_it_is_a_table_of_all_cases(card: WhoWasRefused) -> None:
    bundle = card._repr_mimebundle_()
    stored = bundle["text/html"]
    assert stored.count("<tr>") == 1 + len(REQUESTS)
    cells = re.findall(r"<td[^>]*>", stored)
    assert len(cells) == len(REQUESTS) * len(FAULTS)
    assert stored == card.fallback()
    assert bundle["text/plain"] == "Requests to AWS services under a fault, and whom KMS refused"


def test_every_control_has_a_label(card: WhoWasRefused) -> None:
    assert all(control.description for control in (card.request, card.fault, card.guess))
