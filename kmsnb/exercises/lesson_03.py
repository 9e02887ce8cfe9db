"""Lesson 03: Asymmetric encryption."""

import random
from collections.abc import Callable, Sequence
from functools import cache, reduce
from itertools import combinations
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kmsnb import crypto

from .model import Exercise, Mistake, NotAttempted, Option, Question, attempted

QUESTIONS = {
    "03.letter": Question(
        "Ana encrypts a letter under Bea's public key and keeps no copy of it. Who can read it now?",
        (
            Option(
                "Ana and Bea.",
                "Ana wrote it, but all she used is Bea's public key, and that key does not open. She is as shut out now "
                "as everyone else.",
            ),
            Option(
                "Bea.", "What the public key closes, the private key opens, and only Bea has it.", right=True
            ),
            Option(
                "Everyone who has Bea's public key.",
                "That would be everyone. A public key only closes: that is why it may be public.",
            ),
        ),
    ),
    "03.lock": Question(
        "Which picture fits encryption with a key pair?",
        (
            Option(
                "A locker in a bank: it opens with your key and the banker's together.",
                "There are two keys in it, but both are needed for one act. Section 1 never needed both: Ana closed with "
                "one, Bea opened with the other. The locker is called dual control, and you build it next.",
            ),
            Option(
                "A mailbox with a slot: anybody drops a letter in, one key opens it.",
                "The slot is the public key, and the little key to the door is the private one.",
                right=True,
            ),
            Option(
                "A front door: the key that locked it in the morning unlocks it at night.",
                "One key for both is symmetric encryption, the subject of lesson 02.",
            ),
        ),
    ),
    "03.halves": Question(
        "A key of 256 bits shall be used only when two bankers agree. You give one of them the first 128 bits, the other "
        "one the rest. What has a dishonest banker gained, alone?",
        (
            Option(
                "Nothing: half a key does not open anything.",
                "It opens nothing by itself. But half the guessing is done for them, and the more people you cut "
                "the key for, the less is left.",
            ),
            Option(
                "Half of the key: 128 bits are left to guess.",
                "128 bits are still beyond anyone's reach. But the key was to have 256, and cut for four people, three of "
                "them would have 64 left to guess.",
                right=True,
            ),
            Option(
                "The key: the other half can be computed from it.",
                "The bits of a good key are independent of each other: half of them say nothing about the others.",
            ),
        ),
    ),
    "03.guess": Question(
        "Ana's ciphertext is known to hide either `yes` or `no`. Mal encrypts both words under Bea's public key and compares. "
        "What does she learn, when RSA is used as programs use it?",
        (
            Option(
                "The word: one of her two ciphertexts is Ana's.",
                "So it would be with the bare arithmetic: you see that next. That is why no program uses RSA bare.",
            ),
            Option(
                "Nothing: each encryption of a word looks different.",
                "Fresh random bytes are mixed in first. The step that does so is the padding, OAEP here.",
                right=True,
            ),
            Option(
                "Nothing: Mal cannot encrypt with Bea's public key.",
                "She can. A public key is for everyone, and Mal is someone.",
            ),
        ),
    ),
    "03.oaep": Question(
        "Bea's key has 2,048 bits, which is 256 bytes. How large a plaintext does one call of `encrypt` take?",
        (
            Option(
                "Less than 256 bytes.",
                "The padding goes into the same 256 bytes. How much is left is measured next.",
                right=True,
            ),
            Option(
                "Just 256 bytes.",
                "The padded message must fit into the 256 bytes, and the padding is not free.",
            ),
            Option(
                "Any size, cut into blocks of 256 bytes.",
                "AES is used that way, with a mode such as GCM. RSA is not: one call takes one small message.",
            ),
        ),
    ),
    "03.speed": Question(
        "Bea decrypts. How much more data does AES get through in a second than RSA, on the same machine?",
        (
            Option(
                "About the same.",
                "RSA raises numbers of hundreds of digits to powers of hundreds of digits, for each 190 bytes. AES mixes "
                "16 bytes at a time, by an instruction that most processors have.",
            ),
            Option("Some 10 times more.", "The gap is much wider. Measure it."),
            Option("More than 100 times.", "And often more than 1,000 times. Measure it.", right=True),
        ),
    ),
    "03.sign": Question(
        "Ana signs a letter with her private key and sends letter and signature. Mal catches both, and has Ana's public key. "
        "What can Mal do?",
        (
            Option(
                "Neither read the letter nor change it unnoticed.",
                "The second half is right. But a signature hides nothing: the letter travels beside it as it is.",
            ),
            Option(
                "Read the letter, but not change it unnoticed.",
                "A signature protects against change, and says whose key made it. It does not hide.",
                right=True,
            ),
            Option(
                "Read the letter, and change it unnoticed.",
                "She would have to sign what she changed, and that takes Ana's private key. The public key only checks.",
            ),
        ),
    ),
    "03.photo": Question(
        "A photograph has 61,306 bytes, and Bea's public key takes 190 at a time. How does Ana send it so that "
        "only Bea sees it?",
        (
            Option(
                "In 323 pieces, each encrypted under Bea's public key.",
                "It could be done, slowly, and the result would be a third longer. Worse: nothing would say that a piece is "
                "missing, or that two have changed places.",
            ),
            Option(
                "Under a fresh AES key, and that key under Bea's public key.",
                "The large thing by the fast cipher, and the small key by the one that needs no shared secret.",
                right=True,
            ),
            Option(
                "Under a fresh AES key, which she then reads to Bea on the phone.",
                "Then they have the problem of lesson 02 again: how does a secret key get to the other side?",
            ),
            Option(
                "Under an RSA key that is large enough for it.",
                "It would need close to half a million bits. To make and to use such a key is out of the question.",
            ),
        ),
    ),
    "03.1": Question(
        "A partner has no AWS credentials. They must encrypt short messages that only your account can decrypt. "
        "Which KMS key do you create?",
        (
            Option(
                "A symmetric encryption key; the partner gets its ARN.",
                "To encrypt with it the partner would have to call KMS, which takes credentials.",
            ),
            Option(
                "An RSA key with usage ENCRYPT_DECRYPT; the partner gets its public key.",
                "You download the public key; the partner encrypts anywhere, and only KMS can decrypt.",
                right=True,
            ),
            Option(
                "An elliptic-curve key with usage SIGN_VERIFY; the partner gets its public key.",
                "It verifies signatures. It encrypts nothing.",
            ),
            Option(
                "An HMAC key; the partner gets a copy of it.",
                "An HMAC key encrypts nothing, and KMS does not hand out a copy.",
            ),
        ),
    ),
    "03.2": Question(
        "Devices without a network must check that an update comes from your company. They may be taken apart by anyone. "
        "What do you use?",
        (
            Option(
                "A key pair for signatures; its public key is in each device.",
                "Whoever takes a device apart finds a key that can check, and cannot sign.",
                right=True,
            ),
            Option(
                "A shared secret for HMAC; a copy of it is in each device.",
                "Whoever can check an HMAC can also make one: one opened device, and anyone can forge an update.",
            ),
            Option(
                "A key pair for encryption; the update is encrypted under its public key.",
                "Anyone can encrypt under a public key, so that says nothing about where the update comes from.",
            ),
        ),
    ),
    "03.3": Question(
        "Which statements about the public key of a pair are true?",
        (
            Option(
                "It must be kept as safe as the private key.",
                "It may be printed in a newspaper. What it must be is genuine.",
            ),
            Option(
                "Who uses it must be sure whose key it is.",
                "A public key of Mal's with Bea's name on it would have letters for Bea encrypted for Mal.",
                right=True,
            ),
            Option(
                "It can be computed from the private key.",
                "So a lost public key is no loss. The other direction is what nobody can do.",
                right=True,
            ),
            Option(
                "It decrypts what it encrypted, for the sender's own records.",
                "It closes and never opens. A sender who wants to read the letter again keeps a copy.",
            ),
        ),
    ),
}

# a. who can do what

PEOPLE = ("Ana", "Bea", "Mal")
_TRUTH = {
    "encrypt for Bea": {"Ana": True, "Bea": True, "Mal": True},
    "decrypt for Bea": {"Ana": False, "Bea": True, "Mal": False},
    "sign as Ana": {"Ana": True, "Bea": False, "Mal": False},
    "verify Ana": {"Ana": True, "Bea": True, "Mal": True},
}


def _matrix(**rows: str) -> str:
    """The source of a matrix; each row three letters: y, n or . for a cell that is left open."""
    words = {"y": "True", "n": "False", ".": "..."}
    given = zip(_TRUTH, (rows[name] for name in ("encrypt", "decrypt", "sign", "verify")), strict=True)
    lines = "".join(
        f'    "{deed}": {{'
        + ", ".join(f'"{who}": {words[letter]}' for who, letter in zip(PEOPLE, row, strict=True))
        + "},\n"
        for deed, row in given
    )
    return f"\ncan = {{\n{lines}}}\n"


NO_MATRIX = Mistake(
    "`can` must stay as it was: for each of the four deeds a dictionary with `Ana`, `Bea` and `Mal`. Replace the `...` only.",
    'can = {"encrypt for Bea": True}',
)
NO_TRUTH_VALUE = Mistake(
    "Write `True` or `False` in each place.",
    _matrix(encrypt="yyy", decrypt="nyn", sign="ynn", verify="yyy").replace("True", '"yes"'),
)
STILL_OPEN = Mistake(
    "So far so good, but some places still hold `...`.",
    _matrix(encrypt="yyy", decrypt="...", sign="...", verify="..."),
)
ENCRYPT = Mistake(
    "`encrypt for Bea`: you left someone out. It takes Bea's public key. Who has no copy of that?",
    _matrix(encrypt="ynn", decrypt="nyn", sign="ynn", verify="yyy"),
)
DECRYPT_SENDER = Mistake(
    "`decrypt for Bea`: Ana cannot. She may have written the letter, but the key that closed it does not open it.",
    _matrix(encrypt="yyy", decrypt="yyn", sign="ynn", verify="yyy"),
)
DECRYPT_MAL = Mistake(
    "`decrypt for Bea`: Mal cannot. She has every public key, and none of them decrypts.",
    _matrix(encrypt="yyy", decrypt="nyy", sign="ynn", verify="yyy"),
)
DECRYPT_BEA = Mistake(
    "`decrypt for Bea`: then nobody could read what is sent to Bea. Who holds her private key?",
    _matrix(encrypt="yyy", decrypt="nnn", sign="ynn", verify="yyy"),
)
SIGN_OTHERS = Mistake(
    "`sign as Ana`: if someone else could, her signature would prove nothing. It takes her private key.",
    _matrix(encrypt="yyy", decrypt="nyn", sign="yyy", verify="yyy"),
)
SIGN_ANA = Mistake(
    "`sign as Ana`: Ana herself can. Signing is the one deed for which she needs her own private key here.",
    _matrix(encrypt="yyy", decrypt="nyn", sign="nnn", verify="yyy"),
)
VERIFY = Mistake(
    "`verify Ana`: you left someone out. To check a signature takes Ana's public key, and no secret.",
    _matrix(encrypt="yyy", decrypt="nyn", sign="ynn", verify="nyn"),
)


def _examine_matrix(can: Any) -> Mistake | None:
    if not isinstance(can, dict) or set(can) != set(_TRUTH):
        return NO_MATRIX
    if not all(isinstance(row, dict) and set(row) == set(PEOPLE) for row in can.values()):
        return NO_MATRIX
    cells = [can[deed][who] for deed in _TRUTH for who in PEOPLE]
    if all(cell is ... for cell in cells):
        raise NotAttempted
    if not all(cell is ... or isinstance(cell, bool) for cell in cells):
        return NO_TRUTH_VALUE
    trials = (
        ("encrypt for Bea", PEOPLE, ENCRYPT),
        ("decrypt for Bea", ("Ana",), DECRYPT_SENDER),
        ("decrypt for Bea", ("Mal",), DECRYPT_MAL),
        ("decrypt for Bea", ("Bea",), DECRYPT_BEA),
        ("sign as Ana", ("Bea", "Mal"), SIGN_OTHERS),
        ("sign as Ana", ("Ana",), SIGN_ANA),
        ("verify Ana", PEOPLE, VERIFY),
    )
    for deed, people, mistake in trials:
        if any(can[deed][who] is (not _TRUTH[deed][who]) for who in people):
            return mistake
    return STILL_OPEN if ... in cells else None


# b. shares of a key

NO_SHARES = Mistake(
    "It must return a list of as many shares as there are `holders`, each of them bytes.",
    """
import secrets

def split(key, holders):
    share = secrets.token_bytes(len(key))
    return share, bytes(k ^ s for k, s in zip(key, share))
""",
)
CUT = Mistake(
    "The shares are shorter than the key. A piece of the key gives that piece away: each share must be as long as the key, "
    "and say nothing about it.",
    """
def split(key, holders):
    size = -(-len(key) // holders)
    return [key[n * size : (n + 1) * size] for n in range(holders)]
""",
)
NOT_THE_KEY = Mistake(
    "All shares together, XORed with each other, do not give the key.",
    """
import secrets

def split(key, holders):
    return [secrets.token_bytes(len(key)) for _ in range(holders)]
""",
)
TOO_FEW = Mistake(
    "Some of the holders can make the key without the others. Only one share may be computed from the key, and it must "
    "need all the others.",
    """
import secrets

def split(key, holders):
    same = secrets.token_bytes(len(key))
    last = bytes(k ^ s for k, s in zip(key, same)) if holders % 2 == 0 else key
    return [same] * (holders - 1) + [last]
""",
)
PIECE = Mistake(
    "A piece of the key stands in a share as it is, or in what some of the holders can make of theirs. Random shares must be "
    "random in every byte: `secrets.token_bytes(len(key))`.",
    """
import secrets

def split(key, holders):
    half = len(key) // 2
    shares = [secrets.token_bytes(half) + bytes(len(key) - half) for _ in range(holders - 1)]
    last = key
    for share in shares:
        last = bytes(a ^ b for a, b in zip(last, share))
    return shares + [last]
""",
)
NOT_FRESH = Mistake(
    "A share can be known beforehand: it is the same in each call, or comes from `random`, which can be predicted. Draw it "
    "with `secrets.token_bytes`.",
    """
import random

def split(key, holders):
    shares = [random.randbytes(len(key)) for _ in range(holders - 1)]
    last = key
    for share in shares:
        last = bytes(a ^ b for a, b in zip(last, share))
    return shares + [last]
""",
)


_RUN = 8  # bytes


def _xor(one: bytes, two: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, two, strict=True))


def _examine_split(split: Callable[[bytes, int], Any]) -> Mistake | None:
    for holders, size in ((2, 32), (3, 32), (5, 16)):
        key = crypto.new_aes_key()[:size]
        # the same state of `random` before both calls: shares drawn from it come out the same
        state = random.getstate()
        try:
            random.seed(3)
            shares = attempted(split(key, holders))
            random.seed(3)
            again = attempted(split(key, holders))
        finally:
            random.setstate(state)
        if fault := _fault_of_shares(shares, key, holders):
            return fault
        if any(bytes(one) == bytes(two) for one, two in zip(shares, again, strict=False)):
            return NOT_FRESH
    return None


def _fault_of_shares(shares: Any, key: bytes, holders: int) -> Mistake | None:
    if not isinstance(shares, list | tuple) or len(shares) != holders:
        return NO_SHARES
    if not all(isinstance(share, bytes | bytearray) for share in shares):
        return NO_SHARES
    if any(len(share) < len(key) for share in shares):
        return CUT
    if any(len(share) > len(key) for share in shares) or reduce(_xor, shares) != key:
        return NOT_THE_KEY
    fewer = [reduce(_xor, some) for count in range(1, holders) for some in combinations(shares, count)]
    if key in fewer:
        return TOO_FEW
    return PIECE if any(_shows_a_piece(made, key) for made in fewer) else None


def _shows_a_piece(made: bytes, key: bytes) -> bool:
    """Whether some run of the key stands in ``made`` at its place; by chance that is out of the question."""
    return any(made[at : at + _RUN] == key[at : at + _RUN] for at in range(len(key) - _RUN + 1))


# c. one photograph for several people

_IMPORTS = """
import os
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

sha256 = hashes.SHA256()
oaep = padding.OAEP(mgf=padding.MGF1(sha256), algorithm=sha256, label=None)
"""
NO_PARCEL = Mistake(
    "It must return three things: the nonce, the ciphertext, and a list with a wrapped key for each public key.",
    _IMPORTS
    + """
def seal_for_all(public_keys, plaintext):
    data_key, nonce = AESGCM.generate_key(bit_length=256), os.urandom(12)
    return AESGCM(data_key).encrypt(nonce, plaintext, None)
""",
)
RSA_ON_DATA = Mistake(
    "It encrypts a short text, and fails on a photograph: RSA takes 190 bytes at the most. Encrypt the data with AES, and "
    "only the AES key with RSA.",
    _IMPORTS
    + """
def seal_for_all(public_keys, plaintext):
    return os.urandom(12), b"", [key.encrypt(plaintext, oaep) for key in public_keys]
""",
)
KEY_IN_PLAIN = Mistake(
    "The AES key lies in the list as it is, for everyone to take. Encrypt it under each public key.",
    _IMPORTS
    + """
def seal_for_all(public_keys, plaintext):
    data_key, nonce = AESGCM.generate_key(bit_length=256), os.urandom(12)
    return nonce, AESGCM(data_key).encrypt(nonce, plaintext, None), [data_key for _ in public_keys]
""",
)
NOT_FOR_ALL = Mistake(
    "Someone cannot open their wrapped key. The first must be encrypted under the first public key, the second under the "
    "second, and so on, each with `oaep`.",
    _IMPORTS
    + """
def seal_for_all(public_keys, plaintext):
    data_key, nonce = AESGCM.generate_key(bit_length=256), os.urandom(12)
    wrapped = [public_keys[0].encrypt(data_key, oaep) for _ in public_keys]
    return nonce, AESGCM(data_key).encrypt(nonce, plaintext, None), wrapped
""",
)
SHORT_KEY = Mistake(
    "The wrapped keys open, but what is in them is no AES key of 256 bits.",
    _IMPORTS
    + """
def seal_for_all(public_keys, plaintext):
    data_key, nonce = AESGCM.generate_key(bit_length=128), os.urandom(12)
    wrapped = [key.encrypt(data_key, oaep) for key in public_keys]
    return nonce, AESGCM(data_key).encrypt(nonce, plaintext, None), wrapped
""",
)
DOES_NOT_OPEN = Mistake(
    "Someone unwraps an AES key, and it does not open the ciphertext with `AESGCM(key).decrypt(nonce, ciphertext, None)`. Do "
    "all get the one key that encrypted the data? Is the order nonce, ciphertext, wrapped keys? Is there no additional data?",
    _IMPORTS
    + """
def seal_for_all(public_keys, plaintext):
    data_key, nonce = AESGCM.generate_key(bit_length=256), os.urandom(12)
    wrapped = [key.encrypt(AESGCM.generate_key(bit_length=256), oaep) for key in public_keys]
    return nonce, AESGCM(data_key).encrypt(nonce, plaintext, None), wrapped
""",
)
OTHER_DATA = Mistake(
    "It opens, but what comes out is not the `plaintext` that the function was given.",
    _IMPORTS
    + """
def seal_for_all(public_keys, plaintext):
    data_key, nonce = AESGCM.generate_key(bit_length=256), os.urandom(12)
    wrapped = [key.encrypt(data_key, oaep) for key in public_keys]
    return nonce, AESGCM(data_key).encrypt(nonce, b"photo", None), wrapped
""",
)
SAME_KEY = Mistake(
    "It works, but with the same AES key each time: whoever gets one photograph could open all. Make a fresh key inside the "
    "function.",
    _IMPORTS
    + """
data_key = AESGCM.generate_key(bit_length=256)

def seal_for_all(public_keys, plaintext):
    nonce = os.urandom(12)
    wrapped = [key.encrypt(data_key, oaep) for key in public_keys]
    return nonce, AESGCM(data_key).encrypt(nonce, plaintext, None), wrapped
""",
)


@cache
def _receivers() -> Sequence[rsa.RSAPrivateKey]:
    return [crypto.new_rsa_key(2048) for _ in range(3)]


def _examine_seal(seal_for_all: Callable[[list[Any], bytes], Any]) -> Mistake | None:
    data_keys = []
    for count, plaintext in ((3, b"short"), (1, b"short"), (3, bytes(range(256)) * 100)):
        receivers = _receivers()[:count]
        public_keys = [key.public_key() for key in receivers]
        try:
            parcel = attempted(seal_for_all(public_keys, plaintext))
        except ValueError:
            if len(plaintext) > 190:
                return RSA_ON_DATA
            raise
        found = _open(parcel, receivers, plaintext)
        if isinstance(found, Mistake):
            # a short text may have gone through RSA itself: then the long one says so
            if found is SHORT_KEY and _only_short(seal_for_all, public_keys):
                return RSA_ON_DATA
            return found
        data_keys.append(found)
    return SAME_KEY if len(set(data_keys)) < len(data_keys) else None


def _only_short(seal_for_all: Callable[[list[Any], bytes], Any], public_keys: list[Any]) -> bool:
    try:
        seal_for_all(public_keys, b"x" * 1000)
    except ValueError:
        return True
    return False


def _open(parcel: Any, receivers: Sequence[rsa.RSAPrivateKey], plaintext: bytes) -> bytes | Mistake:
    """The AES key with which every receiver opened the parcel, or what is wrong with it."""
    if not isinstance(parcel, tuple | list) or len(parcel) != 3:
        return NO_PARCEL
    nonce, ciphertext, wrapped = parcel
    if not isinstance(wrapped, list | tuple) or len(wrapped) != len(receivers):
        return NO_PARCEL
    if not all(isinstance(each, bytes | bytearray) for each in (nonce, ciphertext, *wrapped)):
        return NO_PARCEL
    data_key = b""
    for private_key, each in zip(receivers, wrapped, strict=True):
        if len(each) in (16, 24, 32):  # as long as an AES key; what RSA gives is far longer
            return KEY_IN_PLAIN
        try:
            data_key = crypto.decrypt_rsa_oaep(private_key, each)
        except crypto.CryptoError:
            return NOT_FOR_ALL
        if len(data_key) != crypto.AES_KEY_BYTES:
            return SHORT_KEY
        try:
            opened = AESGCM(data_key).decrypt(nonce, ciphertext, None)
        except (InvalidTag, ValueError):
            return DOES_NOT_OPEN
        if opened != plaintext:
            return OTHER_DATA
    return data_key


EXERCISES = {
    "03.a": Exercise(
        task="Fill the matrix: who can do what?",
        answer_name="can",
        stub=_matrix(encrypt="...", decrypt="...", sign="...", verify="..."),
        examine=_examine_matrix,
        mistakes=(
            NO_MATRIX,
            NO_TRUTH_VALUE,
            STILL_OPEN,
            ENCRYPT,
            DECRYPT_SENDER,
            DECRYPT_MAL,
            DECRYPT_BEA,
            SIGN_OTHERS,
            SIGN_ANA,
            VERIFY,
        ),
        hints=(
            "For each deed ask first: which key does it take? Then look up in the table of section 1 who holds that key.",
            "Two of the deeds take a public key, and two take a private one.",
            "Everyone holds every public key. A private key is held by its owner alone.",
        ),
        solution=_matrix(encrypt="yyy", decrypt="nyn", sign="ynn", verify="yyy"),
    ),
    "03.b": Exercise(
        task="Split a key into shares for any number of holders.",
        answer_name="split",
        stub="""
def split(key, holders):
    return ...
""",
        examine=_examine_split,
        mistakes=(NO_SHARES, CUT, NOT_THE_KEY, TOO_FEW, PIECE, NOT_FRESH),
        hints=(
            "All shares but one are random, each as long as the key: `secrets.token_bytes(len(key))`.",
            "The last share is the key, XORed with each of the random ones in turn.",
            "Start with `last = key`. For each random share: `last = xor(last, share)`.",
        ),
        solution="""
import secrets

def xor(one, two):
    return bytes(a ^ b for a, b in zip(one, two))

def split(key, holders):
    shares = [secrets.token_bytes(len(key)) for _ in range(holders - 1)]
    last = key
    for share in shares:
        last = xor(last, share)
    return [*shares, last]
""",
    ),
    "03.c": Exercise(
        task="Encrypt a photograph once, for several people.",
        answer_name="seal_for_all",
        stub="""
def seal_for_all(public_keys, plaintext):
    return ...
""",
        examine=_examine_seal,
        mistakes=(
            NO_PARCEL,
            RSA_ON_DATA,
            KEY_IN_PLAIN,
            NOT_FOR_ALL,
            SHORT_KEY,
            DOES_NOT_OPEN,
            OTHER_DATA,
            SAME_KEY,
        ),
        hints=(
            "Section 5 does it for one receiver. The photograph is encrypted once, however many there are.",
            "What there must be once for each receiver is the wrapped key: the same AES key, under their public key.",
            "`[public_key.encrypt(data_key, oaep) for public_key in public_keys]`",
        ),
        solution=_IMPORTS
        + """
def seal_for_all(public_keys, plaintext):
    data_key, nonce = AESGCM.generate_key(bit_length=256), os.urandom(12)
    ciphertext = AESGCM(data_key).encrypt(nonce, plaintext, None)
    return nonce, ciphertext, [key.encrypt(data_key, oaep) for key in public_keys]
""",
    ),
}
