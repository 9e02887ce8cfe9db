"""Lesson 12: other right answers than the reference solution, and mistakes made in other ways."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

import kmsnb
from kmsnb.exercises import exercise
from kmsnb.exercises.lesson_12 import attempt, causes, policy, rewrite
from kmsnb.exercises.lesson_12.scene import BUCKET, Scene
from kmsnb.exercises.lesson_12.tickets import TICKETS, answer, tickets

from .. import author


@pytest.fixture(scope="module", autouse=True)
def lab() -> Iterator[kmsnb.Lab]:
    """One lab for all: a check leaves it as it was."""
    with kmsnb.start() as lab:
        yield lab


def verdict(exercise_id: str, given: Any) -> Any:
    return exercise(exercise_id).judge(given)


def solution(exercise_id: str) -> Any:
    names: dict[str, Any] = {}
    exec(exercise(exercise_id).solution, names)  # noqa: S102 (our own source)
    return names[exercise(exercise_id).answer_name]


# 12.a

CODES = {
    "A": ("GetObject: AccessDenied", "kms:Decrypt"),
    "B": ("UploadPart: AccessDenied", "kms:Decrypt"),
    "C": ("GetObject: AccessDenied", "s3:GetObject"),
    "D": ("GetObject: KMS.DisabledException", "is disabled."),
    "E": ("PutObject: AccessDenied", "with an explicit deny in a resource-based policy"),
    "F": ("GetObject: AccessDenied", "kms:Decrypt"),
    "G": ("PutObject: KMS.NotFoundException", "Invalid arn us-east-1"),
}


def test_each_ticket_is_refused_as_the_lesson_shows(lab: kmsnb.Lab) -> None:
    records = len(lab.journal)
    said = tickets()
    assert said.keys() == CODES.keys()
    for letter, (begins, contains) in CODES.items():
        assert said[letter].startswith(begins), letter
        assert contains in said[letter], letter
    assert len(lab.journal) == records  # nothing of it shows in the lab


@pytest.mark.parametrize("letter", TICKETS)
def test_without_its_cause_a_ticket_works(letter: str) -> None:
    assert answer(letter, Scene(), mended=True) == "done"


def test_every_cause_is_one_of_the_words_and_no_two_are_the_same() -> None:
    named = [ticket.cause for ticket in TICKETS.values()]
    assert len(set(named)) == len(named)
    assert {*named} < {*causes.CHOICES}


def test_a_word_in_capitals_is_right() -> None:
    words = {letter: f" {ticket.cause.upper()} " for letter, ticket in TICKETS.items()}
    assert verdict("12.a", words).state == "right"
    assert verdict("12.a", words | {"A": 7}).says == causes.OTHER_WORD.says


# 12.b


def statement(action: Any, folder: str, **more: Any) -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Principal": {"AWS": policy.ROBIN},
        "Action": action,
        "Resource": "*",
        "Condition": {
            "StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"},
            "StringLike": {"kms:EncryptionContext:aws:s3:arn": f"arn:aws:s3:::ledger/{folder}*"},
        },
        **more,
    }


READ, WRITE = statement("kms:Decrypt", "orders/"), statement("kms:GenerateDataKey", "totals/")


def test_the_notebook_shows_the_journal() -> None:
    (path,) = author.lessons(["12"])
    text = path.read_text(encoding="utf-8")
    for each in policy.JOURNAL:
        assert f"| {each.action} | {each.arn} |" in text
    assert f"`userIdentity.arn` is `{policy.ROBIN}`, and `invokedBy` is `s3.amazonaws.com`" in text


@pytest.mark.parametrize(
    "given",
    [
        [READ, WRITE],
        (WRITE, READ),
        [statement(["kms:Decrypt"], "orders/", Sid="reads"), WRITE],
        [statement("kms:Decrypt", "orders/2026-*"), WRITE],
        [READ | {"Principal": {"AWS": [policy.ROBIN]}}, WRITE],
    ],
)
def test_other_statements_are_right(given: Any) -> None:
    told = verdict("12.b", given)
    assert told.state == "right", told.says


@pytest.mark.parametrize(
    ("given", "mistake"),
    [
        ([READ], policy.TOO_LITTLE),
        (READ, policy.TOO_LITTLE),
        ([READ, WRITE | {"Effect": "Deny"}], policy.TOO_LITTLE),
        ([READ, WRITE | {"Condition": {}}], policy.DIRECTLY),
        ([READ, statement("kms:GenerateDataKey", "")], policy.OTHER_PLACE),
        ([READ, statement("kms:GenerateDataKey", "*")], policy.OTHER_PLACE),
        ([statement("kms:*", "")], policy.OTHER_ACTION),
        ([READ, WRITE | {"Principal": {"AWS": "*"}}], policy.SOMEBODY_ELSE),
        ([{1, 2}], policy.NOT_STATEMENTS),
        ([READ | {"Sid": {1}}], policy.NOT_STATEMENTS),
        ("kms:Decrypt", policy.NOT_STATEMENTS),
        ([READ | {"Condition": {"Like": {}}}, WRITE], policy.REFUSED),
    ],
)
def test_mistakes_in_statements_are_named(given: Any, mistake: Any) -> None:
    assert verdict("12.b", given).says.startswith(mistake.says)


# 12.c


def by_set(s3: Any, bucket: str, key_arn: str) -> set[str]:
    return set(solution("12.c")(s3, bucket, key_arn))


def with_a_paginator(s3: Any, bucket: str, key_arn: str) -> list[str]:
    moved = []
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for each in page["Contents"]:
            if s3.head_object(Bucket=bucket, Key=each["Key"]).get("SSEKMSKeyId") == key_arn:
                continue
            body = s3.get_object(Bucket=bucket, Key=each["Key"])["Body"].read()
            s3.put_object(
                Bucket=bucket, Key=each["Key"], Body=body, ServerSideEncryption="aws:kms", SSEKMSKeyId=key_arn
            )
            moved.append(each["Key"])
    return moved


@pytest.mark.parametrize("move", [by_set, with_a_paginator])
def test_other_ways_to_move_are_right(move: Callable[..., Any]) -> None:
    told = verdict("12.c", move)
    assert told.state == "right", told.says


@pytest.mark.parametrize(
    ("move", "mistake"),
    [
        (lambda s3, bucket, key_arn: None, rewrite.LEFT_BEHIND),
        (lambda s3, bucket, key_arn: s3.delete_object(Bucket=bucket, Key="may"), rewrite.GONE),
        (lambda s3, bucket, key_arn: s3.list_objects_v2(Bucket="reports-17"), rewrite.OTHER_KEY),
    ],
)
def test_mistakes_in_moving_are_named(move: Callable[..., Any], mistake: Any) -> None:
    assert verdict("12.c", move).says.startswith(mistake.says)


# The lesson's helper


def test_attempt_says_what_was_refused_without_arns() -> None:
    with Scene() as scene:
        scene.let(kms=None)
        june = {"Bucket": BUCKET, "Key": "june"}
        assert attempt(scene.s3.put_object, **june, Body=b"", **scene.under(scene.key)) == "done"
        assert attempt(scene.uma.get_object, **june) == (
            "GetObject: AccessDenied: not authorized to perform: kms:Decrypt because no identity-based policy allows the "
            "kms:Decrypt action"
        )
