"""What PutKeyPolicy refuses: malformed policies, and those that lock the caller out."""

import json
from typing import Any

import pytest

from kmsnb.kms.authorization import Circumstances, locks_out, malformed, next_put_key_policy
from kmsnb.kms.authorization.lockout import LOCKOUT_MESSAGE
from kmsnb.kms.authorization.validation import INVALID_PRINCIPALS

from .world import (
    ABC,
    ADMINISTRATOR,
    AUDITOR,
    DELEGATES,
    EC2,
    MAI,
    ROOT,
    XYZ,
    allow,
    caller,
    deny,
    document,
    key,
    key_policy,
    may_not,
)

FINE = allow(ABC, "kms:*", Sid="A name with spaces")


@pytest.mark.parametrize(
    "statements",
    [
        [FINE],
        FINE,
        [DELEGATES, FINE],
        [allow("*", "kms:*")],
        [allow({"Service": "logs.amazonaws.com"}, "kms:*")],
        [allow({"AWS": ["123456789012", MAI, AUDITOR]}, "kms:*")],
        [allow(None, "kms:*", NotPrincipal={"AWS": [ABC, ROOT]})],
        [allow(ABC, Action=None)],
        [allow(ABC, "kms:*", Resource=None)],
        [allow(ABC, "kms:*", Condition={"ForAllValues:StringEquals": {"kms:GrantOperations": ["Decrypt"]}})],
        [allow(ABC, "kms:*", Sid="Straße")],
    ],
)
def test_what_kms_takes(statements: Any) -> None:
    assert malformed(document(statements)) is None


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ({**FINE, "Effect": "Permit"}, "its Effect is neither Allow nor Deny"),
        ({**FINE, "Sid": 1}, "its Sid is not a string"),
        ({**FINE, "Actions": "kms:*"}, "does not belong there: Actions"),
        ({**FINE, "Action": []}, "its Action is neither a string nor a list of strings"),
        ({**FINE, "Action": "Decrypt"}, "its Action is not of the form kms:Name"),
        ({**FINE, "NotAction": "kms:Encrypt"}, "both Action and NotAction"),
        ({**FINE, "Resource": {"Arn": "*"}}, "its Resource is neither a string nor a list of strings"),
        ({**FINE, "Resource": "arn:aws:kms:*:*:key/${aws:"}, "policy variable"),
        ({**FINE, "Condition": []}, "its Condition is not an object"),
        (
            {**FINE, "Condition": {"StringIs": {"kms:KeySpec": "x"}}},
            "an unknown operator: StringIs",
        ),
        (
            {**FINE, "Condition": {"NumericEquals": {"kms:ValidTo": "x"}}},
            "a value that NumericEquals cannot read",
        ),
    ],
)
def test_what_is_wrong_is_said(statement: dict[str, Any], words: str) -> None:
    assert words in (malformed(document([DELEGATES, statement])) or "")


@pytest.mark.parametrize(
    "principal",
    [
        None,
        {},
        [],
        "ABC",
        {"AWS": []},
        {"AWS": "ABC"},
        {"AWS": "arn:aws:iam::123456789012:group/Users"},
        {"AWS": "arn:aws:iam::123456789012:user/*"},
        {"Everyone": "*"},
        {"Service": "*"},
    ],
)
def test_invalid_principals_in_awss_words(principal: Any) -> None:
    statement = {**FINE, "Principal": principal}
    if principal is None:
        del statement["Principal"]
    assert malformed(document([DELEGATES, statement])) == INVALID_PRINCIPALS


def test_principals_that_do_not_exist_are_refused() -> None:
    asked: list[str] = []

    def exists(principal: str) -> bool:
        asked.append(principal)
        return principal != XYZ

    assert malformed(document([DELEGATES, FINE]), exists) is None
    assert asked == [ROOT, ABC]
    assert malformed(document([allow({"AWS": ["*", ABC, XYZ]}, "kms:*")]), exists) == INVALID_PRINCIPALS
    nobody = allow(None, "kms:*", NotPrincipal={"AWS": XYZ})
    assert malformed(document([nobody]), exists) == INVALID_PRINCIPALS


@pytest.mark.parametrize(
    ("condition_key", "what"),
    [("kms:EncryptionContext:AppName", "encryption context"), ("aws:RequestTag/Purpose", "tag")],
)
def test_for_all_values_on_a_single_value_is_refused_in_awss_words(condition_key: str, what: str) -> None:
    statement = {**FINE, "Condition": {"ForAllValues:StringEquals": {condition_key: "x"}}}
    assert malformed(document(statement)) == (
        "OverlyPermissiveCondition: Using the ForAllValues set operator with a single-valued condition key matches "
        f"requests without the specified {what} or with an unspecified {what}. To fix, remove ForAllValues."
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not valid JSON"),
        ("[]", "not a JSON object"),
        ('{"Statement": [], "Statement": []}', "not valid JSON"),
        ('{"Version": "2012-10-17"}', "no statement"),
        ('{"Version": "2012-10-17", "Statement": []}', "no statement"),
        ('{"Version": "2012-10-17", "Statement": ["x"]}', "no statement"),
        ('{"Version": "2020-01-01", "Statement": []}', "invalid Version"),
        ('{"Id": 1, "Statement": []}', "invalid Id"),
        ('{"Statements": []}', "do not have: Statements"),
        ('{"Id": "€", "Statement": []}', "characters"),
        ("[" * 100_000, "not valid JSON"),
    ],
)
def test_a_document_that_is_none(text: str, words: str) -> None:
    assert words in (malformed(text) or "")


def test_the_older_version_is_taken() -> None:
    assert malformed(json.dumps({"Version": "2008-10-17", "Statement": FINE})) is None


@pytest.mark.parametrize(
    ("who", "statements", "locked_out"),
    [
        (caller(ABC), [allow(ABC, "kms:*")], False),
        (caller(ABC), [allow(ABC, "PutKeyPolicy")], False),
        (caller(ABC), [allow(ABC, "Decrypt")], True),
        (caller(ABC), [allow(XYZ, "kms:*")], True),
        (caller(ABC, ADMINISTRATOR), [DELEGATES], False),
        (caller(ABC), [DELEGATES], True),
        (caller(ABC, ADMINISTRATOR), [allow(XYZ, "kms:*")], True),
        (caller(ABC, ADMINISTRATOR), [DELEGATES, deny("*", "PutKeyPolicy")], True),
        (caller(ABC, may_not("PutKeyPolicy")), [allow(ABC, "kms:*")], True),
        (caller(ABC), [allow(ABC, "kms:*", Resource=None)], True),
        (caller(MAI), [allow(AUDITOR, "kms:*")], False),
        (caller(MAI, session=[ADMINISTRATOR]), [allow(AUDITOR, "kms:*")], False),
        (caller(ROOT), [DELEGATES], False),
        (caller(ROOT), [allow(ABC, "kms:*")], True),
        (
            caller(ABC),
            [allow(ABC, "kms:*", Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}})],
            True,
        ),
    ],
)
def test_the_lockout_check(who: Any, statements: Any, locked_out: bool) -> None:
    assert locks_out(who, key(), key_policy(*statements)) is locked_out


def test_the_lockout_check_minds_how_the_request_comes() -> None:
    policy = key_policy(allow(ABC, "kms:*", Condition={"StringEquals": {"kms:ViaService": EC2}}))
    assert locks_out(caller(ABC), key(), policy)
    assert not locks_out(caller(ABC), key(), policy, Circumstances(via_service=EC2))


def test_the_lockout_check_can_be_explained() -> None:
    decision = next_put_key_policy(caller(ABC), key(), key_policy(allow(XYZ, "kms:*")))
    assert "kms:PutKeyPolicy" in decision.sentence
    assert LOCKOUT_MESSAGE == "The new key policy will not allow you to update the key policy in the future."
