"""What must hold for whatever policies there are."""

import json
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from kmsnb.kms.authorization import (
    ACTIONS,
    Caller,
    Circumstances,
    GrantFacts,
    KeyFacts,
    Kind,
    Request,
    decide,
    malformed,
    parse_identity_policy,
    parse_key_policy,
)

from .world import (
    ABC,
    ADMINISTRATOR,
    AUDITOR,
    BOB,
    DELEGATES,
    FEDERATED,
    KEY,
    MAI,
    OTHER_KEY,
    OURS,
    ROOT,
    THEIR_ROOT,
    THEIRS,
    XYZ,
    Statement,
    allow,
    caller,
    document,
    grant,
)

PRINCIPALS = [ABC, XYZ, AUDITOR, MAI, BOB, FEDERATED, ROOT, OURS, THEIR_ROOT, "*"]
CALLERS = [ABC, XYZ, MAI, BOB, FEDERATED, ROOT, THEIR_ROOT, "rds.amazonaws.com"]
PATTERNS = [
    "kms:*",
    "kms:*",
    "*",
    "kms:Decrypt",
    "kms:De*",
    "kms:CreateGrant",
    "kms:*Grant",
    "kms:ListKeys",
    "s3:*",
]
RESOURCES = ["*", "*", "*", KEY, OTHER_KEY, f"arn:aws:kms:*:{OURS}:key/*"]
OPERATORS = ["StringEquals", "StringNotLike", "ForAnyValue:StringLike", "StringEqualsIfExists", "StringIs"]
KEYS = ["kms:CallerAccount", "kms:ViaService", "kms:EncryptionContext:a", "aws:PrincipalArn", "kms:Unknown"]
VALUES = [OURS, THEIRS, "1", "*", ABC, "${aws:username}"]


def some(values: list[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=3)


conditions = st.dictionaries(
    st.sampled_from(OPERATORS), st.dictionaries(st.sampled_from(KEYS), some(VALUES), min_size=1), max_size=2
)


@st.composite
def statements(draw: st.DrawFn, effect: str | None = None, principals: bool = True) -> Statement:
    statement: Statement = {"Effect": effect or draw(st.sampled_from(["Allow"] * 4 + ["Deny"]))}
    statement[draw(st.sampled_from(["Action"] * 4 + ["NotAction"]))] = draw(some(PATTERNS))
    statement[draw(st.sampled_from(["Resource"] * 4 + ["NotResource"]))] = draw(some(RESOURCES))
    statement["Condition"] = draw(st.just({}) | conditions)
    if principals:
        element = draw(st.sampled_from(["Principal"] * 5 + ["NotPrincipal"]))
        statement[element] = {"AWS": draw(some(PRINCIPALS))}
    return statement


policies = st.lists(statements(), max_size=4)
iam_policies = st.lists(statements(principals=False), max_size=3)
grants = st.lists(
    st.builds(
        lambda who, operations, constraint: grant(who, *operations, Constraints=constraint),
        st.sampled_from(PRINCIPALS[:-1]),
        some(["Decrypt", "CreateGrant", "DescribeKey", "RetireGrant"]),
        st.sampled_from([{}, {"EncryptionContextSubset": {"a": "1"}}, {"EncryptionContextEquals": {}}]),
    ),
    max_size=2,
)

#: Where a statement can be added: in the key policy, or in the caller's.
PLACES = ["key", "identity", "boundary", "session"]


@st.composite
def worlds(draw: st.DrawFn) -> dict[str, Any]:
    """A question, and all the documents that bear on it."""
    return {
        "caller": draw(st.sampled_from(CALLERS)),
        "action": draw(
            st.sampled_from(["Decrypt", "CreateGrant", "DescribeKey", "PutKeyPolicy", "ListKeys"])
        ),
        "context": draw(st.sampled_from([{}, {"a": "1"}, {"a": "1", "b": "2"}])),
        "via": draw(st.sampled_from([None, "ec2.us-east-1.amazonaws.com"])),
        "key": draw(policies) + draw(st.sampled_from([[], [DELEGATES], [allow("*", "kms:*")]])),
        "identity": draw(iam_policies) + draw(st.sampled_from([[], [ADMINISTRATOR]])),
        "boundary": draw(st.none() | iam_policies),
        "session": draw(st.none() | iam_policies),
        "grants": tuple(draw(grants)),
    }


def request_of(world: dict[str, Any]) -> Request:
    who = caller(world["caller"], *world["identity"], boundary=world["boundary"], session=world["session"])
    facts = KeyFacts(KEY, parse_key_policy(document(world["key"])), world["grants"])
    parameters = {"EncryptionContext": world["context"], "GranteePrincipal": XYZ, "Operations": ["Decrypt"]}
    circumstances = Circumstances(via_service=world["via"])
    return Request(who, f"kms:{world['action']}", facts, parameters=parameters, circumstances=circumstances)


def with_statement(world: dict[str, Any], place: str, statement: Statement, at: int) -> dict[str, Any]:
    """The same world with one statement more, where there is a policy to hold it."""
    if world[place] is None:
        return world
    if place != "key":
        statement = {name: value for name, value in statement.items() if "Principal" not in name}
    listed = [*world[place]]
    listed.insert(at, statement)
    return {**world, place: listed}


@given(worlds(), st.sampled_from(PLACES), statements(effect="Deny"), st.integers(0, 4))
@settings(max_examples=75, deadline=None)
def test_adding_a_deny_never_allows(world: Any, place: str, statement: Statement, at: int) -> None:
    if not decide(request_of(world)).allowed:
        assert not decide(request_of(with_statement(world, place, statement, at))).allowed


@given(worlds(), st.sampled_from(PLACES), statements(effect="Allow"), st.integers(0, 4))
@settings(max_examples=75, deadline=None)
def test_adding_an_allow_never_denies(world: Any, place: str, statement: Statement, at: int) -> None:
    if decide(request_of(world)).allowed:
        assert decide(request_of(with_statement(world, place, statement, at))).allowed


@given(worlds(), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_the_order_of_statements_and_grants_does_not_matter(world: Any, random: Any) -> None:
    shuffled = dict(world)
    for place in (*PLACES, "grants"):
        if world[place]:
            shuffled[place] = type(world[place])(random.sample(world[place], len(world[place])))
    before, after = decide(request_of(world)), decide(request_of(shuffled))
    assert (before.allowed, before.reason) == (after.allowed, after.reason)


@given(worlds())
@settings(max_examples=40, deadline=None)
def test_without_a_word_of_the_key_policy_or_a_grant_nobody_uses_the_key(world: Any) -> None:
    silent = {**world, "key": [each for each in world["key"] if each["Effect"] == "Deny"], "grants": ()}
    if world["action"] != "ListKeys":
        assert not decide(request_of(silent)).allowed


@given(worlds())
@settings(max_examples=40, deadline=None)
def test_every_decision_can_be_explained(world: Any) -> None:
    decision = decide(request_of(world))
    assert decision.sentence
    assert all(look.sentence for step in decision.path for look in step.looks)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
ELEMENTS = ["Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "Condition", "Sid", "x"]
#: Values that are right for no element.
JUNK = [None, 0, 1.5, True, {}, [], [[]], [None], {"AWS": 1}, {"AWS": []}, {"x": "*"}, [""], "", {"a": "b"}]
EVERYTHING: Statement = {"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"}


def never_allows(text: str) -> None:
    """Neither as a key policy nor as an IAM policy does it allow anything."""
    as_key_policy = KeyFacts(KEY, parse_key_policy(text))
    as_iam_policy = Caller(Kind.USER, ABC, OURS, identity_policies=(parse_identity_policy(text),))
    for action in ("Decrypt", "PutKeyPolicy"):
        assert not decide(Request(caller(ABC), f"kms:{action}", as_key_policy)).allowed
    assert not decide(Request(as_iam_policy, "kms:ListKeys")).allowed


@given(st.text(max_size=60) | json_values.map(json.dumps))
@settings(max_examples=75, deadline=None)
def test_any_text_is_read_without_an_exception_and_allows_nothing(text: str) -> None:
    never_allows(text)
    malformed(text)


@given(st.sampled_from(ELEMENTS), st.sampled_from(JUNK))
@settings(max_examples=75, deadline=None)
def test_a_statement_with_junk_in_an_element_allows_nothing(element: str, junk: Any) -> None:
    accepted = (element == "Condition" and junk == {}) or (element == "Sid" and junk in (None, ""))
    if not accepted:
        never_allows(document({**EVERYTHING, element: junk}))


@given(st.dictionaries(st.sampled_from(ELEMENTS), json_values, max_size=7))
@settings(max_examples=75, deadline=None)
def test_a_statement_of_arbitrary_values_raises_nothing(statement: Statement) -> None:
    text = document(statement)
    for effect in ("Allow", "Deny"):
        text = document({**statement, "Effect": effect})
        decide(Request(caller(ABC), "kms:Decrypt", KeyFacts(KEY, parse_key_policy(text)))).sentence  # noqa: B018
        malformed(text)


@given(st.integers(1, 150))
@settings(max_examples=40, deadline=None)
def test_half_a_policy_allows_nothing(length: int) -> None:
    text = document(EVERYTHING)
    never_allows(text[: min(length, len(text) - 1)])


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"Statement": ' + "[" * 100_000,
        '{"Statement": [' + "1" * 10_000 + "]}",
        '{"Version": "2012-10-17", "Version": "2012-10-17", "Statement": []}',
        '{"Version": "2013-01-01", "Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}}',
        '{"Version": ["2012-10-17"], "Statement": []}',
        '{"Statement": null}',
        "\ud800",
    ],
)
def test_awkward_texts(text: str) -> None:
    never_allows(text)


def test_an_unreadable_policy_denies_what_others_allow() -> None:
    """It may have held a Deny."""
    granted = KeyFacts(KEY, parse_key_policy("{"), (GrantFacts("g", ABC, frozenset(ACTIONS), OURS),))
    decision = decide(Request(caller(ABC), "kms:Decrypt", granted))
    assert not decision.allowed
    assert "cannot be read" in decision.path[0].looks[0].sentence
