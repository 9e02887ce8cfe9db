"""Ready-made changes to a key policy, each a function from document to document; and a policy as text."""

import copy
import json
import re
import textwrap
from collections.abc import Callable
from typing import Any

from kmsnb.kms.authorization.principals import account_of_root

_UMA = "arn:aws:iam::123456789012:user/Uma"
_CONTEXT = {"StringEquals": {"kms:EncryptionContext:app": "shop"}}
_WIDTH = 76


def without_root(document: dict[str, Any]) -> dict[str, Any]:
    """Remove each statement that allows something to a whole account."""
    return _statements(document, lambda all_: [each for each in all_ if not _is_of_account(each)])


def with_a_deny(document: dict[str, Any]) -> dict[str, Any]:
    """Add a statement that denies Decrypt to Uma."""
    deny = {
        "Sid": "Deny",
        "Effect": "Deny",
        "Principal": {"AWS": _UMA},
        "Action": "kms:Decrypt",
        "Resource": "*",
    }
    return _statements(document, lambda all_: all_ if deny in all_ else [*all_, deny])


def with_a_context(document: dict[str, Any]) -> dict[str, Any]:
    """Require the encryption context app=shop in each Allow statement that names kms:Decrypt."""

    def ask(statement: dict[str, Any]) -> dict[str, Any]:
        allows = statement.get("Effect") == "Allow" and "kms:Decrypt" in _listed(statement.get("Action"))
        return {**statement, "Condition": copy.deepcopy(_CONTEXT)} if allows else statement

    return _statements(document, lambda all_: [ask(each) for each in all_])


def with_a_typo(document: dict[str, Any]) -> dict[str, Any]:
    """Do the same as ``with_a_context``, with one letter too many in the name."""
    return json.loads(
        json.dumps(with_a_context(document)).replace(
            '"kms:EncryptionContext:app"', '"kms:EncryptionContext:aapp"'
        )
    )


def without_two_wildcards(document: dict[str, Any]) -> dict[str, Any]:
    """Replace kms:Create* by kms:CreateAlias, and remove kms:Put*."""

    def narrow(statement: dict[str, Any]) -> dict[str, Any]:
        actions = _listed(statement.get("Action"))
        if "kms:Create*" not in actions and "kms:Put*" not in actions:
            return statement
        kept = ["kms:CreateAlias" if each == "kms:Create*" else each for each in actions]
        return {**statement, "Action": [each for each in kept if each != "kms:Put*"]}

    return _statements(document, lambda all_: [narrow(each) for each in all_])


#: The changes, by the text on their buttons.
CHANGES: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "Remove the root statement": without_root,
    "Deny Uma Decrypt": with_a_deny,
    "Require the context app=shop": with_a_context,
    "Require it, with a typo": with_a_typo,
    "Ada without kms:Create*, kms:Put*": without_two_wildcards,
}


def laid_out(document: Any) -> str:
    """Format a document as JSON, with lists of strings on as few lines as possible."""
    text = json.dumps(document, indent=2, ensure_ascii=False)
    return re.sub(r'(?m)^( *)("\w+": )?\[\n((?: *"[^"]*",?\n)+) *\]', _folded, text)


def _folded(found: re.Match[str]) -> str:
    indent, name, items = found[1], found[2] or "", " ".join(found[3].split())
    if len(indent) + len(name) + len(items) + 2 <= _WIDTH:
        return f"{indent}{name}[{items}]"
    deeper = indent + "  "
    lines = textwrap.fill(
        items, _WIDTH, initial_indent=deeper, subsequent_indent=deeper, break_long_words=False
    )
    return f"{indent}{name}[\n{lines}\n{indent}]"


def _statements(
    document: dict[str, Any], change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]
) -> dict[str, Any]:
    statements = document.get("Statement", [])
    return {**document, "Statement": change(_listed(statements))}


def _is_of_account(statement: dict[str, Any]) -> bool:
    principal = statement.get("Principal")
    named = _listed(principal.get("AWS")) if isinstance(principal, dict) else []
    return statement.get("Effect") == "Allow" and bool(named) and all(account_of_root(each) for each in named)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
