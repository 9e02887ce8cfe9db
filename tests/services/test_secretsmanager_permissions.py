"""Who may do what with a secret: IAM policies, the secret's resource policy, and from another account both."""

from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

import kmsnb

from .conftest import asked, make_key, refused
from .policies import (
    OURS,
    THEIRS,
    allow,
    boundary,
    deny,
    document,
    endpoint_for,
    organize,
    session_of,
    to,
    user_arn,
    when,
    who_may,
)

UMA, OLGA = user_arn("Uma"), user_arn("Olga", THEIRS)
DENIED = "AccessDeniedException"
READ = "secretsmanager:GetSecretValue"


@pytest.fixture
def secrets(lab: kmsnb.Lab) -> Any:
    """The administrator's client."""
    return lab.user("student").client("secretsmanager")


@pytest.fixture
def arn(secrets: Any) -> str:
    """The ARN of the secret ``db``."""
    return secrets.create_secret(Name="db", SecretString="hunter2")["ARN"]


def may(lab: kmsnb.Lab, *statements: Any, name: str = "Uma", **more: Any) -> Any:
    return who_may(lab, name, *statements, allow("kms:*"), **more).client("secretsmanager")


def no(action: str, on: str, why: str = "", who: str = UMA) -> str:
    why = why or f"because no identity-based policy allows the {action} action"
    return f"User: {who} is not authorized to perform: {action} on resource: {on} {why}"


REQUESTS: dict[str, Callable[[Any, str], Any]] = {
    "GetSecretValue": lambda secrets, id: secrets.get_secret_value(SecretId=id),
    "DescribeSecret": lambda secrets, id: secrets.describe_secret(SecretId=id),
    "ListSecretVersionIds": lambda secrets, id: secrets.list_secret_version_ids(SecretId=id),
    "PutSecretValue": lambda secrets, id: secrets.put_secret_value(SecretId=id, SecretString="new"),
    "UpdateSecret": lambda secrets, id: secrets.update_secret(SecretId=id, Description="new"),
    "DeleteSecret": lambda secrets, id: secrets.delete_secret(SecretId=id),
    "TagResource": lambda secrets, id: secrets.tag_resource(SecretId=id, Tags=[{"Key": "a", "Value": "b"}]),
    "GetResourcePolicy": lambda secrets, id: secrets.get_resource_policy(SecretId=id),
    "PutResourcePolicy": lambda secrets, id: secrets.put_resource_policy(
        SecretId=id, ResourcePolicy=document(allow(READ, **to(OURS)))
    ),
    "DeleteResourcePolicy": lambda secrets, id: secrets.delete_resource_policy(SecretId=id),
}


@pytest.mark.parametrize("by", ["name", "ARN"])
@pytest.mark.parametrize("name", REQUESTS)
def test_each_request_needs_its_action_on_the_secret(
    lab: kmsnb.Lab, secrets: Any, arn: str, name: str, by: str
):
    request, action, id = REQUESTS[name], f"secretsmanager:{name}", arn if by == "ARN" else "db"
    with refused(DENIED, no(action, id), 400):
        request(may(lab), id)
    with refused(DENIED, no(action, id, "with an explicit deny in an identity-based policy")):
        request(may(lab, allow("*"), deny(action, on=arn)), id)
    with refused(DENIED, no(action, id)):
        request(may(lab, allow("*", on=f"{arn}2")), id)
    assert secrets.get_secret_value(SecretId="db")["SecretString"] == "hunter2"
    request(may(lab, allow(action, on=arn[:-6] + "??????")), id)


def test_a_new_secret_is_named_without_its_last_six_characters(lab: kmsnb.Lab, secrets: Any):
    action, new = "secretsmanager:CreateSecret", f"arn:aws:secretsmanager:us-east-1:{OURS}:secret:app/new"
    with refused(DENIED, no(action, "app/new")):
        may(lab).create_secret(Name="app/new", SecretString="x")
    with refused(DENIED):
        may(lab, allow(action, on=f"{new}2-*")).create_secret(Name="app/new", SecretString="x")
    uma = may(lab, allow(action, on=f"{new}-*"))
    for more, also in (
        ({"Tags": [{"Key": "a", "Value": "b"}]}, "secretsmanager:TagResource"),
        ({"AddReplicaRegions": [{"Region": "eu-west-1"}]}, "secretsmanager:ReplicateSecretToRegions"),
    ):
        with refused(DENIED, also):
            uma.create_secret(Name="app/new", SecretString="x", **more)
    named = when("StringEquals", "secretsmanager:Name", "app/new")
    may(lab, allow(action, **named)).create_secret(Name="app/new", SecretString="x")


def test_what_is_on_no_secret(lab: kmsnb.Lab, secrets: Any, arn: str):
    uma = may(lab, allow("*", on=arn))
    for request in (uma.list_secrets, uma.get_random_password):
        with refused(DENIED, "because no identity-based policy allows"):
            request()
    uma = may(lab, allow("secretsmanager:ListSecrets", "secretsmanager:GetRandomPassword"))
    assert [each["ARN"] for each in uma.list_secrets()["SecretList"]] == [arn]
    uma.get_random_password()


def test_a_policy_is_validated_before_it_is_attached(lab: kmsnb.Lab, secrets: Any, arn: str):
    narrow = document(allow(READ, **to(OURS)))
    wide = document(allow(READ, **to()))
    action = "secretsmanager:ValidateResourcePolicy"
    with refused(DENIED, action):
        may(lab).validate_resource_policy(ResourcePolicy=narrow)
    with refused(DENIED, no("secretsmanager:PutResourcePolicy", arn)):
        may(lab, allow(action)).validate_resource_policy(SecretId=arn, ResourcePolicy=narrow)
    uma = may(lab, allow(action, "secretsmanager:PutResourcePolicy"))
    for policy, fault in (
        (narrow, None),
        (document(deny(READ, **to())), None),
        (document(allow(READ, **to(), **when("StringEquals", "aws:PrincipalOrgID", "o-1"))), None),
        (wide, "broad access"),
        (document(allow(READ, NotPrincipal={"AWS": UMA})), "broad access"),
        ("{", "a syntax error"),
    ):
        answer = uma.validate_resource_policy(ResourcePolicy=policy)
        assert answer["PolicyValidationPassed"] is (fault is None)
        assert fault is None or fault in answer["ValidationErrors"][0]["ErrorMessage"]
    with refused("PublicPolicyException", "BlockPublicPolicy parameter is set to true", 400):
        uma.put_resource_policy(SecretId=arn, ResourcePolicy=wide, BlockPublicPolicy=True)
    assert "ResourcePolicy" not in secrets.get_resource_policy(SecretId=arn)
    uma.put_resource_policy(SecretId=arn, ResourcePolicy=wide)
    uma.put_resource_policy(SecretId=arn, ResourcePolicy=narrow, BlockPublicPolicy=True)


def test_tags(lab: kmsnb.Lab, secrets: Any, arn: str):
    team = "aws:ResourceTag/Team"
    uma = may(lab, allow(READ, **when("StringEquals", team, "blue")))
    with refused(DENIED):
        uma.get_secret_value(SecretId="db")
    secrets.tag_resource(SecretId="db", Tags=[{"Key": "Team", "Value": "blue"}])
    uma.get_secret_value(SecretId="db")
    may(lab, allow(READ, **when("StringEquals", "secretsmanager:ResourceTag/Team", "blue")))
    uma.get_secret_value(SecretId="db")
    assert lab.explain(uma_session := lab.user("Uma"), READ, arn).allowed
    secrets.tag_resource(SecretId="db", Tags=[{"Key": "Team", "Value": "red"}])
    assert not lab.explain(uma_session, READ, arn).allowed
    asked = when("StringEquals", "aws:RequestTag/Team", "blue")
    tag, untag = "secretsmanager:TagResource", "secretsmanager:UntagResource"
    may(lab, allow("secretsmanager:CreateSecret", tag, **asked), allow(untag))
    with refused(DENIED):
        uma.create_secret(Name="new", SecretString="x", Tags=[{"Key": "Team", "Value": "red"}])
    uma.create_secret(Name="new", SecretString="x", Tags=[{"Key": "Team", "Value": "blue"}])
    may(lab, allow(untag, **when("ForAllValues:StringEquals", "aws:TagKeys", "Other")))
    with refused(DENIED):
        uma.untag_resource(SecretId="db", TagKeys=["Team"])


def test_either_side_is_enough_in_the_owner_s_account(lab: kmsnb.Lab, secrets: Any, arn: str):
    uma = may(lab)
    secrets.put_resource_policy(SecretId=arn, ResourcePolicy=document(allow(READ, **to(OURS))))
    with refused(DENIED, no(READ, "db")):
        uma.get_secret_value(SecretId="db")
    secrets.put_resource_policy(SecretId=arn, ResourcePolicy=document(allow(READ, **to(UMA))))
    assert uma.get_secret_value(SecretId="db")["SecretString"] == "hunter2"
    secrets.put_resource_policy(SecretId=arn, ResourcePolicy=document(deny(READ, **to(UMA))))
    may(lab, allow("secretsmanager:*"))
    with refused(DENIED, no(READ, "db", "with an explicit deny in a resource-based policy")):
        uma.get_secret_value(SecretId="db")
    secrets.delete_resource_policy(SecretId=arn)
    uma.get_secret_value(SecretId="db")


def test_conditions(lab: kmsnb.Lab, secrets: Any, arn: str):
    secrets.put_secret_value(SecretId=arn, SecretString="new")
    current = when("StringEquals", "secretsmanager:VersionStage", "AWSCURRENT")
    uma = may(lab, allow(READ, **current))
    uma.get_secret_value(SecretId="db", VersionStage="AWSCURRENT")
    for other in ({"VersionStage": "AWSPREVIOUS"}, {}):
        with refused(DENIED):
            uma.get_secret_value(SecretId="db", **other)
    endpoint = endpoint_for("secretsmanager", allow(READ, **to()))
    only = deny(READ, **to(), **when("StringNotEquals", "aws:SourceVpce", endpoint))
    secrets.put_resource_policy(SecretId=arn, ResourcePolicy=document(only))
    inside = may(lab, allow("secretsmanager:*"), via_endpoint=endpoint)
    inside.get_secret_value(SecretId="db")
    with refused(DENIED, "because no VPC endpoint policy allows the secretsmanager:DescribeSecret action"):
        inside.describe_secret(SecretId="db")
    with refused(DENIED, "with an explicit deny in a resource-based policy"):
        secrets.get_secret_value(SecretId="db")


def test_a_policy_can_require_a_customer_managed_key(lab: kmsnb.Lab, secrets: Any, arn: str):
    """AWS Secrets Manager User Guide, "Example: Deny a specific AWS KMS key to encrypt secrets"."""
    kms, key = boto3.client("kms"), make_key(lab)
    kms.create_alias(AliasName="alias/ours", TargetKeyId=key)
    managed = kms.describe_key(KeyId="alias/aws/secretsmanager")["KeyMetadata"]["Arn"]
    create, update = "secretsmanager:CreateSecret", "secretsmanager:UpdateSecret"
    uma = may(
        lab,
        allow("secretsmanager:*"),
        deny(create, update, **when("StringLikeIfExists", "secretsmanager:KmsKeyArn", managed)),
        deny(create, **when("Null", "secretsmanager:KmsKeyArn", "true")),
    )
    value = {"SecretString": "x"}
    for no_good in ({}, {"KmsKeyId": managed}, {"KmsKeyId": "alias/aws/secretsmanager"}):
        with refused(DENIED, "with an explicit deny in an identity-based policy"):
            uma.create_secret(Name="new", **value, **no_good)
    for number, good in enumerate((key, key.rpartition("/")[2], "alias/ours")):
        uma.create_secret(Name=f"new{number}", KmsKeyId=good, **value)
    for back in ("", managed, "alias/aws/secretsmanager"):
        with refused(DENIED, no(update, "new0", "with an explicit deny in an identity-based policy")):
            uma.update_secret(SecretId="new0", KmsKeyId=back)
    may(lab, allow("secretsmanager:*"), deny(create, **when("StringEquals", "secretsmanager:KmsKeyId", key)))
    with refused(DENIED):
        uma.create_secret(Name="other", KmsKeyId=key, **value)


# Another account


def shared(lab: kmsnb.Lab) -> str:
    """The ARN of a key that the other account may use."""
    return make_key(lab, Policy=document(allow("kms:*", **to(OURS, THEIRS))))


def test_another_account_needs_both_sides_and_the_key(lab: kmsnb.Lab, secrets: Any):
    arn = secrets.create_secret(Name="db", SecretString="hunter2", KmsKeyId=shared(lab))["ARN"]
    olga = may(lab, allow(READ), name="Olga", account=THEIRS)
    why = f"because no resource-based policy allows the {READ} action"
    with refused(DENIED, no(READ, arn, why, OLGA)):
        olga.get_secret_value(SecretId=arn)
    secrets.put_resource_policy(SecretId=arn, ResourcePolicy=document(allow(READ, **to(OLGA))))
    since = len(lab.journal)
    assert olga.get_secret_value(SecretId=arn)["SecretString"] == "hunter2"
    (record,) = asked(lab, since)
    assert (record.name, record.caller.arn, record.cause) == (
        "Decrypt",
        OLGA,
        "secretsmanager:GetSecretValue",
    )
    may(lab, name="Olga", account=THEIRS)
    with refused(DENIED, no(READ, arn, who=OLGA)):
        olga.get_secret_value(SecretId=arn)
    may(lab, allow(READ), name="Olga", account=THEIRS)
    secrets.put_resource_policy(SecretId=arn, ResourcePolicy=document(allow(READ, **to(THEIRS))))
    olga.get_secret_value(SecretId=arn)
    with refused("ResourceNotFoundException"):
        olga.get_secret_value(SecretId="db")  # by its name, it is one of her own account


def test_a_secret_under_aws_secretsmanager_cannot_be_shared(lab: kmsnb.Lab, secrets: Any, arn: str):
    secrets.put_resource_policy(SecretId=arn, ResourcePolicy=document(allow(READ, **to(THEIRS))))
    olga = may(lab, allow(READ), name="Olga", account=THEIRS)
    with refused(DENIED, "Access to KMS is not allowed"):
        olga.get_secret_value(SecretId=arn)


def test_another_account_creates_secrets_of_its_own_only(lab: kmsnb.Lab, arn: str):
    olga = may(lab, allow("secretsmanager:*"), name="Olga", account=THEIRS)
    assert f":{THEIRS}:" in olga.create_secret(Name="db", SecretString="hers")["ARN"]
    assert olga.get_secret_value(SecretId="db")["SecretString"] == "hers"
    assert len(olga.list_secrets()["SecretList"]) == 1


# Batches, limits


def test_a_batch_needs_the_permission_for_each_secret(lab: kmsnb.Lab, secrets: Any, arn: str):
    other = secrets.create_secret(Name="other", SecretString="x")["ARN"]
    both = {"SecretIdList": ["db", "other"]}
    with refused(DENIED, "secretsmanager:BatchGetSecretValue"):
        may(lab, allow(READ)).batch_get_secret_value(**both)
    batch = "secretsmanager:BatchGetSecretValue"
    uma = may(lab, allow(batch), allow(READ, on=arn))
    answer = uma.batch_get_secret_value(**both)
    assert [each["SecretString"] for each in answer["SecretValues"]] == ["hunter2"]
    (error,) = answer["Errors"]
    assert (error["SecretId"], error["ErrorCode"]) == (other, DENIED)
    assert error["Message"] == no(READ, other)
    filtered = {"Filters": [{"Key": "name", "Values": ["db"]}]}
    with refused(DENIED, "secretsmanager:ListSecrets"):
        uma.batch_get_secret_value(**filtered)
    uma = may(lab, allow(batch, "secretsmanager:ListSecrets"), allow(READ, on=arn))
    assert len(uma.batch_get_secret_value(**filtered)["SecretValues"]) == 1


def test_limits(lab: kmsnb.Lab, secrets: Any, arn: str):
    uma = may(lab, allow("secretsmanager:*"))
    boundary("Uma", allow("kms:*"))
    with refused(DENIED, no(READ, "db", f"because no permissions boundary allows the {READ} action")):
        uma.get_secret_value(SecretId="db")
    role, session = f"arn:aws:iam::{OURS}:role/Auditor", f"arn:aws:sts::{OURS}:assumed-role/Auditor/mai"
    narrow = session_of(lab, "Auditor", allow("kms:*")).client("secretsmanager")
    secrets.put_resource_policy(SecretId=arn, ResourcePolicy=document(allow(READ, **to(role))))
    with refused(DENIED, no(READ, "db", f"because no session policy allows the {READ} action", session)):
        narrow.get_secret_value(SecretId="db")
    member = organize("RESOURCE_CONTROL_POLICY", deny(READ, **to()))
    mia = may(lab, allow("secretsmanager:*"), name="Mia", account=member)
    mia.create_secret(Name="hers", SecretString="x")
    with refused(DENIED, "with an explicit deny in a resource control policy"):
        mia.get_secret_value(SecretId="hers")


# Policies that are not taken


@pytest.mark.parametrize(
    ("policy", "fault"),
    [
        ("{", "a syntax error"),
        ("[]", "a syntax error"),
        ('{"Version": "2012-10-17", "Statement": [{"Effect": "AllowSomething"}]}', "a syntax error"),
        (document(allow(READ)), "a syntax error"),
        (document(allow(READ, **to(OURS), Condition={"Equals": {"a": "b"}})), "a syntax error"),
        (document(allow(READ, **to(user_arn("Nobody")))), "an unsupported principal"),
    ],
)
def test_a_policy_with_a_fault_is_not_stored(secrets: Any, arn: str, policy: str, fault: str):
    with refused("MalformedPolicyDocumentException", f"This resource policy contains {fault}.", 400):
        secrets.put_resource_policy(SecretId=arn, ResourcePolicy=policy)
    assert "ResourcePolicy" not in secrets.get_resource_policy(SecretId=arn)


def test_a_principal_of_an_account_without_iam_is_taken(secrets: Any, arn: str):
    elsewhere = document(allow(READ, **to("arn:aws:iam::444455556666:role/Reader")))
    secrets.put_resource_policy(SecretId=arn, ResourcePolicy=elsewhere)


def test_without_enforcement_nobody_is_asked():
    with kmsnb.start(enforce=False) as lab:
        secrets = boto3.client("secretsmanager")
        arn = secrets.create_secret(Name="db", SecretString="x")["ARN"]
        secrets.put_resource_policy(SecretId=arn, ResourcePolicy=document(deny("*", **to())))
        assert lab.user("Uma").client("secretsmanager").get_secret_value(SecretId="db")["SecretString"] == "x"
        with pytest.raises(ClientError, match="ResourceNotFound"):
            lab.user("Olga", account=THEIRS).client("secretsmanager").get_secret_value(SecretId="db")
