"""Permission, asked at each call: what the call knows is handed to ``authorization``, which decides.

AWS KMS Developer Guide, "Troubleshooting key access", for what is asked; API Reference, "PutKeyPolicy" and
"CreateKey", for the lockout safety check.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from . import callers, namesakes, policy
from .authorization import (
    Caller,
    Circumstances,
    GrantFacts,
    KeyFacts,
    Policy,
    Request,
    access_denied,
    decide,
    decide_all,
    locks_out,
    parse_key_policy,
    requests_for,
)
from .authorization.lockout import WORDS
from .authorization.principals import account_of
from .authorization.validation import named_principals
from .errors import AccessDeniedException, InvalidArnException, MalformedPolicyDocumentException
from .explanation import Explanation
from .specs import ENCRYPT_DECRYPT, SYMMETRIC_DEFAULT

if TYPE_CHECKING:
    from .grants import Grant
    from .key import Key
    from .origin import Origin

#: Parsed once per text, however many keys have it and calls ask for it. The largest policy takes 600 KB when parsed.
_parsed: Callable[[str], Policy] = lru_cache(maxsize=128)(parse_key_policy)


class Guard:
    """Permission for one call, by one caller. Every method returns for yes, and raises a KmsError for no."""

    #: Whether key policies are asked, which keep customers from AWS managed keys and let services make grants on them.
    asks_the_key_policy = True

    def __init__(self, caller: Caller, parameters: Mapping[str, Any], circumstances: Circumstances) -> None:
        self.caller = caller
        self.parameters = parameters
        self.circumstances = circumstances

    def on_key(
        self,
        action: str,
        key: Key,
        *,
        grant: Grant | None = None,
        grant_ids: frozenset[str] = frozenset(),
        same_key: bool | None = None,
    ) -> None:
        """``action`` on a key. ``grant`` is the one RetireGrant is about, ``grant_ids`` those of the call's tokens."""
        self._decide(
            Request(
                self.caller,
                f"kms:{action}",
                self.facts(key),
                parameters=self.parameters,
                circumstances=self.circumstances,
                grant_ids=grant_ids,
                grant=namesakes.standing(grant).facts if grant else None,
                same_key=same_key,
            )
        )

    def on_alias(self, action: str, arn: str) -> None:
        """``action`` on an alias, which IAM policies decide alone."""
        self._decide(self._request(action, resource=arn))

    def on_account(self, operation: str) -> None:
        """An operation that is about no key that exists yet: all that it needs by IAM."""
        self._raise_unless(
            decide_all(
                requests_for(operation, self.caller, self.parameters, circumstances=self.circumstances)
            )
        )

    def on_new_replica(self, primary: Key) -> None:
        """What ReplicateKey needs in the other Region, beside the permission on the key."""
        asked = requests_for(
            "ReplicateKey",
            self.caller,
            self.parameters,
            keys={"KeyId": self.facts(primary)},
            circumstances=self.circumstances,
        )
        self._raise_unless(decide_all(asked[1:]))

    def on_missing_key(self, action: str, arn: str) -> None:
        """Another account's key that is not there: KMS does not let on, and answers as for one it keeps closed."""
        if self.caller.account != account_of(arn):
            self._decide(self._request(action, key=KeyFacts(arn, _parsed(""))))

    def new_policy(
        self, text: str, arn: str, key: Key | None = None, *, primary: Key | None = None
    ) -> dict[str, str]:
        """A key policy that is to be attached: its form, its principals, and that it does not lock the caller out.

        Without a ``key`` it is for one that is to be made, as a replica of ``primary`` if there is one. Tells the
        unique ids of the users and roles that it means.
        """
        policy.check(text, callers.exists)
        new = _parsed(text)
        if not self.parameters.get("BypassPolicyLockoutSafetyCheck"):
            facts = self.facts(key) if key else self._facts_of_new_key(arn, primary)
            there = replace(self.circumstances, region=arn.split(":")[3])
            if locks_out(self.caller, facts, new, there):
                raise MalformedPolicyDocumentException(WORDS)
        return namesakes.meant(name for statement in new.statements for name in named_principals(statement))

    def principals_of_grant(self, *principals: str | None) -> dict[str, str]:
        """The principals that a grant is to name: that there are such. Tells the unique ids of users and roles."""
        for principal in principals:
            if principal is not None and not callers.can_be_in_a_grant(principal):
                raise InvalidArnException(f"ARN does not refer to a valid principal: {principal}")
        return namesakes.meant(principals)

    def facts(self, key: Key) -> KeyFacts:
        """What the decision is told of a key."""
        return key_facts(key, self.caller, self.circumstances.time)

    def _facts_of_new_key(self, arn: str, primary: Key | None) -> KeyFacts:
        asked = self.parameters
        tags = {tag["TagKey"]: tag["TagValue"] for tag in asked.get("Tags", ())}
        if primary:
            kind = primary.spec.name, primary.usage, primary.origin, "REPLICA"
            return KeyFacts(arn, _parsed(""), (), *kind, tags=tags)
        return KeyFacts(
            arn,
            _parsed(""),
            spec=asked.get("KeySpec") or asked.get("CustomerMasterKeySpec") or SYMMETRIC_DEFAULT,
            usage=asked.get("KeyUsage") or ENCRYPT_DECRYPT,
            origin=asked.get("Origin") or "AWS_KMS",
            multi_region_type="PRIMARY" if asked.get("MultiRegion") else None,
            tags=tags,
        )

    def _request(self, action: str, **about: Any) -> Request:
        return Request(
            self.caller,
            f"kms:{action}",
            parameters=self.parameters,
            circumstances=self.circumstances,
            **about,
        )

    def _decide(self, request: Request) -> None:
        self._raise_unless(decide(request))

    def _raise_unless(self, decision: Any) -> None:
        if not decision.allowed:
            raise AccessDeniedException(access_denied(decision), Explanation.of(decision))


class Open(Guard):
    """No enforcement: everyone may do everything. Policies are checked for form, and that is all."""

    asks_the_key_policy = False

    def __init__(self) -> None:
        pass

    def on_key(self, *_: Any, **__: Any) -> None:
        """Yes."""

    def on_alias(self, *_: Any) -> None:
        """Yes."""

    def on_account(self, *_: Any) -> None:
        """Yes."""

    def on_new_replica(self, *_: Any) -> None:
        """Yes."""

    def on_missing_key(self, *_: Any) -> None:
        """Then it is NotFoundException."""

    def new_policy(self, text: str, *_: Any, **__: Any) -> dict[str, str]:
        """Yes, if it is a policy."""
        policy.check(text)
        return {}

    def principals_of_grant(self, *_: Any) -> dict[str, str]:
        """Yes, whoever they are."""
        return {}


OPEN = Open()


def circumstances_of(origin: Origin, region: str, now: datetime) -> Circumstances:
    """How a request comes, as a decision sees it."""
    return Circumstances(
        time=now,
        region=region,
        source_ip="127.0.0.1",
        via_service=origin.via(region),
        source_arn=origin.source_arn,
        source_account=account_of(origin.source_arn or "") or None,
    )


def key_facts(key: Key, caller: Caller, now: datetime | None) -> KeyFacts:
    """A key, as a decision about ``caller`` sees it."""
    related = key.multi_region_key
    return KeyFacts(
        key.arn,
        _parsed(namesakes.policy_of(key)),
        _GrantsTo(key, caller),
        key.spec.name,
        key.usage,
        key.origin,
        None if related is None else "REPLICA" if key.is_replica else "PRIMARY",
        key.aliases,
        key.tags,
        _days_without_use(key, now),
    )


class _GrantsTo:
    """The grants of a key that are this caller's, looked up only if the decision comes to ask for them."""

    def __init__(self, key: Key, caller: Caller) -> None:
        self._key = key
        self._caller = caller

    def __iter__(self) -> Iterator[GrantFacts]:
        binding = self._caller.binding
        for grant in self._key.grants.values():
            if binding(grant.facts.grantee) is not None:
                yield namesakes.standing(grant).facts


def _days_without_use(key: Key, now: datetime | None) -> int | None:
    if now is None:
        return None
    return (now - key.last_usage.get("Timestamp", key.creation_date)).days
