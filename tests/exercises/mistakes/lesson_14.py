"""Answers that make the mistakes of lesson 14's exercises."""

from kmsnb.exercises.lesson_14 import mend, smallest, tickets

from . import Answers, solution, stub

_IMPORT = ("mended = {", "from kmsnb.exercises.lesson_14 import broken\nmended = {")

ANSWERS: Answers = {
    "14.a": {
        tickets.NOT_A_DICT: """
places = ["call", "caller", "key", "organization", "organization", "caller"]
""",
        tickets.OTHER_WORD: solution(('"call"', '"alias"')),
        tickets.STILL_OPEN: solution(('"F": "caller"', '"F": ...')),
        tickets.WRONG["A"]: solution(('"call"', '"key"')),
        tickets.WRONG["B"]: solution(('"B": "caller"', '"B": "key"')),
        tickets.WRONG["C"]: solution(('"C": "key"', '"C": "caller"')),
        tickets.WRONG["D"]: solution(('"D": "organization"', '"D": "caller"')),
        tickets.WRONG["E"]: solution(('"E": "organization"', '"E": "caller"')),
        tickets.WRONG["F"]: solution(('"F": "caller"', '"F": "key"')),
    },
    "14.b": {
        mend.NOT_A_DICT: stub(("}", "}\nmended = [mended]")),
        mend.NOT_A_STATEMENT: stub(('"bucket": ...', '"bucket": "arn:aws:s3:::reports/*"')),
        mend.STILL_OPEN: solution(
            ('"iam": [reads, decrypts | {"Resource": OUR_KEY}]', '"iam": ...'),
        ),
        mend.UNCHANGED: stub(_IMPORT, ('"bucket": ...', '"bucket": broken["bucket"]')),
        mend.REFUSED: solution(('{"Condition": through_s3}', '{"Condition": through_s3, "Action": "s3"}')),
        mend.TOO_LITTLE: solution(('"Resource": OUR_KEY', '"Resource": OUR_KEY.replace("key/", "alias/")')),
        mend.TOO_MUCH: solution(('{"Condition": through_s3}', '{"Condition": {}}')),
    },
    "14.c": {
        smallest.NOT_A_POLICY: stub(("[...]", "[None]")),
        smallest.PRINCIPAL: solution(
            ('"Action": "kms:ListAliases"', '"Action": "kms:ListAliases", "Principal": "*"')
        ),
        smallest.RE_ENCRYPT: solution(
            ('"kms:ReEncryptFrom"', '"kms:ReEncrypt"'), ("kms:ReEncryptTo", "kms:ReEncrypt")
        ),
        smallest.NO_KEY: solution(
            ('"kms:ListAliases", "Resource": "*"', '"kms:ListAliases", "Resource": OUR_KEY')
        ),
        smallest.TOO_LITTLE: solution(('"kms:GenerateDataKey", ', "")),
        smallest.TOO_MUCH: solution(('"kms:ReEncryptFrom"', '"kms:ReEncrypt*"')),
    },
}
