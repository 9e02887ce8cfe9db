"""A user or role who is deleted and made again is somebody else to the policies and grants that named the first."""

import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

import kmsnb
from kmsnb.kms.authorization.validation import INVALID_PRINCIPALS

from .kms.conftest import refused

ANA = "arn:aws:iam::123456789012:user/Ana"
AUDITOR = "arn:aws:iam::123456789012:role/Auditor"
ROOT = "arn:aws:iam::123456789012:root"


@pytest.fixture
def iam(lab: kmsnb.Lab) -> Any:
    """IAM of the lab, with a user Ana and a role Auditor."""
    client = boto3.client("iam")
    client.create_user(UserName="Ana")
    lab.role("Auditor")
    return client


def naming(*principals: str, **more: Any) -> str:
    statements = [
        {"Effect": "Allow", "Principal": {"AWS": ROOT}, "Action": "kms:*", "Resource": "*"},
        {
            "Effect": "Allow",
            "Principal": {"AWS": list(principals)},
            "Action": ["kms:Encrypt", "kms:PutKeyPolicy"],
            "Resource": "*",
            **more,
        },
    ]
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def again(iam: Any, name: str = "Ana") -> Any:
    """Delete the user and make one of the same name: a KMS client of the newcomer."""
    for pair in iam.list_access_keys(UserName=name)["AccessKeyMetadata"]:
        iam.delete_access_key(UserName=name, AccessKeyId=pair["AccessKeyId"])
    iam.delete_user(UserName=name)
    iam.create_user(UserName=name)
    made = iam.create_access_key(UserName=name)["AccessKey"]
    session = boto3.Session(made["AccessKeyId"], made["SecretAccessKey"])
    return session.client("kms")


def id_of_ana(iam: Any) -> str:
    """As AWS shows it: ``AIDA`` and letters and digits. moto's lack the prefix."""
    return "AIDA" + iam.get_user(UserName="Ana")["User"]["UserId"].upper()


def named(kms: Any, key: str) -> list[str]:
    policy = json.loads(kms.get_key_policy(KeyId=key)["Policy"])
    return policy["Statement"][1]["Principal"]["AWS"]


def test_a_policy_means_the_user_it_was_written_for(kms: Any, iam: Any) -> None:
    key = kms.create_key(Policy=naming(ANA, AUDITOR))["KeyMetadata"]["KeyId"]
    first = id_of_ana(iam)
    assert named(kms, key) == [ANA, AUDITOR]

    newcomer = again(iam)

    assert named(kms, key) == [first, AUDITOR]
    with refused("AccessDeniedException"):
        newcomer.encrypt(KeyId=key, Plaintext=b"p")
    with refused("MalformedPolicyDocumentException", INVALID_PRINCIPALS):  # as AWS, it takes no id
        kms.put_key_policy(KeyId=key, Policy=kms.get_key_policy(KeyId=key)["Policy"])
    kms.put_key_policy(KeyId=key, Policy=naming(ANA))
    newcomer.encrypt(KeyId=key, Plaintext=b"p")
    assert named(kms, key) == [ANA]


def test_a_user_who_is_gone_shows_as_an_id_and_the_rest_of_the_policy_stays(kms: Any, iam: Any) -> None:
    condition = {"ArnNotEquals": {"aws:PrincipalArn": ANA}}
    text = naming(ANA, Sid=ANA, Condition=condition)
    key = kms.create_key(Policy=text)["KeyMetadata"]["KeyId"]
    assert kms.get_key_policy(KeyId=key)["Policy"] == text  # to the letter, while all are there
    first = id_of_ana(iam)
    iam.delete_user(UserName="Ana")
    expected = json.loads(text)
    expected["Statement"][1]["Principal"] = {"AWS": [first]}
    assert json.loads(kms.get_key_policy(KeyId=key)["Policy"]) == expected


def test_a_statement_and_a_principal_that_stand_alone(lab: kmsnb.Lab, kms: Any, iam: Any) -> None:
    only = {"Effect": "Allow", "Principal": {"AWS": ANA}, "Action": "kms:*", "Resource": "*"}
    made = kms.create_key(Policy=json.dumps({"Statement": only}), BypassPolicyLockoutSafetyCheck=True)
    key = made["KeyMetadata"]["KeyId"]
    assert lab.explain(ANA, "kms:PutKeyPolicy", key).allowed
    again(iam)
    assert not lab.explain(ANA, "kms:PutKeyPolicy", key).allowed


def test_a_deny_of_who_is_gone_denies_nobody(kms: Any, iam: Any) -> None:
    deny = {"Effect": "Deny", "Principal": {"AWS": ANA}, "Action": "kms:Encrypt", "Resource": "*"}
    policy = json.loads(naming(AUDITOR))
    policy["Statement"].append(deny)
    key = kms.create_key(Policy=json.dumps(policy))["KeyMetadata"]["KeyId"]
    iam.delete_user(UserName="Ana")
    kms.encrypt(KeyId=key, Plaintext=b"p")


def test_a_role_made_again_is_another_role_in_every_region(lab: kmsnb.Lab, kms: Any, iam: Any) -> None:
    auditor = lab.role("Auditor").client("kms", "eu-west-1")
    made = kms.create_key(MultiRegion=True)["KeyMetadata"]["KeyId"]
    kms.replicate_key(KeyId=made, ReplicaRegion="eu-west-1", Policy=naming(AUDITOR))
    auditor.encrypt(KeyId=made, Plaintext=b"p")
    trust = json.dumps(iam.get_role(RoleName="Auditor")["Role"]["AssumeRolePolicyDocument"])
    first = iam.get_role(RoleName="Auditor")["Role"]["RoleId"]
    iam.delete_role(RoleName="Auditor")
    iam.create_role(RoleName="Auditor", AssumeRolePolicyDocument=trust)
    with refused("AccessDeniedException"):
        auditor.encrypt(KeyId=made, Plaintext=b"p")
    assert named(boto3.client("kms", "eu-west-1"), made) == [first]


def test_a_grant_means_the_user_it_was_made_for(kms: Any, iam: Any, key_id: str) -> None:
    given = {"KeyId": key_id, "GranteePrincipal": ANA, "RetiringPrincipal": ANA, "Name": "g"}
    grant = kms.create_grant(**given, Operations=["Encrypt"])
    first = id_of_ana(iam)
    assert [each["GranteePrincipal"] for each in kms.list_grants(KeyId=key_id)["Grants"]] == [ANA]

    newcomer = again(iam)

    for refusal in (
        lambda: newcomer.encrypt(KeyId=key_id, Plaintext=b"p"),
        lambda: newcomer.retire_grant(GrantToken=grant["GrantToken"]),
    ):
        with pytest.raises(ClientError, match="AccessDeniedException"):
            refusal()
    (shown,) = kms.list_grants(KeyId=key_id)["Grants"]
    assert (shown["GranteePrincipal"], shown["RetiringPrincipal"]) == (first, first)
    assert kms.list_grants(KeyId=key_id, GranteePrincipal=ANA)["Grants"] == []
    assert kms.list_retirable_grants(RetiringPrincipal=ANA)["Grants"] == []

    other = kms.create_grant(**given, Operations=["Encrypt"])  # the same words, for somebody else
    assert other["GrantId"] != grant["GrantId"]
    newcomer.encrypt(KeyId=key_id, Plaintext=b"p")


def test_a_grant_means_the_role_behind_the_session_it_was_made_for(
    lab: kmsnb.Lab, kms: Any, iam: Any, key_id: str
) -> None:
    lab.role("Auditor")
    role = iam.get_role(RoleName="Auditor")["Role"]
    session = f"arn:aws:sts::{role['Arn'].split(':')[4]}:assumed-role/Auditor/check"
    kms.create_grant(KeyId=key_id, GranteePrincipal=session, Operations=["Encrypt"])
    assert [each["GranteePrincipal"] for each in kms.list_grants(KeyId=key_id)["Grants"]] == [session]
    assert lab.explain(session, "kms:Encrypt", key_id).allowed
    iam.delete_role(RoleName="Auditor")
    trust = json.dumps(role["AssumeRolePolicyDocument"])
    iam.create_role(RoleName="Auditor", AssumeRolePolicyDocument=trust)
    (grant,) = kms.list_grants(KeyId=key_id)["Grants"]
    assert grant["GranteePrincipal"] == f"{role['RoleId']}:check"
    assert not lab.explain(session, "kms:Encrypt", key_id).allowed
