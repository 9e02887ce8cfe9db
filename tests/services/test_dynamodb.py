"""DynamoDB asks KMS: the three kinds of key, the table key's cache, changing the key, and losing it by the clock."""

import json
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from moto import mock_aws

import kmsnb
from kmsnb import kms, services

from .conftest import asked, grants, make_key, names_of, unusable_key
from .roles import allowing, deny, may

LOST = "INACCESSIBLE_ENCRYPTION_CREDENTIALS"
SERVICE = "dynamodb.us-east-1.amazonaws.com"
CONTEXT = {"aws:dynamodb:tableName": "Books", "aws:dynamodb:subscriberId": "123456789012"}
#: botocore repeats what DynamoDB answers with 500 or LimitExceededException, with sleeps in between.
ONCE = Config(retries={"max_attempts": 0})
ITEM = {"id": {"S": "1"}}
OFF = r"ValidationException.*KMS key disabled error: com\.amazonaws\.services\.kms\.model\.DisabledException: {} is disabled\."


@pytest.fixture
def tables(lab: kmsnb.Lab) -> Any:
    return boto3.client("dynamodb", config=ONCE)


def under(key: str | None) -> dict[str, Any]:
    """An SSESpecification: a key of the customer, ``aws/dynamodb`` for an empty one, or AWS's own for None."""
    if key is None:
        return {"Enabled": False}
    return {"Enabled": True} | ({"SSEType": "KMS", "KMSMasterKeyId": key} if key else {})


def create(tables: Any, key: str | None = None, name: str = "Books", **more: Any) -> Any:
    if key is not None:
        more["SSESpecification"] = under(key)
    return tables.create_table(
        TableName=name,
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        **more,
    )["TableDescription"]


def described(tables: Any, name: str = "Books") -> Any:
    return tables.describe_table(TableName=name)["Table"]


def change(tables: Any, key: str | None, name: str = "Books") -> Any:
    return tables.update_table(TableName=name, SSESpecification=under(key))["TableDescription"]


def names(lab: kmsnb.Lab, since: int = 0) -> list[tuple[str, str]]:
    return [(each.name, each.who) for each in asked(lab, since)]


STUDENT = "user/student via dynamodb.amazonaws.com"
MADE = [("DescribeKey", STUDENT), ("CreateGrant", STUDENT), ("GenerateDataKey", SERVICE)]


# The three kinds of key


@pytest.mark.parametrize("more", [{}, {"SSESpecification": {"Enabled": False}}, {"SSESpecification": {}}])
def test_a_key_that_aws_owns_is_not_seen(lab: kmsnb.Lab, tables: Any, more: Any):
    assert "SSEDescription" not in create(tables, **more)
    tables.put_item(TableName="Books", Item=ITEM)
    assert "SSEDescription" not in described(tables)
    assert asked(lab) == []
    assert boto3.client("kms").list_keys()["Keys"] == []


@pytest.mark.parametrize("name", ["id", "arn", "alias", "alias ARN", "none"])
def test_a_key_by_each_of_its_names(lab: kmsnb.Lab, tables: Any, key: str, name: str):
    client = boto3.client("kms")
    made = create(tables, names_of(key)[name])
    if name == "none":
        key = client.describe_key(KeyId="alias/aws/dynamodb")["KeyMetadata"]["Arn"]
    expected = {"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": key}
    assert made["SSEDescription"] == described(tables)["SSEDescription"] == expected
    assert names(lab) == MADE
    if name == "alias":  # it was resolved when it was set
        client.update_alias(AliasName="alias/mine", TargetKeyId=make_key(lab))
        assert described(tables)["SSEDescription"]["KMSMasterKeyArn"] == key


def test_the_creator_s_permission_makes_a_grant_and_the_service_uses_it(
    lab: kmsnb.Lab, tables: Any, key: str
):
    create(tables, key)
    _, granted, generated = asked(lab)
    assert {each.cause for each in asked(lab)} == {"dynamodb:CreateTable"}
    assert generated.encryption_context == CONTEXT
    (grant,) = grants(lab, key)
    assert granted.response
    assert granted.response["GrantId"] == grant["GrantId"]
    assert grant["GranteePrincipal"] == grant["RetiringPrincipal"] == SERVICE
    assert grant["Constraints"] == {"EncryptionContextSubset": CONTEXT}
    assert set(grant["Operations"]) == {
        *("DescribeKey", "GenerateDataKey", "Decrypt", "Encrypt", "ReEncryptFrom", "ReEncryptTo"),
        "RetireGrant",
    }
    service = lab.service(SERVICE)
    explained = lab.explain(service, "kms:GenerateDataKey", key, encryption_context=CONTEXT)
    assert explained.allowed
    assert grant["GrantId"] in explained.sentence
    assert not lab.explain(service, "kms:GenerateDataKey", key, encryption_context={}).allowed


def test_in_cloudtrail_the_service_is_itself(lab: kmsnb.Lab, tables: Any, key: str):
    create(tables, key)
    event = asked(lab)[-1].cloudtrail()
    assert event["userIdentity"] == {"type": "AWSService", "invokedBy": "dynamodb.amazonaws.com"}
    assert event["sourceIPAddress"] == "dynamodb.amazonaws.com"


# Refusals

ACCESS_DENIED = r"AccessDeniedException.*KMS key access denied error: com\.amazonaws\.services\.kms\.model\.AWSKMSException: User: "


@pytest.mark.parametrize("missing", ["kms:DescribeKey", "kms:CreateGrant"])
def test_a_creator_needs_two_permissions(lab: kmsnb.Lab, key: str, missing: str):
    uma = may(lab, "Uma", {"dynamodb:*", "kms:DescribeKey", "kms:CreateGrant"} - {missing})
    tables = uma.client("dynamodb")
    with pytest.raises(ClientError, match=rf"{ACCESS_DENIED}arn:aws:iam::123456789012:user/Uma .*{missing}"):
        create(tables, key)
    assert tables.list_tables()["TableNames"] == []
    assert asked(lab)[-1].error_code == "AccessDenied"
    assert grants(lab, key) == []


INVALID_STATE = r"ValidationException.*KMS validation error: .*\.KMSInvalidStateException: .* is pending {}\. \(Service: AWSKMS; Status Code: 400; Error Code: KMSInvalidStateException; Request ID: [0-9a-f-]{{36}}; Proxy: null\)"
NOT_FOUND = r"ValidationException.*KMS validation error: .*\.NotFoundException: {} \(Service"
ASYMMETRIC = r"InternalServerError.*KMS internal error: .*\.AWSKMSException: EncryptionContext is supported only when creating a grant for a symmetric encryption KMS key\. \(.*Error Code: ValidationException"
SPOILED = {
    "disabled": OFF.format(".*"),
    "pending deletion": INVALID_STATE.format("deletion"),
    "pending import": INVALID_STATE.format("import"),
    "no such key": NOT_FOUND.format("Key '.*' does not exist"),
    "no such alias": NOT_FOUND.format("Alias .*:alias/none is not found."),
    "another Region": NOT_FOUND.format("Invalid arn eu-west-1"),
    "another account": ACCESS_DENIED
    + ".*kms:DescribeKey on this resource because the resource does not exist",
    "another service's": ACCESS_DENIED + ".*no resource-based policy allows the kms:",
    "RSA": ASYMMETRIC,
    "ECC": ASYMMETRIC,
    "HMAC": ASYMMETRIC,
}


@pytest.mark.parametrize("how", SPOILED)
def test_a_key_that_cannot_be_used(lab: kmsnb.Lab, tables: Any, key: str, how: str):
    bad = unusable_key(lab, how)
    with pytest.raises(ClientError, match=SPOILED[how]):
        create(tables, bad)
    assert tables.list_tables()["TableNames"] == []
    create(tables, key)
    with pytest.raises(ClientError, match=SPOILED[how]):
        change(tables, bad)
    assert described(tables)["SSEDescription"]["KMSMasterKeyArn"] == key
    backup = tables.create_backup(TableName="Books", BackupName="books-1")["BackupDetails"]["BackupArn"]
    with pytest.raises(ClientError, match=SPOILED[how]):
        restore(tables, backup, SSESpecificationOverride=under(bad))
    assert tables.list_tables()["TableNames"] == ["Books"]


@pytest.mark.parametrize(
    ("specification", "message"),
    [
        (
            {"Enabled": True, "KMSMasterKeyId": "alias/none"},
            "SSEType KMS is required if KMSMasterKeyId is specified",
        ),
        ({"Enabled": False, "SSEType": "KMS"}, "SSEType can not be specified if Enabled is false"),
        (
            {"Enabled": False, "KMSMasterKeyId": "x"},
            "KMSMasterKeyId can not be specified if Enabled is false",
        ),
        ({"Enabled": True, "SSEType": "AES256"}, "SSEType AES256 is not supported"),
    ],
)
def test_what_dynamodb_refuses_by_itself(lab: kmsnb.Lab, tables: Any, specification: Any, message: str):
    wrong = rf"ValidationException.*One or more parameter values were invalid: {message}"
    with pytest.raises(ClientError, match=wrong):
        create(tables, SSESpecification=specification)
    create(tables)
    with pytest.raises(ClientError, match=wrong):
        tables.update_table(TableName="Books", SSESpecification=specification)
    assert asked(lab) == []


def test_a_type_alone_means_the_managed_key(lab: kmsnb.Lab, tables: Any):
    create(tables, SSESpecification={"SSEType": "KMS"})
    create(tables, name="Papers")
    tables.update_table(TableName="Papers", SSESpecification={"SSEType": "KMS"})
    managed = boto3.client("kms").describe_key(KeyId="alias/aws/dynamodb")["KeyMetadata"]["Arn"]
    for name in ("Books", "Papers"):
        assert described(tables, name)["SSEDescription"]["KMSMasterKeyArn"] == managed


def test_moto_refuses_first(lab: kmsnb.Lab, tables: Any, key: str):
    create(tables)
    with pytest.raises(ClientError, match="ResourceInUseException"):
        create(tables, key)
    assert asked(lab) == []


def test_a_key_that_denies_the_service_leaves_no_grant(lab: kmsnb.Lab, tables: Any, key: str):
    policy = json.loads(allowing(key))
    policy["Statement"].append(
        {
            "Effect": "Deny",
            "Principal": {"Service": SERVICE},
            "Action": "kms:GenerateDataKey",
            "Resource": "*",
        }
    )
    boto3.client("kms").put_key_policy(KeyId=key, Policy=json.dumps(policy))
    with pytest.raises(ClientError, match=rf"{ACCESS_DENIED}{SERVICE} .*explicit deny"):
        create(tables, key)
    assert names(lab)[-2:] == [("GenerateDataKey", SERVICE), ("RetireGrant", SERVICE)]
    assert grants(lab, key) == []
    assert tables.list_tables()["TableNames"] == []


def test_a_key_of_another_account_that_allows_it(lab: kmsnb.Lab, tables: Any):
    other = may(lab, "Olga", ["kms:*"], "210987654321").client("kms")
    key = other.create_key()["KeyMetadata"]["Arn"]
    other.put_key_policy(KeyId=key, Policy=allowing(key, {"AWS": "arn:aws:iam::123456789012:root"}))
    create(tables, key)
    tables.put_item(TableName="Books", Item=ITEM)
    assert asked(lab)[-1].resources == (key,)


def test_without_permissions_enforced_a_table_works_too():
    names = {"aws_access_key_id": "made", "aws_secret_access_key": "up", "region_name": "us-east-1"}
    with kms.installed(), services.installed(), mock_aws():
        key = boto3.client("kms", **names).create_key()["KeyMetadata"]["Arn"]
        tables = boto3.client("dynamodb", **names, config=ONCE)
        create(tables, key)
        tables.put_item(TableName="Books", Item=ITEM)
        assert tables.scan(TableName="Books")["ResponseMetadata"]["RequestId"]
        boto3.client("kms", **names).disable_key(KeyId=key)
        assert tables.scan(TableName="Books")["Count"] == 1  # cached
        other = boto3.client("dynamodb", **names | {"aws_access_key_id": "other"}, config=ONCE)
        with pytest.raises(ClientError, match=OFF.format(key)):
            other.scan(TableName="Books")


# Reading and writing

REQUESTS = {
    "PutItem": lambda d: d.put_item(TableName="Books", Item=ITEM),
    "GetItem": lambda d: d.get_item(TableName="Books", Key=ITEM),
    "UpdateItem": lambda d: d.update_item(
        TableName="Books",
        Key=ITEM,
        UpdateExpression="SET title = :t",
        ExpressionAttributeValues={":t": {"S": "Emma"}},
    ),
    "DeleteItem": lambda d: d.delete_item(TableName="Books", Key=ITEM),
    "Scan": lambda d: d.scan(TableName="Books"),
    "Query": lambda d: d.query(
        TableName="Books", KeyConditionExpression="id = :i", ExpressionAttributeValues={":i": {"S": "1"}}
    ),
    "BatchGetItem": lambda d: d.batch_get_item(RequestItems={"Books": {"Keys": [ITEM]}}),
    "BatchWriteItem": lambda d: d.batch_write_item(RequestItems={"Books": [{"PutRequest": {"Item": ITEM}}]}),
    "TransactGetItems": lambda d: d.transact_get_items(
        TransactItems=[{"Get": {"TableName": "Books", "Key": ITEM}}]
    ),
    "TransactWriteItems": lambda d: d.transact_write_items(
        TransactItems=[{"Put": {"TableName": "Books", "Item": ITEM}}]
    ),
    "ExecuteStatement": lambda d: d.execute_statement(Statement='SELECT * FROM "Books"'),
    "BatchExecuteStatement": lambda d: d.batch_execute_statement(
        Statements=[{"Statement": "SELECT * FROM \"Books\" WHERE id = '1'"}]
    ),
    "ExecuteTransaction": lambda d: d.execute_transaction(
        TransactStatements=[{"Statement": "SELECT * FROM \"Books\" WHERE id = '1'"}]
    ),
    "CreateBackup": lambda d: d.create_backup(TableName="Books", BackupName="books-1"),
    "UpdateTimeToLive": lambda d: d.update_time_to_live(
        TableName="Books", TimeToLiveSpecification={"Enabled": True, "AttributeName": "until"}
    ),
}


@pytest.mark.parametrize("request_", REQUESTS)
def test_each_request_needs_the_table_key(lab: kmsnb.Lab, tables: Any, key: str, request_: str):
    create(tables, key)
    before = len(lab.journal)
    REQUESTS[request_](tables)
    (opened,) = asked(lab, before)
    assert (opened.name, opened.who, opened.cause) == ("Decrypt", STUDENT, f"dynamodb:{request_}")
    assert (opened.encryption_context, opened.resources) == (CONTEXT, (key,))


@pytest.mark.parametrize("request_", REQUESTS)
def test_each_request_is_denied_without_decrypt(lab: kmsnb.Lab, tables: Any, key: str, request_: str):
    create(tables, key)
    uma = may(lab, "Uma", ["dynamodb:*"]).client("dynamodb", config=ONCE)
    with pytest.raises(ClientError, match=rf"{ACCESS_DENIED}.*user/Uma .*kms:Decrypt"):
        REQUESTS[request_](uma)


def test_a_table_by_its_arn(lab: kmsnb.Lab, tables: Any, key: str):
    arn = create(tables, key)["TableArn"]
    before = len(lab.journal)
    tables.get_item(TableName=arn, Key=ITEM)
    assert names(lab, before) == [("Decrypt", STUDENT)]


def test_the_table_key_is_cached_until_the_caller_is_idle_for_five_minutes(
    lab: kmsnb.Lab, tables: Any, key: str
):
    create(tables, key)
    tables.put_item(TableName="Books", Item=ITEM)
    before = len(lab.journal)
    for _ in range(5):
        lab.clock.advance(minutes=4)  # busy, whatever the sum
        tables.get_item(TableName="Books", Key=ITEM)
    assert asked(lab, before) == []
    lab.clock.advance(minutes=5)
    tables.get_item(TableName="Books", Key=ITEM)
    assert names(lab, before) == [("Decrypt", STUDENT)]


def test_each_caller_and_each_table_has_a_cache_of_its_own(lab: kmsnb.Lab, tables: Any, key: str):
    create(tables, key)
    create(tables, key, "Other")
    uma = may(lab, "Uma", ["dynamodb:*", "kms:Decrypt"]).client("dynamodb")
    before = len(lab.journal)
    for client in (tables, uma, tables, uma):
        client.scan(TableName="Books")
        client.batch_get_item(RequestItems={"Books": {"Keys": [ITEM]}, "Other": {"Keys": [ITEM]}})
    assert [(each.who, each.encryption_context["aws:dynamodb:tableName"]) for each in asked(lab, before)] == [
        (STUDENT, "Books"),
        (STUDENT, "Other"),
        ("user/Uma via dynamodb.amazonaws.com", "Books"),
        ("user/Uma via dynamodb.amazonaws.com", "Other"),
    ]


def test_a_changed_policy_counts_after_five_idle_minutes(lab: kmsnb.Lab, tables: Any, key: str):
    create(tables, key)
    uma = may(lab, "Uma", ["dynamodb:*", "kms:Decrypt"]).client("dynamodb")
    uma.scan(TableName="Books")
    deny(lab, "Uma", "kms:Decrypt")
    uma.scan(TableName="Books")
    lab.clock.advance(minutes=5)
    with pytest.raises(ClientError, match=r"AccessDeniedException.*explicit deny"):
        uma.scan(TableName="Books")


def test_the_creator_need_not_be_able_to_read(lab: kmsnb.Lab, tables: Any, key: str):
    uma = may(lab, "Uma", ["dynamodb:*", "kms:DescribeKey", "kms:CreateGrant"]).client("dynamodb")
    create(uma, key)
    tables.put_item(TableName="Books", Item=ITEM)
    with pytest.raises(ClientError, match=r"AccessDeniedException.*kms:Decrypt"):
        uma.scan(TableName="Books")


def test_requests_to_other_tables_go_straight_to_moto(lab: kmsnb.Lab, tables: Any, key: str):
    create(tables, key)
    create(tables, name="Plain")
    before = len(lab.journal)
    tables.put_item(TableName="Plain", Item={"id": {"S": "Books"}})
    assert tables.get_item(TableName="Plain", Key={"id": {"S": "Books"}})["Item"]
    assert asked(lab, before) == []


def test_a_name_that_is_written_with_escapes(lab: kmsnb.Lab, tables: Any, key: str):
    create(tables, key)

    def escape(request: Any, **_: Any) -> None:
        request.data = request.data.replace(b"Books", rb"\u0042ooks")

    tables.meta.events.register("before-sign.dynamodb", escape)
    before = len(lab.journal)
    tables.scan(TableName="Books")
    assert names(lab, before) == [("Decrypt", STUDENT)]


# Changing the key


def test_from_aws_s_key_to_one_s_own_and_back(lab: kmsnb.Lab, tables: Any, key: str):
    create(tables)
    changed = change(tables, key)
    assert changed["SSEDescription"] == {"Status": "UPDATING"}
    assert changed["TableStatus"] == "ACTIVE"
    assert names(lab) == MADE
    assert described(tables)["SSEDescription"] == {
        "Status": "ENABLED",
        "SSEType": "KMS",
        "KMSMasterKeyArn": key,
    }
    before = len(lab.journal)
    old = {"Status": "UPDATING", "SSEType": "KMS", "KMSMasterKeyArn": key}
    assert change(tables, None)["SSEDescription"] == old
    assert names(lab, before) == [("Decrypt", STUDENT), ("RetireGrant", SERVICE)]
    assert "SSEDescription" not in described(tables)
    assert grants(lab, key) == []
    before = len(lab.journal)
    tables.scan(TableName="Books")
    assert asked(lab, before) == []


def test_another_key_makes_another_table_key(lab: kmsnb.Lab, tables: Any, key: str):
    new = make_key(lab)
    create(tables, key)
    before = len(lab.journal)
    change(tables, new)
    assert [(each.name, each.resources) for each in asked(lab, before)] == [
        ("Decrypt", (key,)),
        ("DescribeKey", (new,)),
        ("CreateGrant", (new,)),
        ("GenerateDataKey", (new,)),
        ("RetireGrant", (key,)),
    ]
    boto3.client("kms").disable_key(KeyId=key)  # no longer needed
    lab.clock.advance(days=8)
    tables.put_item(TableName="Books", Item=ITEM)
    assert described(tables)["TableStatus"] == "ACTIVE"


def test_changes_that_change_nothing(lab: kmsnb.Lab, tables: Any, key: str):
    create(tables, key)
    with pytest.raises(ClientError, match="already encrypted with given KMSMasterKeyId"):
        change(tables, key)
    change(tables, key.rpartition("/")[2])  # by its id, AWS encrypts again
    create(tables, name="Plain")
    with pytest.raises(ClientError, match="already encrypted by default"):
        change(tables, None, "Plain")


def test_a_change_of_the_key_comes_alone(tables: Any, key: str):
    create(tables, key)
    with pytest.raises(ClientError, match="must be the only operation in the request"):
        tables.update_table(TableName="Books", SSESpecification=under(None), DeletionProtectionEnabled=True)
    assert (
        tables.update_table(TableName="Books", DeletionProtectionEnabled=True)["TableDescription"][
            "SSEDescription"
        ]["KMSMasterKeyArn"]
        == key
    )


def test_deleting_retires_the_grant(lab: kmsnb.Lab, tables: Any, key: str):
    create(tables, key)
    boto3.client("kms").disable_key(KeyId=key)
    tables.delete_table(TableName="Books")
    assert names(lab)[-1] == ("RetireGrant", SERVICE)
    assert grants(lab, key) == []


# Backups


def restore(tables: Any, backup: str, name: str = "Again", **more: Any) -> Any:
    return tables.restore_table_from_backup(TargetTableName=name, BackupArn=backup, **more)[
        "TableDescription"
    ]


def test_a_backup_keeps_the_key_of_its_time(lab: kmsnb.Lab, tables: Any, key: str):
    new = make_key(lab)
    create(tables, key)
    backup = tables.create_backup(TableName="Books", BackupName="books-1")["BackupDetails"]["BackupArn"]
    change(tables, new)
    before = len(lab.journal)
    assert restore(tables, backup)["SSEDescription"]["KMSMasterKeyArn"] == key
    assert names(lab, before) == [("Decrypt", STUDENT), *MADE]
    assert asked(lab, before)[0].encryption_context == CONTEXT
    assert asked(lab, before)[-1].encryption_context["aws:dynamodb:tableName"] == "Again"
    boto3.client("kms").disable_key(KeyId=key)
    with pytest.raises(ClientError, match=OFF.format(key)):
        restore(tables, backup, "Third", SSESpecificationOverride=under(new))
    assert "Third" not in tables.list_tables()["TableNames"]


@pytest.mark.parametrize("deleted", [False, True])
def test_a_restored_table_can_have_another_key(lab: kmsnb.Lab, tables: Any, key: str, deleted: bool):
    new = make_key(lab)
    create(tables, key)
    backup = tables.create_backup(TableName="Books", BackupName="books-1")["BackupDetails"]["BackupArn"]
    if deleted:
        tables.delete_table(TableName="Books")
    made = restore(tables, backup, SSESpecificationOverride=under(new))
    assert made["SSEDescription"]["KMSMasterKeyArn"] == new
    assert "SSEDescription" not in restore(tables, backup, "Third", SSESpecificationOverride=under(None))


def test_a_point_in_time_restore_keeps_the_key(lab: kmsnb.Lab, tables: Any, key: str):
    create(tables, key)
    made = tables.restore_table_to_point_in_time(
        SourceTableName="Books", TargetTableName="Again", UseLatestRestorableTime=True
    )["TableDescription"]
    assert made["SSEDescription"]["KMSMasterKeyArn"] == key
    assert len(grants(lab, key)) == 2


# By the clock


def lose(key: str, how: str) -> None:
    """Take the key, or the grant to use it, from DynamoDB."""
    client = boto3.client("kms")
    if how == "disabled":
        client.disable_key(KeyId=key)
    elif how == "pending deletion":
        client.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    else:
        for grant in client.list_grants(KeyId=key)["Grants"]:
            client.revoke_grant(KeyId=key, GrantId=grant["GrantId"])


@pytest.mark.parametrize("how", ["disabled", "pending deletion", "grant revoked"])
def test_half_an_hour_then_seven_days(lab: kmsnb.Lab, tables: Any, key: str, how: str):
    create(tables, key)
    lose(key, how)
    lab.clock.advance(minutes=29)
    assert described(tables)["TableStatus"] == "ACTIVE"
    lab.clock.advance(minutes=1)
    lost = described(tables)
    assert (lost["TableStatus"], lost["SSEDescription"]["Status"]) == (LOST, "ENABLED")
    noticed = lost["SSEDescription"]["InaccessibleEncryptionDateTime"]
    assert abs(noticed - lab.clock.now()) < timedelta(minutes=1)
    lab.clock.advance(days=6, hours=23)
    assert described(tables)["TableStatus"] == LOST
    lab.clock.advance(hours=2)
    archived = described(tables)
    summary = archived["ArchivalSummary"]
    assert archived["TableStatus"] == "ARCHIVED"
    assert summary["ArchivalReason"] == LOST
    assert summary["ArchivalDateTime"] - noticed == timedelta(days=7)
    for request in REQUESTS.values():
        with pytest.raises(ClientError, match=r"ResourceNotFoundException.*Books is archived"):
            request(tables)
    with pytest.raises(ClientError, match=r"ResourceNotFoundException.*Books is archived"):
        change(tables, None)


def test_an_archived_table_comes_back_from_its_backup(lab: kmsnb.Lab, tables: Any, key: str):
    create(tables, key)
    tables.put_item(TableName="Books", Item=ITEM)
    lose(key, "disabled")
    lab.clock.advance(days=8)
    backup = described(tables)["ArchivalSummary"]["ArchivalBackupArn"]
    assert described(tables)["ArchivalSummary"]["ArchivalBackupArn"] == backup
    (listed,) = tables.list_backups(TableName="Books", BackupType="SYSTEM")["BackupSummaries"]
    assert listed["BackupArn"] == backup
    with pytest.raises(ClientError, match=OFF.format(key)):
        restore(tables, backup)
    boto3.client("kms").enable_key(KeyId=key)
    assert described(tables)["TableStatus"] == "ARCHIVED"  # too late for the table
    tables.delete_table(TableName="Books")
    restore(tables, backup, "Books")
    assert tables.scan(TableName="Books")["Items"] == [ITEM]


def test_nobody_has_to_look_meanwhile(lab: kmsnb.Lab, tables: Any, key: str):
    create(tables, key)
    lose(key, "pending deletion")
    lab.clock.advance(days=60)  # the key itself is gone
    assert described(tables)["TableStatus"] == "ARCHIVED"


def test_enabling_the_key_is_enough(lab: kmsnb.Lab, tables: Any, key: str):
    client = boto3.client("kms")
    create(tables, key)
    lose(key, "pending deletion")
    lab.clock.advance(days=3)
    client.cancel_key_deletion(KeyId=key)
    lab.clock.advance(hours=1)
    assert described(tables)["TableStatus"] == LOST  # it is still disabled
    client.enable_key(KeyId=key)
    tables.put_item(TableName="Books", Item=ITEM)
    assert described(tables)["TableStatus"] == LOST
    lab.clock.advance(minutes=30)
    back = described(tables)
    assert back["TableStatus"] == "ACTIVE"
    assert "InaccessibleEncryptionDateTime" not in back["SSEDescription"]
    lose(key, "disabled")  # once more, and the seven days begin anew
    lab.clock.advance(days=6)
    assert described(tables)["TableStatus"] == LOST


def test_a_short_outage_is_not_noticed(lab: kmsnb.Lab, tables: Any, key: str):
    create(tables, key)
    lose(key, "disabled")
    lab.clock.advance(minutes=20)
    boto3.client("kms").enable_key(KeyId=key)
    lab.clock.advance(minutes=20)
    assert described(tables)["TableStatus"] == "ACTIVE"


def test_items_are_out_of_reach_after_five_minutes_even_for_a_busy_caller(
    lab: kmsnb.Lab, tables: Any, key: str
):
    create(tables, key)
    tables.put_item(TableName="Books", Item=ITEM)
    lose(key, "disabled")
    for _ in range(4):
        lab.clock.advance(minutes=1)
        tables.get_item(TableName="Books", Key=ITEM)
    lab.clock.advance(minutes=1)
    for request in REQUESTS.values():
        with pytest.raises(ClientError, match=OFF.format(key)):
            request(tables)
    for new in (None, "", make_key(lab)):
        with pytest.raises(ClientError, match=OFF.format(key)):
            change(tables, new)
    assert tables.update_table(TableName="Books", DeletionProtectionEnabled=True)["TableDescription"]


def test_a_table_whose_grant_was_revoked_is_healed_by_another_key(lab: kmsnb.Lab, tables: Any, key: str):
    create(tables, key)
    lose(key, "grant revoked")
    lab.clock.advance(hours=1)
    assert described(tables)["TableStatus"] == LOST
    change(tables, make_key(lab))
    assert described(tables)["TableStatus"] == "ACTIVE"


def test_revoking_the_grant_counts_from_then_whatever_happens_to_the_key(
    lab: kmsnb.Lab, tables: Any, key: str
):
    create(tables, key)
    lose(key, "grant revoked")
    lab.clock.advance(days=5)
    lose(key, "disabled")
    lab.clock.advance(days=2, hours=1)
    assert described(tables)["TableStatus"] == "ARCHIVED"


def test_a_transaction_that_fails_leaves_the_key(lab: kmsnb.Lab, tables: Any, key: str):
    create(tables, key)
    tables.put_item(TableName="Books", Item=ITEM)
    with pytest.raises(ClientError, match="TransactionCanceledException"):
        tables.transact_write_items(
            TransactItems=[
                {
                    "Put": {
                        "TableName": "Books",
                        "Item": ITEM,
                        "ConditionExpression": "attribute_not_exists(id)",
                    }
                }
            ]
        )
    boto3.client("kms").disable_key(KeyId=key)
    lab.clock.advance(minutes=5)
    with pytest.raises(ClientError, match=OFF.format(key)):
        tables.scan(TableName="Books")


def test_the_journal_keeps_no_table_key(lab: kmsnb.Lab, tables: Any, key: str):
    create(tables, key)
    tables.scan(TableName="Books")
    recorded = json.dumps([each.cloudtrail() for each in asked(lab)])
    assert "iphertext" not in recorded
    assert "laintext" not in recorded
