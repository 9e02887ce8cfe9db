"""Answers that make the mistakes of lesson 06's exercises."""

from kmsnb.exercises.lesson_06 import context, mend, name

from . import Answers, solution, stub

ANSWERS: Answers = {
    "06.a": {
        name.NOT_A_DICT: """
faults = ["resource", "account", "action", "notprincipal", "condition"]
""",
        name.OTHER_WORD: solution(("resource", "typo")),
        name.STILL_OPEN: solution(('"condition"', "...")),
        name.WRONG["A"]: solution(("resource", "action")),
        name.WRONG["B"]: solution(("account", "action")),
        name.WRONG["C"]: solution(("action", "resource")),
        name.WRONG["D"]: solution(("notprincipal", "effect")),
        name.WRONG["E"]: solution(("condition", "grant")),
    },
    "06.b": {
        mend.NOT_A_DICT: stub(("}", "}\nmended = [mended]")),
        mend.NOT_A_STATEMENT: stub(('A": ...,', 'A": "*",')),
        mend.STILL_OPEN: stub(
            ("mended", "from kmsnb.exercises.lesson_06 import faulty\nmended"),
            ('A": ...,', 'A": faulty["A"] | {"Resource": "*"},'),
        ),
        mend.UNCHANGED: stub(
            ("mended", "from kmsnb.exercises.lesson_06 import faulty\nmended"),
            ('A": ...,', 'A": faulty["A"],'),
        ),
        mend.REFUSED: stub(
            ("mended", "from kmsnb.exercises.lesson_06 import faulty\nmended"),
            (
                'B": ...,',
                'B": faulty["B"] | {"Principal": {"AWS": "arn:aws:iam::123456789012:group/readers"}},',
            ),
        ),
        mend.TOO_LITTLE: stub(
            ("mended", "from kmsnb.exercises.lesson_06 import faulty\nmended"),
            ('C": ...,', 'C": faulty["C"] | {"Action": ["kms:GenerateDataKey", "kms:Decrypt"]},'),
        ),
        mend.TOO_MUCH: stub(
            ("mended", "from kmsnb.exercises.lesson_06 import faulty\nmended"),
            ('A": ...,', 'A": faulty["A"] | {"Resource": "*", "Action": "kms:*"},'),
        ),
        mend.NO_DENY: stub(
            ("mended", "from kmsnb.exercises.lesson_06 import faulty\nmended"),
            ('D": ...,', 'D": faulty["D"] | {"Resource": "arn:aws:kms:us-east-1:123456789012:key/other"},'),
        ),
        mend.RE_ENCRYPT: solution(('["kms:Decrypt", "kms:ReEncryptFrom"]', '"kms:Decrypt"')),
        mend.MISSES_SOME: solution(
            (
                'Principal": "*",',
                'Principal": {"AWS": ["arn:aws:iam::123456789012:user/Bea", "arn:aws:iam::123456789012:user/student"]},',
            )
        ),
    },
    "06.c": {
        context.NOT_A_STATEMENT: solution(("return {", "return [{"), ("    }", "    }]")),
        context.NO_EFFECT: solution(('\n        "Resource": "*",', "")),
        context.REFUSED: solution(("user_arn}", 'user_arn.replace("user/", "group/")}')),
        context.NOT_ALLOWED: solution(("EncryptionContext:app", "EncryptionContext")),
        context.FIXED: solution((": app}", ': "shop"}')),
        context.ANY_CONTEXT: solution(
            (
                """
        "Condition": {"StringEquals": {"kms:EncryptionContext:app": app}},""",
                "",
            )
        ),
        context.SOMEBODY_ELSE: solution(('{"AWS": user_arn}', '"*"')),
        context.OTHER_ACTION: solution(('["kms:Encrypt", "kms:Decrypt"]', '"kms:*"')),
    },
}
