"""No enforcement: every caller may do everything, but what AWS refuses from everybody is refused here, too."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from ..authorization import (
    Caller,
    Circumstances,
    Kind,
    Policy,
    Reason,
    Request,
    Statement,
    access_denied,
    decide,
    parse_identity_policy,
)
from ..authorization.conditions import ConditionElement
from ..authorization.principals import account_of
from ..core.errors import AccessDeniedException
from ..core.key import Key
from .endpoint import Principals
from .policy_checks import PolicyChecks, facts_of, parsed

#: What every caller has in IAM here.
_ADMINISTRATOR = parse_identity_policy(
    '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}'
)


class Unguarded(PolicyChecks):
    """Checks new policies, the principals of grants, and whether a key policy explicitly denies DescribeKey.

    ``find`` looks the caller up in IAM, which is done only for these checks. Callers that IAM does not know count as
    ``root``.
    """

    enforces = False

    def __init__(
        self,
        find: Callable[[], Caller | None],
        root: Caller,
        parameters: Mapping[str, Any],
        circumstances: Circumstances,
        principals: Principals,
    ) -> None:
        super().__init__(parameters, circumstances, principals)
        self._find = find
        self._root = root

    def on_key(self, action: str, key: Key, **_: Any) -> None:
        """Honor an explicit Deny on DescribeKey, as moto does."""
        if action != "DescribeKey" or not parsed(key.policy).denies:
            return
        facts = facts_of(key, self.policy_now(key))
        caller = _as_administrator(self._find() or self._root)
        decision = decide(
            Request(
                caller, "kms:DescribeKey", facts, parameters=self.parameters, circumstances=self.circumstances
            )
        )
        if decision.reason is Reason.DENY_IN_KEY_POLICY:
            raise AccessDeniedException(access_denied(decision), decision)

    def on_alias(self, *_: Any) -> None:
        """Allow everything."""

    def on_account(self, *_: Any) -> None:
        """Allow everything."""

    def on_new_replica(self, *_: Any) -> None:
        """Allow everything."""

    def on_missing_key(self, *_: Any) -> None:
        """Hide nothing: the call goes on to say that the key does not exist."""

    def exists(self, principal: str) -> bool:
        """Whether it exists; in an account of which IAM holds no users or roles, any might."""
        return self.principals.exists(principal) or not self.principals.any_in(account_of(principal))

    def policies_for_next(self, policy: Policy) -> Iterable[tuple[Caller, Policy]]:
        """The caller, if IAM knows it; otherwise any caller that it could be, under conditions that they could meet."""
        caller = self._find()
        if caller is not None:
            return [(_as_administrator(caller), policy)]
        charitable = replace(
            policy,
            allows=tuple(replace(each, conditions=ConditionElement()) for each in policy.allows),
            denies=tuple(each for each in policy.denies if not each.conditions.tests),
        )
        return [(each, charitable) for each in self._possible_callers(policy.allows)]

    def _possible_callers(self, statements: Iterable[Statement]) -> Iterator[Caller]:
        """The root user, and the users and roles that these statements name."""
        yield self._root
        for statement in statements:
            for arn in sorted(statement.principals.arns) if statement.principals else ():
                kind = Kind.USER if ":user/" in arn else Kind.ROLE_SESSION
                yield _as_administrator(Caller(kind, arn, account_of(arn)))


def _as_administrator(caller: Caller) -> Caller:
    return replace(caller, identity_policies=(_ADMINISTRATOR,), boundary=None, session_policies=())
