"""Tables in HTML, with a caption and headers that screen readers announce."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from typing import Any

from .palette import token

_LEFT = "text-align:left;padding:.25em .5em"  # in a widget a table has no room of its own
_SCROLLS = 4  # columns: so many may be wider than a small screen, and need a place in the tab order
#: What a cell that begins with a mark looks like, and one that says it has changed.
_TINTS = {
    mark: f";background:{token(f'{name}-tint')};color:{token(name)}"
    for mark, name in (("✓", "right"), ("✗", "wrong"))
}
_CHANGED = "← changed"
_OUTLINE = f";outline:2px solid {token('data-key')};outline-offset:-1px"
_LONGEST_WORD = 40  # characters; the longest name of an operation has 35
_LONGEST_WHOLE = 12  # characters: a longer word may break on a small screen, at one of its joints
_JOINTS = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[:/_*-])(?=\w)")
_MARK = re.compile(r"(?m)([✓✗]) (?=\w+$)")  # before a single word: both stay on one line
_LONGEST_UNBROKEN = 20  # characters: a time stays on its line
_TIME = re.compile(r"(\d{4}-\d\d-\d\d)(T\d\d:\d\d:\d\dZ)")


class Table:
    """Rows under headers. The first cell of a row is its header.

    Cells may be anything: dates show in UTC, strings as they are, and bytes, which may be a key or another secret, as
    their number. A cell that begins with ✓ or ✗ is tinted, one that ends with "← changed" is outlined. Shows as HTML in
    a notebook, and as lines of text in a terminal.
    """

    def __init__(self, caption: str, headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        self.caption = caption
        self.headers = tuple(headers)
        self.rows = tuple(tuple(shown(cell) for cell in row) for row in rows)
        for row in self.rows:
            if len(row) != len(self.headers):
                raise ValueError(f"A row has {len(row)} cells under {len(self.headers)} headers: {row}")

    def _repr_html_(self) -> str:
        head = "".join(f'<th scope="col" style="{_LEFT}">{_html(header)}</th>' for header in self.headers)
        body = "".join(
            f'<tr><th scope="row" style="{_style(row[0])}">{_html(row[0])}</th>'
            + "".join(f'<td style="{_style(cell)}{_tint(cell)}">{_html(cell)}</td>' for cell in row[1:])
            + "</tr>"
            for row in self.rows
        )
        caption = f'<caption style="{_LEFT}">{escape(self.caption)}</caption>'
        table = f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        # what scrolls must be reachable by keyboard
        named = (
            f' tabindex="0" role="region" aria-label="{escape(self.caption)}"'
            if len(self.headers) >= _SCROLLS
            else ""
        )
        return f'<div class="kmsnb-scroll" style="overflow-x:auto"{named}>{table}</div>'

    def __repr__(self) -> str:
        widths = [max(map(len, column)) for column in zip(self.headers, *self.rows, strict=True)]
        lines = [
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in (self.headers, *self.rows)
        ]
        return "\n".join([self.caption, *lines])


def answer_table(answer: Mapping[str, Any], caption: str = "KMS answered") -> Table:
    """What a KMS call returned, field by field, without boto3's ResponseMetadata. Of blobs it shows the length only."""
    fields = ((name, value) for name, value in answer.items() if name != "ResponseMetadata")
    return Table(caption, ("Field", "Value"), fields)


def key_table(*keys: Mapping[str, Any], caption: str = "Key metadata") -> Table:
    """The KeyMetadata of one or more keys, side by side. A field that a key has not got is a dash."""
    names = list(dict.fromkeys(name for key in keys for name in key))
    headers = ("Field", *(key.get("Description") or f"key {n}" for n, key in enumerate(keys, 1)))
    return Table(caption, headers, ((name, *(key.get(name, "–") for key in keys)) for name in names))


def policy_table(policy: str | Mapping[str, Any], caption: str = "Key policy") -> Table:
    """The statements of a policy document, a row each: who may do what, when."""
    document = json.loads(policy) if isinstance(policy, str) else policy
    statements = document.get("Statement", [])
    headers = ("Statement", "Effect", "Who", "Actions", "Condition")
    return Table(
        caption,
        headers,
        (_statement(s) for s in (statements if isinstance(statements, list) else [statements])),
    )


def _style(cell: str) -> str:
    if len(cell) <= _LONGEST_UNBROKEN and " " not in cell:
        return f"{_LEFT};white-space:nowrap"
    # a long ARN breaks, so that few tables need to scroll
    long = any(len(word) > _LONGEST_WORD for word in cell.split())
    return f"{_LEFT};overflow-wrap:anywhere" if long else _LEFT


def _tint(cell: str) -> str:
    return _TINTS.get(cell[:1], "") + (_OUTLINE if cell.endswith(_CHANGED) else "")


def shown(value: Any) -> str:
    """A value as a cell shows it."""
    if isinstance(value, bytes | bytearray | memoryview):
        count = memoryview(value).nbytes
        return f"{count:,} byte{'s' * (count != 1)}"
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple | set):
        return ", ".join(map(shown, value))
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {shown(each)}" for name, each in value.items())
    if isinstance(value, int):
        return f"{value:,}"
    return str(value)


def _html(cell: str) -> str:
    if time := _TIME.fullmatch(cell):  # on a small screen on two lines, and not on five
        return "<wbr>".join(f'<span style="white-space:nowrap">{part}</span>' for part in time.groups())
    words = re.split(r"(\s+)", _MARK.sub("\\1\N{NO-BREAK SPACE}", cell))
    cut = (_JOINTS.sub("\0", word) if len(word) > _LONGEST_WHOLE else word for word in words)
    return escape("".join(cut)).replace("\n", "<br>").replace("\0", "<wbr>")


def _statement(statement: Mapping[str, Any]) -> tuple[str, ...]:
    def listed(value: Any) -> str:
        return "\n".join(value if isinstance(value, list) else [str(value)])

    who = "Not " if "NotPrincipal" in statement else ""
    principal = statement.get("NotPrincipal", statement.get("Principal", "–"))
    if isinstance(principal, Mapping):
        who += "\n".join(listed(names) for names in principal.values())
    else:
        who += str(principal)
    actions = "Not " if "NotAction" in statement else ""
    actions += listed(statement.get("NotAction", statement.get("Action", "–")))
    conditions = "\n".join(
        f"{key} {operator} {shown(value)}"
        for operator, tests in statement.get("Condition", {}).items()
        for key, value in tests.items()
    )
    return statement.get("Sid", "–"), statement.get("Effect", "–"), who, actions, conditions or "–"
