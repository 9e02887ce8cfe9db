"""A decision and its reasons: what was looked at on the way, and what it comes to in one sentence."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from .conditions import Test
from .document import Match, Policy
from .grants import GrantMatch
from .request import Request


class Reason(StrEnum):
    """Why a request is allowed or denied."""

    KEY_POLICY = "the key policy allows it"
    KEY_POLICY_AND_IAM = "the key policy leaves it to IAM policies, and one allows it"
    BOTH_ACCOUNTS = "the key policy and an IAM policy of the caller's account allow it"
    IAM = "an IAM policy allows it"
    ROOT = "the account's root user may"
    GRANT = "a grant allows it"
    RETIRABLE = "the grant lets the caller retire it"

    DENY_IN_KEY_POLICY = "explicit deny in the key policy"
    DENY_IN_IAM_POLICY = "explicit deny in an IAM policy"
    DENY_IN_BOUNDARY = "explicit deny in the permissions boundary"
    DENY_IN_SESSION_POLICY = "explicit deny in a session policy"

    NOT_IN_KEY_POLICY = "the key policy does not allow it"
    NOT_IN_IAM_POLICY = "no IAM policy allows it"
    NOT_IN_BOUNDARY = "the permissions boundary does not allow it"
    NOT_IN_SESSION_POLICY = "no session policy allows it"
    OTHER_ACCOUNT = "the other account's key policy does not allow it"
    NOT_ACROSS_ACCOUNTS = "not possible across accounts"
    NOT_RETIRABLE = "the grant does not let the caller retire it"


class Stage(StrEnum):
    """The stations of a decision, in their order."""

    DENY = "deny"
    KEY_POLICY = "key policy"
    IAM = "IAM policies"
    BOUNDARY = "permissions boundary"
    SESSION = "session policies"
    GRANTS = "grants"


class Look(NamedTuple):
    """One statement of one policy that was looked at."""

    policy: Policy
    match: Match
    request: Request

    @property
    def applies(self) -> bool:
        return self.match.applies

    @property
    def sentence(self) -> str:
        """What the statement says of the request, and if nothing, on which element it failed."""
        statement = self.match.statement
        subject = f"Statement {statement.label} of the {self.policy.name}"
        if self.applies:
            doubt = statement.flaw or (self.match.test and self._test(self.match.test))
            because = f", to be safe: {doubt}" if doubt else ""
            return f"{subject} {'allows' if statement.allows else 'denies'} it{because}."
        if self.match.test:
            return f"{subject} does not apply: {self._test(self.match.test)}."
        if self.match.failed == "its form":
            return f"{subject} does not apply: {statement.flaw}."
        return f"{subject} does not apply because of its {self.match.failed}."

    def _test(self, test: Test) -> str:
        if test.flaw:
            return f"its condition on {test.key} {test.flaw}"
        found = self.request.values.get(test.key.lower())
        held = "is not in the request" if not found else f"is {', '.join(found)}"
        return f"{test.operator} wants {test.key} to fit {' or '.join(test.values)}, and it {held}"


class Step(NamedTuple):
    """A station on the way, what was looked at there, and whether it said yes, no, or nothing (None)."""

    stage: Stage
    answer: bool | None
    looks: tuple[Look, ...] = ()
    grants: tuple[GrantMatch, ...] = ()

    @property
    def applying(self) -> tuple[Look, ...]:
        return tuple(look for look in self.looks if look.applies)


@dataclass(frozen=True)
class Decision:
    """Whether a request is allowed, and why: ``path`` holds what was looked at, up to where it was decided."""

    request: Request
    allowed: bool
    reason: Reason
    path: tuple[Step, ...]

    @cached_property
    def sentence(self) -> str:
        """The decision in one sentence for people."""
        request = self.request
        may = "may" if self.allowed else "may not"
        where = "" if request.arn == "*" else f" on {request.arn}"
        return f"{request.caller.arn} {may} perform {request.action}{where}: {self._because}."

    @cached_property
    def _because(self) -> str:
        last = self.path[-1] if self.path else None
        if self.reason is Reason.GRANT and last:
            return f"grant {next(each.grant.id for each in last.grants if each.applies)} permits it"
        deciding = [
            look
            for step in self.path
            for look in step.applying
            if look.match.statement.allows is self.allowed
        ]
        if not deciding:
            return str(self.reason)
        named = " and ".join(
            dict.fromkeys(
                f"statement {look.match.statement.label} of the {look.policy.name}" for look in deciding
            )
        )
        return f"{self.reason} ({named})" if self.allowed or deciding else str(self.reason)
