"""The guard of a call: asked about permission wherever a call touches a key, an alias or the account."""

from __future__ import annotations

from typing import Protocol

from ..core.grant import Grant
from ..core.key import Key


class Guard(Protocol):
    """Permission for one call of one caller. Each check returns if it passes, and raises a KmsError if not."""

    @property
    def enforces(self) -> bool:
        """Whether policies are evaluated at all."""

    def on_key(
        self,
        action: str,
        key: Key,
        *,
        grant: Grant | None = None,
        grant_ids: frozenset[str] = frozenset(),
        same_key: bool | None = None,
    ) -> None:
        """Check ``action`` on a key. ``grant`` is the one that RetireGrant names, ``grant_ids`` are of the call's tokens."""

    def on_alias(self, action: str, arn: str) -> None:
        """Check ``action`` on an alias, which only IAM policies control."""

    def on_account(self, operation: str) -> None:
        """Check everything that an operation without an existing key needs."""

    def on_new_replica(self, primary: Key) -> None:
        """Check what ReplicateKey needs in the replica's Region, besides permission on the primary key."""

    def on_missing_key(self, action: str, arn: str) -> None:
        """For a key that does not exist: in another account, KMS answers as for one that the caller may not use."""

    def new_policy(
        self, text: str, arn: str, key: Key | None = None, *, primary: Key | None = None
    ) -> dict[str, str]:
        """Check a new key policy: its syntax, its principals, and that it does not lock the caller out.

        Without a ``key`` it is for a new key, which is a replica of ``primary`` if that is given. Returns the unique
        ids of the users and roles that it names.
        """

    def principals_of_grant(self, *principals: str | None) -> dict[str, str]:
        """Check that the principals of a new grant exist; returns the unique ids of the users and roles."""

    def policy_now(self, key: Key) -> str:
        """A key's policy, with the unique ids of principals that were deleted."""

    def grant_now(self, grant: Grant) -> Grant:
        """A grant, with the unique ids of principals that were deleted."""
