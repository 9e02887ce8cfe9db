"""DynamoDB: a table key under the KMS key, made by the service through a grant, and used for each caller of the table.

| Request | asks KMS for | as | encryption context |
|---|---|---|---|
| CreateTable, UpdateTable with SSESpecification; RestoreTableFromBackup, RestoreTableToPointInTime | DescribeKey, CreateGrant | the caller | both pairs, in the grant's constraint |
| | then GenerateDataKey, of the table key | the service, by the grant | both pairs |
| UpdateTable that changes the key, RestoreTable… | first Decrypt, of the old table key | the caller | both pairs |
| GetItem, PutItem, Query, Scan, batches, transactions, PartiQL; CreateBackup, UpdateTimeToLive | Decrypt, of the table key, unless it is cached for this caller | the caller | both pairs |
| DeleteTable | RetireGrant | the service, by the grant | |

The pairs are aws:dynamodb:tableName and aws:dynamodb:subscriberId, which is the account. A table without an
SSESpecification is under a key that AWS owns: KMS isn't asked, and nothing is seen of it. ``Enabled`` alone means
``aws/dynamodb``. What happens when the key is out of reach is in ``dynamodb_clock``.

Amazon DynamoDB Developer Guide, "DynamoDB encryption at rest usage notes". It says that a caller who chooses a key needs
Encrypt, ReEncrypt*, GenerateDataKey* and Decrypt as well: AWS has not been seen to check this at CreateTable, so it isn't
checked here. The refusals' texts are AWS's, as recorded from it in October 2026; those of an archived table are ours. So
recorded, UpdateTable answers with the key that the table still has. On AWS the change then takes about 22 seconds, here
none; there are two grants alike for each table, and at most four changes of the key in 24 hours; here one, and no limit.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from moto.dynamodb.models import dynamodb_backends

from kmsnb.kms.core.errors import (
    AccessDeniedException,
    DisabledException,
    InvalidArnException,
    KmsError,
    KMSInvalidStateException,
    NotFoundException,
)

from . import at_rest, dynamodb_clock
from .at_rest import Protection
from .call import Answer, Call, Refusal
from .dynamodb_tables import (
    NEED_THE_TABLE_KEY,
    Encrypted,
    backend_of,
    encrypted,
    named_tables,
    plain,
    remember,
)
from .service import Service

_DEFAULT = "alias/aws/dynamodb"
#: What the grant allows, as recorded from AWS; the first one makes the table key.
_OPERATIONS = (
    "GenerateDataKey",
    "DescribeKey",
    "Decrypt",
    "Encrypt",
    "ReEncryptFrom",
    "ReEncryptTo",
    "RetireGrant",
)
_INVALID = "One or more parameter values were invalid: "


def create_table(call: Call) -> Answer:
    """Give a new table its key. If KMS refuses, there is no table."""
    asked = call.members.get("SSESpecification") or {}
    _check(asked)
    if not _enables(asked):
        return _under_a_key_of_aws(call)
    call.proceed()
    table = _table(call, call.members["TableName"])
    _encrypt_new(call, table, asked.get("KMSMasterKeyId", _DEFAULT))
    return _answer(call, table)


def _under_a_key_of_aws(call: Call) -> Answer:
    """moto would create the key ``aws/dynamodb`` for ``Enabled: False``, so it doesn't get to see that."""
    body = json.loads(call.request.data)
    body.pop("SSESpecification", None)
    call.request.data = json.dumps(body).encode()
    return call.proceed()


def restore_table(call: Call) -> Answer:
    """Give a restored table the key of its backup or source, which is needed in any case, or another."""
    override = call.members.get("SSESpecificationOverride")
    _check(override or {})
    source = _source(call)
    if source:
        _open(call, source.protection)
    answer = call.proceed()
    table = _table(call, call.members["TargetTableName"])
    key_id = source.protection.key if source else None
    if override is not None:
        key_id = override.get("KMSMasterKeyId", _DEFAULT) if _enables(override) else None
    if key_id is None:
        return answer
    _encrypt_new(call, table, key_id)
    return _answer(call, table)


def _source(call: Call) -> Encrypted | None:
    """The encryption of the backup or the table that a table is restored from."""
    backend = backend_of(call)
    if "BackupArn" in call.members:
        backup = backend.backups.get(call.members["BackupArn"])
        return encrypted(backup.table) if backup else None
    name = call.members.get("SourceTableName") or call.members.get("SourceTableArn", "")
    return encrypted(backend.tables.get(name.rpartition("/")[2]))


def _encrypt_new(call: Call, table: Any, key_id: str) -> None:
    try:
        _encrypt(call, table, key_id)
    except KmsError:
        del backend_of(call).tables[table.name]
        raise


def _encrypt(call: Call, table: Any, key_id: str) -> None:
    protection = at_rest.protect(call, key_id, _context(table), table.table_arn, _OPERATIONS)
    remember(backend_of(call), table, Encrypted(protection))


def _context(table: Any) -> dict[str, str]:
    return {"aws:dynamodb:tableName": table.name, "aws:dynamodb:subscriberId": table.account_id}


def update_table(call: Call) -> Answer:
    """Change a table's key: the old one is needed once more, to read the table key."""
    asked = call.members.get("SSESpecification")
    table = _table(call, call.members.get("TableName", ""))
    if table is None or asked is None:
        return _with_status(call, table)
    _check(asked)
    if call.members.keys() - {"TableName", "AttributeDefinitions", "SSESpecification"}:
        raise _invalid("Server-Side Encryption modification must be the only operation in the request")
    before = encrypted(table)
    enabled = _enables(asked)
    key_id = asked.get("KMSMasterKeyId", _DEFAULT)
    if not enabled and before is None:
        raise _invalid("Table is already encrypted by default")
    if enabled and before and key_id == before.protection.key:
        raise _invalid(
            "Table is already encrypted with given KMSMasterKeyId. "
            "Use KMSMasterKeyId parameter if you want to change Master Key"
        )
    if before:
        dynamodb_clock.require_not_archived(table, call.now)
        _open(call, before.protection)
    call.proceed()
    if enabled:
        _encrypt(call, table, key_id)
    else:
        remember(backend_of(call), table, None)
    if before:
        _retire(call, before.protection)
    old = {"SSEType": "KMS", "KMSMasterKeyArn": before.protection.key} if before else {}
    members = _described(table, call) | {"SSEDescription": {"Status": "UPDATING", **old}}
    return call.respond({"TableDescription": members})


def _enables(asked: dict[str, Any]) -> bool:
    """Whether an SSESpecification asks for a key in KMS; ``SSEType`` alone does so, too."""
    return bool(asked.get("Enabled", "SSEType" in asked))


def _check(asked: dict[str, Any]) -> None:
    """What DynamoDB refuses by itself in an SSESpecification."""
    if asked.get("SSEType") == "AES256":
        raise _invalid("SSEType AES256 is not supported")
    if not _enables(asked):
        for member in ("SSEType", "KMSMasterKeyId"):
            if member in asked:
                raise _invalid(f"{member} can not be specified if Enabled is false")
    elif "KMSMasterKeyId" in asked and "SSEType" not in asked:
        raise _invalid("SSEType KMS is required if KMSMasterKeyId is specified")


def _invalid(what: str) -> Refusal:
    return Refusal("ValidationException", _INVALID + what)


def describe_table(call: Call) -> Answer:
    """Show what became of the table, if its key is out of reach."""
    return _with_status(call, _table(call, call.members.get("TableName", "")))


def _with_status(call: Call, table: Any) -> Answer:
    """moto's answer, with the table's status by the clock if it has a key in KMS."""
    answer = call.proceed()
    return _answer(call, table) if encrypted(table) else answer


def _answer(call: Call, table: Any) -> Answer:
    member = "Table" if call.operation == "DescribeTable" else "TableDescription"
    return call.respond({member: _described(table, call)})


def _described(table: Any, call: Call) -> dict[str, Any]:
    members: dict[str, Any] = table.describe()["TableDescription"]
    dynamodb_clock.show(table, members, call.now)
    return members


def delete_table(call: Call) -> Answer:
    """Delete a table; DynamoDB retires its grant. This works even if the key is out of reach."""
    lost = encrypted(_table(call, call.members.get("TableName", "")))
    answer = call.proceed()
    if lost:
        _retire(call, lost.protection)
    return answer


def use_tables(call: Call) -> Answer:
    """Read or write items: decrypt the key of each table, unless DynamoDB has it in memory for this caller."""
    for name in named_tables(call):
        table = _table(call, name)
        used = encrypted(table)
        if used is None:
            continue
        dynamodb_clock.require_not_archived(table, call.now)
        caller = call.caller.arn if call.caller else call.access_key
        if not used.is_cached(caller, call.now):
            _open(call, used.protection)
        used.remember(caller, call.now)
    return call.proceed()


def _open(call: Call, protection: Protection) -> None:
    call.ask("Decrypt", CiphertextBlob=protection.data_key, EncryptionContext=protection.context)


def _retire(call: Call, protection: Protection) -> None:
    at_rest.give_up(call, protection.key, protection.grant, protection.arn)


def _table(call: Call, name: str) -> Any:
    """moto's table, by name or ARN; None if there is none."""
    return dynamodb_backends[call.account][call.region].tables.get(name.rpartition("/")[2])


def refusal(error: KmsError) -> Refusal:
    """KMS's refusal as DynamoDB words it."""
    code, reason, exception = "InternalServerError", "internal", "AWSKMSException"
    if isinstance(error, AccessDeniedException):
        code, reason = "AccessDeniedException", "key access denied"
    elif isinstance(error, DisabledException):
        code, reason, exception = "ValidationException", "key disabled", error.code
    elif isinstance(error, KMSInvalidStateException | NotFoundException | InvalidArnException):
        code, reason, exception = "ValidationException", "validation", error.code
    details = f"Service: AWSKMS; Status Code: 400; Error Code: {error.code}; Request ID: {error.request_id}; Proxy: null"
    return Refusal(
        code,
        f"KMS {reason} error: com.amazonaws.services.kms.model.{exception}: {error.message} ({details})",
        500 if code == "InternalServerError" else 400,
    )


_ASKS: dict[str, Callable[[Call], Answer]] = {
    "CreateTable": create_table,
    "UpdateTable": update_table,
    "DescribeTable": describe_table,
    "DeleteTable": delete_table,
    "RestoreTableFromBackup": restore_table,
    "RestoreTableToPointInTime": restore_table,
}
SERVICE = Service(
    "dynamodb",
    "dynamodb.amazonaws.com",
    _ASKS | dict.fromkeys(NEED_THE_TABLE_KEY, use_tables),
    refusal,
    plain=plain,
)
