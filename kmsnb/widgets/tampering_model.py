"""A sealed message of which one byte may be changed: what does AES-GCM open, and what would AES without its tag?"""

from dataclasses import dataclass
from typing import Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kmsnb.crypto import GCM_NONCE_BYTES, GCM_TAG_BYTES
from kmsnb.figures.byte_map import Field

Part = Literal["nonce", "ciphertext", "tag", "context"]


@dataclass(frozen=True)
class Opened:
    """What came out: ``checked`` by AES-GCM, or None if it refused; ``unchecked`` without a look at the tag."""

    checked: bytes | None
    unchecked: bytes


@dataclass
class TamperingModel:
    """``sealed`` is nonce (12 bytes), ciphertext and tag (16), made by AES-GCM under ``key`` with ``context``.

    ``part`` and ``byte`` choose a byte, ``change`` (0 to 255) is XORed onto it. ``ValueError`` if there is no
    message or no context.
    """

    key: bytes
    sealed: bytes
    context: bytes
    part: Part = "nonce"
    byte: int = 0
    change: int = 0

    def __post_init__(self) -> None:
        if len(self.sealed) <= GCM_NONCE_BYTES + GCM_TAG_BYTES:
            raise ValueError(
                f"A sealed message is a nonce of {GCM_NONCE_BYTES} bytes, a ciphertext of 1 or more and a tag of "
                f"{GCM_TAG_BYTES}; this one has {len(self.sealed)} bytes in all."
            )
        if not self.context:
            raise ValueError("There is no context to change: seal the message with one.")

    @property
    def data(self) -> bytes:
        """All four parts, one after another, as they were made."""
        return self.sealed + self.context

    @property
    def fields(self) -> tuple[Field, ...]:
        tag = len(self.sealed) - GCM_TAG_BYTES
        return (
            Field(0, GCM_NONCE_BYTES, "nonce", "New for each message. Not a secret."),
            Field(GCM_NONCE_BYTES, tag - GCM_NONCE_BYTES, "ciphertext", "As long as the message."),
            Field(tag, GCM_TAG_BYTES, "tag", "The seal over ciphertext, nonce and context."),
            Field(
                len(self.sealed),
                len(self.context),
                "context",
                "Not encrypted and not in the sealed message: you pass it when you decrypt.",
            ),
        )

    @property
    def number(self) -> int:
        """The position of the chosen part among the four."""
        return [field.name for field in self.fields].index(self.part)

    @property
    def chosen(self) -> Field:
        return self.fields[self.number]

    @property
    def at(self) -> int:
        """Where in ``data`` the chosen byte is; beyond the end of its part, the part's last byte."""
        return self.chosen.offset + min(self.byte, self.chosen.length - 1)

    @property
    def tried(self) -> bytes:
        """``data`` with the change made."""
        changed = bytearray(self.data)
        changed[self.at] ^= self.change
        return bytes(changed)

    def run(self) -> Opened:
        """Open what there is now, in both ways."""
        tried, size = self.tried, len(self.sealed)
        nonce, with_tag, context = tried[:GCM_NONCE_BYTES], tried[GCM_NONCE_BYTES:size], tried[size:]
        try:
            checked = AESGCM(self.key).decrypt(nonce, with_tag, context)
        except InvalidTag:
            checked = None
        # GCM encrypts in counter mode, and starts to count at 2 (SP 800-38D, 7.1: inc32 of J0)
        counter = Cipher(algorithms.AES(self.key), modes.CTR(nonce + (2).to_bytes(4, "big"))).decryptor()
        return Opened(checked, counter.update(with_tag[:-GCM_TAG_BYTES]) + counter.finalize())
