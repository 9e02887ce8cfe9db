"""What PutKeyPolicy and CreateKey reject as MalformedPolicyDocumentException, and with which message.

API Reference, "PutKeyPolicy"; AWS KMS Developer Guide, "Creating a key policy" and "AWS KMS condition keys".
The messages on principals and on ForAllValues are AWS's; those on syntax are this mock's, as AWS does not list its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from .document import POLICY_ELEMENTS, VERSIONS, Statement, parse_key_policy, read_json
from .principals import PrincipalElement

INVALID_PRINCIPALS = "Policy contains a statement with one or more invalid principals."
_OVERLY_PERMISSIVE = (
    "OverlyPermissiveCondition: Using the ForAllValues set operator with a single-valued condition key matches "
    "requests without the specified {what} or with an unspecified {what}. To fix, remove ForAllValues."
)
#: Tab, line feed, carriage return, and the printable characters of ASCII and Latin-1.
_CHARACTERS = re.compile(r"[\t\n\r\x20-\x7e\xa0-\xff]*")

#: The form of a service's name; only AWS knows which exist.
_SERVICE = re.compile(r"([a-z0-9-]+\.)+(amazonaws\.com(\.cn)?|amazon\.com|aws\.internal)")


def malformed(text: str, exists: Callable[[str], bool] = lambda principal: True) -> str | None:
    """What is wrong with a key policy, as a sentence; None if KMS accepts it.

    ``exists`` says whether a user, role, account or service exists. A statement without Action or Resource is
    accepted: it "has no effect". The size is not checked here (LimitExceededException).
    """
    if not _CHARACTERS.fullmatch(text):
        return "The policy has characters other than printable Latin-1, tab and line end."
    try:
        document = read_json(text)
    except ValueError:
        return "The policy is not valid JSON."
    return _malformed_document(document) or _malformed_statements(text, exists)


def _malformed_document(document: Any) -> str | None:
    if not isinstance(document, dict):
        return "The policy is not a JSON object."
    unknown = sorted(document.keys() - POLICY_ELEMENTS)
    if unknown:
        return f"The policy has an element that policies do not have: {unknown[0]}."
    if document.get("Version", VERSIONS[0]) not in VERSIONS:
        return f"The policy has an invalid Version; it is {VERSIONS[0]}."
    if not isinstance(document.get("Id", ""), str):
        return "The policy has an invalid Id."
    statements = document.get("Statement")
    listed = statements if isinstance(statements, list) else [statements]
    if not listed or not all(isinstance(each, dict) for each in listed):
        return "The policy has no statement, or one that is not a JSON object."
    return None


def _malformed_statements(text: str, exists: Callable[[str], bool]) -> str | None:
    for statement in parse_key_policy(text).statements:
        wrong = next(_wrong(statement, exists), None)
        if wrong:
            return wrong
    return None


def _wrong(statement: Statement, exists: Callable[[str], bool]) -> Iterator[str]:
    principals = statement.principals or PrincipalElement()
    services = all(map(_SERVICE.fullmatch, principals.services))
    if principals.flaw or not services or not all(map(exists, named_principals(statement))):
        yield INVALID_PRINCIPALS
    if statement.flaw:
        yield f"Policy contains a statement (number {statement.position}) that is invalid: {statement.flaw}."
    for test in statement.conditions.tests:
        if test.flaw:
            where = f"statement (number {statement.position})"
            yield f"Policy contains a {where} whose condition on {test.key} {test.flaw}."
        if test.quantifier == "ForAllValues":
            for prefix, what in _SINGLE_VALUED.items():
                if test.key.lower().startswith(prefix):
                    yield _OVERLY_PERMISSIVE.format(what=what)


_SINGLE_VALUED = {"kms:encryptioncontext:": "encryption context", "aws:requesttag/": "tag"}


def named_principals(statement: Statement) -> tuple[str, ...]:
    """The principals that a statement names: ARNs, 12-digit accounts, services and providers, but not ``*``."""
    element = statement.source.get("Principal", statement.source.get("NotPrincipal"))
    if not isinstance(element, dict):
        return ()
    values = (each if isinstance(each, list) else [each] for each in element.values())
    return tuple(name for several in values for name in several if name != "*")
