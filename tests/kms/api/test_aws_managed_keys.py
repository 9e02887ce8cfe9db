"""AWS managed keys: made on first use, not to be touched, and of no consequence to customers' keys."""

import json

import pytest

from ..conftest import describe, make, refused


@pytest.fixture
def managed(kms):
    return describe(kms, "alias/aws/s3")["Arn"]


def test_made_on_first_use(kms):
    predefined = {each["AliasName"]: each for each in kms.list_aliases()["Aliases"]}
    assert "TargetKeyId" not in predefined["alias/aws/s3"]
    metadata = describe(kms, "alias/aws/s3")
    assert metadata["KeyManager"] == "AWS"
    assert metadata["KeyState"] == "Enabled"
    assert describe(kms, "alias/aws/s3")["Arn"] == metadata["Arn"]
    listed = {each["AliasName"]: each for each in kms.list_aliases()["Aliases"]}
    assert listed["alias/aws/s3"]["TargetKeyId"] == metadata["KeyId"]
    assert listed.keys() == predefined.keys()
    assert [each["KeyId"] for each in kms.list_keys()["Keys"]] == [metadata["KeyId"]]


def test_there_is_none_for_an_unknown_service(kms):
    with refused("NotFoundException"):
        kms.describe_key(KeyId="alias/aws/unheard-of")


@pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        ("disable_key", {}),
        ("enable_key", {}),
        ("schedule_key_deletion", {}),
        ("cancel_key_deletion", {}),
        ("update_key_description", {"Description": "mine"}),
        ("put_key_policy", {"Policy": "{}"}),
        ("tag_resource", {"Tags": [{"TagKey": "k", "TagValue": "v"}]}),
        ("untag_resource", {"TagKeys": ["k"]}),
        ("enable_key_rotation", {}),
        ("disable_key_rotation", {}),
        ("rotate_key_on_demand", {}),
        ("replicate_key", {"ReplicaRegion": "eu-west-1"}),
        ("create_grant", {"GranteePrincipal": "arn:aws:iam::123456789012:user/u", "Operations": ["Encrypt"]}),
    ],
)
def test_not_to_be_changed_by_the_customer(kms, managed, operation, parameters):
    with refused("AccessDeniedException"):
        getattr(kms, operation)(KeyId=managed, **parameters)


def test_no_alias_of_one_s_own(kms, managed):
    with refused("AccessDeniedException"):
        kms.create_alias(AliasName="alias/mine", TargetKeyId=managed)


@pytest.mark.parametrize(
    ("alias", "service"),
    [("alias/aws/s3", "s3.us-east-1.amazonaws.com"), ("alias/aws/ebs", "ec2.us-east-1.amazonaws.com")],
)
def test_for_use_through_its_service(kms, alias, service):
    policy = json.loads(kms.get_key_policy(KeyId=describe(kms, alias)["Arn"])["Policy"])
    assert policy["Statement"][0]["Condition"]["StringEquals"]["kms:ViaService"] == service


#: alias → the policy's Id, what the service may do, and what the account may look at: as in records of AWS
USE, LOOK = ("Encrypt", "Decrypt", "ReEncrypt*", "GenerateDataKey*"), ("Describe*", "Get*", "List*")
POLICIES = {
    "ebs": ("auto-ebs-2", (*USE, "CreateGrant", "DescribeKey"), (*LOOK, "RevokeGrant")),
    "kafka": ("auto-kafka-1", (*USE, "CreateGrant", "ListGrants", "DescribeKey"), (*LOOK, "RevokeGrant")),
    "lambda": ("auto-awslambda", (*USE, "CreateGrant", "DescribeKey"), (*LOOK, "RevokeGrant")),
    "rds": ("auto-rds-2", (*USE, "CreateGrant", "ListGrants", "DescribeKey"), (*LOOK, "RevokeGrant")),
    "s3": ("auto-s3-2", (*USE, "DescribeKey"), LOOK),
    "sns": (
        "auto-sns-1",
        ("Decrypt", "GenerateDataKey*", "CreateGrant", "ListGrants", "DescribeKey"),
        (*LOOK, "RevokeGrant"),
    ),
    "ssm": ("auto-ssm-1", (*USE, "DescribeKey"), LOOK),
}


@pytest.mark.parametrize("service", POLICIES)
def test_its_policy_is_the_service_s(kms, service):
    key = describe(kms, f"alias/aws/{service}")["Arn"]
    policy = json.loads(kms.get_key_policy(KeyId=key)["Policy"])
    actions = tuple(
        tuple(action.removeprefix("kms:") for action in each["Action"]) for each in policy["Statement"]
    )
    assert (policy["Id"], *actions) == POLICIES[service]


def test_secrets_manager_asks_for_a_data_key_from_any_region(kms):
    """AWS Secrets Manager User Guide, "Secret encryption and decryption in AWS Secrets Manager"; records of AWS."""
    metadata = describe(kms, "alias/aws/secretsmanager")
    assert metadata["Description"] == (
        "Default key that protects my Secrets Manager data when no other key is defined"
    )
    policy = json.loads(kms.get_key_policy(KeyId=metadata["Arn"])["Policy"])
    here, anywhere, look = policy["Statement"]
    assert here["Sid"] == anywhere["Sid"]
    assert here["Action"] == [
        f"kms:{name}" for name in ("Encrypt", "Decrypt", "ReEncrypt*", "CreateGrant", "DescribeKey")
    ]
    assert anywhere["Action"] == "kms:GenerateDataKey*"
    assert anywhere["Condition"]["StringLike"] == {"kms:ViaService": "secretsmanager.*.amazonaws.com"}
    assert anywhere["Condition"]["StringEquals"].keys() == {"kms:CallerAccount"}
    assert "kms:RevokeGrant" in look["Action"]


def test_to_be_looked_at(kms, managed):
    assert kms.list_resource_tags(KeyId=managed)["Tags"] == []


def test_rotated_every_year(kms, managed, clock):
    assert kms.get_key_rotation_status(KeyId=managed)["KeyRotationEnabled"] is True
    clock.advance(days=800)
    assert len(kms.list_key_rotations(KeyId=managed)["Rotations"]) == 2


def test_ids_of_customer_keys_do_not_shift(aws):
    kms = aws("eu-west-1")
    describe(kms, "alias/aws/ebs")
    shifted = make(kms)
    kms = aws("eu-west-2")
    first = make(kms)
    describe(kms, "alias/aws/ebs")
    assert shifted.split("/")[1] != describe(aws("eu-west-1"), "alias/aws/ebs")["KeyId"]
    second = make(kms)
    assert len({first, second}) == 2
