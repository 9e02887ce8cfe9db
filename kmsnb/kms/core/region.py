"""KMS in one Region of one account: its keys and aliases, and what happens to them over time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Protocol

from ..authorization import policy_text
from . import aws_managed, errors, identifiers
from .alias import Alias
from .clock import Clock
from .errors import InvalidArnException, LimitExceededException, NotFoundException
from .key import AWS, AWS_KMS, Event, Key
from .specs import ENCRYPT_DECRYPT, SYMMETRIC_DEFAULT

#: "KMS keys per account and Region: 100,000" (developer guide, "Resource quotas").
MOST_KEYS = 100_000

_KEY_ID = re.compile(r"[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}|mrk-[0-9a-fA-F]{32}")


class Observer(Protocol):
    """Is told what KMS does by itself."""

    def happened(self, event: Event, key: Key) -> None:
        """KMS deleted or rotated a key, or its material expired."""

    def deleted(self, key: Key, when: datetime) -> None:
        """A key is gone."""


class Regions(Protocol):
    """Every account and Region of this KMS. A Region is created when it is first asked for."""

    def accounts(self) -> Iterable[str]:
        """The accounts that have called KMS."""

    def in_account(self, account: str) -> Iterable[Region]:
        """The Regions in which an account has called KMS."""

    def find(self, account: str, name: str) -> Region:
        """One Region of one account; raises ``KeyError`` if AWS has no such Region."""


class Region:
    """The keys and aliases of one account in one Region."""

    def __init__(
        self,
        name: str,
        account: str,
        partition: str,
        *,
        clock: Clock,
        observer: Observer,
        regions: Regions,
        repeatable_ids: bool = False,
    ) -> None:
        self.name = name
        self.account = account
        self.partition = partition
        self.clock = clock
        self.keys: dict[str, Key] = {}
        self.aliases: dict[str, Alias] = {}
        self._observer = observer
        self._regions = regions
        self._seed = identifiers.new_seed(repeatable=repeatable_ids)
        self._created = {"key": 0, "mrk": 0}
        self._keys_created = 0
        self._next_due: datetime | None = None

    # Time

    def now(self) -> datetime:
        """The clock's time, to the millisecond, as AWS returns it."""
        now = self.clock.now()
        return now.replace(microsecond=now.microsecond // 1000 * 1000)

    def settle(self, now: datetime) -> None:
        """Do everything that has fallen due in this account, in order.

        No thread watches the clock: keys are deleted, expire and rotate at the next call to KMS. All Regions are
        settled together, because related multi-Region keys depend on one another.
        """
        while True:
            due = [(each._next_due, each) for each in self.in_account() if each._next_due is not None]
            when, region = min(due, key=lambda entry: entry[0], default=(None, self))
            if when is None or when > now:
                return
            region._settle_what_is_due_at(when)

    def _settle_what_is_due_at(self, when: datetime) -> None:
        for key in [key for key in self.keys.values() if key.due and key.due <= when]:
            if key.deletion_date and key.deletion_date <= when:
                self.note("DeleteKey", key, key.deletion_date)
                self.remove(key, when)
            else:
                for event in key.settle(when):
                    self._observer.happened(event, key)
        self.schedule_changed()

    def note(self, event: str, key: Key, when: datetime, **details: str) -> None:
        """Tell the observer of something that KMS did by itself."""
        self._observer.happened(Event(event, when, details), key)

    def schedule_changed(self) -> None:
        """Find out when something next falls due; to be called after a key's dates have changed."""
        self._next_due = min((key.due for key in self.keys.values() if key.due), default=None)

    def in_account(self) -> Iterable[Region]:
        """The Regions of this account, including this one."""
        return self._regions.in_account(self.account)

    def other(self, name: str) -> Region:
        """Another Region of this account; raises ``KeyError`` if AWS has no such Region."""
        return self._regions.find(self.account, name)

    # Finding keys

    def find(self, identifier: str, *, by_alias: bool = True, across_accounts: bool = False) -> Key:
        """The key that ``identifier`` names: a key id, key ARN or, ``by_alias``, alias name or alias ARN.

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

    def _home_of(self, identifier: str, across_accounts: bool) -> tuple[Region, str]:
        """The account's Region that an identifier belongs to, and the name there."""
        if not identifier.startswith("arn:"):
            return self, identifier
        parts = identifier.split(":", 5)
        if len(parts) < 6 or parts[1:3] != [self.partition, "kms"]:
            raise InvalidArnException(f"Invalid arn {identifier}")
        region, account, resource = parts[3:]
        if region != self.name:
            raise NotFoundException(f"Invalid arn {region}")
        if not resource.startswith(("key/", "alias/")):
            raise InvalidArnException(f"Invalid arn {identifier}")
        name = resource.removeprefix("key/")
        if account == self.account:
            return self, name
        if not across_accounts or account not in self._regions.accounts():
            raise errors.key_does_not_exist(identifier)
        return self._of_account(account), name

    def find_anywhere(self, key_id: str) -> Key | None:
        """The key with that id in this Region, in any account: a ciphertext names its key by id alone."""
        return next((each.keys[key_id] for each in self.of_all_accounts() if key_id in each.keys), None)

    def of_all_accounts(self) -> Iterator[Region]:
        """This Region in every account, including this one, settled."""
        return (self._of_account(account) for account in sorted(self._regions.accounts()))

    def _of_account(self, account: str) -> Region:
        region = self._regions.find(account, self.name)
        region.settle(self.now())
        return region

    def find_alias(self, name: str) -> Alias:
        """The alias of that name. An AWS managed key is created when its alias is first used."""
        alias = self.aliases.get(name)
        if alias is not None:
            return alias
        service = aws_managed.service_of(name)
        if service is None:
            raise errors.alias_is_not_found(self.arn(name))
        return self._create_aws_managed_key(name, service)

    def arn(self, resource: str) -> str:
        """The ARN of a resource of this Region, such as ``key/…`` or ``alias/…``."""
        return f"arn:{self.partition}:kms:{self.name}:{self.account}:{resource}"

    # Creating and deleting

    def create_key(
        self,
        *,
        spec: str = SYMMETRIC_DEFAULT,
        usage: str = ENCRYPT_DECRYPT,
        origin: str = AWS_KMS,
        multi_region: bool = False,
        policy: str | None = None,
        description: str = "",
        tags: dict[str, str] | None = None,
    ) -> Key:
        """A new customer managed key. The caller has checked the arguments."""
        kind = "mrk" if multi_region else "key"
        self._created[kind] += 1
        key = self._add(
            self._id_of(kind, self._created[kind]),
            spec=spec,
            usage=usage,
            origin=origin,
            policy=policy,
            description=description,
            tags=tags,
        )
        if multi_region:
            key.make_primary()
        return key

    def create_replica(
        self, primary: Key, *, policy: str | None, description: str, tags: dict[str, str]
    ) -> Key:
        """A replica in this Region of a multi-Region primary key in another Region."""
        related = primary.related
        key = self._add(
            primary.id,
            spec=primary.spec.name,
            usage=primary.usage,
            origin=primary.origin,
            policy=policy,
            description=description,
            tags=tags,
            ring=related.ring_for_replica(),
        )
        related.add(key)
        return key

    def _create_aws_managed_key(self, alias_name: str, service: str) -> Alias:
        key = self._add(
            # of its own kind, so that it does not change the ids of customer managed keys
            identifiers.key_id(self.account, self.name, f"aws/{service}", 1, seed=self._seed),
            spec=SYMMETRIC_DEFAULT,
            usage=ENCRYPT_DECRYPT,
            origin=AWS_KMS,
            policy=aws_managed.key_policy(service, self.partition, self.name, self.account),
            description=aws_managed.description(service),
            manager=AWS,
        )
        key.ring.schedule(key.creation_date, 365)
        self.schedule_changed()
        return self.add_alias(alias_name, key)

    def _add(self, key_id: str, *, policy: str | None, **properties: Any) -> Key:
        if len(self.keys) >= MOST_KEYS:
            raise LimitExceededException(f"The account has reached its limit of {MOST_KEYS} KMS keys.")
        self._keys_created += 1
        key = Key(
            id=key_id,
            partition=self.partition,
            region=self.name,
            account=self.account,
            ordinal=self._keys_created,
            created=self.now(),
            policy=policy or policy_text.default_policy(self.partition, self.account),
            **properties,
        )
        self.keys[key.id] = key
        return key

    def arn_of_next_key(self, *, multi_region: bool) -> str:
        """The ARN that the next key will have."""
        kind = "mrk" if multi_region else "key"
        return self.arn(f"key/{self._id_of(kind, self._created[kind] + 1)}")

    def _id_of(self, kind: str, ordinal: int) -> str:
        if kind == "mrk":
            return identifiers.multi_region_key_id(self.account, self.name, ordinal, seed=self._seed)
        return identifiers.key_id(self.account, self.name, kind, ordinal, seed=self._seed)

    def add_alias(self, name: str, key: Key) -> Alias:
        """Create an alias."""
        now = self.now()
        alias = self.aliases[name] = Alias(name, self.arn(name), key, now, now)
        key.aliases += (name,)
        return alias

    def point_alias(self, alias: Alias, key: Key, now: datetime) -> None:
        """Point an alias at another key."""
        alias.key.aliases = tuple(name for name in alias.key.aliases if name != alias.name)
        key.aliases += (alias.name,)
        alias.key, alias.updated = key, now

    def drop_alias(self, name: str) -> None:
        """Delete an alias, but not its key."""
        key = self.aliases.pop(name).key
        key.aliases = tuple(each for each in key.aliases if each != name)

    def remove(self, key: Key, when: datetime) -> None:
        """Delete a key with its material, grants and aliases."""
        del self.keys[key.id]
        self._observer.deleted(key, when)
        for name in key.aliases:
            self.drop_alias(name)
        if key.multi_region_key:
            primary = key.multi_region_key.remove(key, when)
            if primary is not key:
                self.other(primary.region).schedule_changed()
