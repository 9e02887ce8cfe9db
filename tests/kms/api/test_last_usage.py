"""GetKeyLastUsage: the last cryptographic operation that succeeded."""

import pytest

from ..conftest import make, refused
from .test_states import USES


def usage(kms, key):
    return kms.get_key_last_usage(KeyId=key)["KeyLastUsage"]


def test_an_unused_key(kms, key):
    answer = kms.get_key_last_usage(KeyId=key)
    assert answer["KeyLastUsage"] == {}
    assert answer["KeyId"] == key.split("/")[1]
    assert answer["TrackingStartDate"] == answer["KeyCreationDate"]


def test_the_last_use_is_told_with_its_request(kms, key, clock):
    kms.encrypt(KeyId=key, Plaintext=b"p")
    when = clock.now()
    answer = kms.generate_data_key(KeyId=key, KeySpec="AES_256")
    told = usage(kms, key)
    assert (told["Operation"], told["Timestamp"]) == ("GenerateDataKey", when)
    assert told["KmsRequestId"] == answer["ResponseMetadata"]["RequestId"]
    assert told["CloudTrailEventId"]


def test_re_encrypt_uses_both_keys(kms, key):
    other = make(kms)
    sealed = kms.encrypt(KeyId=key, Plaintext=b"p")["CiphertextBlob"]
    kms.re_encrypt(CiphertextBlob=sealed, DestinationKeyId=other)
    assert usage(kms, key)["Operation"] == usage(kms, other)["Operation"] == "ReEncrypt"


@pytest.mark.parametrize("operation", ["describe_key", "get_key_policy", "list_grants", "disable_key"])
def test_management_is_no_use(kms, key, operation):
    getattr(kms, operation)(KeyId=key)
    assert usage(kms, key) == {}


@pytest.mark.parametrize("operation", ["create_grant", "get_public_key"])
def test_what_needs_an_enabled_key_need_not_be_use(kms, operation):
    spec, how, parameters = USES[operation]
    key = make(kms, spec, how)
    getattr(kms, operation)(KeyId=key, **parameters)
    assert usage(kms, key) == {}


def test_failure_is_no_use(kms, key):
    with refused("InvalidCiphertextException"):
        kms.decrypt(KeyId=key, CiphertextBlob=b"nonsense")
    assert usage(kms, key) == {}
