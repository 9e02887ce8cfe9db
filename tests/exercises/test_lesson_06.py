"""Lesson 06: other right answers than the reference solution, and mistakes made in other ways."""

import json
from typing import Any

import pytest

import kmsnb
from kmsnb.exercises import exercise
from kmsnb.exercises.lesson_06 import context, faulty, faulty_policy, mend, name
from kmsnb.exercises.lesson_06.scene import THROUGH_EC2, Try, allowed, user
from kmsnb.exercises.lesson_06.tickets import ADMINISTRATORS, ROOT, SERVICES, USERS
from kmsnb.widgets.create_key_policy import console_policy

UMA, ACCOUNT = user("Uma"), "arn:aws:iam::123456789012:root"
SHOP = {"StringEquals": {"kms:EncryptionContext:app": "shop"}}


def test_the_other_statements_are_those_of_section_1() -> None:
    console = console_policy("123456789012", administrators=[user("Ada")], users=[user("Uma")])
    assert console["Statement"] == [ROOT, ADMINISTRATORS, USERS, SERVICES]


@pytest.mark.parametrize("ticket", faulty)
def test_every_broken_policy_denies_what_its_ticket_wants(ticket: str) -> None:
    now = allowed(faulty_policy(ticket))
    assert not set(mend._WANTED[ticket]) <= now


def test_the_judge_decides_as_the_lab_does(lab: kmsnb.Lab, kms: Any) -> None:
    for who in ("Ada", "Uma", "Bea", "Ana"):
        lab.user(who)
    sessions = {who: lab.user(who) for who in ("Ada", "Uma", "Ana", "student")}
    sessions[THROUGH_EC2] = lab.service("ec2.amazonaws.com", on_behalf_of=lab.user("Uma"))
    for ticket in faulty:
        policy = faulty_policy(ticket)
        made = kms.create_key(Policy=json.dumps(policy), BypassPolicyLockoutSafetyCheck=True)["KeyMetadata"]
        now = allowed(policy)
        for who, session in sessions.items():
            for action in ("Encrypt", "Decrypt", "CreateGrant", "PutKeyPolicy"):
                told = lab.explain(session, f"kms:{action}", made["KeyId"])
                assert told.allowed is (Try(who, action) in now), (ticket, who, action)


def named(*principals: str) -> dict[str, Any]:
    """A Deny of reading, for these."""
    return {
        "Effect": "Deny",
        "Principal": {"AWS": list(principals)},
        "Action": faulty["D"]["Action"],
        "Resource": "*",
    }


def judged(ticket: str, statement: Any) -> str:
    """What is said of one mended statement, the others being open."""
    return exercise("06.b").judge({each: statement if each == ticket else ... for each in faulty}).says


@pytest.mark.parametrize(
    ("ticket", "statement"),
    [
        ("A", USERS),
        ("A", json.dumps(USERS)),
        ("A", {"Statement": USERS}["Statement"] | {"Sid": "mended"}),
        ("A", faulty["A"] | {"Resource": ["*", faulty["A"]["Resource"]]}),
        ("A", faulty["A"] | {"Resource": "arn:aws:kms:us-east-1:123456789012:key/*"}),
        ("B", faulty["B"] | {"Principal": {"AWS": "123456789012"}}),
        ("B", faulty["B"] | {"Principal": {"AWS": [ACCOUNT]}}),
        ("C", USERS),
        ("C", [faulty["C"], faulty["C"] | {"Action": "kms:GenerateDataKey", "Sid": "files"}]),
        ("D", faulty["D"] | {"NotPrincipal": {"AWS": [UMA, ACCOUNT]}}),
        (
            "D",
            {
                "Effect": "Deny",
                "Principal": {"AWS": "*"},
                "Action": ["kms:Decrypt", "kms:ReEncrypt*"],
                "Resource": "*",
                "Condition": {"StringNotEquals": {"aws:PrincipalArn": UMA}},
            },
        ),
        ("E", faulty["E"] | {"Condition": SHOP}),
        ("E", faulty["E"] | {"Condition": {"StringEquals": {"kms:EncryptionContext:App": ["shop"]}}}),
        ("E", faulty["E"] | {"Condition": {"StringLike": {"kms:EncryptionContext:app": "shop"}}}),
    ],
)
def test_other_ways_to_mend_are_right(ticket: str, statement: Any) -> None:
    assert judged(ticket, statement).startswith(mend.STILL_OPEN.says)


def test_the_keys_own_arn_is_a_right_resource(lab: kmsnb.Lab, kms: Any) -> None:
    arns = [kms.create_key()["KeyMetadata"]["Arn"] for _ in range(3)]
    assert judged("A", faulty["A"] | {"Resource": arns[2]}).startswith(mend.STILL_OPEN.says)
    # the key of section 1, which is not the ticket's
    assert judged("A", faulty["A"] | {"Resource": arns[0]}).startswith(mend.TOO_LITTLE.says)


@pytest.mark.parametrize(
    ("ticket", "statement", "mistake"),
    [
        ("A", faulty["A"] | {"Sid": "other"}, mend.TOO_LITTLE),
        ("A", USERS | {"Principal": "*"}, mend.TOO_MUCH),
        ("B", faulty["B"] | {"Principal": {"AWS": [ACCOUNT, "123456789021"]}}, mend.TOO_MUCH),
        ("B", ROOT | {"Principal": {"AWS": user("Bea")}}, mend.REFUSED),
        ("B", ROOT | {"Principal": "*"}, mend.TOO_MUCH),
        ("C", USERS | {"Action": "kms:*"}, mend.TOO_MUCH),
        ("D", faulty["D"] | {"Effect": "Allow"}, mend.NO_DENY),
        ("D", faulty["D"] | {"NotPrincipal": {"AWS": [UMA, user("Bea"), ACCOUNT]}}, mend.MISSES_SOME),
        ("D", named(user("Bea"), user("student"), user("Ada"), user("Ana")), mend.MISSES_SOME),
        (
            "D",
            faulty["D"] | {"NotPrincipal": {"AWS": [UMA, ACCOUNT]}, "Action": "kms:Decrypt"},
            mend.RE_ENCRYPT,
        ),
        ("D", faulty["D"] | {"NotPrincipal": {"AWS": user("Bea")}}, mend.TOO_LITTLE),
        ("E", {key: value for key, value in faulty["E"].items() if key != "Condition"}, mend.TOO_MUCH),
        (
            "E",
            faulty["E"] | {"Condition": {"StringLike": {"kms:EncryptionContext:app": "shop*"}}},
            mend.TOO_MUCH,
        ),
        (
            "E",
            faulty["E"] | {"Condition": {"ForAllValues:StringEquals": {"kms:EncryptionContext:app": "shop"}}},
            mend.REFUSED,
        ),
        ("E", "kms:EncryptionContext:app", mend.NOT_A_STATEMENT),
        ("E", [faulty["E"], {1, 2}], mend.NOT_A_STATEMENT),
    ],
)
def test_mistakes_in_mending_are_named(ticket: str, statement: Any, mistake: Any) -> None:
    assert judged(ticket, statement).startswith(mistake.says)


def test_words_are_read_as_meant() -> None:
    words = {"A": "Resource", "B": " account ", "C": "action", "D": "NotPrincipal", "E": "condition"}
    assert exercise("06.a").judge(words).state == "right"
    assert exercise("06.a").judge(words | {"E": 5}).says == name.OTHER_WORD.says
    assert exercise("06.a").judge(words | {"C": "condition"}).says == name.WRONG["C"].says


def right(user_arn: str, app: str) -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Principal": {"AWS": [user_arn]},
        "Action": ["kms:Encrypt", "kms:Decrypt"],
        "Resource": ["*"],
        "Condition": {"StringEquals": {"kms:EncryptionContext:app": [app]}},
    }


def by_condition(user_arn: str, app: str) -> dict[str, Any]:
    condition = {
        "ArnEquals": {"aws:PrincipalArn": user_arn},
        "StringLike": {"kms:EncryptionContext:app": app},
    }
    return right(user_arn, app) | {"Principal": {"AWS": "*"}, "Condition": condition}


@pytest.mark.parametrize("statement", [right, by_condition, lambda arn, app: json.dumps(right(arn, app))])
def test_other_statements_are_right(statement: Any) -> None:
    verdict = exercise("06.c").judge(statement)
    assert verdict.state == "right", verdict.says


@pytest.mark.parametrize(
    ("statement", "mistake"),
    [
        (lambda arn, app: right(UMA, app), context.FIXED),
        (lambda arn, app: right(UMA, "shop"), context.FIXED),
        (
            lambda arn, app: (
                right(arn, app) | {"Condition": {"StringLike": {"kms:EncryptionContext:app": f"{app}*"}}}
            ),
            context.ANY_CONTEXT,
        ),
        (
            lambda arn, app: (
                right(arn, app) | {"Condition": {"StringEqualsIfExists": {"kms:EncryptionContext:app": app}}}
            ),
            context.ANY_CONTEXT,
        ),
        (lambda arn, app: right(arn, app) | {"Principal": {"AWS": [arn, ACCOUNT]}}, None),
        (lambda arn, app: right(arn, app) | {"Action": ["kms:Encrypt"]}, context.NOT_ALLOWED),
        (lambda arn, app: right(arn, app) | {"Effect": "Deny"}, context.NOT_ALLOWED),
        (lambda arn, app: right(arn, app) | {"Action": ["kms:*crypt*"]}, context.OTHER_ACTION),
        (lambda arn, app: right(arn, app) | {"Sid": {1}}, context.NOT_A_STATEMENT),
        (lambda arn, app: right(arn, app)["Action"], context.NOT_A_STATEMENT),
    ],
)
def test_mistakes_in_a_statement_are_named(statement: Any, mistake: Any) -> None:
    expected = context.SOMEBODY_ELSE if mistake is None else mistake
    assert exercise("06.c").judge(statement).says.startswith(expected.says)


def test_what_is_allowed_with_no_context_is_told_so() -> None:
    bare = {key: value for key, value in faulty["E"].items() if key != "Condition"}
    assert judged("E", bare).endswith("Uma, `kms:Decrypt` with no context.")
    told = exercise("06.c").judge(lambda arn, app: right(arn, app) | {"Condition": {}}).says
    assert told.endswith("Uma, `kms:Decrypt` with no context.")
