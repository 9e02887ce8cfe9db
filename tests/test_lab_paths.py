"""A path is part of a user's or role's ARN: the same name under another path is somebody else.

IAM User Guide, "IAM identifiers": friendly names and paths.
"""

import json
from typing import Any

import boto3
import pytest

import kmsnb
from kmsnb.kms.authorization.validation import INVALID_PRINCIPALS

from .kms.conftest import refused

ACCOUNT = "123456789012"
ROOT = f"arn:aws:iam::{ACCOUNT}:root"
TRUST = json.dumps({"Version": "2012-10-17", "Statement": []})


def policy(*principals: str) -> str:
    """A key policy that leaves the key to the account, and allows Encrypt to these principals."""
    statements = [
        {"Effect": "Allow", "Principal": {"AWS": ROOT}, "Action": "kms:*", "Resource": "*"},
        {"Effect": "Allow", "Principal": {"AWS": list(principals)}, "Action": "kms:Encrypt", "Resource": "*"},
    ]
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


@pytest.fixture(params=["user", "role"])
def kind(request: pytest.FixtureRequest, lab: kmsnb.Lab) -> str:
    """A user or a role called Uma, under the path ``/team/``."""
    iam = boto3.client("iam")
    if request.param == "user":
        iam.create_user(UserName="Uma", Path="/team/")
    else:
        iam.create_role(RoleName="Uma", Path="/team/", AssumeRolePolicyDocument=TRUST)
    return request.param


def test_a_key_policy_names_a_principal_by_path_and_name(kms: Any, kind: str) -> None:
    kms.create_key(Policy=policy(f"arn:aws:iam::{ACCOUNT}:{kind}/team/Uma"))
    for other in ("Uma", "other/Uma", "team/other/Uma"):
        with refused("MalformedPolicyDocumentException", INVALID_PRINCIPALS):
            kms.create_key(Policy=policy(f"arn:aws:iam::{ACCOUNT}:{kind}/{other}"))


def test_a_grant_names_a_principal_by_path_and_name(kms: Any, key_id: str, kind: str) -> None:
    def grant(name: str) -> None:
        principal = f"arn:aws:iam::{ACCOUNT}:{kind}/{name}"
        kms.create_grant(KeyId=key_id, GranteePrincipal=principal, Operations=["Encrypt"])

    grant("team/Uma")
    with refused("InvalidArnException"):
        grant("Uma")


def test_an_explanation_is_about_a_principal_by_path_and_name(lab: kmsnb.Lab, key_id: str, kind: str) -> None:
    assert not lab.explain(f"arn:aws:iam::{ACCOUNT}:{kind}/team/Uma", "kms:Encrypt", key_id).allowed
    with pytest.raises(ValueError, match="no user, role or session"):
        lab.explain(f"arn:aws:iam::{ACCOUNT}:{kind}/Uma", "kms:Encrypt", key_id)


def test_what_a_policy_allows_to_a_name_is_not_allowed_to_its_namesake_elsewhere(kms: Any, lab: Any) -> None:
    """Uma is deleted and made again, under a path: the policy shows the id of the first."""
    iam = boto3.client("iam")
    iam.create_user(UserName="Uma")
    first = f"arn:aws:iam::{ACCOUNT}:user/Uma"
    key = kms.create_key(Policy=policy(first))["KeyMetadata"]["KeyId"]
    assert lab.explain(first, "kms:Encrypt", key).allowed
    iam.delete_user(UserName="Uma")
    iam.create_user(UserName="Uma", Path="/team/")
    assert not lab.explain(f"arn:aws:iam::{ACCOUNT}:user/team/Uma", "kms:Encrypt", key).allowed
    assert first not in kms.get_key_policy(KeyId=key)["Policy"]
