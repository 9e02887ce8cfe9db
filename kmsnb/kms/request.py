"""One call of the API: who asks what, when, of which keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from . import errors, state
from .errors import AccessDeniedException, DryRunOperationException, InvalidKeyUsageException
from .grants import read_token
from .key import AWS, Key
from .specs import USAGE_OF_OPERATION

if TYPE_CHECKING:
    from .models import KmsBackend
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
    is known who wants to do what with which key, and where permission is a matter.

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
        access_key: str,
        request_id: str,
    ) -> None:
        self.operation = operation
        self.parameters = parameters
        self.backend = backend
        self.now = now
        self.access_key = access_key
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
        rules = self.operation
        key = self.backend.find(self[member], by_alias=rules.by_alias, across_accounts=rules.across_accounts)
        return self.admit(key, action=action, context=self.get(context))

    def admit(self, key: Key, *, action: str | None = None, context: Mapping[str, str] | None = None) -> Key:
        """Check all that can be said about this operation on ``key`` before its parameters matter."""
        for token in self.get("GrantTokens", ()):
            read_token(token)
        action = action or self.operation.name
        if key.manager == AWS and self.operation.changes_the_key:
            raise self._not_for_customers(action, key)
        self.uses.append(Use(action, key, context or {}))
        state.require(key.arn, key.state, self.operation.bears)
        usage = USAGE_OF_OPERATION.get(self.operation.name, key.usage)
        if key.usage != usage:
            raise InvalidKeyUsageException(
                f"{key.arn} key usage is {key.usage} which is not valid for {self.operation.name}."
            )
        return key

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
