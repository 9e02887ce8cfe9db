"""Answers that make the mistakes of lesson 11's exercises."""

from kmsnb.exercises.lesson_11 import needs, retire, swap

from . import Answers, solution, stub

ANSWERS: Answers = {
    "11.a": {
        retire.NO_SWITCH: solution(
            (
                """elif state == "Enabled":
        kms.disable_key(KeyId=key_id)
    elif state == "Disabled\"""",
                "else",
            )
        ),
        retire.SHORT_WAIT: solution(("PendingWindowInDays=30)", "PendingWindowInDays=7)")),
        retire.IGNORES_MISSED: solution(
            (
                """missed:
        if state == "PendingDeletion":
            kms.cancel_key_deletion(KeyId=key_id)
        kms.enable_key(KeyId=key_id)
    elif """,
                "",
            )
        ),
        retire.LEFT_DISABLED: solution(
            ("missed:", 'missed and state == "PendingDeletion":'),
            ('if state == "PendingDeletion":', "kms.cancel_key_deletion(KeyId=key_id)"),
            ("            kms.cancel_key_deletion(KeyId=key_id)", "    elif missed:"),
        ),
        retire.NEVER_SCHEDULES: solution(
            (
                """
    elif state == "Disabled":
        kms.schedule_key_deletion(KeyId=key_id, PendingWindowInDays=30)""",
                "",
            )
        ),
        retire.STARTS_AGAIN: solution(
            (
                'KeyState"]',
                """KeyState"]
    if state == "PendingDeletion":
        kms.cancel_key_deletion(KeyId=key_id)
        state = "Disabled\"""",
            )
        ),
        retire.REFUSED: solution(('if state == "PendingDeletion":\n            ', "")),
        retire.OTHER_KMS: stub(("return ...", "return None")),
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
