"""Permission against the live mock: the console's key policy as its users, the ways around it, grants, accounts."""

import json
from contextlib import nullcontext
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

import kmsnb

from .kms.conftest import refused

POLICY = json.loads((Path(__file__).parent / "console_policy.json").read_text())
ADMINISTERS, USES, GRANTS = (POLICY["Statement"][n]["Action"] for n in (1, 2, 3))
XYZ = "arn:aws:iam::123456789012:user/XYZ"

CALLS: dict[str, dict[str, Any]] = {
    "Encrypt": {"Plaintext": b"p"},
    "Decrypt": {},
    "ReEncrypt": {},
    "GenerateDataKey": {"KeySpec": "AES_256"},
    "GenerateDataKeyWithoutPlaintext": {"KeySpec": "AES_256"},
    "GenerateDataKeyPair": {"KeyPairSpec": "ECC_NIST_P256"},
    "GenerateDataKeyPairWithoutPlaintext": {"KeyPairSpec": "ECC_NIST_P256"},
    "DescribeKey": {},
    "GetKeyPolicy": {},
    "GetKeyRotationStatus": {},
    "ListGrants": {},
    "ListKeyPolicies": {},
    "ListKeyRotations": {},
    "ListResourceTags": {},
    "CreateGrant": {"GranteePrincipal": XYZ, "Operations": ["Decrypt"]},
    "PutKeyPolicy": {"Policy": json.dumps(POLICY)},
    "TagResource": {"Tags": [{"TagKey": "a", "TagValue": "b"}]},
    "UntagResource": {"TagKeys": ["a"]},
    "UpdateKeyDescription": {"Description": "d"},
    "EnableKeyRotation": {},
    "DisableKeyRotation": {},
    "RotateKeyOnDemand": {},
    "DisableKey": {},
    "EnableKey": {},
    "ScheduleKeyDeletion": {},
    "CancelKeyDeletion": {},
}


@pytest.fixture
def console_key(lab: kmsnb.Lab, kms: Any) -> str:
    """A key with the console's policy."""
    lab.user("XYZ")
    lab.user("ABC")
    return kms.create_key(Policy=json.dumps(POLICY))["KeyMetadata"]["KeyId"]


def allow(name: str, *actions: str) -> None:
    document = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": "*"}],
    }
    boto3.client("iam").put_user_policy(UserName=name, PolicyName="p", PolicyDocument=json.dumps(document))


@pytest.mark.parametrize("operation", CALLS)
@pytest.mark.parametrize(
    ("who", "listed"), [("XYZ", ADMINISTERS), ("ABC", USES), ("ABC by EC2", USES + GRANTS)]
)
def test_the_console_policy_live(
    lab: kmsnb.Lab, kms: Any, console_key: str, who: str, listed: list[str], operation: str
) -> None:
    blob = kms.encrypt(KeyId=console_key, Plaintext=b"p")["CiphertextBlob"]
    if operation == "CancelKeyDeletion":
        kms.schedule_key_deletion(KeyId=console_key)
    session = lab.user(who[:3])
    if "EC2" in who:
        session = lab.service("ec2.amazonaws.com", on_behalf_of=session)
    parameters = {"KeyId": console_key, **CALLS[operation]}
    if operation == "ReEncrypt":
        parameters = {"DestinationKeyId": console_key}
    if operation in ("Decrypt", "ReEncrypt"):
        parameters["CiphertextBlob"] = blob
    actions = ["ReEncryptFrom", "ReEncryptTo"] if operation == "ReEncrypt" else [operation]
    client = session.client("kms")
    call = getattr(client, _method(client, operation))
    if all(any(fnmatchcase(f"kms:{action}", each) for each in listed) for action in actions):
        call(**parameters)
    else:
        with refused("AccessDeniedException"):
            call(**parameters)


def _method(client: Any, operation: str) -> str:
    return next(method for method, name in client.meta.method_to_api_mapping.items() if name == operation)


def test_the_administrators_three_ways_to_decrypt(lab: kmsnb.Lab, kms: Any, console_key: str) -> None:
    blob = kms.encrypt(KeyId=console_key, Plaintext=b"p")["CiphertextBlob"]
    xyz = lab.user("XYZ").client("kms")
    with refused("AccessDeniedException"):
        xyz.decrypt(CiphertextBlob=blob)
    opened = {
        "Sid": "Me",
        "Effect": "Allow",
        "Principal": {"AWS": XYZ},
        "Action": "kms:Decrypt",
        "Resource": "*",
    }
    xyz.put_key_policy(
        KeyId=console_key, Policy=json.dumps({**POLICY, "Statement": [*POLICY["Statement"], opened]})
    )
    assert xyz.decrypt(CiphertextBlob=blob)["Plaintext"] == b"p"
    xyz.put_key_policy(KeyId=console_key, Policy=json.dumps(POLICY))
    grant = xyz.create_grant(KeyId=console_key, GranteePrincipal=XYZ, Operations=["Decrypt"])["GrantId"]
    assert xyz.decrypt(CiphertextBlob=blob)["Plaintext"] == b"p"
    xyz.revoke_grant(KeyId=console_key, GrantId=grant)
    allow("XYZ", "kms:Decrypt")
    assert xyz.decrypt(CiphertextBlob=blob)["Plaintext"] == b"p"


def test_a_policy_that_closes_all_three(lab: kmsnb.Lab, kms: Any) -> None:
    lab.user("XYZ")
    student = "arn:aws:iam::123456789012:user/student"
    policy = {
        "Statement": [
            {"Effect": "Allow", "Principal": {"AWS": student}, "Action": "kms:*", "Resource": "*"},
            {"Effect": "Allow", "Principal": {"AWS": XYZ}, "Action": "kms:Disable*", "Resource": "*"},
        ]
    }
    key = kms.create_key(Policy=json.dumps(policy))["KeyMetadata"]["KeyId"]
    blob = kms.encrypt(KeyId=key, Plaintext=b"p")["CiphertextBlob"]
    allow("XYZ", "kms:*")
    xyz = lab.user("XYZ").client("kms")
    with refused("AccessDeniedException"):
        xyz.decrypt(CiphertextBlob=blob)
    with refused("AccessDeniedException"):
        xyz.put_key_policy(KeyId=key, Policy=json.dumps(POLICY))
    with refused("AccessDeniedException"):
        xyz.create_grant(KeyId=key, GranteePrincipal=XYZ, Operations=["Decrypt"])
    xyz.disable_key(KeyId=key)


def test_lockout_and_unknown_principals(lab: kmsnb.Lab, kms: Any) -> None:
    lab.user("ABC")
    only_abc = json.dumps(
        {
            "Statement": {
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::123456789012:user/ABC"},
                "Action": "kms:*",
                "Resource": "*",
            }
        }
    )
    with refused("MalformedPolicyDocumentException"):
        kms.create_key(Policy=only_abc)
    kms.create_key(Policy=only_abc, BypassPolicyLockoutSafetyCheck=True)
    with refused(
        "MalformedPolicyDocumentException", "Policy contains a statement with one or more invalid principals."
    ):
        kms.create_key(Policy=only_abc.replace("ABC", "Nobody"), BypassPolicyLockoutSafetyCheck=True)


@pytest.mark.parametrize(
    ("condition_key", "value", "locked_out"),
    [
        ("kms:KeySpec", "RSA_2048", False),
        ("kms:KeySpec", "SYMMETRIC_DEFAULT", True),
        ("kms:MultiRegionKeyType", "REPLICA", False),
        ("kms:MultiRegionKeyType", "PRIMARY", True),
        ("aws:RequestedRegion", "eu-west-1", False),
        ("aws:RequestedRegion", "us-east-1", True),
    ],
)
def test_the_lockout_check_of_a_replica_minds_what_it_will_be(
    kms: Any, condition_key: str, value: str, locked_out: bool
) -> None:
    key = kms.create_key(KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY", MultiRegion=True)["KeyMetadata"]["KeyId"]
    statement = POLICY["Statement"][0] | {"Condition": {"StringEquals": {condition_key: value}}}
    request = {"KeyId": key, "ReplicaRegion": "eu-west-1", "Policy": json.dumps({"Statement": [statement]})}
    if locked_out:
        with refused("MalformedPolicyDocumentException"):
            kms.replicate_key(**request)
    else:
        kms.replicate_key(**request)


def test_grants_live(lab: kmsnb.Lab, kms: Any, key_id: str) -> None:
    abc, xyz = lab.user("ABC").client("kms"), lab.user("XYZ").client("kms")
    given = kms.create_grant(
        KeyId=key_id,
        GranteePrincipal="arn:aws:iam::123456789012:user/ABC",
        RetiringPrincipal=XYZ,
        Operations=["Encrypt", "CreateGrant"],
        Constraints={"EncryptionContextSubset": {"Dept": "IT"}},
    )
    abc.encrypt(KeyId=key_id, Plaintext=b"p", EncryptionContext={"Dept": "IT", "More": "x"})
    for context in ({"Dept": "HR"}, {}):
        with refused("AccessDeniedException"):
            abc.encrypt(KeyId=key_id, Plaintext=b"p", EncryptionContext=context)
    child: dict[str, Any] = {"KeyId": key_id, "GranteePrincipal": XYZ, "Operations": ["Encrypt"]}
    with refused("AccessDeniedException"):  # wider than its parent
        abc.create_grant(**child)
    abc.create_grant(**child, Constraints={"EncryptionContextEquals": {"Dept": "IT"}})
    xyz.encrypt(KeyId=key_id, Plaintext=b"p", EncryptionContext={"Dept": "IT"})
    with refused("AccessDeniedException"):
        abc.retire_grant(GrantToken=given["GrantToken"])
    xyz.retire_grant(GrantToken=given["GrantToken"])
    with refused("AccessDeniedException"):
        abc.encrypt(KeyId=key_id, Plaintext=b"p", EncryptionContext={"Dept": "IT"})


@pytest.mark.parametrize("member", ["GranteePrincipal", "RetiringPrincipal"])
@pytest.mark.parametrize(
    "principal",
    ["anyone", "arn:aws:s3:::bucket", "arn:aws:iam::123456789012:group/Users", XYZ],
)
def test_a_grant_names_principals_that_there_are(kms: Any, key_id: str, member: str, principal: str) -> None:
    boto3.client("iam").create_group(GroupName="Users")
    fine = "arn:aws:iam::123456789012:user/student"
    with refused("InvalidArnException"):
        kms.create_grant(
            KeyId=key_id, Operations=["Decrypt"], **{"GranteePrincipal": fine, member: principal}
        )
    for known in (fine, "arn:aws:iam::444455556666:root", "dynamodb.us-east-1.amazonaws.com"):
        kms.create_grant(KeyId=key_id, Operations=["Decrypt"], **{"GranteePrincipal": fine, member: known})


def test_another_account_needs_both_sides(lab: kmsnb.Lab, kms: Any) -> None:
    bob = lab.user("Bob", account="444455556666")
    policy = {"Statement": [POLICY["Statement"][0]]}
    arn = kms.create_key(Policy=json.dumps(policy))["KeyMetadata"]["Arn"]
    with pytest.raises(ClientError) as closed:
        bob.client("kms").encrypt(KeyId=arn, Plaintext=b"p")
    with pytest.raises(ClientError) as missing:
        bob.client("kms").encrypt(KeyId=arn[:-1] + ("0" if arn[-1] != "0" else "1"), Plaintext=b"p")
    assert closed.value.response["Error"] == missing.value.response["Error"]
    theirs = {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::444455556666:root"},
        "Action": "kms:Encrypt",
        "Resource": "*",
    }
    policy["Statement"].append(theirs)
    kms.put_key_policy(KeyId=arn, Policy=json.dumps(policy))
    with refused("AccessDeniedException"):
        bob.client("kms").encrypt(KeyId=arn, Plaintext=b"p")
    document = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "kms:Encrypt", "Resource": arn}],
    }
    bob.client("iam").put_user_policy(UserName="Bob", PolicyName="p", PolicyDocument=json.dumps(document))
    bob.client("kms").encrypt(KeyId=arn, Plaintext=b"p")


def test_off() -> None:
    with kmsnb.start(enforce=False) as lab:
        lab.user("ABC").client("kms").create_key()


def _console_key_for(kms: Any, arn: str) -> str:
    """A key whose policy names ``arn`` for Decrypt and Encrypt, beside the account."""
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": arn},
        "Action": ["kms:Encrypt", "kms:Decrypt"],
        "Resource": "*",
    }
    policy = {"Version": "2012-10-17", "Statement": [POLICY["Statement"][0], statement]}
    return kms.create_key(Policy=json.dumps(policy))["KeyMetadata"]["KeyId"]


def test_a_boundary_limits_what_the_key_policy_gives_the_role_and_not_what_it_gives_the_session(
    lab: kmsnb.Lab, kms: Any
) -> None:
    auditor = lab.role("Auditor")
    iam = boto3.client("iam")
    only_encrypt = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "kms:Encrypt", "Resource": "*"}],
    }
    boundary = iam.create_policy(PolicyName="boundary", PolicyDocument=json.dumps(only_encrypt))["Policy"][
        "Arn"
    ]
    iam.put_role_permissions_boundary(RoleName="Auditor", PermissionsBoundary=boundary)
    client = auditor.client("kms")

    to_role = _console_key_for(kms, "arn:aws:iam::123456789012:role/Auditor")
    blob = client.encrypt(KeyId=to_role, Plaintext=b"p")["CiphertextBlob"]
    with refused("AccessDeniedException"):
        client.decrypt(CiphertextBlob=blob, KeyId=to_role)

    to_session = _console_key_for(kms, "arn:aws:sts::123456789012:assumed-role/Auditor/Auditor")
    blob = client.encrypt(KeyId=to_session, Plaintext=b"p")["CiphertextBlob"]
    assert client.decrypt(CiphertextBlob=blob, KeyId=to_session)["Plaintext"] == b"p"


def test_a_session_policy_limits_its_session(lab: kmsnb.Lab, kms: Any) -> None:
    lab.role("Auditor")
    key_id = _console_key_for(kms, "arn:aws:iam::123456789012:role/Auditor")
    only_encrypt = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "kms:Encrypt", "Resource": "*"}],
    }
    credentials = boto3.client("sts").assume_role(
        RoleArn="arn:aws:iam::123456789012:role/Auditor",
        RoleSessionName="short",
        Policy=json.dumps(only_encrypt),
    )["Credentials"]
    client = boto3.client(
        "kms",
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
    )
    blob = client.encrypt(KeyId=key_id, Plaintext=b"p")["CiphertextBlob"]
    with refused("AccessDeniedException"):
        client.decrypt(CiphertextBlob=blob, KeyId=key_id)
    # without a session policy the role may
    assert lab.role("Auditor").client("kms").decrypt(CiphertextBlob=blob)["Plaintext"] == b"p"


def test_an_aws_managed_key_is_not_the_customers(lab: kmsnb.Lab, kms: Any) -> None:
    key_id = kms.describe_key(KeyId="alias/aws/s3")["KeyMetadata"]["KeyId"]
    assert "kms:ViaService" in kms.get_key_policy(KeyId=key_id)["Policy"]
    with refused("AccessDeniedException"):  # only by way of the service
        kms.encrypt(KeyId="alias/aws/s3", Plaintext=b"p")
    student = lab.service("s3.amazonaws.com", on_behalf_of=boto3.DEFAULT_SESSION).client("kms")
    student.encrypt(KeyId="alias/aws/s3", Plaintext=b"p")
    for change in (kms.disable_key, kms.schedule_key_deletion):
        with refused("AccessDeniedException"):
            change(KeyId=key_id)


def test_s3_keeps_no_grants_on_its_key_and_ebs_does(lab: kmsnb.Lab, kms: Any) -> None:
    for service, caller, grants in (("s3", "s3", False), ("ebs", "ec2", True)):
        arn = kms.describe_key(KeyId=f"alias/aws/{service}")["KeyMetadata"]["Arn"]
        through = lab.service(f"{caller}.amazonaws.com", on_behalf_of=boto3.DEFAULT_SESSION).client("kms")
        name = f"{caller}.us-east-1.amazonaws.com"
        granted = {"KeyId": arn, "GranteePrincipal": name, "Operations": ["Decrypt"]}
        with refused("AccessDeniedException"):
            kms.create_grant(**granted)
        with nullcontext() if grants else refused("AccessDeniedException"):
            through.create_grant(**granted)
        with refused("NotFoundException" if grants else "AccessDeniedException"):
            kms.revoke_grant(KeyId=arn, GrantId="0" * 64)


def test_a_user_of_another_account_is_explained_before_anyone_there_called_kms(
    lab: kmsnb.Lab, kms: Any
) -> None:
    key_id = kms.create_key()["KeyMetadata"]["KeyId"]
    told = lab.explain(lab.user("Bob", account="444455556666"), "kms:Decrypt", key_id)
    assert told.reason == "the key policy, which is another account's, does not allow it"
