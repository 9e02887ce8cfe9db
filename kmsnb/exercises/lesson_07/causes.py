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


NOT_A_DICT = Mistake("`causes` must stay a dictionary: the name of an error, then a function that causes it.")
STILL_OPEN = Mistake("So far so good. Still to be caused:")
NOT_A_FUNCTION = Mistake(
    "An entry is no function. Write `lambda: kms.…(…)`, so that the call is made when the check asks for it:"
)
NO_ERROR = Mistake(
    "A call succeeds where KMS should refuse. Change one thing about it (is the disabled key of section 5 enabled again?):"
)
CAUGHT = Mistake(
    "KMS refuses, but the error is caught before the check sees it. Make the call itself, with no helper and no `try` "
    "around it:"
)
OTHER_ERROR = Mistake("A call fails with another error than the one it stands for:")
NEVER_SENT = Mistake("A call never gets as far as KMS. Make one that is well formed and still refused:")
OLD_LAB = Mistake(
    "A call goes to a lab that is over, since the setup cell was run again. Run the lesson from the top, then this cell:"
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
        "ValidationException: a plaintext too long. InvalidCiphertextException: a byte changed, or another context.",
        (
            "AccessDeniedException: a ciphertext of this Region, handed to KMS in another one. IncorrectKeyException: "
            "a ciphertext of one key, decrypted while naming another."
        ),
        (
            "InvalidKeyUsageException: an RSA key, and no algorithm named. DisabledException: the key that section 5 "
            "switched off, `off['KeyId']`."
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
off = {"KeyId": other}
kms.disable_key(KeyId=other)

causes = {
    "NotFoundException": lambda: kms.describe_key(KeyId="alias/nobody"),
    "ValidationException": lambda: kms.encrypt(KeyId="alias/test", Plaintext=b"x" * 4097),
    "InvalidCiphertextException": lambda: kms.decrypt(CiphertextBlob=one[:-1]),
    "AccessDeniedException": lambda: ireland.decrypt(CiphertextBlob=one),
    "IncorrectKeyException": lambda: kms.decrypt(CiphertextBlob=swapped, KeyId="alias/test"),
    "InvalidKeyUsageException": lambda: kms.encrypt(KeyId=rsa, Plaintext=b"x"),
    "DisabledException": lambda: kms.encrypt(KeyId=off["KeyId"], Plaintext=b"x"),
}
""",
)
