"""The header of a sealed message, format version 1, to bytes and back.

    offset  bytes  content
    0       8      magic: 89 "KMSNB" 0D 0A
    8       1      version: 1
    9       1      suite: 1 = HKDF-SHA-256, HMAC-SHA-256, AES-256-GCM
    10      4      chunk size
    14      32     message id: random, the salt of the key derivation
    46      32     digest of the encryption context
    78      32     commitment to the data key
    110     2      n, the size of the slot
    112     n      slot: the wrapped keys, then zeros
    112+n   32     tag: HMAC-SHA-256 of all bytes before, under a key that the data key gives
    144+n   4      checksum: CRC-32 of all bytes before
    148+n          the first chunk

Numbers are big-endian. The slot holds the number of layers (1 byte) and, from the data key outwards, for each its
algorithm (1), its number of wrapped copies (1; more than one only for several KMS keys), and for each copy the ARN of
the KMS key, preceded by its length (2; no ARN for a local layer), and the wrapped key, preceded by its length (2).

Why two parts and a slot: bytes 0–78 never change, and the keys of tag and body are derived from them, so that no
other message's body fits. The slot is what ``rewrap`` replaces. Zeros make the header a multiple of 512 bytes, so that
most replacements have the same length and a file's body stays where it is.

Why a checksum after the tag: checking the tag takes the data key, and so a request to KMS. The checksum, which anyone
can compute, detects damage and half-written headers before that, and keeps garbage away from KMS. It authenticates
nothing.

Each field has exactly one encoding, so the tag over the parsed header is the tag over the bytes that were read. The
parser trusts nothing: each length has a bound and is compared with the bytes that are left before anything is
allocated.
"""

import dataclasses
import struct
import zlib
from dataclasses import dataclass
from enum import IntEnum

from .errors import ChainError, DamagedError, FormatError, TruncatedError

MAGIC = b"\x89KMSNB\r\n"
VERSION = 1
SUITE = 1
MESSAGE_ID_BYTES = 32
TAG_BYTES = 32
CHUNK_SIZE = 1 << 20
CHUNK_SIZES = range(64, (16 << 20) + 1)  # two buffers of the largest fit in 64 MiB
MAX_HEADER_BYTES = 32 << 10
MAX_LAYERS = 8
MAX_COPIES = 8
MAX_ARN_BYTES = 2048  # what KMS takes as a key id
MAX_WRAPPED_BYTES = 6144  # what KMS takes as a ciphertext

_SIGNATURE = struct.Struct(f">{len(MAGIC)}sBB")
_FIXED = struct.Struct(f">{len(MAGIC)}sBBI32s32s")
FIXED_BYTES = _FIXED.size
_COMMITMENT = slice(FIXED_BYTES, FIXED_BYTES + 32)
SLOT_OFFSET = _COMMITMENT.stop + 2
CHECKSUM_BYTES = 4
SECTOR_BYTES = 512  # a header is a multiple of this


class Algorithm(IntEnum):
    """How a layer wraps the key beneath it."""

    KMS = 1
    AES_GCM = 2
    AES_KWP = 3
    RSA_OAEP = 4

    @property
    def spelled(self) -> str:
        """Its name with its sizes, as people write it."""
        return _SPELLED[self]


_SPELLED = {
    Algorithm.KMS: "AWS KMS",
    Algorithm.AES_GCM: "AES-256-GCM",
    Algorithm.AES_KWP: "AES-256-KWP",
    Algorithm.RSA_OAEP: "RSA-OAEP-SHA-256",
}


@dataclass(frozen=True)
class WrappedKey:
    """A key wrapped by another. ``arn`` names the KMS key that wrapped it and is empty for a local layer."""

    blob: bytes
    arn: str = ""


@dataclass(frozen=True)
class Layer:
    """One step of a chain: the key beneath, wrapped. Several ``copies`` if any one of several KMS keys opens it."""

    algorithm: Algorithm
    copies: tuple[WrappedKey, ...]


@dataclass(frozen=True)
class Header:
    """A header as it is written. None of it is authentic before ``schedule.MessageKeys.authenticate``."""

    chunk_size: int
    message_id: bytes
    context_digest: bytes
    commitment: bytes
    layers: tuple[Layer, ...]  # from the data key outwards: the last is the root
    slot_bytes: int
    tag: bytes

    @property
    def length(self) -> int:
        """Size of the header, and offset of the first chunk, in bytes."""
        return SLOT_OFFSET + self.slot_bytes + CHECKSUM_BYTES + TAG_BYTES

    @property
    def fixed(self) -> bytes:
        """The part that never changes and that all keys are derived from: 78 bytes."""
        return _FIXED.pack(MAGIC, VERSION, SUITE, self.chunk_size, self.message_id, self.context_digest)

    @property
    def before_tag(self) -> bytes:
        """What the tag authenticates: everything before it."""
        slot = encode_layers(self.layers).ljust(self.slot_bytes, b"\0")
        return self.fixed + self.commitment + struct.pack(">H", self.slot_bytes) + slot

    def encode(self) -> bytes:
        """The header as bytes, ``length`` of them."""
        content = self.before_tag + self.tag
        return content + struct.pack(">I", zlib.crc32(content))

    def with_layers(self, layers: tuple[Layer, ...]) -> "Header":
        """The same header around other wrapped keys, untagged; as long as before if they fit."""
        slot_bytes = max(self.slot_bytes, slot_bytes_for(layers))
        return dataclasses.replace(self, layers=layers, slot_bytes=slot_bytes, tag=bytes(TAG_BYTES))


def slot_bytes_for(layers: tuple[Layer, ...]) -> int:
    """The smallest slot that ``layers`` fit in and that makes the header a multiple of 512 bytes.

    ``ChainError`` if that is longer than any reader accepts.
    """
    around = SLOT_OFFSET + CHECKSUM_BYTES + TAG_BYTES
    length = around + len(encode_layers(layers))
    length += -length % SECTOR_BYTES
    if length > MAX_HEADER_BYTES:
        raise ChainError(f"The wrapped keys make a header of {length} bytes; {MAX_HEADER_BYTES} is the most.")
    return length - around


def encode_layers(layers: tuple[Layer, ...]) -> bytes:
    """The content of the slot, without the zeros."""
    encoded = [bytes([len(layers)])]
    for layer in layers:
        encoded.append(bytes([layer.algorithm, len(layer.copies)]))
        for copy in layer.copies:
            for text in (copy.arn.encode("ascii"), copy.blob):
                encoded.append(struct.pack(">H", len(text)) + text)
    return b"".join(encoded)


def is_sealed(start: bytes) -> bool:
    """Whether a file or message that begins like this claims to be a sealed message, of any version."""
    return start.startswith(MAGIC)


def header_length(start: bytes) -> int:
    """How long the header is, from the first ``SLOT_OFFSET`` bytes of a message.

    ``FormatError`` if this isn't a sealed message of version 1, ``TruncatedError`` if ``start`` is shorter than that.
    """
    if not MAGIC.startswith(start[: len(MAGIC)]):
        raise FormatError("This is not a sealed message: it does not start like one.")
    if len(start) < SLOT_OFFSET:
        raise TruncatedError("The message ends within its header.")
    _, version, suite = _SIGNATURE.unpack_from(start)
    if version != VERSION:
        raise FormatError(f"Format version {version} is unknown; this package reads version {VERSION}.")
    if suite != SUITE:
        raise FormatError(f"Algorithm suite {suite} is unknown.")
    (slot_bytes,) = struct.unpack_from(">H", start, _COMMITMENT.stop)
    length = SLOT_OFFSET + slot_bytes + CHECKSUM_BYTES + TAG_BYTES
    if length > MAX_HEADER_BYTES or length % SECTOR_BYTES:
        raise FormatError(f"The header claims an impossible length of {length} bytes.")
    return length


def parse(message: bytes | memoryview) -> Header:
    """The header at the start of ``message``. None of it is authentic yet.

    ``FormatError`` if it isn't one, ``DamagedError`` if its checksum does not match, ``TruncatedError`` if it is cut.
    """
    length = header_length(bytes(message[:SLOT_OFFSET]))
    encoded = bytes(message[:length])
    if len(encoded) < length:
        raise TruncatedError("The message ends within its header.")
    tag_at, checksum_at = length - CHECKSUM_BYTES - TAG_BYTES, length - CHECKSUM_BYTES
    (checksum,) = struct.unpack_from(">I", encoded, checksum_at)
    if zlib.crc32(encoded[:checksum_at]) != checksum:
        raise DamagedError("The header is damaged: its checksum does not match.")
    chunk_size, message_id, context_digest = _FIXED.unpack_from(encoded)[3:]
    if chunk_size not in CHUNK_SIZES:
        raise FormatError(f"The header claims an impossible chunk size of {chunk_size} bytes.")
    return Header(
        chunk_size,
        message_id,
        context_digest,
        commitment=encoded[_COMMITMENT],
        layers=_parse_layers(encoded[SLOT_OFFSET:tag_at]),
        slot_bytes=tag_at - SLOT_OFFSET,
        tag=encoded[tag_at:checksum_at],
    )


def _parse_layers(slot: bytes) -> tuple[Layer, ...]:
    reader = _Reader(slot)
    layers = tuple(_parse_layer(reader) for _ in range(reader.number(1, MAX_LAYERS)))
    *inner, root = (layer.algorithm is Algorithm.KMS for layer in layers)
    if any(inner) or not root:
        raise FormatError("A chain ends in KMS, and only there.")
    if reader.rest().strip(b"\0"):
        raise FormatError("The wrapped keys are followed by something other than zeros.")
    return layers


def _parse_layer(reader: "_Reader") -> Layer:
    code = reader.number(1)
    try:
        algorithm = Algorithm(code)
    except ValueError:
        raise FormatError(f"Wrapping algorithm {code} is unknown.") from None
    is_kms = algorithm is Algorithm.KMS
    copies = tuple(_parse_copy(reader, is_kms) for _ in range(reader.number(1, MAX_COPIES if is_kms else 1)))
    return Layer(algorithm, copies)


def _parse_copy(reader: "_Reader", is_kms: bool) -> WrappedKey:
    arn = reader.text(MAX_ARN_BYTES if is_kms else 0, 1 if is_kms else 0)
    if not all(0x20 < byte < 0x7F for byte in arn):
        raise FormatError("The name of a KMS key is not printable ASCII.")
    return WrappedKey(reader.text(MAX_WRAPPED_BYTES, 1), arn.decode("ascii"))


class _Reader:
    """Reads a slot from its start. ``FormatError`` for anything missing or out of bounds."""

    def __init__(self, slot: bytes) -> None:
        self._slot = slot
        self._at = 0

    def number(self, size: int, most: int | None = None, least: int = 1) -> int:
        number = int.from_bytes(self._take(size), "big")
        if most is not None and not least <= number <= most:
            raise FormatError(f"A number in the header is {number}; it must be {least} to {most}.")
        return number

    def text(self, most: int, least: int) -> bytes:
        return self._take(self.number(2, most, least))

    def rest(self) -> bytes:
        return self._slot[self._at :]

    def _take(self, size: int) -> bytes:
        taken = self._slot[self._at : self._at + size]
        if len(taken) < size:
            raise FormatError("The wrapped keys do not fit into their slot.")
        self._at += size
        return taken
