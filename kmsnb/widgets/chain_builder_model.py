"""A chain of one to five layers, sealed for real: what a stolen key opens, and what a replacement rewrites."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from botocore.exceptions import ClientError

from kmsnb import envelope
from kmsnb.envelope import AesGcm, AesKwp, ChainKey, EnvelopeError, Kms, RsaOaep
from kmsnb.figures.key_chain import Link, links, taken

ALGORITHMS: Mapping[str, AesGcm | AesKwp | RsaOaep] = {
    "AES-GCM": AesGcm(),
    "AES-KWP": AesKwp(),
    "RSA-OAEP": RsaOaep(2048),  # the smallest: its key is made in tens of milliseconds
}
MOST_LAYERS = 5
NOTHING = "nothing"
PERMISSION = "permission to use the KMS key"
KMS_KEY = "the KMS key"
EVERYTHING = "everything: encrypt the data again"
_PLAINTEXT = b"a line of the letter\n" * 4762  # 100,002 bytes


@dataclass(frozen=True)
class Outcome:
    """The message after the replacement, and what a key that was stolen before it opens.

    ``links`` are its keys and its data, from the data outwards; ``calls`` is the number of calls to KMS that opening
    it takes. ``now`` and ``before`` say what the stolen key does to the message as it is now, and to a copy from before
    the replacement: ``opens``, the name of an error, or empty if there is nothing to try.
    """

    links: tuple[Link, ...]
    plaintext_bytes: int
    header_bytes: int
    calls: int
    now: str = ""
    before: str = ""

    @property
    def root_taken(self) -> bool:
        """Whether someone opens the message by permission to use the KMS key."""
        return all(link.state == "opens" for link in self.links)

    @property
    def rewritten(self) -> tuple[Link, ...]:
        """What the replacement rewrote."""
        return tuple(link for link in self.links if link.rewritten)


@dataclass
class _Message:
    sealed: bytes
    keys: tuple[ChainKey, ...] = field(repr=False)
    calls: int


@dataclass
class ChainBuilderModel:
    """A message under the KMS key ``root``; ``new_root`` replaces it.

    ``algorithms`` name what wraps the data key, KEK 1 and so on; KMS wraps the last. ``taken`` is one of ``keys``,
    ``replaced`` one of ``replaceable``.
    """

    kms: Any = field(repr=False)
    root: str
    new_root: str
    algorithms: tuple[str, ...] = ("AES-GCM", "AES-KWP")
    taken: str = NOTHING
    replaced: str = NOTHING
    _messages: dict[tuple[str, ...], _Message] = field(default_factory=dict, init=False, repr=False)

    @property
    def local_keys(self) -> tuple[str, ...]:
        """The keys outside KMS, from the data outwards."""
        return ("data key", *(f"KEK {number}" for number in range(1, len(self.algorithms) + 1)))

    @property
    def keys(self) -> tuple[str, ...]:
        """What may be stolen."""
        return (NOTHING, *self.local_keys, PERMISSION)

    @property
    def replaceable(self) -> tuple[str, ...]:
        """What may be replaced."""
        return (NOTHING, *self.local_keys[1:], KMS_KEY, EVERYTHING)

    @property
    def makes_rsa_keys(self) -> bool:
        """Whether the next ``run`` has to make an RSA key, which takes a moment."""
        return "RSA-OAEP" in self.algorithms and self.algorithms not in self._messages

    def run(self) -> Outcome:
        """Seal and open, let someone steal the key, replace, and let them try again.

        Raises ``ChainError`` for layers that cannot wrap each other, ``ValueError`` for a name that is not on the list.
        """
        if self.taken not in self.keys or self.replaced not in self.replaceable:
            raise ValueError(f"This chain has no {self.taken!r} to take, or no {self.replaced!r} to replace.")
        message = self._sealed()
        now = self._replace(message)
        chain = _marked(message.sealed, now)
        now_try = self._try(message, now)
        if now_try == "opens":
            chain = taken(chain, 1 + self._position)
        return Outcome(
            chain,
            len(_PLAINTEXT),
            envelope.describe(now).header_bytes,
            message.calls,
            now_try,
            self._try(message, message.sealed) if self.replaced != NOTHING else "",
        )

    @property
    def _position(self) -> int:
        return self.keys.index(self.taken) - 1

    def _sealed(self) -> _Message:
        if self.algorithms not in self._messages:
            sealed = self._seal()
            calls: list[object] = []
            self.kms.meta.events.register("after-call.kms", lambda **_: calls.append(1), "chain-builder")
            try:
                with envelope.chain_keys(self.kms, sealed) as keys:
                    kept = tuple(ChainKey(key.position, bytearray(key.secret)) for key in keys)
            finally:
                self.kms.meta.events.unregister("after-call.kms", unique_id="chain-builder")
            self._messages[self.algorithms] = _Message(sealed, kept, len(calls))
        return self._messages[self.algorithms]

    def _seal(self) -> bytes:
        layers: list[AesGcm | AesKwp | RsaOaep | Kms] = [
            *(ALGORITHMS[name] for name in self.algorithms),
            Kms(self.root),
        ]
        return envelope.seal_chain(self.kms, layers, _PLAINTEXT)

    def _replace(self, message: _Message) -> bytes:
        if self.replaced == NOTHING:
            return message.sealed
        if self.replaced == EVERYTHING:
            return self._seal()
        if self.replaced == KMS_KEY:
            return envelope.rewrap(self.kms, message.sealed, self.new_root, key_id=self.root)
        layer = self.local_keys.index(self.replaced) - 1  # layer 0 is made with KEK 1
        new = ALGORITHMS[self.algorithms[layer]]
        return envelope.rewrap(self.kms, message.sealed, new, key_id=self.root, layer=layer)

    def _try(self, message: _Message, sealed: bytes) -> str:
        if self.taken == NOTHING:
            return ""
        try:
            if self.taken == PERMISSION:
                opened = envelope.unseal_chain(self.kms, sealed, key_id=self.root)
            else:
                opened = envelope.unseal_with(message.keys[self._position], sealed)
        except EnvelopeError as error:
            return type(error).__name__
        except ClientError as error:
            return error.response["Error"]["Code"]
        return "opens" if opened == _PLAINTEXT else "other data"


def _marked(before: bytes, now: bytes) -> tuple[Link, ...]:
    """The links of the message ``now``; what is not the same bytes as ``before`` is marked as rewritten."""
    was, is_now = _encrypted(before), _encrypted(now)
    return tuple(
        replace(link, rewritten=was[link.name] != is_now[link.name]) for link in links(envelope.describe(now))
    )


def _encrypted(sealed: bytes) -> dict[str, bytes]:
    """The wrapped keys and the data of a message, by their names."""
    described = envelope.describe(sealed)
    names = {f"wrapped {layer.wraps}": layer.wraps for layer in described.layers}
    found = {
        names[part.name]: sealed[part.offset : part.end] for part in described.parts if part.name in names
    }
    return {"data": sealed[described.header_bytes :], **found}
