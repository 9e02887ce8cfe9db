"""Answers that make the mistakes of lesson 12's exercises."""

from kmsnb.exercises.lesson_12 import causes, policy, rewrite

from . import Answers, solution, stub

_VIA = '\n            "StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"},'
_ROBIN = '"arn:aws:iam::123456789012:user/Robin"'

ANSWERS: Answers = {
    "12.a": {
        causes.NOT_A_DICT: """
causes = ["key", "parts", "s3"]
""",
        causes.OTHER_WORD: solution(('"key"', '"iam"')),
        causes.STILL_OPEN: solution(('"region"', "...")),
        causes.WRONG["A"]: solution(('"key"', '"s3"')),
        causes.WRONG["B"]: solution(('"parts"', '"key"')),
        causes.WRONG["C"]: solution(('"s3"', '"key"')),
        causes.WRONG["D"]: solution(('"state"', '"key"')),
        causes.WRONG["E"]: solution(('"bucket"', '"s3"')),
        causes.WRONG["F"]: solution(('"context"', '"key"')),
        causes.WRONG["G"]: solution(('"region"', '"state"')),
    },
    "12.b": {
        policy.NOT_STATEMENTS: stub(("[...]", '["kms:Decrypt"]')),
        policy.REFUSED: solution((_ROBIN, '"arn:aws:iam::123456789012:group/jobs"')),
        policy.TOO_LITTLE: solution(("s3.us-east-1.amazonaws.com", "s3.amazonaws.com")),
        policy.TOMORROW: solution(("{folder}/*", "{folder}/2026-09-06*")),
        policy.SOMEBODY_ELSE: solution((_ROBIN, '"*"')),
        policy.DIRECTLY: solution((_VIA, "")),
        policy.OTHER_ACTION: solution(('"kms:GenerateDataKey"', '"kms:GenerateDataKey*"')),
        policy.OTHER_PLACE: solution(("ledger/{folder}/*", "ledger/*")),
        policy.CROSSED: solution(('"Action": action', '"Action": ["kms:Decrypt", "kms:GenerateDataKey"]')),
    },
    "12.c": {
        rewrite.GONE: solution(("CopySource=there", 'CopySource=there | {"Key": "june"}')),
        rewrite.LEFT_BEHIND: solution((", **under_key)", ', ServerSideEncryption="aws:kms")')),
        rewrite.TOUCHED: solution(
            ('        if s3.head_object(**there).get("SSEKMSKeyId") != key_arn:', "        if True:")
        ),
        rewrite.NOT_THE_NAMES: solution(("return moved", "return len(moved)")),
        rewrite.NEW_NAMES: solution(
            (
                "            moved.append",
                '            s3.put_object(Bucket=bucket, Key="copy", Body=b"x")\n            moved.append',
            )
        ),
        rewrite.OTHER_KEY: solution(('"SSEKMSKeyId": key_arn}', '"SSEKMSKeyId": "alias/reports"}')),
    },
}
