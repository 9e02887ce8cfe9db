"""The backend: joins this KMS to moto, and answers the methods that moto's other services call.

EC2, DynamoDB, RDS and SES look keys up; the Resource Groups Tagging API reads and writes their tags. They get the same
keys, by the same rules, as everyone else. The signatures are moto's. For CloudFormation see ``cloudformation``.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator
from typing import Any, ClassVar

from moto.core.base_backend import BaseBackend
from moto.core.exceptions import JsonRESTError
from moto.core.resource_tagging import TaggedResource
from moto.kms import models as moto
from moto.kms.models import kms_backends

from ..api.endpoint import Endpoint, Settings
from ..api.handler import handle
from ..core import aws_managed
from ..core.errors import KmsError, NotFoundException
from ..core.key import CUSTOMER
from ..core.region import Region
from . import callers


class _Regions:
    """The accounts and Regions of this KMS: those that moto has backends for."""

    def accounts(self) -> Iterable[str]:
        return kms_backends

    def in_account(self, account: str) -> Iterable[Region]:
        backends: Any = kms_backends[account]
        return [backend.endpoint.region for backend in list(backends.values())]

    def find(self, account: str, name: str) -> Region:
        return backend_of(account, name).endpoint.region


REGIONS = _Regions()


def backend_of(account: str, region: str) -> KmsBackend:
    """The backend of an account in a Region, created if need be; raises ``KeyError`` for an unknown Region."""
    backend: Any = kms_backends[account][region]
    return backend


class KmsBackend(moto.KmsBackend):
    """KMS in one Region of one account, as moto finds it."""

    #: The settings of every backend that is created from now on.
    settings: ClassVar[Settings] = Settings()

    def __init__(self, region_name: str, account_id: str) -> None:
        BaseBackend.__init__(self, region_name, account_id)  # without the data of moto's own KMS
        settings = KmsBackend.settings
        region = Region(
            region_name,
            account_id,
            self.partition,
            clock=settings.clock,
            observer=settings.recorder,
            regions=REGIONS,
            repeatable_ids=settings.repeatable_ids,
        )
        self.endpoint = Endpoint(region, settings, callers)

    def call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        """Call an operation from inside moto. Errors of KMS become errors that moto's services respond with."""
        present = {name: value for name, value in parameters.items() if value is not None}
        try:
            return handle(operation, present, self.endpoint)
        except KmsError as error:
            raise JsonRESTError(error.code, error.message) from None

    @property
    def _region(self) -> Region:
        """The Region, with everything done that has fallen due."""
        region = self.endpoint.region
        region.settle(region.now())
        return region

    # Keys

    def create_key(
        self,
        policy: Any,
        key_usage: str,
        key_spec: str,
        description: str,
        tags: list[dict[str, str]] | None,
        multi_region: bool = False,
        origin: str = "AWS_KMS",
    ) -> Any:
        """Create a key. moto's other services leave the policy empty."""
        response = self.call(
            "CreateKey",
            Policy=policy or None,
            KeyUsage=key_usage,
            KeySpec=key_spec,
            Description=description,
            Tags=tags or [],
            MultiRegion=multi_region,
            Origin=origin,
        )
        return self._region.keys[response["KeyMetadata"]["KeyId"]]

    def describe_key(self, key_id: str) -> Any:
        """The key with any of its names; raises KeyError if there is none, as moto's services expect."""
        try:
            return self._region.find(key_id, across_accounts=True)
        except KmsError:
            raise KeyError(key_id) from None

    def any_id_to_key_id(self, key_id: str) -> str:
        """The id of a key from any of its names."""
        found: str = self.describe_key(key_id).id
        return found

    def list_keys(self) -> Iterable[Any]:
        """All keys of the Region."""
        return self._region.keys.values()

    # Aliases

    def alias_exists(self, alias_name: str) -> bool:
        """Whether an alias exists. Those of AWS managed keys always do; the key is created when it is used."""
        return alias_name in self._region.aliases or aws_managed.service_of(alias_name) is not None

    def create_alias(self, target_key_id: str, alias_name: str) -> Any:
        """Create an alias."""
        self.call("CreateAlias", AliasName=alias_name, TargetKeyId=target_key_id)
        return self._region.aliases[alias_name]

    def list_aliases(self, key_id: str | None = None) -> Iterable[Any]:
        """All aliases, or those of a key."""
        return [alias for alias in self._region.aliases.values() if key_id in (None, alias.key.id)]

    def get_key_id_from_alias(self, alias_name: str) -> str | None:
        """The id of the key that an alias names; None if there is no such alias."""
        try:
            return self._region.find_alias(alias_name).key.id
        except NotFoundException:
            return None

    # Cryptography

    def encrypt(self, key_id: str, plaintext: bytes, encryption_context: dict[str, str]) -> tuple[bytes, str]:
        """Ciphertext and key ARN."""
        response = self.call(
            "Encrypt", KeyId=key_id, Plaintext=plaintext, EncryptionContext=encryption_context
        )
        return response["CiphertextBlob"], response["KeyId"]

    def decrypt(
        self, ciphertext_blob: bytes, encryption_context: dict[str, str], key_id: str | None = None
    ) -> tuple[bytes, str]:
        """Plaintext and key ARN."""
        response = self.call(
            "Decrypt", KeyId=key_id, CiphertextBlob=ciphertext_blob, EncryptionContext=encryption_context
        )
        return response["Plaintext"], response["KeyId"]

    def generate_data_key(
        self,
        key_id: str,
        encryption_context: dict[str, str],
        number_of_bytes: int | None,
        key_spec: str | None,
    ) -> tuple[bytes, bytes, str]:
        """Plaintext, ciphertext and key ARN."""
        response = self.call(
            "GenerateDataKey",
            KeyId=key_id,
            EncryptionContext=encryption_context,
            NumberOfBytes=number_of_bytes,
            KeySpec=key_spec,
        )
        return response["Plaintext"], response["CiphertextBlob"], response["KeyId"]

    # Tags

    def iter_tagged_resources(self) -> Iterator[TaggedResource]:
        """The tags of all customer managed keys."""
        for key in self.list_keys():
            if key.manager == CUSTOMER:
                yield TaggedResource(arn=key.arn, tags=dict(key.tags), resource_type="kms:key")

    def tag_resource(self, arn: str, tags: dict[str, str]) -> None:
        """Add tags to a key."""
        listed = [{"TagKey": name, "TagValue": value} for name, value in tags.items()]
        self.call("TagResource", KeyId=arn, Tags=listed)

    def untag_resource(self, arn: str, tag_keys: list[str]) -> None:
        """Remove tags from a key."""
        self.call("UntagResource", KeyId=arn, TagKeys=tag_keys)


def _refusal(name: str) -> Callable[..., Any]:
    def refuse(self: KmsBackend, *arguments: Any, **named: Any) -> Any:
        raise NotImplementedError(
            f"kmsnb's KMS does not have moto's method {name}(). Call the KMS API through boto3 instead."
        )

    refuse.__name__ = name
    return refuse


# moto's other methods work on data that this KMS does not have
for _name, _ in inspect.getmembers(moto.KmsBackend, inspect.isfunction):
    if _name in vars(moto.KmsBackend) and _name not in vars(KmsBackend):
        setattr(KmsBackend, _name, _refusal(_name))
