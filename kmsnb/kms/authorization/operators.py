"""Condition operators: how a value in a policy matches a value in a request.

IAM User Guide, "IAM JSON policy elements: Condition operators".
"""

from __future__ import annotations

import base64
import ipaddress
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from itertools import islice, pairwise
from typing import Any

from .patterns import Lookup, Template

#: Whether a request's value matches. Raises ``ValueError`` for one that is not of the operator's type.
Test = Callable[[str], bool]
#: A policy's value, made into a test once per request, when its variables have their values.
Match = Callable[[Lookup], Test]


@dataclass(frozen=True, slots=True)
class Operator:
    """An operator without its set operator and ``IfExists``.

    ``compile`` turns a value of a policy into a match; raises ``ValueError`` if it has the wrong type.
    """

    name: str
    compile: Callable[[str, bool], Match]
    negated: bool = False


def _string_equals(value: str, variables: bool) -> Match:
    template = Template.parse(value, variables=variables)

    def match(lookup: Lookup) -> Test:
        text = template.text(lookup)
        return lambda found: text == found

    return match


def _string_equals_ignore_case(value: str, variables: bool) -> Match:
    template = Template.parse(value, variables=variables)

    def match(lookup: Lookup) -> Test:
        text = template.text(lookup)
        lower = None if text is None else text.lower()
        return lambda found: found.lower() == lower

    return match


def _string_like(value: str, variables: bool) -> Match:
    return Template.parse(value, variables=variables).matcher


def _arn_like(value: str, variables: bool) -> Match:
    """Match each of the six components separately; ``ArnEquals`` and ``ArnLike`` are the same."""
    if value == "*":
        return lambda lookup: lambda found: found.startswith("arn:")
    parts = _arn_parts(value, variables=variables)
    if parts is None:
        raise ValueError(f"{value} is not an ARN")
    templates = [Template.parse(part, variables=variables) for part in parts]

    def match(lookup: Lookup) -> Test:
        matchers = [template.matcher(lookup) for template in templates]

        def test(found: str) -> bool:
            components = _arn_parts(found)
            return components is not None and all(
                matches(component) for matches, component in zip(matchers, components, strict=True)
            )

        return test

    return match


#: A policy variable, whose name has colons of its own (``${aws:PrincipalAccount}``), or a colon outside of one.
_VARIABLE_OR_COLON = re.compile(r"\$\{[^{}]*\}|:")


def _arn_parts(text: str, *, variables: bool = False) -> list[str] | None:
    if not variables:
        parts = text.split(":", 5)
    else:
        colons = (found for found in _VARIABLE_OR_COLON.finditer(text) if found[0] == ":")
        cuts = [-1, *(colon.start() for colon in islice(colons, 5)), len(text)]
        parts = [text[before + 1 : after] for before, after in pairwise(cuts)]
    return parts if len(parts) == 6 and parts[0] == "arn" else None


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"{text} is not a number") from None
    if not number.is_finite():
        raise ValueError(f"{text} is not a number")
    return number


def _date(text: str) -> datetime:
    """ISO 8601 as the W3C profiles it, or seconds since 1970. Without a time zone, it is UTC."""
    try:
        seconds = _number(text)
    except ValueError:
        date = datetime.fromisoformat(f"{text}-01" if len(text) == 7 else text)
        return date if date.tzinfo else date.replace(tzinfo=UTC)
    try:
        return datetime.fromtimestamp(float(seconds), UTC)
    except (OverflowError, OSError):
        raise ValueError(f"{text} is not a date") from None


def _truth(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueError(f"{text} is neither true nor false")
    return text.lower() == "true"


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def _compare(read: Callable[[str], Any], compare: Callable[[Any, Any], bool]) -> Callable[[str, bool], Match]:
    """An operator on values of one type; policy variables only work in strings and ARNs."""

    def compile_(value: str, variables: bool) -> Match:
        wanted = read(value)
        return lambda lookup: lambda found: compare(read(found), wanted)

    return compile_


def _ip_address(value: str, variables: bool) -> Match:
    network = ipaddress.ip_network(value, strict=False)
    return lambda lookup: lambda found: ipaddress.ip_address(found) in network


_COMPARISONS = {
    "Equals": operator.eq,
    "LessThan": operator.lt,
    "LessThanEquals": operator.le,
    "GreaterThan": operator.gt,
    "GreaterThanEquals": operator.ge,
}

OPERATORS: dict[str, Operator] = {
    each.name: each
    for each in (
        Operator("StringEquals", _string_equals),
        Operator("StringNotEquals", _string_equals, negated=True),
        Operator("StringEqualsIgnoreCase", _string_equals_ignore_case),
        Operator("StringNotEqualsIgnoreCase", _string_equals_ignore_case, negated=True),
        Operator("StringLike", _string_like),
        Operator("StringNotLike", _string_like, negated=True),
        *(Operator(f"Numeric{name}", _compare(_number, how)) for name, how in _COMPARISONS.items()),
        Operator("NumericNotEquals", _compare(_number, operator.eq), negated=True),
        *(Operator(f"Date{name}", _compare(_date, how)) for name, how in _COMPARISONS.items()),
        Operator("DateNotEquals", _compare(_date, operator.eq), negated=True),
        Operator("Bool", _compare(_truth, operator.eq)),
        Operator("BinaryEquals", _compare(_bytes, operator.eq)),
        Operator("IpAddress", _ip_address),
        Operator("NotIpAddress", _ip_address, negated=True),
        Operator("ArnEquals", _arn_like),
        Operator("ArnLike", _arn_like),
        Operator("ArnNotEquals", _arn_like, negated=True),
        Operator("ArnNotLike", _arn_like, negated=True),
    )
}
