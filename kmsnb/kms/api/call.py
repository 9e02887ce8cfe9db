"""One call of the API: who asks what, when, of which keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ..core import errors, state
from ..core.errors import (
    AccessDeniedException,
    DryRunOperationException,
    InvalidKeyUsageException,
    KmsError,
    NotFoundException,
)
from ..core.grant import Grant, read_token
from ..core.key import AWS, Key
from ..core.specs import USAGE_OF_OPERATION

if TYPE_CHECKING:
    from ..moto.models import KmsBackend
    from .enforcement import Guard
    from .operations.registry import Operation


@dataclass(frozen=True)
class Use:
    """That a call uses a key: for which action (as IAM names it, without ``kms:``), in which encryption context."""

    action: str
    key: Key
    context: Mapping[str, str]


class Call:
    """A call under way.

    Every key a call touches is asked for through ``key`` or ``admit``, so that they are the one place where it
    is known who wants to do what with which key. ``guard`` knows the caller, and is asked there whether he may.

    Checks go in one order, for all operations:

    1. the request itself, against the model (``validation``);
    2. that the key exists (NotFoundException), and may be named in this way (InvalidArnException);
    3. that the grant tokens are grant tokens;
    4. whether the caller may (AccessDeniedException);
    5. the state of the key (DisabledException, KMSInvalidStateException);
    6. its usage, then the algorithm against its spec (InvalidKeyUsageException);
    7. sizes, and whatever else the operation asks for.
    """

    def __init__(
        self,
        operation: Operation,
        parameters: dict[str, Any],
        backend: KmsBackend,
        *,
        now: datetime,
        guard: Guard,
        request_id: str,
    ) -> None:
        self.operation = operation
        self.parameters = parameters
        self.backend = backend
        self.now = now
        self.guard = guard
        self.request_id = request_id
        self.uses: list[Use] = []

    def __getitem__(self, member: str) -> Any:
        return self.parameters[member]

    def get(self, member: str, default: Any = None) -> Any:
        return self.parameters.get(member, default)

    def required(self, member: str) -> Any:
        """A member that the model leaves optional and KMS needs."""
        if member not in self.parameters:
            raise errors.required(member[0].lower() + member[1:])
        return self.parameters[member]

    def key(
        self, member: str = "KeyId", *, action: str | None = None, context: str = "EncryptionContext"
    ) -> Key:
        """The key that a member of the request names, found and admitted."""
        key = self.find(self[member], action=action)
        return self.admit(key, action=action, context=self.get(context))

    def find(self, identifier: str, *, action: str | None = None) -> Key:
        """The key of that name. Of another account's KMS does not let on whether there is one."""
        rules = self.operation
        try:
            return self.backend.find(
                identifier, by_alias=rules.by_alias, across_accounts=rules.across_accounts
            )
        except NotFoundException:
            if identifier.startswith("arn:"):
                self.guard.on_missing_key(action or rules.name, identifier)
            raise

    def admit(
        self,
        key: Key,
        *,
        action: str | None = None,
        context: Mapping[str, str] | None = None,
        grant: Grant | None = None,
    ) -> Key:
        """Check all that can be said about this operation on ``key`` before its parameters matter.

        ``grant`` is the one that RetireGrant is about.
        """
        grant_ids = frozenset(read_token(token)[1] for token in self.get("GrantTokens", ()))
        action = action or self.operation.name
        self.uses.append(Use(action, key, context or {}))
        self.guard.on_key(action, key, grant=grant, grant_ids=grant_ids, same_key=self._stays_on(key, action))
        if key.manager == AWS and self.operation.changes_the_key and not self.guard.asks_the_key_policy:
            raise self._not_for_customers(action, key)
        state.require(key.arn, key.state, self.operation.bears)
        usage = USAGE_OF_OPERATION.get(self.operation.name, key.usage)
        if key.usage != usage:
            raise InvalidKeyUsageException(
                f"{key.arn} key usage is {key.usage} which is not valid for {self.operation.name}."
            )
        return key

    def _stays_on(self, source: Key, action: str) -> bool | None:
        """Whether ReEncrypt leaves a ciphertext under the key it had; None for what is no ReEncrypt."""
        if action == "ReEncryptTo":
            return self.uses[0].key is source
        if action != "ReEncryptFrom":
            return None
        try:
            return self.backend.find(self["DestinationKeyId"], across_accounts=True) is source
        except KmsError:
            return False

    def _not_for_customers(self, action: str, key: Key) -> AccessDeniedException:
        caller = f"arn:{self.backend.partition}:iam::{self.backend.account_id}:root"
        return AccessDeniedException(
            f"User: {caller} is not authorized to perform: kms:{action} on resource: {key.arn} "
            f"because no resource-based policy allows the kms:{action} action"
        )

    def stop_if_dry_run(self) -> None:
        """To be called when nothing is left to check and nothing is done yet."""
        if self.get("DryRun"):
            raise DryRunOperationException

    @property
    def ignores_ciphertext(self) -> bool:
        """Whether a dry run is asked for that does without a ciphertext."""
        modifiers = self.get("DryRunModifiers")
        if modifiers and not self.get("DryRun"):
            raise errors.ValidationException("DryRunModifiers can only be specified when DryRun is true.")
        return bool(modifiers)
