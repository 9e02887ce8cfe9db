"""Secrets Manager: each request of the table in the module, allowed, denied, and with a key out of reach."""

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.awslambda.models import LambdaBackend

import kmsnb
from kmsnb import kms as faithful, services
from kmsnb.services.call import Call
from kmsnb.services.secretsmanager import SERVICE

from .conftest import asked, asks, make_key, put_out_of_reach, uma, unusable_key

VALUE = "hunter2"
TRIAL = "RequestToValidateKeyAccess"
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:rotates"
DENIED = "AccessDenied"
TRIED_OUT = [("GenerateDataKey", None), ("Decrypt", None)]
Request = Callable[[Any, str], Any]


def manager(region: str = "us-east-1") -> Any:
    return boto3.client("secretsmanager", region)


def create(secrets: Any, key: str | None = None, **more: Any) -> Any:
    members = {"Name": "app/db", "SecretString": VALUE, **more}
    return secrets.create_secret(**members, **({"KmsKeyId": key} if key else {}))


#: request → how it is sent, given a secret that exists under the key
WRITES: dict[str, Request] = {
    "CreateSecret": lambda secrets, key: create(secrets, key, Name="app/new"),
    "PutSecretValue": lambda secrets, _: secrets.put_secret_value(SecretId="app/db", SecretString="new"),
    "UpdateSecret": lambda secrets, _: secrets.update_secret(SecretId="app/db", SecretString="new"),
}
#: what becomes of the key → what KMS says
STATES = {
    "disabled": (
        "DisabledException",
        "is disabled. (Service: AWSKMS; Status Code: 400; Error Code: Disabled",
    ),
    "pending deletion": ("KMSInvalidStateException", "is pending deletion. (Service: AWSKMS; "),
}


def state() -> str:
    """What Secrets Manager says about its secrets: unchanged if a request failed."""
    secrets = manager().list_secrets()["SecretList"]
    policies = [
        (each["Name"], each.get("KmsKeyId"), sorted(each["SecretVersionsToStages"].items()))
        for each in secrets
    ]
    return json.dumps(policies)


@pytest.mark.parametrize("request_name", WRITES)
def test_a_write_that_is_allowed(lab: kmsnb.Lab, request_name: str):
    key = make_key(lab)
    create(manager(), key)
    before = len(lab.journal.records)
    who = uma(lab, "GenerateDataKey", "Decrypt")
    answer = WRITES[request_name](who.client("secretsmanager"), key)
    record = asked(lab, before)[-1]
    assert (record.cause, record.name, record.who, record.error_code) == (
        f"secretsmanager:{request_name}",
        "GenerateDataKey",
        "user/Uma via secretsmanager.amazonaws.com",
        None,
    )
    assert record.parameters
    assert record.parameters["EncryptionContext"] == {
        "SecretARN": answer["ARN"],
        "SecretVersionId": answer["VersionId"],
    }
    assert record.parameters["KeySpec"] == "AES_256"
    assert record.resources == (key,)
    assert asks(lab, before)[:-1] == (TRIED_OUT if request_name == "CreateSecret" else [])


@pytest.mark.parametrize("request_name", WRITES)
def test_a_write_that_is_denied_changes_nothing(lab: kmsnb.Lab, request_name: str):
    key = make_key(lab)
    create(manager(), key)
    before, was = len(lab.journal.records), state()
    with pytest.raises(
        ClientError, match=r"AccessDeniedException.*: Access to KMS is not allowed$"
    ) as caught:
        WRITES[request_name](uma(lab, "Decrypt").client("secretsmanager"), key)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert asks(lab, before) == [("GenerateDataKey", DENIED)]
    assert state() == was


@pytest.mark.parametrize("becomes", STATES)
@pytest.mark.parametrize("request_name", WRITES)
def test_a_write_under_a_key_that_is_out_of_reach(lab: kmsnb.Lab, request_name: str, becomes: str):
    key = make_key(lab)
    create(manager(), key)
    put_out_of_reach(lab, key, becomes)
    before, was = len(lab.journal.records), state()
    with pytest.raises(ClientError) as caught:
        WRITES[request_name](manager(), key)
    assert caught.value.response["Error"]["Code"] == "EncryptionFailure"
    message = caught.value.response["Error"]["Message"]
    assert message.startswith("Secrets Manager can't encrypt the secret value: arn:aws:kms:")
    assert STATES[becomes][1] in message
    assert asks(lab, before) == [("GenerateDataKey", STATES[becomes][0])]
    assert state() == was


def test_a_read_that_is_allowed(lab: kmsnb.Lab):
    key = make_key(lab)
    made = create(manager(), key)
    before = len(lab.journal.records)
    read = uma(lab, "Decrypt").client("secretsmanager").get_secret_value(SecretId="app/db")
    assert read["SecretString"] == VALUE
    (record,) = asked(lab, before)
    assert (record.cause, record.name, record.who, record.resources) == (
        "secretsmanager:GetSecretValue",
        "Decrypt",
        "user/Uma via secretsmanager.amazonaws.com",
        (key,),
    )
    assert record.parameters
    assert record.parameters["EncryptionContext"] == {
        "SecretARN": made["ARN"],
        "SecretVersionId": made["VersionId"],
    }


def test_a_read_that_is_denied(lab: kmsnb.Lab):
    create(manager(), make_key(lab))
    with pytest.raises(ClientError, match=r"AccessDeniedException.*: Access to KMS is not allowed$"):
        uma(lab).client("secretsmanager").get_secret_value(SecretId="app/db")
    assert asks(lab)[-1] == ("Decrypt", DENIED)


@pytest.mark.parametrize("becomes", STATES)
def test_a_read_under_a_key_that_is_out_of_reach(lab: kmsnb.Lab, becomes: str):
    key = make_key(lab)
    create(manager(), key)
    put_out_of_reach(lab, key, becomes)
    with pytest.raises(ClientError) as caught:
        manager().get_secret_value(SecretId="app/db")
    assert caught.value.response["Error"]["Code"] == "DecryptionFailure"
    message = caught.value.response["Error"]["Message"]
    assert message.startswith("Secrets Manager can't decrypt the secret value: arn:aws:kms:")
    assert STATES[becomes][1] in message
    assert asks(lab)[-1] == ("Decrypt", STATES[becomes][0])


def test_once_the_key_is_enabled_again_the_next_read_works(lab: kmsnb.Lab):
    key = make_key(lab)
    create(manager(), key)
    put_out_of_reach(lab, key, "disabled")
    with pytest.raises(ClientError, match="DecryptionFailure"):
        manager().get_secret_value(SecretId="app/db")
    boto3.client("kms").enable_key(KeyId=key)
    assert manager().get_secret_value(SecretId="app/db")["SecretString"] == VALUE


def test_under_a_deleted_key_it_is_gone(lab: kmsnb.Lab):
    key = make_key(lab)
    create(manager(), key)
    put_out_of_reach(lab, key, "deleted")
    with pytest.raises(ClientError, match=r"AccessDeniedException.*: Access to KMS is not allowed$"):
        manager().get_secret_value(SecretId="app/db")
    with pytest.raises(ClientError, match=f"InvalidParameterException.*: Key '{key}' does not exist"):
        manager().put_secret_value(SecretId="app/db", SecretString="new")


def test_a_batch_lists_what_kms_refuses(lab: kmsnb.Lab):
    key, secrets = make_key(lab), manager()
    create(secrets)
    lost = create(secrets, key, Name="app/lost")
    names = ["app/db", "app/lost", "app/missing"]
    before = len(lab.journal.records)
    both = secrets.batch_get_secret_value(SecretIdList=names)
    assert [value["Name"] for value in both["SecretValues"]] == names[:2]
    assert asks(lab, before) == [("Decrypt", None)] * 2
    put_out_of_reach(lab, key, "disabled")
    one = secrets.batch_get_secret_value(SecretIdList=names)
    assert [value["Name"] for value in one["SecretValues"]] == ["app/db"]
    assert {(error["SecretId"], error["ErrorCode"]) for error in one["Errors"]} == {
        ("app/missing", "ResourceNotFoundException"),
        (lost["ARN"], "DecryptionFailure"),
    }
    boto3.client("kms").enable_key(KeyId=key)
    denied = uma(lab).client("secretsmanager").batch_get_secret_value(SecretIdList=names[1:2])
    assert denied["SecretValues"] == []
    assert denied["Errors"] == [
        {
            "SecretId": lost["ARN"],
            "ErrorCode": "AccessDeniedException",
            "Message": "Access to KMS is not allowed",
        }
    ]


def test_each_value_has_a_data_key_of_its_own_version(lab: kmsnb.Lab):
    secrets = manager()
    first = create(secrets)
    second = secrets.put_secret_value(SecretId="app/db", SecretString="new")
    assert secrets.get_secret_value(SecretId="app/db", VersionStage="AWSPREVIOUS")["SecretString"] == VALUE
    assert secrets.get_secret_value(SecretId="app/db")["SecretString"] == "new"
    versions = [
        record.parameters["EncryptionContext"]["SecretVersionId"]
        for record in asked(lab)
        if record.parameters
    ]
    assert versions == [each["VersionId"] for each in (first, second, first, second)]


def test_a_binary_value_is_encrypted_too(lab: kmsnb.Lab):
    manager().create_secret(Name="bin", SecretBinary=b"\x00\xff")
    assert manager().get_secret_value(SecretId="bin")["SecretBinary"] == b"\x00\xff"
    assert asks(lab) == [("GenerateDataKey", None), ("Decrypt", None)]


def test_without_a_key_it_is_the_account_s_aws_secretsmanager(lab: kmsnb.Lab):
    create(uma(lab).client("secretsmanager"))  # its key policy allows everybody in the account
    (record,) = asked(lab)
    aliases = boto3.client("kms").list_aliases(KeyId=record.resources[0])["Aliases"]
    assert [alias["AliasName"] for alias in aliases] == ["alias/aws/secretsmanager"]
    assert "KmsKeyId" not in manager().describe_secret(SecretId="app/db")


def test_a_secret_without_a_value_only_tries_its_key_out(lab: kmsnb.Lab):
    key = make_key(lab)
    made = manager().create_secret(Name="empty", KmsKeyId=key)
    assert asks(lab) == TRIED_OUT
    for record in asked(lab):
        assert record.parameters
        assert record.parameters["EncryptionContext"] == {
            "SecretARN": made["ARN"],
            "SecretVersionId": TRIAL,
        }
    manager().create_secret(Name="nothing")
    assert asks(lab) == TRIED_OUT


def test_a_key_that_the_caller_may_not_use_both_ways_is_not_set(lab: kmsnb.Lab):
    key = make_key(lab)
    create(manager())
    before, was = len(lab.journal.records), state()
    secrets = uma(lab, "GenerateDataKey").client("secretsmanager")
    for request in (
        lambda: secrets.create_secret(Name="app/new", KmsKeyId=key, SecretString=VALUE),
        lambda: secrets.update_secret(SecretId="app/db", KmsKeyId=key),
    ):
        with pytest.raises(ClientError, match="Access to KMS is not allowed"):
            request()
    assert asks(lab, before) == [("GenerateDataKey", None), ("Decrypt", DENIED)] * 2
    assert state() == was


# Changing the key


def changed(lab: kmsnb.Lab) -> tuple[str, str, int]:
    """A secret with a current and a previous version, both under one key and then under another one, too."""
    old, new, secrets = make_key(lab), make_key(lab), manager()
    create(secrets, old)
    secrets.put_secret_value(SecretId="app/db", SecretString="second")
    before = len(lab.journal.records)
    secrets.update_secret(SecretId="app/db", KmsKeyId=new)
    return old, new, before


def test_changing_the_key_encrypts_the_data_keys_again(lab: kmsnb.Lab):
    old, new, before = changed(lab)
    again = [("Decrypt", None), ("Encrypt", None)]
    assert asks(lab, before) == [*TRIED_OUT, *again, *again]
    assert [record.resources for record in asked(lab, before)[2:]] == [(old,), (new,)] * 2
    assert manager().describe_secret(SecretId="app/db")["KmsKeyId"] == new


@pytest.mark.parametrize("stage", ["AWSCURRENT", "AWSPREVIOUS"])
def test_afterwards_the_new_key_or_the_old_one_will_do(lab: kmsnb.Lab, stage: str):
    old, new, _ = changed(lab)
    secrets = manager()
    put_out_of_reach(lab, old, "disabled")
    assert secrets.get_secret_value(SecretId="app/db", VersionStage=stage)
    put_out_of_reach(lab, new, "disabled")
    with pytest.raises(ClientError, match=f"DecryptionFailure.*{new} is disabled"):
        secrets.get_secret_value(SecretId="app/db", VersionStage=stage)
    boto3.client("kms").enable_key(KeyId=old)
    assert secrets.get_secret_value(SecretId="app/db", VersionStage=stage)
    assert asks(lab)[-2:] == [("Decrypt", "DisabledException"), ("Decrypt", None)]


def test_a_value_after_the_change_is_under_the_new_key_alone(lab: kmsnb.Lab):
    _, new, _ = changed(lab)
    manager().put_secret_value(SecretId="app/db", SecretString="third")
    put_out_of_reach(lab, new, "disabled")
    with pytest.raises(ClientError, match="DecryptionFailure"):
        manager().get_secret_value(SecretId="app/db")


def test_if_kms_refuses_to_encrypt_again_the_change_succeeds_and_the_versions_stay(lab: kmsnb.Lab):
    old, new = make_key(lab), make_key(lab)
    create(manager(), old)
    before = len(lab.journal.records)
    secrets = uma(lab, "GenerateDataKey", "Decrypt").client("secretsmanager")
    secrets.update_secret(SecretId="app/db", KmsKeyId=new)
    assert asks(lab, before) == [*TRIED_OUT, ("Decrypt", None), ("Encrypt", DENIED)]
    put_out_of_reach(lab, new, "disabled")
    assert secrets.get_secret_value(SecretId="app/db")["SecretString"] == VALUE
    put_out_of_reach(lab, old, "disabled")
    with pytest.raises(ClientError, match="DecryptionFailure"):
        secrets.get_secret_value(SecretId="app/db")


def test_a_new_key_and_a_new_value_at_once(lab: kmsnb.Lab):
    old, new = make_key(lab), make_key(lab)
    create(manager(), old)
    before = len(lab.journal.records)
    manager().update_secret(SecretId="app/db", KmsKeyId=new, SecretString="second")
    assert asks(lab, before) == [
        *TRIED_OUT,
        ("Decrypt", None),
        ("Encrypt", None),
        ("GenerateDataKey", None),
    ]
    put_out_of_reach(lab, old, "disabled")
    assert manager().get_secret_value(SecretId="app/db")["SecretString"] == "second"
    assert manager().get_secret_value(SecretId="app/db", VersionStage="AWSPREVIOUS")["SecretString"] == VALUE


def test_naming_the_same_key_again_only_tries_it_out(lab: kmsnb.Lab):
    key = make_key(lab)
    create(manager(), key)
    before = len(lab.journal.records)
    manager().update_secret(SecretId="app/db", KmsKeyId=key)
    assert asks(lab, before) == TRIED_OUT


def test_an_empty_key_id_goes_back_to_the_default_key(lab: kmsnb.Lab):
    key = make_key(lab)
    create(manager(), key)
    manager().update_secret(SecretId="app/db", KmsKeyId="")
    assert "KmsKeyId" not in manager().describe_secret(SecretId="app/db")
    put_out_of_reach(lab, key, "disabled")
    assert manager().get_secret_value(SecretId="app/db")["SecretString"] == VALUE


# Keys


@pytest.mark.parametrize("form", ["id", "ARN", "alias", "alias ARN"])
def test_each_form_of_a_key_id(lab: kmsnb.Lab, form: str):
    key = make_key(lab)
    boto3.client("kms").create_alias(AliasName="alias/app", TargetKeyId=key)
    named = {
        "id": key.rpartition("/")[2],
        "ARN": key,
        "alias": "alias/app",
        "alias ARN": "arn:aws:kms:us-east-1:123456789012:alias/app",
    }[form]
    create(manager(), named)
    assert {record.resources for record in asked(lab)} == {(key,)}
    assert manager().get_secret_value(SecretId="app/db")["SecretString"] == VALUE


@pytest.mark.parametrize(
    ("what", "code", "message"),
    [
        (
            "nonsense",
            "InvalidParameterException",
            "because of an invalid KMS key: Invalid keyId 'no such key'",
        ),
        ("pending import", "EncryptionFailure", "is pending import."),
        ("RSA", "InvalidParameterException", "because of an invalid KMS key: "),
        ("HMAC", "InvalidParameterException", "because of an invalid KMS key: "),
        ("another Region", "InvalidParameterException", "because of an invalid KMS key: "),
        ("another account's alias", "AccessDeniedException", "Access to KMS is not allowed"),
    ],
)
def test_keys_that_cannot_encrypt(lab: kmsnb.Lab, what: str, code: str, message: str):
    create(manager())
    key, was = unusable_key(lab, what), state()
    for request in (
        lambda: create(manager(), key, Name="app/new"),
        lambda: manager().update_secret(SecretId="app/db", KmsKeyId=key),
    ):
        with pytest.raises(ClientError) as caught:
            request()
        assert caught.value.response["Error"]["Code"] == code
        assert message in caught.value.response["Error"]["Message"]
    assert state() == was


# What asks nothing, or fails before


def test_rotating_the_secret_is_not_rotating_the_key(lab: kmsnb.Lab, monkeypatch: pytest.MonkeyPatch):
    invoked: list[str] = []
    monkeypatch.setattr(LambdaBackend, "get_function", lambda *_: None)
    monkeypatch.setattr(LambdaBackend, "invoke", lambda _, name, **__: invoked.append(name))
    key, secrets = make_key(lab), manager()
    create(secrets, key)
    before = asks(lab)
    secrets.rotate_secret(SecretId="app/db", RotationLambdaARN=FUNCTION, RotateImmediately=False)
    assert (asks(lab), invoked) == (before, [FUNCTION])
    assert boto3.client("kms").list_key_rotations(KeyId=key)["Rotations"] == []
    assert secrets.get_secret_value(SecretId="app/db")["SecretString"] == VALUE


def test_a_secret_without_a_function_is_not_rotated(lab: kmsnb.Lab):
    secrets = manager()
    create(secrets)
    with pytest.raises(ClientError, match=r"InvalidRequestException.*: No Lambda rotation function ARN is"):
        secrets.rotate_secret(SecretId="app/db")
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        secrets.rotate_secret(SecretId="none")
    assert secrets.get_secret_value(SecretId="app/db")["SecretString"] == VALUE


def test_the_label_awscurrent_says_which_version_is_read(lab: kmsnb.Lab):
    secrets = manager()
    first = create(secrets)["VersionId"]
    second = secrets.put_secret_value(SecretId="app/db", SecretString="new")["VersionId"]
    for version, other, value in ((first, second, VALUE), (second, first, "new")):
        secrets.update_secret_version_stage(
            SecretId="app/db", VersionStage="AWSCURRENT", MoveToVersionId=version, RemoveFromVersionId=other
        )
        assert secrets.get_secret_value(SecretId="app/db")["SecretString"] == value
        assert asked(lab)[-1].encryption_context["SecretVersionId"] == version
    secrets.update_secret_version_stage(SecretId="app/db", VersionStage="mine", MoveToVersionId=first)
    assert secrets.get_secret_value(SecretId="app/db")["SecretString"] == "new"


def test_versions_are_listed_with_the_keys_that_open_them(lab: kmsnb.Lab):
    old, new, secrets = make_key(lab), make_key(lab), manager()
    made = create(secrets, old)
    for value in ("second", "third"):
        secrets.put_secret_value(SecretId="app/db", SecretString=value)
    secrets.update_secret(SecretId="app/db", KmsKeyId=new)
    secrets.update_secret(SecretId="app/db", KmsKeyId="")

    def listed(**more: bool) -> dict[str, Any]:
        answer = secrets.list_secret_version_ids(SecretId="app/db", **more)
        assert answer["ARN"] == made["ARN"]
        return {"".join(each["VersionStages"]): each["KmsKeyIds"] for each in answer["Versions"]}

    assert listed() == {stage: ["DefaultEncryptionKey", new] for stage in ("AWSPREVIOUS", "AWSCURRENT")}
    assert listed(IncludeDeprecated=True)[""] == [old]
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        secrets.list_secret_version_ids(SecretId="none")


def test_what_is_marked_for_deletion_is_neither_read_nor_written(lab: kmsnb.Lab):
    secrets = manager()
    create(secrets)
    secrets.delete_secret(SecretId="app/db")
    before = asks(lab)
    marked = (
        r"InvalidRequestException.*: You can't perform this operation on the secret because it was marked"
    )
    for request in (
        lambda: secrets.get_secret_value(SecretId="app/db"),
        lambda: secrets.put_secret_value(SecretId="app/db", SecretString="x"),
        lambda: secrets.update_secret(SecretId="app/db", SecretString="x"),
        lambda: secrets.rotate_secret(SecretId="app/db"),
    ):
        with pytest.raises(ClientError, match=marked):
            request()
    (error,) = secrets.batch_get_secret_value(SecretIdList=["app/db"])["Errors"]
    assert (error["ErrorCode"], error["Message"][:38]) == (
        "InvalidRequestException",
        "You can't perform this operation on th",
    )
    with pytest.raises(ClientError, match=r"InvalidRequestException.*already scheduled for deletion\.$"):
        create(secrets)
    assert asks(lab) == before
    secrets.restore_secret(SecretId="app/db")
    assert secrets.get_secret_value(SecretId="app/db")["SecretString"] == VALUE


def test_a_rotation_function_s_value_has_a_new_data_key_under_the_same_key(lab: kmsnb.Lab):
    key, secrets = make_key(lab), manager()
    create(secrets, key)
    before = len(lab.journal.records)
    secrets.put_secret_value(SecretId="app/db", SecretString="new", VersionStages=["AWSPENDING"])
    assert [(record.name, record.resources) for record in asked(lab, before)] == [("GenerateDataKey", (key,))]
    assert secrets.get_secret_value(SecretId="app/db")["SecretString"] == VALUE
    pending = secrets.get_secret_value(SecretId="app/db", VersionStage="AWSPENDING")
    assert pending["SecretString"] == "new"


def test_a_rotation_function_may_put_the_pending_value_again(lab: kmsnb.Lab):
    secrets, token = manager(), "0123456789abcdef0123456789abcdef"
    create(secrets)
    before = len(lab.journal.records)
    for value in ("one", "two"):
        secrets.put_secret_value(
            SecretId="app/db", SecretString=value, VersionStages=["AWSPENDING"], ClientRequestToken=token
        )
    assert asks(lab, before) == [("GenerateDataKey", None), ("Decrypt", None), ("GenerateDataKey", None)]
    assert secrets.get_secret_value(SecretId="app/db", VersionStage="AWSPENDING")["SecretString"] == "two"


def test_other_requests_ask_nothing(lab: kmsnb.Lab):
    secrets = manager()
    create(secrets)
    before = asks(lab)
    secrets.describe_secret(SecretId="app/db")
    secrets.list_secrets()
    secrets.list_secret_version_ids(SecretId="app/db")
    secrets.update_secret(SecretId="app/db", Description="A password.")
    secrets.get_random_password()
    secrets.delete_secret(SecretId="app/db")
    secrets.restore_secret(SecretId="app/db")
    assert asks(lab) == before


def test_a_request_that_fails_for_another_reason_asks_nothing(lab: kmsnb.Lab):
    secrets = manager()
    create(secrets)
    before = asks(lab)
    for request, code in (
        (lambda: create(secrets), "ResourceExistsException"),
        (lambda: secrets.get_secret_value(SecretId="none"), "ResourceNotFoundException"),
        (lambda: secrets.put_secret_value(SecretId="none", SecretString="x"), "ResourceNotFoundException"),
        (lambda: secrets.update_secret(SecretId="none", SecretString="x"), "ResourceNotFoundException"),
        (lambda: secrets.put_secret_value(SecretId="app/db"), "InvalidRequestException"),
    ):
        with pytest.raises(ClientError, match=code):
            request()
    secrets.delete_secret(SecretId="app/db")
    with pytest.raises(ClientError, match="InvalidRequestException"):
        secrets.update_secret(SecretId="app/db", SecretString="x")
    assert asks(lab) == before


def test_what_is_not_there(lab: kmsnb.Lab):
    secrets = manager()
    create(secrets)
    for members, what in (
        ({"SecretId": "none"}, "."),
        ({"SecretId": "app/db", "VersionStage": "AWSPENDING"}, " value for staging label: AWSPENDING"),
        ({"SecretId": "app/db", "VersionId": "1" * 32}, f" value for VersionId: {'1' * 32}"),
    ):
        with pytest.raises(ClientError) as caught:
            secrets.get_secret_value(**members)
        answer = caught.value.response
        assert answer["Error"]["Message"] == f"Secrets Manager can't find the specified secret{what}"
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_a_version_that_does_not_have_the_label(lab: kmsnb.Lab):
    version = create(manager())["VersionId"]
    with pytest.raises(
        ClientError, match=r"InvalidRequestException.*You provided a VersionStage that is not"
    ):
        manager().get_secret_value(SecretId="app/db", VersionId=version, VersionStage="AWSPENDING")


def test_a_request_that_is_repeated_decrypts_to_compare(lab: kmsnb.Lab):
    key, secrets, token = make_key(lab), manager(), "0123456789abcdef0123456789abcdef"
    first = create(secrets, key, ClientRequestToken=token)
    before = len(lab.journal.records)
    assert create(secrets, key, ClientRequestToken=token)["ARN"] == first["ARN"]
    secrets.put_secret_value(SecretId="app/db", SecretString=VALUE, ClientRequestToken=token)
    assert asks(lab, before) == [("Decrypt", None)] * 2
    with pytest.raises(ClientError, match="ResourceExistsException"):
        secrets.put_secret_value(SecretId="app/db", SecretString="other", ClientRequestToken=token)
    assert secrets.get_secret_value(SecretId="app/db")["SecretString"] == VALUE
    put_out_of_reach(lab, key, "disabled")
    with pytest.raises(ClientError, match="DecryptionFailure"):
        secrets.put_secret_value(SecretId="app/db", SecretString=VALUE, ClientRequestToken=token)


def test_a_raw_request_needs_a_token(lab: kmsnb.Lab):
    secrets = manager()

    def drop(request: Any, **_: Any) -> None:
        body = json.loads(request.body)
        del body["ClientRequestToken"]
        request.body = json.dumps(body).encode()

    secrets.meta.events.register("before-send.secretsmanager", drop)
    with pytest.raises(ClientError, match="You must provide a ClientRequestToken value"):
        create(secrets)


def test_unknown_credentials_are_told_so(lab: kmsnb.Lab):
    stranger = boto3.client("secretsmanager", aws_access_key_id="AKIASTRANGER", aws_secret_access_key="x")
    with pytest.raises(ClientError, match="UnrecognizedClientException"):
        create(stranger)


def test_a_fault_in_kms_is_an_internal_error(lab: kmsnb.Lab, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("kmsnb.kms.api.handler._answer", lambda *_: 1 / 0)
    secrets = boto3.client("secretsmanager", config=Config(retries={"total_max_attempts": 1}))
    with pytest.raises(ClientError, match="InternalServiceError"):
        create(secrets)
    assert secrets.list_secrets()["SecretList"] == []


# Replicas


def there() -> str:
    made: str = boto3.client("kms", "eu-west-1").create_key()["KeyMetadata"]["Arn"]
    return made


def replicate(key: str) -> Any:
    return manager().replicate_secret_to_regions(
        SecretId="app/db", AddReplicaRegions=[{"Region": "eu-west-1", "KmsKeyId": key}]
    )["ReplicationStatus"][0]


def test_a_replica_is_encrypted_under_a_key_of_its_region(lab: kmsnb.Lab):
    key, abroad = make_key(lab), there()
    arn = create(manager(), key)["ARN"]
    before = len(lab.journal.records)
    status = replicate(abroad)
    assert (status["KmsKeyId"], status["Status"]) == (abroad, "InSync")
    assert [(record.name, record.region, record.resources) for record in asked(lab, before)] == [
        ("GenerateDataKey", "eu-west-1", (abroad,)),
        ("Decrypt", "us-east-1", (key,)),
        ("Encrypt", "eu-west-1", (abroad,)),
    ]
    put_out_of_reach(lab, key, "disabled")
    assert manager("eu-west-1").get_secret_value(SecretId="app/db")["SecretString"] == VALUE
    record = asked(lab)[-1]
    assert record.parameters
    assert record.parameters["EncryptionContext"]["SecretARN"] == arn.replace("us-east-1", "eu-west-1")
    boto3.client("kms", "eu-west-1").disable_key(KeyId=abroad)
    with pytest.raises(ClientError, match="DecryptionFailure"):
        manager("eu-west-1").get_secret_value(SecretId="app/db")


def test_a_replica_s_later_versions_need_its_key_too(lab: kmsnb.Lab):
    abroad = there()
    create(manager())
    replicate(abroad)
    manager().put_secret_value(SecretId="app/db", SecretString="second")
    assert manager("eu-west-1").get_secret_value(SecretId="app/db")["SecretString"] == "second"
    manager().put_secret_value(SecretId="app/db", SecretString="third")
    boto3.client("kms", "eu-west-1").disable_key(KeyId=abroad)
    with pytest.raises(ClientError, match="DecryptionFailure"):
        manager("eu-west-1").get_secret_value(SecretId="app/db")


def test_a_replica_whose_key_kms_refuses_has_failed(lab: kmsnb.Lab):
    create(manager())
    status = replicate(make_key(lab))  # a key of the wrong Region
    assert status["Status"] == "Failed"
    assert "because of an invalid KMS key" in status["StatusMessage"]
    assert manager("eu-west-1").list_secrets()["SecretList"] == []
    assert manager().get_secret_value(SecretId="app/db")["SecretString"] == VALUE


def test_replicas_from_the_start_and_none_if_kms_refuses_the_secret(lab: kmsnb.Lab):
    key = make_key(lab)
    regions = [{"Region": "eu-west-1"}]
    with pytest.raises(ClientError, match="Access to KMS"):
        create(uma(lab).client("secretsmanager"), key, AddReplicaRegions=regions)
    assert manager("eu-west-1").list_secrets()["SecretList"] == manager().list_secrets()["SecretList"] == []
    answer = create(manager(), key, AddReplicaRegions=regions)
    assert answer["ReplicationStatus"][0]["Status"] == "InSync"
    assert manager("eu-west-1").get_secret_value(SecretId="app/db")["SecretString"] == VALUE


def test_a_name_that_the_other_region_has_already_fails_as_in_moto(lab: kmsnb.Lab):
    create(manager("eu-west-1"))
    create(manager())
    before = len(lab.journal.records)
    assert replicate("alias/aws/secretsmanager")["Status"] == "Failed"
    assert asks(lab, before) == []


def test_a_write_to_a_replica_is_rejected_by_moto(lab: kmsnb.Lab):
    create(manager())
    replicate("alias/aws/secretsmanager")
    before = asks(lab)
    with pytest.raises(ClientError, match="Operation not permitted on a replica"):
        manager("eu-west-1").put_secret_value(SecretId="app/db", SecretString="x")
    assert asks(lab) == before


def test_what_was_stored_before_services_asked_gets_its_data_key_when_it_is_read():
    names = {"aws_access_key_id": "made", "aws_secret_access_key": "up", "region_name": "us-east-1"}
    with faithful.installed(), mock_aws():
        secrets, kms = boto3.client("secretsmanager", **names), boto3.client("kms", **names)
        key = kms.create_key()["KeyMetadata"]["KeyId"]
        create(secrets, key)
        with services.installed():
            assert secrets.get_secret_value(SecretId="app/db")["SecretString"] == VALUE
            kms.disable_key(KeyId=key)
            with pytest.raises(ClientError, match="DecryptionFailure"):
                secrets.get_secret_value(SecretId="app/db")


# From another account


@pytest.fixture
def olga(lab: kmsnb.Lab, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Secrets Manager as Olga of another account sees it, if the permissions of the secret allow all."""

    def into_the_secret_s_account(call: Call) -> None:
        secret = call.members.get("SecretId", "")
        if secret.startswith("arn:"):
            call.account = secret.split(":")[4]
            call.rewrite("x-moto-account-id", call.account)

    monkeypatch.setitem(SERVICE.__dict__, "permit", into_the_secret_s_account)
    session = lab.user("Olga", account="999999999999")
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    session.client("iam").put_user_policy(
        UserName="Olga",
        PolicyName="all",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": everything}),
    )
    return session.client("secretsmanager")


def shared_key(lab: kmsnb.Lab) -> str:
    """The alias of a key that the other account may use."""
    own, other = (f"arn:aws:iam::{account}:root" for account in ("123456789012", "999999999999"))
    everybody = {"Effect": "Allow", "Principal": {"AWS": [own, other]}, "Action": "kms:*", "Resource": "*"}
    key = make_key(lab, Policy=json.dumps({"Version": "2012-10-17", "Statement": everybody}))
    boto3.client("kms").create_alias(AliasName="alias/shared", TargetKeyId=key)
    return "alias/shared"


def test_another_account_reads_and_writes_a_secret_under_a_shared_key(lab: kmsnb.Lab, olga: Any):
    arn = create(manager(), shared_key(lab))["ARN"]
    assert olga.get_secret_value(SecretId=arn)["SecretString"] == VALUE
    olga.put_secret_value(SecretId=arn, SecretString="hers")
    assert manager().get_secret_value(SecretId=arn)["SecretString"] == "hers"
    hers = [(record.name, record.caller.arn) for record in asked(lab)[-3:-1] if record.caller]
    olga_s_arn = "arn:aws:iam::999999999999:user/Olga"
    assert hers == [("Decrypt", olga_s_arn), ("GenerateDataKey", olga_s_arn)]


def test_another_account_cannot_use_aws_secretsmanager(lab: kmsnb.Lab, olga: Any):
    arn = create(manager())["ARN"]
    for request in (
        lambda: olga.get_secret_value(SecretId=arn),
        lambda: olga.put_secret_value(SecretId=arn, SecretString="hers"),
    ):
        with pytest.raises(ClientError, match=r"AccessDeniedException.*: Access to KMS is not allowed$"):
            request()
    assert [record.error_code for record in asked(lab)[-2:]] == [DENIED] * 2
