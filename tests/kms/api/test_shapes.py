"""Every answer against botocore's model, in both directions.

No answer has a member that the model lacks, at any depth; and none lacks a member that AWS documents as present
for its case, which the table below spells out where the model leaves all members optional.
"""

import os

import pytest

from kmsnb.kms.api.operations import OPERATIONS
from kmsnb.kms.api.validation import service_model

from ..conftest import bring, make, post

#: Members that AWS leaves out unless their case applies: what the case is, and so why no test here has them.
ONLY_SOMETIMES = {
    "CiphertextForRecipient": "attestation, which this KMS has not",
    "CustomKeyStoreId": "custom key stores",
    "CloudHsmClusterId": "custom key stores",
    "XksKeyConfiguration": "external key stores",
    "GranteeServicePrincipal": "grants to services",
    "RetiringServicePrincipal": "grants to services",
    "OnDemandRotationStartDate": "rotations in progress: here they are done at once",
    "CustomKeyStores": "there are none to describe",
}


class World:
    """One of everything, and a call of each operation."""

    def __init__(self, kms):
        self.kms = kms
        self.seen: dict[str, list[object]] = {}
        self.key = make(kms, MultiRegion=True, Tags=[{"TagKey": "a", "TagValue": "b"}])
        self.rsa = make(kms, "RSA_2048", "ENCRYPT_DECRYPT")
        self.signer = make(kms, "ECC_NIST_P256", "SIGN_VERIFY")
        self.agreement = make(kms, "ECC_NIST_P256", "KEY_AGREEMENT")
        self.hmac = make(kms, "HMAC_256", "GENERATE_VERIFY_MAC")
        self.kem = make(kms, "ML_KEM_768", "ENCAPSULATE_DECAPSULATE")
        self.external = make(kms, Origin="EXTERNAL")

    def __call__(self, name, **parameters):
        answer = getattr(self.kms, name)(**parameters)
        answer.pop("ResponseMetadata")
        return answer


def calls(kms):
    """All 56 operations, each at least once: its name and what it answers."""
    do = World(kms)
    key, world = do.key, do

    yield "CreateKey", do("create_key", MultiRegion=True)
    yield "DescribeKey", do("describe_key", KeyId=key)
    for other in (do.rsa, do.signer, do.agreement, do.hmac, do.kem):
        yield "DescribeKey", do("describe_key", KeyId=other)
    yield "ListKeys", do("list_keys", Limit=2)
    yield "UpdateKeyDescription", do("update_key_description", KeyId=key, Description="d")
    yield "DisableKey", do("disable_key", KeyId=key)
    yield "EnableKey", do("enable_key", KeyId=key)
    yield "CreateAlias", do("create_alias", AliasName="alias/a", TargetKeyId=key)
    yield "UpdateAlias", do("update_alias", AliasName="alias/a", TargetKeyId=key)
    yield "ListAliases", do("list_aliases", KeyId=key)
    yield "ListAliases", do("list_aliases", Limit=1)
    yield "DeleteAlias", do("delete_alias", AliasName="alias/a")

    sealed = do("encrypt", KeyId=key, Plaintext=b"p")
    yield "Encrypt", sealed
    yield "Decrypt", do("decrypt", CiphertextBlob=sealed["CiphertextBlob"])
    yield "ReEncrypt", do("re_encrypt", CiphertextBlob=sealed["CiphertextBlob"], DestinationKeyId=key)
    yield "GenerateRandom", do("generate_random", NumberOfBytes=1)
    yield "GenerateDataKey", do("generate_data_key", KeyId=key, KeySpec="AES_256")
    yield (
        "GenerateDataKeyWithoutPlaintext",
        do("generate_data_key_without_plaintext", KeyId=key, NumberOfBytes=9),
    )
    yield "GenerateDataKeyPair", do("generate_data_key_pair", KeyId=key, KeyPairSpec="ECC_NIST_P256")
    yield (
        "GenerateDataKeyPairWithoutPlaintext",
        do("generate_data_key_pair_without_plaintext", KeyId=key, KeyPairSpec="ML_KEM_768"),
    )
    signed = do("sign", KeyId=world.signer, Message=b"m", SigningAlgorithm="ECDSA_SHA_256")
    yield "Sign", signed
    yield (
        "Verify",
        do(
            "verify",
            KeyId=world.signer,
            Message=b"m",
            Signature=signed["Signature"],
            SigningAlgorithm="ECDSA_SHA_256",
        ),
    )
    for pair in (world.rsa, world.signer, world.agreement, world.kem):
        yield "GetPublicKey", do("get_public_key", KeyId=pair)
    mac = do("generate_mac", KeyId=world.hmac, Message=b"m", MacAlgorithm="HMAC_SHA_256")
    yield "GenerateMac", mac
    yield (
        "VerifyMac",
        do("verify_mac", KeyId=world.hmac, Message=b"m", Mac=mac["Mac"], MacAlgorithm="HMAC_SHA_256"),
    )
    peer = do("get_public_key", KeyId=world.agreement)["PublicKey"]
    yield (
        "DeriveSharedSecret",
        do("derive_shared_secret", KeyId=world.agreement, KeyAgreementAlgorithm="ECDH", PublicKey=peer),
    )
    shared = do("encapsulate", KeyId=world.kem, EncapsulationAlgorithm="ML_KEM")
    yield "Encapsulate", shared
    yield (
        "Decapsulate",
        do(
            "decapsulate",
            KeyId=world.kem,
            EncapsulationAlgorithm="ML_KEM",
            SharedSecretCiphertextBlob=shared["SharedSecretCiphertextBlob"],
        ),
    )
    yield "GetKeyLastUsage", do("get_key_last_usage", KeyId=key)

    yield "EnableKeyRotation", do("enable_key_rotation", KeyId=key)
    yield "GetKeyRotationStatus", do("get_key_rotation_status", KeyId=key)
    yield "RotateKeyOnDemand", do("rotate_key_on_demand", KeyId=key)
    yield (
        "ListKeyRotations",
        do("list_key_rotations", KeyId=key, IncludeKeyMaterial="ALL_KEY_MATERIAL", Limit=1),
    )
    yield "ListKeyRotations", do("list_key_rotations", KeyId=key)
    yield "DisableKeyRotation", do("disable_key_rotation", KeyId=key)

    yield "GetKeyPolicy", do("get_key_policy", KeyId=key)
    yield "PutKeyPolicy", do("put_key_policy", KeyId=key, Policy=do("get_key_policy", KeyId=key)["Policy"])
    yield "ListKeyPolicies", do("list_key_policies", KeyId=key)
    yield "TagResource", do("tag_resource", KeyId=key, Tags=[{"TagKey": "k", "TagValue": ""}])
    yield "ListResourceTags", do("list_resource_tags", KeyId=key, Limit=1)
    yield "UntagResource", do("untag_resource", KeyId=key, TagKeys=["k"])

    principal = "arn:aws:iam::123456789012:role/Worker"
    terms = {
        "KeyId": key,
        "GranteePrincipal": principal,
        "RetiringPrincipal": principal,
        "Operations": ["Encrypt"],
        "Constraints": {"EncryptionContextSubset": {"a": "b"}},
    }
    grants = [do("create_grant", Name=f"n{n}", **terms) for n in range(3)]
    yield "CreateGrant", grants[0]
    yield "ListGrants", do("list_grants", KeyId=key, Limit=1)
    yield "ListRetirableGrants", do("list_retirable_grants", RetiringPrincipal=principal, Limit=1)
    yield "RetireGrant", do("retire_grant", GrantToken=grants[0]["GrantToken"])
    yield "RevokeGrant", do("revoke_grant", KeyId=key, GrantId=grants[1]["GrantId"])

    yield (
        "ReplicateKey",
        do("replicate_key", KeyId=key, ReplicaRegion="eu-west-1", Tags=[{"TagKey": "a", "TagValue": "b"}]),
    )
    yield "DescribeKey", do("describe_key", KeyId=key)
    yield "UpdatePrimaryRegion", do("update_primary_region", KeyId=key, PrimaryRegion="eu-west-1")

    parameters = do(
        "get_parameters_for_import",
        KeyId=world.external,
        WrappingAlgorithm="RSAES_OAEP_SHA_256",
        WrappingKeySpec="RSA_2048",
    )
    yield "GetParametersForImport", parameters
    imported = bring(
        kms,
        world.external,
        os.urandom(32),
        ExpirationModel="KEY_MATERIAL_EXPIRES",
        ValidTo=parameters["ParametersValidTo"],
        KeyMaterialDescription="first",
    )
    imported.pop("ResponseMetadata")
    yield "ImportKeyMaterial", imported
    yield "DescribeKey", do("describe_key", KeyId=world.external)
    bring(kms, world.external, os.urandom(32), ImportType="NEW_KEY_MATERIAL")
    yield (
        "ListKeyRotations",
        do("list_key_rotations", KeyId=world.external, IncludeKeyMaterial="ALL_KEY_MATERIAL"),
    )
    yield "DeleteImportedKeyMaterial", do("delete_imported_key_material", KeyId=world.external)

    yield "ScheduleKeyDeletion", do("schedule_key_deletion", KeyId=world.hmac)
    yield "DescribeKey", do("describe_key", KeyId=world.hmac)
    yield "CancelKeyDeletion", do("cancel_key_deletion", KeyId=world.hmac)
    primary = make(kms, MultiRegion=True)
    do("replicate_key", KeyId=primary, ReplicaRegion="eu-west-1")
    do("schedule_key_deletion", KeyId=primary)
    yield "DescribeKey", do("describe_key", KeyId=primary)
    yield "DescribeCustomKeyStores", do("describe_custom_key_stores")


#: Answered with a refusal, always.
REFUSED = {
    "CreateCustomKeyStore",
    "ConnectCustomKeyStore",
    "DisconnectCustomKeyStore",
    "UpdateCustomKeyStore",
    "DeleteCustomKeyStore",
}


def test_all_operations_of_the_model_are_here():
    assert set(service_model().operation_names) == set(OPERATIONS)
    assert len(OPERATIONS) == 56


def test_answers_have_the_members_of_the_model_and_no_others(kms, monkeypatch):
    raw = {}
    remember_raw_answers(monkeypatch, raw)
    told: dict[str, set[str]] = {}
    for name, answer in calls(kms):
        shape = service_model().operation_model(name).output_shape
        if shape is None:
            assert answer == {}, name
            assert raw[name][-1] == {}, name
            continue
        members = told.setdefault(name, set())
        # botocore drops what its model does not know: look at what was sent
        for sent in raw[name]:
            collect(sent, shape, name, members)
    assert (
        told.keys() | REFUSED
        == {name for name in OPERATIONS if service_model().operation_model(name).output_shape} | REFUSED
    )
    for name, members in told.items():
        expected = set()
        everything(service_model().operation_model(name).output_shape, expected, "")
        absent = {path for path in expected - members if path.split(".")[-1] not in ONLY_SOMETIMES}
        absent = {path for path in absent if not any(f".{word}." in f".{path}." for word in ONLY_SOMETIMES)}
        assert not absent - ONLY_FOR_OTHERS.get(name, set()), name


#: Members of a shared shape that do not apply to some operation that answers with it.
ONLY_FOR_OTHERS = {
    "CreateKey": {
        f"KeyMetadata.{member}"
        for member in (
            "DeletionDate",
            "ValidTo",
            "ExpirationModel",
            "SigningAlgorithms",
            "MacAlgorithms",
            "KeyAgreementAlgorithms",
            "EncapsulationAlgorithms",
            "PendingDeletionWindowInDays",
            "MultiRegionConfiguration.ReplicaKeys.Arn",
            "MultiRegionConfiguration.ReplicaKeys.Region",
        )
    },
    "ReplicateKey": {
        f"ReplicaKeyMetadata.{member}"
        for member in (
            "CurrentKeyMaterialId",
            "DeletionDate",
            "ValidTo",
            "ExpirationModel",
            "SigningAlgorithms",
            "MacAlgorithms",
            "KeyAgreementAlgorithms",
            "EncapsulationAlgorithms",
            "PendingDeletionWindowInDays",
        )
    },
    "ListGrants": {"Grants.Constraints.EncryptionContextEquals", "Grants.Constraints.SourceArn"},
    "ListRetirableGrants": {"Grants.Constraints.EncryptionContextEquals", "Grants.Constraints.SourceArn"},
    "ListKeyPolicies": {"NextMarker"},
    "DescribeCustomKeyStores": {"NextMarker"},
}


def remember_raw_answers(monkeypatch, raw):
    from kmsnb.kms.moto import responses

    handle = responses.handle

    def remembering(operation, *arguments, **named):
        members = handle(operation, *arguments, **named)
        raw.setdefault(operation, []).append(members)
        return members

    monkeypatch.setattr(responses, "handle", remembering)


def collect(value, shape, path, members, prefix=""):
    """Walk an answer along its shape; complain of members without one, and note those that are there."""
    if shape.type_name == "structure":
        strange = value.keys() - shape.members.keys()
        assert not strange, f"{path} has members the model lacks: {strange}"
        missing = set(shape.required_members) - value.keys()
        assert not missing, f"{path} lacks {missing}"
        for name, each in value.items():
            assert each is not None, f"{path}.{name}"
            members.add(prefix + name)
            collect(each, shape.members[name], f"{path}.{name}", members, f"{prefix}{name}.")
    elif shape.type_name == "list":
        for each in value:
            collect(each, shape.member, path, members, prefix)
    elif shape.type_name == "string" and shape.metadata.get("enum") and "CustomerMasterKeySpec" not in path:
        assert value in shape.metadata["enum"], path
    elif shape.type_name == "blob":
        assert isinstance(value, bytes), path


def everything(shape, members, prefix):
    if shape.type_name == "structure":
        for name, member in shape.members.items():
            members.add(prefix + name)
            everything(member, members, f"{prefix}{name}.")
    elif shape.type_name == "list":
        everything(shape.member, members, prefix)


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_there_are_no_custom_key_stores(kms, name):
    parameters = {"CustomKeyStoreId": "cks-1", "CustomKeyStoreName": "n"}
    status, answer = post(kms, name, parameters)
    assert (status, answer["__type"]) == (400, "UnsupportedOperationException")
    assert "mock" in answer["message"]
