"""Lambda: environment variables are the developer's to encrypt, and the function's session's to decrypt."""

import io
import json
import zipfile
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from moto import mock_aws

import kmsnb
from kmsnb import kms, services

from .conftest import asked, asks, make_key, put_out_of_reach, unusable_key
from .roles import ACCOUNT, may

FUNCTION = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:greets"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/runs/greets"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/runs"
CONTEXT = {"aws:lambda:FunctionArn": FUNCTION}
DEVELOPER = {"kms:Encrypt", "kms:CreateGrant"}
_ONCE = Config(retries={"total_max_attempts": 1})  # botocore repeats a request that is answered by 502


def make_role() -> None:
    trust = {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        },
    }
    boto3.client("iam").create_role(RoleName="runs", AssumeRolePolicyDocument=json.dumps(trust))


def client(session: Any = boto3) -> Any:
    return session.client("lambda", config=_ONCE)


def make_function(
    awslambda: Any, key: str | None = None, variables: dict[str, str] | None = None, **more: Any
) -> dict[str, Any]:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("greets.py", "def hello(event, context): return 'hello'")
    if key is not None:
        more["KMSKeyArn"] = key
    made: dict[str, Any] = awslambda.create_function(
        FunctionName="greets",
        Role=ROLE,
        Runtime="python3.12",
        Handler="greets.hello",
        Code={"ZipFile": buffer.getvalue()},
        Environment={"Variables": {"WHOM": "world"} if variables is None else variables},
        **more,
    )
    return made


@pytest.fixture
def lab(lab: kmsnb.Lab) -> kmsnb.Lab:
    make_role()
    return lab


def test_the_developer_encrypts_and_makes_a_grant_for_the_function_s_session(lab: kmsnb.Lab):
    key = make_key(lab)
    made = make_function(client(may(lab, "Uma", DEVELOPER)), key)
    assert made["Environment"] == {"Variables": {"WHOM": "world"}}
    encrypt, create_grant = asked(lab)
    assert (encrypt.name, create_grant.name) == ("Encrypt", "CreateGrant")
    assert encrypt.cloudtrail()["requestParameters"]["encryptionContext"] == CONTEXT
    for record in (encrypt, create_grant):
        assert (record.who, record.cause) == ("user/Uma via lambda.amazonaws.com", "lambda:CreateFunction")
    (grant,) = boto3.client("kms").list_grants(KeyId=key)["Grants"]
    assert (grant["Name"], grant["GranteePrincipal"], grant["RetiringPrincipal"]) == (
        "greets",
        SESSION,
        SESSION,
    )
    assert grant["Operations"] == ["Decrypt", "RetireGrant"]
    assert grant["Constraints"] == {"EncryptionContextEquals": CONTEXT}


def test_grant_for_an_aws_resource_is_what_the_key_policy_sees(lab: kmsnb.Lab):
    key = make_key(lab)
    uma = may(lab, "Uma", {"kms:Encrypt"})
    boto3.client("iam").put_user_policy(
        UserName="Uma",
        PolicyName="grants",
        PolicyDocument=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": {
                    "Effect": "Allow",
                    "Action": "kms:CreateGrant",
                    "Resource": "*",
                    "Condition": {
                        "Bool": {"kms:GrantIsForAWSResource": "true"},
                        "StringEquals": {"kms:ViaService": "lambda.us-east-1.amazonaws.com"},
                    },
                },
            }
        ),
    )
    make_function(client(uma), key)
    assert asks(lab) == [("Encrypt", None), ("CreateGrant", None)]


@pytest.mark.parametrize("missing", sorted(DEVELOPER))
def test_a_developer_without_a_permission_makes_no_function(lab: kmsnb.Lab, missing: str):
    key = make_key(lab)
    awslambda = client(may(lab, "Uma", DEVELOPER - {missing}))
    operation = missing.removeprefix("kms:")
    expected = f"the KMS key is invalid for {operation}. Please check your KMS key settings. KMS Exception: AccessDenied"
    with pytest.raises(awslambda.exceptions.InvalidParameterValueException, match=expected):
        make_function(awslambda, key)
    with pytest.raises(ClientError, match="Function not found"):
        awslambda.get_function(FunctionName="greets")
    assert asks(lab)[-1] == (operation, "AccessDenied")


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("disabled", "DisabledException"),
        ("pending deletion", "KMSInvalidStateException"),
        ("RSA", "InvalidKeyUsageException|UnsupportedOperationException|ValidationException"),
        ("HMAC", "InvalidKeyUsageException"),
        ("pending import", "KMSInvalidStateException"),
        ("another Region", "NotFoundException"),
        ("another account's alias", "AccessDeniedException"),
    ],
)
def test_a_key_that_cannot_be_used_makes_no_function(lab: kmsnb.Lab, what: str, said: str):
    if what in ("disabled", "pending deletion"):
        key = make_key(lab)
        put_out_of_reach(lab, key, what)
    else:
        key = unusable_key(lab, what)
    awslambda = client()
    with pytest.raises(
        awslambda.exceptions.InvalidParameterValueException, match=f"KMS Exception: ({said}) KMS Message: "
    ):
        make_function(awslambda, key)
    assert awslambda.list_functions()["Functions"] == []


def test_a_key_is_named_by_its_arn(lab: kmsnb.Lab):
    with pytest.raises(ClientError, match="'kMSKeyArn' failed to satisfy constraint") as refused:
        make_function(client(), "alias/mine")
    assert refused.value.response["Error"]["Code"] == "ValidationException"


def test_variables_have_four_kilobytes(lab: kmsnb.Lab):
    with pytest.raises(ClientError, match="exceeded the 4KB limit"):
        make_function(client(), make_key(lab), {"LONG": "x" * 4096})
    assert asks(lab) == []


def test_the_function_s_session_decrypts_by_the_grant(lab: kmsnb.Lab):
    make_function(client(), make_key(lab))
    since = len(lab.journal.records)
    got = client().invoke(FunctionName="greets")
    assert (got["StatusCode"], got["Payload"].read()) == (200, b"null")
    (record,) = asked(lab, since)
    told = record.cloudtrail()
    assert (record.name, record.cause, record.error_code) == ("Decrypt", "lambda:Invoke", None)
    assert told["userIdentity"]["arn"] == SESSION
    assert "invokedBy" not in told["userIdentity"]
    assert told["requestParameters"]["encryptionContext"] == CONTEXT


def test_a_warm_function_does_not_ask(lab: kmsnb.Lab):
    key = make_key(lab)
    make_function(client(), key)
    client().invoke(FunctionName="greets")
    put_out_of_reach(lab, key, "disabled")
    since = len(lab.journal.records)
    client().invoke(FunctionName="greets")
    assert asks(lab, since) == []
    lab.clock.advance(minutes=6)
    with pytest.raises(ClientError, match="KMSDisabledException"):
        client().invoke(FunctionName="greets")


def test_a_change_or_another_version_starts_cold(lab: kmsnb.Lab):
    make_function(client(), make_key(lab))
    client().invoke(FunctionName="greets")
    client().publish_version(FunctionName="greets")
    client().update_function_configuration(FunctionName="greets", Environment={"Variables": {"WHOM": "you"}})
    for qualifier in ("1", "$LATEST"):
        since = len(lab.journal.records)
        client().invoke(FunctionName="greets", Qualifier=qualifier)
        assert asks(lab, since) == [("Decrypt", None)]


@pytest.mark.parametrize(
    ("how", "code", "why"),
    [
        ("disabled", "KMSDisabledException", "the KMS key used is disabled"),
        ("pending deletion", "KMSInvalidStateException", "the state of the KMS key used is not valid"),
        ("deleted", "KMSAccessDeniedException", "KMS access was denied"),
        ("grant revoked", "KMSAccessDeniedException", "KMS access was denied"),
    ],
)
def test_without_its_key_a_function_does_not_start(lab: kmsnb.Lab, how: str, code: str, why: str):
    key = make_key(lab)
    make_function(client(), key)
    if how == "grant revoked":
        (grant,) = boto3.client("kms").list_grants(KeyId=key)["Grants"]
        boto3.client("kms").revoke_grant(KeyId=key, GrantId=grant["GrantId"])
    else:
        put_out_of_reach(lab, key, how)
    awslambda = client()
    with pytest.raises(getattr(awslambda.exceptions, code), match=why) as refused:
        awslambda.invoke(FunctionName="greets")
    assert refused.value.response["Error"]["Code"] == code
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 502


def test_a_role_made_again_loses_the_grant_until_the_function_is_updated(lab: kmsnb.Lab):
    key = make_key(lab)
    make_function(client(), key)
    iam = boto3.client("iam")
    iam.delete_role(RoleName="runs")
    make_role()
    with pytest.raises(client().exceptions.KMSAccessDeniedException, match="KMS access was denied"):
        client().invoke(FunctionName="greets")
    (grant,) = boto3.client("kms").list_grants(KeyId=key)["Grants"]
    assert grant["GranteePrincipal"].startswith("AROA")
    assert grant["GranteePrincipal"].endswith(":greets")
    client().update_function_configuration(FunctionName="greets", Role=ROLE)
    assert client().invoke(FunctionName="greets")["StatusCode"] == 200


def test_a_role_that_does_not_exist_makes_no_function_and_asks_nothing(lab: kmsnb.Lab):
    boto3.client("iam").delete_role(RoleName="runs")
    with pytest.raises(ClientError, match="cannot be assumed by Lambda"):
        make_function(client(), make_key(lab))
    assert asks(lab) == []


VIEWS = [
    ("get_function_configuration", lambda got: got),
    ("get_function", lambda got: got["Configuration"]),
    ("list_functions", lambda got: got["Functions"][0]),
    ("list_versions_by_function", lambda got: got["Versions"][0]),
]


def test_every_version_in_a_list_is_decrypted(lab: kmsnb.Lab):
    make_function(client(), make_key(lab))
    client().publish_version(FunctionName="greets")
    uma = client(may(lab, "Uma", {"lambda:*"}))
    listed = uma.list_functions(FunctionVersion="ALL")["Functions"]
    assert [each["Environment"]["Error"]["ErrorCode"] for each in listed] == ["AccessDeniedException"] * 2


@pytest.mark.parametrize(("operation", "of"), VIEWS)
@pytest.mark.parametrize("allowed", [True, False])
def test_a_viewer_needs_decrypt(lab: kmsnb.Lab, operation: str, of: Any, allowed: bool):
    make_function(client(), make_key(lab))
    since = len(lab.journal.records)
    awslambda = client(may(lab, "Uma", {"kms:Decrypt"} if allowed else {"kms:Encrypt"}))
    named = {} if operation == "list_functions" else {"FunctionName": "greets"}
    environment = of(getattr(awslambda, operation)(**named))["Environment"]
    (record,) = asked(lab, since)
    assert (record.name, record.who) == ("Decrypt", "user/Uma via lambda.amazonaws.com")
    if allowed:
        assert environment == {"Variables": {"WHOM": "world"}}
    else:
        assert "Variables" not in environment
        assert environment["Error"]["ErrorCode"] == "AccessDeniedException"
        assert "Lambda was unable to decrypt your environment variables" in environment["Error"]["Message"]


def test_a_disabled_key_hides_the_variables(lab: kmsnb.Lab):
    key = make_key(lab)
    make_function(client(), key)
    put_out_of_reach(lab, key, "disabled")
    environment = client().get_function_configuration(FunctionName="greets")["Environment"]
    assert environment["Error"]["ErrorCode"] == "DisabledException"


def test_another_key_takes_the_variables_over(lab: kmsnb.Lab):
    old, new = make_key(lab), make_key(lab)
    make_function(client(), old)
    told = client().update_function_configuration(FunctionName="greets", KMSKeyArn=new)
    assert told["KMSKeyArn"] == new
    put_out_of_reach(lab, old, "disabled")
    assert client().invoke(FunctionName="greets")["StatusCode"] == 200
    assert boto3.client("kms").list_grants(KeyId=new)["Grants"][0]["GranteePrincipal"] == SESSION


def test_an_update_that_kms_refuses_changes_nothing(lab: kmsnb.Lab):
    key, unusable = make_key(lab), make_key(lab)
    put_out_of_reach(lab, unusable, "disabled")
    make_function(client(), key)
    with pytest.raises(ClientError, match="InvalidParameterValueException"):
        client().update_function_configuration(
            FunctionName="greets", KMSKeyArn=unusable, Environment={"Variables": {"WHOM": "you"}}
        )
    told = client().get_function_configuration(FunctionName="greets")
    assert (told["KMSKeyArn"], told["Environment"]) == (key, {"Variables": {"WHOM": "world"}})
    assert client().invoke(FunctionName="greets")["StatusCode"] == 200


def test_without_variables_nobody_asks(lab: kmsnb.Lab):
    make_function(client(), make_key(lab), {})
    client().invoke(FunctionName="greets")
    client().get_function_configuration(FunctionName="greets")
    client().update_function_configuration(FunctionName="greets", Timeout=9)
    assert asks(lab) == []


def test_variables_that_are_taken_away_need_no_key(lab: kmsnb.Lab):
    key = make_key(lab)
    make_function(client(), key)
    put_out_of_reach(lab, key, "disabled")
    client().update_function_configuration(FunctionName="greets", Environment={"Variables": {}})
    assert client().invoke(FunctionName="greets")["StatusCode"] == 200


def test_under_aws_lambda_nobody_needs_permission_for_the_key(lab: kmsnb.Lab):
    awslambda = client(may(lab, "Uma", {"lambda:*"}))
    make_function(awslambda)
    awslambda.invoke(FunctionName="greets")
    assert awslambda.get_function_configuration(FunctionName="greets")["Environment"]["Variables"]
    assert asks(lab) == [("Encrypt", None), ("CreateGrant", None), ("Decrypt", None), ("Decrypt", None)]


def test_an_asynchronous_invocation_succeeds_and_a_dry_run_starts_nothing(lab: kmsnb.Lab):
    key = make_key(lab)
    make_function(client(), key)
    put_out_of_reach(lab, key, "disabled")
    since = len(lab.journal.records)
    assert client().invoke(FunctionName="greets", InvocationType="DryRun")["StatusCode"] == 204
    assert asks(lab, since) == []
    assert client().invoke(FunctionName="greets", InvocationType="Event")["StatusCode"] == 202
    assert asks(lab, since) == [("Decrypt", "DisabledException")]


def test_a_function_that_does_not_exist(lab: kmsnb.Lab):
    with pytest.raises(client().exceptions.ResourceNotFoundException):
        client().invoke(FunctionName="nowhere")


def test_in_moto_s_simple_mode_moto_answers():
    services.install()
    try:
        with mock_aws(config={"lambda": {"use_docker": False}}):
            names = boto3.Session("made", "up", region_name="us-east-1")
            trust = '{"Version": "2012-10-17", "Statement": []}'
            names.client("iam").create_role(RoleName="runs", AssumeRolePolicyDocument=trust)
            make_function(client(names), names.client("kms").create_key()["KeyMetadata"]["Arn"])
            got = client(names).invoke(FunctionName="greets", Payload=b'"hello"')
            assert got["Payload"].read() == b'"hello"'
    finally:
        services.uninstall()
        kms.uninstall()
