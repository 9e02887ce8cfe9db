"""Nothing but the very message opens: each byte, each cut, each move of a chunk is refused."""

import struct
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given, settings, strategies as st

from kmsnb import envelope
from kmsnb.envelope import (
    DamagedError,
    EnvelopeError,
    FormatError,
    TamperedError,
    TruncatedError,
    WrappedKeyError,
)

from .conftest import checksum_mended
from .fake_kms import FakeKms

CONTEXT = {"invoice": "7"}
CHUNK = 64
FULL = CHUNK + 16
PLAINTEXT = bytes(range(150))  # two full chunks and a short one
FAKE = FakeKms({"a": b"a" * 32, "b": b"b" * 32})
SEALED = envelope.seal(FAKE, "a", PLAINTEXT, CONTEXT, chunk_size=CHUNK)
HEADER, BODY = SEALED[:512], SEALED[512:]
CHUNKS = [BODY[:FULL], BODY[FULL : 2 * FULL], BODY[2 * FULL :]]


def opened(sealed: bytes) -> bytes:
    return envelope.unseal(FAKE, sealed, CONTEXT)


def flipped(sealed: bytes, at: int, mask: int) -> bytes:
    return sealed[:at] + bytes([sealed[at] ^ mask]) + sealed[at + 1 :]


def test_the_message_itself_opens() -> None:
    assert opened(SEALED) == PLAINTEXT
    assert opened(checksum_mended(SEALED)) == PLAINTEXT


@pytest.mark.parametrize("mask", [0x01, 0x80, 0xFF])
def test_every_single_byte_that_changes_is_refused(mask: int) -> None:
    for at in range(len(SEALED)):
        with pytest.raises(EnvelopeError):
            opened(flipped(SEALED, at, mask))


@given(at=st.integers(0, len(SEALED) - 1), mask=st.integers(1, 255))
@settings(max_examples=300, deadline=None)
def test_any_byte_changed_to_any_other_is_refused(at: int, mask: int) -> None:
    with pytest.raises(EnvelopeError):
        opened(flipped(SEALED, at, mask))


def test_damage_to_the_header_is_seen_before_kms_is_asked() -> None:
    calls = len(FAKE.calls)
    for at in range(512):
        with pytest.raises((FormatError, TruncatedError)):
            opened(flipped(SEALED, at, 0x01))
    assert len(FAKE.calls) == calls


def test_a_header_changed_with_its_checksum_is_refused_by_kms_or_by_us() -> None:
    for at in {*range(512)} - {*range(508, 512)}:  # less the checksum itself
        with pytest.raises((EnvelopeError, ClientError)):
            opened(checksum_mended(flipped(SEALED, at, 0x01)))


def test_every_byte_of_a_chain_and_of_each_root_counts() -> None:
    """Also of the root that is not used: the first one opens, and the tag covers the second."""
    layers = [envelope.AesGcm(), envelope.AesKwp(), envelope.Kms("a", "b")]
    sealed = envelope.seal_chain(FAKE, layers, PLAINTEXT, CONTEXT, chunk_size=CHUNK)
    end = envelope.describe(sealed).header_bytes
    for at in range(len(sealed)):
        with pytest.raises(EnvelopeError):
            opened(flipped(sealed, at, 0x01))
    for at in {*range(end)} - {*range(end - 4, end)}:
        with pytest.raises((EnvelopeError, ClientError)):
            opened(checksum_mended(flipped(sealed, at, 0x80)))


def test_on_the_mocked_kms(kms: Any, key_id: str) -> None:
    sealed = envelope.seal(kms, key_id, PLAINTEXT, CONTEXT, chunk_size=CHUNK)
    for at in range(0, len(sealed), 3):
        with pytest.raises(EnvelopeError):
            envelope.unseal(kms, flipped(sealed, at, 0x01), CONTEXT)
    for at in range(112, 508, 3):
        with pytest.raises((EnvelopeError, ClientError)):
            envelope.unseal(kms, checksum_mended(flipped(sealed, at, 0x01)), CONTEXT, key_id=key_id)


def test_the_refusal_names_the_cause() -> None:
    blob = SEALED.index(b"key/a") + 5 + 2
    causes = {
        0: FormatError,  # magic
        8: FormatError,  # version
        9: FormatError,  # suite
        13: envelope.CommitmentError,  # chunk size: other keys are derived from it
        20: envelope.ContextError,  # message id
        50: envelope.ContextError,  # context digest
        80: envelope.CommitmentError,
        blob + 20: WrappedKeyError,
        475: FormatError,  # padding
        480: TamperedError,  # tag
        520: TamperedError,  # body
    }
    for at, cause in causes.items():
        with pytest.raises(cause):
            opened(checksum_mended(flipped(SEALED, at, 0x01)))
    with pytest.raises(DamagedError):
        opened(flipped(SEALED, 20, 0x01))


def test_a_cut_is_refused_at_every_length() -> None:
    for length in range(len(SEALED)):
        with pytest.raises(EnvelopeError):
            opened(SEALED[:length])


def test_a_cut_header_is_called_cut() -> None:
    for length in range(512 + 16):
        with pytest.raises(TruncatedError):
            opened(SEALED[:length])


@pytest.mark.parametrize(
    "body",
    [
        CHUNKS[1] + CHUNKS[0] + CHUNKS[2],
        CHUNKS[0] + CHUNKS[0] + CHUNKS[2],
        CHUNKS[0] + CHUNKS[1] + CHUNKS[1] + CHUNKS[2],
        CHUNKS[1] + CHUNKS[2],
        CHUNKS[0] + CHUNKS[2],
        CHUNKS[2] + CHUNKS[0] + CHUNKS[1],
    ],
    ids=["swapped", "repeated over", "repeated", "first gone", "middle gone", "rotated"],
)
def test_chunks_open_in_their_places_only(body: bytes) -> None:
    with pytest.raises(EnvelopeError):
        opened(HEADER + body)


def test_a_message_cut_between_two_chunks_is_called_cut() -> None:
    with pytest.raises(TruncatedError, match="chunk 1, which is not its last"):
        opened(HEADER + CHUNKS[0] + CHUNKS[1])


@pytest.mark.parametrize("more", [b"\0", b"more", bytes(16), bytes(FULL), SEALED], ids=len)
def test_what_follows_the_last_chunk_is_refused(more: bytes) -> None:
    with pytest.raises(EnvelopeError):
        opened(SEALED + more)


def test_bytes_after_a_full_last_chunk_are_called_so() -> None:
    sealed = envelope.seal(FAKE, "a", bytes(CHUNK), chunk_size=CHUNK)
    with pytest.raises(TamperedError, match="follow chunk 0, which is the last"):
        envelope.unseal(FAKE, sealed + bytes(FULL))


def test_a_chunk_of_another_message_is_refused_even_of_the_same_plaintext() -> None:
    other = envelope.seal(FAKE, "a", PLAINTEXT, CONTEXT, chunk_size=CHUNK)
    with pytest.raises(TamperedError, match="Chunk 1"):
        opened(HEADER + CHUNKS[0] + other[512 + FULL : 512 + 2 * FULL] + CHUNKS[2])
    with pytest.raises(TamperedError, match="Chunk 0"):
        opened(HEADER + other[512:])


def test_a_wrapped_key_of_another_message_is_refused() -> None:
    other = envelope.seal(FAKE, "a", PLAINTEXT, CONTEXT, chunk_size=CHUNK)
    with pytest.raises(envelope.CommitmentError):
        opened(checksum_mended(SEALED[:112] + other[112:476] + SEALED[476:]))


def hostile(offset: int, layout: str, *numbers: int) -> bytes:
    packed = struct.pack(layout, *numbers)
    return checksum_mended(SEALED[:offset] + packed + SEALED[offset + len(packed) :])


@pytest.mark.parametrize(
    "sealed",
    [
        hostile(10, ">I", 0),
        hostile(10, ">I", 1),
        hostile(10, ">I", 0xFFFF_FFFF),
        hostile(110, ">H", 0xFFFF),
        hostile(110, ">H", 0),
        hostile(112, "B", 0),
        hostile(112, "B", 255),
        hostile(113, "B", 0),
        hostile(113, "B", 2),
        hostile(113, "B", 99),
        hostile(114, "B", 0),
        hostile(114, "B", 255),
        hostile(115, ">H", 0xFFFF),
        hostile(115, ">H", 0),
        hostile(117, "B", 0x0A),
        hostile(117, "B", 0xE9),
        hostile(117 + len(FAKE.arn("a")), ">H", 0xFFFF),
        b"a letter",
        b"PK\x03\x04" * 200,
    ],
)
def test_a_hostile_header_is_refused_before_anything_is_done_for_it(sealed: bytes) -> None:
    calls = len(FAKE.calls)
    with pytest.raises(FormatError):
        opened(sealed)
    assert len(FAKE.calls) == calls


@given(st.binary(max_size=700))
@settings(max_examples=100, deadline=None)
def test_any_bytes_are_refused_and_nothing_else_is_raised(data: bytes) -> None:
    with pytest.raises(EnvelopeError):
        opened(data)
    with pytest.raises(EnvelopeError):
        opened(SEALED[:112] + data)


def test_no_plaintext_of_a_chunk_is_left_that_was_not_verified() -> None:
    from kmsnb.envelope.body import Body, BodyCipher

    cipher, body = BodyCipher(memoryview(bytes(32))), Body(5, CHUNK)
    (chunk,) = body
    sealed = bytearray(chunk.sealed_size)
    cipher.seal(chunk, memoryview(b"hello"), memoryview(sealed))
    sealed[0] ^= 1
    into = bytearray(b"?????")
    with pytest.raises(TamperedError):
        cipher.open(chunk, memoryview(sealed), memoryview(into))
    assert into == bytes(5)


def test_who_may_decrypt_can_write_another_body_as_the_documentation_says() -> None:
    """No tag can prevent it, since sealing and opening take the same key. A signature would."""
    from kmsnb.envelope.body import Body, BodyCipher
    from kmsnb.envelope.header import parse
    from kmsnb.envelope.schedule import MessageKeys

    with envelope.chain_keys(FAKE, SEALED, CONTEXT) as (key,), MessageKeys(key.secret, parse(HEADER)) as keys:
        cipher = BodyCipher(keys.body)
    (chunk,) = Body(11, CHUNK)
    body = bytearray(chunk.sealed_size)
    cipher.seal(chunk, memoryview(b"pay Mallory"), memoryview(body))
    assert opened(HEADER + body) == b"pay Mallory"


def test_errors_quote_neither_context_nor_plaintext() -> None:
    context = {"patient": "Jane Roe"}
    sealed = envelope.seal(FAKE, "a", b"top secret", context)
    for bad in (sealed[:-1], flipped(sealed, 520, 1), flipped(sealed, 80, 1)):
        with pytest.raises(EnvelopeError) as caught:
            envelope.unseal(FAKE, bad, context)
        assert "Jane" not in str(caught.value)
        assert "secret" not in str(caught.value)
    with pytest.raises(EnvelopeError) as caught:
        envelope.unseal(FAKE, sealed, {"patient": "John Doe"})
    assert "J" not in str(caught.value)
