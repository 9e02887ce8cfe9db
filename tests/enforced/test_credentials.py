"""Temporary credentials and permissions boundaries, live: what STS and IAM hand out counts in KMS's decisions."""

from typing import Any

import boto3
import pytest

from ..kms.conftest import refused
from .conftest import ACCOUNT, ADMINISTRATOR, allow, deny, document, new_user, signed_in

DENIED = "AccessDeniedException"
WITH_MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}


@pytest.fixture
def device(clock: Any) -> str:
    """The serial number of Ana's MFA device."""
    boto3.client("iam").create_user(UserName="Ana")
    return enable_device("Ana")


def enable_device(user: str) -> str:
    iam = boto3.client("iam")
    serial = iam.create_virtual_mfa_device(VirtualMFADeviceName=user)["VirtualMFADevice"]["SerialNumber"]
    iam.enable_mfa_device(
        UserName=user, SerialNumber=serial, AuthenticationCode1="123456", AuthenticationCode2="654321"
    )
    return serial


def ana(*statements: Any) -> boto3.Session:
    """Ana with her access key, after she got these permissions."""
    iam = boto3.client("iam")
    iam.put_user_policy(UserName="Ana", PolicyName="p", PolicyDocument=document(*statements))
    return signed_in(iam.create_access_key(UserName="Ana")["AccessKey"])


def session_of(who: boto3.Session, **members: Any) -> boto3.Session:
    return signed_in(who.client("sts").get_session_token(**members)["Credentials"])


def new_role(name: str, *statements: Any, **more: Any) -> str:
    iam = boto3.client("iam")
    trust = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
        "Action": "sts:AssumeRole",
    }
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document(trust), **more)["Role"]["Arn"]
    iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=document(*statements))
    return arn


def assume(role: str, who: boto3.Session | None = None, **members: Any) -> boto3.Session:
    sts = (who or boto3).client("sts")
    return signed_in(sts.assume_role(RoleArn=role, RoleSessionName="morning", **members)["Credentials"])


def managed_policy(name: str, *statements: Any) -> str:
    made = boto3.client("iam").create_policy(PolicyName=name, PolicyDocument=document(*statements))
    return made["Policy"]["Arn"]


# GetSessionToken


def test_a_session_of_a_user_has_the_users_permissions(make_key: Any) -> None:
    key = make_key()
    session = session_of(new_user("Bob", allow("kms:DescribeKey")))
    kms = session.client("kms")
    kms.describe_key(KeyId=key)
    with refused(DENIED):
        kms.encrypt(KeyId=key, Plaintext=b"p")
    assert session.client("sts").get_caller_identity()["Arn"] == f"arn:aws:iam::{ACCOUNT}:user/Bob"


def test_a_key_policy_that_names_the_user_names_the_users_sessions(make_key: Any) -> None:
    bob = new_user("Bob")
    key = make_key(allow("kms:Encrypt", Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:user/Bob"}))
    session_of(bob).client("kms").encrypt(KeyId=key, Plaintext=b"p")


def test_mfa_is_present_after_a_code_false_without_and_absent_with_an_access_key(
    make_key: Any, device: str
) -> None:
    key = make_key()
    long_term = ana(
        allow("kms:DescribeKey", Condition=WITH_MFA),
        allow("kms:Encrypt", Condition={"Null": {"aws:MultiFactorAuthPresent": "true"}}),
    )
    with_code = session_of(long_term, SerialNumber=device, TokenCode="123456").client("kms")
    without = session_of(long_term).client("kms")
    with_code.describe_key(KeyId=key)
    for kms in (without, long_term.client("kms")):
        with refused(DENIED):
            kms.describe_key(KeyId=key)
    long_term.client("kms").encrypt(KeyId=key, Plaintext=b"p")
    for kms in (with_code, without):
        with refused(DENIED):
            kms.encrypt(KeyId=key, Plaintext=b"p")


@pytest.mark.parametrize(("operator", "spares_the_access_key"), [("Bool", True), ("BoolIfExists", False)])
def test_a_deny_without_mfa_needs_if_exists_to_reach_an_access_key(
    make_key: Any, device: str, operator: str, spares_the_access_key: bool
) -> None:
    key = make_key()
    who = ana(ADMINISTRATOR, deny("kms:*", Condition={operator: {"aws:MultiFactorAuthPresent": "false"}}))
    with refused(DENIED):
        session_of(who).client("kms").describe_key(KeyId=key)
    session_of(who, SerialNumber=device, TokenCode="123456").client("kms").describe_key(KeyId=key)
    if spares_the_access_key:
        who.client("kms").describe_key(KeyId=key)
    else:
        with refused(DENIED):
            who.client("kms").describe_key(KeyId=key)


def test_the_age_of_mfa_grows_with_the_clock(make_key: Any, clock: Any, device: str) -> None:
    key = make_key()
    fresh = {"NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}}
    who = ana(allow("kms:DescribeKey", Condition=fresh))
    kms = session_of(who, SerialNumber=device, TokenCode="123456").client("kms")
    kms.describe_key(KeyId=key)
    clock.advance(hours=1)
    for late_or_without in (kms, session_of(who).client("kms"), who.client("kms")):
        with refused(DENIED):
            late_or_without.describe_key(KeyId=key)


def test_the_time_of_issue_is_there_for_temporary_credentials_alone(make_key: Any, clock: Any) -> None:
    key = make_key()
    since = {"DateGreaterThan": {"aws:TokenIssueTime": clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")}}
    bob = new_user("Bob", allow("kms:DescribeKey", Condition=since))
    clock.advance(minutes=5)
    session_of(bob).client("kms").describe_key(KeyId=key)
    with refused(DENIED):
        bob.client("kms").describe_key(KeyId=key)


def test_a_session_that_began_too_early_is_denied(make_key: Any, clock: Any) -> None:
    key = make_key()
    bob = new_user("Bob", ADMINISTRATOR)
    early = session_of(bob).client("kms")
    early.describe_key(KeyId=key)
    clock.advance(minutes=5)
    revoked = {"DateLessThan": {"aws:TokenIssueTime": clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")}}
    boto3.client("iam").put_user_policy(
        UserName="Bob", PolicyName="revoke", PolicyDocument=document(deny("*", Condition=revoked))
    )
    with refused(DENIED):
        early.describe_key(KeyId=key)
    session_of(bob).client("kms").describe_key(KeyId=key)


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"TokenCode": "123456"}, ", must provide both MFA serial number and one time pass code."),
        (
            {"SerialNumber": f"arn:aws:iam::{ACCOUNT}:mfa/other", "TokenCode": "123456"},
            ", unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.",
        ),
        ({"SerialNumber": "", "TokenCode": "secret"}, " with invalid MFA one time pass code."),
    ],
)
def test_a_wrong_device_or_code_is_refused(device: str, members: dict[str, str], message: str) -> None:
    asked = {name: value or device for name, value in members.items()}
    with refused("AccessDenied", f"MultiFactorAuthentication failed{message}"):
        session_of(ana(ADMINISTRATOR), **asked)


@pytest.mark.parametrize("operation", ["GetSessionToken", "GetFederationToken"])
def test_a_session_cannot_ask_for_another(clock: Any, operation: str) -> None:
    calls = {"GetSessionToken": {}, "GetFederationToken": {"Name": "Fay"}}
    sessions = session_of(new_user("Bob")), assume(new_role("Reader", ADMINISTRATOR))
    for session in sessions:
        sts = session.client("sts")
        call = sts.get_session_token if operation == "GetSessionToken" else sts.get_federation_token
        with refused("AccessDenied", f"Cannot call {operation} with session credentials"):
            call(**calls[operation])


def test_a_token_must_be_the_sessions_own_and_its_user_the_same(make_key: Any) -> None:
    key = make_key()
    bob = new_user("Bob", ADMINISTRATOR)
    credentials = bob.client("sts").get_session_token()["Credentials"]
    assert credentials["AccessKeyId"].startswith("ASIA")
    signed_in(credentials).client("kms").describe_key(KeyId=key)
    with refused("UnrecognizedClientException"):
        signed_in(credentials | {"SessionToken": "other"}).client("kms").describe_key(KeyId=key)
    iam = boto3.client("iam")
    iam.delete_user_policy(UserName="Bob", PolicyName="p")
    for access_key in iam.list_access_keys(UserName="Bob")["AccessKeyMetadata"]:
        iam.delete_access_key(UserName="Bob", AccessKeyId=access_key["AccessKeyId"])
    iam.delete_user(UserName="Bob")
    new_user("Bob", ADMINISTRATOR)
    with refused("UnrecognizedClientException"):
        signed_in(credentials).client("kms").describe_key(KeyId=key)


# AssumeRole


def test_a_session_policy_limits_the_role(make_key: Any) -> None:
    key = make_key()
    kms = assume(new_role("Reader", ADMINISTRATOR), Policy=document(allow("kms:DescribeKey"))).client("kms")
    kms.describe_key(KeyId=key)
    with refused(DENIED):
        kms.encrypt(KeyId=key, Plaintext=b"p")


def test_managed_session_policies_join_the_inline_one(make_key: Any) -> None:
    key = make_key()
    arns = [{"arn": managed_policy(name, allow(f"kms:{name}"))} for name in ("Encrypt", "GetKeyPolicy")]
    role = new_role("Reader", ADMINISTRATOR)
    kms = assume(role, PolicyArns=arns, Policy=document(allow("kms:DescribeKey"))).client("kms")
    kms.describe_key(KeyId=key)
    kms.encrypt(KeyId=key, Plaintext=b"p")
    kms.get_key_policy(KeyId=key)
    with refused(DENIED):
        kms.list_grants(KeyId=key)
    denied = managed_policy("Denied", deny("kms:DescribeKey"))
    with refused(DENIED):
        assume(role, PolicyArns=[*arns, {"arn": denied}]).client("kms").describe_key(KeyId=key)


def test_a_managed_session_policy_that_does_not_exist_allows_nothing(make_key: Any) -> None:
    key = make_key()
    arn = f"arn:aws:iam::{ACCOUNT}:policy/none"
    with refused(DENIED):
        assume(new_role("Reader", ADMINISTRATOR), PolicyArns=[{"arn": arn}]).client("kms").describe_key(
            KeyId=key
        )


def test_session_tags_are_tags_of_the_principal_and_override_the_roles(make_key: Any) -> None:
    key = make_key()
    red = {"StringEquals": {"aws:PrincipalTag/Team": "red"}}
    role = new_role("Reader", allow("kms:*", Condition=red), Tags=[{"Key": "team", "Value": "blue"}])
    assume(role, Tags=[{"Key": "Team", "Value": "red"}]).client("kms").describe_key(KeyId=key)
    for other in (assume(role), assume(role, Tags=[{"Key": "Unit", "Value": "red"}])):
        with refused(DENIED):
            other.client("kms").describe_key(KeyId=key)


def test_transitive_tags_go_along_a_chain_of_roles(make_key: Any) -> None:
    key = make_key()
    red = {"StringEquals": {"aws:PrincipalTag/Team": "red"}}
    first, second = new_role("First", ADMINISTRATOR), new_role("Second", allow("kms:*", Condition=red))
    tags = [{"Key": "Team", "Value": "red"}]
    passed_on = assume(first, Tags=tags, TransitiveTagKeys=["Team"])
    assume(second, assume(second, passed_on)).client("kms").describe_key(KeyId=key)
    with refused(DENIED):
        assume(second, assume(first, Tags=tags)).client("kms").describe_key(KeyId=key)
    with refused("AccessDenied"):
        assume(second, passed_on, Tags=[{"Key": "TEAM", "Value": "blue"}])


def test_a_role_session_has_no_mfa_whatever_came_with_the_request_for_it(make_key: Any, device: str) -> None:
    """IAM User Guide, "Secure API access with MFA": this is why you must use GetSessionToken."""
    key = make_key()
    role = new_role("Reader", allow("kms:DescribeKey", Condition=WITH_MFA), allow("kms:Encrypt"))
    who = ana(ADMINISTRATOR)
    code = {"SerialNumber": device, "TokenCode": "123456"}
    for kms in (assume(role, who, **code).client("kms"), assume(role, session_of(who, **code)).client("kms")):
        kms.encrypt(KeyId=key, Plaintext=b"p")
        with refused(DENIED):
            kms.describe_key(KeyId=key)
    with refused("AccessDenied"):
        assume(role, who, SerialNumber=device, TokenCode="secret")


def test_a_role_assumed_by_web_identity_has_its_session_policy(make_key: Any) -> None:
    key = make_key()
    sts = boto3.client("sts")
    role = new_role("Reader", ADMINISTRATOR)
    answer = sts.assume_role_with_web_identity(
        RoleArn=role,
        RoleSessionName="morning",
        WebIdentityToken="token",
        Policy=document(allow("kms:DescribeKey")),
    )
    kms = signed_in(answer["Credentials"]).client("kms")
    kms.describe_key(KeyId=key)
    with refused(DENIED):
        kms.encrypt(KeyId=key, Plaintext=b"p")


# GetFederationToken


def test_a_federated_user_has_what_its_session_policy_and_its_user_share(make_key: Any) -> None:
    key = make_key()
    bob = new_user("Bob", allow("kms:DescribeKey", "kms:Encrypt"))
    policy = document(allow("kms:DescribeKey", "kms:GetKeyPolicy"))
    session = signed_in(bob.client("sts").get_federation_token(Name="Fay", Policy=policy)["Credentials"])
    kms = session.client("kms")
    kms.describe_key(KeyId=key)
    for call in (lambda: kms.encrypt(KeyId=key, Plaintext=b"p"), lambda: kms.get_key_policy(KeyId=key)):
        with refused(DENIED):
            call()
    fay = session.client("sts").get_caller_identity()
    assert fay["Arn"] == f"arn:aws:sts::{ACCOUNT}:federated-user/Fay"
    assert fay["UserId"] == f"{ACCOUNT}:Fay"


def test_a_federated_user_without_a_session_policy_needs_a_key_policy(make_key: Any) -> None:
    bob = new_user("Bob", ADMINISTRATOR)
    kms = signed_in(bob.client("sts").get_federation_token(Name="Fay")["Credentials"]).client("kms")
    fay = {"AWS": f"arn:aws:sts::{ACCOUNT}:federated-user/Fay"}
    with refused(DENIED):
        kms.describe_key(KeyId=make_key())
    kms.describe_key(KeyId=make_key(allow("kms:DescribeKey", Principal=fay)))


# Permissions boundaries of users


def test_a_boundary_limits_a_user(make_key: Any) -> None:
    key = make_key()
    iam = boto3.client("iam")
    boundary = managed_policy("Boundary", allow("kms:DescribeKey"))
    kms = new_user("Bob", ADMINISTRATOR, PermissionsBoundary=boundary).client("kms")
    assert iam.get_user(UserName="Bob")["User"]["PermissionsBoundary"]["PermissionsBoundaryArn"] == boundary
    kms.describe_key(KeyId=key)
    with refused(DENIED):
        kms.encrypt(KeyId=key, Plaintext=b"p")
    iam.delete_user_permissions_boundary(UserName="Bob")
    assert "PermissionsBoundary" not in iam.get_user(UserName="Bob")["User"]
    kms.encrypt(KeyId=key, Plaintext=b"p")
    iam.put_user_permissions_boundary(UserName="Bob", PermissionsBoundary=boundary)
    with refused(DENIED):
        kms.encrypt(KeyId=key, Plaintext=b"p")


def test_a_boundary_gives_nothing_and_does_not_limit_what_a_key_policy_gives_the_user(make_key: Any) -> None:
    boundary = managed_policy("Boundary", allow("kms:DescribeKey"))
    kms = new_user("Bob", PermissionsBoundary=boundary).client("kms")
    bob = {"AWS": f"arn:aws:iam::{ACCOUNT}:user/Bob"}
    key = make_key(allow("kms:Encrypt", Principal=bob))
    with refused(DENIED):
        kms.describe_key(KeyId=key)
    kms.encrypt(KeyId=key, Plaintext=b"p")


def test_a_boundary_denies(make_key: Any) -> None:
    boundary = managed_policy("Boundary", ADMINISTRATOR, deny("kms:Encrypt"))
    kms = new_user("Bob", PermissionsBoundary=boundary).client("kms")
    key = make_key(allow("kms:*", Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:user/Bob"}))
    kms.describe_key(KeyId=key)
    with refused(DENIED):
        kms.encrypt(KeyId=key, Plaintext=b"p")


def test_a_boundary_must_exist_unless_it_is_awss_own(make_key: Any) -> None:
    iam = boto3.client("iam")
    new_user("Bob", ADMINISTRATOR)
    missing = f"arn:aws:iam::{ACCOUNT}:policy/none"
    with refused("NoSuchEntity", f"Scope ARN: {missing} does not exist or is not attachable."):
        iam.put_user_permissions_boundary(UserName="Bob", PermissionsBoundary=missing)
    with refused("NoSuchEntity"):
        iam.put_user_permissions_boundary(
            UserName="nobody", PermissionsBoundary="arn:aws:iam::aws:policy/PowerUserAccess"
        )
    iam.put_user_permissions_boundary(
        UserName="Bob", PermissionsBoundary="arn:aws:iam::aws:policy/PowerUserAccess"
    )


def test_a_session_of_a_user_keeps_the_users_boundary(make_key: Any) -> None:
    key = make_key()
    boundary = managed_policy("Boundary", allow("kms:DescribeKey"))
    kms = session_of(new_user("Bob", ADMINISTRATOR, PermissionsBoundary=boundary)).client("kms")
    kms.describe_key(KeyId=key)
    with refused(DENIED):
        kms.encrypt(KeyId=key, Plaintext=b"p")


def test_a_policy_of_a_boundary_is_read_as_it_is_now(make_key: Any) -> None:
    key = make_key()
    boundary = managed_policy("Boundary", allow("kms:DescribeKey"))
    kms = new_user("Bob", ADMINISTRATOR, PermissionsBoundary=boundary).client("kms")
    boto3.client("iam").create_policy_version(
        PolicyArn=boundary, PolicyDocument=document(allow("kms:Encrypt")), SetAsDefault=True
    )
    kms.encrypt(KeyId=key, Plaintext=b"p")
    with refused(DENIED):
        kms.describe_key(KeyId=key)
