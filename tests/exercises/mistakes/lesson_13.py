"""Answers that make the mistakes of lesson 13's exercises."""

from kmsnb.exercises.lesson_13 import deputy, forum, move

from . import Answers, solution

_CONDITION = """
        "Condition": {"StringEquals": {"aws:SourceArn": trail_arn}},"""

ANSWERS: Answers = {
    "13.a": {
        forum.NOT_A_DICT: """
causes = ["state", "caller", "create-grant", "key-policy", "key-policy", "aws-managed", "region", "key-policy"]
""",
        forum.OTHER_WORD: solution(('"A": "state"', '"A": "disabled"')),
        forum.STILL_OPEN: solution(('"region"', "...")),
        forum.WRONG["A"]: solution(('"A": "state"', '"A": "caller"')),
        forum.WRONG["B"]: solution(('"B": "caller"', '"B": "key-policy"')),
        forum.WRONG["C"]: solution(('"C": "create-grant"', '"C": "state"')),
        forum.WRONG["D"]: solution(('"D": "key-policy"', '"D": "bucket"')),
        forum.WRONG["E"]: solution(('"E": "key-policy"', '"E": "state"')),
        forum.WRONG["F"]: solution(('"F": "aws-managed"', '"F": "caller"')),
        forum.WRONG["G"]: solution(('"G": "region"', '"G": "state"')),
        forum.WRONG["H"]: solution(('"H": "key-policy"', '"H": "caller"')),
    },
    "13.b": {
        deputy.NOT_A_STATEMENT: solution(("return {", "return [{"), ("    }\n", "    }]\n")),
        deputy.REFUSED: solution(('"Effect": "Allow"', '"Effect": "Permit"')),
        deputy.NO_SERVICE: solution(('"Service"', '"AWS"'), ('"cloudtrail.amazonaws.com"', '"123456789012"')),
        deputy.NO_DATA_KEY: solution(('"kms:GenerateDataKey*", ', "")),
        deputy.FIXED: solution(
            (
                'aws:SourceArn": trail_arn',
                'aws:SourceArn": "arn:aws:cloudtrail:us-east-1:123456789012:trail/*"',
            ),
            ("StringEquals", "StringLike"),
        ),
        deputy.ANY_TRAIL: solution((_CONDITION, "")),
        deputy.ANOTHER_TRAIL: solution(
            (
                'aws:SourceArn": trail_arn',
                'aws:SourceArn": trail_arn.replace("audit", "*").replace("billing", "?*")',
            ),
            ("StringEquals", "StringLike"),
        ),
        deputy.SOMEBODY_ELSE: solution(('{"Service": "cloudtrail.amazonaws.com"}', '"*"'), (_CONDITION, "")),
        deputy.MORE: solution(('["kms:GenerateDataKey*", "kms:DescribeKey"]', '"kms:*"')),
    },
    "13.c": {
        move.NO_NAME: solution(("return moved", "return copy")),
        move.NO_DATABASE: solution(("DBInstanceIdentifier=moved", 'DBInstanceIdentifier="moved"')),
        move.OLD_KEY: solution(("DBSnapshotIdentifier=copy)", "DBSnapshotIdentifier=first)")),
        move.DELETED: solution(
            (
                "    return moved",
                "    rds.delete_db_instance(DBInstanceIdentifier=name, SkipFinalSnapshot=True)\n    return moved",
            )
        ),
        move.NOT_RESTORED: """
def move(rds, name, key_id):
    rds.create_db_instance(
        DBInstanceIdentifier=name + "-moved",
        Engine="mysql",
        DBInstanceClass="db.t4g.micro",
        AllocatedStorage=24,
        StorageEncrypted=True,
        KmsKeyId=key_id,
    )
    return name + "-moved"
""",
        move.REFUSED: solution(("KmsKeyId=key_id", 'KmsKeyId="alias/none"')),
    },
}
