"""Calls of KMS as Python that anyone can copy: nothing but boto3."""

import json
import re
from collections.abc import Mapping
from typing import Any

_INDENT = "    "
_WIDTH = 72


def source(region: str, parameters: Mapping[str, Any], policy: Any = None, alias: str = "") -> str:
    """A program that creates a key with these ``parameters`` of CreateKey, and names it if there is an ``alias``.

    ``policy`` is a document as Python data; None leaves it to KMS.
    """
    parts = ["import boto3"] if policy is None else ["import json\n", "import boto3"]
    parts.append(f"\nkms = boto3.client({literal('kms')}, region_name={literal(region)})\n")
    arguments = [f"{_INDENT}{name}={literal(value, 1)},\n" for name, value in parameters.items()]
    if policy is not None:
        parts.append(f"policy = {literal(policy)}\n")
        arguments.append(f"{_INDENT}Policy=json.dumps(policy),\n")
    parts.append(f"made = kms.create_key(\n{''.join(arguments)})")
    parts.append('key_id = made["KeyMetadata"]["KeyId"]')
    if alias:
        parts.append(f"kms.create_alias(AliasName={literal(alias)}, TargetKeyId=key_id)")
    return "\n".join(parts) + "\n"


def abridged(program: str) -> str:
    """``program`` of ``source`` without the many lines of its policy, which stand elsewhere."""
    return re.sub(r"(?ms)^policy = \{$.*?^\}$", "policy = {…}  # see the table", program)


def literal(value: Any, depth: int = 0) -> str:
    """JSON's data as a Python expression: on one line where it fits, else laid out as JSON would be."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)  # JSON's escapes are Python's too
    if isinstance(value, Mapping):
        return _collection("{}", [(f"{literal(str(name))}: ", each) for name, each in value.items()], depth)
    if isinstance(value, list):
        return _collection("[]", [("", each) for each in value], depth)
    return repr(value)


def _collection(brackets: str, members: list[tuple[str, Any]], depth: int) -> str:
    opening, closing = brackets[0], brackets[1]
    flat = opening + ", ".join(before + literal(each) for before, each in members) + closing
    if "\n" not in flat and len(flat) + len(_INDENT) * depth <= _WIDTH:
        return flat
    inner = _INDENT * (depth + 1)
    lines = "".join(f"{inner}{before}{literal(each, depth + 1)},\n" for before, each in members)
    return f"{opening}\n{lines}{_INDENT * depth}{closing}"
