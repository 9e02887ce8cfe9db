"""What is known about a KMS key, sorted by who sets it and whether it can change."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from . import palette, shapes
from .picture import Picture
from .tables import Table, shown

_WIDTH, _ROW, _HEAD, _TOP = 680, 20, 30, 58
_NAME, _VALUE = 44, 250
_SHORT = 44  # characters of a value that fit beside what it was


@dataclass(frozen=True)
class Group:
    """Fields with the same answer to "who sets it, and can it change?". ``short`` says it in a table's cell."""

    title: str
    short: str
    symbol: Callable[[float, float], str]


def _lock(x: float, y: float) -> str:
    """A closed padlock: fixed."""
    return (
        f'<rect x="{x - 5.5}" y="{y - 1}" width="11" height="8" rx="1.5" fill="currentColor"/>'
        f'<path d="M{x - 3.5},{y - 1} v-2.5 a3.5,3.5 0 0 1 7,0 v2.5" fill="none" stroke="currentColor" '
        'stroke-width="1.6"/>'
    )


def _pencil(x: float, y: float) -> str:
    """A pencil: yours to change."""
    return (
        f'<path d="M{x - 6},{y + 7} l1,-4 l8,-8 l3,3 l-8,8 z" fill="none" stroke="currentColor" '
        'stroke-width="1.5" stroke-linejoin="round"/>'
    )


def _clock(x: float, y: float) -> str:
    """A clock: it changes as time goes on."""
    return (
        f'<circle cx="{x}" cy="{y + 1}" r="6" fill="none" stroke="currentColor" stroke-width="1.5"/>'
        f'<path d="M{x},{y - 3} v4 h3.5" fill="none" stroke="currentColor" stroke-width="1.5"/>'
    )


CHOSEN = Group("Chosen when the key was made: no call changes it", "chosen once, fixed", _lock)
MADE = Group("Set by KMS when the key was made: no call changes it", "set by KMS, fixed", _lock)
CALLED = Group("A call changes it", "a call changes it", _pencil)
LIVED = Group("KMS changes it, as a result of other calls", "KMS changes it", _clock)

_GROUP_OF = {
    **dict.fromkeys(
        ("KeySpec", "CustomerMasterKeySpec", "KeyUsage", "Origin", "MultiRegion", "CustomKeyStoreId"), CHOSEN
    ),
    **dict.fromkeys(("KeyId", "Arn", "AWSAccountId", "CreationDate", "KeyManager"), MADE),
    "Description": CALLED,
    **dict.fromkeys(
        (
            "KeyState",
            "Enabled",
            "DeletionDate",
            "PendingDeletionWindowInDays",
            "CurrentKeyMaterialId",
            "ExpirationModel",
            "ValidTo",
            "MultiRegionConfiguration",
        ),
        LIVED,
    ),
}


def group_of(field: str) -> Group:
    """The group of a field of KeyMetadata. What is none of its fields is a setting that a call changes."""
    return MADE if field.endswith("Algorithms") else _GROUP_OF.get(field, CALLED)


def anatomy(
    metadata: Mapping[str, Any],
    settings: Mapping[str, Any] | None = None,
    *,
    was: Mapping[str, Any] | None = None,
) -> str:
    """A key's fields as an SVG document, in four groups, below the key itself.

    ``metadata`` is DescribeKey's KeyMetadata; ``settings`` are what other calls tell, such as tags; ``was`` has what
    changed with the value it had, which is shown next to the new one.
    """
    before = dict(was or {})
    parts, y = [_key(metadata)], _TOP
    for group, fields in _sorted(metadata, settings or {}, before):
        parts.append(shapes.text(12, y + 20, group.title, anchor="start", bold=True))
        y += _HEAD
        for name, value in fields:
            parts.append(_row(y, group, name, value, before))
            y += _ROW
    return shapes.drawing(_WIDTH, y + 10, *parts)


def key_anatomy(
    metadata: Mapping[str, Any], settings: Mapping[str, Any] | None = None, caption: str = ""
) -> Picture:
    """The fields of a key as a picture: who sets each, and whether it can change. Parameters as for ``anatomy``."""
    told = " ".join(
        f"{group.title}: {', '.join(f'{name} {_brief(value)}' for name, value in fields)}."
        for group, fields in _sorted(metadata, settings or {}, {})
    )
    svg = anatomy(metadata, settings)
    return Picture(svg.encode(), "image/svg+xml", alt=f"A KMS key and its fields. {told}", caption=caption)


def anatomy_table(metadata: Mapping[str, Any], settings: Mapping[str, Any], caption: str) -> Table:
    """The same in a table, with every value in full."""
    rows = [
        (name, value, group.short)
        for group, fields in _sorted(metadata, settings, {})
        for name, value in fields
    ]
    return Table(caption, ("Field", "Value", "Who changes it"), rows)


def _sorted(
    metadata: Mapping[str, Any], settings: Mapping[str, Any], was: Mapping[str, Any]
) -> list[tuple[Group, Sequence[tuple[str, Any]]]]:
    # what is gone since stays to be seen
    fields = {**dict.fromkeys(was, "–"), **metadata, **settings}
    order = [*_GROUP_OF, *fields]
    names = sorted(fields, key=order.index)
    grouped = [(group, [n for n in names if group_of(n) is group]) for group in (CHOSEN, MADE, CALLED, LIVED)]
    return [(group, [(name, fields[name]) for name in names]) for group, names in grouped if names]


def _key(metadata: Mapping[str, Any]) -> str:
    label = "The key itself: its material. No call returns it."
    if metadata.get("KeyState") == "PendingImport":
        label = "No key material yet."
    return (
        shapes.boundary(12, 6, _WIDTH - 24, 48, "", solid=False)
        + shapes.kms_key(44, 30)
        + shapes.text(76, 35, label, anchor="start")
    )


def _row(y: float, group: Group, name: str, value: Any, was: Mapping[str, Any]) -> str:
    middle = y + _ROW / 2
    line = (
        group.symbol(26, middle - 2)
        + shapes.text(_NAME, middle + 4, name, anchor="start", bold=name in was)
        + shapes.text(_VALUE, middle + 4, _brief(value), anchor="start", bold=name in was)
    )
    if name not in was:
        return line
    frame = (
        f'<rect x="14" y="{y}" width="{_WIDTH - 28}" height="{_ROW}" rx="4" fill="none" '
        f'stroke="{palette.token("data-key")}" stroke-width="2"/>'
    )
    return frame + line + shapes.text(_WIDTH - 22, middle + 4, f"was {_brief(was[name], 20)}", anchor="end")


def _brief(value: Any, most: int = _SHORT) -> str:
    """A value as it fits into a row: long ids and ARNs lose their ends."""
    words = shown(value) or "–"
    return words if len(words) <= most else words[: most - 1] + "…"
