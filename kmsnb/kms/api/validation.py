"""Validating a request against the API's own model: botocore's description of KMS.

Some clients check some constraints before they send; others, and ``curl``, check none. So all of them are checked here:
required members, types, enums, lengths, ranges and patterns, with the messages of AWS's request validation. A reader is
compiled for each operation when it is first called.
"""

import base64
import binascii
import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any

from botocore.model import ServiceModel, Shape, StructureShape

from kmsnb.regions import LOADER

from ..core.errors import SerializationException, ValidationException, violation

#: Where AWS is known to list an enum in another order than the model.
_ENUM_ORDER = {"MacAlgorithmSpec": ("HMAC_SHA_384", "HMAC_SHA_256", "HMAC_SHA_224", "HMAC_SHA_512")}

#: The most pairs of an encryption context that this mock takes, so that no policy takes long. AWS documents no limit.
MOST_PAIRS = 1000

Read = Callable[[Any, str, list[str]], Any]


@cache
def service_model() -> ServiceModel:
    """botocore's model of KMS."""
    return ServiceModel(LOADER.load_service_model("kms", "service-2"), "kms")


def read(operation: str, body: Any) -> dict[str, Any]:
    """The parameters of a request from its parsed JSON body, with blobs as bytes and timestamps as datetimes.

    Unknown members are ignored, and null is the same as absent, as on AWS. Blobs can be bytes already.
    """
    problems: list[str] = []
    parameters = _reader(operation)(body, "", problems)
    if problems:
        count = len(problems)
        errors = "1 validation error" if count == 1 else f"{count} validation errors"
        raise ValidationException(f"{errors} detected: {'; '.join(problems)}")
    return parameters


@cache
def _reader(operation: str) -> Read:
    return _structure(service_model().operation_model(operation).input_shape)


def _compile(shape: Shape) -> Read:
    if shape.type_name in ("structure", "list", "map"):
        return {"structure": _structure, "list": _list, "map": _map}[shape.type_name](shape)
    convert, broken, show = _CONVERTERS[shape.type_name], _rules(shape), _shown(shape)

    def read_scalar(value: Any, path: str, problems: list[str]) -> Any:
        value = convert(value)
        for rule in broken(value):
            problems.append(violation(show(value), path, rule))
        return value

    return read_scalar


def _structure(shape: StructureShape) -> Read:
    members = [
        (name, name[0].lower() + name[1:], _compile(member), name in shape.required_members)
        for name, member in shape.members.items()
    ]

    def read_structure(value: Any, path: str, problems: list[str]) -> dict[str, Any]:
        _expect(value, dict, "a structure")
        prefix = f"{path}." if path else ""
        result = {}
        for name, label, read_member, is_required in members:
            given = value.get(name)
            if given is not None:
                result[name] = read_member(given, prefix + label, problems)
            elif is_required:
                problems.append(violation("Value null", prefix + label, "Member must not be null"))
        return result

    return read_structure


def _list(shape: Shape) -> Read:
    broken = _rules(shape)
    if shape.member.type_name == "structure":
        read_member = _compile(shape.member)

        def read_members(value: Any, path: str, problems: list[str]) -> list[Any]:
            return [read_member(each, f"{path}.{n}.member", problems) for n, each in enumerate(value, 1)]

    else:
        convert, broken_member = _CONVERTERS[shape.member.type_name], _rules(shape.member)
        rules = _all_rules(shape.member)

        def read_members(value: Any, path: str, problems: list[str]) -> list[Any]:
            values = [convert(each) for each in value]
            if any(broken_member(each) for each in values):
                nested = f"Member must satisfy constraint: [{', '.join(rules)}]"
                problems.append(violation(f"Value '[{', '.join(values)}]'", path, nested))
            return values

    def read_list(value: Any, path: str, problems: list[str]) -> list[Any]:
        _expect(value, list, "a list")
        for rule in broken(value):
            problems.append(violation(f"Value '[{', '.join(map(str, value))}]'", path, rule))
        return read_members(value, path, problems)

    return read_list


def _map(shape: Shape) -> Read:
    # the only map in KMS's model is the encryption context: strings to strings, without constraints
    def read_map(value: Any, path: str, problems: list[str]) -> dict[str, str]:
        _expect(value, dict, "a map")
        if len(value) > MOST_PAIRS:
            raise ValidationException(f"'{path}' has more than {MOST_PAIRS} pairs.")
        return {_to_text(name): _to_text(each) for name, each in value.items()}

    return read_map


# Constraints: each is a rule, as AWS words it, and a test


def _constraints(shape: Shape) -> list[tuple[str, Callable[[Any], bool]]]:
    limits = shape.metadata
    found: list[tuple[str, Callable[[Any], bool]]] = []

    def require(rule: str, holds: Callable[[Any], Any]) -> None:
        found.append((f"Member must {rule}", holds))

    if "enum" in limits:
        names = _ENUM_ORDER.get(shape.name, tuple(limits["enum"]))
        require(f"satisfy enum value set: [{', '.join(names)}]", frozenset(names).__contains__)
    if "pattern" in limits:
        matches = re.compile(limits["pattern"], re.ASCII).fullmatch
        require(f"satisfy regular expression pattern: {limits['pattern']}", matches)
    measure, word = (int, "value") if shape.type_name == "integer" else (len, "length")
    if "max" in limits:
        most = limits["max"]
        require(f"have {word} less than or equal to {most}", lambda value: measure(value) <= most)
    if "min" in limits:
        least = limits["min"]
        require(f"have {word} greater than or equal to {least}", lambda value: measure(value) >= least)
    return found


def _rules(shape: Shape) -> Callable[[Any], list[str]]:
    """A function that returns the rules that a value violates."""
    constraints = _constraints(shape)
    return lambda value: [rule for rule, holds in constraints if not holds(value)]


def _all_rules(shape: Shape) -> list[str]:
    return [rule for rule, _ in _constraints(shape)]


def _shown(shape: Shape) -> Callable[[Any], str]:
    """How a value appears in a message; secret and binary values do not."""
    if shape.type_name == "blob" or shape.metadata.get("sensitive"):
        return lambda value: "Value"
    return lambda value: f"Value '{value}'"


# Types


def _to_text(value: Any) -> str:
    _expect(value, str, "a String")
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise SerializationException("Text is not valid UTF-8") from None
    return value


def _to_integer(value: Any) -> int:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return _expect(value, int, "an Integer")


def _to_boolean(value: Any) -> bool:
    return _expect(value, bool, "a Boolean")


def _to_bytes(value: Any) -> bytes:
    if isinstance(value, bytes):
        return value
    _expect(value, str, "a Blob")
    try:
        return base64.b64decode(value, validate=True)
    except (ValueError, binascii.Error):
        raise SerializationException("Blob is not valid base64") from None


def _to_datetime(value: Any) -> datetime:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise SerializationException(f"{_kind(value)} can not be converted to a Timestamp")
    try:
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        raise SerializationException("Timestamp is out of range") from None


_CONVERTERS: dict[str, Callable[[Any], Any]] = {
    "string": _to_text,
    "integer": _to_integer,
    "boolean": _to_boolean,
    "blob": _to_bytes,
    "timestamp": _to_datetime,
}


def _expect(value: Any, kind: type, name: str) -> Any:
    # type(), not isinstance(): in JSON, unlike Python, true is not a number
    if type(value) is not kind:
        raise SerializationException(f"{_kind(value)} can not be converted to {name}")
    return value


def _kind(value: Any) -> str:
    """What AWS's parser calls a JSON value."""
    if isinstance(value, bool):
        return "TRUE_VALUE" if value else "FALSE_VALUE"
    kinds = {
        str: "STRING_VALUE",
        int: "NUMBER_VALUE",
        float: "DECIMAL_VALUE",
        list: "START_ARRAY",
        dict: "START_OBJECT",
    }
    return kinds.get(type(value), "VALUE_NULL")
