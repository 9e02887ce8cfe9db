"""What holds for every plaintext, context and change of a byte."""

import os

import pytest
from hypothesis import assume, given, settings, strategies as st
from moto import mock_aws

import kmsnb.kms
from kmsnb.kms.core import blob, material, tokens
from kmsnb.kms.core.specs import KEY_SPECS

from ..conftest import client_in, make, refused

contexts = st.dictionaries(st.text(max_size=20), st.text(max_size=20), max_size=4)
plaintexts = st.binary(min_size=1, max_size=200)
AES = material.generate(KEY_SPECS["SYMMETRIC_DEFAULT"])
KEY_ID, MATERIAL_ID = "00000000-0000-4000-8000-000000000000", 64 * "a"


@pytest.fixture(scope="module")
def world():
    """One mock for all examples of this file; a key of its own each time would only make them slower."""
    kmsnb.kms.install()
    with mock_aws():
        kms = client_in("us-east-1")
        yield kms, make(kms)
    kmsnb.kms.uninstall()


def seal(plaintext, context):
    return blob.seal(AES, KEY_ID, MATERIAL_ID, plaintext, context)


@given(plaintexts, contexts)
def test_what_is_sealed_opens(plaintext, context):
    parsed = blob.parse(seal(plaintext, context))
    assert (parsed.key_id, parsed.material_id) == (KEY_ID, MATERIAL_ID)
    assert parsed.open(AES, dict(reversed(context.items()))) == plaintext


@given(plaintexts, contexts, contexts)
def test_only_its_context_opens_it(plaintext, context, other):
    assume(context != other)
    with pytest.raises(ValueError, match="not sealed"):
        blob.parse(seal(plaintext, context)).open(AES, other)


@given(contexts, contexts)
def test_no_two_contexts_are_encoded_alike(one, other):
    assert (blob.encode_context(one) == blob.encode_context(other)) == (one == other)


@given(plaintexts, contexts, st.data())
def test_every_change_is_noticed(plaintext, context, data):
    sealed = bytearray(seal(plaintext, context))
    place = data.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(ValueError, match=r"not (sealed|a ciphertext)"):
        blob.parse(bytes(sealed)).open(AES, context)


@given(st.binary(max_size=300))
def test_bytes_are_no_blob_or_no_plaintext(junk):
    with pytest.raises(ValueError, match=r"not (sealed|a ciphertext)"):
        blob.parse(blob.ENCRYPTED + junk).open(AES, {})


@given(st.binary(max_size=100), st.binary(max_size=100))
def test_tokens_carry_what_they_were_given(content, junk):
    token = tokens.seal("a", content)
    assert tokens.unseal("a", token) == content
    for wrong in (("b", token), ("a", junk), ("a", token[:-1])):
        with pytest.raises(ValueError, match="token"):
            tokens.unseal(*wrong)


@settings(max_examples=40, deadline=None)
@given(plaintexts, contexts)
def test_encrypt_and_decrypt_by_the_api(world, plaintext, context):
    kms, key = world
    sealed = kms.encrypt(KeyId=key, Plaintext=plaintext, EncryptionContext=context)["CiphertextBlob"]
    assert kms.decrypt(CiphertextBlob=sealed, EncryptionContext=context)["Plaintext"] == plaintext
    moved = kms.re_encrypt(CiphertextBlob=sealed, SourceEncryptionContext=context, DestinationKeyId=key)[
        "CiphertextBlob"
    ]
    assert kms.decrypt(CiphertextBlob=moved)["Plaintext"] == plaintext


@settings(max_examples=40, deadline=None)
@given(st.binary(min_size=1, max_size=200))
def test_decrypt_of_anything(world, junk):
    kms, key = world
    with refused("InvalidCiphertextException", ""):
        kms.decrypt(CiphertextBlob=junk)
    with refused("InvalidCiphertextException", ""):
        kms.decrypt(CiphertextBlob=junk, KeyId=key)


@given(st.binary(max_size=200))
def test_no_bytes_are_a_key_by_accident(junk):
    for name in ("RSA_2048", "ECC_NIST_P256", "ECC_NIST_EDWARDS25519", "ML_DSA_44", "ML_KEM_768"):
        with pytest.raises(ValueError, match=r"not (an unencrypted|a private) "):
            material.load(KEY_SPECS[name], junk)


@given(st.integers(0, 60), st.integers(0, 255))
def test_a_changed_private_key_is_no_key_or_another(place, byte):
    """DER that is nearly right must not get past as something that is no key of the spec."""
    good = material.generate(KEY_SPECS["ECC_NIST_P256"]).private_der()
    changed = good[:place] + bytes([byte]) + good[place + 1 :]
    try:
        loaded = material.load(KEY_SPECS["ECC_NIST_P256"], changed)
    except ValueError:
        return
    digest = os.urandom(32)
    assert loaded.verify("ECDSA_SHA_256", digest, loaded.sign("ECDSA_SHA_256", digest))
