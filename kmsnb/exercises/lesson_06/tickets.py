"""Five key policies: the console's policy, each time with one wrong statement."""

import json
from typing import Any

from .scene import ACCOUNT, ADA, REGION, STRANGERS, UMA, user

Statement = dict[str, Any]

ROOT: Statement = {
    "Sid": "Enable IAM User Permissions",
    "Effect": "Allow",
    "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
    "Action": "kms:*",
    "Resource": "*",
}
ADMINISTRATORS: Statement = {
    "Sid": "Allow access for Key Administrators",
    "Effect": "Allow",
    "Principal": {"AWS": user(ADA)},
    "Action": [
        "kms:Create*",
        "kms:Describe*",
        "kms:Enable*",
        "kms:List*",
        "kms:Put*",
        "kms:Update*",
        "kms:Revoke*",
        "kms:Disable*",
        "kms:Get*",
        "kms:Delete*",
        "kms:TagResource",
        "kms:UntagResource",
        "kms:ScheduleKeyDeletion",
        "kms:CancelKeyDeletion",
        "kms:RotateKeyOnDemand",
    ],
    "Resource": "*",
}
USERS: Statement = {
    "Sid": "Allow use of the key",
    "Effect": "Allow",
    "Principal": {"AWS": user(UMA)},
    "Action": ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"],
    "Resource": "*",
}
SERVICES: Statement = {
    "Sid": "Allow attachment of persistent resources",
    "Effect": "Allow",
    "Principal": {"AWS": user(UMA)},
    "Action": ["kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"],
    "Resource": "*",
    "Condition": {"Bool": {"kms:GrantIsForAWSResource": "true"}},
}

_OTHER_KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"

#: The faulty statement of each ticket.
faulty: dict[str, Statement] = {
    "A": USERS | {"Resource": _OTHER_KEY},
    "B": ROOT | {"Principal": {"AWS": f"arn:aws:iam::{STRANGERS}:root"}},
    "C": USERS | {"Action": ["kms:Encrypt", "kms:Decrypt", "kms:DescribeKey"]},
    "D": {
        "Sid": "Nobody but Uma reads",
        "Effect": "Deny",
        "NotPrincipal": {"AWS": user(UMA)},
        "Action": ["kms:Decrypt", "kms:ReEncryptFrom"],
        "Resource": "*",
    },
    "E": USERS
    | {
        "Action": ["kms:Encrypt", "kms:Decrypt"],
        "Condition": {"StringEquals": {"kms:EncryptionContext:aapp": "shop"}},
    },
}


def faulty_policy(ticket: str) -> dict[str, Any]:
    """The whole policy of a ticket, ``"A"`` to ``"E"``."""
    return policy_with(ticket, [faulty[ticket]])


def policy_with(ticket: str, statements: list[Statement]) -> dict[str, Any]:
    """The policy of a ticket with ``statements`` in the place of the faulty one."""
    parts = {"root": [ROOT], "administrators": [ADMINISTRATORS], "users": [USERS], "services": [SERVICES]}
    parts[_PLACES[ticket]] = statements
    return {
        "Version": "2012-10-17",
        "Id": f"ticket-{ticket}",
        "Statement": json.loads(json.dumps([each for several in parts.values() for each in several])),
    }


_PLACES = {"A": "users", "B": "root", "C": "users", "D": "added", "E": "users"}
