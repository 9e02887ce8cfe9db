"""The header, number by number: the least and the most that each field takes, and one step beyond."""

import struct
import zlib
from collections.abc import Sequence

import pytest

from kmsnb.envelope import ChainError, DamagedError, FormatError, TruncatedError, header
from kmsnb.envelope.body import Body
from kmsnb.envelope.header import Algorithm, Header, Layer, WrappedKey

KMS, GCM, KWP = Algorithm.KMS.value, Algorithm.AES_GCM.value, Algorithm.AES_KWP.value
ARN = b"arn:aws:kms:eu-west-1:123456789012:key/a"

#: A layer as bytes are made of it: its algorithm, and the ARN and wrapped key of each copy.
Raw = tuple[int, Sequence[tuple[bytes, bytes]]]

ROOT: Raw = (KMS, [(ARN, b"wrapped")])


def slot(*layers: Raw) -> bytes:
    """A slot written by hand, from the documentation of the format, without the zeros."""
    encoded = bytes([len(layers)])
    for algorithm, copies in layers:
        encoded += bytes([algorithm, len(copies)])
        for arn, blob in copies:
            encoded += struct.pack(">H", len(arn)) + arn + struct.pack(">H", len(blob)) + blob
    return encoded


def message(content: bytes, *, length: int | None = None, chunk_size: int = 64, fill: bytes = b"\0") -> bytes:
    """A header around a slot, with a checksum that matches, ``length`` bytes long; by default as short as possible."""
    length = length or -(-(148 + len(content)) // 512) * 512
    slot_bytes = length - 148
    start = b"\x89KMSNB\r\n\x01\x01" + struct.pack(">I", chunk_size) + bytes(range(96))
    made = start + struct.pack(">H", slot_bytes) + content.ljust(slot_bytes, fill) + b"t" * 32
    return made + struct.pack(">I", zlib.crc32(made))


def test_a_header_written_by_hand_is_read_and_written_again() -> None:
    raw = message(slot((GCM, [(b"", b"inner")]), (KMS, [(ARN, b"one"), (b"b", b"two")])))
    read = header.parse(raw + b"the body")
    assert read == Header(
        chunk_size=64,
        message_id=bytes(range(32)),
        context_digest=bytes(range(32, 64)),
        commitment=bytes(range(64, 96)),
        layers=(
            Layer(Algorithm.AES_GCM, (WrappedKey(b"inner"),)),
            Layer(Algorithm.KMS, (WrappedKey(b"one", ARN.decode()), WrappedKey(b"two", "b"))),
        ),
        slot_bytes=364,
        tag=b"t" * 32,
    )
    assert read.length == len(raw) == 512
    assert read.encode() == raw


EIGHT_LAYERS = [(GCM, [(b"", b"w")])] * 7 + [ROOT]


@pytest.mark.parametrize(
    "content",
    [
        slot(*EIGHT_LAYERS),
        slot((KMS, [(ARN, b"w")] * 8)),
        slot((KMS, [(b"!", b"w")])),
        slot((KMS, [(b"~", b"w")])),
        slot((KMS, [(b"a" * 2048, b"w")])),
        slot((KMS, [(ARN, b"w" * 6144)])),
        slot((GCM, [(b"", b"w" * 6144)]), ROOT),
    ],
    ids=[
        "8 layers",
        "8 copies",
        "lowest letter",
        "highest letter",
        "longest ARN",
        "longest key",
        "local key",
    ],
)
def test_the_most_that_a_slot_may_hold(content: bytes) -> None:
    assert header.parse(message(content)).encode() == message(content)


OUT_OF = "A number in the header is {}; it must be {} to {}."
CHAIN = "A chain ends in KMS, and only there."
NAME = "The name of a KMS key is not printable ASCII."
CUT = "The wrapped keys do not fit into their slot."


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\0", OUT_OF.format(0, 1, 8)),
        (slot(*[(GCM, [(b"", b"w")])] * 8, ROOT), OUT_OF.format(9, 1, 8)),
        (slot((KMS, [])), OUT_OF.format(0, 1, 8)),
        (slot((KMS, [(ARN, b"w")] * 9)), OUT_OF.format(9, 1, 8)),
        (slot((GCM, []), ROOT), OUT_OF.format(0, 1, 1)),
        (slot((GCM, [(b"", b"w")] * 2), ROOT), OUT_OF.format(2, 1, 1)),
        (slot((KMS, [(b"", b"w")])), OUT_OF.format(0, 1, 2048)),
        (slot((KMS, [(b"a" * 2049, b"w")])), OUT_OF.format(2049, 1, 2048)),
        (slot((GCM, [(b"a", b"w")]), ROOT), OUT_OF.format(1, 0, 0)),
        (slot((KMS, [(ARN, b"")])), OUT_OF.format(0, 1, 6144)),
        (slot((KMS, [(ARN, b"w" * 6145)])), OUT_OF.format(6145, 1, 6144)),
        (slot((0, [(b"", b"w")]), ROOT), "Wrapping algorithm 0 is unknown."),
        (slot((5, [(b"", b"w")]), ROOT), "Wrapping algorithm 5 is unknown."),
        (slot((GCM, [(b"", b"w")])), CHAIN),
        (slot(ROOT, (KWP, [(b"", b"w")])), CHAIN),
        (slot(ROOT, ROOT), CHAIN),
        (slot(ROOT, (GCM, [(b"", b"w")]), ROOT), CHAIN),
        (slot((KMS, [(b"a b", b"w")])), NAME),
        (slot((KMS, [(b"a\x7f", b"w")])), NAME),
        (slot((KMS, [("ä".encode("latin-1"), b"w")])), NAME),
        (slot(ROOT) + b"\0X", "The wrapped keys are followed by something other than zeros."),
        (slot(ROOT) + b"\x01", "The wrapped keys are followed by something other than zeros."),
    ],
)
def test_what_a_slot_may_not_hold(content: bytes, says: str) -> None:
    with pytest.raises(FormatError) as refused:
        header.parse(message(content))
    assert str(refused.value) == says


def test_wrapped_keys_must_end_within_their_slot() -> None:
    full = slot((KMS, [(ARN, b"w" * (364 - len(ARN) - 7))]))
    assert len(full) == 364
    assert header.parse(message(full)).layers[0].copies[0].arn == ARN.decode()
    one_more = full[: 3 + 2 + len(ARN)] + struct.pack(">H", 364 - len(ARN) - 6) + full[3 + 2 + len(ARN) + 2 :]
    for content in (one_more, b"\x01" + bytes([KMS, 1]) + struct.pack(">H", 400) + b"a" * 359):
        with pytest.raises(FormatError) as refused:
            header.parse(message(content, length=512))
        assert str(refused.value) == CUT


@pytest.mark.parametrize("chunk_size", [64, 1 << 20, 16 << 20])
def test_chunk_sizes_that_are_possible(chunk_size: int) -> None:
    assert header.parse(message(slot(ROOT), chunk_size=chunk_size)).chunk_size == chunk_size


@pytest.mark.parametrize("chunk_size", [0, 63, (16 << 20) + 1])
def test_chunk_sizes_that_are_not(chunk_size: int) -> None:
    with pytest.raises(FormatError) as refused:
        header.parse(message(slot(ROOT), chunk_size=chunk_size))
    assert str(refused.value) == f"The header claims an impossible chunk size of {chunk_size} bytes."


@pytest.mark.parametrize("length", [512, 1024, 32 << 10])
def test_lengths_that_are_possible(length: int) -> None:
    raw = message(slot(ROOT), length=length)
    assert header.header_length(raw[:112]) == header.parse(raw).length == length


@pytest.mark.parametrize("length", [148, 511, 513, 768, (32 << 10) + 512])
def test_lengths_that_are_not(length: int) -> None:
    with pytest.raises(FormatError) as refused:
        header.header_length(message(slot(ROOT)[: length - 148], length=length)[:112])
    assert str(refused.value) == f"The header claims an impossible length of {length} bytes."


@pytest.mark.parametrize(
    ("start", "says"),
    [
        (b"PK", "This is not a sealed message: it does not start like one."),
        (b"\x89KMSNX", "This is not a sealed message: it does not start like one."),
        (b"\x89KMSNB\r\n\x00\x01", "Format version 0 is unknown; this package reads version 1."),
        (b"\x89KMSNB\r\n\x02\x01", "Format version 2 is unknown; this package reads version 1."),
        (b"\x89KMSNB\r\n\x01\x00", "Algorithm suite 0 is unknown."),
        (b"\x89KMSNB\r\n\x01\x02", "Algorithm suite 2 is unknown."),
    ],
)
def test_what_is_no_header_of_this_version(start: bytes, says: str) -> None:
    with pytest.raises(FormatError) as refused:
        header.parse(start + message(slot(ROOT))[len(start) :])
    assert str(refused.value) == says


@pytest.mark.parametrize("length", [0, 7, 8, 9, 111, 112, 511])
def test_a_header_that_is_cut(length: int) -> None:
    with pytest.raises(TruncatedError) as refused:
        header.parse(message(slot(ROOT))[:length])
    assert str(refused.value) == "The message ends within its header."


def test_a_header_that_is_damaged() -> None:
    with pytest.raises(DamagedError) as refused:
        header.parse(message(slot(ROOT)).replace(b"wrapped", b"Wrapped"))
    assert str(refused.value) == "The header is damaged: its checksum does not match."


def root_of(blob_bytes: int, copies: int = 1) -> tuple[Layer, ...]:
    return (Layer(Algorithm.KMS, (WrappedKey(bytes(blob_bytes), "a"),) * copies),)


def test_a_slot_is_as_small_as_its_keys_allow() -> None:
    # one layer of one copy takes 8 bytes beside its wrapped key
    assert header.slot_bytes_for(root_of(364 - 8)) == 364
    assert header.slot_bytes_for(root_of(364 - 8 + 1)) == 364 + 512


def test_the_longest_header_can_be_made_and_no_longer_one() -> None:
    most = (32 << 10) - 148
    five = root_of(6144, copies=5)[0].copies
    left = most - 3 - 5 * (6144 + 5) - 5
    layer = Layer(Algorithm.KMS, (*five, WrappedKey(bytes(left), "a")))
    assert header.slot_bytes_for((layer,)) == most
    longer = Layer(Algorithm.KMS, (*five, WrappedKey(bytes(left + 1), "a")))
    with pytest.raises(ChainError, match="a header of 33280 bytes; 32768 is the most"):
        header.slot_bytes_for((longer,))


def test_other_wrapped_keys_leave_the_rest_and_take_the_tag_away() -> None:
    read = header.parse(message(slot(ROOT), length=1024))
    changed = read.with_layers(root_of(10))
    assert (changed.length, changed.tag) == (1024, bytes(32))
    assert changed.fixed == read.fixed
    assert read.with_layers(root_of(2000)).length == 2560


@pytest.mark.parametrize(
    ("sealed_bytes", "plaintext_bytes", "chunks"),
    [
        (16, 0, 1),
        (17, 1, 1),
        (80, 64, 1),
        (97, 65, 2),
        (160, 128, 2),
        (177, 129, 3),
        (80 * 9 + 17, 64 * 9 + 1, 10),
    ],
)
def test_the_body_that_takes_so_many_bytes(sealed_bytes: int, plaintext_bytes: int, chunks: int) -> None:
    found = Body.of_sealed(sealed_bytes, 64)
    assert (found.plaintext_bytes, found.chunks, found.sealed_bytes) == (
        plaintext_bytes,
        chunks,
        sealed_bytes,
    )
    sizes = [(chunk.start, chunk.size, chunk.sealed_start, chunk.last) for chunk in found]
    assert sizes == [
        (64 * n, min(64, plaintext_bytes - 64 * n), 80 * n, n == chunks - 1) for n in range(chunks)
    ]


@pytest.mark.parametrize("sealed_bytes", [0, 1, 15, 81, 96, 161, 176, 80 * 9 + 16])
def test_no_body_takes_so_many_bytes(sealed_bytes: int) -> None:
    with pytest.raises(TruncatedError) as refused:
        Body.of_sealed(sealed_bytes, 64)
    assert str(refused.value) == "The message ends where no chunk can end."


def test_what_claims_to_be_sealed() -> None:
    assert header.is_sealed(message(slot(ROOT)))
    assert header.is_sealed(header.MAGIC + b"\x09 a later version")
    assert not header.is_sealed(header.MAGIC[:-1])
    assert not header.is_sealed(b"PK\x03\x04")
