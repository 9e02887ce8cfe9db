"""Lesson 00: one prediction and one exercise, to show how they work."""

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from .examiner import FROM_THE_NOTEBOOK, examiner_kms
from .model import Exercise, Mistake, Option, Question, attempted

QUESTIONS = {
    "00.key": Question(
        "`create_key` makes a key inside KMS and answers with a dictionary. Is the key itself in it?",
        (
            Option(
                "Yes: I need it to encrypt.",
                "You never need it. You tell KMS what to encrypt and with which key, and KMS does it.",
            ),
            Option(
                "Yes, this once; afterwards nobody can see it.",
                "That is how AWS hands out access keys. A KMS key is shown to nobody, not even at its birth.",
            ),
            Option(
                "No: only facts about it, such as its id.",
                "The key never leaves KMS. You use it by naming it.",
                right=True,
            ),
        ),
    ),
}

WHOLE_ANSWER = Mistake(
    "It returns KMS's whole answer, a dictionary. The plaintext is in it, under `Plaintext`.",
    """
def read(kms, ciphertext):
    return kms.decrypt(CiphertextBlob=ciphertext)
""",
)
BYTES = Mistake(
    "Almost: these are the right bytes. `.decode()` makes text of them.",
    """
def read(kms, ciphertext):
    return kms.decrypt(CiphertextBlob=ciphertext)["Plaintext"]
""",
)
STILL_ENCRYPTED = Mistake(
    "It returns the ciphertext as it came. Hand it to `kms.decrypt`.",
    """
def read(kms, ciphertext):
    return ciphertext
""",
)
DECODED_TOO_SOON = Mistake(
    "It decodes the ciphertext itself, which is no text. Hand it to `kms.decrypt` first.",
    """
def read(kms, ciphertext):
    return ciphertext.decode()
""",
)
STR_OF_BYTES = Mistake(
    "`str` keeps the `b'…'` around the bytes. `.decode()` makes text of them.",
    """
def read(kms, ciphertext):
    return str(kms.decrypt(CiphertextBlob=ciphertext)["Plaintext"])
""",
)
NOT_WHAT_IT_IS_GIVEN = Mistake(
    FROM_THE_NOTEBOOK,
    """
key_id = "7de07621-193c-4a26-855e-884e28237e4e"


def read(kms, ciphertext):
    return kms.decrypt(KeyId=key_id, CiphertextBlob=ciphertext)["Plaintext"].decode()
""",
)
NOTHING_RETURNED = Mistake(
    "It returns None. Does it end with `return` and the text?",
    """
def read(kms, ciphertext):
    kms.decrypt(CiphertextBlob=ciphertext)
""",
)
OTHER_TEXT = Mistake(
    "It returns a text, but not the one in the ciphertext. It must read what it is given, whatever that is.",
    """
def read(kms, ciphertext):
    return "the cake is ready"
""",
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


EXERCISES = {
    "00.a": Exercise(
        task="Return the text that is in a ciphertext.",
        answer_name="read",
        stub="""
def read(kms, ciphertext):
    return ...
""",
        examine=_examine_read,
        mistakes=(
            NOTHING_RETURNED,
            WHOLE_ANSWER,
            STILL_ENCRYPTED,
            DECODED_TOO_SOON,
            BYTES,
            STR_OF_BYTES,
            NOT_WHAT_IT_IS_GIVEN,
            OTHER_TEXT,
        ),
        hints=(
            "The third of the three lines does it: `kms.decrypt(CiphertextBlob=ciphertext)`.",
            "Its answer is a dictionary; the plaintext is under `Plaintext`, in bytes.",
            "`.decode()` turns bytes into text.",
        ),
        solution="""
def read(kms, ciphertext):
    return kms.decrypt(CiphertextBlob=ciphertext)["Plaintext"].decode()
""",
    ),
}
