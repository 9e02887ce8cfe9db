"""Choose a key, look at its fields, try to change one, and hear what KMS answers."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError


@dataclass(frozen=True)
class Change:
    """Something to do to a key: the ``operation`` that does it, and its parameters.

    Without an operation it is a wish: KMS has none that sets ``member``.
    """

    wish: str
    operation: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    member: str = ""


@dataclass(frozen=True)
class Reply:
    """What KMS answered. ``error`` is its code, empty if it agreed; ``was`` has the fields that changed, as they were."""

    call: str
    error: str = ""
    says: str = ""
    was: Mapping[str, Any] = field(default_factory=dict)


CHANGES = (
    Change("another description", "UpdateKeyDescription", {"Description": "Ana's orders"}),
    Change("a tag", "TagResource", {"Tags": [{"TagKey": "team", "TagValue": "shop"}]}),
    Change("another key policy", "PutKeyPolicy"),
    Change("move another key's alias here", "UpdateAlias"),
    Change("rotation every year", "EnableKeyRotation", {"RotationPeriodInDays": 365}),
    Change("new key material now", "RotateKeyOnDemand"),
    Change("switch it off", "DisableKey"),
    Change("switch it on", "EnableKey"),
    Change("delete it in seven days", "ScheduleKeyDeletion", {"PendingWindowInDays": 7}),
    Change("cancel the deletion", "CancelKeyDeletion"),
    Change("another key spec", member="KeySpec"),
    Change("another key usage", member="KeyUsage"),
    Change("another origin", member="Origin"),
    Change("multi-Region, or not", member="MultiRegion"),
)


@dataclass
class KeyExplorerModel:
    """Keys by the names that the learner chooses from (``keys``: name to key id or key ARN), and ``alias``, to be moved.

    ``key`` is the name of the chosen key, ``change`` the wish of the chosen change.
    """

    kms: Any
    keys: Mapping[str, str]
    alias: str
    key: str = ""
    change: str = CHANGES[0].wish

    def __post_init__(self) -> None:
        if not self.keys:
            raise ValueError("Give at least one key: a name for it, and its key id.")
        self.key = self.key or next(iter(self.keys))

    @property
    def key_id(self) -> str:
        """The id of the chosen key; ``ValueError`` for a name that is none's."""
        if self.key not in self.keys:
            raise ValueError(f"There is no key {self.key!r}; use one of {', '.join(self.keys)}.")
        return self.keys[self.key]

    def metadata(self) -> dict[str, Any]:
        """DescribeKey's answer on the chosen key."""
        return self.kms.describe_key(KeyId=self.key_id)["KeyMetadata"]

    def settings(self) -> dict[str, Any]:
        """What other calls than DescribeKey tell about it, or the code of their refusal."""
        readers: dict[str, Callable[[], Any]] = {
            "Aliases": self._aliases,
            "Tags": self._tags,
            "Key policy": self._policy,
            "Automatic rotation": self._rotation,
        }
        return {name: _answer(read) for name, read in readers.items()}

    def press(self) -> Reply:
        """Try the chosen change on the chosen key."""
        change = next((each for each in CHANGES if each.wish == self.change), None)
        if change is None:
            raise ValueError(f"There is no change {self.change!r}.")
        if not change.operation:
            return self._wish(change)
        call = change.operation
        try:
            before = {**self.metadata(), **self.settings()}
            parameters = self._parameters(change)
            call = f"{change.operation}({', '.join(parameters)})"
            getattr(self.kms, _python_name(change.operation))(**parameters)
            after = {**self.metadata(), **self.settings()}
        except ClientError as error:
            return Reply(call, error.response["Error"]["Code"], error.response["Error"]["Message"])
        return Reply(call, was=_differences(before, after))

    def _wish(self, change: Change) -> Reply:
        """Look through the requests of all operations for one that sets the member."""
        model = self.kms.meta.service_model
        shape = model.operation_model("CreateKey").input_shape.members[change.member]
        takers = [
            name
            for name in model.operation_names
            if (request := model.operation_model(name).input_shape) is not None
            and change.member in request.members
            and request.members[change.member].name == shape.name
        ]
        says = (
            f"Of KMS's {len(model.operation_names)} operations, only {' and '.join(takers)} takes "
            f"{change.member}: you choose it when you create the key."
        )
        return Reply("", "no such call", says)

    def _parameters(self, change: Change) -> dict[str, Any]:
        if change.operation == "UpdateAlias":
            return {"AliasName": self.alias, "TargetKeyId": self.key_id}
        if change.operation == "PutKeyPolicy":
            document = json.loads(self.kms.get_key_policy(KeyId=self.key_id)["Policy"])
            return {"KeyId": self.key_id, "Policy": json.dumps({**document, "Id": "a-policy-of-mine"})}
        return {"KeyId": self.key_id, **change.parameters}

    def _aliases(self) -> str:
        found = self.kms.list_aliases(KeyId=self.key_id)["Aliases"]
        return ", ".join(alias["AliasName"] for alias in found) or "none"

    def _tags(self) -> str:
        found = self.kms.list_resource_tags(KeyId=self.key_id)["Tags"]
        return ", ".join(f"{tag['TagKey']} = {tag['TagValue']}" for tag in found) or "none"

    def _policy(self) -> str:
        document = json.loads(self.kms.get_key_policy(KeyId=self.key_id)["Policy"])
        count = len(document["Statement"])
        return f"{document.get('Id', 'without an id')}, {count} statement{'s' if count > 1 else ''}"

    def _rotation(self) -> str:
        status = self.kms.get_key_rotation_status(KeyId=self.key_id)
        days = status.get("RotationPeriodInDays")
        return f"every {days} days" if status["KeyRotationEnabled"] else "off"


def _differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that are not the same, as they were; what a side has not got is a dash."""
    names = dict.fromkeys((*before, *after))
    return {name: before.get(name, "–") for name in names if before.get(name, "–") != after.get(name, "–")}


def _answer(read: Callable[[], str]) -> str:
    try:
        return read()
    except ClientError as error:
        return error.response["Error"]["Code"]


def _python_name(operation: str) -> str:
    """``DisableKey`` as boto3 names it: ``disable_key``."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in operation).lstrip("_")
