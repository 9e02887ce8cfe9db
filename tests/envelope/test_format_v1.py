"""Format version 1, frozen: messages that were sealed once open for ever, and the documentation describes them.

The root keys are here; ``fake_kms`` wraps under them. A later format gets files of its own beside these.
"""

import hashlib
import hmac
import struct
import zlib
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kmsnb import envelope
from kmsnb.envelope import body

from .fake_kms import FakeKms

DATA = Path(__file__).parent / "data"
CONTEXT = {"course": "kmsnb", "größe": "7"}
KEYS = {name: hashlib.sha256(b"root key of format version 1: " + name.encode()).digest() for name in "ab"}
PLAINTEXT = b"A slip of paper that must open for ever. " * 5
MESSAGES = {"v1-kms.sealed": PLAINTEXT, "v1-empty.sealed": b"", "v1-chain.sealed": PLAINTEXT}


@pytest.mark.parametrize(("name", "plaintext"), MESSAGES.items())
@pytest.mark.parametrize("root", "ab")
def test_version_1_opens(name: str, plaintext: bytes, root: str) -> None:
    sealed = (DATA / name).read_bytes()
    if name == "v1-chain.sealed" or root == "a":
        assert envelope.unseal(FakeKms(KEYS), sealed, CONTEXT, key_id=root) == plaintext
    else:
        with pytest.raises(envelope.WrappedKeyError):
            envelope.unseal(FakeKms(KEYS), sealed, CONTEXT, key_id=root)


def test_version_1_describes_itself() -> None:
    description = envelope.describe(DATA / "v1-chain.sealed")
    assert [layer.algorithm for layer in description.layers] == [
        "AES-256-GCM",
        "RSA-OAEP-SHA-256",
        "AES-256-KWP",
        "AWS KMS",
    ]
    assert (description.header_bytes, description.chunk_size, description.chunks) == (2048, 64, 4)


def test_version_1_is_what_its_documentation_says() -> None:
    """The format read by hand, from the docstrings alone."""
    sealed = (DATA / "v1-kms.sealed").read_bytes()
    magic, version, suite, chunk_size = struct.unpack_from(">8sBBI", sealed)
    message_id, context_digest, commitment = sealed[14:46], sealed[46:78], sealed[78:110]
    (slot_bytes,) = struct.unpack_from(">H", sealed, 110)
    slot, tag_at = sealed[112 : 112 + slot_bytes], 112 + slot_bytes
    assert (magic, version, suite, chunk_size) == (b"\x89KMSNB\r\n", 1, 1, 64)

    pairs = sorted((name.encode(), value.encode()) for name, value in CONTEXT.items())
    encoded = b"".join(struct.pack(">I", len(text)) + text for pair in pairs for text in pair)
    assert hashlib.sha256(b"kmsnb envelope context" + message_id + encoded).digest() == context_digest

    assert slot[:3] == bytes([1, 1, 1])  # one layer, by KMS, one copy
    (arn_bytes,) = struct.unpack_from(">H", slot, 3)
    arn = slot[5 : 5 + arn_bytes].decode()
    (blob_bytes,) = struct.unpack_from(">H", slot, 5 + arn_bytes)
    blob = slot[7 + arn_bytes :][:blob_bytes]
    assert not any(slot[7 + arn_bytes + blob_bytes :])
    data_key = FakeKms(KEYS).decrypt(KeyId=arn, CiphertextBlob=blob, EncryptionContext=CONTEXT)["Plaintext"]

    info = b"kmsnb envelope: commitment, tag key, body key" + sealed[:78]
    pseudo_random_key = hmac.digest(message_id, data_key, "sha256")
    derived = block = b""
    for number in (1, 2, 3):
        block = hmac.digest(pseudo_random_key, block + info + bytes([number]), "sha256")
        derived += block
    assert derived[:32] == commitment
    assert hmac.digest(derived[32:64], sealed[:tag_at], "sha256") == sealed[tag_at : tag_at + 32]
    (checksum,) = struct.unpack_from(">I", sealed, tag_at + 32)
    assert checksum == zlib.crc32(sealed[: tag_at + 32])

    body, plaintext, index = sealed[tag_at + 36 :], b"", 0
    while body:
        chunk, body = body[: chunk_size + 16], body[chunk_size + 16 :]
        nonce = index.to_bytes(11, "big") + (b"\0" if body else b"\1")
        plaintext += AESGCM(derived[64:]).decrypt(nonce, chunk, None)
        index += 1
    assert plaintext == PLAINTEXT


def test_the_body_keeps_its_key_though_the_given_one_is_overwritten(monkeypatch: pytest.MonkeyPatch) -> None:
    # builds of cryptography on OpenSSL 3.0 and 3.1 read the object they were given again at each call
    given = []
    monkeypatch.setattr(body, "AESGCM", given.append)
    key = bytearray(b"k" * 32)
    body.BodyCipher(memoryview(key))
    key[:] = bytes(32)
    assert given == [b"k" * 32]
