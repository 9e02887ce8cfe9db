"""Readers of a resource's properties. A template may have a number or a boolean as a string, and a policy as an object.

Each takes what a template has and returns what KMS takes, or raises ``ValueError`` with CloudFormation's message.
"""

import json
from collections.abc import Callable
from typing import Any


def text(value: Any) -> str:
    """A string; numbers and booleans are written as JSON has them."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    raise _unexpected("String", value)


def boolean(value: Any) -> bool:
    """True or false."""
    if isinstance(value, bool):
        return value
    if value in ("true", "True", "false", "False"):
        return bool(value.lower() == "true")
    raise _unexpected("Boolean", value)


def days(least: int, most: int) -> Callable[[Any], int]:
    """A reader of a number of days between two limits, which are allowed."""

    def read(value: Any) -> int:
        try:
            number = int(text(value))
        except ValueError:
            raise _unexpected("Integer", value) from None
        if number < least:
            raise ValueError(f"{number} is not greater or equal to {least}")
        if number > most:
            raise ValueError(f"{number} is not less or equal to {most}")
        return number

    return read


def policy(value: Any) -> str:
    """A policy, as text."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return json.dumps(value, default=str)  # YAML reads an unquoted Version as a date
    raise _unexpected("JSONObject", value)


def tags(value: Any) -> dict[str, str]:
    """Tags by their keys."""
    if not isinstance(value, list) or not all(isinstance(tag, dict) for tag in value):
        raise _unexpected("JSONArray", value)
    try:
        return {text(tag["Key"]): text(tag["Value"]) for tag in value}
    except KeyError as missing:
        raise ValueError(f"required key [{missing.args[0]}] not found") from None


def _unexpected(expected: str, value: Any) -> ValueError:
    kinds = {str: "String", bool: "Boolean", int: "Integer", dict: "JSONObject", list: "JSONArray"}
    return ValueError(f"expected type: {expected}, found: {kinds.get(type(value), 'Null')}")
