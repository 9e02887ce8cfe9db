"""Answers that make the mistakes of lesson 15's exercises."""

from kmsnb.exercises.lesson_15 import receipts, tokens, webhooks

from . import Answers, solution, stub

ANSWERS: Answers = {
    "15.a": {
        tokens.NOT_A_TOKEN: solution((".decode()", "")),
        tokens.PADDED: solution(('urlsafe_b64encode(raw).rstrip(b"=")', "urlsafe_b64encode(raw)")),
        tokens.NOT_URL_SAFE: solution(
            ("from base64 import urlsafe_b64encode", "from base64 import b64encode, urlsafe_b64encode"),
            ('b".".join(urlsafe_b64encode(part)', 'b".".join(b64encode(part)'),
        ),
        tokens.NOT_JSON: solution(("json.dumps(part).encode()", "str(part).encode()")),
        tokens.OTHER_ALGORITHM: solution(("ES256", "RS256")),
        tokens.OTHER_CLAIMS: solution(
            ('({"alg": "ES256"}, claims)', '({"alg": "ES256"}, {"claims": claims})')
        ),
        tokens.HASHED_TWICE: solution(
            ("import json", "import hashlib, json"),
            ("Message=signed", "Message=hashlib.sha256(signed).digest()"),
        ),
        tokens.ANOTHER_TEXT: solution(("Message=signed", "Message=parts[1]")),
        tokens.IN_DER: solution(("urlsafe_b64encode(raw)", 'urlsafe_b64encode(answer["Signature"])')),
        tokens.CUT_SHORT: solution(
            (
                "r.to_bytes(32) + s.to_bytes(32)",
                'b"".join(n.to_bytes((n.bit_length() + 7) // 8) for n in (r, s))',
            )
        ),
        tokens.OTHER_KEY: solution(('"KeyId": key_id', '"KeyId": "alias/till"')),
    },
    "15.b": {
        receipts.NOT_SETS: stub(("1: ...", "1: 'Uma'")),
        receipts.STILL_OPEN: solution(('5: {"Uma"}', "5: ...")),
        receipts.NOT_CHANGED: solution(("4: set()", '4: {"Uma", "Ben"}')),
        receipts.OVERLOOKED: solution(('3: {"Uma", "Ben"}', "3: set()")),
        receipts.TAKES_NO_KEY: solution(('{"Uma", "Ben", "Chloe", "Mallory"}', '{"Uma"}')),
        receipts.CANNOT_MAKE_IT: solution(('5: {"Uma"}', '5: {"Uma", "Mallory"}')),
        receipts.MISSED: solution(('3: {"Uma", "Ben"}', '3: {"Ben"}')),
    },
    "15.c": {
        webhooks.SENDER_CANNOT: solution(('(sender_arn, "GenerateMac")', '(sender_arn, "VerifyMac")')),
        webhooks.RECEIVER_CANNOT: solution((', (receiver_arn, "VerifyMac")', ",")),
        webhooks.EVERYONE: stub(
            (
                "return ...",
                """import json
    policy = json.loads(kms.get_key_policy(KeyId=key_arn)["Policy"])
    actions = ["kms:GenerateMac", "kms:VerifyMac"]
    everyone = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": actions, "Resource": "*"}
    policy["Statement"].append(everyone)
    kms.put_key_policy(KeyId=key_arn, Policy=json.dumps(policy))""",
            )
        ),
        webhooks.RECEIVER_FORGES: solution(("[operation]", '["GenerateMac", "VerifyMac"]')),
        webhooks.SENDER_CHECKS: solution(
            (
                '(sender_arn, "GenerateMac"), ',
                '(sender_arn, "GenerateMac"), (sender_arn, "VerifyMac"), ',
            )
        ),
        webhooks.TOO_MUCH: solution(("[operation]", '[operation, "DescribeKey"]')),
        webhooks.LOCKED_OUT: stub(
            (
                "return ...",
                """import json
    statements = [
        {"Effect": "Allow", "Principal": {"AWS": who}, "Action": action, "Resource": "*"}
        for who, action in ((sender_arn, "kms:GenerateMac"), (receiver_arn, "kms:VerifyMac"))
    ]
    policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
    kms.put_key_policy(KeyId=key_arn, Policy=policy, BypassPolicyLockoutSafetyCheck=True)""",
            )
        ),
        webhooks.OTHER_KEY: solution(("KeyId=key_arn", 'KeyId="12345678-1234-1234-1234-123456789012"')),
    },
}
