"""The journal: a record of each call and of each thing that KMS does by itself, as in CloudTrail.

AWS KMS Developer Guide, "Logging AWS KMS API calls with AWS CloudTrail"; CloudTrail User Guide, "CloudTrail record
contents". It contains no secrets: no blob of a request or a response, and no grant token.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ..authorization import Caller, Kind
from ..authorization.actions import ACTIONS
from ..authorization.decision import Decision

#: How many records a journal holds, and how many bytes of memory their contents take, before it drops the oldest.
MOST_RECORDS, MOST_BYTES = 100_000, 64 * 2**20

#: What CloudTrail calls AWS where it names no service.
INTERNAL = "AWS Internal"

_SECRET = frozenset(
    [
        "GrantToken",
        "GrantTokens",
        "KeyStorePassword",
        "NextMarker",
        "Recipient",
        "XksProxyAuthenticationCredential",
    ]
)
#: Maps whose keys come from the customer and keep their case.
_VERBATIM = frozenset(
    [
        "EncryptionContext",
        "SourceEncryptionContext",
        "DestinationEncryptionContext",
        "EncryptionContextSubset",
        "EncryptionContextEquals",
    ]
)


@dataclass(frozen=True, slots=True)
class Record:
    """One event. ``caller`` is None for what KMS did by itself, and for unknown credentials.

    ``explanation`` is the decision that denied a call, and ``cause`` the request to an AWS service that made the service
    call, such as ``s3:PutObject``. CloudTrail has neither.
    """

    time: datetime
    event_id: str
    name: str
    region: str
    account: str
    resources: tuple[str, ...] = ()
    caller: Caller | None = None
    access_key: str | None = None
    invoked_by: str | None = None
    source_ip: str = "127.0.0.1"
    vpc_endpoint: str | None = None
    parameters: Mapping[str, Any] | None = None
    response: Mapping[str, Any] | None = None
    error_code: str | None = None
    error_message: str | None = None
    request_id: str | None = None
    explanation: Decision | None = field(default=None, repr=False)
    cause: str | None = None
    details: Mapping[str, str] | None = None

    @property
    def by_kms(self) -> bool:
        """Whether KMS did this by itself."""
        return self.request_id is None

    @property
    def read_only(self) -> bool:
        """CloudTrail's ``readOnly``, which includes the use of a key."""
        return not self.by_kms and not writes(self.name)

    @property
    def who(self) -> str:
        """A short name of the caller: the end of its ARN."""
        if self.by_kms:
            return "AWS KMS"
        if self.caller is None:
            return self.access_key or "AWS"
        name = self.caller.arn.split(":", 5)[-1]  # the end can have colons, too: aws:ec2-infrastructure
        service = self.caller.kind is Kind.SERVICE or self.invoked_by == INTERNAL
        return f"{name} via {self.invoked_by}" if self.invoked_by and not service else name

    @property
    def encryption_context(self) -> Mapping[str, str]:
        """The encryption context of the call; for ReEncrypt, the new one."""
        asked = self.parameters or {}
        return asked.get("EncryptionContext") or asked.get("DestinationEncryptionContext") or {}

    def cloudtrail(self) -> dict[str, Any]:
        """The record as CloudTrail writes it, ready for JSON."""
        event: dict[str, Any] = {
            "eventVersion": "1.11",
            "userIdentity": self._identity(),
            "eventTime": _iso(self.time),
            "eventSource": "kms.amazonaws.com",
            "eventName": self.name,
            "awsRegion": self.region,
            "sourceIPAddress": INTERNAL if self.by_kms else self._address(),
        }
        if self.error_code:
            event["errorCode"] = self.error_code
            if self.error_message:
                event["errorMessage"] = self.error_message
        event |= {
            "requestParameters": _told(self.parameters),
            "responseElements": _told(self.response),
            "eventID": self.event_id,
            "readOnly": self.read_only,
            "resources": [
                {"accountId": arn.split(":")[4], "type": "AWS::KMS::Key", "ARN": arn}
                for arn in self.resources
            ],
            "eventType": "AwsServiceEvent" if self.by_kms else "AwsApiCall",
            "managementEvent": True,
            "recipientAccountId": self.account,
            "eventCategory": "Management",
        }
        if self.request_id:
            event["requestID"] = self.request_id
        if self.vpc_endpoint and not self.invoked_by:
            event["vpcEndpointId"] = self.vpc_endpoint
        if self.details:
            event["serviceEventDetails"] = dict(self.details)
        return event

    def _address(self) -> str:
        if self.caller and self.caller.kind is Kind.SERVICE:
            return self.invoked_by or _without_region(self.caller.arn)
        return self.invoked_by or self.source_ip

    def _identity(self) -> dict[str, Any]:
        """CloudTrail's ``userIdentity``."""
        caller = self.caller
        if self.by_kms:
            return {"accountId": self.account, "invokedBy": INTERNAL}
        if caller is None:
            return {"type": "Unknown", "accountId": self.account, "accessKeyId": self.access_key}
        if caller.kind is Kind.SERVICE:
            return {"type": "AWSService", "invokedBy": self._address()}
        identity: dict[str, Any] = {
            "type": str(caller.kind),
            "principalId": caller.unique_id,
            "arn": caller.arn,
            "accountId": caller.account,
            "accessKeyId": self.access_key,
        }
        if caller.username:
            identity["userName"] = caller.username
        if caller.mfa is not None:
            identity["sessionContext"] = _session_context(caller, caller.mfa)
        if self.invoked_by:
            identity["invokedBy"] = self.invoked_by
        return identity


def _without_region(service: str) -> str:
    """The name of a service as records have it, such as ``dynamodb.amazonaws.com`` for a principal in one Region."""
    return f"{service.partition('.')[0]}.amazonaws.com"


def _session_context(caller: Caller, mfa: bool) -> dict[str, Any]:
    """CloudTrail's ``sessionContext``, of temporary credentials."""
    context: dict[str, Any] = {}
    if caller.source_arn:
        of_role = caller.kind is Kind.ROLE_SESSION
        context["sessionIssuer"] = {
            "type": "Role" if of_role else "IAMUser",
            **({"principalId": (caller.unique_id or "").rpartition(":")[0]} if of_role else {}),
            "arn": caller.source_arn,
            "accountId": caller.account,
            "userName": caller.source_arn.rpartition("/")[2],
        }
    begun = {"creationDate": _iso(caller.token_issued)} if caller.token_issued else {}
    return context | {"attributes": {**begun, "mfaAuthenticated": str(mfa).lower()}}


class Journal:
    """Records, the newest last. Bounded in number and in bytes: ``dropped`` counts the oldest, which had to go."""

    def __init__(self, most: int = MOST_RECORDS, most_bytes: int = MOST_BYTES) -> None:
        self.most = most
        self.most_bytes = most_bytes
        self.dropped = 0
        self._bytes = 0
        self._records: deque[tuple[Record, int]] = deque()

    def write(self, record: Record) -> None:
        """Add a record, and drop the oldest until there is room. The newest record stays, however large it is."""
        size = sum(map(_size, (record.parameters, record.response, record.error_message, record.explanation)))
        self._records.append((record, size))
        self._bytes += size
        while len(self._records) > 1 and (len(self._records) > self.most or self._bytes > self.most_bytes):
            self._bytes -= self._records.popleft()[1]
            self.dropped += 1

    def __iter__(self) -> Iterator[Record]:
        records = [record for record, _ in tuple(self._records)]  # another thread may write meanwhile
        # what fell due in another account meanwhile is noticed late
        return iter(sorted(records, key=lambda record: record.time))

    def __len__(self) -> int:
        return len(self._records)


def _size(value: Any) -> int:
    """About how many bytes of memory a value takes with all that it holds."""
    size = sys.getsizeof(value)
    if isinstance(value, Mapping):
        return size + sum(_size(name) + _size(each) for name, each in value.items())
    return size + sum(map(_size, value)) if isinstance(value, list | tuple) else size


def writes(operation: str) -> bool:
    """Whether CloudTrail counts an operation as a write; using a key is not one."""
    action = ACTIONS.get(operation)
    uses = operation in ("ReEncrypt", "GenerateRandom") or (action is not None and action.names_alias)
    return not uses and (action is None or action.writes)


def without_secrets(members: Mapping[str, Any]) -> dict[str, Any]:
    """The members of a request or response that can be recorded: no bytes and no tokens."""
    return {
        name: value for name, value in members.items() if not isinstance(value, bytes) and name not in _SECRET
    }


def _told(members: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if members is None:
        return None
    return {_camel(name): value if name in _VERBATIM else _plain(value) for name, value in members.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return _iso(value)
    if isinstance(value, Mapping):
        return _told(value)
    return [_plain(each) for each in value] if isinstance(value, list) else value


def _camel(name: str) -> str:
    return name[:1].lower() + name[1:]


def _iso(time: datetime) -> str:
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
