"""What a database or a table keeps of its KMS key: the grant, the encrypted data key, and whether the key can be used.

1. The caller's permission is used once: DescribeKey, and CreateGrant for the service.
2. From then on the service uses the key by that grant. What happens to the caller no longer matters.
3. The service finds out some time later that it lost the key, or its grant. ``Protection.outages`` tells when it did.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kmsnb.kms.core.errors import KmsError
from kmsnb.kms.core.history import History, Outage
from kmsnb.kms.moto.models import backend_of

from .call import Call


@dataclass(frozen=True, eq=False)
class Protection:
    """A key in use: its ARN, the service's grant (its id), the encrypted data key and its encryption context.

    ``arn`` is that of the database or table, and ``since`` when its protection by the key began. It never changes: a new
    key is a new ``Protection``.
    """

    key: str
    grant: str
    data_key: bytes
    context: dict[str, str]
    arn: str
    since: datetime
    history: History

    def __deepcopy__(self, _: Any) -> Protection:
        """Itself: moto's snapshots and backups are deep copies, and share their source's key."""
        return self

    def outages(self) -> Iterator[Outage]:
        """The periods in which the service could not use the key, for as long as it has used it."""
        _, _, _, region, account, _ = self.key.split(":", 5)
        at_home = backend_of(account, region).endpoint.region
        at_home.settle(at_home.now())  # imported key material may have expired
        ended = self.history.ended_grants.get(self.grant)
        for outage in self.history.outages:
            if ended and (outage.end is None or outage.end >= ended):
                yield Outage(min(outage.start, ended))
                return
            if outage.end is None or outage.end > self.since:
                yield outage
        if ended:
            yield Outage(ended)


def protect(
    call: Call, key_id: str, context: dict[str, str], arn: str, operations: tuple[str, ...]
) -> Protection:
    """Give the service a key for the resource ``arn``: a grant for ``operations``, and a data key by that grant.

    The first of the operations makes the data key. The grant is for the service's principal in this Region, and only
    with ``context``. Raises a ``KmsError``.
    """
    grant, key = give_grant(call, key_id, context, operations)
    try:
        made = call.ask_as_service(
            operations[0],
            arn,
            principal=grantee(call),
            KeyId=key,
            KeySpec="AES_256",
            EncryptionContext=context,
        )
    except KmsError:
        give_up(call, key, grant, arn)
        raise
    _, _, _, region, account, _ = key.split(":", 5)
    history = backend_of(account, region).endpoint.region.find(key).history
    return Protection(key, grant, made["CiphertextBlob"], context, arn, call.now, history)


def give_grant(
    call: Call, key_id: str, context: dict[str, str], operations: tuple[str, ...]
) -> tuple[str, str]:
    """The caller's two requests: DescribeKey, then CreateGrant. Returns the grant's id and the key's ARN."""
    key: str = call.ask("DescribeKey", KeyId=key_id)["KeyMetadata"]["Arn"]
    made = call.ask(
        "CreateGrant",
        KeyId=key,
        GranteePrincipal=grantee(call),
        RetiringPrincipal=grantee(call),
        Operations=list(operations),
        Constraints={"EncryptionContextSubset": context},
    )
    return made["GrantId"], key


def use(call: Call, protection: Protection) -> None:
    """Decrypt the data key by the grant. Raises a ``KmsError`` if the key or the grant is gone."""
    call.ask_as_service(
        "Decrypt",
        protection.arn,
        principal=grantee(call),
        CiphertextBlob=protection.data_key,
        EncryptionContext=protection.context,
    )


def give_up(call: Call, key: str, grant: str, arn: str) -> None:
    """Retire a grant that the service no longer needs. One that is gone, or whose key is, needs no retiring."""
    with suppress(KmsError):
        call.ask_as_service("RetireGrant", arn, principal=grantee(call), KeyId=key, GrantId=grant)


def grantee(call: Call) -> str:
    """The principal that grants name: the service in a Region, such as ``dynamodb.us-east-1.amazonaws.com``."""
    return f"{call.service}.{call.region}.amazonaws.com"
