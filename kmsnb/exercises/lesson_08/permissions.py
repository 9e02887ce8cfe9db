"""08.c: the one permission that each of six programs needs; each then does its work with it."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import load_der_private_key

from kmsnb.lab import current

from ..examiner import ACCOUNT, examiner_kms
from ..model import Exercise, Mistake, NotAttempted

PROGRAMS = ("archivist", "viewer", "caterer", "guest", "registrar", "till")

_PROGRAM = f"arn:aws:iam::{ACCOUNT}:user/program"


NOT_A_DICT = Mistake("`needs` must be a dictionary from each program to the name of a call.")
STILL_OPEN = Mistake("So far so good. Still missing:")
NOT_A_CALL = Mistake(
    "That isn't the name of a KMS call that you can grant. Write one name, such as `'DescribeKey'`:"
)
SEES_THE_KEY = Mistake("With that permission it gets the plaintext key, which it must not be able to see:")
KMS_KEYS_ONLY = Mistake(
    "KMS can't sign or verify with a data key, because it doesn't keep it. The program does that itself. What does it need "
    "from KMS first?"
)
NOT_ENCRYPT = Mistake("`Encrypt` encrypts under the KMS key itself and returns no data key to work with:")
ANOTHER_KEY = Mistake(
    "That makes a new key. This program already has a wrapped key and needs the plaintext of that one:"
)
NO_PLAINTEXT = Mistake("That doesn't return a plaintext key, and this program has something to encrypt now:")
REFUSED = Mistake("With only that permission, KMS denies the call that this program has to make:")


@dataclass
class _Bench:
    """What the programs work with: a client without permissions, a KMS key, a wrapped key and a wrapped private key."""

    program_kms: Any
    key_arn: str
    wrapped: bytes
    wrapped_private: bytes


def _archive(kms: Any, bench: _Bench) -> None:
    data_key = kms.generate_data_key(KeyId=bench.key_arn, KeySpec="AES_256")
    AESGCM(data_key["Plaintext"]).encrypt(os.urandom(12), b"a film", None)


def _use_wrapped(kms: Any, bench: _Bench) -> None:
    data_key = kms.decrypt(CiphertextBlob=bench.wrapped, KeyId=bench.key_arn)
    AESGCM(data_key["Plaintext"]).encrypt(os.urandom(12), b"something", None)


def _cater(kms: Any, bench: _Bench) -> None:
    kms.generate_data_key_without_plaintext(KeyId=bench.key_arn, KeySpec="AES_256")


def _register(kms: Any, bench: _Bench) -> None:
    kms.generate_data_key_pair_without_plaintext(KeyId=bench.key_arn, KeyPairSpec="ECC_NIST_P256")


def _sign(kms: Any, bench: _Bench) -> None:
    opened = kms.decrypt(CiphertextBlob=bench.wrapped_private, KeyId=bench.key_arn)
    key = load_der_private_key(opened["Plaintext"], password=None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    key.sign(b"a receipt", ec.ECDSA(hashes.SHA256()))


_WORK: dict[str, Callable[[Any, _Bench], None]] = {
    "archivist": _archive,
    "viewer": _use_wrapped,
    "caterer": _cater,
    "guest": _use_wrapped,
    "registrar": _register,
    "till": _sign,
}
_MAKES_A_KEY = (
    "GenerateDataKey",
    "GenerateDataKeyWithoutPlaintext",
    "GenerateDataKeyPair",
    "GenerateDataKeyPairWithoutPlaintext",
)
#: What's wrong with a permission, for those that people name.
_FAULTS: dict[tuple[str, str], Mistake] = {
    ("archivist", "GenerateDataKeyWithoutPlaintext"): NO_PLAINTEXT,
    ("caterer", "GenerateDataKey"): SEES_THE_KEY,
    ("registrar", "GenerateDataKeyPair"): SEES_THE_KEY,
    **{(name, "Decrypt"): SEES_THE_KEY for name in ("caterer", "registrar")},
    **{(name, call): ANOTHER_KEY for name in ("viewer", "guest", "till") for call in _MAKES_A_KEY},
    **{(name, call): KMS_KEYS_ONLY for name in PROGRAMS for call in ("Sign", "Verify")},
    **{(name, "Encrypt"): NOT_ENCRYPT for name in PROGRAMS},
}


def _examine(needs: Any) -> Mistake | None:
    if not isinstance(needs, Mapping):
        return NOT_A_DICT
    answers = {name: needs.get(name, ...) for name in PROGRAMS}
    waiting = [name for name, answer in answers.items() if answer is ...]
    if len(waiting) == len(PROGRAMS):
        raise NotAttempted
    kms = examiner_kms()
    bench = _bench(kms)
    allowed = _allowed_in_a_grant(kms)
    for name, answer in answers.items():
        if answer is ...:
            continue
        call = allowed.get(str(answer).lower().removeprefix("kms:"))
        if call is None:
            return NOT_A_CALL.about(f"{name}.")
        if not _works(name, call, kms, bench):
            return _FAULTS.get((name, call), REFUSED).about(f"{name}.")
    return STILL_OPEN.about(f"{', '.join(waiting)}.") if waiting else None


def _bench(kms: Any) -> _Bench:
    arn = kms.create_key()["KeyMetadata"]["Arn"]
    key = kms.generate_data_key_without_plaintext(KeyId=arn, KeySpec="AES_256")
    pair = kms.generate_data_key_pair_without_plaintext(KeyId=arn, KeyPairSpec="ECC_NIST_P256")
    program_kms = current().user("program", account=ACCOUNT).client("kms")
    return _Bench(program_kms, arn, key["CiphertextBlob"], pair["PrivateKeyCiphertextBlob"])


def _allowed_in_a_grant(kms: Any) -> dict[str, str]:
    """The operations of a grant, by their names in small letters."""
    shape = kms.meta.service_model.operation_model("CreateGrant").input_shape.members["Operations"]
    return {name.lower(): name for name in shape.member.enum}


def _works(name: str, call: str, kms: Any, bench: _Bench) -> bool:
    """Whether the program can do its work with a grant for ``call`` and nothing else."""
    try:
        grant = kms.create_grant(KeyId=bench.key_arn, GranteePrincipal=_PROGRAM, Operations=[call])
    except ClientError:  # an operation that this kind of KMS key does not have
        return False
    try:
        _WORK[name](bench.program_kms, bench)
    except ClientError:
        return False
    finally:
        kms.revoke_grant(KeyId=bench.key_arn, GrantId=grant["GrantId"])
    return True


PERMISSIONS = Exercise(
    answer_name="needs",
    stub="""
needs = {
    "archivist": ...,
    "viewer": ...,
    "caterer": ...,
    "guest": ...,
    "registrar": ...,
    "till": ...,
}
""",
    examine=_examine,
    hints=(
        "Ask of each program: does it already have a wrapped key? Then all it needs is to have that decrypted.",
        "For those that make a key: do they use it themselves, now? If not, they shouldn't see it.",
        "None of them needs `Encrypt` or `Sign`: those work with the KMS key itself.",
    ),
    solution="""
needs = {
    "archivist": "GenerateDataKey",
    "viewer": "Decrypt",
    "caterer": "GenerateDataKeyWithoutPlaintext",
    "guest": "Decrypt",
    "registrar": "GenerateDataKeyPairWithoutPlaintext",
    "till": "Decrypt",
}
""",
)
