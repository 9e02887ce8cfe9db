"""Exercise b: put a new key behind an alias, and bring the old ciphertexts along."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from kmsnb.kms import Sandbox

from ..examiner import examiner_kms
from ..model import Exercise, Mistake, attempted

SAME_KEY = Mistake(
    "The alias still points to the old key. Make a new one with `create_key`, and let `update_alias` point the alias at "
    "it. (A rotation gives the old key new material; it makes no new key.)"
)
LEFT_BEHIND = Mistake(
    "A ciphertext that it returns is still under the old key, so that Decrypt with the alias refuses it. Put each under "
    "the new key with `re_encrypt`."
)
PLAINTEXT_SEEN = Mistake(
    "The ciphertexts come along, but through your hands: it calls `decrypt`, and the plaintext leaves KMS. `re_encrypt` "
    "does both inside KMS."
)
OLD_KEY_OFF = Mistake(
    "The old key no longer works: somebody else's ciphertext under it does not open any more. Leave it enabled."
)
GAP = Mistake(
    "It deletes the alias and makes it anew: in between, every program that names it fails with NotFoundException. "
    "`update_alias` points it elsewhere in one step."
)
ALIAS_TAKEN = Mistake(
    "KMS answers AlreadyExistsException: the alias is there already. `update_alias` points it at another key."
)
MOVED_TOO_SOON = Mistake(
    "KMS answers IncorrectKeyException: it names the alias for the old key when the alias is the new key already. Move "
    "the alias last, or name no source key."
)
NOT_A_LIST = Mistake(
    "It must return a list of ciphertexts, as many as it was given and in the same order: the bytes under "
    "`CiphertextBlob`."
)
OTHER_ORDER = Mistake(
    "The ciphertexts all open, but not in the order in which they were given: what was the first is not the first now."
)
NOT_THERE = Mistake(
    "KMS answers NotFoundException: it names a key or an alias that is not there. Use the `kms` and the `alias` that it "
    "is given."
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
        "Three steps: a new key, each ciphertext under it, the alias on it. In which order does nothing fail?",
        "`kms.re_encrypt(CiphertextBlob=…, DestinationKeyId=…)`, of lesson 07, shows no plaintext.",
        "Leave the old key as it is: others may have ciphertexts under it.",
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
