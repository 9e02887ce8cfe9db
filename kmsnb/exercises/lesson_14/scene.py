"""The scene of lesson 14: another account with an administrator, an organization around both, and what a request carries."""

import json
from collections.abc import Mapping
from typing import Any

import boto3

from kmsnb.figures import Table
from kmsnb.kms.authorization import Stage
from kmsnb.lab import ACCOUNT, Lab
from kmsnb.principals import ADMINISTRATOR_ACCESS, organization, user_credentials

OURS, THEIRS = ACCOUNT, "111122223333"
#: The account that manages the organization, and one outside of it.
MANAGEMENT, OUTSIDE = "999988887777", "444455556666"

#: The condition keys worth knowing here, and what each holds.
CONDITION_KEYS = {
    "aws:SourceIp": "public address",
    "aws:SourceVpce": "VPC endpoint",
    "aws:ViaAWSService": "a service calls for somebody",
    "kms:ViaService": "which service",
    "aws:CalledVia": "which service, for some",
    "aws:PrincipalIsAWSService": "a service calls for itself",
    "aws:SourceAccount": "whose resource it works for",
    "aws:PrincipalOrgID": "caller's organization",
    "kms:CallerAccount": "caller's account",
}


def administrator(lab: Lab, name: str, account: str) -> boto3.Session:
    """A session of a user with AdministratorAccess in any account; ``lab.user`` makes users without permissions."""
    user_credentials(account, lab.region, name, ADMINISTRATOR_ACCESS)
    return lab.user(name, account=account)


def organize(lab: Lab) -> tuple[boto3.Session, str, str]:
    """Make both accounts members of an organization: a session of Mia, who manages it, its id, and that of its root."""
    organization_id = organization(MANAGEMENT, [OURS, THEIRS], lab.region)
    mia = administrator(lab, "Mia", MANAGEMENT)
    organizations = mia.client("organizations")
    root = organizations.list_roots()["Roots"][0]["Id"]
    for kind in ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"):
        organizations.enable_policy_type(RootId=root, PolicyType=kind)
    return mia, organization_id, root


def carried(lab: Lab, callers: Mapping[str, boto3.Session]) -> Table:
    """Which condition keys requests to KMS carry, by who sends them: tried one by one in the policy of a new key.

    ✓ stands for any value, and a dash for none.
    """
    kms = lab.user("student").client("kms")
    key_id = kms.create_key()["KeyMetadata"]["KeyId"]
    before = kms.get_key_policy(KeyId=key_id)["Policy"]

    def holds(session: boto3.Session, test: dict[str, Any]) -> bool:
        allow = {"Effect": "Allow", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*"}
        document = json.loads(before)
        document["Statement"] = [allow | {"Condition": test}, _only_student()]
        kms.put_key_policy(KeyId=key_id, Policy=json.dumps(document))
        path = lab.explain(session, "kms:Decrypt", key_id).path
        return any(step.stage is Stage.KEY_POLICY and step.answer for step in path)

    def found(session: boto3.Session, key: str) -> str:
        if holds(session, {"Null": {key: "true"}}):
            return "–"
        if key in _BOOLEAN:
            return "true" if holds(session, {"Bool": {key: "true"}}) else "false"
        return "✓"

    rows = [
        (f"{key}\n{meaning}", *(found(session, key) for session in callers.values()))
        for key, meaning in CONDITION_KEYS.items()
    ]
    return Table("What a request to KMS carries", ("Condition key", *callers), rows)


_BOOLEAN = ("aws:ViaAWSService", "aws:PrincipalIsAWSService")


def _only_student() -> dict[str, Any]:
    """Lets the lab's student administer the key, and nobody decrypt."""
    return {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{OURS}:user/student"},
        "Action": ["kms:Put*", "kms:Schedule*", "kms:Get*"],
        "Resource": "*",
    }
