"""The Condition element: tests that a request must all pass.

IAM User Guide, "Condition operators", "Conditions with multiple context keys or values" and
"Set operators for multivalued context keys".

A test returns True, False, or None if the operator cannot read a value in the policy or the request. AWS does not
document what happens then; here such a test makes an Allow fail and a Deny apply.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from .operators import OPERATORS, Match
from .patterns import Lookup

_OPERATOR = re.compile(r"(?:(ForAnyValue|ForAllValues):)?([A-Za-z]+?)(IfExists)?")

#: True, False, or None for unknown.
Answer = bool | None


@dataclass(frozen=True)
class ConditionTest:
    """One operator on one condition key: ``"StringEquals": {"kms:ViaService": [...]}``."""

    operator: str
    key: str
    values: tuple[str, ...]
    matches: tuple[Match, ...] = ()
    quantifier: str | None = None
    negated: bool = False
    if_exists: bool = False
    null: bool = False
    flaw: str | None = None

    @classmethod
    def parse(cls, operator: str, key: str, values: Any, *, variables: bool) -> ConditionTest:
        """Parse a test; never raises."""
        texts = _texts(values)
        if texts is None:
            return cls(operator, key, (), flaw="has no value, or one that is not a string, number or Boolean")
        if operator == "Null":
            return cls(operator, key, texts, null=True, flaw=_flaw_of_null(texts))
        found = _OPERATOR.fullmatch(operator)
        known = OPERATORS.get(found[2]) if found else None
        if not found or not known:
            return cls(operator, key, texts, flaw=f"has an unknown operator: {operator}")
        try:
            matches = tuple(known.compile(text, variables) for text in texts)
        except ValueError:
            return cls(operator, key, texts, flaw=f"has a value that {operator} cannot read")
        return cls(operator, key, texts, matches, found[1], known.negated, bool(found[3]))

    def passes(self, lookup: Lookup) -> Answer:
        """Whether the request passes."""
        if self.flaw:
            return None
        found = lookup(self.key.lower())
        if self.null:
            return ("false" if found else "true") in map(str.lower, self.values)
        if not found:
            return self._passes_without_key
        if self.quantifier is None and len(found) > 1:
            return None  # several values need a set operator; AWS does not say what happens without one
        try:
            # evaluate all first, so that an unreadable one is found in any order
            tests = [match(lookup) for match in self.matches]
            answers = [any(test(value) for test in tests) is not self.negated for value in found]
        except ValueError:
            return None
        return all(answers) if self.quantifier == "ForAllValues" else any(answers)

    @property
    def _passes_without_key(self) -> bool:
        if self.quantifier == "ForAnyValue":
            return self.if_exists
        return self.if_exists or self.negated or self.quantifier == "ForAllValues"


@dataclass(frozen=True)
class ConditionElement:
    """A Condition element: tests joined by AND, the values of each by OR."""

    tests: tuple[ConditionTest, ...] = ()
    flaw: str | None = None

    @classmethod
    def parse(cls, element: Any, *, variables: bool) -> ConditionElement:
        """Parse an element; never raises."""
        if not isinstance(element, dict) or not all(
            isinstance(keys, dict) and keys for keys in element.values()
        ):
            return cls(flaw="its Condition is not an object of operators with their keys")
        tests = tuple(
            ConditionTest.parse(operator, key, values, variables=variables)
            for operator, keys in element.items()
            for key, values in keys.items()
        )
        return cls(tests)

    def evaluate(self, lookup: Lookup) -> tuple[Answer, ConditionTest | None]:
        """Whether the request passes all tests, and if not, the test that decided it."""
        if self.flaw:
            return None, None
        doubtful = None
        for test in self.tests:
            answer = test.passes(lookup)
            if answer is False:
                return False, test
            if answer is None:
                doubtful = doubtful or test
        return (None, doubtful) if doubtful else (True, None)


def _texts(values: Any) -> tuple[str, ...] | None:
    listed = values if isinstance(values, list) else [values]
    if not listed or not all(isinstance(value, str | bool | int | float) for value in listed):
        return None
    return tuple(str(value).lower() if isinstance(value, bool) else str(value) for value in listed)


def _flaw_of_null(texts: tuple[str, ...]) -> str | None:
    readable = all(text.lower() in ("true", "false") for text in texts)
    return None if readable else "has a value that Null cannot read"
