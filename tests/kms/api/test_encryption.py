"""Encrypt, Decrypt, ReEncrypt, GenerateRandom: symmetric and RSA."""

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

from kmsnb.kms.core import blob

from ..conftest import b64, make, post, refused

ELSEWHERE = (
    "The ciphertext refers to a customer master key that does not exist, does not exist in this region, "
    "or you are not allowed to access."
)


@pytest.fixture(scope="module")
def oaep():
    return {
        "RSAES_OAEP_SHA_1": padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), None),
        "RSAES_OAEP_SHA_256": padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None),
    }


@pytest.fixture
def rsa(kms):
    return make(kms, "RSA_2048", "ENCRYPT_DECRYPT")


def encrypt(kms, key, plaintext=b"plain", **more):
    return kms.encrypt(KeyId=key, Plaintext=plaintext, **more)["CiphertextBlob"]


def test_the_key_is_found_from_the_ciphertext(kms, key):
    answer = kms.decrypt(CiphertextBlob=encrypt(kms, key))
    material = kms.describe_key(KeyId=key)["KeyMetadata"]["CurrentKeyMaterialId"]
    del answer["ResponseMetadata"]
    assert answer == {
        "Plaintext": b"plain",
        "KeyId": key,
        "EncryptionAlgorithm": "SYMMETRIC_DEFAULT",
        "KeyMaterialId": material,
    }


def test_a_key_has_four_names(kms, key):
    kms.create_alias(AliasName="alias/app", TargetKeyId=key)
    sealed = encrypt(kms, key)
    for name in (key, key.split("/")[1], "alias/app", key.rsplit(":", 1)[0] + ":alias/app"):
        assert kms.decrypt(CiphertextBlob=sealed, KeyId=name)["KeyId"] == key
        assert kms.encrypt(KeyId=name, Plaintext=b"p")["KeyId"] == key


@pytest.mark.parametrize("size", [1, 4096])
def test_up_to_4096_bytes(kms, key, size):
    plaintext = bytes(size)
    sealed = encrypt(kms, key, plaintext)
    assert len(sealed) <= 6144
    assert kms.decrypt(CiphertextBlob=sealed)["Plaintext"] == plaintext


def test_nothing_cannot_be_encrypted(kms, key):
    with refused(
        "ValidationException",
        "1 validation error detected: Value at 'plaintext' failed to satisfy constraint: "
        "Member must have length greater than or equal to 1",
    ):
        encrypt(kms, key, b"")


def test_the_same_plaintext_never_looks_the_same(kms, key):
    assert encrypt(kms, key) != encrypt(kms, key)


@pytest.mark.parametrize(
    ("sealed_with", "opened_with"),
    [
        ({"a": "b"}, {}),
        ({}, {"a": "b"}),
        ({"ab": "c"}, {"a": "bc"}),
        ({"a": "b"}, {"A": "b"}),
        ({"a": "b"}, {"a": "b", "c": "d"}),
        ({"a": "b", "c": "d"}, {"a": "d", "c": "b"}),
        ({"a": ""}, {"": "a"}),
    ],
)
def test_another_context_does_not_open(kms, key, sealed_with, opened_with):
    sealed = encrypt(kms, key, EncryptionContext=sealed_with)
    with refused("InvalidCiphertextException", ""):
        kms.decrypt(CiphertextBlob=sealed, EncryptionContext=opened_with)


def test_the_order_of_a_context_does_not_count(kms, key):
    sealed = encrypt(kms, key, EncryptionContext={"a": "1", "b": "2"})
    assert kms.decrypt(CiphertextBlob=sealed, EncryptionContext={"b": "2", "a": "1"})["Plaintext"] == b"plain"


def test_any_changed_byte_is_noticed(kms, key):
    sealed = encrypt(kms, key)
    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 0xFF
        in_key_id = 5 <= place < 41
        with refused(
            "AccessDeniedException" if in_key_id else "InvalidCiphertextException",
            ELSEWHERE if in_key_id else "",
        ):
            kms.decrypt(CiphertextBlob=bytes(changed))


@pytest.mark.parametrize("cut", [0, 5, 40, 100, 101])
def test_a_cut_ciphertext_is_invalid(kms, key, cut):
    with refused("ValidationException" if cut == 0 else "InvalidCiphertextException"):
        kms.decrypt(CiphertextBlob=encrypt(kms, key, b"p")[:cut])


def test_a_ciphertext_starts_as_aws_s_does(kms, key):
    assert encrypt(kms, key).startswith(b"\x01\x02\x02\x00\x78")
    data_key = kms.generate_data_key(KeyId=key, KeySpec="AES_256")["CiphertextBlob"]
    assert data_key.startswith(b"\x01\x02\x03\x00\x78")
    assert key.split("/")[1] == blob.parse(data_key).key_id


def test_the_layout_covers_a_ciphertext_and_tells_its_parts(kms, key):
    sealed = encrypt(kms, key, b"plain")
    parts = blob.layout(sealed)
    assert [part.offset for part in parts] == [0, *(part.end for part in parts[:-1])]
    assert parts[-1].end == len(sealed)
    told = {part.name: sealed[part.offset : part.end] for part in parts}
    assert told["key id"].decode() == key.split("/")[1]
    assert told["key material id"].hex() == kms.decrypt(CiphertextBlob=sealed)["KeyMaterialId"]
    assert len(told["encrypted bytes"]) == len(b"plain")


def test_what_is_no_ciphertext_has_no_layout():
    with pytest.raises(ValueError, match="not a ciphertext blob"):
        blob.layout(bytes(200))


def test_a_ciphertext_opens_in_its_region_only(aws, kms, key):
    sealed = encrypt(kms, key)
    with refused("AccessDeniedException", ELSEWHERE):
        aws("eu-west-1").decrypt(CiphertextBlob=sealed)
    with refused("NotFoundException"):
        aws("eu-west-1").decrypt(CiphertextBlob=sealed, KeyId=key)


def test_a_ciphertext_of_a_key_that_is_gone_says_no_more_than_that(kms, key, clock):
    sealed = encrypt(kms, key)
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    clock.advance(days=8)
    with refused("AccessDeniedException", ELSEWHERE):
        kms.decrypt(CiphertextBlob=sealed)
    with refused("NotFoundException", f"Key '{key}' does not exist"):
        kms.decrypt(CiphertextBlob=sealed, KeyId=key)


def test_the_ciphertext_is_required_although_the_model_does_not_say_so(kms, key):
    text = (
        "1 validation error detected: Value null at 'ciphertextBlob' failed to satisfy constraint: "
        "Member must not be null"
    )
    assert post(kms, "Decrypt", {"KeyId": key}) == (400, {"__type": "ValidationException", "message": text})
    assert post(kms, "ReEncrypt", {"DestinationKeyId": key})[1]["message"] == text


@pytest.mark.parametrize("algorithm", ["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"])
def test_rsa_is_oaep_in_both_directions(kms, rsa, oaep, algorithm):
    public = serialization.load_der_public_key(kms.get_public_key(KeyId=rsa)["PublicKey"])
    made_outside = public.encrypt(b"outside", oaep[algorithm])
    opened = kms.decrypt(KeyId=rsa, CiphertextBlob=made_outside, EncryptionAlgorithm=algorithm)
    assert opened["Plaintext"] == b"outside"
    assert opened["EncryptionAlgorithm"] == algorithm
    assert "KeyMaterialId" not in opened
    sealed = kms.encrypt(KeyId=rsa, Plaintext=b"inside", EncryptionAlgorithm=algorithm)
    assert len(sealed["CiphertextBlob"]) == 256
    assert sealed["EncryptionAlgorithm"] == algorithm
    opened = kms.decrypt(KeyId=rsa, CiphertextBlob=sealed["CiphertextBlob"], EncryptionAlgorithm=algorithm)
    assert opened["Plaintext"] == b"inside"


@pytest.mark.parametrize(("algorithm", "most"), [("RSAES_OAEP_SHA_1", 214), ("RSAES_OAEP_SHA_256", 190)])
def test_rsa_encrypts_what_oaep_leaves(kms, rsa, algorithm, most):
    sealed = encrypt(kms, rsa, bytes(most), EncryptionAlgorithm=algorithm)
    assert kms.decrypt(KeyId=rsa, CiphertextBlob=sealed, EncryptionAlgorithm=algorithm)["Plaintext"] == bytes(
        most
    )
    with refused("ValidationException"):
        encrypt(kms, rsa, bytes(most + 1), EncryptionAlgorithm=algorithm)


def test_rsa_needs_the_algorithm_and_the_key(kms, rsa, key):
    with refused(
        "InvalidKeyUsageException", "Algorithm SYMMETRIC_DEFAULT is incompatible with key spec RSA_2048."
    ):
        encrypt(kms, rsa)
    with refused(
        "InvalidKeyUsageException",
        "Algorithm RSAES_OAEP_SHA_1 is incompatible with key spec SYMMETRIC_DEFAULT.",
    ):
        encrypt(kms, key, EncryptionAlgorithm="RSAES_OAEP_SHA_1")
    sealed = encrypt(kms, rsa, EncryptionAlgorithm="RSAES_OAEP_SHA_256")
    with refused("ValidationException"):
        kms.decrypt(CiphertextBlob=sealed, EncryptionAlgorithm="RSAES_OAEP_SHA_256")
    # without the algorithm it is taken for a symmetric ciphertext, which it is not
    with refused("InvalidCiphertextException"):
        kms.decrypt(CiphertextBlob=sealed, KeyId=rsa)
    with refused("InvalidCiphertextException"):
        kms.decrypt(CiphertextBlob=sealed)


def test_rsa_with_the_other_algorithm_or_key_does_not_open(kms, rsa):
    sealed = encrypt(kms, rsa, EncryptionAlgorithm="RSAES_OAEP_SHA_256")
    with refused("InvalidCiphertextException", ""):
        kms.decrypt(CiphertextBlob=sealed, KeyId=rsa, EncryptionAlgorithm="RSAES_OAEP_SHA_1")
    other = make(kms, "RSA_2048", "ENCRYPT_DECRYPT")
    for ciphertext in (sealed, sealed[:-1], b"short"):
        with refused("InvalidCiphertextException", ""):
            kms.decrypt(CiphertextBlob=ciphertext, KeyId=other, EncryptionAlgorithm="RSAES_OAEP_SHA_256")


def test_rsa_takes_no_context(kms, rsa, key):
    text = "EncryptionContext is not supported when encrypting/decrypting with asymmetric CMKs."
    algorithm = {"EncryptionAlgorithm": "RSAES_OAEP_SHA_256"}
    with refused("ValidationException", text):
        encrypt(kms, rsa, EncryptionContext={"a": "b"}, **algorithm)
    sealed = encrypt(kms, rsa, **algorithm)
    with refused("ValidationException", text):
        kms.decrypt(CiphertextBlob=sealed, KeyId=rsa, EncryptionContext={"a": "b"}, **algorithm)
    with refused("ValidationException", text):
        kms.re_encrypt(
            CiphertextBlob=encrypt(kms, key),
            DestinationKeyId=rsa,
            DestinationEncryptionContext={"a": "b"},
            DestinationEncryptionAlgorithm="RSAES_OAEP_SHA_256",
        )


def test_re_encrypt_changes_key_and_context(kms, key):
    other = make(kms)
    sealed = encrypt(kms, key, EncryptionContext={"a": "1"})
    answer = kms.re_encrypt(
        CiphertextBlob=sealed,
        SourceKeyId=key,
        SourceEncryptionContext={"a": "1"},
        DestinationKeyId=other,
        DestinationEncryptionContext={"b": "2"},
    )
    assert (answer["SourceKeyId"], answer["KeyId"]) == (key, other)
    assert answer["SourceKeyMaterialId"] != answer["DestinationKeyMaterialId"]
    opened = kms.decrypt(CiphertextBlob=answer["CiphertextBlob"], EncryptionContext={"b": "2"})
    assert (opened["KeyId"], opened["Plaintext"]) == (other, b"plain")
    with refused("InvalidCiphertextException"):
        kms.re_encrypt(CiphertextBlob=sealed, DestinationKeyId=other)


def test_re_encrypt_between_rsa_and_symmetric(kms, rsa, key):
    to_rsa = kms.re_encrypt(
        CiphertextBlob=encrypt(kms, key),
        DestinationKeyId=rsa,
        DestinationEncryptionAlgorithm="RSAES_OAEP_SHA_256",
    )
    assert to_rsa["DestinationEncryptionAlgorithm"] == "RSAES_OAEP_SHA_256"
    assert "DestinationKeyMaterialId" not in to_rsa
    back = kms.re_encrypt(
        CiphertextBlob=to_rsa["CiphertextBlob"],
        SourceKeyId=rsa,
        SourceEncryptionAlgorithm="RSAES_OAEP_SHA_256",
        DestinationKeyId=key,
    )
    assert "SourceKeyMaterialId" not in back
    assert kms.decrypt(CiphertextBlob=back["CiphertextBlob"])["Plaintext"] == b"plain"
    with refused("InvalidKeyUsageException"):
        kms.re_encrypt(CiphertextBlob=encrypt(kms, key), DestinationKeyId=rsa)
    with refused("ValidationException"):
        kms.re_encrypt(
            CiphertextBlob=encrypt(kms, key, bytes(191)),
            DestinationKeyId=rsa,
            DestinationEncryptionAlgorithm="RSAES_OAEP_SHA_256",
        )
    with refused("ValidationException"):
        kms.re_encrypt(
            CiphertextBlob=to_rsa["CiphertextBlob"],
            SourceEncryptionAlgorithm="RSAES_OAEP_SHA_256",
            DestinationKeyId=key,
        )


def test_a_signing_key_neither_decrypts_nor_receives(kms, key):
    signer = make(kms, "RSA_2048", "SIGN_VERIFY")
    sealed = encrypt(kms, key)
    with refused(
        "InvalidKeyUsageException", f"{signer} key usage is SIGN_VERIFY which is not valid for Decrypt."
    ):
        kms.decrypt(CiphertextBlob=sealed, KeyId=signer, EncryptionAlgorithm="RSAES_OAEP_SHA_256")
    with refused(
        "InvalidKeyUsageException", f"{signer} key usage is SIGN_VERIFY which is not valid for ReEncrypt."
    ):
        kms.re_encrypt(CiphertextBlob=sealed, DestinationKeyId=signer)


def test_sm2_is_refused_where_the_algorithm_asks_for_it(kms, key):
    with refused("InvalidKeyUsageException"):
        encrypt(kms, key, EncryptionAlgorithm="SM2PKE")


@pytest.mark.parametrize(
    "operation",
    ["Decrypt", "GenerateDataKey", "GenerateDataKeyPair", "GenerateRandom", "DeriveSharedSecret"],
)
def test_attestation_is_refused_in_words(kms, key, operation):
    body = {
        "KeyId": key,
        "CiphertextBlob": b64(b"c"),
        "KeySpec": "AES_256",
        "KeyPairSpec": "RSA_2048",
        "NumberOfBytes": 1,
        "KeyAgreementAlgorithm": "ECDH",
        "PublicKey": b64(b"k"),
        "Recipient": {"KeyEncryptionAlgorithm": "RSAES_OAEP_SHA_256", "AttestationDocument": b64(b"d")},
    }
    status, answer = post(kms, operation, body)
    assert (status, answer["__type"]) == (400, "UnsupportedOperationException")
    assert "mock" in answer["message"]


def test_random_bytes_are_as_many_as_asked_for(kms):
    for size in (1, 32, 1024):
        assert len(kms.generate_random(NumberOfBytes=size)["Plaintext"]) == size
    assert (
        kms.generate_random(NumberOfBytes=32)["Plaintext"]
        != kms.generate_random(NumberOfBytes=32)["Plaintext"]
    )


def test_grant_tokens_must_be_grant_tokens(kms, key):
    principal = "arn:aws:iam::123456789012:user/ABC"
    token = kms.create_grant(KeyId=key, GranteePrincipal=principal, Operations=["Encrypt"])["GrantToken"]
    encrypt(kms, key, GrantTokens=[token])
    with refused("InvalidGrantTokenException"):
        encrypt(kms, key, GrantTokens=["no token"])
