"""Key material against published test vectors (package ``cryptography-vectors``): not round trips, but the world's answers."""

import hashlib
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import cryptography_vectors
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, mldsa, mlkem, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from kmsnb.kms.core import material, specs, wrapping
from kmsnb.kms.core.material import (
    EcMaterial,
    Ed25519Material,
    HmacMaterial,
    MlDsaMaterial,
    MlKemMaterial,
    RsaMaterial,
)
from kmsnb.kms.core.specs import KEY_SPECS

VECTORS = Path(cryptography_vectors.__file__).parent


def read(path: str) -> Iterator[dict[str, str]]:
    """The vectors of a NIST response file: each a dict of its values, with the section's values below them."""
    section: dict[str, str] = {}
    vector: dict[str, str] = {}
    for line in (VECTORS / path).read_text().splitlines():
        line = line.strip()
        if header := re.fullmatch(r"\[(.+)\]", line):
            name, _, value = header[1].partition(" = ")
            section = section | {name: value} if value else {"section": name}
        elif match := re.match(r"(\w+)\s*=\s*(.*)", line):
            vector[match[1]] = match[2]
        elif not line and vector:
            yield section | vector
            vector = {}
    if vector:
        yield section | vector


def octets(text: str) -> bytes:
    return bytes.fromhex(text)


def number(text: str) -> int:
    return int(text, 16)


def der(private) -> bytes:
    return private.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def test_aes_gcm_seals():
    spec, count = KEY_SPECS["SYMMETRIC_DEFAULT"], 0
    for vector in read("ciphers/AES/GCM/gcmEncryptExtIV256.rsp"):
        if (vector.get("IVlen"), vector.get("Taglen")) == ("96", "128"):
            key = material.load(spec, octets(vector["Key"]))
            sealed = key.seal(octets(vector["PT"]), octets(vector["IV"]), octets(vector["AAD"]))
            assert sealed == octets(vector["CT"] + vector["Tag"])
            count += 1
    assert count > 300


def test_aes_gcm_opens_what_is_whole_and_nothing_else():
    spec, outcomes = KEY_SPECS["SYMMETRIC_DEFAULT"], {True: 0, False: 0}
    text = (VECTORS / "ciphers/AES/GCM/gcmDecrypt256.rsp").read_text().replace("\nFAIL", "\nFAIL = 1")
    path = "ciphers/AES/GCM/gcmDecrypt256.rsp"
    assert "FAIL = 1" in text
    for vector in (dict(re.findall(r"(\w+)\s*= ?(.*)", block)) for block in text.split("\n\n")):
        if len(vector.get("IV", "")) != 24 or len(vector.get("Tag", "")) != 32:
            continue
        key = material.load(spec, octets(vector["Key"]))
        arguments = octets(vector["CT"] + vector["Tag"]), octets(vector["IV"]), octets(vector["AAD"])
        fails = "FAIL" in vector
        outcomes[fails] += 1
        if fails:
            with pytest.raises(ValueError, match="not sealed"):
                key.open(*arguments)
        else:
            assert key.open(*arguments) == octets(vector["PT"])
    assert min(outcomes.values()) > 20, path


@pytest.mark.parametrize("bits", [224, 256, 384, 512])
def test_hmac(bits):
    count = 0
    for vector in read(f"HMAC/rfc-4231-sha{bits}.txt"):
        # RFC 4231's keys have lengths of their own; a KMS key's is the digest's, which HMAC does not mind
        key = HmacMaterial(KEY_SPECS[f"HMAC_{bits}"], octets(vector["Key"]))
        assert key.mac(f"HMAC_SHA_{bits}", octets(vector["Msg"])) == octets(vector["MD"])
        count += 1
    assert count >= 6


def oaep_vectors(path: str):
    """pyca's and RSA Laboratories' files: named values, each on the line below its name."""
    lines = (VECTORS / path).read_text().splitlines()
    private, key = {}, None
    message = None
    for name, value in pairwise(lines):
        label = name.strip("# :").lower()
        if re.fullmatch(r"[0-9a-f]+", value) and name.startswith("#"):
            if label in ("modulus", "exponent", "prime 1", "prime 2", "public exponent"):
                private[label] = number(value)
                key = None
            elif label == "message":
                message = octets(value)
            elif label == "encryption":
                key = key or rsa_private(private["modulus"], private["exponent"])
                yield key, message, octets(value)


def rsa_private(n: int, d: int, e: int = 65537) -> rsa.RSAPrivateKey:
    p, q = rsa.rsa_recover_prime_factors(n, e, d)
    return rsa.RSAPrivateNumbers(
        p,
        q,
        d,
        rsa.rsa_crt_dmp1(d, p),
        rsa.rsa_crt_dmq1(d, q),
        rsa.rsa_crt_iqmp(p, q),
        rsa.RSAPublicNumbers(e, n),
    ).private_key()


def test_rsa_oaep_with_sha_256():
    count = 0
    for private, message, ciphertext in oaep_vectors("asymmetric/RSA/oaep-custom/oaep-sha256-sha256.txt"):
        key = RsaMaterial(KEY_SPECS["RSA_2048"], private)
        assert key.decrypt("RSAES_OAEP_SHA_256", ciphertext) == message
        assert key.decrypt("RSAES_OAEP_SHA_256", key.encrypt("RSAES_OAEP_SHA_256", message)) == message
        count += 1
    assert count >= 5


def test_rsa_oaep_with_sha_1():
    text = (VECTORS / "asymmetric/RSA/pkcs-1v2-1d2-vec/oaep-vect.txt").read_text()
    example = text.partition("# Example 10: A 2048-bit RSA key pair")[2]
    values = {}
    count = 0
    for name, value in re.findall(r"# ([\w ]+):[^\n]*\n((?:[0-9a-f]{2} ?(?:\n|))+)", example):
        octet = bytes.fromhex(value.replace("\n", " "))
        if name in ("Modulus", "Exponent", "Message", "Encryption"):
            values[name] = octet
        if name == "Encryption":
            n, d = (int.from_bytes(values[each]) for each in ("Modulus", "Exponent"))
            key = RsaMaterial(KEY_SPECS["RSA_2048"], rsa_private(n, d))
            assert key.decrypt("RSAES_OAEP_SHA_1", octet) == values["Message"]
            count += 1
    assert count == 6


def test_rsa_pss_with_a_salt_as_long_as_the_digest(monkeypatch):
    """RSA Laboratories' vectors are for SHA-1, which KMS does not sign with: the same padding, lent that digest."""
    monkeypatch.setitem(specs.DIGEST, "RSASSA_PSS_SHA_1", "sha1")
    text = (VECTORS / "asymmetric/RSA/pkcs-1v2-1d2-vec/pss-vect.txt").read_text()
    example = text.partition("# Example 10: A 2048-bit RSA key pair")[2]
    values, count = {}, 0
    for name, value in re.findall(r"# ([\w ]+):[^\n]*\n((?:[0-9a-f]{2} ?(?:\n|))+)", example):
        values[name] = bytes.fromhex(value.replace("\n", " "))
        if name == "Signature":
            n, d = (int.from_bytes(values[each]) for each in ("Modulus", "Exponent"))
            key = RsaMaterial(KEY_SPECS["RSA_2048"], rsa_private(n, d))
            digest = hashlib.sha1(values["Message to be signed"]).digest()
            assert key.verify("RSASSA_PSS_SHA_1", digest, values["Signature"])
            assert not key.verify("RSASSA_PSS_SHA_1", digest[::-1], values["Signature"])
            count += 1
    assert count == 6


def test_rsa_pss_with_another_salt_is_no_signature_of_kms():
    """NIST's vectors have salts of ten bytes: right in themselves, and wrong for KMS."""
    count = 0
    modulus = None
    for vector in read("asymmetric/RSA/FIPS_186-2/SigVerPSS_186-3.rsp"):
        modulus = vector.get("n", modulus)
        digest = vector.get("SHAAlg", "").lower()
        if vector.get("mod") == "2048" and digest == "sha256" and vector["Result"].startswith("P"):
            private = rsa_private(number(modulus), number(vector["d"]), number(vector["e"]))
            key = RsaMaterial(KEY_SPECS["RSA_2048"], private)
            hashed = hashlib.new(digest, octets(vector["Msg"])).digest()
            assert not key.verify("RSASSA_PSS_SHA_256", hashed, octets(vector["S"]))
            count += 1
    assert count


def test_rsa_pkcs1_v1_5():
    outcomes = {True: 0, False: 0}
    modulus = None
    for vector in read("asymmetric/RSA/FIPS_186-2/SigVer15_186-3.rsp"):
        modulus = vector.get("n", modulus)
        digest = vector.get("SHAAlg", "").lower()
        if vector.get("mod") == "2048" and digest in ("sha256", "sha384", "sha512"):
            public = rsa.RSAPublicNumbers(number(vector["e"]), number(modulus)).public_key()
            key = RsaMaterial(KEY_SPECS["RSA_2048"], SimpleNamespace(public_key=lambda public=public: public))
            hashed = hashlib.new(digest, octets(vector["Msg"])).digest()
            valid = vector["Result"].startswith("P")
            algorithm = f"RSASSA_PKCS1_V1_5_SHA_{digest[3:]}"
            assert key.verify(algorithm, hashed, octets(vector["S"])) == valid
            outcomes[valid] += 1
    assert min(outcomes.values()) >= 3


CURVES = {
    "P-256,SHA-256": ("ECC_NIST_P256", ec.SECP256R1(), "sha256"),
    "P-384,SHA-384": ("ECC_NIST_P384", ec.SECP384R1(), "sha384"),
    "P-521,SHA-512": ("ECC_NIST_P521", ec.SECP521R1(), "sha512"),
}


def test_ecdsa_over_the_nist_curves():
    count = 0
    for vector in read("asymmetric/ECDSA/FIPS_186-3/SigGen.txt"):
        if vector["section"] in CURVES:
            spec, curve, digest = CURVES[vector["section"]]
            assert_ecdsa(vector, spec, curve, digest)
            count += 1
    assert count >= 40


def test_ecdsa_over_secp256k1():
    count = 0
    for vector in read("asymmetric/ECDSA/SECP256K1/SigGen.txt"):
        if vector["section"].endswith("SHA-256"):
            assert_ecdsa(vector, "ECC_SECG_P256K1", ec.SECP256K1(), "sha256")
            count += 1
    assert count >= 10


def assert_ecdsa(vector, spec, curve, digest):
    key = EcMaterial.load(KEY_SPECS[spec], der(ec.derive_private_key(number(vector["d"]), curve)))
    algorithm = f"ECDSA_SHA_{digest[3:]}"
    signature = encode_dss_signature(number(vector["R"]), number(vector["S"]))
    hashed = material.digest_of(algorithm, octets(vector["Msg"]))
    assert key.verify(algorithm, hashed, signature)
    assert not key.verify(algorithm, hashed[::-1], signature)


def test_ecdh():
    """NIST's key agreement vectors: the raw secret, for public keys that are on the curve."""
    curves = {
        "EC - SHA256": ("ECC_NIST_P256", ec.SECP256R1()),
        "ED - SHA384": ("ECC_NIST_P384", ec.SECP384R1()),
        "EE - SHA512": ("ECC_NIST_P521", ec.SECP521R1()),
    }
    outcomes = {True: 0, False: 0}
    for vector in read("asymmetric/ECDH/KASValidityTest_ECCStaticUnified_NOKC_ZZOnly_init.fax"):
        if vector.get("section") not in curves or "Z" not in vector:
            continue
        spec, curve = curves[vector["section"]]
        reason = vector["Result"]
        if not reason.startswith("P") and "CAVS's Static public key" not in reason:
            continue  # what is wrong is the key holder's own key, or a hash that KMS does not make
        key = EcMaterial.load(KEY_SPECS[spec], der(ec.derive_private_key(number(vector["dsIUT"]), curve)))
        x, y = number(vector["QsCAVSx"]), number(vector["QsCAVSy"])
        if not reason.startswith("P"):
            size = (curve.key_size + 7) // 8
            assert_off_the_curve(key, x.to_bytes(size + 4)[-size:], y.to_bytes(size + 4)[-size:], curve)
            outcomes[False] += 1
        else:
            peer = ec.EllipticCurvePublicNumbers(x, y, curve).public_key()
            spki = peer.public_bytes(
                serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
            )
            assert key.derive(spki) == octets(vector["Z"])
            outcomes[True] += 1
    assert outcomes[True] >= 10


def assert_off_the_curve(key, x, y, curve):
    """A point that is not on the curve, in an otherwise sound public key, is refused."""
    good = ec.generate_private_key(curve).public_key()
    spki = good.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    with pytest.raises(ValueError, match="public key"):
        key.derive(spki[: -len(x + y)] + x + y)


def test_ed25519():
    lines = (VECTORS / "asymmetric/Ed25519/sign.input").read_text().splitlines()
    for line in lines[::8]:
        secret, public, message, signed = (octets(part) for part in line.split(":")[:4])
        private = ed25519.Ed25519PrivateKey.from_private_bytes(secret[:32])
        key = Ed25519Material.load(KEY_SPECS["ECC_NIST_EDWARDS25519"], der(private))
        assert key.public_der().endswith(public)
        assert key.sign(message) == signed[:64]
        assert key.verify(message, signed[:64])
        assert not key.verify(message + b"x", signed[:64])


@pytest.mark.parametrize(
    ("bits", "kind"),
    [(44, mldsa.MLDSA44PrivateKey), (65, mldsa.MLDSA65PrivateKey), (87, mldsa.MLDSA87PrivateKey)],
)
def test_ml_dsa(bits, kind):
    """The vectors have contexts, which KMS leaves empty: so by way of the message's representative (FIPS 204, 6.2)."""
    count = 0
    for vector in records(f"asymmetric/MLDSA/kat_MLDSA_{bits}_det_pure.rsp"):
        public, message, context = octets(vector["pk"]), octets(vector["msg"]), octets(vector["ctx"])
        key = MlDsaMaterial.load(KEY_SPECS[f"ML_DSA_{bits}"], der(kind.from_seed_bytes(octets(vector["xi"]))))
        assert key.public_der().endswith(public)
        framed = b"\0" + bytes([len(context)]) + context + message
        mu = hashlib.shake_256(hashlib.shake_256(public).digest(64) + framed).digest(64)
        signature = octets(vector["sm"])[: -len(message)]
        assert key.verify_mu(mu, signature)
        assert not key.verify_mu(mu[::-1], signature)
        assert key.verify(message, signature) == (context == b"")
        count += 1
    assert count >= 10


@pytest.mark.parametrize(
    ("bits", "kind"), [(768, mlkem.MLKEM768PrivateKey), (1024, mlkem.MLKEM1024PrivateKey)]
)
def test_ml_kem(bits, kind):
    """Among them ciphertexts that were altered, and the secrets that implicit rejection gives for them."""
    count = 0
    spec = KEY_SPECS[f"ML_KEM_{bits}"]
    for vector in records(f"asymmetric/MLKEM/kat_MLKEM_{bits}.rsp"):
        seed = octets(vector["d"] + vector["z"])
        key = MlKemMaterial.load(spec, der(kind.from_seed_bytes(seed)))
        assert key.public_der().endswith(octets(vector["pk"]))
        assert len(octets(vector["ct"])) == spec.ciphertext_bytes
        assert key.decapsulate(octets(vector["ct"])) == octets(vector["ss"])
        assert key.decapsulate(octets(vector["ct_n"])) == octets(vector["ss_n"])
        count += 1
    assert count >= 10


def records(path: str, most: int = 25) -> Iterator[dict[str, str]]:
    """The first vectors of a known-answer file, in which each begins with its count."""
    vector: dict[str, str] = {}
    with (VECTORS / path).open() as lines:
        for line in lines:
            name, _, value = line.strip().partition(" = ")
            if name == "count" and vector:
                yield vector
                vector = {}
                most -= 1
                if not most:
                    return
            vector[name] = value
    yield vector


def test_aes_key_wrap_with_padding():
    """The inner part of RSA_AES_KEY_WRAP: NIST's vectors for KWP (RFC 5649), opened as an import opens them."""
    public, private = wrapping.make_pair("RSA_2048")
    wrapping_key = serialization.load_der_public_key(public)
    opened = refused = 0
    for n, vector in enumerate(read("keywrap/kwtestvectors/KWP_AD_256.txt")):
        if n % 10 or "K" not in vector:
            continue
        outer = wrapping_key.encrypt(octets(vector["K"]), material.oaep("sha256"))
        wrapped = outer + octets(vector["C"])
        if "P" in vector:
            assert wrapping.unwrap("RSA_AES_KEY_WRAP_SHA_256", private, wrapped) == octets(vector["P"])
            opened += 1
        else:
            with pytest.raises(ValueError, match="does not open"):
                wrapping.unwrap("RSA_AES_KEY_WRAP_SHA_256", private, wrapped)
            refused += 1
    assert opened >= 20
    assert refused >= 1
