"""Which of moto's tables are under a key in KMS, which of them a request names, and for whom their table keys are cached.

Most tables are under a key that AWS owns. Requests to them go straight to moto: ``plain`` sees that at a glance.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from moto.dynamodb.models import dynamodb_backends

from .at_rest import Protection
from .call import Call

#: "If DynamoDB gets a request for the cached table key after five minutes of inactivity, it sends a new request".
CACHED_FOR = timedelta(minutes=5)

#: Requests that need the table key.
NEED_THE_TABLE_KEY = (
    "GetItem",
    "PutItem",
    "UpdateItem",
    "DeleteItem",
    "Query",
    "Scan",
    "BatchGetItem",
    "BatchWriteItem",
    "TransactGetItems",
    "TransactWriteItems",
    "ExecuteStatement",
    "BatchExecuteStatement",
    "ExecuteTransaction",
    "CreateBackup",
    "UpdateTimeToLive",
)

_NAME = re.compile(r"[a-zA-Z0-9_.-]{3,255}")


@dataclass(eq=False)
class Encrypted:
    """The encryption of a table by a key in KMS, kept with moto's table: its protection, and when each caller used it."""

    protection: Protection
    used: dict[str, datetime] = field(default_factory=dict)

    def __deepcopy__(self, _: Any) -> Encrypted:
        """Itself: a backup has the key that its table had then, and a transaction that fails leaves it as it was."""
        return self

    def is_cached(self, caller: str, now: datetime) -> bool:
        """Whether DynamoDB has the table key in memory for this caller.

        A busy caller keeps it there, but no longer than five minutes after the key was disabled. The usage notes don't
        say that; it was recorded from AWS.
        """
        last = self.used.get(caller)
        if last is None or now - last >= CACHED_FOR:
            return False
        outages = self.protection.history.outages
        return not outages or outages[-1].end is not None or now - outages[-1].start < CACHED_FOR

    def remember(self, caller: str, now: datetime) -> None:
        """Note a request of this caller."""
        self.used[caller] = now


def backend_of(call: Call) -> Any:
    """moto's tables and backups of the call's account and Region."""
    return dynamodb_backends[call.account][call.region]


def encrypted(table: Any) -> Encrypted | None:
    """The encryption of moto's table by a key in KMS; None if AWS owns the key, or if there is no table."""
    found: Encrypted | None = getattr(table, "kmsnb", None)
    return found


def remember(backend: Any, table: Any, encryption: Encrypted | None) -> None:
    """Set or remove the encryption of moto's table, and what moto shows of it."""
    table.kmsnb = encryption
    table.sse_specification = (
        {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": encryption.protection.key}
        if encryption
        else None
    )
    # never forgotten: a backup's ARN contains its table's name, too
    backend.__dict__.setdefault("kmsnb", set()).add(table.name.encode())


def plain(request: Any) -> bool:
    """Whether a request neither sets a table's key nor names a table that has one, or had."""
    body: bytes = request.data
    names = [
        name
        for account in dynamodb_backends.values()
        for backend in account.values()
        for name in getattr(backend, "kmsnb", ())
    ]
    set_or_escaped = b"SSESpecification" in body or bool(names and rb"\u" in body)
    return not set_or_escaped and not any(name in body for name in names)


def named_tables(call: Call) -> list[str]:
    """The names or ARNs of the tables that a request reads or writes."""
    asked = call.members
    names = [asked["TableName"]] if "TableName" in asked else []
    names += asked.get("RequestItems") or {}
    for item in asked.get("TransactItems") or ():
        names += [part["TableName"] for part in item.values() if part and "TableName" in part]
    statements = [*(asked.get("Statements") or ()), *(asked.get("TransactStatements") or ()), asked]
    for each in statements:
        names += _NAME.findall(each.get("Statement") or "")
    return list(dict.fromkeys(names))
