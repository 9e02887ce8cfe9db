"""Condition operators, one by one: what the policy says, what the request holds, and the answer.

IAM User Guide, "IAM JSON policy elements: Condition operators" and "Set operators for multivalued context keys".
"""

from typing import Any

import pytest

from kmsnb.kms.authorization.conditions import Answer, ConditionElement, ConditionTest

MISSING = None
TOPIC = "arn:aws:sns:us-east-1:123456789012:topic"

# operator, the policy's values, the request's values, the answer (None: nobody can tell)
TABLE: list[tuple[str, Any, tuple[str, ...] | None, Answer]] = [
    ("StringEquals", "a", ("a",), True),
    ("StringEquals", "a", ("A",), False),
    ("StringEquals", ["a", "b"], ("b",), True),
    ("StringEquals", "a*", ("a*",), True),
    ("StringEquals", "a*", ("ab",), False),
    ("StringEquals", "a", MISSING, False),
    ("StringEquals", True, ("true",), True),
    ("StringEquals", 30, ("30",), True),
    ("StringNotEquals", "a", ("b",), True),
    ("StringNotEquals", "a", ("a",), False),
    ("StringNotEquals", ["a", "b"], ("b",), False),
    ("StringNotEquals", "a", MISSING, True),
    ("StringEqualsIgnoreCase", "Abc", ("aBC",), True),
    ("StringEqualsIgnoreCase", "Abc", ("abd",), False),
    ("StringNotEqualsIgnoreCase", "Abc", ("aBC",), False),
    ("StringNotEqualsIgnoreCase", "Abc", MISSING, True),
    ("StringLike", "al*/t?st", ("alias/test",), True),
    ("StringLike", "al*/t?st", ("alias/tst",), False),
    ("StringLike", "*", ("",), True),
    ("StringLike", "a.c", ("abc",), False),
    ("StringLike", "*a*a*a*a*a*a*a*a*a*a*a*b", ("a" * 400,), False),
    ("StringLike", "*a*b*c*", ("xaybzc",), True),
    ("StringLike", "*a*b*c*", ("xbyazc",), False),
    ("StringLike", "line\n*", ("line\nbreak",), True),
    ("StringLike", "A*", ("ab",), False),
    ("StringNotLike", "a*", ("ab",), False),
    ("StringNotLike", "a*", ("b",), True),
    ("StringNotLike", "a*", MISSING, True),
    ("NumericEquals", "30", ("30",), True),
    ("NumericEquals", 30, ("30.0",), True),
    ("NumericEquals", "30", ("31",), False),
    ("NumericNotEquals", "30", ("31",), True),
    ("NumericNotEquals", "30", MISSING, True),
    ("NumericLessThan", "30", ("29",), True),
    ("NumericLessThan", "30", ("30",), False),
    ("NumericLessThanEquals", "30", ("30",), True),
    ("NumericGreaterThan", "30", ("30",), False),
    ("NumericGreaterThan", "9", ("10",), True),
    ("NumericGreaterThanEquals", "30", ("30",), True),
    ("NumericGreaterThanEquals", "30", MISSING, False),
    ("NumericEquals", "many", ("30",), None),
    ("NumericEquals", "NaN", ("30",), None),
    ("NumericEquals", "2026-01-05", ("2026-01-05",), None),
    ("NumericEquals", "30", ("many",), None),
    ("NumericNotEquals", "30", ("many",), None),
    ("DateEquals", "2026-01-05T09:00:00Z", ("2026-01-05T10:00:00+01:00",), True),
    ("DateNotEquals", "2026-01-05T09:00:00Z", ("2026-01-05T09:00:00Z",), False),
    ("DateLessThan", "2026-01-06", ("2026-01-05T09:00:00Z",), True),
    ("DateLessThan", "2026-02", ("2026-01-05T09:00:00Z",), True),
    ("DateLessThanEquals", "1767603600", ("2026-01-05T09:00:00Z",), True),
    ("DateGreaterThan", "2026-01-05T09:00:00Z", ("2026-01-05T09:00:01Z",), True),
    ("DateGreaterThanEquals", "2026-01-05T09:00:00Z", ("2026-01-05T08:59:59Z",), False),
    ("DateLessThan", "tomorrow", ("2026-01-05T09:00:00Z",), None),
    ("DateLessThan", "1e99", ("2026-01-05T09:00:00Z",), None),
    ("Bool", "true", ("true",), True),
    ("Bool", "TRUE", ("true",), True),
    ("Bool", False, ("false",), True),
    ("Bool", "true", ("false",), False),
    ("Bool", "false", MISSING, False),
    ("Bool", "yes", ("true",), None),
    ("BinaryEquals", "QmluYXJ5", ("QmluYXJ5",), True),
    ("BinaryEquals", "QmluYXJ5", ("QmluYXJ6",), False),
    ("BinaryEquals", "not base64!", ("QmluYXJ5",), None),
    ("BinaryEquals", "QmluYXJ5!", ("QmluYXJ5",), None),
    ("BinaryEquals", "QmluYXJ5", ("QmluYXJ5!",), None),
    ("IpAddress", "203.0.113.0/24", ("203.0.113.7",), True),
    ("IpAddress", "203.0.113.0/24", ("203.0.114.7",), False),
    ("IpAddress", "203.0.113.7", ("203.0.113.7",), True),
    ("IpAddress", "203.0.113.7/24", ("203.0.113.9",), True),
    ("IpAddress", ["203.0.113.0/24", "2001:DB8:1234:5678::/64"], ("2001:db8:1234:5678::1",), True),
    ("IpAddress", "203.0.113.0/24", MISSING, False),
    ("NotIpAddress", "203.0.113.0/24", ("198.51.100.1",), True),
    ("NotIpAddress", "203.0.113.0/24", MISSING, True),
    ("IpAddress", "somewhere", ("203.0.113.7",), None),
    ("ArnEquals", "arn:aws:sns:*:123456789012:t*", (TOPIC,), True),
    ("ArnLike", "arn:aws:sns:*:123456789012:t?pic", (TOPIC,), True),
    ("ArnLike", "arn:aws:sns:*:topic", (TOPIC,), None),
    ("ArnLike", "*", (TOPIC,), True),
    (
        "ArnLike",
        "arn:aws:sns:*:123456789012:topic",
        ("arn:aws:sns:x:999999999999:a:123456789012:topic",),
        False,
    ),
    ("ArnLike", "arn:aws:sns:*:*:*", ("no ARN",), False),
    ("ArnNotEquals", "arn:aws:sns:*:*:other", (TOPIC,), True),
    ("ArnNotLike", "arn:aws:sns:*:*:t*", (TOPIC,), False),
    ("ArnNotLike", "arn:aws:sns:*:*:t*", MISSING, True),
    ("Null", "true", MISSING, True),
    ("Null", "true", ("a",), False),
    ("Null", False, ("a",), True),
    ("Null", "false", (), False),
    ("Null", "maybe", ("a",), None),
    ("StringEqualsIfExists", "a", MISSING, True),
    ("StringEqualsIfExists", "a", ("b",), False),
    ("StringNotEqualsIfExists", "a", MISSING, True),
    ("BoolIfExists", "true", MISSING, True),
    ("BoolIfExists", "true", ("false",), False),
    ("NumericLessThanIfExists", "3", MISSING, True),
    ("ArnLikeIfExists", "arn:aws:sns:*:*:*", MISSING, True),
    ("IpAddressIfExists", "10.0.0.0/8", MISSING, True),
    ("DateLessThanIfExists", "2026-02-01", MISSING, True),
    ("NullIfExists", "true", MISSING, None),
    ("ForAnyValue:StringEquals", ["a", "b"], ("x", "b"), True),
    ("ForAnyValue:StringEquals", ["a", "b"], ("x", "y"), False),
    ("ForAnyValue:StringEquals", "a", MISSING, False),
    ("ForAnyValue:StringEquals", "a", (), False),
    ("ForAnyValue:StringNotEquals", "a", ("a", "b"), True),
    ("ForAnyValue:StringNotEquals", "a", ("a",), False),
    ("ForAnyValue:StringNotEquals", "a", MISSING, False),
    ("ForAnyValue:StringLike", "alias/t*", ("alias/prod", "alias/test"), True),
    ("ForAnyValue:StringEqualsIfExists", "a", MISSING, True),
    ("ForAllValues:StringEquals", ["a", "b"], ("a", "b"), True),
    ("ForAllValues:StringEquals", ["a", "b"], ("a", "c"), False),
    ("ForAllValues:StringEquals", "a", MISSING, True),
    ("ForAllValues:StringNotEquals", "a", ("b", "c"), True),
    ("ForAllValues:StringNotEquals", "a", ("a", "c"), False),
    ("ForAllValues:NumericLessThan", "10", ("1", "many"), None),
    ("ForAnyValue:NumericLessThan", "10", ("1", "many"), None),
    ("ForAnyValue:NumericLessThan", "10", ("many", "1"), None),
    ("ForSomeValues:StringEquals", "a", ("a",), None),
    ("StringEquals", "a", ("a", "a"), None),
    ("StringIs", "a", ("a",), None),
    ("stringequals", "a", ("a",), None),
    ("StringEquals", [], ("a",), None),
    ("StringNotEquals", [], ("a",), None),
    ("StringEquals", None, ("a",), None),
    ("StringEquals", {"a": "b"}, ("a",), None),
    ("StringEquals", [["a"]], ("a",), None),
    ("StringEquals", "${aws:username", ("a",), None),
]


def lookup(values: dict[str, tuple[str, ...]]) -> Any:
    return values.get


@pytest.mark.parametrize(("operator", "wanted", "found", "answer"), TABLE)
def test_an_operator(operator: str, wanted: Any, found: tuple[str, ...] | None, answer: Answer) -> None:
    test = ConditionTest.parse(operator, "kms:Something", wanted, variables=True)
    values = {} if found is None else {"kms:something": found}
    assert test.passes(lookup(values)) is answer


VARIABLES = [
    ("StringEquals", "${aws:username}", "ABC", True),
    ("StringEquals", "${AWS:UserName}", "ABC", True),
    ("StringEquals", "x-${aws:username}-y", "x-ABC-y", True),
    ("StringEquals", "${aws:userid}", "ABC", False),
    ("StringNotEquals", "${aws:userid}", "ABC", True),
    ("StringEqualsIgnoreCase", "${aws:username}", "abc", True),
    ("StringEquals", "${aws:userid, 'ABC'}", "ABC", True),
    ("StringEquals", "${aws:userid,'ABC'}", "ABC", True),
    ("StringEquals", "${several}", "a", False),
    ("StringEquals", "${several, 'z'}", "z", True),
    ("StringLike", "${aws:username}*", "ABCDE", True),
    ("StringLike", "A*-${aws:username}", "Ann-ABC", True),
    ("StringLike", "a${*}", "a*", True),
    ("StringLike", "a${*}", "abc", False),
    ("StringLike", "${stars}", "abc", False),
    ("StringLike", "${stars}", "a*c", True),
    ("ArnLike", "arn:aws:iam::*:user/${aws:username}", "arn:aws:iam::123456789012:user/ABC", True),
    ("ArnLike", "arn:aws:iam::${aws:PrincipalAccount}:user/*", "arn:aws:iam::123456789012:user/ABC", True),
    ("ArnLike", "arn:aws:iam::${aws:PrincipalAccount}:user/*", "arn:aws:iam::444455556666:user/ABC", False),
    ("ArnEquals", "arn:aws:iam::${a, 'b:c'}:user/${aws:username}", "arn:aws:iam::b:c:user/ABC", False),
    ("StringEquals", "${$}{x}", "${x}", True),
    ("Bool", "${truth}", "true", None),
    ("NumericEquals", "${number}", "1", None),
    ("StringEquals", "${}", "", None),
    ("StringEquals", "${a b}", "x", None),
    ("StringEquals", "${aws:username, ABC}", "ABC", None),
]
KNOWN = {
    "aws:username": ("ABC",),
    "aws:principalaccount": ("123456789012",),
    "several": ("a", "b"),
    "stars": ("a*c",),
    "truth": ("true",),
    "number": ("1",),
}


@pytest.mark.parametrize(("operator", "wanted", "found", "answer"), VARIABLES)
def test_a_policy_variable(operator: str, wanted: str, found: str, answer: Answer) -> None:
    test = ConditionTest.parse(operator, "k", wanted, variables=True)
    assert test.passes(lookup({**KNOWN, "k": (found,)})) is answer


def test_the_older_version_has_no_variables() -> None:
    test = ConditionTest.parse("StringEquals", "k", "${aws:username}", variables=False)
    assert test.passes(lookup({**KNOWN, "k": ("ABC",)})) is False
    assert test.passes(lookup({**KNOWN, "k": ("${aws:username}",)})) is True


def test_a_false_test_counts_more_than_one_nobody_can_tell() -> None:
    """So that a Deny with an unreadable condition does not deny what its other conditions exclude."""
    element = {"StringIs": {"a": "x"}, "StringEquals": {"b": "x"}}
    parsed = ConditionElement.parse(element, variables=True)
    assert parsed.evaluate(lookup({"b": ("y",)}))[0] is False
    assert parsed.evaluate(lookup({"b": ("x",)}))[0] is None


@pytest.mark.parametrize("element", [None, "x", [], {"StringEquals": "x"}, {"StringEquals": {}}])
def test_what_is_no_condition_element_nobody_can_tell(element: Any) -> None:
    assert ConditionElement.parse(element, variables=True).evaluate(lookup({}))[0] is None


@pytest.mark.parametrize("variables", [True, False])
def test_an_element_knows_whether_its_version_has_variables(variables: bool) -> None:
    parsed = ConditionElement.parse({"StringEquals": {"k": "${aws:username}"}}, variables=variables)
    assert parsed.evaluate(lookup({**KNOWN, "k": ("ABC",)}))[0] is variables


def test_no_condition_is_fulfilled() -> None:
    assert ConditionElement.parse({}, variables=True).evaluate(lookup({}))[0] is True


def test_the_older_version_finds_the_parts_of_an_arn_by_every_colon() -> None:
    text = "arn:aws:iam::${aws:username}:user"
    test = ConditionTest.parse("ArnEquals", "k", text, variables=False)
    assert test.passes(lookup({**KNOWN, "k": (text,)})) is True


@pytest.mark.parametrize(
    ("operator", "values", "flaw"),
    [
        ("StringEquals", "a", None),
        ("Null", "true", None),
        ("Null", ["true", "False"], None),
        ("Null", "maybe", "has a value that Null cannot read"),
        ("Null", ["true", "maybe"], "has a value that Null cannot read"),
        ("StringEquals", [], "has no value, or one that is not a string, number or Boolean"),
        ("NullIfExists", "true", "has an unknown operator: NullIfExists"),
        ("ForAllValues:", "a", "has an unknown operator: ForAllValues:"),
        ("Bool", "yes", "has a value that Bool cannot read"),
    ],
)
def test_what_is_wrong_with_a_test_is_said(operator: str, values: Any, flaw: str | None) -> None:
    test = ConditionTest.parse(operator, "k", values, variables=True)
    assert (test.operator, test.key, test.flaw) == (operator, "k", flaw)
    assert [value.lower() for value in test.values] == [each.lower() for each in _listed(values)]


def _listed(values: Any) -> list[str]:
    return values if isinstance(values, list) else [values]


def test_what_is_wrong_with_an_element_is_said() -> None:
    flaw = "its Condition is not an object of operators with their keys"
    assert ConditionElement.parse([], variables=True).flaw == flaw


def test_the_test_that_fails_is_named() -> None:
    element = {"StringEquals": {"a": "x", "b": "x"}, "StringIs": {"c": "x"}, "StringWas": {"d": "x"}}
    parsed = ConditionElement.parse(element, variables=True)
    answers = {"both": {"a": ("x",), "b": ("x",)}, "second": {"a": ("x",), "b": ("y",)}, "none": {}}
    failing = {name: parsed.evaluate(lookup(values)) for name, values in answers.items()}
    assert {name: (answer, test and test.key) for name, (answer, test) in failing.items()} == {
        "both": (None, "c"),
        "second": (False, "b"),
        "none": (False, "a"),
    }
