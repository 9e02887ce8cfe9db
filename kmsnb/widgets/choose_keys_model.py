"""Encrypt under one key and decrypt with another, or sign and verify: which of the keys of a group fit?"""

from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from kmsnb.figures.key_journey import Job, Outcome

_HASH = hashes.SHA256()
_OAEP = padding.OAEP(mgf=padding.MGF1(_HASH), algorithm=_HASH, label=None)
_PSS = padding.PSS(mgf=padding.MGF1(_HASH), salt_length=padding.PSS.DIGEST_LENGTH)
_MESSAGE = b"Lunch at noon?"


@dataclass(frozen=True)
class Journey:
    """What happened to the message. ``error`` is the library's, empty if nothing was refused; ``why`` explains it."""

    outcome: Outcome
    error: str
    why: str


@dataclass
class ChooseKeysModel:
    """A ``job`` for two keys out of the key pairs of some people: ``pairs`` has the private key of each by name.

    ``first`` and ``second`` are keys by name, such as ``Bea's public key``.
    """

    pairs: Mapping[str, rsa.RSAPrivateKey]
    job: Job = "encrypt"
    first: str = ""
    second: str = ""

    def __post_init__(self) -> None:
        if not self.pairs:
            raise ValueError("Give at least one key pair: a name, and the private key.")
        self.first = self.first or self.keys[0]
        self.second = self.second or self.keys[0]

    @property
    def keys(self) -> tuple[str, ...]:
        """The names of all keys: a public and a private one for each person."""
        return tuple(f"{owner}'s {half} key" for owner in self.pairs for half in ("public", "private"))

    def run(self) -> Journey:
        """Do it with the real keys. Raises ``ValueError`` for a key that nobody has."""
        return self._encrypt() if self.job == "encrypt" else self._sign()

    def _encrypt(self) -> Journey:
        (first, to), (second, reader) = self._key(self.first), self._key(self.second)
        if not isinstance(first, rsa.RSAPublicKey):
            return Journey("first refused", _missing(first, "encrypt"), "Encrypting takes a public key.")
        ciphertext = first.encrypt(_MESSAGE, _OAEP)
        if not isinstance(second, rsa.RSAPrivateKey):
            return Journey("second refused", _missing(second, "decrypt"), "A public key can't decrypt.")
        try:
            second.decrypt(ciphertext, _OAEP)
        except ValueError:
            why = f"{reader}'s private key and {to}'s public key aren't a pair."
            return Journey("second refused", "ValueError", why)
        return Journey("done", "", f"{reader} reads the message: these two keys are a pair.")

    def _sign(self) -> Journey:
        (first, signer), (second, checked) = self._key(self.first), self._key(self.second)
        if not isinstance(first, rsa.RSAPrivateKey):
            return Journey("first refused", _missing(first, "sign"), "Signing takes a private key.")
        signature = first.sign(_MESSAGE, _PSS, _HASH)
        open_to_all = "Anyone can read the message itself."
        if not isinstance(second, rsa.RSAPublicKey):
            why = f"Verifying takes a public key. {open_to_all}"
            return Journey("second refused", _missing(second, "verify"), why)
        try:
            second.verify(signature, _MESSAGE, _PSS, _HASH)
        except InvalidSignature:
            why = f"{checked}'s private key didn't sign it. {open_to_all}"
            return Journey("second refused", "InvalidSignature", why)
        return Journey("done", "", f"{signer}'s private key signed exactly this message. {open_to_all}")

    def _key(self, name: str) -> tuple[rsa.RSAPrivateKey | rsa.RSAPublicKey, str]:
        if name not in self.keys:
            raise ValueError(f"There is no {name!r}; use one of {', '.join(self.keys)}.")
        owner, _, half = name.removesuffix(" key").rpartition("'s ")
        private = self.pairs[owner]
        return (private if half == "private" else private.public_key()), owner


def _missing(key: rsa.RSAPrivateKey | rsa.RSAPublicKey, method: str) -> str:
    """The name of the error that ``key`` gives for a method that this half of a pair doesn't have."""
    try:
        getattr(key, method)
    except AttributeError as error:
        return type(error).__name__
    raise AssertionError(f"this key has a method {method}")
