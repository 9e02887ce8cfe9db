"""What every authorization request has, whatever it is about."""

from __future__ import annotations

from typing import Protocol

from .caller import Caller
from .context import Values
from .facts import Circumstances


class Asked(Protocol):
    """May this caller perform this action on this resource?"""

    @property
    def caller(self) -> Caller:
        """Who asks."""

    @property
    def action(self) -> str:
        """The action, such as ``kms:Decrypt``."""

    @property
    def circumstances(self) -> Circumstances:
        """How the request arrived, and when."""

    @property
    def arn(self) -> str:
        """What the Resource element of a policy is matched against."""

    @property
    def values(self) -> Values:
        """The condition keys."""

    def in_iam_policy(self, key: str) -> tuple[str, ...] | None:
        """The values of a condition key, as IAM policies see them."""

    def in_resource_policy(self, key: str) -> tuple[str, ...] | None:
        """The values of a condition key, as the policy of the resource sees them."""
