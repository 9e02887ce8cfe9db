"""From the data key to the keys of one message: commitment, tag and body.

HKDF-SHA-256 (RFC 5869) over the data key gives 96 bytes. Its salt is the random message id and its info the header's
fixed part, so that no two messages share a key, even if they were to share a data key, and a changed fixed part gives
other keys. The header publishes the first 32 bytes as the commitment. AES-GCM alone does not commit to its key (one
ciphertext can be made to open under two), but two data keys with the same commitment would be a collision of SHA-256.
"""

import dataclasses
import hmac
from typing import Self

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from .errors import CommitmentError, TamperedError, WrappedKeyError
from .header import Header
from .memory import wipe

DATA_KEY_BYTES = 32
_INFO = b"kmsnb envelope: commitment, tag key, body key"


class MessageKeys:
    """The keys of one message, overwritten at the end of a ``with``.

    ``WrappedKeyError`` unless ``data_key`` has 32 bytes.
    """

    def __init__(self, data_key: bytearray, header: Header) -> None:
        if len(data_key) != DATA_KEY_BYTES:
            raise WrappedKeyError(
                f"A data key has {DATA_KEY_BYTES} bytes; what was wrapped has {len(data_key)}."
            )
        self._derived = bytearray(96)
        HKDF(
            algorithm=hashes.SHA256(), length=96, salt=header.message_id, info=_INFO + header.fixed
        ).derive_into(data_key, self._derived)

    @property
    def commitment(self) -> bytes:
        return bytes(self._derived[:32])

    @property
    def body(self) -> memoryview:
        """The AES-256 key of the body: 32 bytes, overwritten with the rest."""
        return memoryview(self._derived)[64:]

    def tagged(self, header: Header) -> Header:
        """``header`` with this message's commitment and the tag over everything before it."""
        header = dataclasses.replace(header, commitment=self.commitment)
        return dataclasses.replace(header, tag=self._tag(header))

    def authenticate(self, header: Header) -> None:
        """Return if ``header`` was made with this data key and no byte of it has changed since.

        ``CommitmentError`` for another key, ``TamperedError`` for a changed byte. Both compare in constant time.
        """
        if not hmac.compare_digest(self.commitment, header.commitment):
            raise CommitmentError("The data key is not the one that this message was sealed with.")
        if not hmac.compare_digest(self._tag(header), header.tag):
            raise TamperedError("The header is not authentic: its tag does not match.")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        wipe([self._derived])

    def _tag(self, header: Header) -> bytes:
        return hmac.digest(memoryview(self._derived)[32:64], header.before_tag, "sha256")
