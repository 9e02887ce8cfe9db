"""Exercise 09.a: write an envelope that is bound to an encryption context."""

import os
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError
from cryptography.exceptions import InvalidTag

from ..examiner import examiner_kms
from ..model import Exercise, Mistake, NotAttempted
from .listening import Heard, LongerBlobs, listen

NOT_TWO = Mistake("Leave `pair` as it was: the two functions, `seal` and `unseal`.")
HALF_DONE = Mistake("`seal` works so far. Now write `unseal`.")
NOTHING_RETURNED = Mistake("`seal` returns None. End it with `return` and the bytes to store.")
NOT_BYTES = Mistake(
    "`seal` must return bytes, as you'd write them to a file: wrapped key, nonce and ciphertext, one after another."
)
NOT_ENCRYPTED = Mistake("What `seal` returns contains the plaintext. Encrypt it with the data key.")
DATA_TO_KMS = Mistake(
    "`seal` sends the data to KMS, but Encrypt takes at most 4,096 bytes. Get a data key, and encrypt here."
)
OTHER_KMS = Mistake("`seal` doesn't use the `kms` and the `key_id` that it was called with.")
KEY_IN_PLAIN = Mistake(
    "What `seal` returns contains the plaintext data key, so anyone who has the file has its key. Store the wrapped copy, "
    "`CiphertextBlob`."
)
NO_CONTEXT = Mistake(
    "`seal` doesn't pass `context` to KMS, or passes another one. GenerateDataKey takes it as `EncryptionContext`."
)
CONTEXT_ONLY_TO_SEAL = Mistake(
    "`seal` passes the context to KMS, but `unseal` doesn't: InvalidCiphertextException. Decrypt takes it as "
    "`EncryptionContext` too."
)
CUT_AT_THE_KEY = Mistake(
    "`unseal` doesn't send Decrypt the wrapped key as `seal` stored it: InvalidCiphertextException. Check where the wrapped "
    "key begins and ends."
)
CUT_AT_THE_DATA = Mistake(
    "`unseal` gets the data key, and then AES-GCM raises InvalidTag: the nonce or the ciphertext isn't what `seal` stored, "
    "or the additional data differs."
)
OTHER_PLAINTEXT = Mistake(
    "`unseal` doesn't return what was sealed. Does it return all of the plaintext, as bytes?"
)
ONE_KEY = Mistake("The second message has the same data key as the first. Get a new one from KMS each time.")
KEY_NOT_NAMED = Mistake(
    "`unseal` also opens messages under another KMS key. Name the key in Decrypt: `KeyId=key_id`."
)
CONTEXT_IGNORED = Mistake(
    "`unseal` opens the message for another context than the one it was sealed with. The context must come from the "
    "caller, not from the message."
)
CHANGE_PASSES = Mistake(
    "When one bit of the message is changed, `unseal` returns other data and no error. Use AES-GCM, which checks its tag."
)
FIXED_LENGTH = Mistake(
    "It only works if every wrapped key has the same length, and AWS doesn't promise that. Store the length, as "
    "`seal_by_hand` does."
)

_CONTEXT = {"file": "orders-ä.csv", "run": "7"}
_OTHER_CONTEXT = {"file": "orders-ä.csv", "run": "8"}
_FLIPS = 40  # places of the sealed message where a bit is changed


class _Trial:
    """A learner's two functions, a key of the examiner's, and what they asked of KMS."""

    def __init__(self, seal: Callable[..., Any], unseal: Callable[..., Any]) -> None:
        self.kms = examiner_kms()
        self.seal, self.unseal = seal, unseal
        self.key_id, self.other_key = (self.kms.create_key()["KeyMetadata"]["KeyId"] for _ in range(2))
        self.heard: Heard = listen(self.kms)
        self.plaintext = b"top secret: " + os.urandom(5000)

    def opens(self, sealed: bytes, context: dict[str, str]) -> Any:
        """What ``unseal`` makes of it, None if it refuses."""
        try:
            return self.unseal(self.kms, self.key_id, sealed, context)
        except Exception:  # noqa: BLE001 (any refusal will do)
            return None


def _examine(pair: Any) -> Mistake | None:
    if not (isinstance(pair, tuple | list) and len(pair) == 2 and all(map(callable, pair))):
        return NOT_TWO
    trial = _Trial(*pair)
    try:
        sealed = trial.seal(trial.kms, trial.key_id, trial.plaintext, _CONTEXT)
    except (trial.kms.exceptions.NotFoundException, ClientError) as error:
        return _fault_of_call(trial, error)
    return (
        _fault_of_sealed(trial, sealed)
        or _fault_of_opening(trial, sealed)
        or _fault_of_second(trial)
        or _fault_of_binding(trial, sealed)
        or _fault_of_length(trial)
    )


def _fault_of_call(trial: _Trial, error: ClientError) -> Mistake:
    if any(trial.plaintext[:64] in data for data in trial.heard.sent):
        return DATA_TO_KMS
    if error.response["Error"]["Code"] == "NotFoundException" or not trial.heard.calls:
        return OTHER_KMS
    raise error


def _fault_of_sealed(trial: _Trial, sealed: Any) -> Mistake | None:
    if sealed is ...:
        raise NotAttempted
    if sealed is None:
        return NOTHING_RETURNED
    if not isinstance(sealed, bytes | bytearray):
        return NOT_BYTES
    if trial.plaintext[:64] in sealed:
        return NOT_ENCRYPTED
    if not trial.heard.uses(trial.key_id):
        return OTHER_KMS
    if any(key in sealed for key in trial.heard.keys):
        return KEY_IN_PLAIN
    return None if trial.heard.contexts == [_CONTEXT] * len(trial.heard.contexts) else NO_CONTEXT


def _fault_of_opening(trial: _Trial, sealed: bytes) -> Mistake | None:
    trial.heard.clear()
    try:
        opened = trial.unseal(trial.kms, trial.key_id, sealed, _CONTEXT)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code == "InvalidCiphertextException" and trial.heard.contexts == [{}]:
            return CONTEXT_ONLY_TO_SEAL
        if code == "InvalidCiphertextException" and trial.heard.contexts == [_CONTEXT]:
            return CUT_AT_THE_KEY
        raise
    except InvalidTag:
        return CUT_AT_THE_DATA
    if opened is ...:
        return HALF_DONE
    return None if opened == trial.plaintext else OTHER_PLAINTEXT


def _fault_of_second(trial: _Trial) -> Mistake | None:
    seen: set[bytes] = set()
    for _ in range(2):
        trial.heard.clear()
        trial.seal(trial.kms, trial.key_id, trial.plaintext, _CONTEXT)
        if not trial.heard.keys or seen & set(trial.heard.keys):
            return ONE_KEY
        seen.update(trial.heard.keys)
    of_other_key = trial.seal(trial.kms, trial.other_key, trial.plaintext, _CONTEXT)
    return KEY_NOT_NAMED if trial.opens(of_other_key, _CONTEXT) is not None else None


def _fault_of_binding(trial: _Trial, sealed: bytes) -> Mistake | None:
    if trial.opens(sealed, _OTHER_CONTEXT) is not None:
        return CONTEXT_IGNORED
    for at in {*range(0, len(sealed), max(1, len(sealed) // _FLIPS)), len(sealed) - 1}:
        changed = bytearray(sealed)
        changed[at] ^= 1
        if trial.opens(bytes(changed), _CONTEXT) not in (None, trial.plaintext):
            return CHANGE_PASSES
    return None


def _fault_of_length(trial: _Trial) -> Mistake | None:
    trial.kms = LongerBlobs(trial.kms)
    sealed = trial.seal(trial.kms, trial.key_id, trial.plaintext, _CONTEXT)
    return None if trial.opens(sealed, _CONTEXT) == trial.plaintext else FIXED_LENGTH


EXERCISE = Exercise(
    answer_name="pair",
    stub="""
def seal(kms, key_id, plaintext, context):
    return ...


def unseal(kms, key_id, sealed, context):
    return ...


pair = seal, unseal
""",
    examine=_examine,
    hints=(
        "Start from `seal_by_hand` and `open_by_hand` in section 1. The context is all they lack.",
        "GenerateDataKey and Decrypt both take `EncryptionContext`. With another context, KMS refuses to decrypt the data key.",
        "Name the key in Decrypt: `KeyId=key_id`. Otherwise KMS also opens what somebody sealed under another key.",
    ),
    solution="""
import os
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

def seal(kms, key_id, plaintext, context):
    fresh = kms.generate_data_key(KeyId=key_id, KeySpec="AES_256", EncryptionContext=context)
    wrapped, nonce = fresh["CiphertextBlob"], os.urandom(12)
    ciphertext = AESGCM(fresh["Plaintext"]).encrypt(nonce, plaintext, None)
    return len(wrapped).to_bytes(2, "big") + wrapped + nonce + ciphertext

def unseal(kms, key_id, sealed, context):
    end = 2 + int.from_bytes(sealed[:2], "big")
    wrapped, nonce, ciphertext = sealed[2:end], sealed[end : end + 12], sealed[end + 12 :]
    data_key = kms.decrypt(CiphertextBlob=wrapped, KeyId=key_id, EncryptionContext=context)["Plaintext"]
    return AESGCM(data_key).decrypt(nonce, ciphertext, None)

pair = seal, unseal
""",
)
