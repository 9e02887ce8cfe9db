"""The byte map covers every byte once, says what is there, and holds no secret."""

import os
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from kmsnb import envelope
from kmsnb.envelope import AesGcm, AesKwp, Kms, Part, RsaOaep

from .fake_kms import FakeKms

CHAIN = [AesGcm(), RsaOaep(2048), AesKwp(), Kms("a", "b")]


def covers(parts: tuple[Part, ...], start: int, end: int) -> bool:
    joined = all(one.end == two.offset for one, two in pairwise(parts))
    return joined and parts[0].offset == start and parts[-1].end == end


@pytest.mark.parametrize("layers", [[Kms("a")], CHAIN], ids=["one", "four"])
@pytest.mark.parametrize("size", [0, 1, 64, 65, 64 * 15, 64 * 16 + 1, 64 * 100])
def test_every_byte_is_in_one_part(fake: FakeKms, layers: Any, size: int) -> None:
    sealed = envelope.seal_chain(fake, layers, bytes(size), chunk_size=64)
    description = envelope.describe(sealed)
    assert covers(description.parts, 0, len(sealed))
    assert description.plaintext_bytes == size
    assert description.sealed_bytes == len(sealed)
    assert all(part.name and part.meaning and part.length for part in description.parts)
    assert len(envelope.describe(sealed, max_chunks=10_000).parts) >= len(description.parts)


def test_the_parts_are_where_the_header_says(fake: FakeKms) -> None:
    sealed = envelope.seal(fake, "a", b"a slip of paper")
    parts = {part.name: part for part in envelope.describe(sealed).parts}
    assert [parts[name].offset for name in ("magic", "message id", "commitment", "layers")] == [
        0,
        14,
        78,
        112,
    ]
    key = parts["KMS key"]
    assert sealed[key.offset : key.end].decode() == key.meaning == fake.arn("a")
    assert parts["header tag"].offset == 512 - 36
    assert (parts["chunk 0"].offset, parts["chunk 0"].length) == (512, 15)


def test_many_chunks_are_folded_into_one_part(fake: FakeKms) -> None:
    sealed = envelope.seal(fake, "a", bytes(64 * 100), chunk_size=64)
    parts = [part for part in envelope.describe(sealed, max_chunks=3).parts if "chunk" in part.name][1:]
    assert [part.name for part in parts] == ["chunk 0", "chunk 1", "chunks 2 to 98", "chunk 99"]
    assert parts[2].length == 97 * 80


def test_a_file_is_described_without_reading_its_body(fake: FakeKms, tmp_path: Path) -> None:
    path = tmp_path / "sealed"
    path.write_bytes(envelope.seal_chain(fake, CHAIN, bytes(500), chunk_size=64))
    assert envelope.describe(path) == envelope.describe(str(path)) == envelope.describe(path.read_bytes())
    os.truncate(path, envelope.describe(path).header_bytes + 80 * 1_000_000)
    assert envelope.describe(path).chunks == 1_000_000


def test_a_description_reads_as_text(fake: FakeKms) -> None:
    sealed = envelope.seal_chain(fake, CHAIN, bytes(500), chunk_size=64)
    lines = str(envelope.describe(sealed)).splitlines()
    assert lines[2:] == [
        "layer 0: data key wrapped by AES-256-GCM, 60 bytes",
        "layer 1: KEK 1 wrapped by RSA-OAEP-SHA-256, 256 bytes",
        f"layer 2: KEK 2 wrapped by AES-256-KWP, {envelope.describe(sealed).layers[2].wrapped_bytes[0]} bytes",
        f"layer 3: KEK 3 wrapped by AWS KMS ({fake.arn('a')} or {fake.arn('b')}), 60 or 60 bytes",
    ]


@pytest.mark.parametrize("data", [b"", b"a letter", b"\x89KMSNB\r\n\x02" + bytes(600)])
def test_what_is_no_message_is_refused(data: bytes) -> None:
    with pytest.raises(envelope.EnvelopeError):
        envelope.describe(data)


def test_a_blob_of_the_mock_is_taken_apart_where_it_lies(kms: Any, key_id: str) -> None:
    from kmsnb.kms.core import blob

    sealed = envelope.seal(kms, key_id, b"a slip of paper")
    description = envelope.describe(sealed, blob_parser=blob.parse)
    assert covers(description.parts, 0, len(sealed))
    inside = [part for part in description.parts if part.name.startswith("wrapped data key: ")]
    assert [(part.name.split(": ")[1], part.length) for part in inside] == [
        ("version", 5),
        ("key id", 36),
        ("material id", 32),
        ("nonce", 12),
        ("ciphertext", 32),
        ("tag", 16),
    ]
    assert inside[1].meaning == key_id


def test_a_blob_by_itself(kms: Any, key_id: str) -> None:
    from kmsnb.kms.core import blob

    encrypted = kms.encrypt(KeyId=key_id, Plaintext=b"seven")["CiphertextBlob"]
    parts = envelope.blob_parts(encrypted, blob.parse)
    assert covers(parts, 0, len(encrypted))
    assert parts[4].length == 5
    assert covers(envelope.blob_parts(encrypted, blob.parse, offset=7), 7, 7 + len(encrypted))
    (opaque,) = envelope.blob_parts(b"a blob of AWS", blob.parse)
    assert opaque.meaning == "opaque: only KMS reads it"
    assert envelope.blob_parts(encrypted)[0].length == len(encrypted)


def test_the_figure_takes_the_parts_as_they_are(fake: FakeKms) -> None:
    from kmsnb import figures

    sealed = envelope.seal(fake, "a", b"a slip of paper")
    assert "<svg" in figures.byte_map(sealed, envelope.describe(sealed).parts)
