"""Aliases, and which operations take one for a key."""

import re
from datetime import timedelta

import pytest

from kmsnb.kms.api.operations import OPERATIONS
from kmsnb.kms.api.validation import service_model

from ..conftest import ACCOUNT, make, post, refused

ARN = f"arn:aws:kms:us-east-1:{ACCOUNT}:"
PREFIX = (
    'Alias must start with the prefix "alias/". Please see '
    "https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html"
)


def own(kms, **more):
    return [each for each in kms.list_aliases(**more)["Aliases"] if "TargetKeyId" in each]


def test_made_moved_and_deleted(kms, key, clock):
    made = clock.now()
    kms.create_alias(AliasName="alias/app", TargetKeyId=key)
    (alias,) = own(kms, KeyId=key)
    assert alias == {
        "AliasName": "alias/app",
        "AliasArn": ARN + "alias/app",
        "TargetKeyId": key.split("/")[1],
        "CreationDate": made,
        "LastUpdatedDate": made,
    }
    other = make(kms)
    clock.advance(hours=1)
    kms.update_alias(AliasName="alias/app", TargetKeyId=other)
    assert own(kms, KeyId=key) == []
    (alias,) = own(kms, KeyId=other)
    assert alias["CreationDate"] == made
    assert alias["LastUpdatedDate"] - made >= timedelta(hours=1)
    kms.delete_alias(AliasName="alias/app")
    with refused("NotFoundException", f"Alias {ARN}alias/app is not found."):
        kms.describe_key(KeyId="alias/app")


def test_a_name_is_taken_once_in_a_region(aws, kms, key):
    kms.create_alias(AliasName="alias/app", TargetKeyId=key)
    with refused("AlreadyExistsException", f"An alias with the name {ARN}alias/app already exists"):
        kms.create_alias(AliasName="alias/app", TargetKeyId=make(kms))
    there = aws("eu-west-1")
    there.create_alias(AliasName="alias/app", TargetKeyId=make(there))


@pytest.mark.parametrize("operation", ["create_alias", "update_alias"])
@pytest.mark.parametrize(
    ("name", "code", "text"),
    [
        ("app", "ValidationException", PREFIX),
        ("Alias/app", "ValidationException", PREFIX),
        ("alias/aws/mine", "NotAuthorizedException", ""),
        ("alias/aws/s3", "NotAuthorizedException", ""),
        ("alias/a:b", "ValidationException", "alias/a:b contains invalid characters for an alias"),
        ("alias/", "ValidationException", None),
        (
            "alias/a b",
            "ValidationException",
            (
                "1 validation error detected: Value 'alias/a b' at 'aliasName' failed to satisfy constraint: "
                "Member must satisfy regular expression pattern: ^[a-zA-Z0-9:/_-]+$"
            ),
        ),
        ("alias/" + 251 * "a", "ValidationException", None),
    ],
)
def test_names_that_cannot_be(kms, key, operation, name, code, text):
    with refused(code, text):
        getattr(kms, operation)(AliasName=name, TargetKeyId=key)


def test_deleting(kms):
    with refused("NotFoundException", f"Alias {ARN}alias/none is not found."):
        kms.delete_alias(AliasName="alias/none")
    with refused("NotAuthorizedException"):
        kms.delete_alias(AliasName="alias/aws/s3")
    with refused("ValidationException"):
        kms.delete_alias(AliasName="none")


@pytest.mark.parametrize("operation", ["create_alias", "update_alias"])
def test_the_target_is_a_key_that_exists(kms, key, operation):
    kms.create_alias(AliasName="alias/old", TargetKeyId=key)
    name = "alias/old" if operation == "update_alias" else "alias/new"
    for alias in ("alias/old", ARN + "alias/old"):
        with refused("ValidationException", "Aliases must refer to keys. Not aliases"):
            getattr(kms, operation)(AliasName=name, TargetKeyId=alias)
    with refused("NotFoundException"):
        getattr(kms, operation)(AliasName=name, TargetKeyId="00000000-0000-4000-8000-000000000000")


def test_updating_needs_an_alias(kms, key):
    with refused("NotFoundException", f"Alias {ARN}alias/none is not found."):
        kms.update_alias(AliasName="alias/none", TargetKeyId=key)


@pytest.mark.parametrize(
    ("spec", "usage", "allowed"),
    [
        ("ECC_NIST_P256", "SIGN_VERIFY", True),
        ("ML_DSA_44", "SIGN_VERIFY", True),
        ("ECC_NIST_P384", "KEY_AGREEMENT", False),
        ("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT", False),
        ("HMAC_256", "GENERATE_VERIFY_MAC", False),
    ],
)
def test_an_alias_moves_between_keys_of_one_type_and_usage(kms, spec, usage, allowed):
    kms.create_alias(AliasName="alias/signer", TargetKeyId=make(kms, "ECC_NIST_P521", "SIGN_VERIFY"))
    other = make(kms, spec, usage)
    if allowed:
        kms.update_alias(AliasName="alias/signer", TargetKeyId=other)
    else:
        with refused("ValidationException"):
            kms.update_alias(AliasName="alias/signer", TargetKeyId=other)


def test_rsa_for_encryption_and_a_symmetric_key_are_not_of_one_type(kms, key):
    kms.create_alias(AliasName="alias/a", TargetKeyId=key)
    with refused("ValidationException"):
        kms.update_alias(AliasName="alias/a", TargetKeyId=make(kms, "RSA_2048", "ENCRYPT_DECRYPT"))


def test_a_key_has_fifty_aliases_at_most(kms, key):
    for n in range(50):
        kms.create_alias(AliasName=f"alias/{n}", TargetKeyId=key)
    with refused("LimitExceededException"):
        kms.create_alias(AliasName="alias/50", TargetKeyId=key)
    kms.update_alias(AliasName="alias/0", TargetKeyId=key)
    kms.create_alias(AliasName="alias/other", TargetKeyId=make(kms))
    with refused("LimitExceededException"):
        kms.update_alias(AliasName="alias/other", TargetKeyId=key)


def documented():
    """Operations that take a key, and whether botocore's documentation says that an alias will do."""
    for name in service_model().operation_names:
        shape = service_model().operation_model(name).input_shape
        for member, what in shape.members.items():
            if what.name == "KeyIdType":
                text = re.sub("<[^>]+>", "", what.documentation)
                lower = text.lower()
                yield name, member, "alias name" in lower and "alias names are not supported" not in lower


#: The documentation of these says nothing of aliases, yet they are cryptographic operations, which take them all
#: ("Aliases in AWS KMS", developer guide).
TAKE_ALIASES_TOO = {"GenerateMac", "VerifyMac"}


@pytest.mark.parametrize(("name", "member", "allowed"), list(documented()))
def test_aliases_stand_for_keys_where_aws_says_so(kms, name, member, allowed):
    assert OPERATIONS[name].by_alias == (allowed or name in TAKE_ALIASES_TOO)


def test_an_alias_where_none_is_allowed(kms, key):
    kms.create_alias(AliasName="alias/app", TargetKeyId=key)
    for alias in ("alias/app", ARN + "alias/app"):
        for operation in (kms.get_key_policy, kms.disable_key, kms.list_grants, kms.list_aliases):
            with refused("InvalidArnException", "Key Aliases are not supported for this operation."):
                operation(KeyId=alias)


@pytest.mark.parametrize(
    "text", ["arn:aws:kms", "arn:aws:s3:::bucket", "arn:aws:kms:us-east-1:123456789012:grant/x", "arn:::::"]
)
def test_texts_that_are_no_arn_of_a_key(kms, text):
    with refused("InvalidArnException"):
        kms.describe_key(KeyId=text)


def test_an_empty_key_id(kms):
    status, answer = post(kms, "DescribeKey", {"KeyId": ""})
    assert (status, answer["__type"]) == (400, "ValidationException")
