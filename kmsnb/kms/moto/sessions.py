"""What moto forgets about temporary credentials: kept on moto's own access keys, so that it goes when they go.

STS API Reference, "AssumeRole", "GetSessionToken" and "GetFederationToken"; IAM User Guide, "Pass session tags in AWS
STS".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Tags = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Session:
    """A session, by its access key: what its caller has besides the permissions of the role or user behind it.

    ``mfa`` says whether GetSessionToken got a code of an MFA device. ``policy`` is the inline session policy,
    ``policy_arns`` are managed ones. ``transitive`` are the keys of the tags that a role chain passes on. A session of a
    user has the ``user_id`` of moto's IAM, which a later namesake does not have; ``federated`` is its name if
    GetFederationToken made it.
    """

    issued: datetime
    token: str | None = field(default=None, repr=False)
    mfa: bool = False
    policy: str | None = None
    policy_arns: tuple[str, ...] = ()
    tags: Tags = ()
    transitive: frozenset[str] = frozenset()
    user_name: str | None = None
    user_id: str | None = None
    federated: str | None = None

    @property
    def passed_on(self) -> Tags:
        """The tags that the next session in a role chain inherits."""
        return tuple(tag for tag in self.tags if tag[0].lower() in self.transitive)


def remember(access_key: Any, session: Session) -> None:
    """Keep the session of an access key of moto's IAM."""
    access_key.kmsnb_session = session


def of(access_key: Any) -> Session | None:
    """The session of an access key; None for long-term credentials, and for what STS did not hand out."""
    return getattr(access_key, "kmsnb_session", None)
