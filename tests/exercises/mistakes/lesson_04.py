"""Answers that make the mistakes of lesson 04's exercises."""

from kmsnb.exercises.lesson_04 import kinds, our_keys, switch_off

from . import Answers, solution, stub

ANSWERS: Answers = {
    "04.a": {
        switch_off.REFUSED: stub(
            (
                "return ...",
                """kms.disable_key(KeyId=name)
    return kms.describe_key(KeyId=name)["KeyMetadata"]["Arn"]""",
            )
        ),
        switch_off.STILL_ON: stub(
            ("return ...", 'return kms.describe_key(KeyId=name)["KeyMetadata"]["Arn"]')
        ),
        switch_off.ON_ITS_WAY_OUT: solution(
            ("disable_key(KeyId=arn", "schedule_key_deletion(KeyId=arn, PendingWindowInDays=7")
        ),
        switch_off.RETURNS_ID: stub(
            (
                "return ...",
                """key_id = kms.describe_key(KeyId=name)["KeyMetadata"]["KeyId"]
    kms.disable_key(KeyId=key_id)
    return key_id""",
            )
        ),
        switch_off.RETURNS_NAME: stub(
            (
                "return ...",
                """kms.disable_key(KeyId=kms.describe_key(KeyId=name)["KeyMetadata"]["KeyId"])
    return name""",
            )
        ),
        switch_off.RETURNS_NOTHING: stub(
            ("return ...", 'kms.disable_key(KeyId=kms.describe_key(KeyId=name)["KeyMetadata"]["Arn"])')
        ),
        switch_off.RETURNS_OTHER: stub(
            (
                "return ...",
                """metadata = kms.describe_key(KeyId=name)["KeyMetadata"]
    return kms.disable_key(KeyId=metadata["Arn"])""",
            )
        ),
        switch_off.ANOTHER_KEY: stub(
            (
                "return ...",
                """for entry in kms.list_keys()["Keys"]:
        kms.disable_key(KeyId=entry["KeyId"])
    return kms.describe_key(KeyId=name)["KeyMetadata"]["Arn"]""",
            )
        ),
        switch_off.NOT_FOUND: stub(
            (
                "return ...",
                """key_id = kms.describe_key(KeyId=name.rpartition("/")[2])["KeyMetadata"]["Arn"]
    kms.disable_key(KeyId=key_id)
    return key_id""",
            )
        ),
        switch_off.NOT_ITS_KEY: solution(
            (
                'kms.describe_key(KeyId=name)["KeyMetadata"]["Arn"]',
                '"arn:aws:kms:us-east-1:123456789012:key/7de07621-193c-4a26-855e-884e28237e4e"',
            )
        ),
    },
    "04.b": {
        kinds.NOT_A_DICT: "\nkinds = ['RSA_2048']\n",
        kinds.NO_PARAMETERS: solution(
            ('{"KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC"}', '"HMAC_256"')
        ),
        kinds.STILL_OPEN: solution(('{"KeySpec": "ECC_NIST_P256", "KeyUsage": "KEY_AGREEMENT"}', "...")),
        kinds.NO_SUCH_KEY: solution(("GENERATE_VERIFY_MAC", "SIGN_VERIFY")),
        kinds.NOT_HERE: solution(("RSA_2048", "SM2")),
        kinds.NO_MATERIAL: solution(('ENCRYPT_DECRYPT"}', 'ENCRYPT_DECRYPT", "Origin": "EXTERNAL"}')),
        kinds.NO_DATA_KEYS: solution(
            ('": {},', '": {"KeySpec": "RSA_4096", "KeyUsage": "ENCRYPT_DECRYPT"},')
        ),
        kinds.NO_MESSAGES: solution(('"KeySpec": "RSA_2048", "KeyUsage": "ENCRYPT_DECRYPT"', "")),
        kinds.NO_SIGNATURES: solution(
            ('ML_DSA_65", "KeyUsage": "SIGN_VERIFY', 'HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC')
        ),
        kinds.NOT_FOR_DECADES: solution(("ML_DSA_65", "ECC_NIST_P521")),
        kinds.NO_MAC: solution(
            ('HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC', 'ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY')
        ),
        kinds.NO_SECRET: solution(
            (
                'ECC_NIST_P256", "KeyUsage": "KEY_AGREEMENT',
                'ML_KEM_768", "KeyUsage": "ENCAPSULATE_DECAPSULATE',
            )
        ),
    },
    "04.c": {
        our_keys.NOT_A_LIST: stub(("return ...", "return kms.list_keys()")),
        our_keys.IDS: stub(
            (
                "return ...",
                'return [entry["KeyId"] for page in kms.get_paginator("list_keys").paginate() for entry in page["Keys"]]',
            )
        ),
        our_keys.AWS_MANAGED_TOO: stub(
            (
                "return ...",
                'return [entry["KeyArn"] for page in kms.get_paginator("list_keys").paginate() for entry in page["Keys"]]',
            )
        ),
        our_keys.FIRST_PAGE: stub(
            (
                "return ...",
                """arns = [entry["KeyArn"] for entry in kms.list_keys(Limit=1000)["Keys"]]
    return [arn for arn in arns if kms.describe_key(KeyId=arn)["KeyMetadata"]["KeyManager"] == "CUSTOMER"]""",
            )
        ),
        our_keys.ONLY_ENABLED: solution(('CUSTOMER":', 'CUSTOMER" and metadata["Enabled"]:')),
        our_keys.BY_ALIAS: stub(
            (
                "return ...",
                """found = set()
    for page in kms.get_paginator("list_aliases").paginate():
        for alias in page["Aliases"]:
            if not alias["AliasName"].startswith("alias/aws/"):
                found.add(kms.describe_key(KeyId=alias["TargetKeyId"])["KeyMetadata"]["Arn"])
    return list(found)""",
            )
        ),
        our_keys.SOME_MISSING: stub(("return ...", "return []")),
        our_keys.OTHER_KMS: stub(
            (
                "return ...",
                """import boto3
    own = boto3.client("kms")
    return [entry["KeyArn"] for page in own.get_paginator("list_keys").paginate() for entry in page["Keys"]]""",
            )
        ),
    },
}
