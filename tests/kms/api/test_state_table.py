"""Which states each management operation accepts, cell by cell.

AWS KMS Developer Guide, "Key states of AWS KMS keys", the table and its notes; for DeleteImportedKeyMaterial on a key
that is pending deletion, the operation's own page. Operations that use a key are in ``test_states``.
"""

import json
import os
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from ..conftest import bring, make

PRINCIPAL = "arn:aws:iam::123456789012:role/Worker"
POLICY = json.dumps({"Statement": {"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"}})
OTHER_REGION = "eu-west-1"

DISABLED, IMPORT, DELETION, REPLICAS = (
    "Disabled",
    "PendingImport",
    "PendingDeletion",
    "PendingReplicaDeletion",
)
EVERY = {DISABLED, IMPORT, DELETION, REPLICAS}
DYING = {DELETION, REPLICAS}

#: What each state is called in an error.
SAYS = {
    DISABLED: "is disabled.",
    IMPORT: "is pending import.",
    DELETION: "is pending deletion.",
    REPLICAS: "is pending replica deletion.",
}

#: An operation, its parameters beside the key, and the states that it refuses.
TABLE: dict[str, tuple[dict[str, Any], set[str]]] = {
    "create_grant": ({"GranteePrincipal": PRINCIPAL, "Operations": ["DescribeKey"]}, EVERY),
    "list_grants": ({}, set()),
    "revoke_grant": ({"GrantId": "0" * 64}, set()),
    "enable_key": ({}, EVERY - {DISABLED}),
    "disable_key": ({}, EVERY - {DISABLED}),
    "schedule_key_deletion": ({"PendingWindowInDays": 7}, DYING),
    "update_key_description": ({"Description": "d"}, DYING),
    "tag_resource": ({"Tags": [{"TagKey": "k", "TagValue": "v"}]}, DYING),
    "untag_resource": ({"TagKeys": ["k"]}, DYING),
    "list_resource_tags": ({}, set()),
    "put_key_policy": ({"Policy": POLICY}, set()),
    "get_key_policy": ({}, set()),
    "list_key_policies": ({}, set()),
    "describe_key": ({}, set()),
    "get_parameters_for_import": (
        {"WrappingAlgorithm": "RSAES_OAEP_SHA_256", "WrappingKeySpec": "RSA_2048"},
        DYING,
    ),
    "import_key_material": ({"ImportToken": b"t", "EncryptedKeyMaterial": b"m"}, DYING),
    "delete_imported_key_material": ({}, set()),
}


def in_state(state: str, kms: Any) -> str:
    """The ARN of a key in a state, with the aliases ``alias/moved`` and ``alias/deleted``.

    It is of EXTERNAL origin wherever the state allows that, so that imports apply.
    """
    if state == REPLICAS:
        key = make(kms, MultiRegion=True, Origin="EXTERNAL")
        bring(kms, key, os.urandom(32))
        kms.replicate_key(KeyId=key, ReplicaRegion=OTHER_REGION)
    else:
        key = make(kms, Origin="AWS_KMS" if state == DISABLED else "EXTERNAL")
    for alias in ("alias/moved", "alias/deleted"):
        kms.create_alias(AliasName=alias, TargetKeyId=key)
    if state == DISABLED:
        kms.disable_key(KeyId=key)
    elif state in DYING:
        kms.schedule_key_deletion(KeyId=key)
    assert kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == state
    return key


def refusal(call: Callable[..., Any], **members: Any) -> str | None:
    """What is said of the key's state; None if the state is no obstacle, whatever else may be."""
    try:
        call(**members)
    except ClientError as error:
        if error.response["Error"]["Code"] in ("DisabledException", "KMSInvalidStateException"):
            return error.response["Error"]["Message"]
    return None


@pytest.mark.parametrize("state", SAYS)
@pytest.mark.parametrize("operation", TABLE)
def test_a_cell(kms: Any, operation: str, state: str) -> None:
    parameters, refuses = TABLE[operation]
    key = in_state(state, kms)
    said = refusal(getattr(kms, operation), KeyId=key, **parameters)
    assert said == (f"{key} {SAYS[state]}" if state in refuses else None)


@pytest.mark.parametrize("state", SAYS)
def test_an_alias_is_given_to_what_will_stay_and_taken_from_any_key(kms: Any, state: str) -> None:
    """UpdateAlias looks at the key that the alias will have, and not at the one it had."""
    key, other = in_state(state, kms), make(kms, Origin="AWS_KMS" if state == DISABLED else "EXTERNAL")
    kms.create_alias(AliasName="alias/other", TargetKeyId=other)
    expected = f"{key} {SAYS[state]}" if state in DYING else None
    assert refusal(kms.create_alias, AliasName="alias/new", TargetKeyId=key) == expected
    assert refusal(kms.update_alias, AliasName="alias/other", TargetKeyId=key) == expected
    if state != REPLICAS:  # the other key is not a multi-Region key, which UpdateAlias minds
        kms.update_alias(AliasName="alias/moved", TargetKeyId=other)
    kms.delete_alias(AliasName="alias/deleted")
    with pytest.raises(ClientError, match="NotFoundException"):
        kms.describe_key(KeyId="alias/deleted")


@pytest.mark.parametrize("state", SAYS)
def test_only_a_deletion_that_is_scheduled_can_be_canceled(kms: Any, state: str) -> None:
    key = in_state(state, kms)
    said = refusal(kms.cancel_key_deletion, KeyId=key)
    assert said == (None if state in DYING else f"{key} is not pending deletion.")


@pytest.mark.parametrize("state", SAYS)
def test_only_an_enabled_key_is_replicated(kms: Any, state: str) -> None:
    key = make(kms, MultiRegion=True, Origin="EXTERNAL" if state == IMPORT else "AWS_KMS")
    if state == REPLICAS:
        kms.replicate_key(KeyId=key, ReplicaRegion=OTHER_REGION)
    if state == DISABLED:
        kms.disable_key(KeyId=key)
    if state in DYING:
        kms.schedule_key_deletion(KeyId=key)
    said = refusal(kms.replicate_key, KeyId=key, ReplicaRegion="ap-south-1")
    assert said == f"{key} {SAYS[state]}"
