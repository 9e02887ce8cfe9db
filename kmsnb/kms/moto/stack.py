"""Keys and aliases as resources of a CloudFormation stack. The names are moto's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..core.key import Key
from ..core.state import DYING, KeyState


class StackKey:
    """A key that a stack created. ``call`` calls an operation of KMS."""

    def __init__(self, key: Key, call: Callable[..., Any]) -> None:
        self.id = self.physical_resource_id = key.id
        self.arn = key.arn
        self._key = key
        self._call = call

    def is_created(self) -> bool:
        """Whether the resource exists."""
        return True

    @property
    def enabled(self) -> bool:
        """Whether the key is enabled."""
        return self._key.state is KeyState.ENABLED

    @enabled.setter
    def enabled(self, wanted: bool) -> None:
        if wanted is not self.enabled:
            self._call("EnableKey" if wanted else "DisableKey", KeyId=self.id)

    @property
    def key_rotation_status(self) -> bool:
        """Whether automatic rotation is on."""
        return self._key.ring.next_rotation is not None

    @key_rotation_status.setter
    def key_rotation_status(self, wanted: bool) -> None:
        if wanted is not self.key_rotation_status:
            self._call("EnableKeyRotation" if wanted else "DisableKeyRotation", KeyId=self.id)

    def get_cfn_attribute(self, attribute_name: str) -> str:
        """What ``Fn::GetAtt`` returns."""
        # here, as in moto: the package loads every service of moto
        from moto.cloudformation.exceptions import UnformattedGetAttTemplateException

        attributes = {"Arn": self.arn, "KeyId": self.id}
        if attribute_name not in attributes:
            raise UnformattedGetAttTemplateException()
        return attributes[attribute_name]

    def delete(self, account_id: str, region_name: str) -> None:
        """Schedule the key's deletion, as deleting a stack does."""
        if self._key.state not in DYING:
            self._call("ScheduleKeyDeletion", KeyId=self.id)


class StackAlias:
    """An alias that a stack created. ``delete_alias`` deletes the alias of a name."""

    def __init__(self, name: str, delete_alias: Callable[[str], None]) -> None:
        self.name = self.physical_resource_id = name
        self._delete_alias = delete_alias

    def is_created(self) -> bool:
        """Whether the resource exists."""
        return True

    def delete(self, account_id: str, region_name: str) -> None:
        """Delete the alias."""
        self._delete_alias(self.name)
