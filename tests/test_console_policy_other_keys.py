"""The console's key policy, live, on the operations that need a key of another kind, an alias, a grant or no key."""

import json
from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Any

import boto3
import pytest

import kmsnb

from .kms.conftest import refused
from .test_lab_permission import ADMINISTERS, POLICY, USES, XYZ, allow

SIGN = {"KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY"}
MAC = {"KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC"}
AGREE = {"KeySpec": "ECC_NIST_P256", "KeyUsage": "KEY_AGREEMENT"}
KEM = {"KeySpec": "ML_KEM_768", "KeyUsage": "ENCAPSULATE_DECAPSULATE"}
SIGNING = {"Message": b"m", "SigningAlgorithm": "ECDSA_SHA_256"}
MACING = {"Message": b"m", "MacAlgorithm": "HMAC_SHA_256"}
ECDH = {"KeyAgreementAlgorithm": "ECDH"}
ML_KEM = {"EncapsulationAlgorithm": "ML_KEM"}
BLOB = "SharedSecretCiphertextBlob"
WRAPPING = {"WrappingAlgorithm": "RSAES_OAEP_SHA_256", "WrappingKeySpec": "RSA_2048"}

Parameters = Callable[[Any, str], dict[str, Any]]

# what the key is, and what the call needs besides it, prepared by the student, who may do everything
CASES: dict[str, tuple[dict[str, Any], Parameters]] = {
    "get_public_key": (SIGN, lambda kms, key: {}),
    "sign": (SIGN, lambda kms, key: SIGNING),
    "verify": (SIGN, lambda kms, key: {**SIGNING, "Signature": kms.sign(KeyId=key, **SIGNING)["Signature"]}),
    "generate_mac": (MAC, lambda kms, key: MACING),
    "verify_mac": (MAC, lambda kms, key: {**MACING, "Mac": kms.generate_mac(KeyId=key, **MACING)["Mac"]}),
    "derive_shared_secret": (
        AGREE,
        lambda kms, key: {**ECDH, "PublicKey": kms.get_public_key(KeyId=key)["PublicKey"]},
    ),
    "encapsulate": (KEM, lambda kms, key: ML_KEM),
    "decapsulate": (KEM, lambda kms, key: {**ML_KEM, BLOB: kms.encapsulate(KeyId=key, **ML_KEM)[BLOB]}),
    "get_parameters_for_import": ({"Origin": "EXTERNAL"}, lambda kms, key: WRAPPING),
    "delete_imported_key_material": ({"Origin": "EXTERNAL"}, lambda kms, key: {}),
    "get_key_last_usage": ({}, lambda kms, key: {}),
    "list_aliases": ({}, lambda kms, key: {}),
    "revoke_grant": (
        {},
        lambda kms, key: {
            "GrantId": kms.create_grant(KeyId=key, GranteePrincipal=XYZ, Operations=["Encrypt"])["GrantId"]
        },
    ),
}
# ListAliases is asked of the account, whatever key it is about
BY_IAM_ALONE = {"list_aliases"}


@pytest.mark.parametrize("method", CASES)
@pytest.mark.parametrize(("who", "listed"), [("XYZ", ADMINISTERS), ("ABC", USES)])
def test_operations_on_other_keys(lab: kmsnb.Lab, kms: Any, who: str, listed: list[str], method: str) -> None:
    client = lab.user(who).client("kms")
    lab.user("ABC"), lab.user("XYZ")
    made_as, prepare = CASES[method]
    key = kms.create_key(Policy=json.dumps(POLICY), **made_as)["KeyMetadata"]["KeyId"]
    parameters = {"KeyId": key, **prepare(kms, key)}
    action = f"kms:{client.meta.method_to_api_mapping[method]}"
    if any(fnmatchcase(action, each) for each in listed) and method not in BY_IAM_ALONE:
        getattr(client, method)(**parameters)
    else:
        with refused("AccessDeniedException"):
            getattr(client, method)(**parameters)


@pytest.mark.parametrize("who", ["XYZ", "ABC"])
def test_an_alias_needs_the_key_and_iam_for_the_alias_itself(lab: kmsnb.Lab, kms: Any, who: str) -> None:
    client = lab.user(who).client("kms")
    lab.user("ABC"), lab.user("XYZ")
    key, other = (kms.create_key(Policy=json.dumps(POLICY))["KeyMetadata"]["KeyId"] for _ in range(2))
    with refused("AccessDeniedException"):  # the key policy cannot speak for the alias
        client.create_alias(AliasName="alias/one", TargetKeyId=key)
    iam_for_aliases(who)
    if who == "ABC":  # now for the alias, and still not for the key
        with refused("AccessDeniedException"):
            client.create_alias(AliasName="alias/one", TargetKeyId=key)
        return
    client.create_alias(AliasName="alias/one", TargetKeyId=key)
    client.update_alias(AliasName="alias/one", TargetKeyId=other)
    client.delete_alias(AliasName="alias/one")


def iam_for_aliases(name: str) -> None:
    statement = {"Effect": "Allow", "Action": "kms:*Alias", "Resource": "arn:aws:kms:*:*:alias/*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": statement})
    boto3.client("iam").put_user_policy(UserName=name, PolicyName="aliases", PolicyDocument=document)


@pytest.mark.parametrize("who", ["XYZ", "ABC"])
def test_what_has_no_key_is_iams_alone(lab: kmsnb.Lab, who: str) -> None:
    client = lab.user(who).client("kms")
    calls = (
        client.create_key,
        client.list_keys,
        client.list_aliases,
        lambda: client.generate_random(NumberOfBytes=8),
    )
    for call in calls:
        with refused("AccessDeniedException"):
            call()
    allow(who, "kms:CreateKey", "kms:ListKeys", "kms:ListAliases", "kms:GenerateRandom")
    for call in calls:
        call()


def test_replicating_needs_the_key_and_create_key_in_the_other_region(lab: kmsnb.Lab, kms: Any) -> None:
    lab.user("ABC"), lab.user("XYZ")
    statement = {"Effect": "Allow", "Principal": {"AWS": XYZ}, "Action": "kms:ReplicateKey", "Resource": "*"}
    policy = {**POLICY, "Statement": [*POLICY["Statement"], statement]}
    key = kms.create_key(Policy=json.dumps(policy), MultiRegion=True)["KeyMetadata"]["KeyId"]
    for who in ("ABC", "XYZ"):
        with refused("AccessDeniedException"):
            lab.user(who).client("kms").replicate_key(KeyId=key, ReplicaRegion="eu-west-1")
    allow("XYZ", "kms:CreateKey")
    lab.user("XYZ").client("kms").replicate_key(KeyId=key, ReplicaRegion="eu-west-1")


def test_changing_the_primary_region_needs_the_primary_key_and_the_replica(lab: kmsnb.Lab, kms: Any) -> None:
    lab.user("ABC"), lab.user("XYZ")
    key = kms.create_key(Policy=json.dumps(POLICY), MultiRegion=True)["KeyMetadata"]["KeyId"]
    kms.replicate_key(KeyId=key, ReplicaRegion="eu-west-1")  # with the default policy: IAM decides there
    xyz = lab.user("XYZ").client("kms")
    for who in ("ABC", "XYZ"):
        with refused("AccessDeniedException"):
            lab.user(who).client("kms").update_primary_region(KeyId=key, PrimaryRegion="eu-west-1")
    there = boto3.client("kms", region_name="eu-west-1")
    there.put_key_policy(KeyId=key, Policy=json.dumps(POLICY))
    xyz.update_primary_region(KeyId=key, PrimaryRegion="eu-west-1")
    regions = there.describe_key(KeyId=key)["KeyMetadata"]["MultiRegionConfiguration"]
    assert regions["PrimaryKey"]["Region"] == "eu-west-1"


@pytest.mark.parametrize("who", ["XYZ", "ABC"])
def test_retiring_is_for_those_whom_the_grant_names(lab: kmsnb.Lab, kms: Any, who: str) -> None:
    lab.user("ABC"), lab.user("XYZ")
    key = kms.create_key(Policy=json.dumps(POLICY))["KeyMetadata"]["KeyId"]
    arn = f"arn:aws:iam::123456789012:user/{who}"
    token = kms.create_grant(KeyId=key, GranteePrincipal=XYZ, RetiringPrincipal=arn, Operations=["Encrypt"])
    other = "ABC" if who == "XYZ" else "XYZ"
    with refused("AccessDeniedException"):
        lab.user(other).client("kms").retire_grant(GrantToken=token["GrantToken"])
    lab.user(who).client("kms").retire_grant(GrantToken=token["GrantToken"])
