"""Parameter Store: each request of the table in the module, allowed, denied, and with a key out of reach."""

import base64
import re
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

import kmsnb
from kmsnb import kms as faithful, services

from .conftest import asked, asks, make_key, put_out_of_reach, uma, unusable_key

NAME, VALUE = "/app/password", "hunter2"
CONTEXT = {"PARAMETER_ARN": f"arn:aws:ssm:us-east-1:123456789012:parameter{NAME}"}

Request = Callable[[Any, str], Any]


def put(ssm: Any, key: str | None = None, **more: Any) -> Any:
    members = {"Name": NAME, "Value": VALUE, "Type": "SecureString", **more}
    return ssm.put_parameter(**members, **({"KeyId": key} if key else {}))


#: request → what it asks KMS for, and how it is sent
WRITES: dict[str, tuple[str, Request]] = {
    "standard": ("Encrypt", lambda ssm, key: put(ssm, key)),
    "advanced": ("GenerateDataKey", lambda ssm, key: put(ssm, key, Tier="Advanced")),
}
READS: dict[str, Callable[[Any], str]] = {
    "GetParameter": lambda ssm: ssm.get_parameter(Name=NAME, WithDecryption=True)["Parameter"]["Value"],
    "GetParameters": lambda ssm: ssm.get_parameters(Names=[NAME], WithDecryption=True)["Parameters"][0][
        "Value"
    ],
    "GetParametersByPath": lambda ssm: ssm.get_parameters_by_path(Path="/app", WithDecryption=True)[
        "Parameters"
    ][0]["Value"],
    "GetParameterHistory": lambda ssm: ssm.get_parameter_history(Name=NAME, WithDecryption=True)[
        "Parameters"
    ][0]["Value"],
}
#: what becomes of the key → what KMS says
STATES = {
    "disabled": (
        "DisabledException",
        "is disabled. (Service: AWSKMS; Status Code: 400; Error Code: Disabled",
    ),
    "pending deletion": ("KMSInvalidStateException", "is pending deletion. (Service: AWSKMS; "),
}


@pytest.mark.parametrize("tier", WRITES)
def test_a_write_that_is_allowed(lab: kmsnb.Lab, tier: str):
    operation, write = WRITES[tier]
    key = make_key(lab)
    write(uma(lab, operation).client("ssm"), key)
    (record,) = asked(lab)
    assert (record.cause, record.name, record.who, record.error_code) == (
        "ssm:PutParameter",
        operation,
        "user/Uma via ssm.amazonaws.com",
        None,
    )
    assert record.parameters
    assert record.parameters["EncryptionContext"] == CONTEXT
    assert record.resources == (key,)


@pytest.mark.parametrize("tier", WRITES)
def test_a_write_that_is_denied_stores_nothing(lab: kmsnb.Lab, tier: str):
    operation, write = WRITES[tier]
    key = make_key(lab)
    with pytest.raises(
        ClientError, match=rf"AccessDeniedException.*not authorized to perform: kms:{operation}"
    ):
        write(uma(lab, "Decrypt").client("ssm"), key)
    assert asks(lab) == [(operation, "AccessDenied")]
    assert boto3.client("ssm").describe_parameters()["Parameters"] == []


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("tier", WRITES)
def test_a_write_under_a_key_that_is_out_of_reach(lab: kmsnb.Lab, tier: str, state: str):
    operation, write = WRITES[tier]
    key = make_key(lab)
    put_out_of_reach(lab, key, state)
    with pytest.raises(ClientError) as caught:
        write(boto3.client("ssm"), key)
    assert caught.value.response["Error"]["Code"] == "InvalidKeyId"
    assert STATES[state][1] in caught.value.response["Error"]["Message"]
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert asks(lab) == [(operation, STATES[state][0])]
    assert boto3.client("ssm").describe_parameters()["Parameters"] == []


@pytest.mark.parametrize("tier", WRITES)
@pytest.mark.parametrize("read", READS)
def test_a_read_that_is_allowed(lab: kmsnb.Lab, read: str, tier: str):
    key = make_key(lab)
    WRITES[tier][1](boto3.client("ssm"), key)
    assert READS[read](uma(lab, "Decrypt").client("ssm")) == VALUE
    record = asked(lab)[-1]
    assert (record.cause, record.name, record.who) == (
        f"ssm:{read}",
        "Decrypt",
        "user/Uma via ssm.amazonaws.com",
    )
    assert record.parameters
    assert record.parameters["EncryptionContext"] == CONTEXT


@pytest.mark.parametrize("tier", WRITES)
@pytest.mark.parametrize("read", READS)
def test_a_read_that_is_denied(lab: kmsnb.Lab, read: str, tier: str):
    WRITES[tier][1](boto3.client("ssm"), make_key(lab))
    with pytest.raises(ClientError, match=r"AccessDeniedException.*Error Code: AccessDeniedException"):
        READS[read](uma(lab, "Encrypt", "GenerateDataKey").client("ssm"))
    assert asks(lab)[-1] == ("Decrypt", "AccessDenied")


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("tier", WRITES)
@pytest.mark.parametrize("read", READS)
def test_a_read_under_a_key_that_is_out_of_reach(lab: kmsnb.Lab, read: str, tier: str, state: str):
    key = make_key(lab)
    ssm = boto3.client("ssm")
    WRITES[tier][1](ssm, key)
    put_out_of_reach(lab, key, state)
    with pytest.raises(ClientError) as caught:
        READS[read](ssm)
    assert caught.value.response["Error"]["Code"] == "InvalidKeyId"
    assert STATES[state][1] in caught.value.response["Error"]["Message"]
    assert asks(lab)[-1] == ("Decrypt", STATES[state][0])


def test_once_the_key_is_enabled_again_the_next_read_works(lab: kmsnb.Lab):
    key, ssm = make_key(lab), boto3.client("ssm")
    put(ssm, key)
    put_out_of_reach(lab, key, "disabled")
    with pytest.raises(ClientError, match="InvalidKeyId"):
        READS["GetParameter"](ssm)
    boto3.client("kms").enable_key(KeyId=key)
    assert READS["GetParameter"](ssm) == VALUE


def test_under_a_deleted_key_it_is_gone(lab: kmsnb.Lab):
    key, ssm = make_key(lab), boto3.client("ssm")
    put(ssm, key)
    put_out_of_reach(lab, key, "deleted")
    with pytest.raises(
        ClientError, match=r"AccessDeniedException.*: The ciphertext refers to a customer master"
    ):
        READS["GetParameter"](ssm)
    with pytest.raises(ClientError, match=f"InvalidKeyId.*: Key '{key}' does not exist"):
        put(ssm, key, Overwrite=True)


def test_an_iam_policy_can_limit_the_caller_to_parameter_store_and_to_one_parameter(lab: kmsnb.Lab):
    key, student = make_key(lab), boto3.client("ssm")
    put(student, key)
    put(student, key, Name="/app/other")
    only = {
        "StringEquals": {
            "kms:ViaService": "ssm.us-east-1.amazonaws.com",
            "kms:EncryptionContext:PARAMETER_ARN": CONTEXT["PARAMETER_ARN"],
        }
    }
    who = uma(lab, "Decrypt", condition=only)
    assert READS["GetParameter"](who.client("ssm")) == VALUE
    with pytest.raises(ClientError, match="AccessDeniedException"):
        who.client("ssm").get_parameter(Name="/app/other", WithDecryption=True)
    ciphertext = base64.b64decode(student.get_parameter(Name=NAME)["Parameter"]["Value"])
    with pytest.raises(ClientError, match="AccessDeniedException"):
        who.client("kms").decrypt(CiphertextBlob=ciphertext, EncryptionContext=CONTEXT)


def test_the_requests_are_on_the_bill(lab: kmsnb.Lab):
    ssm, before = boto3.client("ssm"), requests_on_the_bill(lab)
    put(ssm)
    READS["GetParameter"](ssm)
    ssm.get_parameter(Name=NAME)
    assert requests_on_the_bill(lab) == before + 2


def requests_on_the_bill(lab: kmsnb.Lab) -> int:
    found = re.search(r"([0-9,]+) requests?", str(lab.bill()))
    return int(found[1].replace(",", "")) if found else 0


@pytest.mark.parametrize("tier", WRITES)
def test_without_decryption_nobody_is_asked_and_the_plaintext_is_nowhere(lab: kmsnb.Lab, tier: str):
    ssm = boto3.client("ssm")
    WRITES[tier][1](ssm, make_key(lab))
    before = asks(lab)
    answers = [
        ssm.get_parameter(Name=NAME),
        ssm.get_parameters(Names=[NAME]),
        ssm.get_parameters_by_path(Path="/app"),
        ssm.get_parameter_history(Name=NAME),
        ssm.describe_parameters(),
    ]
    assert VALUE not in str(answers)
    assert asks(lab) == before


def test_without_decryption_the_value_is_what_kms_encrypted(lab: kmsnb.Lab):
    ssm = boto3.client("ssm")
    put(ssm, make_key(lab))
    ciphertext = base64.b64decode(ssm.get_parameter(Name=NAME)["Parameter"]["Value"])
    opened = boto3.client("kms").decrypt(CiphertextBlob=ciphertext, EncryptionContext=CONTEXT)
    assert opened["Plaintext"] == VALUE.encode()


@pytest.mark.parametrize("name", [NAME, "password", "/password", "a/b/c"])
def test_names_with_and_without_a_slash(lab: kmsnb.Lab, name: str):
    ssm, arn = boto3.client("ssm"), f"arn:aws:ssm:us-east-1:123456789012:parameter/{name.lstrip('/')}"
    put(ssm, Name=name)
    assert ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"] == VALUE
    assert [record.parameters["EncryptionContext"] for record in asked(lab) if record.parameters] == [
        {"PARAMETER_ARN": arn}
    ] * 2


def test_an_arn_a_version_and_a_label_name_a_parameter(lab: kmsnb.Lab):
    key, ssm = make_key(lab), boto3.client("ssm")
    put(ssm, key)
    put(ssm, Value="second", Overwrite=True)
    ssm.label_parameter_version(Name=NAME, ParameterVersion=1, Labels=["old"])

    def value(name: str) -> str:
        found: str = ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]
        return found

    assert [value(name) for name in (NAME, f"{NAME}:1", f"{NAME}:old", CONTEXT["PARAMETER_ARN"])] == [
        "second",
        VALUE,
        VALUE,
        "second",
    ]
    assert asked(lab)[-2].resources == (key,)


def test_one_refusal_fails_get_parameters_as_a_whole(lab: kmsnb.Lab):
    key, ssm = make_key(lab), boto3.client("ssm")
    put(ssm, key)
    put(ssm, Name="/app/another")
    ssm.put_parameter(Name="/app/plain", Value="kmsnb", Type="String")
    names = [NAME, "/app/another", "/app/plain", "/app/missing"]
    answer = ssm.get_parameters(Names=names, WithDecryption=True)
    assert [parameter["Name"] for parameter in answer["Parameters"]] == ["/app/another", NAME, "/app/plain"]
    assert [parameter["Value"] for parameter in answer["Parameters"]] == [VALUE, VALUE, "kmsnb"]
    assert answer["InvalidParameters"] == ["/app/missing"]
    put_out_of_reach(lab, key, "disabled")
    with pytest.raises(ClientError, match="InvalidKeyId"):
        ssm.get_parameters(Names=names, WithDecryption=True)


def test_one_version_s_key_fails_the_history(lab: kmsnb.Lab):
    key, ssm = make_key(lab), boto3.client("ssm")
    put(ssm, key)
    put(ssm, Value="second", Overwrite=True)
    history = ssm.get_parameter_history(Name=NAME, WithDecryption=True)["Parameters"]
    assert [version["Value"] for version in history] == [VALUE, "second"]
    put_out_of_reach(lab, key, "disabled")
    assert READS["GetParameter"](ssm) == "second"
    with pytest.raises(ClientError, match="InvalidKeyId"):
        ssm.get_parameter_history(Name=NAME, WithDecryption=True)


def test_a_new_version_without_a_key_id_goes_back_to_the_default_key(lab: kmsnb.Lab):
    key, ssm = make_key(lab), boto3.client("ssm")
    put(ssm, key)
    put(ssm, Overwrite=True, Value="second")
    ssm.put_parameter(Name=NAME, Value="third", Overwrite=True)  # without a type: that of the version before
    assert asked(lab)[-1].resources != (key,)
    assert ssm.describe_parameters()["Parameters"][0]["KeyId"] == "alias/aws/ssm"
    assert READS["GetParameter"](ssm) == "third"


@pytest.mark.parametrize("form", ["id", "ARN", "alias", "alias ARN"])
def test_each_form_of_a_key_id(lab: kmsnb.Lab, form: str):
    key, kms = make_key(lab), boto3.client("kms")
    kms.create_alias(AliasName="alias/app", TargetKeyId=key)
    named = {
        "id": key.rpartition("/")[2],
        "ARN": key,
        "alias": "alias/app",
        "alias ARN": "arn:aws:kms:us-east-1:123456789012:alias/app",
    }[form]
    put(boto3.client("ssm"), named)
    assert asked(lab)[0].resources == (key,)


@pytest.mark.parametrize(
    ("what", "code", "message"),
    [
        ("nonsense", "InvalidKeyId", "Invalid keyId 'no such key' (Service: AWSKMS; "),
        ("pending import", "InvalidKeyId", "is pending import."),
        ("RSA", "InvalidKeyId", "Service: AWSKMS"),
        ("HMAC", "InvalidKeyId", "Error Code: InvalidKeyUsageException"),
        ("another Region", "InvalidKeyId", "Error Code: NotFoundException"),
        ("another account's alias", "AccessDeniedException", "because the resource does not exist"),
    ],
)
@pytest.mark.parametrize("tier", WRITES)
def test_keys_that_cannot_encrypt(lab: kmsnb.Lab, what: str, code: str, message: str, tier: str):
    with pytest.raises(ClientError) as caught:
        WRITES[tier][1](boto3.client("ssm"), unusable_key(lab, what))
    assert caught.value.response["Error"]["Code"] == code
    assert message in caught.value.response["Error"]["Message"]


def test_the_request_id_that_is_quoted_is_in_the_journal(lab: kmsnb.Lab):
    with pytest.raises(ClientError) as caught:
        put(boto3.client("ssm"), "no such key")
    assert f"Request ID: {asked(lab)[0].request_id}; " in caught.value.response["Error"]["Message"]


def test_a_parameter_that_exists_is_rejected_before_kms_is_asked(lab: kmsnb.Lab):
    ssm = boto3.client("ssm")
    put(ssm)
    with pytest.raises(ClientError, match="ParameterAlreadyExists"):
        put(ssm, "no such key")
    assert asks(lab) == [("Encrypt", None)]


@pytest.mark.parametrize("name", ["/aws/reserved", "/aws/reference/secretsmanager/none"])
def test_a_reserved_name_is_rejected_before_kms_is_asked(lab: kmsnb.Lab, name: str):
    with pytest.raises(ClientError):
        put(boto3.client("ssm"), Name=name)
    assert asks(lab) == []


@pytest.mark.parametrize(
    ("size", "tier", "becomes", "operation"),
    [
        (4096, None, "Standard", "Encrypt"),
        (4096, "Intelligent-Tiering", "Standard", "Encrypt"),
        (4097, "Intelligent-Tiering", "Advanced", "GenerateDataKey"),
        (4097, "Advanced", "Advanced", "GenerateDataKey"),
    ],
)
def test_the_tier_decides_how_it_is_encrypted(
    lab: kmsnb.Lab, size: int, tier: str | None, becomes: str, operation: str
):
    ssm = boto3.client("ssm")
    answer = put(ssm, Value="x" * size, **({"Tier": tier} if tier else {}))
    assert answer["Tier"] == ssm.describe_parameters()["Parameters"][0]["Tier"] == becomes
    assert asks(lab) == [(operation, None)]
    assert READS["GetParameter"](ssm) == "x" * size


def test_a_standard_value_has_at_most_4096_bytes(lab: kmsnb.Lab):
    with pytest.raises(ClientError, match="maximum parameter value of 4096 characters"):
        put(boto3.client("ssm"), Value="x" * 4097)
    assert asks(lab) == []


def test_a_parameter_that_is_advanced_stays_advanced(lab: kmsnb.Lab):
    ssm = boto3.client("ssm")
    put(ssm, Tier="Advanced")
    put(ssm, Overwrite=True)
    put(ssm, Overwrite=True, Tier="Intelligent-Tiering")
    with pytest.raises(ClientError, match="You can't downgrade a parameter"):
        put(ssm, Overwrite=True, Tier="Standard")
    assert asks(lab) == [("GenerateDataKey", None)] * 3


@pytest.mark.parametrize("value", ["x", "naïve 🔑", "\ud800"])
@pytest.mark.parametrize("tier", WRITES)
def test_any_text_comes_back(lab: kmsnb.Lab, value: str, tier: str):
    ssm = boto3.client("ssm")
    put(ssm, Value=value, Tier=tier.capitalize())
    assert READS["GetParameter"](ssm) == value


def test_a_secret_s_parameter_is_read_through_secrets_manager(lab: kmsnb.Lab):
    key = make_key(lab)
    secret = boto3.client("secretsmanager").create_secret(Name="app/db", SecretString=VALUE, KmsKeyId=key)
    name, ssm = "/aws/reference/secretsmanager/app/db", uma(lab, "Decrypt").client("ssm")
    assert ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"] == VALUE
    assert ssm.get_parameters(Names=[name], WithDecryption=True)["Parameters"][0]["Value"] == VALUE
    record = asked(lab)[-1]
    assert (record.cause, record.who) == (
        "ssm:GetParameters",
        "user/Uma via secretsmanager.amazonaws.com",
    )
    assert record.parameters
    assert record.parameters["EncryptionContext"] == {
        "SecretARN": secret["ARN"],
        "SecretVersionId": secret["VersionId"],
    }
    put_out_of_reach(lab, key, "disabled")
    with pytest.raises(ClientError, match=r"InvalidKeyId.*DecryptionFailure.*can't decrypt the secret"):
        ssm.get_parameter(Name=name, WithDecryption=True)


def test_a_secret_s_parameter_is_not_shown_without_decryption_nor_has_it_a_history(lab: kmsnb.Lab):
    boto3.client("secretsmanager").create_secret(Name="db", SecretString=VALUE)
    name, ssm = "/aws/reference/secretsmanager/db", boto3.client("ssm")
    with pytest.raises(ClientError, match="ValidationException"):
        ssm.get_parameter(Name=name)
    with pytest.raises(ClientError, match="ParameterNotFound"):
        ssm.get_parameter_history(Name=name)
    with pytest.raises(ClientError, match="ValidationException"):
        ssm.get_parameters(Names=[name])


def test_secrets_and_other_parameters_can_be_read_at_once(lab: kmsnb.Lab):
    boto3.client("secretsmanager").create_secret(Name="db", SecretString="secret")
    ssm, reference = boto3.client("ssm"), "/aws/reference/secretsmanager/db"
    put(ssm)
    before = len(lab.journal.records)
    names = [NAME, reference, "/aws/reference/secretsmanager/db:none"]
    answer = ssm.get_parameters(Names=names, WithDecryption=True)
    assert {each["Name"]: each["Value"] for each in answer["Parameters"]} == {NAME: VALUE, "db": "secret"}
    assert [record.who for record in asked(lab, before)] == [
        "user/student via ssm.amazonaws.com",
        "user/student via secretsmanager.amazonaws.com",
    ]


def test_what_was_stored_before_services_asked_is_encrypted_when_it_is_read():
    names = {"aws_access_key_id": "made", "aws_secret_access_key": "up", "region_name": "us-east-1"}
    with faithful.installed(), mock_aws():
        ssm, kms = boto3.client("ssm", **names), boto3.client("kms", **names)
        key = kms.create_key()["KeyMetadata"]["KeyId"]
        put(ssm, key)
        with services.installed():
            assert VALUE not in str(ssm.get_parameter(Name=NAME))
            assert READS["GetParameter"](ssm) == VALUE
            kms.disable_key(KeyId=key)
            with pytest.raises(ClientError, match="InvalidKeyId"):
                READS["GetParameter"](ssm)


def test_unknown_credentials_are_told_so(lab: kmsnb.Lab):
    stranger = boto3.client("ssm", aws_access_key_id="AKIASTRANGER", aws_secret_access_key="x")
    with pytest.raises(ClientError, match="UnrecognizedClientException"):
        put(stranger)


def test_a_fault_in_kms_is_an_internal_error(lab: kmsnb.Lab, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("kmsnb.kms.api.handler._answer", lambda *_: 1 / 0)
    ssm = boto3.client("ssm", config=boto3.session.Config(retries={"total_max_attempts": 1}))
    with pytest.raises(ClientError, match="InternalServerError"):
        put(ssm)
