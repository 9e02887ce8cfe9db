"""A KMS key: its properties, its states, and its relation to keys in other Regions.

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

A multi-Region primary key with replicas is PendingReplicaDeletion first, until its last replica is deleted.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from .grant import Grant
from .history import History
from .keyring import AUTOMATIC, EXPIRES, Generation, KeyRing
from .specs import ALGORITHMS_FIELD, KEY_SPECS
from .state import DYING, USABLE, KeyState

AWS_KMS = "AWS_KMS"
EXTERNAL = "EXTERNAL"
CUSTOMER = "CUSTOMER"
AWS = "AWS"


class Event(NamedTuple):
    """Something that KMS did by itself, under the name that CloudTrail gives it."""

    name: str
    when: datetime
    details: Mapping[str, str]


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
        tags: dict[str, str] | None = None,
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
        self.set_policy(policy)
        self.description = description
        self.tags = tags or {}
        self.grants: dict[str, Grant] = {}
        self.grants_made = 0
        self.history = History()
        self.aliases: tuple[str, ...] = ()
        self.multi_region_key: MultiRegionKey | None = None
        self.deletion_date: datetime | None = None
        self.deletion_window_days: int | None = None
        self.deletion_scheduled: datetime | None = None
        self.last_usage: dict[str, Any] = {}
        self.ring = ring or KeyRing(id, self.spec)
        if origin == AWS_KMS and not self.ring.generations:
            self.ring.generate()
        self._become(KeyState.ENABLED if self.ring.complete else KeyState.PENDING_IMPORT, created)

    def __repr__(self) -> str:
        return f"<Key {self.arn} {self.spec.name} {self.state}>"

    @property
    def algorithms(self) -> tuple[str, ...]:
        """The algorithms of this key, given its spec and usage."""
        return self.spec.usages[self.usage]

    @property
    def is_replica(self) -> bool:
        """Whether this is a replica of a multi-Region primary key."""
        return self.multi_region_key is not None and self.multi_region_key.primary is not self

    def set_policy(self, policy: str, principal_ids: Mapping[str, str] | None = None) -> None:
        """Replace the key policy. ``principal_ids``: the unique ids of the users and roles that it names, by ARN."""
        self.policy = policy
        self.policy_principal_ids = principal_ids or {}

    def make_primary(self) -> None:
        """Become the primary key of a new set of multi-Region keys."""
        self.multi_region_key = MultiRegionKey(self)

    @property
    def related(self) -> MultiRegionKey:
        """The set that a multi-Region key belongs to; raises ``ValueError`` for a single-Region key."""
        if self.multi_region_key is None:
            raise ValueError(f"{self.arn} is not a multi-Region key")
        return self.multi_region_key

    @property
    def multi_region_type(self) -> str | None:
        """``PRIMARY`` or ``REPLICA``; None for a single-Region key."""
        if self.multi_region_key is None:
            return None
        return "REPLICA" if self.is_replica else "PRIMARY"

    # The life of a key

    def _become(self, state: KeyState, now: datetime) -> None:
        self.state = state
        self.history.note(now, usable=state in USABLE)

    def enable(self, now: datetime) -> bool:
        """Enable. A rotation that fell due while the key was disabled happens now; returns whether one did."""
        self._become(KeyState.ENABLED, now)
        due = self._next_rotation is not None and self._next_rotation <= now
        if due:
            self.ring.rotate_as_scheduled(now)
        return due

    def disable(self, now: datetime) -> None:
        """Disable."""
        self._become(KeyState.DISABLED, now)

    def schedule_deletion(self, now: datetime, window_days: int) -> None:
        """Delete after ``window_days``; for a primary key with replicas, counted from when the last one is deleted."""
        self.deletion_window_days = window_days
        self.deletion_scheduled = now
        if self.multi_region_key and self.multi_region_key.replicas and not self.is_replica:
            self._become(KeyState.PENDING_REPLICA_DELETION, now)
        else:
            self.start_waiting(now)

    def start_waiting(self, now: datetime) -> None:
        """Start the waiting period before deletion."""
        self._become(KeyState.PENDING_DELETION, now)
        self.deletion_date = now + timedelta(days=self.deletion_window_days or 0)

    def cancel_deletion(self) -> None:
        """Keep the key, disabled: using it again takes EnableKey."""
        self.deletion_date = self.deletion_window_days = self.deletion_scheduled = None
        self.state = KeyState.DISABLED if self.ring.complete else KeyState.PENDING_IMPORT

    def follow_material(self, now: datetime) -> None:
        """Update the state after material was imported or deleted; a disabled or dying key stays so."""
        if self.state is KeyState.PENDING_IMPORT and self.ring.complete:
            self._become(KeyState.ENABLED, now)
        elif self.state not in DYING and not self.ring.complete:
            self._become(KeyState.PENDING_IMPORT, now)

    def end_grant(self, grant_id: str, now: datetime) -> None:
        """Delete a grant, which was revoked or retired."""
        del self.grants[grant_id]
        self.history.ended_grants[grant_id] = now

    # The schedule

    @property
    def _next_rotation(self) -> datetime | None:
        """When this key rotates next; None if it does not. A replica follows its primary key's ring."""
        return self.ring.next_rotation if self.state is KeyState.ENABLED and not self.is_replica else None

    @property
    def due(self) -> datetime | None:
        """When KMS next has to do something with this key: delete it, rotate it or expire its material."""
        dates = (self.deletion_date, self.ring.earliest_expiry, self._next_rotation)
        return min(filter(None, dates), default=None)

    def settle(self, when: datetime) -> list[Event]:
        """Do what is due at ``when``, and return it: scheduled rotation, expiry of imported material."""
        happened: list[Event] = []
        rotation = self._next_rotation
        if rotation is not None and rotation <= when:
            happened.append(Event("RotateKey", rotation, {"rotationType": AUTOMATIC}))
            self.ring.rotate_as_scheduled(rotation)
        for generation in self.ring.generations:
            if generation.valid_to and generation.valid_to <= when:
                details = {"keyMaterialId": generation.id}
                happened.append(Event("DeleteExpiredKeyMaterial", generation.valid_to, details))
                generation.forget()
        self.follow_material(when)
        return happened

    # Its description

    def metadata(self) -> dict[str, Any]:
        """DescribeKey's KeyMetadata, without the members that do not apply, as on AWS."""
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
        known = models - {None}
        return {"ExpirationModel": known.pop()} if known else {}

    def public_part(self) -> dict[str, Any]:
        """GetPublicKey's members other than the public key itself."""
        return {
            "CustomerMasterKeySpec": self.spec.name,
            "KeySpec": self.spec.name,
            "KeyUsage": self.usage,
            ALGORITHMS_FIELD[self.usage]: list(self.algorithms),
        }


class MultiRegionKey:
    """Related keys in several Regions, with the same id and material: a primary key and its replicas.

    They share id, spec, usage, origin, material and automatic rotation. Policy, grants, tags, aliases, description and
    state are each key's own.
    """

    def __init__(self, primary: Key) -> None:
        self.primary = primary
        self.keys = {primary.region: primary}

    @property
    def replicas(self) -> list[Key]:
        """Every key but the primary."""
        return [key for key in self.keys.values() if key is not self.primary]

    def ring_for_replica(self) -> KeyRing:
        """The ring of a new replica: the shared one, or for imported material one of its own without the material."""
        shared = self.primary.ring
        if self.primary.origin != EXTERNAL:
            return shared
        copies = {each.id: each.without_material() for each in shared.generations}
        return KeyRing(
            shared.key_id,
            shared.spec,
            list(copies.values()),
            current=copies[shared.active.id],
            pending=copies[shared.pending.id] if shared.pending else None,
        )

    def add(self, replica: Key) -> None:
        """Add a replica in its Region."""
        self.keys[replica.region] = replica
        replica.multi_region_key = self

    def remove(self, key: Key, when: datetime) -> Key:
        """Remove a key that was deleted. Returns the primary key, whose waiting period starts if it waited for this."""
        del self.keys[key.region]
        primary = self.primary
        if primary.state is KeyState.PENDING_REPLICA_DELETION and not self.replicas:
            primary.start_waiting(when)
        return primary

    def rings(self) -> list[KeyRing]:
        """The rings of these keys: one, or for imported material one for each key."""
        return list({id(key.ring): key.ring for key in self.keys.values()}.values())

    def announce(self, pending: Generation) -> None:
        """Add new material of the primary key to the replicas, as pending: it must be imported into each."""
        for replica in self.replicas:
            copy = pending.without_material()
            replica.ring.generations.append(copy)
            replica.ring.pending = copy

    def pending_everywhere(self) -> bool:
        """Whether the pending material has been imported into every related key."""
        return all(ring.pending is not None and ring.pending.material is not None for ring in self.rings())

    def describe(self, key: Key) -> dict[str, Any]:
        """DescribeKey's MultiRegionConfiguration for ``key``."""
        return {
            "MultiRegionKeyType": key.multi_region_type,
            "PrimaryKey": {"Arn": self.primary.arn, "Region": self.primary.region},
            "ReplicaKeys": [{"Arn": each.arn, "Region": each.region} for each in self.replicas],
        }
