"""The local primitives: published vectors, and the edges where implementations go wrong."""

import subprocess
import sys
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils
from cryptography.hazmat.primitives.hashes import SHA1
from hypothesis import given, strategies as st

from kmsnb import crypto
from kmsnb.crypto import CryptoError

from .vectors import blocks

MESSAGE = b"a slip of paper"
KEY = bytes(range(32))
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@pytest.fixture(scope="module")
def rsa_key() -> rsa.RSAPrivateKey:
    return crypto.new_rsa_key(2048)


def flips(data: bytes) -> list[bytes]:
    return [data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :] for at in range(len(data))]


# AES-256-GCM


def test_gcm_opens_what_nist_sealed_and_refuses_what_nist_spoiled() -> None:
    seen = {"opened": 0, "refused": 0}
    for case in blocks("ciphers/AES/GCM/gcmDecrypt256.rsp", "Count"):
        if (case["IVlen"], case["Taglen"]) != ("96", "128"):
            continue
        key, aad = bytes.fromhex(case["Key"]), bytes.fromhex(case["AAD"])
        sealed = bytes.fromhex(case["IV"] + case["CT"] + case["Tag"])
        if "FAIL" in case:
            with pytest.raises(CryptoError):
                crypto.open_aes_gcm(key, sealed, aad)
        else:
            assert crypto.open_aes_gcm(key, sealed, aad) == bytes.fromhex(case["PT"])
        seen["refused" if "FAIL" in case else "opened"] += 1
    assert seen["opened"] > 100
    assert seen["refused"] > 100


@given(plaintext=st.binary(max_size=100), aad=st.binary(max_size=20))
def test_gcm_opens_what_it_sealed(plaintext: bytes, aad: bytes) -> None:
    sealed = crypto.seal_aes_gcm(KEY, plaintext, aad)
    assert len(sealed) == len(plaintext) + 28
    assert crypto.open_aes_gcm(bytearray(KEY), memoryview(sealed), aad) == plaintext


def test_gcm_takes_a_nonce_of_its_own_each_time() -> None:
    assert len({crypto.seal_aes_gcm(KEY, MESSAGE)[:12] for _ in range(50)}) == 50


def test_gcm_says_one_thing_for_wrong_key_wrong_tag_wrong_aad_and_changed_bytes() -> None:
    sealed = crypto.seal_aes_gcm(KEY, MESSAGE, b"aad")
    wrong = [(KEY, changed, b"aad") for changed in flips(sealed)]
    wrong += [(KEY[::-1], sealed, b"aad"), (KEY, sealed, b"other"), (KEY, sealed, b"")]
    wrong += [(KEY, sealed[:-1], b"aad"), (KEY, sealed + b"\0", b"aad")]
    said = set()
    for key, data, aad in wrong:
        with pytest.raises(CryptoError) as caught:
            crypto.open_aes_gcm(key, data, aad)
        said.add(str(caught.value))
        assert caught.value.__suppress_context__
    assert len(said) == 1


@pytest.mark.parametrize("length", [0, 1, 12, 27])
def test_gcm_refuses_what_is_too_short(length: int) -> None:
    with pytest.raises(CryptoError, match="too short"):
        crypto.open_aes_gcm(KEY, bytes(length))


@pytest.mark.parametrize("length", [0, 16, 24, 31, 33, 64])
def test_a_key_that_is_not_256_bits_is_the_callers_mistake(length: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        crypto.seal_aes_gcm(bytes(length), MESSAGE)
    with pytest.raises(ValueError, match="32 bytes"):
        crypto.open_aes_gcm(bytes(length), bytes(28))


def test_a_new_aes_key_has_256_bits() -> None:
    assert len(crypto.new_aes_key()) == 32
    assert crypto.new_aes_key() != crypto.new_aes_key()


# RSA-OAEP


def test_oaep_opens_the_published_ciphertexts() -> None:
    """The vectors' keys have 1024 bits and odd sizes, which ``load_rsa_private_key`` would refuse: numbers will do."""
    import cryptography_vectors

    with cryptography_vectors.open_vector_file(
        "asymmetric/RSA/oaep-custom/oaep-sha256-sha256.txt", "r"
    ) as file:
        lines = [line.strip() for line in file]
    private, opened = None, 0
    for at, line in enumerate(lines):
        if line == "# Private key":
            n, e, d, p, q, dp, dq, qi = (int(lines[at + 2 * step], 16) for step in range(1, 9))
            numbers = rsa.RSAPrivateNumbers(p, q, d, dp, dq, qi, rsa.RSAPublicNumbers(e, n))
            private = numbers.private_key()
        if line == "# Message:":
            message = bytes.fromhex(lines[at + 1])
            ciphertext = next(lines[i + 1] for i in range(at, len(lines)) if lines[i] == "# Encryption:")
            assert crypto.decrypt_rsa_oaep(private, bytes.fromhex(ciphertext)) == message
            opened += 1
    assert opened > 10


@pytest.mark.parametrize(("bits", "limit"), [(2048, 190), (3072, 318), (4096, 446)])
def test_oaep_takes_as_much_as_it_says(bits: int, limit: int) -> None:
    private = crypto.new_rsa_key(bits)
    public = private.public_key()
    assert crypto.rsa_oaep_limit(public) == limit
    for size in (0, 1, limit):
        ciphertext = crypto.encrypt_rsa_oaep(public, bytes(size))
        assert len(ciphertext) == bits // 8
        assert crypto.decrypt_rsa_oaep(private, ciphertext) == bytes(size)
    with pytest.raises(ValueError, match=f"{limit + 1} bytes; this key takes at most {limit}"):
        crypto.encrypt_rsa_oaep(public, bytes(limit + 1))


def test_oaep_refuses_another_key_and_changed_bytes(rsa_key: rsa.RSAPrivateKey) -> None:
    ciphertext = crypto.encrypt_rsa_oaep(rsa_key.public_key(), MESSAGE)
    for wrong in (*flips(ciphertext)[::32], ciphertext[:-1], ciphertext + b"\0", b"", b"\xff" * 256):
        with pytest.raises(CryptoError):
            crypto.decrypt_rsa_oaep(rsa_key, wrong)
    with pytest.raises(CryptoError):
        crypto.decrypt_rsa_oaep(crypto.new_rsa_key(2048), ciphertext)
    old_padding = padding.OAEP(padding.MGF1(SHA1()), SHA1(), None)
    with pytest.raises(CryptoError):
        crypto.decrypt_rsa_oaep(rsa_key, rsa_key.public_key().encrypt(MESSAGE, old_padding))


@pytest.mark.parametrize("bits", [512, 1024, 2047, 8192])
def test_an_rsa_key_of_another_size_is_not_made(bits: int) -> None:
    with pytest.raises(ValueError, match="2048, 3072, 4096"):
        crypto.new_rsa_key(bits)


def test_an_rsa_key_goes_to_bytes_and_back(rsa_key: rsa.RSAPrivateKey) -> None:
    der = crypto.rsa_private_bytes(rsa_key)
    assert crypto.load_rsa_private_key(bytearray(der)).private_numbers() == rsa_key.private_numbers()
    other_kinds = crypto.new_p256_key().private_bytes(*_PKCS8)
    for wrong in (b"", der[:-1], b"\0" * 100, other_kinds):
        with pytest.raises(CryptoError):
            crypto.load_rsa_private_key(wrong)


# Signatures


def test_ecdsa_accepts_and_refuses_what_nist_does() -> None:
    seen = {"P": 0, "F": 0}
    for case in blocks("asymmetric/ECDSA/FIPS_186-3/SigVer.rsp", "Msg"):
        if case["section"] != "P-256,SHA-256":
            continue
        numbers = ec.EllipticCurvePublicNumbers(int(case["Qx"], 16), int(case["Qy"], 16), ec.SECP256R1())
        signature = utils.encode_dss_signature(int(case["R"], 16), int(case["S"], 16))
        result = case["Result"][0]
        seen[result] += 1
        if result == "P":
            crypto.verify_ecdsa(numbers.public_key(), signature, bytes.fromhex(case["Msg"]))
        else:
            with pytest.raises((CryptoError, ValueError)):  # ValueError: Q is not on the curve
                crypto.verify_ecdsa(numbers.public_key(), signature, bytes.fromhex(case["Msg"]))
    assert min(seen.values()) > 2


def test_ed25519_signs_as_its_authors_did() -> None:
    import cryptography_vectors

    with cryptography_vectors.open_vector_file("asymmetric/Ed25519/sign.input", "r") as file:
        cases = [line.split(":")[:4] for line in file][::16]
    for secret, public, message, signed in cases:
        private = ed25519.Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret)[:32])
        signature = crypto.sign_ed25519(private, bytes.fromhex(message))
        assert signature.hex() == signed[:128]
        key = ed25519.Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
        crypto.verify_ed25519(key, signature, bytes.fromhex(message))
    assert len(cases) > 50


SCHEMES: dict[str, tuple[Any, Any, Any]] = {
    "RSA-PSS": (lambda: crypto.new_rsa_key(2048), crypto.sign_rsa_pss, crypto.verify_rsa_pss),
    "ECDSA": (crypto.new_p256_key, crypto.sign_ecdsa, crypto.verify_ecdsa),
    "Ed25519": (crypto.new_ed25519_key, crypto.sign_ed25519, crypto.verify_ed25519),
}


@pytest.mark.parametrize(("new", "sign", "verify"), SCHEMES.values(), ids=SCHEMES)
def test_a_signature_is_good_for_one_key_and_one_message(new: Any, sign: Any, verify: Any) -> None:
    key = new()
    signature = sign(key, MESSAGE)
    assert verify(key.public_key(), signature, MESSAGE) is None
    verify(key.public_key(), bytearray(signature), bytearray(MESSAGE))
    wrong = [(key, signature, MESSAGE + b"."), (new(), signature, MESSAGE), (key, b"", MESSAGE)]
    wrong += [(key, changed, MESSAGE) for changed in flips(signature)]
    wrong += [(key, signature[:-1], MESSAGE), (key, signature + b"\0", MESSAGE)]
    for other, spoiled, message in wrong:
        with pytest.raises(CryptoError):
            verify(other.public_key(), spoiled, message)


@pytest.mark.parametrize("salt", [padding.PSS.MAX_LENGTH, 0, 20])
def test_pss_refuses_another_salt_length(rsa_key: rsa.RSAPrivateKey, salt: Any) -> None:
    from cryptography.hazmat.primitives.hashes import SHA256

    signature = rsa_key.sign(MESSAGE, padding.PSS(padding.MGF1(SHA256()), salt), SHA256())
    with pytest.raises(CryptoError):
        crypto.verify_rsa_pss(rsa_key.public_key(), signature, MESSAGE)


@pytest.mark.parametrize("r", [0, 1, P256_ORDER, P256_ORDER + 1, 2**256 - 1])
@pytest.mark.parametrize("s", [0, P256_ORDER, 2**300])
def test_ecdsa_refuses_numbers_out_of_range(r: int, s: int) -> None:
    """The signatures that a verifier without range checks takes for any message."""
    public = crypto.new_p256_key().public_key()
    with pytest.raises(CryptoError):
        crypto.verify_ecdsa(public, utils.encode_dss_signature(r, s), MESSAGE)


def test_ed25519_refuses_a_second_form_of_a_signature() -> None:
    """S plus the group's order: the same signature mathematically, and so a way to change one (RFC 8032, 5.1.7)."""
    key = crypto.new_ed25519_key()
    signature = crypto.sign_ed25519(key, MESSAGE)
    order = 2**252 + 27742317777372353535851937790883648493
    second = int.from_bytes(signature[32:], "little") + order
    with pytest.raises(CryptoError):
        crypto.verify_ed25519(key.public_key(), signature[:32] + second.to_bytes(32, "little"), MESSAGE)


# HMAC, ECDH, HKDF


def test_hmac_is_that_of_rfc_4231_for_keys_that_are_long_enough() -> None:
    seen = 0
    for case in blocks("HMAC/rfc-4231-sha256.txt", "Len"):
        key, message = bytes.fromhex(case["Key"]), bytes.fromhex(case["Msg"])
        if len(key) < 32:
            with pytest.raises(ValueError, match="too short"):
                crypto.hmac_sha256(key, message)
            continue
        seen += 1
        assert crypto.hmac_sha256(key, message).hex() == case["MD"]
        crypto.verify_hmac_sha256(key, bytes.fromhex(case["MD"]), message)
    assert seen >= 2


def test_a_mac_is_good_for_one_key_and_one_message() -> None:
    mac = crypto.hmac_sha256(KEY, MESSAGE)
    wrong = [(KEY, changed, MESSAGE) for changed in flips(mac)]
    wrong += [(KEY, mac[:-1], MESSAGE), (KEY, b"", MESSAGE), (KEY, mac, b""), (KEY[::-1], mac, MESSAGE)]
    for key, spoiled, message in wrong:
        with pytest.raises(CryptoError):
            crypto.verify_hmac_sha256(key, spoiled, message)


def test_ecdh_is_that_of_nist() -> None:
    path = "asymmetric/ECDH/KASValidityTest_ECCStaticUnified_NOKC_ZZOnly_init.fax"
    seen = 0
    for case in blocks(path, "COUNT"):
        if case["section"] != "EC - SHA256" or not case["Result"].startswith("P (0"):
            continue
        x, y = int(case["QsCAVSx"], 16), int(case["QsCAVSy"], 16)
        peer = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
        private = ec.derive_private_key(int(case["dsIUT"], 16), ec.SECP256R1())
        assert crypto.ecdh(private, peer).hex() == case["Z"]
        seen += 1
    assert seen > 2


def test_ecdh_gives_both_sides_one_secret() -> None:
    mine, yours, other = (crypto.new_p256_key() for _ in range(3))
    secret = crypto.ecdh(mine, yours.public_key())
    assert secret == crypto.ecdh(yours, mine.public_key()) != crypto.ecdh(mine, other.public_key())
    assert len(secret) == 32
    with pytest.raises(ValueError):  # noqa: PT011 the words are OpenSSL's
        crypto.ecdh(mine, ec.generate_private_key(ec.SECP384R1()).public_key())


# Key wrap


@pytest.mark.parametrize("bits", [128, 192, 256])
def test_key_wrap_with_padding_is_that_of_nist(bits: int) -> None:
    folder, wrap, unwrap = "keywrap/kwtestvectors", crypto.wrap_key_padded, crypto.unwrap_key_padded
    wrapped = list(blocks(f"{folder}/KWP_AE_{bits}.txt", "COUNT"))
    assert len(wrapped) > 100
    for case in wrapped[::5]:
        assert wrap(bytes.fromhex(case["K"]), bytes.fromhex(case["P"])).hex() == case["C"]
    refused = 0
    for case in list(blocks(f"{folder}/KWP_AD_{bits}.txt", "COUNT"))[::5]:
        if "FAIL" in case:
            refused += 1
            with pytest.raises(CryptoError):
                unwrap(bytes.fromhex(case["K"]), bytes.fromhex(case["C"]))
        else:
            assert unwrap(bytes.fromhex(case["K"]), bytes.fromhex(case["C"])).hex() == case["P"]
    assert refused > 5


def test_kwp_wraps_as_rfc_5649_and_botan_do() -> None:
    cases = list(blocks("keywrap/kwp_botan.txt", "COUNT"))
    assert len(cases) > 2
    for case in cases:
        wrapped = crypto.wrap_key_padded(bytes.fromhex(case["Key"]), bytes.fromhex(case["Input"]))
        assert wrapped.hex() == case["Output"].lower()


def test_a_wrapped_key_opens_under_its_kek_alone() -> None:
    wrap, unwrap = crypto.wrap_key_padded, crypto.unwrap_key_padded
    wrapped = wrap(KEY, bytes(32))
    assert len(wrapped) == 40
    assert unwrap(bytearray(KEY), bytearray(wrapped)) == bytes(32)
    for wrong in (*flips(wrapped), wrapped[:-1], wrapped[:-8], wrapped + bytes(8), b"", b"short"):
        with pytest.raises(CryptoError):
            unwrap(KEY, wrong)
    with pytest.raises(CryptoError):
        unwrap(KEY[::-1], wrapped)
    with pytest.raises(ValueError, match="16, 24 or 32 bytes"):
        wrap(bytes(31), bytes(32))


# For contrast


def test_sha256_and_base64_need_no_key() -> None:
    assert crypto.sha256(b"abc").hex().startswith("ba7816bf8f01cfea")
    assert crypto.to_base64(b"a slip") == "YSBzbGlw"
    assert crypto.from_base64("YSBzbGlw") == b"a slip"
    with pytest.raises(ValueError, match="not Base64"):
        crypto.from_base64("not Base64!")


def test_crypto_loads_neither_notebooks_nor_aws() -> None:
    program = "import sys, kmsnb.crypto, kmsnb.broken; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert not loaded & {"IPython", "ipywidgets", "matplotlib", "moto", "boto3", "botocore"}


def _pkcs8() -> tuple[Any, ...]:
    from cryptography.hazmat.primitives import serialization as ser

    return ser.Encoding.DER, ser.PrivateFormat.PKCS8, ser.NoEncryption()


_PKCS8 = _pkcs8()
