"""Exercise 04.b: the kind of key for each job. The check creates each key and does the job with it."""

from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import load_der_public_key

from ..examiner import examiner_kms
from ..model import Exercise, Mistake, NotAttempted

JOBS = ("protect files", "receive messages", "sign for decades", "authenticate cookies", "agree on a secret")


NOT_A_DICT = Mistake("`kinds` must be a dictionary from the name of each job to what `create_key` needs.")
NO_PARAMETERS = Mistake(
    "This entry isn't a dictionary of parameters. Write one such as "
    '`{"KeySpec": "RSA_2048", "KeyUsage": "SIGN_VERIFY"}`:'
)
STILL_OPEN = Mistake("So far so good. Still to choose:")
NO_SUCH_KEY = Mistake("CreateKey rejects this key:")
NOT_HERE = Mistake("AWS has this kind of key, but the mock doesn't. Choose another kind:")
NO_MATERIAL = Mistake(
    "With `Origin` EXTERNAL, the key is created empty and waits for you to import material. Leave `Origin` out:"
)
NO_DATA_KEYS = Mistake(
    "*protect files*: this key can't make data keys, or doesn't rotate automatically. Only a symmetric encryption key with "
    "material from KMS does both."
)
NO_MESSAGES = Mistake(
    "*receive messages*: the partner can't encrypt with this key without calling KMS, or you can't decrypt with it. Which "
    "kind has a public half that encrypts?"
)
NO_SIGNATURES = Mistake("*sign for decades*: this key can't sign, or has no public half for the devices.")
NOT_FOR_DECADES = Mistake(
    "*sign for decades*: it signs, but a large quantum computer could forge RSA and elliptic-curve signatures. Which specs "
    "are made to withstand one?"
)
NO_MAC = Mistake(
    "*authenticate cookies*: GenerateMac doesn't work with this key. Which family makes and checks MACs with one secret key?"
)
NO_SECRET = Mistake(
    "*agree on a secret*: DeriveSharedSecret doesn't work with this key. It needs a pair on an elliptic curve, for key "
    "agreement. (With ML-KEM only one side has a pair, and the other sends.)"
)


def _examine(kinds: Any) -> Mistake | None:
    if not isinstance(kinds, dict):
        return NOT_A_DICT
    entries = {job: kinds.get(job, ...) for job in JOBS}
    waiting = [job for job, parameters in entries.items() if parameters is ...]
    if len(waiting) == len(JOBS):
        raise NotAttempted
    kms = examiner_kms()
    for job, parameters in entries.items():
        if parameters is not ... and (fault := _fault(kms, job, parameters)):
            return fault
    return STILL_OPEN.about(", ".join(f"*{job}*" for job in waiting) + ".") if waiting else None


def _fault(kms: Any, job: str, parameters: Any) -> Mistake | None:
    if not isinstance(parameters, dict):
        return NO_PARAMETERS.about(f"*{job}*.")
    try:
        key = kms.create_key(**parameters)["KeyMetadata"]
    except (ClientError, BotoCoreError, TypeError) as error:
        if "not supported" in str(error):
            return NOT_HERE.about(f"*{job}*.")
        return NO_SUCH_KEY.about(f"*{job}* got `{_name(error)}`: {_words(error)}")
    do, mistake = _TRIALS[job]
    # imported material would not protect files either: it doesn't rotate automatically
    if key["KeyState"] == "PendingImport" and job != "protect files":
        return NO_MATERIAL.about(f"*{job}*.")
    try:
        do(kms, key)
    except (ClientError, ValueError, AttributeError, TypeError):
        return mistake
    if job == "sign for decades" and not key["KeySpec"].startswith("ML_DSA"):
        return NOT_FOR_DECADES
    return None


def _name(error: Exception) -> str:
    return error.response["Error"]["Code"] if isinstance(error, ClientError) else type(error).__name__


def _words(error: Exception) -> str:
    """What KMS or boto3 says, on one line, without the long list of allowed values."""
    said = error.response["Error"]["Message"] if isinstance(error, ClientError) else str(error)
    return " ".join(said.partition(": [")[0].split())


def _protect(kms: Any, key: dict[str, Any]) -> None:
    kms.generate_data_key(KeyId=key["KeyId"], KeySpec="AES_256")
    kms.enable_key_rotation(KeyId=key["KeyId"], RotationPeriodInDays=365)


def _receive(kms: Any, key: dict[str, Any]) -> None:
    public: Any = load_der_public_key(kms.get_public_key(KeyId=key["KeyId"])["PublicKey"])
    sha256 = hashes.SHA256()
    # a public key of another family has no encrypt: AttributeError
    letter = public.encrypt(b"hello", padding.OAEP(padding.MGF1(sha256), sha256, None))
    kms.decrypt(KeyId=key["KeyId"], CiphertextBlob=letter, EncryptionAlgorithm="RSAES_OAEP_SHA_256")


def _sign(kms: Any, key: dict[str, Any]) -> None:
    algorithm = key.get("SigningAlgorithms", ["none"])[0]
    kms.sign(KeyId=key["KeyId"], Message=b"program", MessageType="RAW", SigningAlgorithm=algorithm)
    kms.get_public_key(KeyId=key["KeyId"])


def _authenticate(kms: Any, key: dict[str, Any]) -> None:
    algorithm = key.get("MacAlgorithms", ["HMAC_SHA_256"])[0]
    kms.generate_mac(KeyId=key["KeyId"], Message=b"cookie", MacAlgorithm=algorithm)


def _agree(kms: Any, key: dict[str, Any]) -> None:
    # the partner's pair is on the same curve
    partner = kms.create_key(KeySpec=key["KeySpec"], KeyUsage="KEY_AGREEMENT")["KeyMetadata"]["KeyId"]
    public = kms.get_public_key(KeyId=partner)["PublicKey"]
    kms.derive_shared_secret(KeyId=key["KeyId"], KeyAgreementAlgorithm="ECDH", PublicKey=public)


_TRIALS: dict[str, tuple[Callable[[Any, dict[str, Any]], None], Mistake]] = {
    "protect files": (_protect, NO_DATA_KEYS),
    "receive messages": (_receive, NO_MESSAGES),
    "sign for decades": (_sign, NO_SIGNATURES),
    "authenticate cookies": (_authenticate, NO_MAC),
    "agree on a secret": (_agree, NO_SECRET),
}


EXERCISE = Exercise(
    answer_name="kinds",
    stub="""
kinds = {
    # an AWS service encrypts your files with data keys from it; it rotates every year
    "protect files": ...,
    # a partner without AWS credentials encrypts short messages that only you can read
    "receive messages": ...,
    # you sign programs; devices without a network check them, quantum computers or not
    "sign for decades": ...,
    # your own servers add a MAC to cookies and check it: one secret, no public half
    "authenticate cookies": ...,
    # you and a partner have a key pair each, and derive the same secret from them
    "agree on a secret": ...,
}
""",
    examine=_examine,
    hints=(
        "The picture in section 3 shows every kind. One entry can even be the empty dictionary: what does `create_key()` return?",
        "Who must do what without calling KMS? That's what a public half is for.",
        "The usages: ENCRYPT_DECRYPT (twice), SIGN_VERIFY, GENERATE_VERIFY_MAC, KEY_AGREEMENT.",
    ),
    solution="""
kinds = {
    "protect files": {},
    "receive messages": {"KeySpec": "RSA_2048", "KeyUsage": "ENCRYPT_DECRYPT"},
    "sign for decades": {"KeySpec": "ML_DSA_65", "KeyUsage": "SIGN_VERIFY"},
    "authenticate cookies": {"KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC"},
    "agree on a secret": {"KeySpec": "ECC_NIST_P256", "KeyUsage": "KEY_AGREEMENT"},
}
""",
)
