"""``AWS::KMS::Key``, ``AWS::KMS::ReplicaKey`` and ``AWS::KMS::Alias``.

AWS CloudFormation Template Reference Guide, the pages of these names, for the properties, their limits, and what a change
of each does. The calls and their order are those of AWS's resource provider,
https://github.com/aws-cloudformation/aws-cloudformation-resource-providers-kms.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, ClassVar

from ...api.operations.lifecycle import LONGEST_WINDOW, SHORTEST_WINDOW
from ...authorization.policy_text import default_policy
from ...core.errors import KmsError, KMSInvalidStateException, NotFoundException
from ...core.key import AWS_KMS, EXTERNAL
from ...core.specs import ENCRYPT_DECRYPT, SYMMETRIC_DEFAULT
from ...core.state import DYING
from ..models import backend_of
from .properties import boolean, days, policy, tags, text
from .resource import Properties, Resource

#: A call of KMS on a resource: the operation and its parameters, without the key.
Step = tuple[str, dict[str, Any]] | None


class StackAlias(Resource):
    """``AWS::KMS::Alias``. ``Ref`` returns the alias name. A new name replaces the alias; a new target moves it."""

    cf_resource_type = "AWS::KMS::Alias"
    _properties: ClassVar = {"AliasName": text, "TargetKeyId": text}
    _required = ("AliasName", "TargetKeyId")
    _replacing = ("AliasName",)

    def _create(self) -> None:
        self._call("CreateAlias", **self._wanted)
        self.physical_resource_id = self._wanted["AliasName"]
        self._to_undo(self._undo_creation)

    def _change(self, before: Properties) -> None:
        if self._wanted != before:
            self._call("UpdateAlias", **self._wanted)
            self._to_undo(partial(self._call, "UpdateAlias", **before))

    def _delete(self) -> None:
        try:
            self._ask("DeleteAlias", AliasName=self.physical_resource_id)
        except NotFoundException:
            pass  # it is gone already
        except KmsError as error:
            self._refuse(error.message, error.code)


class StackKey(Resource):
    """``AWS::KMS::Key``. ``Ref`` returns the key id. No change replaces a key: those that would need to are refused."""

    cf_resource_type = "AWS::KMS::Key"
    _properties: ClassVar = {
        "BypassPolicyLockoutSafetyCheck": boolean,
        "Description": text,
        "EnableKeyRotation": boolean,
        "Enabled": boolean,
        "KeyPolicy": policy,
        "KeySpec": text,
        "KeyUsage": text,
        "MultiRegion": boolean,
        "Origin": text,
        "PendingWindowInDays": days(SHORTEST_WINDOW, LONGEST_WINDOW),
        "RotationPeriodInDays": days(90, 2560),
        "Tags": tags,
    }
    _fixed: ClassVar[tuple[str, ...]] = ("KeySpec", "KeyUsage", "Origin", "MultiRegion")

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        """Whether ``Fn::GetAtt`` can read this attribute."""
        return attr in ("Arn", "KeyId")

    def _with_defaults(self, given: Properties) -> Properties:
        self._has_policy = "KeyPolicy" in given
        partition = backend_of(self._account, self._region).partition
        wanted = {
            "Description": "",
            "EnableKeyRotation": False,
            "Enabled": True,
            "KeyPolicy": default_policy(partition, self._account),
            "KeySpec": SYMMETRIC_DEFAULT,
            "KeyUsage": ENCRYPT_DECRYPT,
            "MultiRegion": False,
            "Origin": AWS_KMS,
            **given,
        }
        return wanted | {"Tags": {**self.stack_tags, **wanted.get("Tags", {})}}

    def _create(self) -> None:
        self._check_rotation()
        self._created(self._call("CreateKey", **self._new_key())["KeyMetadata"])
        self._do(_rotation({"EnableKeyRotation": False}, self._wanted))
        self._do(_disable({"Enabled": True}, self._wanted))

    def _new_key(self) -> dict[str, Any]:
        wanted = self._wanted
        return {
            **{name: wanted[name] for name in ("Description", *self._fixed)},
            "Policy": wanted["KeyPolicy"] if self._has_policy else None,
            "Tags": _as_list(wanted["Tags"]),
            "BypassPolicyLockoutSafetyCheck": wanted.get("BypassPolicyLockoutSafetyCheck"),
        }

    def _created(self, metadata: Mapping[str, Any]) -> None:
        self.physical_resource_id = metadata["KeyId"]
        self._attributes = {"Arn": metadata["Arn"], "KeyId": metadata["KeyId"]}
        self._to_undo(self._undo_creation)

    def _change(self, before: Properties) -> None:
        state = self._call("DescribeKey", KeyId=self.physical_resource_id)["KeyMetadata"]["KeyState"]
        if state in {dying.value for dying in DYING}:
            self._refuse(
                f"Resource of type '{self.cf_resource_type}' with identifier '{self.physical_resource_id}' was not found.",
                "NotFoundException",
            )
        self._check_rotation()
        rotation_changes = before["EnableKeyRotation"] != self._wanted["EnableKeyRotation"]
        if rotation_changes and not (before["Enabled"] or self._wanted["Enabled"]):
            self._refuse(
                "You cannot change the EnableKeyRotation property while the Enabled property is false."
            )
        if any(before[name] != self._wanted[name] for name in self._fixed):
            self._refuse(
                "You cannot change the values of the KeySpec, KeyUsage, Origin, or MultiRegion properties of an "
                "AWS::KMS::Key resource."
            )
        for forward, back in _STEPS:
            step = forward(before, self._wanted)
            self._do(step)
            if step is not None:
                for each in reversed(back):
                    self._to_undo(partial(self._do, each(self._wanted, before)))

    def _delete(self) -> None:
        window = self._wanted.get("PendingWindowInDays", LONGEST_WINDOW)
        try:
            self._ask("ScheduleKeyDeletion", KeyId=self.physical_resource_id, PendingWindowInDays=window)
        except (KMSInvalidStateException, NotFoundException):
            pass  # its deletion is scheduled, or it is gone already
        except KmsError as error:
            self._refuse(error.message, error.code)

    def _do(self, step: Step) -> None:
        if step is not None:
            operation, parameters = step
            self._call(operation, KeyId=self.physical_resource_id, **parameters)

    def _check_rotation(self) -> None:
        wanted = self._wanted
        rotates_itself = wanted["KeySpec"] == SYMMETRIC_DEFAULT and wanted["Origin"] != EXTERNAL
        if wanted["EnableKeyRotation"] and not rotates_itself:
            self._refuse(
                "You cannot set the EnableKeyRotation property to true on asymmetric or external keys."
            )


class StackReplicaKey(StackKey):
    """``AWS::KMS::ReplicaKey``, in the Region of its stack. Another primary key replaces the replica."""

    cf_resource_type = "AWS::KMS::ReplicaKey"
    _properties: ClassVar = {
        name: StackKey._properties[name]
        for name in ("Description", "Enabled", "KeyPolicy", "PendingWindowInDays", "Tags")
    } | {"PrimaryKeyArn": text}
    _required = ("KeyPolicy", "PrimaryKeyArn")
    _replacing = ("PrimaryKeyArn",)

    def _create(self) -> None:
        wanted, primary = self._wanted, self._wanted["PrimaryKeyArn"]
        try:
            home = primary.split(":")[3]
            backend_of(self._account, home)
        except (IndexError, KeyError):
            self._refuse(f"{primary} is not the ARN of a multi-Region primary key.")
        replicated = self._call(
            "ReplicateKey",
            home,
            KeyId=primary,
            ReplicaRegion=self._region,
            Policy=wanted["KeyPolicy"],
            Description=wanted["Description"],
            Tags=_as_list(wanted["Tags"]),
        )
        self._created(replicated["ReplicaKeyMetadata"])
        self._do(_disable({"Enabled": True}, wanted))


def _as_list(wanted: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"TagKey": key, "TagValue": value} for key, value in wanted.items()]


# The steps of an update, from the properties before to those wanted


def _enable(before: Properties, wanted: Properties) -> Step:
    return ("EnableKey", {}) if wanted["Enabled"] and not before["Enabled"] else None


def _disable(before: Properties, wanted: Properties) -> Step:
    return ("DisableKey", {}) if before["Enabled"] and not wanted["Enabled"] else None


def _rotation(before: Properties, wanted: Properties) -> Step:
    period = wanted.get("RotationPeriodInDays")
    if wanted["EnableKeyRotation"]:
        if before["EnableKeyRotation"] and before.get("RotationPeriodInDays") == period:
            return None
        return "EnableKeyRotation", {"RotationPeriodInDays": period}
    return ("DisableKeyRotation", {}) if before["EnableKeyRotation"] else None


def _description(before: Properties, wanted: Properties) -> Step:
    same = before["Description"] == wanted["Description"]
    return None if same else ("UpdateKeyDescription", {"Description": wanted["Description"]})


def _policy(before: Properties, wanted: Properties) -> Step:
    if before["KeyPolicy"] == wanted["KeyPolicy"]:
        return None
    bypass = wanted.get("BypassPolicyLockoutSafetyCheck")
    return "PutKeyPolicy", {"Policy": wanted["KeyPolicy"], "BypassPolicyLockoutSafetyCheck": bypass}


def _untag(before: Properties, wanted: Properties) -> Step:
    removed = [key for key in before["Tags"] if key not in wanted["Tags"]]
    return ("UntagResource", {"TagKeys": removed}) if removed else None


def _tag(before: Properties, wanted: Properties) -> Step:
    added = {key: value for key, value in wanted["Tags"].items() if before["Tags"].get(key) != value}
    return ("TagResource", {"Tags": _as_list(added)}) if added else None


#: Each step, with those that undo it.
_STEPS: tuple[tuple[Callable[..., Step], tuple[Callable[..., Step], ...]], ...] = (
    (_enable, (_disable,)),
    (_rotation, (_rotation,)),
    (_disable, (_enable,)),
    (_description, (_description,)),
    (_policy, (_policy,)),
    (_untag, (_tag,)),
    (_tag, (_untag, _tag)),
)

#: The resource types of KMS.
TYPES: dict[str, type[Resource]] = {
    each.cf_resource_type: each for each in (StackAlias, StackKey, StackReplicaKey)
}
