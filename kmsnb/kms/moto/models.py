"""The backend: the keys and aliases of one account in one Region."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import Any, ClassVar

from moto.kms import models as moto

from ..authorization import policy_text as policy
from ..core import aws_managed, errors, identifiers
from ..core.alias import Alias
from ..core.clock import Clock, SystemClock
from ..core.errors import InvalidArnException, LimitExceededException, NotFoundException
from ..core.key import AWS, AWS_KMS, Key
from ..core.multiregion import MultiRegionKey
from ..core.specs import ENCRYPT_DECRYPT, SYMMETRIC_DEFAULT
from ..core.state import KeyState
from ..records.bill import Meter
from ..records.journal import Journal, Record
from .moto_face import MotoAlias, MotoFace, MotoKey

#: "KMS keys per account and Region: 100,000" (developer guide, "Resource quotas").
MOST_KEYS = 100_000

_KEY_ID = re.compile(r"[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}|mrk-[0-9a-fA-F]{32}")


class KmsBackend(MotoFace, moto.KmsBackend):
    """KMS in one Region, for one account."""

    #: The clock of every backend; ``install(clock=…)`` sets it.
    clock: ClassVar[Clock] = SystemClock()
    #: Whether permission is asked; ``install(enforce=…)`` sets it.
    enforce: ClassVar[bool] = False
    #: Where calls are written down and counted, if anywhere; ``install(journal=…, meter=…)`` sets them.
    journal: ClassVar[Journal | None] = None
    meter: ClassVar[Meter | None] = None

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.keys: dict[str, Key] = {}
        self.aliases: dict[str, Alias] = {}
        self._made = {"key": 0, "mrk": 0}
        self._keys_made = 0
        self._next_due: datetime | None = None

    # Time

    def now(self) -> datetime:
        """The time by the clock, to the millisecond, as AWS tells it."""
        now = self.clock.now()
        return now.replace(microsecond=now.microsecond // 1000 * 1000)

    def settle(self, now: datetime) -> None:
        """Let everything happen that has fallen due in this account, in the order in which it fell due.

        No thread watches the clock: keys are deleted, material expires and rotates when KMS is next asked. All
        Regions are settled together, since related multi-Region keys depend on one another.
        """
        while True:
            due = [(each._next_due, each) for each in self.regions() if each._next_due is not None]
            when, backend = min(due, key=lambda entry: entry[0], default=(None, None))
            if when is None or when > now:
                return
            backend._settle_what_is_due_at(when)

    def _settle_what_is_due_at(self, when: datetime) -> None:
        for key in [key for key in self.keys.values() if key.due and key.due <= when]:
            if key.deletion_date and key.deletion_date <= when:
                self.note("DeleteKey", key, key.deletion_date)
                self.remove(key, when)
            else:
                for name, time, details in key.settle(when):
                    self.note(name, key, time, **details)
        self.calendar_changed()

    def note(self, event: str, key: Key, time: datetime, **details: str) -> None:
        """Write down something that KMS does by itself."""
        if self.journal is not None:
            told = {"keyId": key.id, **details}
            event_id = str(uuid.uuid4())
            self.journal.write(
                Record(time, event_id, event, key.region, key.account_id, (key.arn,), details=told)
            )

    def calendar_changed(self) -> None:
        """To be called when a key's dates have changed: finds anew when something next falls due."""
        self._next_due = min((key.due for key in self.keys.values() if key.due), default=None)

    def regions(self) -> Iterator[KmsBackend]:
        """The backends of this account, this one among them."""
        return iter(list(moto.kms_backends[self.account_id].values()))

    def region(self, name: str) -> KmsBackend:
        return moto.kms_backends[self.account_id][name]

    # Finding keys

    def find(self, identifier: str, *, by_alias: bool = True, across_accounts: bool = False) -> Key:
        """The key that ``identifier`` names: key id, key ARN and, ``by_alias``, alias name and alias ARN.

        Raises NotFoundException, and InvalidArnException for an alias where none is allowed.
        """
        home, name = self._home_of(identifier, across_accounts)
        if name.startswith("alias/"):
            if not by_alias:
                raise InvalidArnException("Key Aliases are not supported for this operation.")
            return home.find_alias(name).key
        if not _KEY_ID.fullmatch(name):
            shown = f"'{name}'" if name == identifier else name
            raise NotFoundException(f"Invalid keyId {shown}")
        key = home.keys.get(name)
        if key is None:
            raise errors.key_does_not_exist(home.arn(f"key/{name}"))
        return key

    def _home_of(self, identifier: str, across_accounts: bool) -> tuple[KmsBackend, str]:
        """The backend an identifier belongs to, and the name it has there."""
        if not identifier.startswith("arn:"):
            return self, identifier
        parts = identifier.split(":", 5)
        if len(parts) < 6 or parts[1:3] != [self.partition, "kms"]:
            raise InvalidArnException(f"Invalid arn {identifier}")
        region, account, resource = parts[3:]
        if region != self.region_name:
            raise NotFoundException(f"Invalid arn {region}")
        if not resource.startswith(("key/", "alias/")):
            raise InvalidArnException(f"Invalid arn {identifier}")
        name = resource.removeprefix("key/")
        if account == self.account_id:
            return self, name
        if not across_accounts or account not in moto.kms_backends:
            raise errors.key_does_not_exist(identifier)
        return self._of_account(account), name

    def find_anywhere(self, key_id: str) -> Key | None:
        """The key of that id in this Region, in whichever account: for ciphertext, which names its key by id alone."""
        return next((each.keys[key_id] for each in self.accounts() if key_id in each.keys), None)

    def accounts(self) -> Iterator[KmsBackend]:
        """The backends of all accounts in this Region, settled, this one among them."""
        return (self._of_account(account) for account in sorted(moto.kms_backends))

    def _of_account(self, account: str) -> KmsBackend:
        """The backend of another account in this Region, settled."""
        backend = moto.kms_backends[account][self.region_name]
        backend.settle(self.now())
        return backend

    def find_alias(self, name: str) -> Alias:
        """The alias of that name. An AWS managed key is made the moment its alias is first asked for."""
        alias = self.aliases.get(name)
        if alias is None and aws_managed.service_of(name):
            alias = self._make_aws_managed_key(name)
        if alias is None:
            raise errors.alias_is_not_found(self.arn(name))
        return alias

    def arn(self, resource: str) -> str:
        return f"arn:{self.partition}:kms:{self.region_name}:{self.account_id}:{resource}"

    # Making and removing

    def make_key(
        self,
        *,
        spec: str = SYMMETRIC_DEFAULT,
        usage: str = ENCRYPT_DECRYPT,
        origin: str = AWS_KMS,
        multi_region: bool = False,
        policy_text: str | None = None,
        description: str = "",
        tags: dict[str, str] | None = None,
    ) -> Key:
        """A new customer managed key. What is asked for has been checked."""
        kind = "mrk" if multi_region else "key"
        self._made[kind] += 1
        key = self._add(
            self._id_of(kind, self._made[kind]),
            spec=spec,
            usage=usage,
            origin=origin,
            policy=policy_text or policy.default_policy(self.partition, self.account_id),
            description=description,
        )
        key.tags.update(tags or {})
        if multi_region:
            MultiRegionKey(key)
        return key

    def make_replica(
        self, primary: Key, *, policy_text: str | None, description: str, tags: dict[str, str]
    ) -> Key:
        """A replica, in this Region, of a multi-Region primary key in another."""
        key = self._add(
            primary.id,
            spec=primary.spec.name,
            usage=primary.usage,
            origin=primary.origin,
            policy=policy_text or policy.default_policy(self.partition, self.account_id),
            description=description,
            ring=primary.multi_region_key.ring_for_replica(),
        )
        key.tags.update(tags)
        primary.multi_region_key.add(key)
        return key

    def _make_aws_managed_key(self, alias_name: str) -> Alias:
        service = aws_managed.service_of(alias_name)
        key = self._add(
            # a kind of its own, so that no customer managed key changes its id for it
            identifiers.key_id(self.account_id, self.region_name, f"aws/{service}", 1),
            spec=SYMMETRIC_DEFAULT,
            usage=ENCRYPT_DECRYPT,
            origin=AWS_KMS,
            policy=aws_managed.key_policy(service, self.partition, self.region_name, self.account_id),
            description=aws_managed.description(service),
            manager=AWS,
        )
        key.ring.schedule(key.creation_date, 365)
        self.calendar_changed()
        return self.add_alias(alias_name, key)

    def _add(self, key_id: str, **properties: Any) -> Key:
        if len(self.keys) >= MOST_KEYS:
            raise LimitExceededException(f"The account has reached its limit of {MOST_KEYS} KMS keys.")
        self._keys_made += 1
        key = MotoKey(
            id=key_id,
            partition=self.partition,
            region=self.region_name,
            account=self.account_id,
            ordinal=self._keys_made,
            created=self.now(),
            **properties,
        )
        self.keys[key.id] = key
        return key

    def arn_of_next_key(self, *, multi_region: bool) -> str:
        """The ARN that the next key made here will have."""
        kind = "mrk" if multi_region else "key"
        return self.arn(f"key/{self._id_of(kind, self._made[kind] + 1)}")

    def _id_of(self, kind: str, ordinal: int) -> str:
        if kind == "mrk":
            return identifiers.multi_region_key_id(self.account_id, self.region_name, ordinal)
        return identifiers.key_id(self.account_id, self.region_name, kind, ordinal)

    def add_alias(self, name: str, key: Key) -> Alias:
        now = self.now()
        alias = self.aliases[name] = MotoAlias(name, self.arn(name), key, now, now)
        key.aliases += (name,)
        return alias

    def point_alias(self, alias: Alias, key: Key, now: datetime) -> None:
        """Let an alias stand for ``key`` from now on."""
        alias.key.aliases = tuple(name for name in alias.key.aliases if name != alias.name)
        key.aliases += (alias.name,)
        alias.key, alias.updated = key, now

    def drop_alias(self, name: str) -> None:
        """Delete an alias; its key stays as it is."""
        key = self.aliases.pop(name).key
        key.aliases = tuple(each for each in key.aliases if each != name)

    def aliases_of(self, key: Key) -> list[Alias]:
        return [alias for alias in self.aliases.values() if alias.key is key]

    def remove(self, key: Key, when: datetime) -> None:
        """Delete a key for good: its material, grants and aliases go with it."""
        del self.keys[key.id]
        if self.meter:
            self.meter.retire(key, when)
        for alias in self.aliases_of(key):
            self.drop_alias(alias.name)
        related = key.multi_region_key
        if related:
            related.remove(key)
            primary = related.primary
            if primary.state is KeyState.PENDING_REPLICA_DELETION and not related.replicas:
                primary.start_waiting(when)
                self.region(primary.region).calendar_changed()
