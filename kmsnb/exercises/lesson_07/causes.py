"""Exercise c: cause each of the usual errors."""

from typing import Any

from botocore.exceptions import ClientError

from kmsnb.offline import OfflineError

from ..model import Exercise, Mistake, NotAttempted
from .recorded_calls import recorded

ERRORS = (
    "NotFoundException",
    "ValidationException",
    "InvalidCiphertextException",
    "AccessDeniedException",
    "IncorrectKeyException",
    "InvalidKeyUsageException",
    "DisabledException",
)


NOT_A_DICT = Mistake("`causes` must be a dictionary: each error's name, with a function that causes it.")
STILL_OPEN = Mistake("Right so far. Still missing:")
NOT_A_FUNCTION = Mistake(
    "An entry is not a function. Write `lambda: kms.…(…)`, so that the check can make the call:"
)
NO_ERROR = Mistake(
    "A call succeeds, but KMS should refuse it. Change one thing about it. (Or did you enable section 5's disabled "
    "key?)"
)
CAUGHT = Mistake(
    "KMS refuses, but something catches the error before the check sees it. Make the call directly, without a helper "
    "or a `try`:"
)
OTHER_ERROR = Mistake("A call fails with a different error:")
NEVER_SENT = Mistake("A call never reaches KMS. Make a valid request that KMS refuses:")
OLD_LAB = Mistake(
    "A call goes to a lab that has stopped, because you ran the setup cell again. Run the lesson from the top, then "
    "this cell:"
)


def _examine_causes(causes: Any) -> Mistake | None:
    if not isinstance(causes, dict):
        return NOT_A_DICT
    entries = {name: causes.get(name, ...) for name in ERRORS}
    waiting = [name for name, cause in entries.items() if cause is ...]
    if len(waiting) == len(ERRORS):
        raise NotAttempted
    for name, cause in entries.items():
        if cause is ...:
            continue
        if not callable(cause):
            return NOT_A_FUNCTION.about(f"`{name}`.")
        already = _refusals()
        try:
            cause()
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code != name:
                return OTHER_ERROR.about(f"`{name}` got `{code}`.")
        except OfflineError:
            return OLD_LAB.about(f"`{name}`.")
        except Exception as error:  # noqa: BLE001 (a learner's own code may raise anything)
            return NEVER_SENT.about(f"`{name}` got Python's `{type(error).__name__}`.")
        else:
            return (CAUGHT if _refusals() > already else NO_ERROR).about(f"`{name}`.")
    return STILL_OPEN.about(", ".join(f"`{name}`" for name in waiting) + ".") if waiting else None


def _refusals() -> int:
    """How many calls KMS has refused so far."""
    return sum(record.error_code is not None for record in recorded())


EXERCISE = Exercise(
    answer_name="causes",
    stub="""
causes = {
    "NotFoundException": ...,
    "ValidationException": ...,
    "InvalidCiphertextException": ...,
    "AccessDeniedException": ...,
    "IncorrectKeyException": ...,
    "InvalidKeyUsageException": ...,
    "DisabledException": ...,
}
""",
    examine=_examine_causes,
    hints=(
        "Each entry is a function that makes one call, such as `lambda: kms.describe_key(KeyId='alias/nobody')`.",
        "ValidationException: too long a plaintext. InvalidCiphertextException: a changed byte, or another context.",
        (
            "AccessDeniedException: a ciphertext of this Region, sent to KMS in another one without a key id. "
            "IncorrectKeyException: name a key that didn't make the ciphertext."
        ),
        (
            "InvalidKeyUsageException: an RSA key without an algorithm. DisabledException: the key that section 5 "
            "disabled, `off`."
        ),
    ),
    solution="""
import boto3

# as the lesson made them
ireland = boto3.client("kms", region_name="eu-west-1")
one = kms.encrypt(KeyId="alias/test", Plaintext=b"secret")["CiphertextBlob"]
rsa = kms.create_key(KeySpec="RSA_2048", KeyUsage="ENCRYPT_DECRYPT")["KeyMetadata"]["KeyId"]
other = kms.create_key()["KeyMetadata"]["KeyId"]
swapped = kms.encrypt(KeyId=other, Plaintext=b"secret")["CiphertextBlob"]
off = other
kms.disable_key(KeyId=other)

causes = {
    "NotFoundException": lambda: kms.describe_key(KeyId="alias/nobody"),
    "ValidationException": lambda: kms.encrypt(KeyId="alias/test", Plaintext=b"x" * 4097),
    "InvalidCiphertextException": lambda: kms.decrypt(CiphertextBlob=one[:-1]),
    "AccessDeniedException": lambda: ireland.decrypt(CiphertextBlob=one),
    "IncorrectKeyException": lambda: kms.decrypt(CiphertextBlob=swapped, KeyId="alias/test"),
    "InvalidKeyUsageException": lambda: kms.encrypt(KeyId=rsa, Plaintext=b"x"),
    "DisabledException": lambda: kms.encrypt(KeyId=off, Plaintext=b"x"),
}
""",
)
