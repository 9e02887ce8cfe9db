"""Text goes into a black box with a key: what comes out, and what can someone without the key do with it?"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import log

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kmsnb import broken, crypto

LONGEST_TEXT = 1000  # characters
LONGEST_KEY = 12  # bytes: as long a key as the attacker looks for
TRIES = 200  # keys of AES that the attacker guesses
PINS = 10_000

# letters in a thousand letters of English, a space every six characters or so
_ENGLISH = dict(
    zip(
        "etaoinsrhldcumfpgwybvkxjqz",
        (127, 91, 82, 75, 70, 67, 63, 60, 61, 40, 43, 28, 28, 24, 22, 19, 20, 24, 20, 15, 10, 8, 2, 2, 1, 1),
        strict=True,
    )
)
_RARE, _STRANGE = log(0.5), log(0.002)
_POINTS = [_STRANGE] * 256
for _value in range(32, 127):
    _POINTS[_value] = _RARE
for _letter, _count in _ENGLISH.items():
    _POINTS[ord(_letter)] = log(_count)
    _POINTS[ord(_letter.upper())] = log(_count) - 2
_POINTS[ord(" ")] = log(200)


@dataclass(frozen=True)
class Answer:
    """``out`` is what came out of the box; the rest says what two people can do with it."""

    out: bytes
    attack: str
    share: float | None  # of the text that the attacker reads, 0 to 1; None where there is nothing to compare
    reader: str


@dataclass
class BlackBoxModel:
    """``text`` through the box ``cipher`` (a name in ``CIPHERS``); ``key`` is a string that some boxes don't ask for."""

    text: str
    cipher: str = "Caesar"
    key: str = "3"

    @property
    def takes_key(self) -> bool:
        """Whether the learner chooses the key."""
        return self.cipher in ("Caesar", "repeating XOR")

    def run(self) -> Answer:
        """Encrypt, then attack the result. Raises ``ValueError`` with a clear message for unsuitable text or keys."""
        if not self.text:
            raise ValueError("Type some text first.")
        if len(self.text) > LONGEST_TEXT:
            raise ValueError(f"Use at most {LONGEST_TEXT:,} characters; this text has {len(self.text):,}.")
        with broken.for_learning():
            return CIPHERS[self.cipher](self.text, self.key)


def guess_shift(text: str) -> int:
    """The shift of Caesar's cipher, 1 to 25, that makes ``text`` look most like English when it is undone."""
    with broken.for_learning():
        return max(range(1, 26), key=lambda shift: _score(broken.caesar(text, -shift).encode()))


def guess_key(ciphertext: bytes) -> bytes:
    """The key, of at most ``LONGEST_KEY`` bytes, that makes a repeating XOR look most like English."""
    longest = max(1, min(LONGEST_KEY, len(ciphertext) // 2))
    alike = {size: _repeats(ciphertext, size) for size in range(1, longest + 1)}
    best = max(alike.values())
    # a multiple of the true length fits as well: the shortest that is nearly the best
    size = next(size for size, share in alike.items() if share >= 0.8 * best)
    key = bytes(_guess_byte(ciphertext[i::size]) for i in range(size))
    return next(key[:n] for n in range(1, size + 1) if size % n == 0 and key[:n] * (size // n) == key)


def _base64(text: str, _: str) -> Answer:
    out = crypto.to_base64(text.encode()).encode()
    read = crypto.from_base64(out.decode()).decode()
    return Answer(
        out,
        f"decodes it, as anyone can, and reads: {_short(read)}",
        _share(read, text),
        "does the same. There is no key.",
    )


def _sha256(text: str, _: str) -> Answer:
    out = crypto.sha256(text.encode())
    found = next((pin for pin in _pins() if hashlib.sha256(pin.encode()).digest() == out), None)
    attack = (
        f"hashes the {PINS:,} PINs of four digits, and finds this one: {found}"
        if found
        else f"hashes the {PINS:,} PINs of four digits. None has this hash, but a longer list of guesses could include the text."
    )
    return Answer(
        out,
        attack,
        1.0 if found else 0.0,
        "can't undo it either. Anyone who knows the text can compare hashes.",
    )


def _caesar(text: str, key: str) -> Answer:
    if not key.isdecimal() or not 1 <= int(key) <= 25:
        raise ValueError(f"Caesar's key is a whole number from 1 to 25, not {key!r}.")
    closed = broken.caesar(text, int(key))
    shift = guess_shift(closed)
    read = broken.caesar(closed, -shift)
    attack = f"tries all 25 keys, picks {shift}, and reads: {_short(read)}"
    return Answer(closed.encode(), attack, _share(read, text), "shifts back by the key and gets the text.")


def _xor(text: str, key: str) -> Answer:
    if not key:
        raise ValueError("This cipher needs a key of at least one character.")
    data = text.encode()
    closed = broken.xor_repeating(data, key.encode())
    guessed = guess_key(closed)
    read = broken.xor_repeating(closed, guessed)
    words = guessed.decode("utf-8", "replace")
    attack = f"searches for keys of up to {LONGEST_KEY} bytes, picks one of {_bytes(len(guessed))}, {words!r}, and reads: {_short(read.decode('utf-8', 'replace'))}"
    share = sum(a == b for a, b in zip(read, data, strict=True)) / len(data)
    return Answer(closed, attack, share, "XORs with the key again and gets the text.")


def _aes_gcm(text: str, _: str) -> Answer:
    key, data = crypto.new_aes_key(), text.encode()
    sealed = crypto.seal_aes_gcm(key, data)
    refused = sum(not _opens(crypto.new_aes_key(), sealed) for _ in range(TRIES))
    attack = (
        f"learns only that it hides {_bytes(len(data))}. Of {TRIES} keys tried, {refused} are rejected. "
        f"There are 2 to the power of 256 keys."
    )
    opened = "gets the text" if crypto.open_aes_gcm(key, sealed) == data else "gets different text"
    return Answer(sealed, attack, 0.0, f"decrypts it with the key and {opened}.")


#: The boxes, by name.
CIPHERS: dict[str, Callable[[str, str], Answer]] = {
    "Base64": _base64,
    "SHA-256": _sha256,
    "Caesar": _caesar,
    "repeating XOR": _xor,
    "AES-256-GCM": _aes_gcm,
}


def _opens(key: bytes, sealed: bytes) -> bool:
    nonce, ciphertext = sealed[: crypto.GCM_NONCE_BYTES], sealed[crypto.GCM_NONCE_BYTES :]
    try:
        AESGCM(key).decrypt(nonce, ciphertext, None)
    except InvalidTag:
        return False
    return True


def _pins() -> Iterable[str]:
    return (f"{number:04}" for number in range(PINS))


def _score(data: bytes) -> float:
    return sum(count * _POINTS[value] for value, count in Counter(data).items())


def _repeats(data: bytes, size: int) -> float:
    """How often two bytes a multiple of ``size`` apart are equal, among all such pairs."""
    pairs = equal = 0
    for i in range(size):
        column = Counter(data[i::size])
        length = column.total()
        pairs += length * (length - 1)
        equal += sum(count * (count - 1) for count in column.values())
    return equal / pairs if pairs else 0.0


def _guess_byte(column: bytes) -> int:
    counts = Counter(column).items()
    return max(range(256), key=lambda pad: sum(count * _POINTS[value ^ pad] for value, count in counts))


def _share(read: str, text: str) -> float:
    return sum(a == b for a, b in zip(read, text, strict=True)) / len(text)


def _short(text: str) -> str:
    return f"“{text[:56]}…”" if len(text) > 56 else f"“{text}”"


def _bytes(count: int) -> str:
    return f"{count:,} byte{'' if count == 1 else 's'}"
