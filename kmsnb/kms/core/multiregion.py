"""Multi-Region keys: related keys in several Regions that have the same id and the same material.

A primary key, and replicas of it. Shared are id, spec, usage, origin, material and automatic rotation; policy,
grants, tags, aliases, description and state are each key's own.
"""

from __future__ import annotations

from typing import Any

from .key import EXTERNAL, Key
from .keyring import Generation, KeyRing


class MultiRegionKey:
    """One set of related keys."""

    def __init__(self, primary: Key) -> None:
        self.primary = primary
        self.keys = {primary.region: primary}
        primary.multi_region_key = self

    @property
    def replicas(self) -> list[Key]:
        return [key for key in self.keys.values() if key is not self.primary]

    def ring_for_replica(self) -> KeyRing:
        """The ring of a new replica: the shared one; for imported material its own, which must be filled separately."""
        shared = self.primary.ring
        if self.primary.origin != EXTERNAL:
            return shared
        copies = {each.id: each.without_material() for each in shared.generations}
        return KeyRing(
            shared.key_id,
            shared.spec,
            list(copies.values()),
            current=copies[shared.current.id],
            pending=copies[shared.pending.id] if shared.pending else None,
        )

    def add(self, replica: Key) -> None:
        self.keys[replica.region] = replica
        replica.multi_region_key = self

    def remove(self, key: Key) -> None:
        del self.keys[key.region]

    def rings(self) -> list[KeyRing]:
        """The rings in use: one, or for imported material one a key."""
        return list({id(key.ring): key.ring for key in self.keys.values()}.values())

    def announce(self, pending: Generation) -> None:
        """Tell the replicas of material that was imported into the primary key, and that they must be given too."""
        for replica in self.replicas:
            copy = pending.without_material()
            replica.ring.generations.append(copy)
            replica.ring.pending = copy

    def pending_everywhere(self) -> bool:
        """Whether the material that waits to be rotated to has been imported into every related key."""
        return all(ring.pending and ring.pending.material for ring in self.rings())

    def describe(self, key: Key) -> dict[str, Any]:
        """DescribeKey's MultiRegionConfiguration, from the point of view of ``key``."""
        return {
            "MultiRegionKeyType": "PRIMARY" if key is self.primary else "REPLICA",
            "PrimaryKey": {"Arn": self.primary.arn, "Region": self.primary.region},
            "ReplicaKeys": [{"Arn": each.arn, "Region": each.region} for each in self.replicas],
        }
