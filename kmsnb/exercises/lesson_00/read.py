"""Exercise 00.a: return the text in a ciphertext."""

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from ..examiner import FROM_THE_NOTEBOOK, examiner_kms
from ..model import Exercise, Mistake, attempted

WHOLE_ANSWER = Mistake(
    "It returns KMS's whole answer, a dictionary. The plaintext is in it, under `Plaintext`."
)
BYTES = Mistake("Almost: these are the right bytes. `.decode()` makes text of them.")
STILL_ENCRYPTED = Mistake("It returns the ciphertext as it came. Hand it to `kms.decrypt`.")
DECODED_TOO_SOON = Mistake(
    "It decodes the ciphertext itself, which is no text. Hand it to `kms.decrypt` first."
)
STR_OF_BYTES = Mistake("`str` keeps the `b'…'` around the bytes. `.decode()` makes text of them.")
NOT_WHAT_IT_IS_GIVEN = Mistake(FROM_THE_NOTEBOOK)
NOTHING_RETURNED = Mistake("It returns None. Does it end with `return` and the text?")
OTHER_TEXT = Mistake(
    "It returns a text, but not the one in the ciphertext. It must read what it is given, whatever that is."
)


def _examine_read(read: Callable[..., Any]) -> Mistake | None:
    kms = examiner_kms()
    key_id = kms.create_key()["KeyMetadata"]["KeyId"]
    text = " Smörgås at 7? "
    ciphertext = kms.encrypt(KeyId=key_id, Plaintext=text)["CiphertextBlob"]
    try:
        result = attempted(read(kms, ciphertext))
    except UnicodeDecodeError:
        return DECODED_TOO_SOON
    except ClientError as error:
        if error.response["Error"]["Code"] in ("NotFoundException", "AccessDeniedException"):
            return NOT_WHAT_IT_IS_GIVEN
        raise
    if result is None:
        return NOTHING_RETURNED
    if isinstance(result, dict):
        return WHOLE_ANSWER
    if result == ciphertext:
        return STILL_ENCRYPTED
    if result == text.encode():
        return BYTES
    if result == str(text.encode()):
        return STR_OF_BYTES
    return None if result == text else OTHER_TEXT


EXERCISE = Exercise(
    answer_name="read",
    stub="""
def read(kms, ciphertext):
    return ...
""",
    examine=_examine_read,
    hints=(
        "The third of the three lines does it: `kms.decrypt(CiphertextBlob=ciphertext)`.",
        "Its answer is a dictionary; the plaintext is under `Plaintext`, in bytes.",
        "`.decode()` turns bytes into text.",
    ),
    solution="""
def read(kms, ciphertext):
    return kms.decrypt(CiphertextBlob=ciphertext)["Plaintext"].decode()
""",
)
