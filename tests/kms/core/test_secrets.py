"""Secrets stay inside: no repr, log, error text or answer shows them."""

import base64
import logging
import pickle

import pytest

from kmsnb.kms.core import material, tokens
from kmsnb.kms.core.specs import KEY_SPECS

from ..conftest import ACCOUNT, bring, make, post

SPECS = [spec for spec in KEY_SPECS.values() if not spec.missing and spec.bits in (0, 2048)]


def forms(secret: bytes) -> list[str]:
    """How bytes may turn up in a text."""
    return [secret.hex(), base64.b64encode(secret).decode(), repr(secret), repr(secret)[2:-1]]


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_material_tells_only_what_it_is(spec):
    secret = material.generate(spec)
    assert repr(secret) == str(secret) == f"<{type(secret).__name__} {spec.name}>"
    assert f"{secret}" == f"<{type(secret).__name__} {spec.name}>"
    with pytest.raises(TypeError, match="does not leave"):
        pickle.dumps(secret)


def test_a_key_a_ring_and_a_grant_show_no_material(kms):
    from moto.kms.models import kms_backends

    secret = bytes(range(32))
    key = make(kms, Origin="EXTERNAL")
    bring(kms, key, secret)
    grant = kms.create_grant(
        KeyId=key, GranteePrincipal="arn:aws:iam::123456789012:role/p", Operations=["Encrypt"]
    )
    inside = kms_backends[ACCOUNT]["us-east-1"].endpoint.region.keys[key.split("/")[1]]
    (kept,) = inside.grants.values()
    for shown in (repr(inside), repr(inside.ring), repr(inside.ring.current), repr(kept), repr(vars(inside))):
        assert not any(form in shown for form in forms(secret))
        assert grant["GrantToken"] not in shown


def test_logs_and_answers_show_no_secrets_even_when_all_goes_wrong(kms, monkeypatch, caplog):
    from kmsnb.kms.core import blob

    plaintext = b"the plaintext that nobody should see"
    key = make(kms)
    context = {"EncryptionContext": {"a": "b"}}

    def fail(*_, **__):
        raise RuntimeError("the sealing failed")

    monkeypatch.setattr(blob, "seal", fail)
    with caplog.at_level(logging.DEBUG):
        for operation, body in (
            ("Encrypt", {"KeyId": key, "Plaintext": base64.b64encode(plaintext).decode(), **context}),
            ("GenerateDataKey", {"KeyId": key, "KeySpec": "AES_256"}),
        ):
            status, answer = post(kms, operation, body)
            assert (status, answer["__type"]) == (500, "KMSInternalException")
            assert not any(form in str(answer) for form in forms(plaintext))
    ours = "\n".join(
        record.getMessage() + str(record.exc_text) for record in caplog.records if "kmsnb" in record.name
    )
    assert "the sealing failed" in ours
    assert not any(form in ours for form in forms(plaintext))


def test_refusals_do_not_repeat_what_was_sent_in_confidence(kms):
    secret = b"a password, say, or a private key " * 200
    encoded = base64.b64encode(secret).decode()
    key = make(kms)
    external = make(kms, "ECC_NIST_P256", "SIGN_VERIFY", Origin="EXTERNAL")
    for operation, body in (
        ("Encrypt", {"KeyId": key, "Plaintext": encoded}),
        ("Encrypt", {"KeyId": key, "Plaintext": encoded + "!"}),
        ("Encrypt", {"KeyId": key, "Plaintext": [encoded]}),
        ("CreateCustomKeyStore", {"CustomKeyStoreName": "n", "KeyStorePassword": encoded}),
        ("Decrypt", {"CiphertextBlob": encoded}),
    ):
        status, answer = post(kms, operation, body)
        assert status == 400
        assert encoded[:20] not in str(answer)
    with pytest.raises(Exception, match="IncorrectKeyMaterial") as caught:
        bring(kms, external, secret[:100], algorithm="RSA_AES_KEY_WRAP_SHA_256")
    assert not any(form in str(caught.value) for form in forms(secret[:100]))


def test_randomness_comes_from_the_operating_system(kms):
    """Not from moto's, which a seed makes repeat."""
    from moto.moto_api._internal import mock_random

    def secrets():
        mock_random.seed(42)
        key = make(kms)
        return [
            kms.generate_random(NumberOfBytes=16)["Plaintext"],
            kms.generate_data_key(KeyId=key, KeySpec="AES_128")["Plaintext"],
            kms.encrypt(KeyId=key, Plaintext=b"p")["CiphertextBlob"],
            kms.create_grant(
                KeyId=key, GranteePrincipal="arn:aws:iam::123456789012:role/p", Operations=["Encrypt"]
            )["GrantToken"],
            kms.generate_mac(
                KeyId=make(kms, "HMAC_256", "GENERATE_VERIFY_MAC"), Message=b"m", MacAlgorithm="HMAC_SHA_256"
            )["Mac"],
            tokens.seal("a", b""),
        ]

    assert not set(map(str, secrets())) & set(map(str, secrets()))
