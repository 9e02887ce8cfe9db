"""The key policy that the AWS console writes for a new key, statement by statement.

AWS: "Default key policy" in the developer guide. The names of the statements (``Sid``) are those by which the console
finds its administrators and users again.
"""

from collections.abc import Sequence
from typing import Any

from kmsnb.kms.core.specs import (
    ENCRYPT_DECRYPT,
    GENERATE_VERIFY_MAC,
    KEY_AGREEMENT,
    SIGN_VERIFY,
    SYMMETRIC_DEFAULT,
)

Policy = dict[str, Any]

ROOT = "Enable IAM User Permissions"
ADMINISTRATORS = "Allow access for Key Administrators"
USERS = "Allow use of the key"
GRANTS = "Allow attachment of persistent resources"

_ADMINISTER = (
    "Create*",
    "Describe*",
    "Enable*",
    "List*",
    "Put*",
    "Update*",
    "Revoke*",
    "Disable*",
    "Get*",
    "Delete*",
    "TagResource",
    "UntagResource",
)
_DELETE = ("ScheduleKeyDeletion", "CancelKeyDeletion")
_ROTATE = ("RotateKeyOnDemand",)
_IMPORT = ("ImportKeyMaterial",)
_REPLICATE = ("ReplicateKey", "UpdatePrimaryRegion")
_USE_SYMMETRIC = ("Encrypt", "Decrypt", "ReEncrypt*", "GenerateDataKey*", "DescribeKey")
_USE = {
    ENCRYPT_DECRYPT: ("Encrypt", "Decrypt", "ReEncrypt*", "DescribeKey", "GetPublicKey"),
    SIGN_VERIFY: ("DescribeKey", "GetPublicKey", "Sign", "Verify"),
    KEY_AGREEMENT: ("DescribeKey", "GetPublicKey", "DeriveSharedSecret"),
    GENERATE_VERIFY_MAC: ("DescribeKey", "GenerateMac", "VerifyMac"),
}
_GRANT = ("CreateGrant", "ListGrants", "RevokeGrant")
_FOR_SERVICES = {"Bool": {"kms:GrantIsForAWSResource": "true"}}


def console_policy(
    account: str,
    *,
    spec: str = SYMMETRIC_DEFAULT,
    usage: str = ENCRYPT_DECRYPT,
    origin: str = "AWS_KMS",
    multi_region: bool = False,
    administrators: Sequence[str] = (),
    may_delete: bool = True,
    users: Sequence[str] = (),
    accounts: Sequence[str] = (),
) -> Policy:
    """The policy for a key of this kind.

    ``administrators`` and ``users`` are ARNs of the account's own users and roles, ``accounts`` ids of other accounts
    whose administrators may let their people use the key. ``may_delete`` is the console's box "Allow key
    administrators to delete this key". A statement that would name nobody is left out.
    """
    statements = [_allow(ROOT, [_root(account)], "kms:*")]
    if administrators:
        actions = _ADMINISTER + (_DELETE if may_delete else ()) + _ROTATE
        actions += (_IMPORT if origin == "EXTERNAL" else ()) + (_REPLICATE if multi_region else ())
        statements.append(_allow(ADMINISTRATORS, administrators, _named(actions)))
    who = [*users, *map(_root, accounts)]
    if who:
        use = _USE_SYMMETRIC if spec == SYMMETRIC_DEFAULT else _USE[usage]
        statements.append(_allow(USERS, who, _named(use)))
        if usage != GENERATE_VERIFY_MAC:  # AWS: "Controlling access to HMAC KMS keys"
            statements.append(_allow(GRANTS, who, _named(_GRANT), Condition=_FOR_SERVICES))
    return {"Id": "key-consolepolicy-3", "Version": "2012-10-17", "Statement": statements}


def _root(account: str) -> str:
    return f"arn:aws:iam::{account}:root"


def _named(actions: Sequence[str]) -> list[str]:
    return [f"kms:{action}" for action in actions]


def _allow(sid: str, who: Sequence[str], actions: str | list[str], **more: Any) -> dict[str, Any]:
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"AWS": who[0] if len(who) == 1 else list(who)},
        "Action": actions,
        "Resource": "*",
        **more,
    }
