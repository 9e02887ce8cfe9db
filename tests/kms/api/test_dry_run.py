"""DryRun: all the checks, none of the work."""

import pytest

from kmsnb.kms.api.validation import service_model

from ..conftest import b64, make, post, refused

TEXT = "The request would have succeeded, but the DryRun option is set."

WITH_DRY_RUN = {
    name
    for name in service_model().operation_names
    if "DryRun" in service_model().operation_model(name).input_shape.members
}


def requests(kms):
    """Of each operation with DryRun one request that would succeed, and one that would not."""
    key = make(kms)
    signer = make(kms, "ECC_NIST_P256", "SIGN_VERIFY")
    agreement = make(kms, "ECC_NIST_P256", "KEY_AGREEMENT")
    hmac = make(kms, "HMAC_256", "GENERATE_VERIFY_MAC")
    kem = make(kms, "ML_KEM_768", "ENCAPSULATE_DECAPSULATE")
    sealed = kms.encrypt(KeyId=key, Plaintext=b"p")["CiphertextBlob"]
    signing = {"KeyId": signer, "Message": b64(b"m"), "SigningAlgorithm": "ECDSA_SHA_256"}
    signature = kms.sign(KeyId=signer, Message=b"m", SigningAlgorithm="ECDSA_SHA_256")["Signature"]
    mac = kms.generate_mac(KeyId=hmac, Message=b"m", MacAlgorithm="HMAC_SHA_256")["Mac"]
    macs = {"KeyId": hmac, "Message": b64(b"m"), "MacAlgorithm": "HMAC_SHA_256"}
    public = kms.get_public_key(KeyId=agreement)["PublicKey"]
    kems = {"KeyId": kem, "EncapsulationAlgorithm": "ML_KEM"}
    grant = kms.create_grant(
        KeyId=key, GranteePrincipal="arn:aws:iam::123456789012:role/p", Operations=["Encrypt"]
    )
    wrong = {"KeyId": "none"}
    return {
        "Encrypt": ({"KeyId": key, "Plaintext": b64(b"p")}, {"EncryptionAlgorithm": "RSAES_OAEP_SHA_1"}),
        "Decrypt": ({"CiphertextBlob": b64(sealed)}, {"EncryptionContext": {"a": "b"}}),
        "ReEncrypt": (
            {"CiphertextBlob": b64(sealed), "DestinationKeyId": key},
            {"SourceEncryptionContext": {"a": "b"}},
        ),
        "GenerateDataKey": ({"KeyId": key, "KeySpec": "AES_256"}, {"NumberOfBytes": 3}),
        "GenerateDataKeyWithoutPlaintext": ({"KeyId": key, "KeySpec": "AES_256"}, {"NumberOfBytes": 3}),
        "GenerateDataKeyPair": ({"KeyId": key, "KeyPairSpec": "ECC_NIST_P256"}, wrong),
        "GenerateDataKeyPairWithoutPlaintext": ({"KeyId": key, "KeyPairSpec": "ECC_NIST_P256"}, wrong),
        "Sign": (signing, {"MessageType": "DIGEST"}),
        "Verify": (signing | {"Signature": b64(signature)}, {"Signature": b64(b"none")}),
        "GenerateMac": (macs, wrong),
        "VerifyMac": (macs | {"Mac": b64(mac)}, {"Mac": b64(b"none")}),
        "DeriveSharedSecret": (
            {"KeyId": agreement, "KeyAgreementAlgorithm": "ECDH", "PublicKey": b64(public)},
            {"PublicKey": b64(b"none")},
        ),
        "Encapsulate": (kems, wrong),
        "Decapsulate": (
            kems | {"SharedSecretCiphertextBlob": b64(bytes(1088))},
            {"SharedSecretCiphertextBlob": b64(b"short")},
        ),
        "CreateGrant": (
            {"KeyId": key, "GranteePrincipal": "arn:aws:iam::123456789012:role/p", "Operations": ["Encrypt"]},
            {"Operations": ["Sign"]},
        ),
        "RetireGrant": ({"GrantToken": grant["GrantToken"]}, {"GrantToken": "none"}),
        "RevokeGrant": ({"KeyId": key, "GrantId": grant["GrantId"]}, {"GrantId": "none"}),
    }


def test_the_table_has_every_operation_with_dry_run(kms):
    assert requests(kms).keys() == WITH_DRY_RUN


@pytest.mark.parametrize("operation", sorted(WITH_DRY_RUN))
def test_what_would_succeed_says_so_and_what_would_not_says_why(kms, operation):
    request, wrong = requests(kms)[operation]
    status, answer = post(kms, operation, request | {"DryRun": True})
    assert (status, answer) == (400, {"__type": "DryRunOperationException", "message": TEXT})
    assert post(kms, operation, request | {"DryRun": False})[0] == 200
    status, answer = post(kms, operation, request | wrong | {"DryRun": True})
    assert status == 400
    assert answer["__type"] != "DryRunOperationException"


def test_dry_runs_are_no_usage(kms, key):
    with refused("DryRunOperationException"):
        kms.encrypt(KeyId=key, Plaintext=b"p", DryRun=True)
    assert kms.get_key_last_usage(KeyId=key)["KeyLastUsage"] == {}


def test_the_ciphertext_can_be_left_out_of_a_dry_run(kms, key):
    ignoring = {"DryRun": True, "DryRunModifiers": ["IGNORE_CIPHERTEXT"]}
    with refused("DryRunOperationException", TEXT):
        kms.decrypt(KeyId=key, **ignoring)
    with refused("DryRunOperationException", TEXT):
        kms.re_encrypt(SourceKeyId=key, DestinationKeyId=key, **ignoring)
    with refused("DryRunOperationException", TEXT):
        kms.decrypt(KeyId=key, CiphertextBlob=b"nonsense", **ignoring)
    # then the key must be named
    with refused("ValidationException"):
        kms.decrypt(CiphertextBlob=b"nonsense", **ignoring)
    with refused("ValidationException"):
        kms.re_encrypt(DestinationKeyId=key, **ignoring)
    with refused("ValidationException"):
        kms.decrypt(KeyId=key, CiphertextBlob=b"c", DryRunModifiers=["IGNORE_CIPHERTEXT"])
    kms.disable_key(KeyId=key)
    with refused("DisabledException"):
        kms.decrypt(KeyId=key, **ignoring)
