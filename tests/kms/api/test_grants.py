"""Grants as they are kept: terms, tokens, names, constraints. What they permit is decided elsewhere."""

import pytest

from ..conftest import ACCOUNT, make, refused

WORKER = f"arn:aws:iam::{ACCOUNT}:role/Worker"
RETIRER = f"arn:aws:iam::{ACCOUNT}:user/Retirer"
SERVICE = "dynamodb.us-east-1.amazonaws.com"
SOURCE = f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/T"


def grant(kms, key, *operations, **more):
    more.setdefault("GranteePrincipal", WORKER)
    return kms.create_grant(KeyId=key, Operations=list(operations or ("Encrypt",)), **more)


def listed(kms, key, **more):
    return kms.list_grants(KeyId=key, **more)["Grants"]


def test_a_grant_is_kept_as_it_was_made(kms, key, clock):
    made = clock.now()
    answer = grant(
        kms,
        key,
        "Encrypt",
        "Decrypt",
        Name="n",
        RetiringPrincipal=RETIRER,
        Constraints={"EncryptionContextSubset": {"a": "b"}},
    )
    assert len(answer["GrantId"]) == 64
    assert listed(kms, key) == [
        {
            "KeyId": key,
            "GrantId": answer["GrantId"],
            "Name": "n",
            "CreationDate": made,
            "GranteePrincipal": WORKER,
            "RetiringPrincipal": RETIRER,
            "IssuingAccount": f"arn:aws:iam::{ACCOUNT}:root",
            "Operations": ["Encrypt", "Decrypt"],
            "Constraints": {"EncryptionContextSubset": {"a": "b"}},
        }
    ]


def test_the_same_request_under_the_same_name_is_the_same_grant(kms, key):
    first, again = grant(kms, key, Name="n"), grant(kms, key, Name="n")
    assert first["GrantId"] == again["GrantId"]
    assert first["GrantToken"] != again["GrantToken"]
    assert len(listed(kms, key)) == 1
    assert grant(kms, key, "Decrypt", Name="n")["GrantId"] != first["GrantId"]
    assert grant(kms, key)["GrantId"] != grant(kms, key)["GrantId"]
    # either token retires it
    kms.retire_grant(GrantToken=first["GrantToken"])
    with refused("NotFoundException"):
        kms.retire_grant(GrantToken=again["GrantToken"])


def test_listed_by_id_and_grantee(kms, key):
    one = grant(kms, key)["GrantId"]
    other = grant(kms, key, GranteePrincipal=RETIRER)["GrantId"]
    assert [each["GrantId"] for each in listed(kms, key, GrantId=one)] == [one]
    assert [each["GrantId"] for each in listed(kms, key, GranteePrincipal=RETIRER)] == [other]
    assert listed(kms, key, GrantId=64 * "0") == []
    with refused("InvalidGrantIdException"):
        listed(kms, key, GrantId="none")
    with refused("ValidationException"):
        listed(kms, key, GranteePrincipal=WORKER, GranteeServicePrincipal=SERVICE)


def test_revoked_by_id(kms, key):
    one = grant(kms, key)["GrantId"]
    kms.revoke_grant(KeyId=key, GrantId=one)
    assert listed(kms, key) == []
    with refused("NotFoundException", f"Grant ID {one} not found"):
        kms.revoke_grant(KeyId=key, GrantId=one)


def test_retired_by_token_or_by_id_and_key(kms, key):
    kms.retire_grant(GrantToken=grant(kms, key)["GrantToken"])
    kms.retire_grant(KeyId=key, GrantId=grant(kms, key)["GrantId"])
    assert listed(kms, key) == []
    for request in ({}, {"KeyId": key}, {"GrantId": "g"}):
        with refused("ValidationException"):
            kms.retire_grant(**request)
    with refused("InvalidGrantTokenException"):
        kms.retire_grant(GrantToken="none")
    with refused("NotFoundException"):
        kms.retire_grant(KeyId=key, GrantId=64 * "0")
    with refused("InvalidGrantIdException"):
        kms.revoke_grant(KeyId=key, GrantId="none")


def test_retirable_grants_of_all_keys(kms, key):
    grants = [grant(kms, each, RetiringPrincipal=RETIRER)["GrantId"] for each in (key, make(kms), key)]
    grant(kms, key)
    found = kms.list_retirable_grants(RetiringPrincipal=RETIRER)["Grants"]
    assert {each["GrantId"] for each in found} == set(grants)
    for request in ({}, {"RetiringPrincipal": RETIRER, "RetiringServicePrincipal": SERVICE}):
        with refused("ValidationException"):
            kms.list_retirable_grants(**request)


def test_grants_come_in_pages(kms, key):
    grants = [grant(kms, key, RetiringPrincipal=RETIRER)["GrantId"] for _ in range(5)]
    for name, request in (
        ("list_grants", {"KeyId": key}),
        ("list_retirable_grants", {"RetiringPrincipal": RETIRER}),
    ):
        pages = list(kms.get_paginator(name).paginate(PaginationConfig={"PageSize": 2}, **request))
        assert [each["GrantId"] for page in pages for each in page["Grants"]] == grants
        with refused("ValidationException"):
            getattr(kms, name)(Limit=101, **request)


def test_a_grantee_is_one_principal(kms, key):
    with refused("ValidationException"):
        kms.create_grant(KeyId=key, Operations=["Encrypt"])
    with refused("ValidationException"):
        grant(kms, key, GranteeServicePrincipal=SERVICE)
    with refused("ValidationException"):
        grant(kms, key, RetiringPrincipal=RETIRER, RetiringServicePrincipal=SERVICE)
    with refused("ValidationException"):
        grant(kms, key, GranteePrincipal="no principal!")


def test_a_service_needs_a_source_and_someone_to_retire_it(kms, key):
    request = {"KeyId": key, "Operations": ["Encrypt"], "GranteeServicePrincipal": SERVICE}
    constraint = {"Constraints": {"SourceArn": SOURCE}}
    with refused("ValidationException"):
        kms.create_grant(**request, RetiringServicePrincipal=SERVICE)
    with refused("ValidationException"):
        kms.create_grant(**request, **constraint)
    kms.create_grant(**request, **constraint, RetiringServicePrincipal=SERVICE)
    (entry,) = listed(kms, key, GranteeServicePrincipal=SERVICE)
    assert entry["Constraints"] == {"SourceArn": SOURCE}
    with refused("ValidationException"):
        kms.create_grant(**request, Constraints={"SourceArn": "arn:no"}, RetiringPrincipal=RETIRER)


@pytest.mark.parametrize(
    ("spec", "usage", "operation", "fits"),
    [
        ("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT", "ReEncryptFrom", True),
        ("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT", "Sign", False),
        ("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT", "GetPublicKey", False),
        ("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT", "CreateGrant", True),
        ("RSA_2048", "ENCRYPT_DECRYPT", "Encrypt", True),
        ("RSA_2048", "ENCRYPT_DECRYPT", "GenerateDataKey", False),
        ("RSA_2048", "ENCRYPT_DECRYPT", "GetPublicKey", True),
        ("ECC_NIST_P256", "SIGN_VERIFY", "Verify", True),
        ("ECC_NIST_P256", "SIGN_VERIFY", "DeriveSharedSecret", False),
        ("HMAC_256", "GENERATE_VERIFY_MAC", "VerifyMac", True),
        ("HMAC_256", "GENERATE_VERIFY_MAC", "Encrypt", False),
        ("ML_KEM_768", "ENCAPSULATE_DECAPSULATE", "Decapsulate", True),
    ],
)
def test_operations_must_fit_the_key(kms, spec, usage, operation, fits):
    key = make(kms, spec, usage)
    if fits:
        grant(kms, key, operation, "DescribeKey", "RetireGrant")
    else:
        with refused("ValidationException"):
            grant(kms, key, operation)


def test_operations_are_of_a_list(kms, key):
    with refused("ValidationException"):
        kms.create_grant(KeyId=key, GranteePrincipal=WORKER, Operations=[])
    with refused("ValidationException"):
        grant(kms, key, "ScheduleKeyDeletion")


def test_context_constraints_are_for_operations_with_a_context(kms, key):
    pairs = {"EncryptionContextEquals": {"a": "b"}}
    grant(kms, key, "Decrypt", "CreateGrant", "DescribeKey", Constraints=pairs)
    with refused("ValidationException"):
        grant(kms, make(kms, "ECC_NIST_P256", "SIGN_VERIFY"), "Sign", Constraints=pairs)
    rsa = make(kms, "RSA_2048", "ENCRYPT_DECRYPT")
    with refused("ValidationException"):
        grant(kms, rsa, "Encrypt", "DescribeKey", Constraints=pairs)
    grant(kms, rsa, "Encrypt")
    for wrong in ({str(n): "v" for n in range(9)}, {"a": 384 * "v"}):
        with refused("ValidationException"):
            grant(kms, key, Constraints={"EncryptionContextSubset": wrong})


def test_tokens_cost_no_memory(kms, key):
    """They carry what they stand for, so that a thousand requests leave one grant."""
    tokens = {grant(kms, key, Name="n")["GrantToken"] for _ in range(50)}
    assert len(tokens) == 50
    assert len(listed(kms, key)) == 1


def test_dry_runs_leave_no_trace(kms, key):
    one = grant(kms, key)
    for call in (
        lambda: grant(kms, key, "Decrypt", DryRun=True),
        lambda: kms.revoke_grant(KeyId=key, GrantId=one["GrantId"], DryRun=True),
        lambda: kms.retire_grant(GrantToken=one["GrantToken"], DryRun=True),
    ):
        with refused("DryRunOperationException"):
            call()
    assert [each["GrantId"] for each in listed(kms, key)] == [one["GrantId"]]


@pytest.mark.parametrize(
    ("spec", "usage"),
    [("RSA_2048", "ENCRYPT_DECRYPT"), ("ECC_NIST_P256", "SIGN_VERIFY"), ("HMAC_256", "GENERATE_VERIFY_MAC")],
)
@pytest.mark.parametrize("constraint", ["EncryptionContextSubset", "EncryptionContextEquals"])
def test_only_symmetric_encryption_keys_have_grants_with_a_context(kms, spec, usage, constraint):
    key = make(kms, spec, usage)
    with refused(
        "ValidationException",
        "EncryptionContext is supported only when creating a grant for a symmetric encryption KMS key.",
    ):
        grant(kms, key, "Encrypt", "DescribeKey", Constraints={constraint: {"a": "b"}})
