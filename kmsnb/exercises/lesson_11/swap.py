"""Exercise b: put a new key behind an alias, and bring the old ciphertexts along."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from kmsnb.kms import Sandbox

from ..examiner import examiner_kms
from ..model import Exercise, Mistake, attempted

SAME_KEY = Mistake(
    "The alias still points to the old key. Create a new one with `create_key`, and point the alias at it with "
    "`update_alias`. (A rotation gives the old key new material; it doesn't make a new key.)"
)
LEFT_BEHIND = Mistake(
    "A ciphertext it returns is still under the old key, so Decrypt with the alias rejects it. Move each one to the new key "
    "with `re_encrypt`."
)
PLAINTEXT_SEEN = Mistake(
    "It calls `decrypt`, so the plaintext leaves KMS. `re_encrypt` decrypts and encrypts inside KMS."
)
OLD_KEY_OFF = Mistake(
    "The old key no longer works, so other people's ciphertexts under it don't decrypt. Leave it enabled."
)
GAP = Mistake(
    "It deletes the alias and creates it again. In between, every program that uses it gets NotFoundException. "
    "`update_alias` moves it in one step."
)
ALIAS_TAKEN = Mistake(
    "KMS returns AlreadyExistsException, because the alias exists. `update_alias` points it at another key."
)
MOVED_TOO_SOON = Mistake(
    "KMS returns IncorrectKeyException: the alias already names the new key when you use it as the source key. Move the "
    "alias last, or leave the source key out."
)
NOT_A_LIST = Mistake(
    "Return a list with one new ciphertext for each old one, in the same order: the bytes under `CiphertextBlob`."
)
OTHER_ORDER = Mistake("The ciphertexts all decrypt, but they aren't in the order in which they were given.")
NOT_THERE = Mistake(
    "KMS returns NotFoundException: the key or alias doesn't exist. Use the `kms` and the `alias` that are passed to the "
    "function."
)

#: The plaintexts of each trial.
_TRIALS = ((b"order 17", b"order 18", b"order 19"), (b"one alone",), ())
_ERRORS = {
    "AlreadyExistsException": ALIAS_TAKEN,
    "IncorrectKeyException": MOVED_TOO_SOON,
    "NotFoundException": NOT_THERE,
}


@dataclass(frozen=True)
class _Trial:
    """An alias of an old key, some ciphertexts under it, and one that somebody else has."""

    alias: str
    key_id: str
    plaintexts: tuple[bytes, ...]
    ciphertexts: list[bytes]
    elsewhere: bytes


def _examine(swap: Callable[..., Any]) -> Mistake | None:
    with Sandbox():
        kms = examiner_kms()
        calls: list[str] = []
        kms.meta.events.register("before-call.kms", lambda model, **_: calls.append(model.name))
        for number, plaintexts in enumerate(_TRIALS):
            trial = _trial(kms, f"alias/orders-{number}", plaintexts)
            calls.clear()
            try:
                moved = attempted(swap(kms, trial.alias, list(trial.ciphertexts)))
            except ClientError as error:
                code = error.response["Error"]["Code"]
                if code not in _ERRORS:
                    raise
                return _ERRORS[code]
            if fault := _fault_of_way(set(calls)) or _fault_of_result(kms, trial, moved):
                return fault
    return None


def _trial(kms: Any, alias: str, plaintexts: tuple[bytes, ...]) -> _Trial:
    key_id = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName=alias, TargetKeyId=key_id)
    blobs = [
        kms.encrypt(KeyId=key_id, Plaintext=each)["CiphertextBlob"] for each in (*plaintexts, b"elsewhere")
    ]
    return _Trial(alias, key_id, plaintexts, blobs[:-1], blobs[-1])


def _fault_of_way(calls: set[str]) -> Mistake | None:
    if "DeleteAlias" in calls:
        return GAP
    return PLAINTEXT_SEEN if calls & {"Decrypt", "Encrypt"} else None


def _fault_of_result(kms: Any, trial: _Trial, moved: Any) -> Mistake | None:
    if kms.describe_key(KeyId=trial.alias)["KeyMetadata"]["KeyId"] == trial.key_id:
        return SAME_KEY
    if not _opens(kms, trial.elsewhere, trial.key_id):
        return OLD_KEY_OFF
    if not isinstance(moved, list | tuple) or len(moved) != len(trial.ciphertexts):
        return NOT_A_LIST
    if not all(isinstance(each, bytes) for each in moved):
        return NOT_A_LIST
    opened = [_opens(kms, each, trial.alias) for each in moved]
    if None in opened:
        return LEFT_BEHIND
    return None if tuple(opened) == trial.plaintexts else OTHER_ORDER


def _opens(kms: Any, blob: bytes, key_id: str) -> bytes | None:
    try:
        return kms.decrypt(CiphertextBlob=blob, KeyId=key_id)["Plaintext"]
    except ClientError:
        return None


SWAP = Exercise(
    answer_name="swap",
    stub="""
def swap(kms, alias, ciphertexts):
    return ...
""",
    examine=_examine,
    hints=(
        "Three steps: create a key, move each ciphertext to it, point the alias at it. In which order does nothing fail?",
        "`kms.re_encrypt(CiphertextBlob=…, DestinationKeyId=…)` from lesson 07 keeps the plaintext inside KMS.",
        "Leave the old key alone: others may have ciphertexts under it.",
    ),
    solution="""
def swap(kms, alias, ciphertexts):
    new = kms.create_key()["KeyMetadata"]["KeyId"]
    moved = [
        kms.re_encrypt(CiphertextBlob=each, SourceKeyId=alias, DestinationKeyId=new)["CiphertextBlob"]
        for each in ciphertexts
    ]
    kms.update_alias(AliasName=alias, TargetKeyId=new)
    return moved
""",
)
