"""Answers that make the mistakes of lesson 00's exercises."""

from kmsnb.exercises.lesson_00 import read

from . import Answers, solution, stub

ANSWERS: Answers = {
    "00.a": {
        read.NOTHING_RETURNED: stub(("return ...", "kms.decrypt(CiphertextBlob=ciphertext)")),
        read.WHOLE_ANSWER: solution(('["Plaintext"].decode()', "")),
        read.STILL_ENCRYPTED: stub(("return ...", "return ciphertext")),
        read.DECODED_TOO_SOON: stub(("return ...", "return ciphertext.decode()")),
        read.BYTES: solution((".decode()", "")),
        read.STR_OF_BYTES: stub(
            ("return ...", 'return str(kms.decrypt(CiphertextBlob=ciphertext)["Plaintext"])')
        ),
        read.NOT_WHAT_IT_IS_GIVEN: solution(
            ("def read", 'key_id = "7de07621-193c-4a26-855e-884e28237e4e"\ndef read'),
            ("(CiphertextBlob", "(KeyId=key_id, CiphertextBlob"),
        ),
        read.OTHER_TEXT: stub(("return ...", 'return "the cake is ready"')),
    },
}
