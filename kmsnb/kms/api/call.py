"""One call of the API: who asks for what, when, on which keys."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..authorization import Caller
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
from ..core.region import Region
from ..core.specs import USAGE_OF_OPERATION
from ..core.state import KeyState
from .guard import Guard
from .origin import Origin

Response = dict[str, Any] | None


@dataclass(frozen=True)
class Operation:
    """One operation of the API: the function that runs it, and what it allows.

    ``states`` are the key states in which it works. ``by_alias``: an alias can name the key. ``across_accounts``: the
    key can belong to another account, named by its ARN. ``changes_the_key``: customers cannot do it to an AWS managed
    key. ``cryptographic``: it uses the key, which GetKeyLastUsage reports.
    """

    name: str
    run: Callable[[Call], Response]
    states: frozenset[KeyState]
    by_alias: bool = False
    across_accounts: bool = False
    changes_the_key: bool = False
    cryptographic: bool = False


@dataclass(frozen=True)
class Use:
    """A key that a call uses, the action (as IAM names it, without ``kms:``) and the encryption context."""

    action: str
    key: Key
    context: Mapping[str, str]


class Call:
    """A call in progress.

    Operations get every key that they touch from ``key`` or ``admit``, which ask the ``guard`` for permission and
    remember the key in ``uses``. The checks have one order for all operations:

    1. the request itself, against the model (``validation``);
    2. that the key exists (NotFoundException), and may be named in this way (InvalidArnException);
    3. that the grant tokens are grant tokens;
    4. permission (AccessDeniedException);
    5. the state of the key (DisabledException, KMSInvalidStateException);
    6. its usage, then the algorithm against its spec (InvalidKeyUsageException); but a symmetric ciphertext names its
       key, which is compared before that (IncorrectKeyException);
    7. sizes, and whatever else the operation requires.

    Until the request has been read, there are no ``parameters`` and no ``guard``, and ``recordable``, which is the
    parameters without secrets, is None.
    """

    def __init__(
        self,
        operation: Operation,
        region: Region,
        *,
        now: datetime,
        caller: Caller | None = None,
        origin: Origin | None = None,
        request_id: str = "",
    ) -> None:
        self.operation = operation
        self.region = region
        self.now = now
        self.caller = caller
        self.origin = origin
        self.request_id = request_id
        self.event_id = str(uuid.uuid4())
        self.guard: Guard
        self.parameters: Mapping[str, Any] = {}
        self.recordable: Mapping[str, Any] | None = None
        self.uses: list[Use] = []

    def __getitem__(self, member: str) -> Any:
        return self.parameters[member]

    def get(self, member: str, default: Any = None) -> Any:
        """A member of the request, or ``default``."""
        return self.parameters.get(member, default)

    def required(self, member: str) -> Any:
        """A member that is optional in the model, but that KMS needs."""
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
        """The key of that name. KMS does not say whether a key of another account exists."""
        rules = self.operation
        try:
            return self.region.find(
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
        any_usage: bool = False,
    ) -> Key:
        """Check everything about this operation on ``key`` that does not depend on its other parameters.

        ``grant`` is the one that RetireGrant names. With ``any_usage``, the caller checks the key's usage later.
        """
        grant_ids = frozenset(read_token(token)[1] for token in self.get("GrantTokens", ()))
        action = action or self.operation.name
        self.uses.append(Use(action, key, context or {}))
        self.guard.on_key(action, key, grant=grant, grant_ids=grant_ids, same_key=self._keeps(key, action))
        if key.manager == AWS and self.operation.changes_the_key and not self.guard.enforces:
            raise self._not_for_customers(action, key)
        state.require(key.arn, key.state, self.operation.states)
        if not any_usage:
            self.require_usage(key)
        return key

    def require_usage(self, key: Key) -> None:
        """Check that the operation is one for keys of this usage."""
        if key.usage != USAGE_OF_OPERATION.get(self.operation.name, key.usage):
            raise InvalidKeyUsageException(
                f"{key.arn} key usage is {key.usage} which is not valid for {self.operation.name}."
            )

    def _keeps(self, key: Key, action: str) -> bool | None:
        """Whether ReEncrypt keeps the key of a ciphertext; None for other actions."""
        if action == "ReEncryptTo":
            return self.uses[0].key is key
        if action != "ReEncryptFrom":
            return None
        try:
            return self.region.find(self["DestinationKeyId"], across_accounts=True) is key
        except KmsError:
            return False

    def _not_for_customers(self, action: str, key: Key) -> AccessDeniedException:
        caller = f"arn:{self.region.partition}:iam::{self.region.account}:root"
        return AccessDeniedException(
            f"User: {caller} is not authorized to perform: kms:{action} on resource: {key.arn} "
            f"because no resource-based policy allows the kms:{action} action"
        )

    def stop_if_dry_run(self) -> None:
        """Raise DryRunOperationException if it is a dry run; to be called after all checks, before any change."""
        if self.get("DryRun"):
            raise DryRunOperationException

    @property
    def ignores_ciphertext(self) -> bool:
        """Whether this is a dry run without a ciphertext."""
        modifiers = self.get("DryRunModifiers")
        if modifiers and not self.get("DryRun"):
            raise errors.ValidationException("DryRunModifiers can only be specified when DryRun is true.")
        return bool(modifiers)
