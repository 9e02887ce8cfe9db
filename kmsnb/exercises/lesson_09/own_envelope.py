"""Exercise 09.a: an envelope of one's own, bound to an encryption context."""

import os
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError
from cryptography.exceptions import InvalidTag

from ..examiner import examiner_kms
from ..model import Exercise, Mistake, NotAttempted
from . import own_envelope_mistakes as wrong
from .listening import Heard, LongerBlobs, listen

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
        return wrong.NOT_TWO
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
        return wrong.DATA_TO_KMS
    if error.response["Error"]["Code"] == "NotFoundException" or not trial.heard.calls:
        return wrong.OTHER_KMS
    raise error


def _fault_of_sealed(trial: _Trial, sealed: Any) -> Mistake | None:
    if sealed is ...:
        raise NotAttempted
    if sealed is None:
        return wrong.NOTHING_RETURNED
    if not isinstance(sealed, bytes | bytearray):
        return wrong.NOT_BYTES
    if trial.plaintext[:64] in sealed:
        return wrong.NOT_ENCRYPTED
    if not trial.heard.uses(trial.key_id):
        return wrong.OTHER_KMS
    if any(key in sealed for key in trial.heard.keys):
        return wrong.KEY_IN_PLAIN
    return None if trial.heard.contexts == [_CONTEXT] * len(trial.heard.contexts) else wrong.NO_CONTEXT


def _fault_of_opening(trial: _Trial, sealed: bytes) -> Mistake | None:
    trial.heard.clear()
    try:
        opened = trial.unseal(trial.kms, trial.key_id, sealed, _CONTEXT)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code == "InvalidCiphertextException" and trial.heard.contexts == [{}]:
            return wrong.CONTEXT_ONLY_TO_SEAL
        if code == "InvalidCiphertextException" and trial.heard.contexts == [_CONTEXT]:
            return wrong.CUT_AT_THE_KEY
        raise
    except InvalidTag:
        return wrong.CUT_AT_THE_DATA
    if opened is ...:
        return wrong.HALF_DONE
    return None if opened == trial.plaintext else wrong.OTHER_PLAINTEXT


def _fault_of_second(trial: _Trial) -> Mistake | None:
    seen: set[bytes] = set()
    for _ in range(2):
        trial.heard.clear()
        trial.seal(trial.kms, trial.key_id, trial.plaintext, _CONTEXT)
        if not trial.heard.keys or seen & set(trial.heard.keys):
            return wrong.ONE_KEY
        seen.update(trial.heard.keys)
    of_other_key = trial.seal(trial.kms, trial.other_key, trial.plaintext, _CONTEXT)
    return wrong.KEY_NOT_NAMED if trial.opens(of_other_key, _CONTEXT) is not None else None


def _fault_of_binding(trial: _Trial, sealed: bytes) -> Mistake | None:
    if trial.opens(sealed, _OTHER_CONTEXT) is not None:
        return wrong.CONTEXT_IGNORED
    for at in {*range(0, len(sealed), max(1, len(sealed) // _FLIPS)), len(sealed) - 1}:
        changed = bytearray(sealed)
        changed[at] ^= 1
        if trial.opens(bytes(changed), _CONTEXT) not in (None, trial.plaintext):
            return wrong.CHANGE_PASSES
    return None


def _fault_of_length(trial: _Trial) -> Mistake | None:
    trial.kms = LongerBlobs(trial.kms)
    sealed = trial.seal(trial.kms, trial.key_id, trial.plaintext, _CONTEXT)
    return None if trial.opens(sealed, _CONTEXT) == trial.plaintext else wrong.FIXED_LENGTH


EXERCISE = Exercise(
    task="Write an envelope of your own that is bound to its encryption context.",
    answer_name="pair",
    stub="""
def seal(kms, key_id, plaintext, context):
    return ...


def unseal(kms, key_id, sealed, context):
    return ...


pair = seal, unseal
""",
    examine=_examine,
    mistakes=wrong.ALL,
    hints=(
        "Start from `seal_by_hand` and `open_by_hand` of section 1. What they lack is the context.",
        "GenerateDataKey and Decrypt both take `EncryptionContext`. Under another context KMS then refuses to unwrap.",
        "Name the key in Decrypt: `KeyId=key_id`. Otherwise KMS also opens what somebody sealed under another key.",
    ),
    solution=wrong.SOLUTION,
)
