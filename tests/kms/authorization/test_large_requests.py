"""The largest policies and requests that there can be are decided quickly: other calls wait meanwhile."""

import random
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from kmsnb.kms.authorization import Request, decide, malformed

from .world import ABC, ROOT, allow, caller, document, key

#: About the most characters of an encryption context that a request can hold (kmsnb.kms.moto.responses).
LONG = 250_000


@contextmanager
def quick(seconds: float = 2.0) -> Iterator[None]:
    """Processor time, which doesn't depend on what else the computer does."""
    begun = time.process_time()
    yield
    assert time.process_time() - begun < seconds


def allowed(context: dict[str, str], operator: str, condition_key: str, *values: str) -> bool:
    statement = allow(ABC, "Encrypt", Condition={operator: {condition_key: list(values)}})
    parameters = {"EncryptionContext": context}
    return decide(Request(caller(ABC), "kms:Encrypt", key(statement), parameters=parameters)).allowed


@pytest.mark.parametrize(
    "pattern",
    [
        f"*{'a' * 16_000}b*",
        f"*b{'a' * 16_000}*",
        f"*{'a' * 8000}b{'a' * 8000}*",
        f"*{'?a' * 8000}b*",
        "*" + "a*" * 16_000 + "b",
        "*" + "?a*" * 8000 + "b*",
        "*a" * 8000 + "?" * 8000 + "b",
    ],
    ids=["end", "start", "middle", "question-marks", "stars", "both", "tail"],
)
def test_a_long_pattern_against_a_long_text_is_quick(pattern: str) -> None:
    with quick():
        assert not allowed({"a": "a" * LONG}, "StringLike", "kms:EncryptionContext:a", pattern)


def test_many_patterns_against_a_long_text_are_quick() -> None:
    patterns = [f"*z{number}*" for number in range(3000)]
    with quick(4):
        assert not allowed({"a": "y" * LONG}, "StringLike", "kms:EncryptionContext:a", *patterns)


@pytest.mark.parametrize(
    "value", ["arn:aws:${" + ":" * 31_000 + "}", "arn:aws:" + "${" * 15_000 + ":" * 1000]
)
def test_colons_in_a_policy_variable_are_quick(value: str) -> None:
    statement = allow(ROOT, "kms:*", Condition={"ArnLike": {"aws:PrincipalArn": value}})
    with quick(0.5):
        assert "condition on aws:PrincipalArn" in (malformed(document(statement)) or "")


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        ("", "", True),
        ("*", "", True),
        ("?", "", False),
        ("a*a", "a", False),
        ("*?*", "x", True),
        ("*a?c*", "abaabc", True),
        ("*a?c", "abcabd", False),
        ("?*?", "\n\n", True),
        ("*ab?ab*", "ababcababxab", True),
        (".*", "x", False),
    ],
)
def test_stars_and_question_marks(pattern: str, text: str, fits: bool) -> None:
    assert allowed({"a": text}, "StringLike", "kms:EncryptionContext:a", pattern) is fits


def test_patterns_match_what_a_regular_expression_would() -> None:
    chance = random.Random(15)

    def some(letters: str) -> str:
        return "".join(chance.choices(letters, k=chance.randint(0, 8)))

    for _ in range(2000):
        pattern, text = some("ab*?"), some("abc")
        expression = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
        wanted = re.fullmatch(expression, text, re.DOTALL) is not None
        assert allowed({"a": text}, "StringLike", "kms:EncryptionContext:a", pattern) is wanted, (
            pattern,
            text,
        )


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("arn:aws:iam::${aws:PrincipalAccount}:user/ABC", True),
        ("arn:aws:iam::${aws:PrincipalAccount}:user/${aws:username}", True),
        ("arn:aws:iam::${aws:PrincipalAccount}:user/XYZ", False),
    ],
)
def test_the_colons_of_a_variable_do_not_part_an_arn(value: str, wanted: bool) -> None:
    assert allowed({}, "ArnLike", "aws:PrincipalArn", value) is wanted
