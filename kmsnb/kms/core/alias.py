"""An alias: a name for a key."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .key import Key

#: "Aliases per KMS key: 50" (developer guide, "Resource quotas").
MOST_ALIASES_OF_A_KEY = 50


@dataclass
class Alias:
    """A name for a key. ``updated`` is when it was last pointed at a key."""

    name: str
    arn: str
    key: Key
    created: datetime
    updated: datetime

    def describe(self) -> dict[str, Any]:
        """An entry of ListAliases."""
        return {
            "AliasName": self.name,
            "AliasArn": self.arn,
            "TargetKeyId": self.key.id,
            "CreationDate": self.created,
            "LastUpdatedDate": self.updated,
        }
