"""What is refused although permissions are not enforced, because AWS refuses it from everybody."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

import kmsnb
import kmsnb.kms

from ..conftest import ACCOUNT, make, refused

ROOT = f"arn:aws:iam::{ACCOUNT}:root"
ADA = f"arn:aws:iam::{ACCOUNT}:user/Ada"
LOCKED_OUT = "The new key policy will not allow you to update the key policy in the future."
NOBODY = "Policy contains a statement with one or more invalid principals."


def allow(who: Any, action: Any = "kms:*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": {"AWS": who}, "Action": action, "Resource": "*"} | more


def deny(who: Any, action: Any, **more: Any) -> dict[str, Any]:
    return allow(who, action, Effect="Deny", **more)


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


@pytest.fixture
def iam(aws: Any) -> Any:
    return aws("us-east-1", "iam")


def as_user(iam: Any, name: str) -> Any:
    """A KMS client of a new IAM user, who has no policies."""
    iam.create_user(UserName=name)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return boto3.client("kms", "us-east-1", aws_access_key_id=key["AccessKeyId"], aws_secret_access_key="s")


LOCKS_EVERYBODY_OUT = {
    "nobody may": policy(allow(ROOT, "kms:Encrypt")),
    "only another account": policy(allow("111122223333")),
    "only a service": policy(
        {"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "kms:*", "Resource": "*"}
    ),
    "allowed and denied to all": policy(allow(ROOT), deny("*", "kms:Put*")),
    "denied to the account": policy(allow("*"), deny(ROOT, "kms:*")),
    "a statement without effect": policy({"Effect": "Allow", "Principal": "*", "Action": "kms:*"}),
}

LOCKS_NOBODY_OUT = {
    "the account": policy(allow(ROOT)),
    "everybody": policy(allow("*")),
    "one user": policy(allow(ADA)),
    "one role": policy(allow(f"arn:aws:iam::{ACCOUNT}:role/Admin", ["kms:Encrypt", "kms:PutKeyPolicy"])),
    "one session": policy(allow(f"arn:aws:sts::{ACCOUNT}:assumed-role/Admin/Ada")),
    "under a condition": policy(allow("*", Condition={"StringEquals": {"aws:PrincipalArn": ADA}})),
    "denied under a condition": policy(
        allow(ROOT), deny("*", "kms:*", Condition={"StringNotEquals": {"aws:PrincipalArn": ADA}})
    ),
    "denied to one": policy(allow(ROOT), deny(ADA, "kms:*")),
}


@pytest.mark.parametrize("name", LOCKS_EVERYBODY_OUT)
def test_a_policy_that_locks_everybody_out_is_refused(kms: Any, key: str, name: str) -> None:
    with refused("MalformedPolicyDocumentException", LOCKED_OUT):
        make(kms, Policy=LOCKS_EVERYBODY_OUT[name])
    before = kms.get_key_policy(KeyId=key)["Policy"]
    with refused("MalformedPolicyDocumentException", LOCKED_OUT):
        kms.put_key_policy(KeyId=key, Policy=LOCKS_EVERYBODY_OUT[name])
    assert kms.get_key_policy(KeyId=key)["Policy"] == before
    related = make(kms, MultiRegion=True)
    with refused("MalformedPolicyDocumentException", LOCKED_OUT):
        kms.replicate_key(KeyId=related, ReplicaRegion="eu-west-1", Policy=LOCKS_EVERYBODY_OUT[name])


@pytest.mark.parametrize("name", LOCKS_EVERYBODY_OUT)
def test_unless_the_check_is_bypassed(kms: Any, key: str, name: str) -> None:
    text = LOCKS_EVERYBODY_OUT[name]
    kms.put_key_policy(KeyId=key, Policy=text, BypassPolicyLockoutSafetyCheck=True)
    assert kms.get_key_policy(KeyId=key)["Policy"] == text
    make(kms, Policy=text, BypassPolicyLockoutSafetyCheck=True)


@pytest.mark.parametrize("name", LOCKS_NOBODY_OUT)
def test_a_policy_under_which_somebody_may_go_on_is_accepted(kms: Any, key: str, name: str) -> None:
    """Nothing is known of the caller, who may be the one that the policy allows."""
    kms.put_key_policy(KeyId=key, Policy=LOCKS_NOBODY_OUT[name])
    make(kms, Policy=LOCKS_NOBODY_OUT[name])


def test_a_caller_that_iam_knows_must_not_be_locked_out(iam: Any) -> None:
    ada, bob = as_user(iam, "Ada"), as_user(iam, "Bob")
    make(ada, Policy=policy(allow(ADA)))
    make(bob, Policy=policy(allow(ROOT)))  # as if IAM allowed everything
    for text in (
        policy(allow(ADA)),
        policy(allow(ROOT), deny("*", "kms:*", Condition={"StringNotEquals": {"aws:PrincipalArn": ADA}})),
    ):
        with refused("MalformedPolicyDocumentException", LOCKED_OUT):
            make(bob, Policy=text)


def test_where_iam_holds_users_or_roles_a_policy_names_no_others(kms: Any, iam: Any) -> None:
    nobody = policy(allow(ROOT), allow(f"arn:aws:iam::{ACCOUNT}:role/nope"))
    make(kms, Policy=nobody)  # a test without IAM need not create the roles that its policies name
    iam.create_role(RoleName="app", AssumeRolePolicyDocument="{}")
    make(kms, Policy=policy(allow(ROOT), allow(f"arn:aws:iam::{ACCOUNT}:role/app")))
    with refused("MalformedPolicyDocumentException", NOBODY):
        make(kms, Policy=nobody)
    # of other accounts nothing is known
    make(kms, Policy=policy(allow(ROOT), allow("arn:aws:iam::111122223333:role/theirs", "kms:Encrypt")))


def test_grants_mind_the_same(kms: Any, key: str, iam: Any) -> None:
    nobody = f"arn:aws:iam::{ACCOUNT}:user/Nobody"

    def grant(who: str) -> None:
        kms.create_grant(KeyId=key, GranteePrincipal=who, Operations=["Encrypt"])

    grant(nobody)
    with refused("InvalidArnException", "ARN does not refer to a valid principal: not-an-arn"):
        grant("not-an-arn")
    iam.create_user(UserName="Ada")
    grant(ADA)
    with refused("InvalidArnException", f"ARN does not refer to a valid principal: {nobody}"):
        grant(nobody)


def test_a_deleted_role_shows_by_its_id(kms: Any, iam: Any) -> None:
    role = iam.create_role(RoleName="app", AssumeRolePolicyDocument="{}")["Role"]
    key = make(kms, Policy=policy(allow(ROOT), allow(role["Arn"])))
    iam.delete_role(RoleName="app")
    shown = kms.get_key_policy(KeyId=key)["Policy"]
    assert role["RoleId"] in shown
    assert role["Arn"] not in shown


def test_an_explicit_deny_on_describe_key_holds(kms: Any) -> None:
    """moto honors it, and so do tests that were written for moto."""
    for who in "*", ROOT, ACCOUNT:
        key = make(kms, Policy=policy(allow(ROOT), deny(who, ["kms:Describe*"])))
        with refused("AccessDeniedException"):
            kms.describe_key(KeyId=key)
        kms.encrypt(KeyId=key, Plaintext=b"p")  # of others, nobody is asked


def test_a_deny_that_is_not_for_the_caller_or_the_request_does_not(kms: Any, iam: Any) -> None:
    ada, bob = as_user(iam, "Ada"), as_user(iam, "Bob")
    key = make(kms, Policy=policy(allow(ROOT), deny(ADA, "kms:DescribeKey")))
    for client in kms, bob:
        client.describe_key(KeyId=key)
    with refused("AccessDeniedException"):
        ada.describe_key(KeyId=key)
    encrypted = {"Bool": {"aws:SecureTransport": "false"}}
    key = make(kms, Policy=policy(allow(ROOT), deny("*", "kms:*", Condition=encrypted)))
    kms.describe_key(KeyId=key)


@pytest.fixture
def lab() -> Iterator[kmsnb.Lab]:
    with kmsnb.start(enforce=False) as lab:
        yield lab


def test_in_a_lab_that_does_not_enforce_too(lab: kmsnb.Lab) -> None:
    kms = boto3.client("kms")
    with refused("MalformedPolicyDocumentException", LOCKED_OUT):
        make(kms, Policy=policy(allow(ROOT, "kms:Encrypt")))
    with refused("MalformedPolicyDocumentException", NOBODY):
        make(kms, Policy=policy(allow(ROOT), allow(ADA)))
    lab.user("Ada")
    make(kms, Policy=policy(allow(ROOT), allow(ADA)))


def test_enforcement_does_not_ask_less() -> None:
    with kmsnb.kms.installed(enforce=True), mock_aws():
        iam = boto3.client("iam", "us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
        ada = as_user(iam, "Ada")
        with refused("AccessDeniedException"):
            make(ada)
