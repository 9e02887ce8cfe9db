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
