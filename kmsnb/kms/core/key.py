"""A KMS key: what is known about it, and the life it leads.

                     import                          DisableKey
    PendingImport ----------> Enabled  <---------------------------------->  Disabled
          ^     <----------     |                    EnableKey                |   ^
          |   delete, expire    |                                             |   |
          |                     +----------- ScheduleKeyDeletion -------------+   | CancelKeyDeletion
          |                                        |                              |
          +--------- CancelKeyDeletion -----  PendingDeletion  -------------------+
                  (no material imported)           |
                                                   v  7 to 30 days later
                                                 gone

A multi-Region primary key with replicas is PendingReplicaDeletion first, until the last of them is gone.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from .keyring import AUTOMATIC, EXPIRES, KeyRing
from .specs import ALGORITHMS_FIELD, KEY_SPECS
from .state import DYING, KeyState

if TYPE_CHECKING:
    from .grant import Grant
    from .multiregion import MultiRegionKey

AWS_KMS = "AWS_KMS"
EXTERNAL = "EXTERNAL"
CUSTOMER = "CUSTOMER"
AWS = "AWS"


class Key:
    """One KMS key in one Region of one account."""

    def __init__(
        self,
        *,
        id: str,
        partition: str,
        region: str,
        account: str,
        ordinal: int,
        created: datetime,
        spec: str,
        usage: str,
        origin: str,
        policy: str,
        description: str,
        manager: str = CUSTOMER,
        ring: KeyRing | None = None,
    ) -> None:
        self.id = id
        self.arn = f"arn:{partition}:kms:{region}:{account}:key/{id}"
        self.account_id = account
        self.region = region
        self.ordinal = ordinal
        self.creation_date = created
        self.spec = KEY_SPECS[spec]
        self.usage = usage
        self.origin = origin
        self.manager = manager
        self.attach(policy)
        self.description = description
        self.tags: dict[str, str] = {}
        self.grants: dict[str, Grant] = {}
        self.grants_made = 0
        self.aliases: tuple[str, ...] = ()
        self.multi_region_key: MultiRegionKey | None = None
        self.deletion_date: datetime | None = None
        self.deletion_window_days: int | None = None
        self.deletion_scheduled: datetime | None = None
        self.last_usage: dict[str, Any] = {}
        self.ring = ring or KeyRing(id, self.spec)
        if origin == AWS_KMS and not self.ring.generations:
            self.ring.generate()
        self.state = KeyState.ENABLED if self.ring.complete else KeyState.PENDING_IMPORT

    def __repr__(self) -> str:
        return f"<Key {self.arn} {self.spec.name} {self.state}>"

    @property
    def algorithms(self) -> tuple[str, ...]:
        """What this key can be used with, given its spec and usage."""
        return self.spec.usages[self.usage]

    @property
    def is_replica(self) -> bool:
        return self.multi_region_key is not None and self.multi_region_key.primary is not self

    def attach(self, policy: str, means: Mapping[str, str] | None = None) -> None:
        """Put a key policy in place of the one there is. ``means``: the unique ids of users and roles it names."""
        self.policy = policy
        self.policy_means = means or {}

    # The life of a key

    def enable(self, now: datetime) -> bool:
        """Switch on. A rotation that fell due meanwhile is made up for at once; tells whether one was."""
        self.state = KeyState.ENABLED
        due = self._rotates and self.ring.next_rotation <= now
        if due:
            self.ring.rotate_as_scheduled(now)
        return due

    def disable(self) -> None:
        self.state = KeyState.DISABLED

    def schedule_deletion(self, now: datetime, window_days: int) -> None:
        """Delete ``window_days`` from now; for a primary key with replicas, from the day the last of them is gone."""
        self.deletion_window_days = window_days
        self.deletion_scheduled = now
        if self.multi_region_key and self.multi_region_key.replicas and not self.is_replica:
            self.state = KeyState.PENDING_REPLICA_DELETION
        else:
            self.start_waiting(now)

    def start_waiting(self, now: datetime) -> None:
        self.state = KeyState.PENDING_DELETION
        self.deletion_date = now + timedelta(days=self.deletion_window_days)

    def cancel_deletion(self) -> None:
        """Stay after all, disabled: whoever wants to use the key again must say so."""
        self.deletion_date = self.deletion_window_days = self.deletion_scheduled = None
        self.state = KeyState.DISABLED if self.ring.complete else KeyState.PENDING_IMPORT

    def follow_material(self) -> None:
        """Let the state follow the imported material's coming and going; a disabled or dying key stays so."""
        if self.state is KeyState.PENDING_IMPORT and self.ring.complete:
            self.state = KeyState.ENABLED
        elif self.state not in DYING and not self.ring.complete:
            self.state = KeyState.PENDING_IMPORT

    # What time does to it

    @property
    def _rotates(self) -> bool:
        """Whether the calendar moves this key: replicas follow their primary key's ring."""
        return self.state is KeyState.ENABLED and self.ring.next_rotation is not None and not self.is_replica

    @property
    def due(self) -> datetime | None:
        """When something next happens to this key by itself."""
        dates = [self.deletion_date, self.ring.earliest_expiry]
        if self._rotates:
            dates.append(self.ring.next_rotation)
        return min(filter(None, dates), default=None)

    def settle(self, when: datetime) -> list[tuple[str, datetime, dict[str, str]]]:
        """Let happen what is due at ``when``: scheduled rotation, expiry of imported material.

        Tells what happened: the name CloudTrail gives it, the time, and details.
        """
        happened: list[tuple[str, datetime, dict[str, str]]] = []
        if self._rotates and self.ring.next_rotation <= when:
            happened.append(("RotateKey", self.ring.next_rotation, {"rotationType": AUTOMATIC}))
            self.ring.rotate_as_scheduled(self.ring.next_rotation)
        for generation in self.ring.generations:
            if generation.valid_to and generation.valid_to <= when:
                details = {"keyMaterialId": generation.id}
                happened.append(("DeleteExpiredKeyMaterial", generation.valid_to, details))
                generation.forget()
        self.follow_material()
        return happened

    # What it tells of itself

    def metadata(self) -> dict[str, Any]:
        """DescribeKey's KeyMetadata. Fields that do not apply are absent, as on AWS."""
        described = {
            "AWSAccountId": self.account_id,
            "KeyId": self.id,
            "Arn": self.arn,
            "CreationDate": self.creation_date,
            "Enabled": self.state is KeyState.ENABLED,
            "Description": self.description,
            "KeyUsage": self.usage,
            "KeyState": self.state.value,
            "Origin": self.origin,
            "KeyManager": self.manager,
            "CustomerMasterKeySpec": self.spec.name,
            "KeySpec": self.spec.name,
            ALGORITHMS_FIELD[self.usage]: list(self.algorithms),
            "MultiRegion": self.multi_region_key is not None,
        }
        if self.multi_region_key:
            described["MultiRegionConfiguration"] = self.multi_region_key.describe(self)
        if self.state is KeyState.PENDING_DELETION:
            described["DeletionDate"] = self.deletion_date
        if self.state is KeyState.PENDING_REPLICA_DELETION:
            described["PendingDeletionWindowInDays"] = self.deletion_window_days
        if self.spec.symmetric and self.ring.current:
            described["CurrentKeyMaterialId"] = self.ring.current.id
        return described | self._expiration()

    def _expiration(self) -> dict[str, Any]:
        models = {each.expiration_model for each in self.ring.generations if each is not self.ring.pending}
        if EXPIRES in models:
            dates = (each.valid_to for each in self.ring.generations if each is not self.ring.pending)
            return {"ExpirationModel": EXPIRES, "ValidTo": min(filter(None, dates))}
        models.discard(None)
        return {"ExpirationModel": models.pop()} if models else {}

    def public_part(self) -> dict[str, Any]:
        """What GetPublicKey tells about the key besides the key itself."""
        return {
            "CustomerMasterKeySpec": self.spec.name,
            "KeySpec": self.spec.name,
            "KeyUsage": self.usage,
            ALGORITHMS_FIELD[self.usage]: list(self.algorithms),
        }
