"""The console's key policy with administrator XYZ and user ABC: every action there is, as each of them."""

import json
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from kmsnb.kms.authorization import ACTIONS, Circumstances, KeyFacts, On, Reason, Request, decide

from .world import ABC, ADMINISTRATOR, EC2, KEY, XYZ, Statement, allow, caller, grant, key, may

POLICY: list[Statement] = json.loads(
    (Path(__file__).parents[2] / "console_policy.json").read_text(encoding="utf-8")
)["Statement"]
ADMINISTERS, USES, GRANTS = (statement["Action"] for statement in POLICY[1:])
ON_KEYS = sorted(name for name, action in ACTIONS.items() if action.on is On.KEY and name != "RetireGrant")
WITHOUT_KEY = sorted(name for name, action in ACTIONS.items() if action.on is On.ACCOUNT)


@pytest.fixture(scope="module")
def article() -> KeyFacts:
    return key(*POLICY)


def named(action: str, patterns: list[str]) -> bool:
    return any(fnmatchcase(f"kms:{action}", pattern) for pattern in patterns)


@pytest.mark.parametrize("action", ON_KEYS)
def test_the_administrator(article: KeyFacts, action: str) -> None:
    decision = decide(Request(caller(XYZ), f"kms:{action}", article))
    assert decision.allowed is named(action, ADMINISTERS), decision.sentence


@pytest.mark.parametrize("action", ON_KEYS)
def test_the_user(article: KeyFacts, action: str) -> None:
    decision = decide(Request(caller(ABC), f"kms:{action}", article))
    assert decision.allowed is named(action, USES), decision.sentence


@pytest.mark.parametrize("action", ON_KEYS)
def test_the_user_by_way_of_a_service(article: KeyFacts, action: str) -> None:
    by_way_of_ec2 = Circumstances(via_service=EC2)
    decision = decide(Request(caller(ABC), f"kms:{action}", article, circumstances=by_way_of_ec2))
    assert decision.allowed is named(action, USES + GRANTS), decision.sentence


@pytest.mark.parametrize("action", ON_KEYS)
def test_somebody_else_and_an_iam_administrator(article: KeyFacts, action: str) -> None:
    stranger = caller(KEY.replace(":kms:us-east-1:", ":iam::").replace("key/", "user/"))
    assert decide(Request(stranger, f"kms:{action}", article)).reason is Reason.NOT_IN_IAM_POLICY
    administrator = caller(stranger.arn, ADMINISTRATOR)
    assert decide(Request(administrator, f"kms:{action}", article)).reason is Reason.KEY_POLICY_AND_IAM


@pytest.mark.parametrize("action", WITHOUT_KEY)
@pytest.mark.parametrize("who", [XYZ, ABC])
def test_a_key_policy_says_nothing_of_operations_without_a_key(
    article: KeyFacts, who: str, action: str
) -> None:
    """``kms:Create*`` and ``kms:List*`` in it are neither CreateKey nor ListKeys."""
    assert decide(Request(caller(who), f"kms:{action}", article)).reason is Reason.NOT_IN_IAM_POLICY


def test_the_user_may_not_make_grants_by_hand(article: KeyFacts) -> None:
    decision = decide(Request(caller(ABC), "kms:CreateGrant", article))
    assert "“Allow attachment of persistent resources”" in decision.sentence
    assert "Bool requires kms:GrantIsForAWSResource to match true, and it is false" in decision.sentence


class TestThreeWaysToDecrypt:
    """An administrator cannot use the key, with a hole (claim 34)."""

    def test_not_at_first(self, article: KeyFacts) -> None:
        assert not decide(Request(caller(XYZ), "kms:Decrypt", article)).allowed

    def test_by_rewriting_the_policy(self, article: KeyFacts) -> None:
        assert decide(Request(caller(XYZ), "kms:PutKeyPolicy", article)).allowed
        rewritten = key(*POLICY, allow(XYZ, "kms:Decrypt"))
        assert decide(Request(caller(XYZ), "kms:Decrypt", rewritten)).reason is Reason.KEY_POLICY

    def test_by_a_grant_to_oneself(self, article: KeyFacts) -> None:
        terms = {"GranteePrincipal": XYZ, "Operations": ["Decrypt"]}
        assert decide(Request(caller(XYZ), "kms:CreateGrant", article, parameters=terms)).allowed
        granted = key(*POLICY, grants=(grant(XYZ, "Decrypt"),))
        assert decide(Request(caller(XYZ), "kms:Decrypt", granted)).reason is Reason.GRANT

    def test_by_an_iam_policy_through_the_root_statement(self, article: KeyFacts) -> None:
        with_iam = caller(XYZ, may("Decrypt"))
        assert decide(Request(with_iam, "kms:Decrypt", article)).reason is Reason.KEY_POLICY_AND_IAM

    def test_a_policy_that_closes_all_three(self) -> None:
        """No root statement, no Put* and no Create* for the administrator; the policy is an officer's business."""
        officer = KEY.replace(":kms:us-east-1:", ":iam::").replace("key/", "user/officer/")
        harmless = [name for name in ADMINISTERS if name not in ("kms:Put*", "kms:Create*")]
        closed = key(allow(officer, "PutKeyPolicy", "GetKeyPolicy"), allow(XYZ, *harmless), allow(ABC, *USES))
        powerful = caller(XYZ, ADMINISTRATOR)
        for action in ("PutKeyPolicy", "CreateGrant", "Decrypt", "ReEncryptFrom"):
            assert decide(Request(powerful, f"kms:{action}", closed)).reason is Reason.NOT_IN_KEY_POLICY
        assert decide(Request(powerful, "kms:DisableKey", closed)).allowed
        assert decide(Request(caller(ABC), "kms:Decrypt", closed)).allowed
        assert decide(Request(caller(officer), "kms:PutKeyPolicy", closed)).allowed
