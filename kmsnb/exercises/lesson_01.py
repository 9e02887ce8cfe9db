"""Lesson 01: What is encryption?"""

import base64
import binascii
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kmsnb import broken, crypto

from .model import Exercise, Mistake, NotAttempted, Option, Question, attempted

QUESTIONS = {
    "01.undo": Question(
        "A thief has a copy of `encoded`, `hashed` and `ciphertext`, and knows how each was made. The thief has not "
        "got `key`. From which of them can the thief compute the sentence?",
        (
            Option(
                "From all of them, given some days.",
                "From one it takes no time at all. For the other two, days do not help: no way back is known.",
            ),
            Option(
                "From `encoded` only.",
                "Base64 needs nothing but Base64. A hash has no way back, and a ciphertext opens with its key.",
                right=True,
            ),
            Option(
                "From `encoded` and `hashed`.",
                "Base64, yes. But 32 bytes of hash stand for texts of any length: there is nothing in them to "
                "compute the sentence from. The thief can only guess texts and compare.",
            ),
            Option(
                "From none of them.",
                "It looks so, but `encoded` was made with no secret at all, and opens with none.",
            ),
        ),
    ),
    "01.alphabet": Question(
        "Each letter is now replaced by another one, after a shuffled alphabet that only you know. Is the text safe?",
        (
            Option(
                "Yes: nobody can try so many alphabets.",
                "Nobody can, and nobody has to. The number of keys is needed for safety, but it is not enough.",
            ),
            Option(
                "No: a fast computer tries them all in a day.",
                "Not even at a billion alphabets a second: the next cell prints how many there are. The way in is "
                "another one.",
            ),
            Option(
                "No: nobody needs to try any of them.",
                "The alphabet changed the letters' names, and nothing else. Which is common, which are neighbours, "
                "where words end: all that is still there.",
                right=True,
            ),
        ),
    ),
    "01.repeat": Question(
        "The key is a word of five letters, used over and over. So E has no longer one stand-in, but five. Does that "
        "stop the attacker who counts?",
        (
            Option(
                "Yes: with five stand-ins, the counts level out.",
                "They level out over the whole text. But the attacker may pick the bytes to count.",
            ),
            Option(
                "No: each fifth byte met the same key letter.",
                "Taken alone, these bytes are one shuffled alphabet, as in section 2. Five small riddles, each easy.",
                right=True,
            ),
            Option(
                "Yes, unless somebody tells the attacker that it is five.",
                "The ciphertext tells it: what repeats leaves a rhythm. You measure it in a moment.",
            ),
        ),
    ),
    "01.flip": Question(
        "You encrypt the text with AES-256-GCM. Then again, all the same but for a single bit of the key. How many of "
        "the ciphertext's bits come out different?",
        (
            Option(
                "A single bit.",
                "So it would be if each bit of the key met one bit of the text. Then a key that is nearly right would "
                "read nearly all.",
            ),
            Option(
                "One in 256, as one of the key's 256 bits changed.",
                "That is the way of a repeating XOR, where each bit of the key has bits of its own in the text.",
            ),
            Option(
                "About half of them.",
                "As if you had thrown a coin for each. Nearly the right key is as good as none.",
                right=True,
            ),
            Option(
                "All of them.",
                "Then it would be enough to flip all bits back, and the first ciphertext would be there again. Half is "
                "what leaves no trace.",
            ),
        ),
    ),
    "01.shred": Question(
        "Elsie asks you to delete her data. Her record is encrypted under a key of its own, and it lies in 400 backups "
        "that nobody can change. The plaintext is deleted already. What must you destroy?",
        (
            Option(
                "Nothing more: without the plaintext, nobody can read the rest.",
                "Whoever holds the key makes the plaintext again, as you did in section 1.",
            ),
            Option(
                "Her record in each of the 400 backups.",
                "That would do, but these cannot be changed. And what about the copy that somebody took home?",
            ),
            Option(
                "The key that your program reads.",
                "If that is the only one. A second copy, on paper or in a backup of its own, opens all the 400 "
                "records.",
            ),
            Option(
                "All copies of her key.",
                "Then the 400 records are still there, and no more than noise.",
                right=True,
            ),
        ),
    ),
    "01.1": Question(
        "An auditor finds database passwords as Base64 text in a configuration file. The team says that they are "
        "encrypted. What is true?",
        (
            Option(
                "They are encrypted, but with a weak algorithm.",
                "Base64 is no encryption at all, weak or strong: there is no key in it.",
            ),
            Option(
                "They can be read by everyone who can read the file.",
                "Base64 is an encoding: it makes bytes fit for text. It is undone without any secret.",
                right=True,
            ),
            Option(
                "They are hashed, so the database cannot use them either.",
                "A hash could not be turned back into a password. Base64 can, by anyone.",
            ),
            Option(
                "They can be read on the team's own machines only.",
                "No machine has anything that another one lacks: there is no key.",
            ),
        ),
    ),
    "01.2": Question(
        "A company must be able to make one customer's data unreadable on demand, in write-once backups too. Which "
        "design allows it?",
        (
            Option(
                "Encrypt everything under one KMS key, and schedule that key's deletion on demand.",
                "With that key the data of all other customers would go, too.",
            ),
            Option(
                "Encrypt each customer's data under a key of its own, and delete this key on demand.",
                "Crypto-shredding. All copies of that key must go; a key that never leaves KMS has none outside.",
                right=True,
            ),
            Option(
                "Store only SHA-256 hashes of the data in the backups.",
                "Then nobody could restore anything from them: a hash has no way back.",
            ),
            Option(
                "Encrypt each customer's data under its own key, and keep the keys in the same backups.",
                "Write-once backups keep the keys as faithfully as the data.",
            ),
        ),
    ),
    "01.3": Question(
        "Which statements about a file that is encrypted with AES-256-GCM are true?",
        (
            Option(
                "It is safe only while the algorithm stays secret.",
                "The algorithm is a public standard. Only the key must be secret.",
            ),
            Option(
                "Whoever holds the key can read it, also when the original is deleted.",
                "That is the point of encryption: the plaintext comes back, for the holder of the key.",
                right=True,
            ),
            Option(
                "A key that is wrong in one bit reads most of it.",
                "It reads nothing: decryption stops with an error.",
            ),
            Option(
                "Its size tells how long the original was.",
                "The ciphertext is as long as the plaintext; a nonce and a tag of fixed size come on top.",
                right=True,
            ),
        ),
    ),
}

# a. What is it?

_KINDS = ("encoding", "hashing", "encryption")
_CASES = {
    "photo": ("encoding", "whoever gets the JSON must be able to make the photo again, without any secret"),
    "download": ("hashing", "everyone computes the same value from the file; no file comes out of it again"),
    "backup": ("encryption", "it comes back, and only for the one who holds the key"),
    "login": ("hashing", "the site can compare, and cannot turn back what it keeps"),
    "letter": ("encryption", "without the secret that the two share it stays shut"),
    "link": ("encoding", "every browser turns %20 back into a space"),
}

NOT_A_DICT = Mistake(
    "It should be the dictionary of the cell, with a word for each of the six entries.",
    'kinds = ["encoding"]',
)
OTHER_WORD = Mistake(
    'Each entry is one of three words: "encoding", "hashing" or "encryption".',
    """
kinds = {
    "photo": "Base64",
    "download": ...,
    "backup": ...,
    "login": ...,
    "letter": ...,
    "link": ...,
}
""",
)
OTHER_KIND = Mistake(
    "Not that one. Ask what it takes to undo it, and who can:",
    """
kinds = {
    "photo": "encryption",
    "download": ...,
    "backup": ...,
    "login": ...,
    "letter": ...,
    "link": ...,
}
""",
)
STILL_OPEN = Mistake(
    "So far so good. Still open:",
    """
kinds = {
    "photo": "encoding",
    "download": "hashing",
    "backup": ...,
    "login": ...,
    "letter": ...,
    "link": ...,
}
""",
)


def _examine_kinds(kinds: Any) -> Mistake | None:
    if not isinstance(kinds, dict) or not set(kinds) & set(_CASES):
        return NOT_A_DICT
    entries = {name: kinds.get(name, ...) for name in _CASES}
    waiting = [name for name, word in entries.items() if word is ...]
    if len(waiting) == len(_CASES):
        raise NotAttempted
    for name, word in entries.items():
        said = word.strip().lower() if isinstance(word, str) else word
        if said is not ... and said not in _KINDS:
            return _with(OTHER_WORD, f"`{name}` is something else.")
    for name, word in entries.items():
        right, reason = _CASES[name]
        if word is not ... and word.strip().lower() != right:
            return _with(OTHER_KIND, f"`{name}`: {reason}.")
    return _with(STILL_OPEN, ", ".join(f"`{name}`" for name in waiting) + ".") if waiting else None


# b. Crack Caesar

_SECRETS = (
    (
        (
            "Every evening the three men met in the kitchen of the little green house, and then they went down to the "
            "sea. They never told the others where they had been."
        ),
        7,
    ),
    (
        (
            "WE NEED THE LETTER BEFORE THE WEEKEND: SEND IT TO THE OTHER ADDRESS, THE ONE THAT WE USED WHEN THE WEATHER "
            "WAS BETTER."
        ),
        19,
    ),
    (
        "The keeper of the keys sleeps between eleven and seven; the gate is never left open then. See the sketch!",
        25,
    ),
)

SHIFTS_ON = Mistake(
    "It shifts further on instead of back. `broken.caesar(text, -shift)` undoes a shift.",
    """
def crack(ciphertext):
    with broken.for_learning():
        tries = {shift: broken.caesar(ciphertext, -shift) for shift in range(26)}
        best = max(tries, key=lambda shift: tries[shift].lower().count("e"))
        return broken.caesar(ciphertext, best)
""",
)
ONE_SHIFT = Mistake(
    "It undoes one and the same shift, whatever it gets. Try all 25, and choose the one that looks like English.",
    """
def crack(ciphertext):
    with broken.for_learning():
        return broken.caesar(ciphertext, -3)
""",
)
THE_SHIFT = Mistake(
    "It returns the shift. Return the text that comes out when this shift is undone.",
    """
def crack(ciphertext):
    with broken.for_learning():
        tries = {shift: broken.caesar(ciphertext, -shift) for shift in range(26)}
    return max(tries, key=lambda shift: tries[shift].lower().count("e"))
""",
)
SMALL_ONLY = Mistake(
    "It cracks the texts in small letters, and fails on one in capitals. Treat `E` and `e` alike: `.lower()`.",
    """
def crack(ciphertext):
    with broken.for_learning():
        tries = [broken.caesar(ciphertext, -shift) for shift in range(26)]
    return max(tries, key=lambda text: text.count("e"))
""",
)
OTHER_CASE = Mistake(
    "The right letters, but not the text: capitals, spaces and commas must stay as they were.",
    """
def crack(ciphertext):
    with broken.for_learning():
        tries = [broken.caesar(ciphertext, -shift).lower() for shift in range(26)]
    return max(tries, key=lambda text: text.count("e"))
""",
)
ALL_TRIES = Mistake(
    "It returns more than one thing. Return one text alone, without its shift: the one in which E is most common, say.",
    """
def crack(ciphertext):
    with broken.for_learning():
        return [broken.caesar(ciphertext, -shift) for shift in range(26)]
""",
)
CIPHERTEXT_BACK = Mistake(
    "It returns the ciphertext as it came. Undo each of the 25 shifts, and choose.",
    """
def crack(ciphertext):
    return ciphertext
""",
)
NO_TEXT = Mistake(
    "It returns no text (no `str`). End it with `return`, and the plaintext as a text.",
    """
def crack(ciphertext):
    with broken.for_learning():
        tries = [broken.caesar(ciphertext, -shift) for shift in range(26)]
        max(tries, key=lambda text: text.lower().count("e"))
""",
)
OTHER_GUESS = Mistake(
    "It does not return the plaintext. Try all 25, and choose the text that looks like English: count the letter E, or look for the "
    "word *the*. Return all of it.",
    """
def crack(ciphertext):
    with broken.for_learning():
        tries = [broken.caesar(ciphertext, -shift) for shift in range(26)]
    return max(tries, key=lambda text: text.lower().count("q"))
""",
)
BEGINNING = Mistake(
    "That is the plaintext, but its beginning only. Return all of it.",
    """
def crack(ciphertext):
    with broken.for_learning():
        tries = [broken.caesar(ciphertext, -shift) for shift in range(26)]
    return max(tries, key=lambda text: text.lower().count("e"))[:60]
""",
)
NO_BLOCK = Mistake(
    "`broken.caesar` refuses outside `with broken.for_learning():`. Put the call inside such a block.",
    """
def crack(ciphertext):
    return broken.caesar(ciphertext, -3)
""",
)


def _examine_crack(crack: Callable[..., Any]) -> Mistake | None:
    found = []
    for plaintext, shift in _SECRETS:
        with broken.for_learning():
            ciphertext = broken.caesar(plaintext, shift)
        try:
            found.append((attempted(crack(ciphertext)), plaintext, ciphertext, shift))
        except broken.BrokenError:
            return NO_BLOCK
    if all(result == plaintext for result, plaintext, _, _ in found):
        return None
    if any(isinstance(result, list | tuple | dict | set) for result, *_ in found):
        return ALL_TRIES
    if any(isinstance(result, int) and not isinstance(result, bool) for result, *_ in found):
        return THE_SHIFT
    # the second text is the one in capitals
    if [result == plaintext for result, plaintext, _, _ in found] == [True, False, True]:
        return SMALL_ONLY
    if not all(isinstance(result, str) for result, *_ in found):
        return NO_TEXT
    return _wrong_text(found)


def _wrong_text(found: list[tuple[str, str, str, int]]) -> Mistake:
    with broken.for_learning():
        doubled = [broken.caesar(ciphertext, shift) for _, _, ciphertext, shift in found]
        undone = [
            next((n for n in range(1, 26) if broken.caesar(ciphertext, -n) == result), None)
            for result, _, ciphertext, _ in found
        ]
    if all(result == ciphertext for result, _, ciphertext, _ in found):
        return CIPHERTEXT_BACK
    if all(_letters(result) == _letters(plaintext) for result, plaintext, _, _ in found):
        return OTHER_CASE
    if all(result and plaintext.startswith(result) for result, plaintext, _, _ in found):
        return BEGINNING
    if [result for result, *_ in found] == doubled:
        return SHIFTS_ON
    if undone[0] and len(set(undone)) == 1:
        return ONE_SHIFT
    return OTHER_GUESS


def _letters(text: str) -> str:
    return "".join(filter(str.isalpha, text)).lower()


# c. Seal

NOTHING_RETURNED = Mistake(
    "It returns no bytes. Return `nonce + ciphertext`.",
    """
def seal(key, text):
    nonce = os.urandom(12)
    AESGCM(key).encrypt(nonce, text.encode(), None)
""",
)
A_PAIR = Mistake(
    "It returns the nonce and the ciphertext as two things. Return one: `nonce + ciphertext`.",
    """
def seal(key, text):
    nonce = os.urandom(12)
    return nonce, AESGCM(key).encrypt(nonce, text.encode(), None)
""",
)
A_TEXT = Mistake(
    "It returns a text. Return the bytes themselves: `nonce + ciphertext`.",
    """
def seal(key, text):
    nonce = os.urandom(12)
    return (nonce + AESGCM(key).encrypt(nonce, text.encode(), None)).hex()
""",
)
NO_ENCODE = Mistake(
    "AES-GCM takes bytes, and `text` is a text. `text.encode()` makes bytes of it.",
    """
def seal(key, text):
    nonce = os.urandom(12)
    return nonce + AESGCM(key).encrypt(nonce, text, None)
""",
)
NO_NONCE = Mistake(
    "The nonce is not in what it returns, and without it nobody can decrypt. It is no secret: return `nonce + ciphertext`.",
    """
def seal(key, text):
    return AESGCM(key).encrypt(os.urandom(12), text.encode(), None)
""",
)
NONCE_LAST = Mistake(
    "The nonce stands last. The reader takes the *first* 12 bytes for it: return `nonce + ciphertext`.",
    """
def seal(key, text):
    nonce = os.urandom(12)
    return AESGCM(key).encrypt(nonce, text.encode(), None) + nonce
""",
)
SAME_NONCE = Mistake(
    "It takes the same nonce each time. A nonce is good for one message under a key: `os.urandom(12)`, in the function.",
    """
def seal(key, text):
    nonce = bytes(12)
    return nonce + AESGCM(key).encrypt(nonce, text.encode(), None)
""",
)
OWN_KEY = Mistake(
    "The reader cannot open it. The reader takes `key`, the first 12 bytes for the nonce, the rest for the ciphertext, and "
    "None for extra data: is it the same with you?",
    """
def seal(key, text):
    nonce = os.urandom(12)
    own = AESGCM.generate_key(bit_length=256)
    return nonce + AESGCM(own).encrypt(nonce, text.encode(), None)
""",
)
READABLE = Mistake(
    "The text stands in what it returns, for everyone who decodes it. That is no encryption: use `AESGCM(key).encrypt`.",
    """
def seal(key, text):
    import base64
    return base64.b64encode(text.encode())
""",
)
OTHER_TEXT = Mistake(
    "It opens, but what comes out is not the `text` that went in, byte for byte.",
    """
def seal(key, text):
    nonce = os.urandom(12)
    return nonce + AESGCM(key).encrypt(nonce, text.strip().encode(), None)
""",
)
_TEXTS = (" Abe Slaney, Elrige's farm ", "Come here at once: é", "")


def _examine_seal(seal: Callable[..., Any]) -> Mistake | None:
    for text in _TEXTS:
        key = crypto.new_aes_key()
        try:
            one, two = attempted(seal(key, text)), seal(key, text)
        except TypeError as error:
            if str(error) == _refusal_of_a_text():
                return NO_ENCODE
            raise
        if isinstance(one, tuple | list):
            return A_PAIR
        if text and _shows(one, text):
            return READABLE
        if isinstance(one, str):
            return A_TEXT
        if not isinstance(one, bytes | bytearray):
            return NOTHING_RETURNED
        if (mistake := _opened(key, bytes(one), text)) is not None:
            return mistake
        if one[:12] == two[:12]:
            return SAME_NONCE
    return None


@cache
def _refusal_of_a_text() -> str:
    """What AES-GCM says when it is handed a text for bytes."""
    try:
        AESGCM(bytes(crypto.AES_KEY_BYTES)).encrypt(bytes(crypto.GCM_NONCE_BYTES), "text", None)  # type: ignore[arg-type]
    except TypeError as error:
        return str(error)
    raise AssertionError("AES-GCM took a text")


def _opened(key: bytes, sealed: bytes, text: str) -> Mistake | None:
    data = text.encode()
    try:
        return None if crypto.open_aes_gcm(key, sealed) == data else OTHER_TEXT
    except crypto.CryptoError:
        pass
    if len(sealed) == len(data) + crypto.GCM_TAG_BYTES:
        return NO_NONCE
    try:
        crypto.open_aes_gcm(key, sealed[-12:] + sealed[:-12])
    except crypto.CryptoError:
        return OWN_KEY
    return NONCE_LAST


def _shows(result: Any, text: str) -> bool:
    if isinstance(result, str):
        result = result.encode()
    if not isinstance(result, bytes | bytearray):
        return False
    seen = [bytes(result)]
    for decode in (base64.b64decode, bytes.fromhex):
        try:
            seen.append(decode(bytes(result).decode()))
        except (ValueError, binascii.Error):
            continue
    return any(text.strip().encode() in each for each in seen)


def _with(mistake: Mistake, detail: str) -> Mistake:
    return replace(mistake, says=f"{mistake.says} {detail}")


_IMPORTS = """
import os
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
"""


def _runs(*mistakes: Mistake, imports: str) -> tuple[Mistake, ...]:
    """The mistakes with what their examples import, which the notebook has imported long ago."""
    return tuple(replace(each, example=imports + each.example) for each in mistakes)


EXERCISES = {
    "01.a": Exercise(
        task="Say of six cases whether they are encoding, hashing or encryption.",
        answer_name="kinds",
        stub="""
kinds = {
    "photo": ...,
    "download": ...,
    "backup": ...,
    "login": ...,
    "letter": ...,
    "link": ...,
}
""",
        examine=_examine_kinds,
        mistakes=(NOT_A_DICT, OTHER_WORD, OTHER_KIND, STILL_OPEN),
        hints=(
            "Ask of each: can it be undone? By whom?",
            "By everyone: encoding. By nobody: hashing. By the holder of a key: encryption. Each occurs twice.",
        ),
        solution="""
kinds = {
    "photo": "encoding",
    "download": "hashing",
    "backup": "encryption",
    "login": "hashing",
    "letter": "encryption",
    "link": "encoding",
}
""",
    ),
    "01.b": Exercise(
        task="Crack a text that was shifted as Caesar did, without its key.",
        answer_name="crack",
        stub="""
def crack(ciphertext):
    return ...
""",
        examine=_examine_crack,
        mistakes=_runs(
            SHIFTS_ON,
            ONE_SHIFT,
            THE_SHIFT,
            SMALL_ONLY,
            OTHER_CASE,
            ALL_TRIES,
            CIPHERTEXT_BACK,
            NO_TEXT,
            OTHER_GUESS,
            BEGINNING,
            NO_BLOCK,
            imports="from kmsnb import broken\n",
        ),
        hints=(
            (
                "Make all the tries first: `broken.caesar(ciphertext, -shift)` for each shift, inside "
                "`with broken.for_learning():`."
            ),
            "Which try looks most like English? The one with the most E in it: `text.lower().count('e')`.",
            "`max(tries, key=…)` finds the try for which a function gives the largest number.",
        ),
        solution="""
from kmsnb import broken

def crack(ciphertext):
    with broken.for_learning():
        tries = [broken.caesar(ciphertext, -shift) for shift in range(26)]
    return max(tries, key=lambda text: text.lower().count("e"))
""",
    ),
    "01.c": Exercise(
        task="Encrypt a text with AES-256-GCM so that the holder of the key can open it.",
        answer_name="seal",
        stub="""
def seal(key, text):
    return ...
""",
        examine=_examine_seal,
        mistakes=_runs(
            NOTHING_RETURNED,
            A_PAIR,
            A_TEXT,
            NO_ENCODE,
            NO_NONCE,
            NONCE_LAST,
            SAME_NONCE,
            OWN_KEY,
            READABLE,
            OTHER_TEXT,
            imports=_IMPORTS,
        ),
        hints=(
            "Three steps: draw a nonce, encrypt, put the two together. Section 1 has the first two.",
            "`os.urandom(12)` is a fresh nonce; `AESGCM(key).encrypt(nonce, text.encode(), None)` is the ciphertext.",
        ),
        solution=f"""{_IMPORTS}
def seal(key, text):
    nonce = os.urandom(12)
    return nonce + AESGCM(key).encrypt(nonce, text.encode(), None)
""",
    ),
}
