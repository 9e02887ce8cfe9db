"""Answers that make the mistakes of lesson 11's exercises."""

from kmsnb.exercises.lesson_11 import needs, retire, swap

from . import Answers, solution, stub

ANSWERS: Answers = {
    "11.a": {
        retire.TWO_STEPS: solution(
            (
                "    kms.disable_key(KeyId=key_id)",
                "    kms.schedule_key_deletion(KeyId=key_id, PendingWindowInDays=30)",
            ),
        ),
        retire.TOO_SOON: solution((" and quiet_days >= 365", "")),
        retire.DISABLED_TOO_SOON: solution((" and quiet_days >= 30:", ":")),
        retire.SHORT_WAIT: solution(("PendingWindowInDays=30", "PendingWindowInDays=7")),
        retire.IGNORES_NEED: solution(("quiet_days == 0", "quiet_days < 0")),
        retire.LEFT_DISABLED: solution(
            (
                "            kms.cancel_key_deletion(KeyId=key_id)\n        ",
                '            kms.cancel_key_deletion(KeyId=key_id)\n        elif state == "Disabled":\n            ',
            )
        ),
        retire.NEVER_DISABLES: solution(("quiet_days >= 30:", "quiet_days > 30:")),
        retire.NEVER_SCHEDULES: solution(("quiet_days >= 365", "quiet_days > 365")),
        retire.ENABLED_AGAIN: solution(
            (
                'elif state == "Enabled"',
                'elif state == "Disabled" and quiet_days < 365:\n        kms.enable_key(KeyId=key_id)\n    elif state == "Enabled"',
            )
        ),
        retire.STARTS_AGAIN: solution(
            (
                'KeyState"]\n',
                'KeyState"]\n    if state == "PendingDeletion":\n        kms.cancel_key_deletion(KeyId=key_id)\n        state = "Disabled"\n',
            )
        ),
        retire.REFUSED: solution(('if state == "PendingDeletion":\n            ', "")),
        retire.OTHER_KMS: solution(
            ("key_id, quiet_days):", 'key_id, quiet_days):\n    key_id = "alias/archive"')
        ),
    },
    "11.b": {
        swap.SAME_KEY: stub(
            (
                "return ...",
                """key_id = kms.describe_key(KeyId=alias)["KeyMetadata"]["KeyId"]
    kms.rotate_key_on_demand(KeyId=key_id)
    return ciphertexts""",
            )
        ),
        swap.LEFT_BEHIND: solution(("return moved", "return ciphertexts")),
        swap.PLAINTEXT_SEEN: stub(
            (
                "return ...",
                """new = kms.create_key()["KeyMetadata"]["KeyId"]
    moved = []
    for ciphertext in ciphertexts:
        plaintext = kms.decrypt(CiphertextBlob=ciphertext, KeyId=alias)["Plaintext"]
        moved.append(kms.encrypt(KeyId=new, Plaintext=plaintext)["CiphertextBlob"])
    kms.update_alias(AliasName=alias, TargetKeyId=new)
    return moved""",
            )
        ),
        swap.OLD_KEY_OFF: solution(
            (
                "ciphertexts):",
                """ciphertexts):
    old = kms.describe_key(KeyId=alias)["KeyMetadata"]["KeyId"]""",
            ),
            ("TargetKeyId=new)", "TargetKeyId=new)\n    kms.disable_key(KeyId=old)"),
        ),
        swap.GAP: stub(
            (
                "return ...",
                """new = kms.create_key()["KeyMetadata"]["KeyId"]
    moved = [kms.re_encrypt(CiphertextBlob=c, DestinationKeyId=new)["CiphertextBlob"] for c in ciphertexts]
    kms.delete_alias(AliasName=alias)
    kms.create_alias(AliasName=alias, TargetKeyId=new)
    return moved""",
            )
        ),
        swap.ALIAS_TAKEN: stub(
            (
                "return ...",
                """new = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName=alias, TargetKeyId=new)
    return [kms.re_encrypt(CiphertextBlob=c, DestinationKeyId=new)["CiphertextBlob"] for c in ciphertexts]""",
            )
        ),
        swap.MOVED_TOO_SOON: stub(
            (
                "return ...",
                """new = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.update_alias(AliasName=alias, TargetKeyId=new)
    return [
        kms.re_encrypt(CiphertextBlob=c, SourceKeyId=alias, DestinationKeyId=new)["CiphertextBlob"]
        for c in ciphertexts
    ]""",
            )
        ),
        swap.NOT_THERE: stub(
            (
                "return ...",
                """new = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.update_alias(AliasName="alias/orders", TargetKeyId=new)
    return [kms.re_encrypt(CiphertextBlob=c, DestinationKeyId=new)["CiphertextBlob"] for c in ciphertexts]""",
            )
        ),
        swap.NOT_A_LIST: solution(
            (
                """
        kms.re_encrypt(CiphertextBlob=each, SourceKeyId=alias, DestinationKeyId=new)["CiphertextBlob"]
        for each in ciphertexts
    """,
                "kms.re_encrypt(CiphertextBlob=c, DestinationKeyId=new) for c in ciphertexts",
            )
        ),
        swap.OTHER_ORDER: solution(("return moved", "return moved[::-1]")),
    },
    "11.c": {
        needs.NO_ERROR_CODE: stub(
            (
                "return ...",
                """return {
        event["userIdentity"]["arn"] for event in events if event["errorCode"] == "DisabledException"
    }""",
            )
        ),
        needs.ALL_CALLERS: solution(
            ('event.get("errorCode") == "DisabledException"\n        ', '"arn" in event["userIdentity"] ')
        ),
        needs.ANY_ERROR: solution(
            ('event.get("errorCode") == "DisabledException"\n        ', '"errorCode" in event ')
        ),
        needs.ANY_KEY: stub(
            (
                "return ...",
                """return {
        event["userIdentity"]["arn"] for event in events if event.get("errorCode") == "DisabledException"
    }""",
            )
        ),
        needs.DECRYPT_ONLY: solution(
            ('DisabledException"', 'DisabledException"\n        and event["eventName"] == "Decrypt"')
        ),
        needs.SOME_MISSING: stub(
            (
                "return ...",
                'return {event["userIdentity"]["arn"] for event in events if event.get("errorCode") == "Disabled"}',
            )
        ),
        needs.NOT_ARNS: solution(
            ("return {", "return ["), ('["arn"]', '.get("userName")'), ("    }", "    ]")
        ),
    },
}
