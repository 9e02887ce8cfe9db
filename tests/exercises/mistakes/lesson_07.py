"""Answers that make the mistakes of lesson 07's exercises."""

from kmsnb.exercises.lesson_07 import causes, fits, keep

from . import Answers, solution, stub

ANSWERS: Answers = {
    "07.a": {
        keep.NO_CONTEXT: stub(
            ("return ...", 'return kms.encrypt(KeyId=key_id, Plaintext=password)["CiphertextBlob"]')
        ),
        keep.FIXED_CONTEXT: stub(
            (
                "return ...",
                """context = {"customer": "customer"}
    return kms.encrypt(KeyId=key_id, Plaintext=password, EncryptionContext=context)["CiphertextBlob"]""",
            )
        ),
        keep.OTHER_CONTEXT: stub(
            (
                "return ...",
                """context = {"customer": customer, "app": "shop"}
    return kms.encrypt(KeyId=key_id, Plaintext=password, EncryptionContext=context)["CiphertextBlob"]""",
            )
        ),
        keep.WHOLE_ANSWER: stub(
            (
                "return ...",
                'return kms.encrypt(KeyId=key_id, Plaintext=password, EncryptionContext={"customer": customer})',
            )
        ),
        keep.NOTHING_RETURNED: stub(
            (
                "return ...",
                'kms.encrypt(KeyId=key_id, Plaintext=password, EncryptionContext={"customer": customer})',
            )
        ),
        keep.NOT_ENCRYPTED: stub(("return ...", "return password.encode()")),
        keep.CHANGED: solution(
            ("customer):", "customer):\n    import base64"),
            ('response["CiphertextBlob"]', 'base64.b64encode(response["CiphertextBlob"])'),
        ),
        keep.OTHER_PLAINTEXT: stub(
            (
                "return ...",
                """context = {"customer": customer}
    return kms.encrypt(KeyId=key_id, Plaintext="password", EncryptionContext=context)["CiphertextBlob"]""",
            )
        ),
        keep.OTHER_KMS: stub(
            (
                "return ...",
                """import boto3
    own = boto3.client("kms")
    key = own.create_key()["KeyMetadata"]["KeyId"]
    return own.encrypt(KeyId=key, Plaintext=password, EncryptionContext={"customer": customer})["CiphertextBlob"]""",
            )
        ),
    },
    "07.b": {
        fits.COUNTS_CHARACTERS: solution((".encode()", "")),
        fits.REFUSES_THE_LIMIT: solution(("<= 4096", "< 4096")),
        fits.TAKES_TOO_MUCH: solution(("= 4096", "= 5000")),
        fits.TAKES_NOTHING_TOO: solution(("1 <= len", "len")),
        fits.STRIPS: solution((".encode", ".strip().encode")),
        fits.NOT_A_TRUTH_VALUE: solution(("return 1 <= ", "return text and ")),
        fits.ASKS_KMS: stub(
            (
                "return ...",
                """try:
        kms.encrypt(KeyId="alias/test", Plaintext=text)
        return True
    except kms.exceptions.ClientError:
        return False""",
            )
        ),
    },
    "07.c": {
        causes.NOT_A_DICT: "\ncauses = [lambda: kms.list_keys()]\n",
        causes.STILL_OPEN: solution(('lambda: kms.encrypt(KeyId=off, Plaintext=b"x")', "...")),
        causes.NOT_A_FUNCTION: stub(
            ('NotFoundException": ...,', "NotFoundException\": 'kms.describe_key()',")
        ),
        causes.NO_ERROR: solution(('describe_key(KeyId="alias/nobody"', "list_keys(")),
        causes.CAUGHT: stub(
            (
                "causes",
                """from botocore.exceptions import ClientError


def attempt(call, **parameters):
    try:
        call(**parameters)
        return "✓"
    except ClientError as error:
        return error.response["Error"]["Code"]
causes""",
            ),
            (
                'NotFoundException": ...,',
                'NotFoundException": lambda: attempt(kms.describe_key, KeyId="alias/nobody"),',
            ),
        ),
        causes.OTHER_ERROR: solution(
            ('encrypt(KeyId="alias/test", Plaintext=b"x" * 4097', 'describe_key(KeyId="alias/nobody"')
        ),
        causes.NEVER_SENT: solution(('KeyId="alias/test", Plaintext=b"x" * 4097', "")),
        causes.OLD_LAB: stub(
            (
                "causes",
                """import boto3, kmsnb

old = boto3.client("kms")
lab = kmsnb.start()
causes""",
            ),
            (
                'NotFoundException": ...,',
                'NotFoundException": lambda: old.describe_key(KeyId="alias/nobody"),',
            ),
        ),
    },
}
