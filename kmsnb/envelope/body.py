"""The body: chunks of AES-256-GCM, each with its place in its nonce, after the STREAM construction
(Hoang, Reyhanitabar, Rogaway, Vizár: Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance, 2015).

The nonce (12 bytes) is the chunk's number (11, big-endian) and 1 for the last chunk or 0. So a chunk opens only in
its place, the last one only as the last, and a chunk of another message under no circumstances: that one has another
key. Every message has a body key of its own, hence numbers can start at 0: this is the deterministic construction
of NIST SP 800-38D, 8.2.1, in which no nonce can repeat, and its bound on random nonces (2**32 messages a key) does not
arise. At most 2**32 chunks of at most 16 MiB keep far below its 64 GiB for one nonce.

Every chunk but the last is full. An empty message is one empty chunk; no other chunk is empty, so that each message
has one encoding only.
"""

from collections.abc import Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from .errors import EnvelopeError, FormatError, TamperedError, TruncatedError

TAG_BYTES = 16
MAX_CHUNKS = 1 << 32


class Body:
    """Where the chunks of a body are: ``plaintext_bytes`` in chunks of ``chunk_size``, both in bytes."""

    def __init__(self, plaintext_bytes: int, chunk_size: int) -> None:
        self.plaintext_bytes = plaintext_bytes
        self.chunk_size = chunk_size
        self.chunks = max(1, -(-plaintext_bytes // chunk_size))
        if self.chunks > MAX_CHUNKS:
            raise FormatError(f"{plaintext_bytes} bytes are more than {MAX_CHUNKS} chunks of {chunk_size}.")

    @classmethod
    def of_sealed(cls, sealed_bytes: int, chunk_size: int) -> "Body":
        """The body that takes ``sealed_bytes``. ``TruncatedError`` if no body does: the last chunk is cut."""
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

    def __iter__(self) -> Iterator["Chunk"]:
        for index in range(self.chunks):
            start = index * self.chunk_size
            yield Chunk(
                index,
                index == self.chunks - 1,
                start,
                min(self.chunk_size, self.plaintext_bytes - start),
                start + index * TAG_BYTES,
            )


class Chunk:
    """One chunk: its place in the plaintext (``start``) and in the body (``sealed_start``), and its size."""

    __slots__ = ("index", "last", "sealed_size", "sealed_start", "size", "start")

    def __init__(self, index: int, last: bool, start: int, size: int, sealed_start: int) -> None:
        self.index = index
        self.last = last
        self.start = start
        self.size = size
        self.sealed_start = sealed_start
        self.sealed_size = size + TAG_BYTES

    @property
    def nonce(self) -> bytes:
        return nonce(self.index, self.last)


def nonce(index: int, last: bool) -> bytes:
    """The nonce of chunk number ``index``: 12 bytes."""
    return index.to_bytes(11, "big") + bytes([last])


class BodyCipher:
    """Seals and opens the chunks of one message. ``key`` is its body key, 32 bytes, and may be overwritten afterwards.

    It is copied here, since AESGCM does not promise to: built on OpenSSL 3.0 or 3.1 it reads the given object again at
    each call, and would find the zeros that the key was overwritten with.
    """

    def __init__(self, key: memoryview) -> None:
        self._cipher = AESGCM(bytes(key))

    def seal(self, chunk: Chunk, plaintext: memoryview, into: memoryview) -> None:
        """Encrypt ``chunk.size`` bytes into ``chunk.sealed_size``."""
        self._cipher.encrypt_into(chunk.nonce, plaintext, None, into)

    def open(self, chunk: Chunk, sealed: memoryview, into: memoryview) -> None:
        """Verify and decrypt ``chunk.sealed_size`` bytes into ``chunk.size``.

        Raises ``TamperedError`` or ``TruncatedError``, with ``into`` zeroed: nothing unverified is left in it.
        """
        try:
            self._cipher.decrypt_into(chunk.nonce, sealed, None, into)
        except InvalidTag:
            error = self._cause(chunk, sealed, into)
            into[:] = bytes(len(into))
            raise error from None

    def _cause(self, chunk: Chunk, sealed: memoryview, into: memoryview) -> EnvelopeError:
        """Whether a chunk that fails in its place is genuine at the other kind of place: then the end is wrong."""
        try:
            self._cipher.decrypt_into(nonce(chunk.index, not chunk.last), sealed, None, into)
        except InvalidTag:
            return TamperedError(
                f"Chunk {chunk.index} is not authentic: changed, moved or of another message."
            )
        if chunk.last:
            return TruncatedError(f"The message ends after chunk {chunk.index}, which is not its last.")
        return TamperedError(f"Bytes follow chunk {chunk.index}, which is the last of the message.")
