"""Every policy case: the answer, the reason, and that it is explained."""

import pytest

from kmsnb.kms.authorization import Decision, Reason, Request, access_denied, decide

from .cases import CASES, Case

ALLOWING = {
    Reason.KEY_POLICY,
    Reason.KEY_POLICY_AND_IAM,
    Reason.BOTH_ACCOUNTS,
    Reason.IAM,
    Reason.ROOT,
    Reason.GRANT,
    Reason.RETIRABLE,
}


def request_of(case: Case) -> Request:
    return Request(
        case.caller,
        f"kms:{case.action}",
        case.key,
        case.resource,
        case.parameters,
        case.circumstances,
        case.grant_tokens,
        case.retired,
        case.same_key,
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_case(case: Case) -> None:
    decision = decide(request_of(case))
    assert decision.reason is case.reason, (case.rule, decision.sentence)
    assert decision.allowed is (case.reason in ALLOWING)
    is_explained(case, decision)


def is_explained(case: Case, decision: Decision) -> None:
    """The sentence is whole and names the caller, and so does AWS's message; each near miss has its cause."""
    assert decision.sentence.endswith(".")
    assert case.caller.arn in decision.sentence
    for step in decision.path:
        for look in step.looks:
            assert look.sentence.endswith(".")
            assert bool(look.miss) is not look.applies
    if not decision.allowed:
        message = access_denied(decision)
        assert message.startswith(f"User: {case.caller.arn} is not authorized to perform: kms:{case.action} ")


def test_there_are_enough_cases_and_no_two_have_a_name() -> None:
    assert len(CASES) >= 120
    assert len({case.id for case in CASES}) == len(CASES)
