"""Answers that make the mistakes of lesson 05's exercises."""

from kmsnb.exercises.lesson_05 import create_named_key, parameters, tagged

from . import Answers, solution, stub

ANSWERS: Answers = {
    "05.a": {
        parameters.NOT_A_DICT: '\nparameters = "ECC_NIST_P256"\n',
        parameters.TAGS_SHAPE: solution(('[{"TagKey": "team", "TagValue": "shop"}]', '{"team": "shop"}')),
        parameters.NEVER_SENT: """
parameters = {"KeyType": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY", "Description": "signs receipts"}
""",
        parameters.NO_USAGE: solution(('\n    "KeyUsage": "SIGN_VERIFY",', "")),
        parameters.REFUSED: """
parameters = {"KeySpec": "ECC_NIST_P256", "KeyUsage": "ENCRYPT_DECRYPT", "Description": "signs receipts"}
""",
        parameters.OTHER_USAGE: solution(("SIGN_VERIFY", "KEY_AGREEMENT")),
        parameters.OTHER_SPEC: solution(("ECC_NIST_P256", "ECC_SECG_P256K1")),
        parameters.ONE_REGION: solution(('\n    "MultiRegion": True,', "")),
        parameters.OTHER_ORIGIN: solution(('SIGN_VERIFY",', 'SIGN_VERIFY",\n    "Origin": "EXTERNAL",')),
        parameters.OTHER_TAGS: solution(('team", "TagValue": "shop', 'shop", "TagValue": "team')),
        parameters.OTHER_DESCRIPTION: solution(('\n    "Description": "signs receipts",', "")),
    },
    "05.b": {
        create_named_key.NOTHING_RETURNED: stub(
            (
                "return ...",
                """key_id = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName=name, TargetKeyId=key_id)""",
            )
        ),
        create_named_key.NOT_THE_ID: stub(
            (
                "return ...",
                """answer = kms.create_key()
    kms.create_alias(AliasName=name, TargetKeyId=answer["KeyMetadata"]["KeyId"])
    return answer""",
            )
        ),
        create_named_key.NO_ALIAS: stub(
            ("return ...", 'return kms.create_key(Description=name)["KeyMetadata"]["KeyId"]')
        ),
        create_named_key.OTHER_KMS: stub(
            (
                "return ...",
                """import boto3
    own = boto3.client("kms")
    return own.create_key()["KeyMetadata"]["KeyId"]""",
            )
        ),
        create_named_key.ALWAYS_DELETED: solution(
            (
                """except Exception:
        kms.schedule_key_deletion(KeyId=key_id, PendingWindowInDays=7)
        raise""",
                "finally:\n        kms.schedule_key_deletion(KeyId=key_id)",
            )
        ),
        create_named_key.ORPHAN: stub(
            (
                "return ...",
                """key_id = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName=name, TargetKeyId=key_id)
    return key_id""",
            )
        ),
        create_named_key.CLEANUP_FAILS: solution(("key_id, PendingWindowInDays=7", "name")),
        create_named_key.ONLY_DISABLED: solution(
            ("schedule_key_deletion(KeyId=key_id, PendingWindowInDays=7", "disable_key(KeyId=key_id")
        ),
        create_named_key.SWALLOWED: solution((", PendingWindowInDays=7)\n        raise", ")")),
        create_named_key.OTHER_ERROR: solution(
            ("        raise", '        kms.describe_key(KeyId="alias/none-of-this-name")')
        ),
        create_named_key.MOVED: solution(
            (
                """Exception:
        kms.schedule_key_deletion(KeyId=key_id, PendingWindowInDays=7)
        raise""",
                """kms.exceptions.AlreadyExistsException:
        kms.update_alias(AliasName=name, TargetKeyId=key_id)""",
            )
        ),
        create_named_key.WRONG_KEY: solution(
            ("key_id, PendingWindowInDays=7", 'kms.describe_key(KeyId=name)["KeyMetadata"]["KeyId"]')
        ),
        create_named_key.ONLY_WHEN_TAKEN: solution(("Exception", "kms.exceptions.AlreadyExistsException")),
        create_named_key.ERROR_LOST: solution(("name):", 'name):\n    if " " in name:\n        return None')),
    },
    "05.c": {
        tagged.NOT_A_LIST: solution(("found.append", "return "), ("    return found", "")),
        tagged.FIRST_PAGE: stub(
            (
                "return ...",
                """tag = {"TagKey": key, "TagValue": value}
    keys = [each["KeyId"] for each in kms.list_keys()["Keys"]]
    return [each for each in keys if tag in kms.list_resource_tags(KeyId=each)["Tags"]]""",
            )
        ),
        tagged.OTHER_KMS: stub(
            (
                "return ...",
                """import boto3
    tagging = boto3.client("resourcegroupstaggingapi")
    found = tagging.get_resources(TagFilters=[{"Key": key, "Values": [value]}])["ResourceTagMappingList"]
    return [each["ResourceARN"].rpartition("/")[2] for each in found]""",
            )
        ),
        tagged.ARNS: stub(
            (
                "return ...",
                """tag = {"TagKey": key, "TagValue": value}
    pages = kms.get_paginator("list_keys").paginate()
    arns = [each["KeyArn"] for page in pages for each in page["Keys"]]
    return [arn for arn in arns if tag in kms.list_resource_tags(KeyId=arn)["Tags"]]""",
            )
        ),
        tagged.IGNORES_VALUE: stub(
            (
                "return ...",
                """pages = kms.get_paginator("list_keys").paginate()
    keys = [each["KeyId"] for page in pages for each in page["Keys"]]
    return [
        each for each in keys if key in [tag["TagKey"] for tag in kms.list_resource_tags(KeyId=each)["Tags"]]
    ]""",
            )
        ),
        tagged.IGNORES_KEY: stub(
            (
                "return ...",
                """pages = kms.get_paginator("list_keys").paginate()
    keys = [each["KeyId"] for page in pages for each in page["Keys"]]
    return [
        each for each in keys if value in [tag["TagValue"] for tag in kms.list_resource_tags(KeyId=each)["Tags"]]
    ]""",
            )
        ),
        tagged.IGNORES_CASE: stub(
            (
                "return ...",
                """pages = kms.get_paginator("list_keys").paginate()
    keys = [each["KeyId"] for page in pages for each in page["Keys"]]
    found = []
    for each in keys:
        for tag in kms.list_resource_tags(KeyId=each)["Tags"]:
            if (tag["TagKey"].lower(), tag["TagValue"].lower()) == (key.lower(), value.lower()):
                found.append(each)
    return found""",
            )
        ),
        tagged.MIXES_TAGS: stub(
            (
                "return ...",
                """pages = kms.get_paginator("list_keys").paginate()
    found = []
    for each in [each["KeyId"] for page in pages for each in page["Keys"]]:
        tags = kms.list_resource_tags(KeyId=each)["Tags"]
        if key in [tag["TagKey"] for tag in tags] and value in [tag["TagValue"] for tag in tags]:
            found.append(each)
    return found""",
            )
        ),
        tagged.FIRST_TAG: stub(
            (
                "return ...",
                """pages = kms.get_paginator("list_keys").paginate()
    keys = [each["KeyId"] for page in pages for each in page["Keys"]]
    tag = {"TagKey": key, "TagValue": value}
    return [each for each in keys if kms.list_resource_tags(KeyId=each)["Tags"][:1] == [tag]]""",
            )
        ),
        tagged.TWICE: solution(
            (
                'found.append(each["KeyId"])',
                'found += [each["KeyId"] for tag in tags]',
            )
        ),
        tagged.ENDS_AT_DENIED: stub(
            (
                "return ...",
                """tag = {"TagKey": key, "TagValue": value}
    pages = kms.get_paginator("list_keys").paginate()
    keys = [each["KeyId"] for page in pages for each in page["Keys"]]
    return [each for each in keys if tag in kms.list_resource_tags(KeyId=each)["Tags"]]""",
            )
        ),
        tagged.STOPS_AT_DENIED: solution(("continue", "return found")),
        tagged.NONE_FOUND: stub(
            (
                "return ...",
                """pages = kms.get_paginator("list_keys").paginate()
    keys = [each["KeyId"] for page in pages for each in page["Keys"]]
    return [each for each in keys if {key: value} in kms.list_resource_tags(KeyId=each)["Tags"]]""",
            )
        ),
        tagged.OTHER_KEYS: stub(
            (
                "return ...",
                """pages = kms.get_paginator("list_keys").paginate()
    return [each["KeyId"] for page in pages for each in page["Keys"]]""",
            )
        ),
    },
}
