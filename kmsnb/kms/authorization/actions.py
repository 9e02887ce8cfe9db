"""Which permission each operation of KMS needs, on what, and which condition keys come with it.

AWS KMS Developer Guide, "AWS KMS permissions", and the "Required permissions" and "Cross-account use" of each
operation in the API Reference; Service Authorization Reference, "Actions, resources, and condition keys for
AWS Key Management Service".
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class On(StrEnum):
    """What an action is authorized on."""

    KEY = "key"
    ALIAS = "alias"
    ACCOUNT = "account"  # no resource: the account and Region at large


@dataclass(frozen=True)
class Action:
    """One action that a policy can name, without its ``kms:``.

    ``writes`` is False for actions that only read. ``cross_account``: the key can belong to another account.
    ``grantable``: a grant can permit it. ``names_alias``: the request can name the key by an alias, which sets
    ``kms:RequestAlias``. ``has_context``: it has an encryption context.
    """

    name: str
    on: On = On.KEY
    writes: bool = True
    cross_account: bool = False
    grantable: bool = False
    names_alias: bool = False
    has_context: bool = False


def _use(*names: str, has_context: bool = False) -> list[Action]:
    """Cryptographic operations: grantable, and possible with another account's key."""
    return [
        Action(name, cross_account=True, grantable=True, names_alias=True, has_context=has_context)
        for name in names
    ]


def _read(
    *names: str, cross_account: bool = False, grantable: bool = False, names_alias: bool = False
) -> list[Action]:
    return [
        Action(name, writes=False, cross_account=cross_account, grantable=grantable, names_alias=names_alias)
        for name in names
    ]


def _on_account(*names: str, writes: bool = True) -> list[Action]:
    return [Action(name, On.ACCOUNT, writes) for name in names]


_ALL = [
    *_use("Encrypt", "Decrypt", "ReEncryptFrom", "ReEncryptTo", has_context=True),
    *_use("GenerateDataKey", "GenerateDataKeyWithoutPlaintext", has_context=True),
    *_use("GenerateDataKeyPair", "GenerateDataKeyPairWithoutPlaintext", has_context=True),
    *_use("Sign", "Verify", "GenerateMac", "VerifyMac", "DeriveSharedSecret", "Encapsulate", "Decapsulate"),
    *_read("DescribeKey", "GetPublicKey", cross_account=True, grantable=True, names_alias=True),
    *_read("GetKeyRotationStatus", "ListGrants", cross_account=True),
    *_read("GetKeyLastUsage", "GetKeyPolicy", "GetParametersForImport"),
    *_read("ListKeyPolicies", "ListKeyRotations", "ListResourceTags"),
    Action("CreateGrant", cross_account=True, grantable=True),
    Action("RetireGrant", cross_account=True, grantable=True),
    Action("RevokeGrant", cross_account=True),
    *map(Action, ("CancelKeyDeletion", "ScheduleKeyDeletion", "DisableKey", "EnableKey")),
    *map(Action, ("CreateAlias", "DeleteAlias", "UpdateAlias")),
    *map(Action, ("ImportKeyMaterial", "DeleteImportedKeyMaterial")),
    *map(Action, ("DisableKeyRotation", "EnableKeyRotation", "RotateKeyOnDemand")),
    *map(Action, ("PutKeyPolicy", "UpdateKeyDescription", "TagResource", "UntagResource")),
    *map(Action, ("ReplicateKey", "SynchronizeMultiRegionKey", "UpdatePrimaryRegion")),
    *_on_account("CreateKey", "GenerateRandom"),
    *_on_account("ListAliases", "ListKeys", "ListRetirableGrants", "DescribeCustomKeyStores", writes=False),
    *_on_account("CreateCustomKeyStore", "UpdateCustomKeyStore", "DeleteCustomKeyStore"),
    *_on_account("ConnectCustomKeyStore", "DisconnectCustomKeyStore"),
]

#: Every action, by its name without ``kms:``.
ACTIONS: dict[str, Action] = {action.name: action for action in _ALL}

#: Actions whose requests carry neither ``kms:CallerAccount`` nor ``kms:ViaService``.
WITHOUT_CALLER = frozenset({"GenerateRandom", "ListAliases", "ListKeys", "ListRetirableGrants"})

#: What a grant may permit (API Reference, "GrantOperation").
GRANTABLE = frozenset(action.name for action in _ALL if action.grantable)


@dataclass(frozen=True)
class Need:
    """A permission that an operation needs. ``of`` is the member of the request that names the key, or a name for it."""

    action: str
    on: On
    of: str = ""


def needs(operation: str, *, tags: bool = False) -> tuple[Need, ...]:
    """All permissions that ``operation`` needs. ``tags`` says whether the request tags a new key.

    Raises ``KeyError`` for an unknown operation.
    """
    if operation in _SEVERAL:
        several = _SEVERAL[operation]
        return several + (_TAGS if tags and operation in ("CreateKey", "ReplicateKey") else ())
    action = ACTIONS[operation]
    return (Need(operation, action.on, "KeyId" if action.on is On.KEY else ""),)


_TAGS = (Need("TagResource", On.ACCOUNT),)

_SEVERAL = {
    "CreateKey": (Need("CreateKey", On.ACCOUNT),),
    "ReEncrypt": (
        Need("ReEncryptFrom", On.KEY, "SourceKeyId"),
        Need("ReEncryptTo", On.KEY, "DestinationKeyId"),
    ),
    "ReplicateKey": (Need("ReplicateKey", On.KEY, "KeyId"), Need("CreateKey", On.ACCOUNT)),
    "CreateAlias": (Need("CreateAlias", On.ALIAS), Need("CreateAlias", On.KEY, "TargetKeyId")),
    "DeleteAlias": (Need("DeleteAlias", On.ALIAS), Need("DeleteAlias", On.KEY, "CurrentKeyId")),
    "UpdateAlias": (
        Need("UpdateAlias", On.ALIAS),
        Need("UpdateAlias", On.KEY, "CurrentKeyId"),
        Need("UpdateAlias", On.KEY, "TargetKeyId"),
    ),
    "UpdatePrimaryRegion": (
        Need("UpdatePrimaryRegion", On.KEY, "KeyId"),
        Need("UpdatePrimaryRegion", On.KEY, "ReplicaKeyId"),
    ),
}
