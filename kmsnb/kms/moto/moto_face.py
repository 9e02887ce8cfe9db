"""What the rest of moto expects of its KMS, and asks for by method, not by request.

EC2, DynamoDB, RDS and SES look keys up; CloudFormation makes, changes and deletes them; the Resource Groups
Tagging API reads and writes their tags. They get the same keys, by the same rules, as everyone else. The
signatures are moto's.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.core.resource_tagging import TaggedResource
from moto.kms.models import kms_backends

from ..api import handler as dispatch
from ..core import aws_managed
from ..core.alias import Alias
from ..core.errors import KmsError, NotFoundException
from ..core.key import CUSTOMER, Key
from ..core.state import KeyState


class _StackResource:
    """What moto's CloudFormation asks of every resource."""

    def is_created(self) -> bool:
        return True


class MotoKey(_StackResource, Key):
    """A key that moto's CloudFormation can handle as a resource of a stack."""

    @property
    def physical_resource_id(self) -> str:
        return self.id

    @property
    def enabled(self) -> bool:
        return self.state is KeyState.ENABLED

    @enabled.setter
    def enabled(self, wanted: bool) -> None:
        if wanted is not self.enabled:
            _backend_of(self).call("EnableKey" if wanted else "DisableKey", KeyId=self.id)

    @property
    def key_rotation_status(self) -> bool:
        return self.ring.next_rotation is not None

    @key_rotation_status.setter
    def key_rotation_status(self, wanted: bool) -> None:
        if wanted is not self.key_rotation_status:
            _backend_of(self).call("EnableKeyRotation" if wanted else "DisableKeyRotation", KeyId=self.id)

    def get_cfn_attribute(self, attribute_name: str) -> str:
        # here, as in moto: the package brings every service of moto with it
        from moto.cloudformation.exceptions import UnformattedGetAttTemplateException

        attributes = {"Arn": self.arn, "KeyId": self.id}
        if attribute_name not in attributes:
            raise UnformattedGetAttTemplateException()
        return attributes[attribute_name]

    def delete(self, account_id: str, region_name: str) -> None:
        """What deleting a stack does to its keys: it schedules their deletion."""
        if self.state not in (KeyState.PENDING_DELETION, KeyState.PENDING_REPLICA_DELETION):
            _backend_of(self).call("ScheduleKeyDeletion", KeyId=self.id)


class MotoAlias(_StackResource, Alias):
    """An alias that moto's CloudFormation can handle as a resource of a stack."""

    @property
    def physical_resource_id(self) -> str:
        return self.name

    def delete(self, account_id: str, region_name: str) -> None:
        kms_backends[account_id][region_name].delete_alias(self.name)


def _backend_of(key: Key) -> MotoFace:
    return kms_backends[key.account_id][key.region]


class MotoFace:
    """moto's methods of the backend, for moto's other services."""

    def call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        """Call an operation from inside moto. Refusals are errors that moto answers with in its turn."""
        present = {name: value for name, value in parameters.items() if value is not None}
        try:
            return dispatch.answer(operation, json.dumps(present, default=_as_base64).encode(), self)
        except KmsError as error:
            raise JsonRESTError(error.code, error.message) from None

    # Keys

    def create_key(
        self,
        policy: str | dict[str, Any] | None,
        key_usage: str,
        key_spec: str,
        description: str,
        tags: list[dict[str, str]] | None,
        multi_region: bool = False,
        origin: str = "AWS_KMS",
    ) -> Key:
        """moto's other services leave the policy empty; its CloudFormation gives it, and tags, as templates have them."""
        answer = self.call(
            "CreateKey",
            Policy=json.dumps(policy) if isinstance(policy, dict) else policy or None,
            KeyUsage=key_usage,
            KeySpec=key_spec,
            Description=description,
            Tags=[
                {
                    "TagKey": tag.get("Key", tag.get("TagKey")),
                    "TagValue": tag.get("Value", tag.get("TagValue")),
                }
                for tag in tags or []
            ],
            MultiRegion=multi_region,
            Origin=origin,
        )
        return self.keys[answer["KeyMetadata"]["KeyId"]]

    def describe_key(self, key_id: str) -> Key:
        """The key by any of its names; KeyError if there is none, which is what moto's services expect."""
        self.settle(self.now())
        try:
            return self.find(key_id, across_accounts=True)
        except KmsError:
            raise KeyError(key_id) from None

    def any_id_to_key_id(self, key_id: str) -> str:
        return self.describe_key(key_id).id

    def list_keys(self) -> Iterable[Key]:
        self.settle(self.now())
        return self.keys.values()

    def delete_key(self, key_id: str) -> None:
        """Delete without waiting."""
        if key_id in self.keys:
            self.remove(self.keys[key_id], self.now())

    # Aliases

    def alias_exists(self, alias_name: str) -> bool:
        """Whether there is such an alias. The aliases of AWS managed keys always are: the key comes when it is used."""
        return alias_name in self.aliases or aws_managed.service_of(alias_name) is not None

    def create_alias(self, target_key_id: str, alias_name: str) -> Alias:
        self.call("CreateAlias", AliasName=alias_name, TargetKeyId=target_key_id)
        return self.aliases[alias_name]

    def update_alias(self, target_key_id: str, alias_name: str) -> Alias:
        self.call("UpdateAlias", AliasName=alias_name, TargetKeyId=target_key_id)
        return self.aliases[alias_name]

    def delete_alias(self, alias_name: str) -> None:
        if alias_name in self.aliases:
            self.call("DeleteAlias", AliasName=alias_name)

    def list_aliases(self, key_id: str | None = None) -> Iterable[Alias]:
        return [alias for alias in self.aliases.values() if key_id in (None, alias.key.id)]

    def get_key_id_from_alias(self, alias_name: str) -> str | None:
        try:
            return self.find_alias(alias_name).key.id
        except NotFoundException:
            return None

    # Cryptography

    def encrypt(self, key_id: str, plaintext: bytes, encryption_context: dict[str, str]) -> tuple[bytes, str]:
        answer = self.call("Encrypt", KeyId=key_id, Plaintext=plaintext, EncryptionContext=encryption_context)
        return answer["CiphertextBlob"], answer["KeyId"]

    def decrypt(
        self, ciphertext_blob: bytes, encryption_context: dict[str, str], key_id: str | None = None
    ) -> tuple[bytes, str]:
        answer = self.call(
            "Decrypt", KeyId=key_id, CiphertextBlob=ciphertext_blob, EncryptionContext=encryption_context
        )
        return answer["Plaintext"], answer["KeyId"]

    def generate_data_key(
        self,
        key_id: str,
        encryption_context: dict[str, str],
        number_of_bytes: int | None,
        key_spec: str | None,
    ) -> tuple[bytes, bytes, str]:
        answer = self.call(
            "GenerateDataKey",
            KeyId=key_id,
            EncryptionContext=encryption_context,
            NumberOfBytes=number_of_bytes,
            KeySpec=key_spec,
        )
        return answer["Plaintext"], answer["CiphertextBlob"], answer["KeyId"]

    # Tags

    def iter_tagged_resources(self) -> Iterator[TaggedResource]:
        for key in self.list_keys():
            if key.manager == CUSTOMER:
                yield TaggedResource(arn=key.arn, tags=dict(key.tags), resource_type="kms:key")

    def tag_resource(self, arn: str, tags: dict[str, str]) -> None:
        listed = [{"TagKey": name, "TagValue": value} for name, value in tags.items()]
        self.call("TagResource", KeyId=arn, Tags=listed)

    def untag_resource(self, arn: str, tag_keys: list[str]) -> None:
        self.call("UntagResource", KeyId=arn, TagKeys=tag_keys)


def _as_base64(value: Any) -> str:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    raise TypeError(f"{type(value).__name__} is no parameter of KMS")
