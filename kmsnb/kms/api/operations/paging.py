"""Lists in pages: Limit, Marker, NextMarker, Truncated."""

import base64
import binascii
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from ...core.errors import InvalidMarkerException, constraint
from ..call import Call

Item = TypeVar("Item")


def page(
    call: Call,
    name: str,
    items: Iterable[Item],
    *,
    place: Callable[[Item], str],
    default: int = 100,
    most: int = 1000,
) -> dict[str, Any]:
    """The page of ``items`` that the call asks for, as the member ``name`` of the response.

    ``items`` are sorted by ``place``, a string that is unique to each item. A marker holds the last place, so that an
    item deleted between two pages does no harm.
    """
    limit = call.get("Limit", default)
    if limit > most:
        raise constraint(f"Value '{limit}'", "limit", f"Member must have value less than or equal to {most}")
    after = _read_marker(call)
    rest = [item for item in items if after is None or place(item) > after]
    shown = rest[:limit]
    if len(rest) > limit:
        return {name: shown, "Truncated": True, "NextMarker": _marker(call, place(shown[-1]))}
    return {name: shown, "Truncated": False}


def ordinal(number: int) -> str:
    """A number as a ``place``, so that strings sort like the numbers."""
    return f"{number:012}"


def _marker(call: Call, place: str) -> str:
    return base64.urlsafe_b64encode(f"{call.operation.name} {place}".encode()).decode()


def _read_marker(call: Call) -> str | None:
    marker = call.get("Marker")
    if marker is None:
        return None
    try:
        operation, _, place = base64.urlsafe_b64decode(marker.encode()).decode().partition(" ")
    except (ValueError, binascii.Error):
        raise InvalidMarkerException from None
    if operation != call.operation.name or not place:
        raise InvalidMarkerException
    return place
