"""The endpoint of a call: KMS in one Region of one account, how it is run, and whom IAM knows there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from ..authorization import Caller, Place, VpcEndpoint
from ..core.clock import Clock, SystemClock
from ..core.region import Region
from ..records.recorder import Recorder


@dataclass(frozen=True)
class Settings:
    """How this KMS is run: its clock, whether it enforces permissions, where it records calls, and its key ids."""

    clock: Clock = field(default_factory=SystemClock)
    enforce: bool = False
    recorder: Recorder = field(default_factory=Recorder)
    repeatable_ids: bool = False


class Principals(Protocol):
    """What IAM and STS know of users, roles and sessions, Organizations of accounts, and EC2 of VPC endpoints."""

    def find(
        self, access_key: str, account: str, partition: str, session_token: str | None = None
    ) -> Caller | None:
        """The caller with these credentials; None if AWS would not recognize them."""

    def of_arn(self, arn: str) -> Caller:
        """The caller that an ARN or a service's name stands for; raises ``ValueError`` if it does not exist."""

    def exists(self, principal: str) -> bool:
        """Whether a policy may name this principal."""

    def any_in(self, account: str) -> bool:
        """Whether there is a user or role in this account."""

    def unique_id(self, arn: str) -> str | None:
        """The unique id of the user or role that has this ARN now; None if there is none."""

    def place(self, account: str, partition: str) -> Place | None:
        """Where an account is in an organization; None if it is in none."""

    def vpc_endpoint(self, endpoint_id: str, region: str) -> VpcEndpoint | None:
        """The VPC endpoint for KMS with this id; None if the Region has none."""


@dataclass(frozen=True)
class Endpoint:
    """KMS in one Region of one account, as calls reach it."""

    region: Region
    settings: Settings
    principals: Principals
