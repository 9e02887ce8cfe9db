"""The body: chunks of AES-256-GCM, each with its position in its nonce, after the STREAM construction
(Hoang, Reyhanitabar, Rogaway, Vizár: Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance, 2015).

The nonce (12 bytes) is the chunk's number (11, big-endian) followed by 1 for the last chunk and 0 for any other. So a
chunk opens only in its place, the last only as the last, and never in another message, which has another key. Every
message has its own body key, so numbers can start at 0: this is the deterministic construction of NIST SP 800-38D,
8.2.1. No nonce repeats, and the bound on random nonces (2**32 messages per key) does not apply. At most 2**32 chunks of
at most 16 MiB stay far below GCM's 64 GiB per nonce.

Every chunk but the last is full. An empty message is one empty chunk, and no other chunk is empty, so each message has
exactly one encoding.
"""

from collections.abc import Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ..arguments import integer
from .errors import EnvelopeError, FormatError, TamperedError, TruncatedError
from .header import CHUNK_SIZES

TAG_BYTES = 16
MAX_CHUNKS = 1 << 32


class Body:
    """Where the chunks of a body are: ``plaintext_bytes`` in chunks of ``chunk_size``, both in bytes.

    ``FormatError`` for a ``chunk_size`` that is out of bounds, or for more chunks than numbers.
    """

    def __init__(self, plaintext_bytes: int, chunk_size: int) -> None:
        integer(chunk_size, "chunk_size")
        if chunk_size not in CHUNK_SIZES:
            raise FormatError(f"chunk_size must be {CHUNK_SIZES.start} to {CHUNK_SIZES.stop - 1} bytes.")
        self.plaintext_bytes = plaintext_bytes
        self.chunk_size = chunk_size
        self.chunks = max(1, -(-plaintext_bytes // chunk_size))
        self.chunk(self.chunks - 1, 0, last=True)

    @classmethod
    def of_sealed(cls, sealed_bytes: int, chunk_size: int) -> "Body":
        """The body that takes up ``sealed_bytes``. ``TruncatedError`` if none does: the last chunk is cut."""
        full = chunk_size + TAG_BYTES
        chunks = max(1, -(-sealed_bytes // full))
        in_last = sealed_bytes - (chunks - 1) * full - TAG_BYTES
        if in_last < (1 if chunks > 1 else 0):
            raise TruncatedError("The message ends where no chunk can end.")
        return cls(sealed_bytes - chunks * TAG_BYTES, chunk_size)

    @property
    def sealed_bytes(self) -> int:
        """The size of the whole body in bytes."""
        return self.plaintext_bytes + self.chunks * TAG_BYTES

    def chunk(self, index: int, size: int, *, last: bool) -> "Chunk":
        """Chunk number ``index``, with ``size`` bytes of plaintext."""
        if index >= MAX_CHUNKS:
            raise FormatError(f"The data needs more than {MAX_CHUNKS} chunks: choose a larger chunk_size.")
        return Chunk(index, last, index * self.chunk_size, size)

    def __iter__(self) -> Iterator["Chunk"]:
        for index in range(self.chunks):
            size = min(self.chunk_size, self.plaintext_bytes - index * self.chunk_size)
            yield self.chunk(index, size, last=index == self.chunks - 1)


class Chunk:
    """One chunk: its position in the plaintext (``start``) and in the body (``sealed_start``), and its size."""

    __slots__ = ("index", "last", "sealed_size", "sealed_start", "size", "start")

    def __init__(self, index: int, last: bool, start: int, size: int) -> None:
        self.index = index
        self.last = last
        self.start = start
        self.size = size
        self.sealed_start = start + index * TAG_BYTES
        self.sealed_size = size + TAG_BYTES

    @property
    def nonce(self) -> bytes:
        return nonce(self.index, self.last)


def nonce(index: int, last: bool) -> bytes:
    """The nonce of chunk number ``index``: 12 bytes."""
    return index.to_bytes(11, "big") + bytes([last])


class BodyCipher:
    """Seals and opens the chunks of one message. ``key`` is its body key, 32 bytes, which may be overwritten later.

    The key is copied, since AESGCM does not promise to: built on OpenSSL 3.0 or 3.1 it reads the given object again at
    each call, and would find zeros.
    """

    def __init__(self, key: memoryview) -> None:
        self._cipher = AESGCM(bytes(key))

    def seal(self, chunk: Chunk, plaintext: memoryview, into: memoryview) -> None:
        """Encrypt ``chunk.size`` bytes into ``chunk.sealed_size``."""
        self._cipher.encrypt_into(chunk.nonce, plaintext, None, into)

    def open(self, chunk: Chunk, sealed: memoryview, into: memoryview) -> None:
        """Verify and decrypt ``chunk.sealed_size`` bytes into ``chunk.size``.

        Raises ``TamperedError`` or ``TruncatedError`` and zeroes ``into``, so that nothing unverified is left in it.
        """
        try:
            self._cipher.decrypt_into(chunk.nonce, sealed, None, into)
        except InvalidTag:
            error = self._cause(chunk, sealed, into)
            into[:] = bytes(len(into))
            raise error from None

    def _cause(self, chunk: Chunk, sealed: memoryview, into: memoryview) -> EnvelopeError:
        """Try the chunk as last, or not last: if it is genuine there, the end of the message is wrong."""
        try:
            self._cipher.decrypt_into(nonce(chunk.index, not chunk.last), sealed, None, into)
        except InvalidTag:
            return TamperedError(
                f"Chunk {chunk.index} is not authentic: changed, moved or from another message."
            )
        if chunk.last:
            return TruncatedError(f"The message ends after chunk {chunk.index}, which is not its last.")
        return TamperedError(f"Bytes follow chunk {chunk.index}, which is the last of the message.")
