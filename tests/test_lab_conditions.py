"""Each condition key that the course speaks of, live: the call that fulfills it, and one that doesn't.

The decision has its own tests, which need no AWS: these prove that the mock hands it the right facts.
"""

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

import kmsnb

from .kms.conftest import refused

KIM = "arn:aws:iam::123456789012:user/Kim"
ROOT = {
    "Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
    "Action": "kms:*",
    "Resource": "*",
}
#: a policy that Kim may put without locking themselves out
KIMS = json.dumps({"Version": "2012-10-17", "Statement": [ROOT, ROOT | {"Principal": {"AWS": KIM}}]})
CONTEXT = {"Dept": "IT"}
GRANT = {"GranteePrincipal": KIM, "Operations": ["Decrypt"]}
Members = dict[str, Any]


def string(key: str, *values: str, operator: str = "StringEquals") -> Members:
    return {operator: {key: list(values)}}


#: what the key is, the operation, the condition, members that fulfil it, members that do not
BY_THE_REQUEST: dict[str, tuple[Members, str, Members, Members, Members]] = {
    "kms:EncryptionContext:": (
        {},
        "encrypt",
        string("kms:EncryptionContext:Dept", "IT"),
        {"Plaintext": b"p", "EncryptionContext": CONTEXT},
        {"Plaintext": b"p", "EncryptionContext": {"Dept": "HR"}},
    ),
    "kms:EncryptionContextKeys": (
        {},
        "encrypt",
        string("kms:EncryptionContextKeys", "Dept", operator="ForAllValues:StringEquals"),
        {"Plaintext": b"p", "EncryptionContext": CONTEXT},
        {"Plaintext": b"p", "EncryptionContext": CONTEXT | {"Team": "A"}},
    ),
    "kms:GrantOperations": (
        {},
        "create_grant",
        string("kms:GrantOperations", "Decrypt", operator="ForAllValues:StringEquals"),
        GRANT,
        GRANT | {"Operations": ["Decrypt", "Encrypt"]},
    ),
    "kms:GranteePrincipal": (
        {},
        "create_grant",
        string("kms:GranteePrincipal", KIM),
        GRANT,
        GRANT | {"GranteePrincipal": "arn:aws:iam::123456789012:user/student"},
    ),
    "kms:RetiringPrincipal": (
        {},
        "create_grant",
        string("kms:RetiringPrincipal", KIM),
        GRANT | {"RetiringPrincipal": KIM},
        GRANT,
    ),
    "kms:GrantConstraintType": (
        {},
        "create_grant",
        string("kms:GrantConstraintType", "EncryptionContextEquals"),
        GRANT | {"Constraints": {"EncryptionContextEquals": CONTEXT}},
        GRANT | {"Constraints": {"EncryptionContextSubset": CONTEXT}},
    ),
    "kms:EncryptionAlgorithm": (
        {"KeySpec": "RSA_2048", "KeyUsage": "ENCRYPT_DECRYPT"},
        "encrypt",
        string("kms:EncryptionAlgorithm", "RSAES_OAEP_SHA_256"),
        {"Plaintext": b"p", "EncryptionAlgorithm": "RSAES_OAEP_SHA_256"},
        {"Plaintext": b"p", "EncryptionAlgorithm": "RSAES_OAEP_SHA_1"},
    ),
    "kms:SigningAlgorithm": (
        {"KeySpec": "RSA_2048", "KeyUsage": "SIGN_VERIFY"},
        "sign",
        string("kms:SigningAlgorithm", "RSASSA_PSS_SHA_256"),
        {"Message": b"m", "SigningAlgorithm": "RSASSA_PSS_SHA_256"},
        {"Message": b"m", "SigningAlgorithm": "RSASSA_PSS_SHA_512"},
    ),
    "kms:MessageType": (
        {"KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY"},
        "sign",
        string("kms:MessageType", "DIGEST"),
        {"Message": bytes(32), "MessageType": "DIGEST", "SigningAlgorithm": "ECDSA_SHA_256"},
        {"Message": bytes(32), "SigningAlgorithm": "ECDSA_SHA_256"},
    ),
    "kms:MacAlgorithm": (
        {"KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC"},
        "generate_mac",
        string("kms:MacAlgorithm", "HMAC_SHA_256"),
        {"Message": b"m", "MacAlgorithm": "HMAC_SHA_256"},
        {"Message": b"m", "MacAlgorithm": "HMAC_SHA_512"},
    ),
    "kms:DataKeyPairSpec": (
        {},
        "generate_data_key_pair_without_plaintext",
        string("kms:DataKeyPairSpec", "ECC_*", operator="StringLike"),
        {"KeyPairSpec": "ECC_NIST_P256"},
        {"KeyPairSpec": "RSA_2048"},
    ),
    "kms:ScheduleKeyDeletionPendingWindowInDays": (
        {},
        "schedule_key_deletion",
        string("kms:ScheduleKeyDeletionPendingWindowInDays", "30", operator="NumericGreaterThanEquals"),
        {},  # 30 is what KMS takes where nothing is said
        {"PendingWindowInDays": 7},
    ),
    "kms:RotationPeriodInDays": (
        {},
        "enable_key_rotation",
        string("kms:RotationPeriodInDays", "180", operator="NumericLessThanEquals"),
        {"RotationPeriodInDays": 90},
        {},
    ),
    "kms:KeySpec": (
        {},
        "create_key",
        string("kms:KeySpec", "SYMMETRIC_DEFAULT"),
        {},
        {"KeySpec": "RSA_2048", "KeyUsage": "SIGN_VERIFY"},
    ),
    "kms:KeyUsage": (
        {},
        "create_key",
        string("kms:KeyUsage", "SIGN_VERIFY"),
        {"KeySpec": "RSA_2048", "KeyUsage": "SIGN_VERIFY"},
        {"KeySpec": "RSA_2048", "KeyUsage": "ENCRYPT_DECRYPT"},
    ),
    "kms:KeyOrigin": (
        {},
        "create_key",
        string("kms:KeyOrigin", "AWS_KMS"),
        {},
        {"Origin": "EXTERNAL"},
    ),
    "kms:MultiRegion": (
        {},
        "create_key",
        string("kms:MultiRegion", "false", operator="Bool"),
        {},
        {"MultiRegion": True},
    ),
    "kms:BypassPolicyLockoutSafetyCheck": (
        {},
        "put_key_policy",
        string("kms:BypassPolicyLockoutSafetyCheck", "false", operator="BoolIfExists"),
        {"Policy": KIMS},
        {"Policy": KIMS, "BypassPolicyLockoutSafetyCheck": True},
    ),
    "aws:RequestTag": (
        {},
        "tag_resource",
        string("aws:RequestTag/Dept", "IT"),
        {"Tags": [{"TagKey": "Dept", "TagValue": "IT"}]},
        {"Tags": [{"TagKey": "Dept", "TagValue": "HR"}]},
    ),
}


@pytest.fixture
def kim(lab: kmsnb.Lab) -> Any:
    """A client of Kim, who may do nothing yet."""
    return lab.user("Kim").client("kms")


def allowed_if(condition: Members, who: Members | None = None, action: str = "kms:*") -> Members:
    statement: Members = {
        "Effect": "Allow",
        "Principal": who or {"AWS": KIM},
        "Action": action,
        "Resource": "*",
    }
    return statement | {"Condition": condition}


def make_key(kms: Any, *statements: Members, **members: Any) -> str:
    policy = {"Version": "2012-10-17", "Statement": [ROOT, *statements]}
    return kms.create_key(Policy=json.dumps(policy), **members)["KeyMetadata"]["Arn"]


def permit(condition: Members) -> None:
    """An IAM policy by which Kim may do anything with KMS under this condition."""
    statement = {"Effect": "Allow", "Action": "kms:*", "Resource": "*", "Condition": condition}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    boto3.client("iam").put_user_policy(UserName="Kim", PolicyName="p", PolicyDocument=document)


@pytest.mark.parametrize("name", BY_THE_REQUEST)
def test_what_the_request_says_decides(kms: Any, kim: Any, name: str) -> None:
    made, operation, condition, fulfills, fails = BY_THE_REQUEST[name]
    about: Members = {}
    if operation == "create_key":
        permit(condition)
    else:
        about["KeyId"] = make_key(kms, allowed_if(condition), **made)
    call: Callable[..., Any] = getattr(kim, operation)
    with refused("AccessDeniedException"):
        call(**about, **fails)
    call(**about, **fulfills)


def test_re_encrypt_on_the_same_key(kms: Any, kim: Any) -> None:
    condition = {"Bool": {"kms:ReEncryptOnSameKey": "true"}}
    one, two = (make_key(kms, allowed_if(condition)) for _ in range(2))
    blob = kms.encrypt(KeyId=one, Plaintext=b"p")["CiphertextBlob"]
    kim.re_encrypt(CiphertextBlob=blob, DestinationKeyId=one)
    with refused("AccessDeniedException"):
        kim.re_encrypt(CiphertextBlob=blob, DestinationKeyId=two)


def test_the_alias_of_the_request_and_the_aliases_of_the_key(kms: Any, kim: Any) -> None:
    key = make_key(kms)
    kms.create_alias(AliasName="alias/app", TargetKeyId=key)
    kms.create_alias(AliasName="alias/other", TargetKeyId=key)
    permit(string("kms:RequestAlias", "alias/app"))
    kim.encrypt(KeyId="alias/app", Plaintext=b"p")
    for name in ("alias/other", key):
        with refused("AccessDeniedException"):
            kim.encrypt(KeyId=name, Plaintext=b"p")
    permit(string("kms:ResourceAliases", "alias/app", operator="ForAnyValue:StringEquals"))
    kim.encrypt(KeyId=key, Plaintext=b"p")
    kms.delete_alias(AliasName="alias/app")
    with refused("AccessDeniedException"):
        kim.encrypt(KeyId=key, Plaintext=b"p")


def test_tags_of_the_key_and_of_the_caller(kms: Any, kim: Any) -> None:
    key = make_key(kms, Tags=[{"TagKey": "Dept", "TagValue": "IT"}])
    permit(string("aws:ResourceTag/Dept", "${aws:PrincipalTag/Dept}"))
    with refused("AccessDeniedException"):
        kim.describe_key(KeyId=key)
    iam = boto3.client("iam")
    iam.tag_user(UserName="Kim", Tags=[{"Key": "Dept", "Value": "IT"}])
    kim.describe_key(KeyId=key)
    kms.tag_resource(KeyId=key, Tags=[{"TagKey": "Dept", "TagValue": "HR"}])
    with refused("AccessDeniedException"):
        kim.describe_key(KeyId=key)


def test_who_calls_and_from_which_account(lab: kmsnb.Lab, kms: Any, kim: Any) -> None:
    lee = lab.user("Lee", account="444455556666")
    anyone = {"AWS": "*"}
    own = make_key(kms, allowed_if(string("kms:CallerAccount", "123456789012"), anyone))
    by_name = make_key(kms, allowed_if(string("aws:PrincipalArn", KIM), anyone))
    lee.client("iam").put_user_policy(
        UserName="Lee",
        PolicyName="p",
        PolicyDocument=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [{"Effect": "Allow", "Action": "kms:*", "Resource": "*"}],
            }
        ),
    )
    for key in (own, by_name):
        kim.encrypt(KeyId=key, Plaintext=b"p")
        with refused("AccessDeniedException"):
            lee.client("kms").encrypt(KeyId=key, Plaintext=b"p")


def test_multi_factor_is_never_there_for_an_access_key(kms: Any, kim: Any) -> None:
    asked = make_key(kms, allowed_if({"Bool": {"aws:MultiFactorAuthPresent": "true"}}))
    lenient = make_key(kms, allowed_if({"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}}))
    with refused("AccessDeniedException"):
        kim.describe_key(KeyId=asked)
    kim.describe_key(KeyId=lenient)


def test_by_way_of_a_service_or_by_hand(lab: kmsnb.Lab, kms: Any, kim: Any) -> None:
    through_s3 = make_key(kms, allowed_if(string("kms:ViaService", "s3.us-east-1.amazonaws.com")))
    for_aws = make_key(kms, allowed_if({"Bool": {"kms:GrantIsForAWSResource": "true"}}))
    by_s3, by_ec2 = (
        lab.service(f"{name}.us-east-1.amazonaws.com", on_behalf_of=lab.user("Kim")).client("kms")
        for name in ("s3", "ec2")
    )
    by_s3.generate_data_key(KeyId=through_s3, KeySpec="AES_256")
    for other in (kim, by_ec2):
        with refused("AccessDeniedException"):
            other.generate_data_key(KeyId=through_s3, KeySpec="AES_256")
    by_ec2.create_grant(KeyId=for_aws, **GRANT)
    with refused("AccessDeniedException"):
        kim.create_grant(KeyId=for_aws, **GRANT)


def test_a_service_for_itself_and_the_deputy_that_is_confused(lab: kmsnb.Lab, kms: Any) -> None:
    logs = {"Service": "logs.us-east-1.amazonaws.com"}
    ours = "arn:aws:logs:us-east-1:123456789012:log-group:app"
    theirs = "arn:aws:logs:us-east-1:444455556666:log-group:app"
    by_arn = make_key(kms, allowed_if({"ArnLike": {"aws:SourceArn": ours}}, logs, "kms:GenerateDataKey*"))
    by_account = make_key(
        kms, allowed_if(string("aws:SourceAccount", "123456789012"), logs, "kms:GenerateDataKey*")
    )
    for key in (by_arn, by_account):
        for source_arn, goes in ((ours, True), (theirs, False), (None, False)):
            service_session = lab.service("logs.us-east-1.amazonaws.com", source_arn=source_arn)
            service = service_session.client("kms")
            if goes:
                service.generate_data_key(KeyId=key, KeySpec="AES_256")
            else:
                with refused("AccessDeniedException"):
                    service.generate_data_key(KeyId=key, KeySpec="AES_256")
            assert lab.explain(service_session, "kms:GenerateDataKey", key).allowed is goes
        another = lab.service("sns.amazonaws.com", source_arn=ours).client("kms")
        with refused("AccessDeniedException"):
            another.generate_data_key(KeyId=key, KeySpec="AES_256")
    assert lab.journal[-1].cloudtrail()["userIdentity"] == {
        "type": "AWSService",
        "invokedBy": "sns.amazonaws.com",
    }


@pytest.mark.parametrize("source_arn", ["arn:aws:s3:::a-bucket", "no ARN"])
def test_a_source_without_an_account(lab: kmsnb.Lab, kms: Any, source_arn: str) -> None:
    s3 = {"Service": "s3.amazonaws.com"}
    by_arn = make_key(kms, allowed_if({"StringEquals": {"aws:SourceArn": source_arn}}, s3))
    without_account = make_key(kms, allowed_if({"Null": {"aws:SourceAccount": "true"}}, s3))
    service = lab.service("s3.amazonaws.com", source_arn=source_arn).client("kms")
    for key in (by_arn, without_account):
        service.generate_data_key(KeyId=key, KeySpec="AES_256")


def test_a_denial_is_explained_in_the_journal(lab: kmsnb.Lab, kms: Any, kim: Any) -> None:
    key = make_key(kms, allowed_if(string("kms:EncryptionContext:Dept", "IT")))
    with refused("AccessDeniedException"):
        kim.encrypt(KeyId=key, Plaintext=b"p", EncryptionContext={"Dept": "HR"})
    kept = lab.journal[-1].explanation
    assert kept is not None
    assert not kept.allowed
    assert "kms:EncryptionContext:Dept" in " ".join(seen for station in kept.path for seen in station.seen)
    told = lab.explain(lab.user("Kim"), "kms:Encrypt", key, encryption_context={"Dept": "HR"})
    assert told.sentence == kept.sentence


def test_re_encrypt_on_the_same_key_when_only_the_destination_asks(kms: Any, kim: Any) -> None:
    """The source key asks for nothing, so ReEncryptFrom is allowed and ReEncryptTo decides."""
    source = make_key(kms, allowed_if({}))
    destination = make_key(kms, allowed_if({"Bool": {"kms:ReEncryptOnSameKey": "true"}}))
    blob = kms.encrypt(KeyId=source, Plaintext=b"p")["CiphertextBlob"]
    with pytest.raises(ClientError, match=r"AccessDeniedException.*kms:ReEncryptTo"):
        kim.re_encrypt(CiphertextBlob=blob, DestinationKeyId=destination)
    blob = kms.encrypt(KeyId=destination, Plaintext=b"p")["CiphertextBlob"]
    kim.re_encrypt(CiphertextBlob=blob, DestinationKeyId=destination)


def test_an_explanation_in_the_journal_has_no_secrets_and_does_not_change(
    lab: kmsnb.Lab, kms: Any, kim: Any
) -> None:
    key = make_key(kms, Tags=[{"TagKey": "Level", "TagValue": "1"}])
    permit(string("aws:ResourceTag/Level", "2"))
    token = kms.create_grant(KeyId=key, **GRANT)["GrantToken"]
    with refused("AccessDeniedException"):
        kim.encrypt(KeyId=key, Plaintext=b"secret", GrantTokens=[token])
    kms.untag_resource(KeyId=key, TagKeys=["Level"])
    kept = lab.journal.filter(operation="Encrypt")[0].explanation
    assert kept is not None
    assert kept.request.parameters == {"KeyId": key}
    assert "requires aws:ResourceTag/Level to match 2, and it is 1" in " ".join(
        seen for step in kept.path for seen in step.seen
    )
