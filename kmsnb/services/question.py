"""What an action on a service's resource comes to: the permission it needs, and what the service then asks KMS."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from .permission import Need


class Behind(NamedTuple):
    """A question to KMS: the action, the key's ARN, or the name of one that does not exist, its Region, and the context."""

    action: str
    key: str
    region: str
    context: Mapping[str, str]


class Question(NamedTuple):
    """What an action on a resource needs of the service in a Region, and what the service then asks KMS, if anything."""

    need: Need
    region: str
    behind: Behind | None = None
