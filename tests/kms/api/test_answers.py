"""Answers to the letter: which optional members a response has, and whether it names a key by its id or its ARN.

Found by comparing every response with the examples of botocore and the AWS CLI, and with answers of the real AWS that
LocalStack recorded. Each row was once different here, and states where the right answer comes from. Answers that were
recorded count more than examples: some of the examples are older than the API.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from kmsnb.kms import ManualClock

from ..conftest import make, refused

RECORDED = "recorded on AWS: localstack/localstack, tests/aws/services/kms/test_kms.snapshot.json, "
MODEL = "botocore 1.44.8, kms/2014-11-01/service-2.json, "

World = dict[str, str]


@pytest.fixture
def world(kms: Any) -> World:
    """The ARNs of keys, and an alias."""
    key = make(kms)
    kms.create_alias(AliasName="alias/world", TargetKeyId=key)
    return {"key": key, "id": key.split("/")[1], "related": make(kms, MultiRegion=True)}


def rotated(kms: Any, world: World) -> dict[str, Any]:
    kms.rotate_key_on_demand(KeyId=world["id"])
    (entry,) = kms.list_key_rotations(KeyId=world["id"])["Rotations"]
    return entry


def replicated(kms: Any, world: World, **more: Any) -> dict[str, Any]:
    return kms.replicate_key(KeyId=world["related"], ReplicaRegion="eu-west-1", **more)


class Row(NamedTuple):
    """An answer, what it has and what it does not have, and the source."""

    source: str
    answer: Callable[[Any, World], dict[str, Any]]
    has: dict[str, str | None]
    lacks: tuple[str, ...] = ()


#: In ``has``, a value is a name in the world; None stands for any.
ROWS = {
    "RotateKeyOnDemand names the key by its ARN": Row(
        RECORDED + "test_rotate_on_demand_returns_arn_for_key_id, 2025-11-06",
        lambda kms, world: kms.rotate_key_on_demand(KeyId=world["id"]),
        {"KeyId": "key"},
    ),
    "ListKeyRotations names the key by its ARN": Row(
        "by analogy, no recording is public: the AWS CLI's examples show an id here and for RotateKeyOnDemand, "
        "where AWS was recorded to answer the ARN",
        rotated,
        {"KeyId": "key", "RotationDate": None, "RotationType": None},
    ),
    "GetKeyRotationStatus names the key by its id": Row(
        "the AWS CLI's example, awscli/examples/kms/get-key-rotation-status.rst",
        lambda kms, world: kms.get_key_rotation_status(KeyId=world["key"]),
        {"KeyId": "id", "KeyRotationEnabled": None},
        ("RotationPeriodInDays", "NextRotationDate"),
    ),
    "a new replica has no material id yet": Row(
        RECORDED + "test_replicate_key, 2025-11-10",
        lambda kms, world: replicated(kms, world)["ReplicaKeyMetadata"],
        {"KeyState": None, "MultiRegionConfiguration": None},
        ("CurrentKeyMaterialId",),
    ),
    "without tags, ReplicateKey returns none": Row(
        RECORDED + "test_replicate_key, 2025-11-10",
        replicated,
        {"ReplicaKeyMetadata": None, "ReplicaPolicy": None},
        ("ReplicaTags",),
    ),
    "with tags, it returns them": Row(
        MODEL + "ReplicateKeyResponse.ReplicaTags",
        lambda kms, world: replicated(kms, world, Tags=[{"TagKey": "a", "TagValue": "b"}]),
        {"ReplicaTags": None},
    ),
}


@pytest.mark.parametrize("name", ROWS)
def test_an_answer_has_the_members_that_aws_gives_it(kms: Any, world: World, name: str) -> None:
    source, answer, has, lacks = ROWS[name]
    found = answer(kms, world)
    for member, value in has.items():
        assert member in found, source
        assert value is None or found[member] == world[value], source
    assert not found.keys() & set(lacks), source


def test_get_key_last_usage_takes_no_alias(kms: Any, world: World) -> None:
    """ "Alias names are not supported" (botocore's model, GetKeyLastUsageRequest.KeyId)."""
    with refused("InvalidArnException"):
        kms.get_key_last_usage(KeyId="alias/world")
    assert kms.get_key_last_usage(KeyId=world["key"])["KeyId"] == world["id"]


@pytest.mark.parametrize(
    ("spec", "usage"),
    [
        ("HMAC_256", "GENERATE_VERIFY_MAC"),
        ("RSA_2048", "SIGN_VERIFY"),
        ("ECC_NIST_P256", "KEY_AGREEMENT"),
        ("RSA_2048", "ENCRYPT_DECRYPT"),
    ],
)
def test_a_symmetric_ciphertext_with_another_key_is_an_incorrect_key_whatever_its_usage(
    kms: Any, world: World, spec: str, usage: str
) -> None:
    """Recorded on AWS, as above: test_error_messaging_for_invalid_keys, 2023-04-13, and for ReEncrypt
    test_re_encrypt_incorrect_source_key, 2025-06-09."""
    sealed = kms.encrypt(KeyId=world["key"], Plaintext=b"p")["CiphertextBlob"]
    other = make(kms, spec, usage)
    text = "The key ID in the request does not identify a CMK that can perform this operation."
    with refused("IncorrectKeyException", text):
        kms.decrypt(KeyId=other, CiphertextBlob=sealed)
    with refused("IncorrectKeyException", text):
        kms.re_encrypt(SourceKeyId=other, CiphertextBlob=sealed, DestinationKeyId=world["key"])
    if usage != "ENCRYPT_DECRYPT":
        for operation, member in (kms.decrypt, "KeyId"), (kms.re_encrypt, "SourceKeyId"):
            more = {} if member == "KeyId" else {"DestinationKeyId": world["key"]}
            algorithm = "EncryptionAlgorithm" if member == "KeyId" else "SourceEncryptionAlgorithm"
            with refused("InvalidKeyUsageException"):
                operation(**{member: other, algorithm: "RSAES_OAEP_SHA_256"}, CiphertextBlob=sealed, **more)


def test_decrypt_and_re_encrypt_take_another_account_s_key_by_its_id(
    aws: Any, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For a key of another account "you should use the key ARN or alias ARN" (botocore's model, DecryptRequest.KeyId and
    ReEncryptRequest.SourceKeyId); for other operations, and for the destination, "you must"."""
    kms = aws("us-east-1")
    sealed = kms.encrypt(KeyId=world["key"], Plaintext=b"p")["CiphertextBlob"]
    other_key = make(kms)
    monkeypatch.setenv("MOTO_ACCOUNT_ID", "111122223333")
    assert kms.decrypt(KeyId=world["id"], CiphertextBlob=sealed)["KeyId"] == world["key"]
    own = make(kms)
    again = kms.re_encrypt(SourceKeyId=world["id"], CiphertextBlob=sealed, DestinationKeyId=own)
    assert (again["SourceKeyId"], again["KeyId"]) == (world["key"], own)
    with refused("NotFoundException"):
        kms.re_encrypt(CiphertextBlob=sealed, DestinationKeyId=world["id"])
    with refused("NotFoundException"):
        kms.encrypt(KeyId=world["id"], Plaintext=b"p")
    # the id of a key that did not make the ciphertext names nothing
    with refused("NotFoundException"):
        kms.decrypt(KeyId=other_key.split("/")[1], CiphertextBlob=sealed)
    with refused("NotFoundException"):
        kms.decrypt(KeyId=world["id"], CiphertextBlob=b"no ciphertext")


def test_the_id_of_a_key_that_is_gone_names_nothing(kms: Any, world: World, clock: ManualClock) -> None:
    """Here, too, a key may only be named by its id as long as somebody has it."""
    sealed = kms.encrypt(KeyId=world["key"], Plaintext=b"p")["CiphertextBlob"]
    kms.schedule_key_deletion(KeyId=world["key"], PendingWindowInDays=7)
    clock.advance(days=8)
    with refused("NotFoundException", f"Key '{world['key']}' does not exist"):
        kms.decrypt(KeyId=world["id"], CiphertextBlob=sealed)
    with refused("NotFoundException"):
        kms.re_encrypt(SourceKeyId=world["id"], CiphertextBlob=sealed, DestinationKeyId=make(kms))


def test_the_period_is_a_year_whenever_none_is_given(kms: Any, world: World) -> None:
    """ "If no value is specified, the default value is 365 days" (botocore's model, EnableKeyRotationRequest)."""
    key = world["key"]
    kms.enable_key_rotation(KeyId=key, RotationPeriodInDays=180)
    kms.enable_key_rotation(KeyId=key)
    assert kms.get_key_rotation_status(KeyId=key)["RotationPeriodInDays"] == 365


LISTED = "ListAliases of an account, as its owner published it on GitHub"

#: Each with where its alias can be seen.
MANAGED = {
    "appflow": "an account's error report on GitHub, of a flow under this key",
    "cloud9": LISTED,
    "codeartifact": "Terraform configurations on GitHub that look it up",
    "connect": LISTED,
    "dms": "hashicorp/terraform-provider-aws, tests of aws_dms_endpoint that look it up",
    "kafka": "MSK Developer Guide, Amazon MSK encryption",
    "lex": LISTED,
    "lightsail": LISTED,
    "mq": "cloud-custodian/cloud-custodian, the kms-key filter of message brokers",
    "ses": "botocore's model of SES, S3Action.KmsKeyArn",
    "timestream": "Timestream Developer Guide, Encryption at rest",
    "workspaces": "Terraform AWS provider, workspaces_workspace",
}


@pytest.mark.parametrize("service", MANAGED)
def test_an_aws_managed_key_exists_once_its_service_has_used_it(kms: Any, service: str) -> None:
    def names() -> list[str]:
        return [alias["AliasName"] for alias in kms.list_aliases(Limit=100)["Aliases"]]

    assert f"alias/aws/{service}" not in names()
    found = kms.describe_key(KeyId=f"alias/aws/{service}")["KeyMetadata"]
    assert found["KeyManager"] == "AWS"
    assert f"alias/aws/{service}" in names()
