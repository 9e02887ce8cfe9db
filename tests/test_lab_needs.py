"""Operations that need more than one permission, live: with all of them the call goes through, without any one not."""

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest

import kmsnb

from .kms.conftest import refused

ACCOUNT = "arn:aws:kms:us-east-1:123456789012"
Statement = dict[str, Any]


def allow(action: str, resource: str = "*") -> Statement:
    return {"Effect": "Allow", "Action": action, "Resource": resource}


class World:
    """Two keys, an alias of the first, a multi-Region key, a ciphertext; and Kim, whose IAM policy is all she has."""

    def __init__(self, lab: kmsnb.Lab) -> None:
        admin = boto3.client("kms")
        self.one, self.two = (admin.create_key()["KeyMetadata"]["Arn"] for _ in range(2))
        self.primary = admin.create_key(MultiRegion=True)["KeyMetadata"]["Arn"]
        admin.create_alias(AliasName="alias/app", TargetKeyId=self.one)
        self.blob = admin.encrypt(KeyId=self.one, Plaintext=b"p")["CiphertextBlob"]
        self.kim = lab.user("Kim").client("kms")

    def permit(self, *statements: Statement) -> None:
        document = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
        boto3.client("iam").put_user_policy(UserName="Kim", PolicyName="p", PolicyDocument=document)


Call = Callable[[World], Any]
Needs = Callable[[World], list[Statement]]

OPERATIONS: dict[str, tuple[Call, Needs]] = {
    "ReEncrypt: from the one key, to the other": (
        lambda w: w.kim.re_encrypt(CiphertextBlob=w.blob, DestinationKeyId=w.two),
        lambda w: [allow("kms:ReEncryptFrom", w.one), allow("kms:ReEncryptTo", w.two)],
    ),
    "CreateAlias: the alias and the key": (
        lambda w: w.kim.create_alias(AliasName="alias/new", TargetKeyId=w.one),
        lambda w: [
            allow("kms:CreateAlias", f"{ACCOUNT}:alias/new"),
            allow("kms:CreateAlias", w.one),
        ],
    ),
    "UpdateAlias: the alias, the key it had, the key it gets": (
        lambda w: w.kim.update_alias(AliasName="alias/app", TargetKeyId=w.two),
        lambda w: [
            allow("kms:UpdateAlias", f"{ACCOUNT}:alias/app"),
            allow("kms:UpdateAlias", w.one),
            allow("kms:UpdateAlias", w.two),
        ],
    ),
    "DeleteAlias: the alias and its key": (
        lambda w: w.kim.delete_alias(AliasName="alias/app"),
        lambda w: [
            allow("kms:DeleteAlias", f"{ACCOUNT}:alias/app"),
            allow("kms:DeleteAlias", w.one),
        ],
    ),
    "CreateKey with tags": (
        lambda w: w.kim.create_key(Tags=[{"TagKey": "a", "TagValue": "b"}]),
        lambda w: [allow("kms:CreateKey"), allow("kms:TagResource")],
    ),
    "ReplicateKey: the primary, and CreateKey in the other Region": (
        lambda w: w.kim.replicate_key(KeyId=w.primary, ReplicaRegion="eu-west-1"),
        lambda w: [
            allow("kms:ReplicateKey", w.primary),
            allow("kms:CreateKey") | {"Condition": {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}},
        ],
    ),
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_all_of_them_are_needed(lab: kmsnb.Lab, name: str) -> None:
    call, needs = OPERATIONS[name]
    world = World(lab)
    statements = needs(world)
    for left_out in range(len(statements)):
        world.permit(*(each for position, each in enumerate(statements) if position != left_out))
        with refused("AccessDeniedException"):
            call(world)
    world.permit(*statements)
    call(world)


def test_an_alias_does_not_stand_for_its_key_in_an_iam_policy(lab: kmsnb.Lab) -> None:
    world = World(lab)
    world.permit(allow("kms:Encrypt", f"{ACCOUNT}:alias/app"))
    with refused("AccessDeniedException"):
        world.kim.encrypt(KeyId="alias/app", Plaintext=b"p")
    world.permit(allow("kms:Encrypt", world.one))
    world.kim.encrypt(KeyId="alias/app", Plaintext=b"p")


def test_without_iam_nothing_that_is_about_no_key(lab: kmsnb.Lab) -> None:
    kim = lab.user("Kim").client("kms")
    calls = {
        "kms:CreateKey": kim.create_key,
        "kms:GenerateRandom": lambda: kim.generate_random(NumberOfBytes=8),
        "kms:ListKeys": kim.list_keys,
        "kms:ListAliases": kim.list_aliases,
    }
    world = World(lab)
    for action, call in calls.items():
        world.permit(allow("kms:DescribeKey"))
        with refused("AccessDeniedException"):
            call()
        world.permit(allow(action))
        call()


def test_the_root_user_needs_the_root_statement_and_no_iam_policy(lab: kmsnb.Lab, key_id: str) -> None:
    root = "arn:aws:iam::123456789012:root"
    assert lab.explain(root, "kms:ScheduleKeyDeletion", key_id).allowed
    only_student = {
        "Version": "2012-10-17",
        "Statement": [
            allow("kms:*") | {"Principal": {"AWS": "arn:aws:iam::123456789012:user/student"}},
        ],
    }
    boto3.client("kms").put_key_policy(KeyId=key_id, Policy=json.dumps(only_student))
    assert not lab.explain(root, "kms:ScheduleKeyDeletion", key_id).allowed


def test_a_group_is_no_principal_but_its_policies_are_its_members(lab: kmsnb.Lab, key_id: str) -> None:
    kim, iam = lab.user("Kim").client("kms"), boto3.client("iam")
    iam.create_group(GroupName="readers")
    iam.add_user_to_group(GroupName="readers", UserName="Kim")
    with refused("AccessDeniedException"):
        kim.describe_key(KeyId=key_id)
    document = json.dumps({"Version": "2012-10-17", "Statement": [allow("kms:DescribeKey")]})
    iam.put_group_policy(GroupName="readers", PolicyName="p", PolicyDocument=document)
    kim.describe_key(KeyId=key_id)
    named = allow("kms:*") | {"Principal": {"AWS": "arn:aws:iam::123456789012:group/readers"}}
    with refused("MalformedPolicyDocumentException"):
        boto3.client("kms").put_key_policy(KeyId=key_id, Policy=json.dumps({"Statement": [named]}))
