"""What KMS checks of a new key policy or grant, whether or not permissions are enforced.

API Reference, "CreateKey" and "PutKeyPolicy": the policy's principals must exist, and it must not lock the caller out.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from ..authorization import Caller, Circumstances, KeyFacts, Place, Policy, locks_out, parse_key_policy
from ..authorization.lockout import LOCKOUT_MESSAGE
from ..authorization.principals import is_aws_principal, is_service, is_session
from ..authorization.validation import named_principals
from ..core.errors import InvalidArnException, MalformedPolicyDocumentException
from ..core.grant import Grant
from ..core.key import AWS_KMS, Key
from ..core.specs import ENCRYPT_DECRYPT, SYMMETRIC_DEFAULT
from . import key_policy, principal_ids
from .endpoint import Principals

#: Parses each policy text once, however many keys have it. The largest policy takes 600 KB when parsed.
parsed: Callable[[str], Policy] = lru_cache(maxsize=128)(parse_key_policy)


class PolicyChecks(ABC):
    """The half of a guard that looks at policies and grants as they are written, and not at permission.

    ``parameters`` are the members of the request, without blobs and tokens: decisions on them are kept in the journal.
    """

    def __init__(
        self, parameters: Mapping[str, Any], circumstances: Circumstances, principals: Principals
    ) -> None:
        self.parameters = parameters
        self.circumstances = circumstances
        self.principals = principals

    @abstractmethod
    def exists(self, principal: str) -> bool:
        """Whether a policy or grant may name this principal."""

    @abstractmethod
    def policies_for_next(self, policy: Policy) -> Iterable[tuple[Caller, Policy]]:
        """Callers of whom at least one must be able to replace this new policy, each with the policy as it binds them."""

    def new_policy(
        self, text: str, arn: str, key: Key | None = None, *, primary: Key | None = None
    ) -> dict[str, str]:
        """See ``Guard``."""
        key_policy.check(text, self.exists)
        new = parsed(text)
        if not self.parameters.get("BypassPolicyLockoutSafetyCheck"):
            facts = facts_of(key) if key else self._facts_of_new_key(arn, primary)
            facts = replace(facts, place=place_of(arn, self.principals))
            there = replace(self.circumstances, region=arn.split(":")[3])
            if all(locks_out(caller, facts, policy, there) for caller, policy in self.policies_for_next(new)):
                raise MalformedPolicyDocumentException(LOCKOUT_MESSAGE)
        names = (name for statement in new.statements for name in named_principals(statement))
        return principal_ids.ids_of((name for name in names if not is_session(name)), self.principals)

    def principals_of_grant(self, *principals: str | None) -> dict[str, str]:
        """See ``Guard``."""
        for name in principals:
            # AWS services name themselves in the grants that they create
            if name is not None and not (is_service(name) or (is_aws_principal(name) and self.exists(name))):
                raise InvalidArnException(f"ARN does not refer to a valid principal: {name}")
        return principal_ids.ids_of(principals, self.principals)

    def policy_now(self, key: Key) -> str:
        """See ``Guard``."""
        return principal_ids.policy_now(key, self.principals)

    def grant_now(self, grant: Grant) -> Grant:
        """See ``Guard``."""
        return principal_ids.grant_now(grant, self.principals)

    def _facts_of_new_key(self, arn: str, primary: Key | None) -> KeyFacts:
        asked = self.parameters
        tags = {tag["TagKey"]: tag["TagValue"] for tag in asked.get("Tags", ())}
        if primary:
            kind = primary.spec.name, primary.usage, primary.origin, "REPLICA"
            return KeyFacts(arn, parsed(""), (), *kind, tags=tags)
        return KeyFacts(
            arn,
            parsed(""),
            spec=asked.get("KeySpec") or asked.get("CustomerMasterKeySpec") or SYMMETRIC_DEFAULT,
            usage=asked.get("KeyUsage") or ENCRYPT_DECRYPT,
            origin=asked.get("Origin") or AWS_KMS,
            multi_region_type="PRIMARY" if asked.get("MultiRegion") else None,
            tags=tags,
        )


def place_of(key_arn: str, principals: Principals) -> Place | None:
    """Where the account of a key is in its organization, if it is in one."""
    _, partition, _, _, account, _ = key_arn.split(":", 5)
    return principals.place(account, partition)


def facts_of(key: Key, policy: str | None = None) -> KeyFacts:
    """A key as decisions see it, with its policy or another text in its place, and without its grants."""
    return KeyFacts(
        key.arn,
        parsed(key.policy if policy is None else policy),
        (),
        key.spec.name,
        key.usage,
        key.origin,
        key.multi_region_type,
        key.aliases,
        key.tags,
    )
