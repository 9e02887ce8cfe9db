"""Organizations, live: condition keys, service control policies and resource control policies of moto's organization."""

import json
from typing import Any

import boto3
import pytest

import kmsnb
from kmsnb.principals import user_credentials

from ..kms.conftest import refused
from .conftest import ACCOUNT, ADMINISTRATOR, allow, deny, document, signed_in

DENIED = "AccessDeniedException"
EVERYONE = {"AWS": "*"}


class Organization:
    """An organization whose management account is ours, with a member in an organizational unit."""

    def __init__(self) -> None:
        self.api = boto3.client("organizations")
        self.id = self.api.create_organization(FeatureSet="ALL")["Organization"]["Id"]
        self.root = self.api.list_roots()["Roots"][0]["Id"]
        unit = self.api.create_organizational_unit(ParentId=self.root, Name="Workloads")
        self.unit = unit["OrganizationalUnit"]["Id"]
        made = self.api.create_account(AccountName="Member", Email="member@example.com")
        self.member = made["CreateAccountStatus"]["AccountId"]
        self.api.move_account(AccountId=self.member, SourceParentId=self.root, DestinationParentId=self.unit)

    def enable(self, kind: str) -> None:
        self.api.enable_policy_type(RootId=self.root, PolicyType=kind)

    def attach(self, kind: str, target: str, name: str, *statements: Any) -> str:
        made = self.api.create_policy(Name=name, Description="", Type=kind, Content=document(*statements))
        policy = made["Policy"]["PolicySummary"]["Id"]
        self.api.attach_policy(PolicyId=policy, TargetId=target)
        return policy


SCP, RCP = "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"


@pytest.fixture
def organization(clock: Any) -> Organization:
    return Organization()


def user_of(account: str, name: str = "Mia") -> Any:
    """A KMS client of an administrator of another account."""
    policy = json.loads(document(ADMINISTRATOR))
    credentials = user_credentials(account, "us-east-1", name, policy)
    return signed_in(
        {"AccessKeyId": credentials.access_key_id, "SecretAccessKey": credentials.secret_access_key}
    ).client("kms")


def shared_if(condition: dict[str, Any]) -> dict[str, Any]:
    return allow("kms:DescribeKey", Principal=EVERYONE, Condition=condition)


def test_keys_of_the_organization(make_key: Any, organization: Organization) -> None:
    path = f"{organization.id}/{organization.root}/{organization.unit}/"
    conditions = [
        {"StringEquals": {"aws:PrincipalOrgID": organization.id}},
        {"ForAnyValue:StringEquals": {"aws:PrincipalOrgPaths": path}},
        {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": f"{organization.id}/*"}},
        {"StringEquals": {"aws:ResourceOrgID": "${aws:PrincipalOrgID}"}},
        {"StringEquals": {"aws:PrincipalAccount": organization.member, "aws:ResourceAccount": ACCOUNT}},
        {"ForAnyValue:StringEquals": {"aws:ResourceOrgPaths": f"{organization.id}/{organization.root}/"}},
    ]
    member, stranger = user_of(organization.member), user_of("444455556666")
    for condition in conditions:
        key = make_key(shared_if(condition))
        member.describe_key(KeyId=key)
        if "ForAnyValue:StringEquals" not in condition or "aws:PrincipalOrgPaths" in str(condition):
            with refused(DENIED):
                stranger.describe_key(KeyId=key)


def test_without_an_organization_its_keys_are_absent(make_key: Any) -> None:
    absent = {"Null": {"aws:PrincipalOrgID": "true", "aws:ResourceOrgID": "true"}}
    user_of("444455556666").describe_key(KeyId=make_key(shared_if(absent)))
    with refused(DENIED):
        user_of("444455556666").describe_key(
            KeyId=make_key(shared_if({"StringLike": {"aws:PrincipalOrgID": "*"}}))
        )


def test_an_account_that_left_is_no_member(make_key: Any, organization: Organization) -> None:
    key = make_key(shared_if({"StringEquals": {"aws:PrincipalOrgID": organization.id}}))
    member = user_of(organization.member)
    member.describe_key(KeyId=key)
    organization.api.remove_account_from_organization(AccountId=organization.member)
    with refused(DENIED):
        member.describe_key(KeyId=key)


def test_the_organization_of_the_source_of_a_services_request(
    make_key: Any, organization: Organization, caller_from: Any
) -> None:
    ours = {
        "StringEquals": {"aws:SourceOrgID": organization.id},
        "Bool": {"aws:PrincipalIsAWSService": "true"},
    }
    key = make_key(allow("kms:GenerateDataKey*", Principal={"Service": "sns.amazonaws.com"}, Condition=ours))
    for account, goes in ((organization.member, True), ("444455556666", False)):
        arn = f"arn:aws:sns:us-east-1:{account}:topic"
        sns = caller_from("student", service="sns.amazonaws.com", source_arn=arn)
        if goes:
            sns.generate_data_key(KeyId=key, KeySpec="AES_256")
        else:
            with refused(DENIED):
                sns.generate_data_key(KeyId=key, KeySpec="AES_256")


def test_a_service_control_policy_denies_members_alone(make_key: Any, organization: Organization) -> None:
    organization.attach(SCP, organization.root, "No", deny("kms:DescribeKey", Sid="Nobody"))
    member = user_of(organization.member)
    key = member.create_key()["KeyMetadata"]["Arn"]
    member.describe_key(KeyId=key)  # the type is not enabled in the root yet
    organization.enable(SCP)
    with refused(
        DENIED,
        f"User: arn:aws:iam::{organization.member}:user/Mia is not authorized to perform: kms:DescribeKey "
        f"on resource: {key} with an explicit deny in a service control policy",
    ):
        member.describe_key(KeyId=key)
    boto3.client("kms").describe_key(KeyId=make_key())  # of the management account
    stranger = user_of("444455556666")
    stranger.describe_key(KeyId=stranger.create_key()["KeyMetadata"]["Arn"])


def test_service_control_policies_have_to_allow_at_each_level(organization: Organization) -> None:
    organization.enable(SCP)
    member = user_of(organization.member)
    key = member.create_key()["KeyMetadata"]["Arn"]
    organization.attach(SCP, organization.unit, "Some", allow("kms:DescribeKey"))
    member.encrypt(KeyId=key, Plaintext=b"p")  # FullAWSAccess is still attached
    organization.api.detach_policy(PolicyId="p-FullAWSAccess", TargetId=organization.unit)
    member.describe_key(KeyId=key)
    with refused(
        DENIED,
        f"User: arn:aws:iam::{organization.member}:user/Mia is not authorized to perform: kms:Encrypt "
        f"on resource: {key} because no service control policy allows the kms:Encrypt action",
    ):
        member.encrypt(KeyId=key, Plaintext=b"p")
    with refused(DENIED):
        member.create_key()


def test_a_service_control_policy_limits_what_another_accounts_key_allows(
    make_key: Any, organization: Organization
) -> None:
    key = make_key(allow("kms:*", Principal={"AWS": f"arn:aws:iam::{organization.member}:root"}))
    member = user_of(organization.member)
    member.encrypt(KeyId=key, Plaintext=b"p")
    organization.enable(SCP)
    organization.attach(
        SCP,
        organization.member,
        "Own",
        deny("kms:Encrypt", Condition={"StringNotEquals": {"aws:ResourceAccount": organization.member}}),
    )
    with refused(DENIED):
        member.encrypt(KeyId=key, Plaintext=b"p")
    member.encrypt(KeyId=member.create_key()["KeyMetadata"]["KeyId"], Plaintext=b"p")


def test_a_resource_control_policy_keeps_strangers_out(make_key: Any, organization: Organization) -> None:
    organization.enable(RCP)
    member, stranger = user_of(organization.member), user_of("444455556666", "Sam")
    anyone = document(
        allow("kms:*", Principal={"AWS": f"arn:aws:iam::{organization.member}:root"}),
        allow("kms:Encrypt", Principal=EVERYONE),
    )
    key = member.create_key(Policy=anyone)["KeyMetadata"]["Arn"]
    stranger.encrypt(KeyId=key, Plaintext=b"p")
    perimeter = deny(
        "kms:*",
        Principal="*",
        Condition={
            "StringNotEqualsIfExists": {"aws:PrincipalOrgID": organization.id},
            "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
        },
    )
    organization.attach(RCP, organization.root, "Perimeter", perimeter)
    with refused(DENIED):
        stranger.encrypt(KeyId=key, Plaintext=b"p")
    member.encrypt(KeyId=key, Plaintext=b"p")
    boto3.client("kms").encrypt(KeyId=key, Plaintext=b"p")  # the management account is in the organization
    shared = make_key(allow("kms:Encrypt", Principal=EVERYONE))
    stranger.encrypt(KeyId=shared, Plaintext=b"p")  # RCPs do not bind the management account's keys


def test_the_explanation_shows_the_new_stages_in_order(organization: Organization) -> None:
    for kind in (SCP, RCP):
        organization.enable(kind)
    member = user_of(organization.member)
    key = member.create_key()["KeyMetadata"]["Arn"]
    # a lab explains through the same function, for keys of its own account
    told = kmsnb.kms.explain(
        f"arn:aws:iam::{organization.member}:user/Mia",
        "kms:Encrypt",
        key,
        region="us-east-1",
        account=organization.member,
    )
    assert [str(step.stage) for step in told.path] == [
        "deny",
        "resource control policies",
        "service control policies",
        "key policy",
        "IAM policies",
    ]
    assert told.allowed
    organization.attach(SCP, organization.unit, "Some", allow("kms:DescribeKey"))
    organization.api.detach_policy(PolicyId="p-FullAWSAccess", TargetId=organization.unit)
    told = kmsnb.kms.explain(
        f"arn:aws:iam::{organization.member}:user/Mia",
        "kms:Encrypt",
        key,
        region="us-east-1",
        account=organization.member,
    )
    assert not told.allowed
    assert told.path[-1].seen == (
        "Statement number 1 of the service control policy FullAWSAccess of the root allows it.",
        "Statement number 1 of the service control policy Some of the organizational unit Workloads does not apply: its Action is kms:DescribeKey.",
        f"Statement number 1 of the service control policy FullAWSAccess of the account {organization.member} allows it.",
        "No policy of the organizational unit Workloads allows it.",
    )
