"""Key policies as documents."""

import json
from contextlib import suppress

import pytest
from hypothesis import given, strategies as st

from kmsnb.kms.api import key_policy
from kmsnb.kms.core.errors import MalformedPolicyDocumentException

from ..conftest import ACCOUNT, make, refused

ROOT = f"arn:aws:iam::{ACCOUNT}:root"
ALLOW = {"Effect": "Allow", "Principal": {"AWS": ROOT}, "Action": "kms:*", "Resource": "*"}


def document(*statements, **more):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements) or [ALLOW]} | more)


def test_the_default_policy(kms, key):
    answer = kms.get_key_policy(KeyId=key)
    assert answer["PolicyName"] == "default"
    assert json.loads(answer["Policy"]) == {
        "Version": "2012-10-17",
        "Id": "key-default-1",
        "Statement": [ALLOW | {"Sid": "Enable IAM User Permissions"}],
    }
    assert kms.list_key_policies(KeyId=key)["PolicyNames"] == ["default"]


def test_a_policy_is_kept_as_it_came(kms, key):
    text = document(ALLOW, Id="mine").replace(" ", "  ")
    kms.put_key_policy(KeyId=key, Policy=text)
    assert kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"] == text
    assert kms.get_key_policy(KeyId=make(kms, Policy=text))["Policy"] == text


ACCEPTED = {
    "one statement, not in a list": json.dumps({"Statement": ALLOW}),
    "the old version": document(ALLOW, Version="2008-10-17"),
    "no Resource, and so no effect": document(
        ALLOW, {"Effect": "Allow", "Principal": "*", "Action": "kms:*"}
    ),
    "no Action, and so no effect": document(ALLOW, {"Effect": "Allow", "Principal": "*", "Resource": "*"}),
    "the opposites": document(
        ALLOW,
        {"Effect": "Deny", "NotPrincipal": {"AWS": [ROOT]}, "NotAction": ["kms:*"], "NotResource": "*"},
    ),
    "a condition": document(ALLOW | {"Condition": {"Bool": {"aws:SecureTransport": ["true", False]}}}),
    "a service": document(ALLOW | {"Principal": {"Service": "s3.amazonaws.com", "AWS": "*"}}),
}

REFUSED = {
    "no JSON": "not json",
    "no object": "[]",
    "a number": "3",
    "nothing in it": "{}",
    "an unknown element": document(ALLOW, Extra=1),
    "an element twice": '{"Statement": [], "Statement": []}',
    "an unknown version": document(ALLOW, Version="2020-01-01"),
    "a version that is a list": document(ALLOW, Version=["2012-10-17"]),
    "an id that is no text": document(ALLOW, Id=3),
    "no statements": json.dumps({"Statement": []}),
    "a statement that is none": document("Allow"),
    "a statement that is a list": json.dumps({"Statement": [[ALLOW]]}),
    "a misspelt element": document(ALLOW | {"Actions": "kms:*"}),
    "no effect": document({name: each for name, each in ALLOW.items() if name != "Effect"}),
    "another effect": document(ALLOW | {"Effect": "allow"}),
    "no principal": document({name: each for name, each in ALLOW.items() if name != "Principal"}),
    "an empty principal": document(ALLOW | {"Principal": {}}),
    "a principal of no kind": document(ALLOW | {"Principal": {"User": ROOT}}),
    "a principal that is a text": document(ALLOW | {"Principal": ROOT}),
    "a principal that is a number": document(ALLOW | {"Principal": {"AWS": 1}}),
    "a service that is no name of one": document(ALLOW | {"Principal": {"Service": "ec2"}}),
    "both principals": document(ALLOW | {"NotPrincipal": "*"}),
    "both actions": document(ALLOW | {"NotAction": "*"}),
    "an action that is an object": document(ALLOW | {"Action": {}}),
    "no actions": document(ALLOW | {"Action": []}),
    "a resource that is a number": document(ALLOW | {"Resource": [1]}),
    "a sid that is no text": document(ALLOW | {"Sid": 1}),
    "a condition that is a list": document(ALLOW | {"Condition": []}),
    "a condition without keys": document(ALLOW | {"Condition": {"Bool": "true"}}),
    "a condition with an object for a value": document(ALLOW | {"Condition": {"Bool": {"k": {}}}}),
    "too deep": 9000 * "[",
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_accepted(kms, key, name):
    kms.put_key_policy(KeyId=key, Policy=ACCEPTED[name])
    make(kms, Policy=ACCEPTED[name])


@pytest.mark.parametrize("name", REFUSED)
def test_refused(kms, key, name):
    before = kms.get_key_policy(KeyId=key)["Policy"]
    with refused("MalformedPolicyDocumentException"):
        kms.put_key_policy(KeyId=key, Policy=REFUSED[name])
    assert kms.get_key_policy(KeyId=key)["Policy"] == before
    with refused("MalformedPolicyDocumentException"):
        make(kms, Policy=REFUSED[name])


def test_longer_than_32_kb_is_over_the_limit(kms, key):
    fits = document(ALLOW | {"Sid": "s"})
    fits += (32 * 1024 - len(fits)) * " "
    kms.put_key_policy(KeyId=key, Policy=fits)
    with refused("LimitExceededException"):
        kms.put_key_policy(KeyId=key, Policy=fits + " ")
    with refused("LimitExceededException"):
        make(kms, Policy=fits + " ")
    with refused("ValidationException"):
        kms.put_key_policy(KeyId=key, Policy=131073 * " ")


def test_there_is_one_policy(kms, key):
    with refused("NotFoundException"):
        kms.get_key_policy(KeyId=key, PolicyName="other")
    with refused("NotFoundException"):
        kms.get_key_policy(KeyId=key, PolicyName="AWS_RAM")
    with refused("NotFoundException"):
        kms.put_key_policy(KeyId=key, PolicyName="other", Policy=document())
    with refused("ValidationException", "The AWS_RAM policy can only be managed by the RAM service"):
        kms.put_key_policy(KeyId=key, PolicyName="AWS_RAM", Policy=document())


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["Statement", "Effect", "Principal", "AWS", "Action", "Condition", "Version"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=10,
)


@given(anything)
def test_whatever_comes_the_answer_is_a_refusal(thing):
    for value in (thing, {"Statement": thing}, {"Statement": [ALLOW | {"Principal": thing}]}):
        with suppress(MalformedPolicyDocumentException):
            key_policy.check(json.dumps(value))
