"""How a decision is told: AWS's message, one sentence for people, and the path for a picture."""

import ast
from datetime import UTC, datetime
from pathlib import Path

import pytest

import kmsnb.kms.authorization
from kmsnb.kms.authorization import (
    Caller,
    Circumstances,
    KeyFacts,
    Reason,
    Request,
    Stage,
    access_denied,
    condition_values,
    decide,
)

from .world import (
    ABC,
    ADMINISTRATOR,
    ALIAS,
    AUDITOR,
    BOB,
    DELEGATES,
    KEY,
    MAI,
    OURS,
    ROOT,
    XYZ,
    allow,
    caller,
    deny,
    endpoint,
    grant,
    key,
    may,
    may_not,
    place,
)

NAMED = {"KeyId": KEY}


def message(who: Caller, facts: KeyFacts | None, action: str = "Decrypt", **more: object) -> str:
    more.setdefault("parameters", NAMED)
    return access_denied(decide(Request(who, f"kms:{action}", facts, **more)))


class TestMessages:
    def test_no_resource_based_policy(self) -> None:
        assert message(caller(ABC), key(allow(XYZ, "kms:*"))) == (
            f"User: {ABC} is not authorized to perform: kms:Decrypt on resource: {KEY} "
            "because no resource-based policy allows the kms:Decrypt action"
        )

    def test_no_identity_based_policy(self) -> None:
        assert message(caller(MAI), key()) == (
            f"User: {MAI} is not authorized to perform: kms:Decrypt on resource: {KEY} "
            "because no identity-based policy allows the kms:Decrypt action"
        )

    def test_no_boundary_and_no_session_policy(self) -> None:
        bounded = caller(ABC, ADMINISTRATOR, boundary=[may("s3:*")])
        assert message(bounded, key()).endswith(
            "because no permissions boundary allows the kms:Decrypt action"
        )
        limited = caller(MAI, ADMINISTRATOR, session=[may("s3:*")])
        assert message(limited, key()).endswith("because no session policy allows the kms:Decrypt action")

    @pytest.mark.parametrize(
        ("who", "policy_type"),
        [
            (caller(ABC), "a resource-based policy"),
            (caller(ABC, may_not("kms:*")), "an identity-based policy"),
            (caller(ABC, boundary=[may_not("kms:*")]), "a permissions boundary"),
            (caller(MAI, session=[may_not("kms:*")]), "a session policy"),
            (caller(ABC, place=place(service=[[may_not("kms:*")]])), "a service control policy"),
        ],
    )
    def test_an_explicit_deny(self, who: Caller, policy_type: str) -> None:
        assert message(who, key(allow("*", "kms:*"), deny("*", "kms:*"))) == (
            f"User: {who.arn} is not authorized to perform: kms:Decrypt on resource: {KEY} "
            f"with an explicit deny in {policy_type}"
        )

    def test_what_limits_beside_permissions(self) -> None:
        """IAM User Guide, "Troubleshoot access denied error messages"."""
        inside = caller(ABC, ADMINISTRATOR, place=place(service=[[may("s3:*")]]))
        assert message(inside, key()).endswith(
            f"on resource: {KEY} because no service control policy allows the kms:Decrypt action"
        )
        controlled = key(place=place(resource=[[allow("*", "*"), deny("*", "kms:*")]]))
        assert message(caller(ABC, ADMINISTRATOR), controlled).endswith(
            "with an explicit deny in a resource control policy"
        )
        through = Circumstances(vpc_endpoint=endpoint(allow("*", "s3:*")))
        assert message(caller(ABC, ADMINISTRATOR), key(), circumstances=through).endswith(
            "because no VPC endpoint policy allows the kms:Decrypt action"
        )
        through = Circumstances(vpc_endpoint=endpoint(deny("*", "kms:*")))
        assert message(caller(ABC, ADMINISTRATOR), key(), circumstances=through).endswith(
            "with an explicit deny in a VPC endpoint policy"
        )

    def test_a_call_about_no_key_in_particular_is_on_any_resource(self) -> None:
        assert message(caller(ABC), None, "CreateKey") == (
            f"User: {ABC} is not authorized to perform: kms:CreateKey on resource: * "
            "because no identity-based policy allows the kms:CreateKey action"
        )

    def test_an_alias_is_the_resource(self) -> None:
        assert f"on resource: {ALIAS} " in message(caller(ABC), None, "CreateAlias", resource=ALIAS)

    def test_a_ciphertext_that_names_its_key_itself(self) -> None:
        assert message(caller(ABC), key(), parameters={}) == (
            f"User: {ABC} is not authorized to perform: kms:Decrypt on the resource associated with this ciphertext "
            "because no identity-based policy allows the kms:Decrypt action"
        )

    def test_another_account_learns_nothing(self) -> None:
        hidden = (
            f"User: {BOB} is not authorized to perform: kms:Decrypt on this resource because the resource does not "
            "exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly "
            "denies access"
        )
        administrator = caller(BOB, ADMINISTRATOR)
        assert message(administrator, key()) == hidden
        assert message(administrator, key(allow("*", "kms:*"), deny("*", "kms:*"))) == hidden

    def test_another_account_learns_of_its_own_policies(self) -> None:
        assert message(caller(BOB), key(allow(BOB, "kms:*"))).endswith(
            f"on resource: {KEY} because no identity-based policy allows the kms:Decrypt action"
        )

    def test_a_consent_has_no_message(self) -> None:
        with pytest.raises(ValueError, match="allowed"):
            message(caller(ABC), key(allow(ABC, "kms:*")))


class TestSentences:
    def test_a_consent_names_what_it_is_owed_to(self) -> None:
        decision = decide(Request(caller(ABC, may("Decrypt", Sid="Reading")), "kms:Decrypt", key()))
        assert decision.sentence == (
            f"{ABC} may perform kms:Decrypt on {KEY}: the key policy leaves it to IAM policies, and one allows it "
            "(statement “Enable IAM User Permissions” of the key policy and statement “Reading” of the IAM policy)."
        )

    def test_who_is_named_owes_nothing_to_the_account(self) -> None:
        facts = key(DELEGATES, allow(ABC, "Decrypt", Sid="Reading"))
        assert decide(Request(caller(ABC), "kms:Decrypt", facts)).sentence.endswith(
            "the key policy allows it (statement “Reading” of the key policy)."
        )

    def test_an_explicit_deny_names_its_statement(self) -> None:
        facts = key(DELEGATES, deny("*", "Decrypt", Sid="Nobody"))
        assert decide(Request(caller(ABC, ADMINISTRATOR), "kms:Decrypt", facts)).sentence == (
            f"{ABC} may not perform kms:Decrypt on {KEY}: explicit deny in the key policy "
            "(statement “Nobody” of the key policy)."
        )

    def test_a_grant_is_named(self) -> None:
        facts = key(allow(XYZ, "kms:*"), grants=(grant(BOB, "Decrypt"), grant(ABC, "Decrypt", id="g2")))
        assert decide(Request(caller(ABC), "kms:Decrypt", facts)).sentence.endswith(
            "a grant allows it (grant g2)."
        )

    def test_a_near_miss_of_a_grant_is_told(self) -> None:
        constraints = {"EncryptionContextEquals": {"a": "1"}}
        facts = key(allow(XYZ, "kms:*"), grants=(grant(ABC, "Decrypt", Constraints=constraints),))
        assert decide(Request(caller(ABC), "kms:Decrypt", facts)).sentence.endswith(
            "the key policy neither allows it nor leaves it to IAM policies (grant g1 does not: the encryption "
            "context is not that of its EncryptionContextEquals constraint)."
        )

    def test_a_near_miss_of_a_condition_is_told(self) -> None:
        condition = {"Condition": {"StringEquals": {"kms:EncryptionContext:AppName": ["A", "B"]}}}
        decision = decide(Request(caller(ABC), "kms:Decrypt", key(allow(ABC, "Decrypt", **condition))))
        assert (
            "StringEquals requires kms:EncryptionContext:AppName to match A or B, and it is not in the request"
            in decision.sentence
        )

    @pytest.mark.parametrize(
        ("statement", "words"),
        [
            (allow(XYZ, "Decrypt"), f"its Principal is AWS {XYZ}"),
            (allow(ABC, "Encrypt", "Sign"), "its Action is kms:Encrypt, kms:Sign"),
            (allow(ABC, "A", "B", "C", "D", "E"), "its Action is kms:A, kms:B, kms:C, kms:D, …"),
            (allow(ABC, "Decrypt", Resource=KEY + "0"), f"its Resource is {KEY}0"),
            (allow(ABC, Action=None), "it has no Action or no Resource, and so no effect"),
            (
                allow("nobody", "Decrypt"),
                "its Principal names nobody, which is not an account, user, role or session",
            ),
        ],
    )
    def test_a_statement_tells_on_which_element_it_failed(self, statement: dict, words: str) -> None:
        decision = decide(Request(caller(ABC), "kms:Decrypt", key(statement)))
        (look,) = decision.path[1].looks
        assert look.sentence == f"statement number 1 of the key policy does not apply: {words}."

    @pytest.mark.parametrize(
        ("named", "words"),
        [
            (MAI, "to the caller"),
            (AUDITOR, "to the role or user behind the session"),
            (OURS, "to the caller's account, which can delegate it with IAM policies"),
        ],
    )
    def test_a_statement_tells_whom_it_allows(self, named: str, words: str) -> None:
        decision = decide(Request(caller(MAI), "kms:Decrypt", key(allow(named, "Decrypt"))))
        (look,) = decision.path[1].looks
        assert look.sentence == f"statement number 1 of the key policy allows it {words}."

    def test_a_statement_of_an_iam_policy_allows_without_more(self) -> None:
        decision = decide(Request(caller(ABC, ADMINISTRATOR), "kms:ListKeys"))
        assert decision.path[1].looks[0].sentence == "statement number 1 of the IAM policy allows it."

    def test_what_a_key_policy_cannot_see_is_not_said_to_be_there(self) -> None:
        condition = {"Condition": {"StringEquals": {"aws:ResourceTag/Team": "red"}}}
        facts = key(allow(ABC, "Decrypt", **condition), tags={"Team": "red"})
        assert decide(Request(caller(ABC), "kms:Decrypt", facts)).sentence.endswith(
            "StringEquals requires aws:ResourceTag/Team to match red, and it is known to IAM policies only)."
        )

    def test_a_deny_out_of_caution_says_so(self) -> None:
        condition = {"Condition": {"StringIs": {"kms:KeySpec": "x"}}}
        facts = key(allow(ABC, "kms:*"), deny(ABC, "Decrypt", **condition))
        look = decide(Request(caller(ABC), "kms:Decrypt", facts)).path[0].looks[0]
        assert look.sentence == (
            "statement number 2 of the key policy denies it, to be safe: "
            "its condition on kms:KeySpec has an unknown operator: StringIs."
        )


class TestPath:
    def stages(self, who: Caller, facts: KeyFacts) -> list[tuple[Stage, bool | None]]:
        path = decide(Request(who, "kms:Decrypt", facts)).path
        return [(step.stage, step.answer) for step in path]

    def test_it_ends_where_it_is_decided(self) -> None:
        assert self.stages(caller(ABC), key(allow(ABC, "kms:*"), deny("*", "kms:*"))) == [(Stage.DENY, False)]
        assert self.stages(caller(ABC), key(allow(ABC, "kms:*"))) == [
            (Stage.DENY, None),
            (Stage.KEY_POLICY, True),
        ]

    def test_it_passes_every_station(self) -> None:
        who = caller(MAI, ADMINISTRATOR, boundary=[ADMINISTRATOR], session=[may("Encrypt")])
        assert self.stages(who, key(grants=(grant(BOB, "Decrypt"),))) == [
            (Stage.DENY, None),
            (Stage.KEY_POLICY, True),
            (Stage.IAM, True),
            (Stage.BOUNDARY, True),
            (Stage.SESSION, False),
            (Stage.GRANTS, None),
        ]

    def test_network_and_organization_come_before_permissions(self) -> None:
        everything, all_resources = [[ADMINISTRATOR]], [[allow("*", "*")]]
        who = caller(ABC, ADMINISTRATOR, place=place(service=everything))
        request = Request(
            who,
            "kms:Decrypt",
            key(place=place(resource=all_resources)),
            circumstances=Circumstances(vpc_endpoint=endpoint(allow("*", "*"))),
        )
        decision = decide(request)
        assert [(step.stage, step.answer) for step in decision.path] == [
            (Stage.DENY, None),
            (Stage.ENDPOINT, True),
            (Stage.RCP, True),
            (Stage.SCP, True),
            (Stage.KEY_POLICY, True),
            (Stage.IAM, True),
        ]
        assert decision.sentence.endswith(
            "one allows it (statement “Enable IAM User Permissions” of the key policy and statement number 1 of the IAM policy)."
        )

    def test_a_silent_level_is_named(self) -> None:
        who = caller(ABC, ADMINISTRATOR, place=place(service=[[ADMINISTRATOR], [may("s3:*")], []]))
        (deny_step, step) = decide(Request(who, "kms:Decrypt", key())).path
        assert deny_step.stage is Stage.DENY
        assert step.seen == (
            "Statement number 1 of the IAM policy allows it.",
            "Statement number 1 of the IAM policy does not apply: its Action is s3:*.",
            "No policy of level 1 allows it.",
            "No policy of level 2 allows it.",
        )

    def test_an_endpoint_policy_without_an_allow_says_so(self) -> None:
        through = Circumstances(vpc_endpoint=endpoint(deny("*", "s3:*")))
        decision = decide(Request(caller(ABC, ADMINISTRATOR), "kms:Decrypt", key(), circumstances=through))
        assert decision.path[-1].seen == ("The VPC endpoint policy has no Allow statement.",)

    def test_a_deny_is_looked_for_in_every_policy(self) -> None:
        who = caller(ABC, may_not("Decrypt"), boundary=[ADMINISTRATOR, may_not("Encrypt")])
        decision = decide(Request(who, "kms:Decrypt", key(DELEGATES, deny(XYZ, "Decrypt"))))
        assert [look.applies for look in decision.path[0].looks] == [True, False, False]

    def test_a_station_that_was_passed_keeps_its_answer(self) -> None:
        """The key policy and a grant both leave it to the account: what is missing is still the boundary."""
        who = caller(ABC, ADMINISTRATOR, boundary=[may("Encrypt")])
        facts = key(grants=(grant(ROOT, "Decrypt"),))
        assert decide(Request(who, "kms:Decrypt", facts)).reason is Reason.NOT_IN_BOUNDARY

    def test_the_case_of_an_action_does_not_matter(self) -> None:
        assert decide(Request(caller(ABC), "kms:Decrypt", key(allow(ABC, "kms:dEcRyPt")))).allowed

    def test_a_grant_that_allows_is_the_last_station(self) -> None:
        facts = key(allow(XYZ, "kms:*"), grants=(grant(ABC, "Decrypt"),))
        assert self.stages(caller(ABC), facts) == [
            (Stage.DENY, None),
            (Stage.KEY_POLICY, None),
            (Stage.GRANTS, True),
        ]

    def test_a_step_knows_what_applied(self) -> None:
        decision = decide(
            Request(caller(ABC), "kms:Decrypt", key(allow(XYZ, "kms:*"), allow(ABC, "Decrypt")))
        )
        assert [look.match.statement.position for look in decision.path[1].applying] == [2]
        assert decision.reason is Reason.KEY_POLICY


def test_condition_values_of_plain_parameters() -> None:
    parameters = {"KeyId": "alias/test", "EncryptionContext": {"AppName": "x", "appname": "y"}}
    circumstances = Circumstances(time=datetime(2026, 1, 5, 9, tzinfo=UTC))
    who = caller(ABC, unique_id="AIDA1")
    values = condition_values("Encrypt", parameters, key(tags={"Team": "red"}), who, circumstances)
    assert values["kms:encryptioncontext:appname"] == ("x", "y")
    assert values["kms:encryptioncontextkeys"] == ("AppName", "appname")
    assert values["kms:requestalias"] == ("alias/test",)
    assert values["kms:calleraccount"] == (OURS,)
    assert values["aws:username"] == ("ABC",)
    assert values["aws:userid"] == ("AIDA1",)
    assert values["aws:resourcetag/team"] == ("red",)
    assert values["aws:currenttime"] == ("2026-01-05T09:00:00Z",)
    assert values["aws:epochtime"] == ("1767603600",)
    assert "kms:viaservice" not in values
    assert "aws:multifactorauthpresent" not in values


def test_it_knows_neither_moto_nor_boto3() -> None:
    """Nothing but the standard library and itself."""
    folder = Path(kmsnb.kms.authorization.__file__).parent
    for module in folder.glob("*.py"):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                assert not {alias.name.split(".")[0] for alias in node.names} & {"moto", "boto3", "botocore"}
            elif isinstance(node, ast.ImportFrom):
                assert node.level <= 1, module.name
                assert node.level == 1 or (node.module or "").split(".")[0] not in (
                    "moto",
                    "boto3",
                    "botocore",
                )
