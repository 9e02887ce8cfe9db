"""Exercise 10.b: which change locks out whom. The right answers come from trying, on a small separate vault."""

from typing import Any

from botocore.exceptions import ClientError
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from ..examiner import examiner_kms
from ..model import Exercise, Mistake, NotAttempted

HELD = ("permission", "billing", "key 2")
ACTS = ("rotate", "new root", "new KEK", "new data keys")
_NONCE = bytes(12)  # each key here encrypts once


NO_MATRIX = Mistake("Keep the three rows of `opens` and the four changes in each. Replace only the `...`.")
NO_TRUTH_VALUE = Mistake("Write `True` or `False` in each place.")
STILL_OPEN = Mistake("Right so far, but some places still hold `...`.")
ROTATION = Mistake(
    "`rotate` doesn't lock anyone out: KMS keeps the old material and decrypts with it for everyone with permission. No "
    "key outside KMS changes."
)
SAME_KEY = Mistake(
    "In one place, a key that has been replaced still opens the payroll. Replace the key or root that Mallory holds, and it "
    "opens nothing in the vault."
)
OUTER = Mistake(
    "In one place, a new key further out locks Mallory out. But what she holds opens everything below it, whatever wraps "
    "it: she doesn't need the outer layers."
)
INNER = Mistake(
    "In one place, a new key further in locks Mallory out. But that key is wrapped under the one she holds (or one that it "
    "opens), so she unwraps the new key like the old."
)


class _Vault:
    """The payroll under a data key, a KEK and a root: what is stored, the KMS key in use, and what Mallory has."""

    def __init__(self, kms: Any) -> None:
        self.kms = kms
        self.root = self.old_root = kms.create_key()["KeyMetadata"]["KeyId"]
        kek, key = AESGCM.generate_key(256), AESGCM.generate_key(256)
        self.wrapped_kek = kms.encrypt(KeyId=self.root, Plaintext=kek)["CiphertextBlob"]
        self.wrapped_key = aes_key_wrap(kek, key)
        self.payroll = AESGCM(key).encrypt(_NONCE, b"payroll", None)
        self.taken = {"billing": kek, "key 2": key}

    def do(self, act: str) -> None:
        """One of ``ACTS``."""
        kek, new = self.taken["billing"], AESGCM.generate_key(256)
        if act == "rotate":
            self.kms.rotate_key_on_demand(KeyId=self.root)
        elif act == "new root":
            self.root = self.kms.create_key()["KeyMetadata"]["KeyId"]
            self.wrapped_kek = self.kms.re_encrypt(
                CiphertextBlob=self.wrapped_kek, DestinationKeyId=self.root
            )["CiphertextBlob"]
        elif act == "new KEK":
            self.wrapped_kek = self.kms.encrypt(KeyId=self.root, Plaintext=new)["CiphertextBlob"]
            self.wrapped_key = aes_key_wrap(new, aes_key_unwrap(kek, self.wrapped_key))
        else:
            self.wrapped_key = aes_key_wrap(kek, new)
            self.payroll = AESGCM(new).encrypt(_NONCE, b"payroll", None)

    def opens_for(self, held: str) -> bool:
        """Whether someone who holds this can read the payroll as it is stored now."""
        try:
            if held == "key 2":
                key = self.taken[held]
            elif held == "billing":
                key = aes_key_unwrap(self.taken[held], self.wrapped_key)
            else:
                kek = self.kms.decrypt(CiphertextBlob=self.wrapped_kek, KeyId=self.old_root)["Plaintext"]
                key = aes_key_unwrap(kek, self.wrapped_key)
            AESGCM(key).decrypt(_NONCE, self.payroll, None)
        except (ClientError, InvalidUnwrap, InvalidTag):
            return False
        return True


def truth() -> dict[str, dict[str, bool]]:
    """The matrix, found by making each change to a fresh vault and letting Mallory try."""
    kms = examiner_kms()
    found: dict[str, dict[str, bool]] = {held: {} for held in HELD}
    for act in ACTS:
        vault = _Vault(kms)
        vault.do(act)
        for held in HELD:
            found[held][act] = vault.opens_for(held)
    return found


def examine(opens: Any) -> Mistake | None:
    """The first wrong place in the matrix; None if all of it is right."""
    if not isinstance(opens, dict) or set(opens) != set(HELD):
        return NO_MATRIX
    if not all(isinstance(row, dict) and set(row) == set(ACTS) for row in opens.values()):
        return NO_MATRIX
    cells = [opens[held][act] for held in HELD for act in ACTS]
    if all(cell is ... for cell in cells):
        raise NotAttempted
    if not all(cell is ... or isinstance(cell, bool) for cell in cells):
        return NO_TRUTH_VALUE
    found = truth()
    for at, held in enumerate(HELD):
        for number, act in enumerate(ACTS):
            if opens[held][act] is (not found[held][act]):
                return _fault(at, number)
    return STILL_OPEN if ... in cells else None


def _fault(held: int, act: int) -> Mistake:
    """Act 0 is the rotation; act n + 1 replaces the very thing that is held in row n, and rows go from the root inwards."""
    if act == 0:
        return ROTATION
    if act - 1 == held:
        return SAME_KEY
    return OUTER if act - 1 < held else INNER


EXERCISE = Exercise(
    answer_name="opens",
    stub="""
opens = {
    "permission": {"rotate": ..., "new root": ..., "new KEK": ..., "new data keys": ...},
    "billing": {"rotate": ..., "new root": ..., "new KEK": ..., "new data keys": ...},
    "key 2": {"rotate": ..., "new root": ..., "new KEK": ..., "new data keys": ...},
}
""",
    examine=examine,
    hints=(
        "Follow the chain from what Mallory holds inwards to the payroll. Is there a key on the way that she can't open?",
        (
            "Or try it: take a key from a fresh `vault = fill({}, new_root)` as section 3 does, then call `replace_root`, "
            "`replace_kek` or `new_data_keys` of section 4, and see what `loot` opens."
        ),
        "Each change except one locks out exactly one of the three.",
    ),
    solution="""
opens = {
    "permission": {"rotate": True, "new root": False, "new KEK": True, "new data keys": True},
    "billing": {"rotate": True, "new root": True, "new KEK": False, "new data keys": True},
    "key 2": {"rotate": True, "new root": True, "new KEK": True, "new data keys": False},
}
""",
)
