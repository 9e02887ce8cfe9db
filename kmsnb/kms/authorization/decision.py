"""A decision and its reasons: every statement and grant that was evaluated, and the result in one sentence."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple

from .asked import Asked
from .conditions import ConditionTest
from .context import hidden_from_key_policies
from .document import Element, Match, Policy
from .grant_matching import GrantMatch
from .principals import Binding


class Reason(StrEnum):
    """Why a request is allowed or denied."""

    KEY_POLICY = "the key policy allows it"
    KEY_POLICY_AND_IAM = "the key policy leaves it to IAM policies, and one allows it"
    BOTH_ACCOUNTS = "the key policy and an IAM policy of the caller's account allow it"
    IAM = "an IAM policy allows it"
    ROOT = "the account's root user may"
    RESOURCE_POLICY = "the resource policy allows it"
    RESOURCE_POLICY_AND_IAM = "the resource policy and an IAM policy of the caller's account allow it"
    GRANT = "a grant allows it"
    RETIRABLE = "the grant lets the caller retire it"

    DENY_IN_KEY_POLICY = "explicit deny in the key policy"
    DENY_IN_RESOURCE_POLICY = "explicit deny in the resource policy"
    DENY_IN_IAM_POLICY = "explicit deny in an IAM policy"
    DENY_IN_BOUNDARY = "explicit deny in the permissions boundary"
    DENY_IN_SESSION_POLICY = "explicit deny in a session policy"
    DENY_IN_ENDPOINT_POLICY = "explicit deny in the VPC endpoint policy"
    DENY_IN_RCP = "explicit deny in a resource control policy"
    DENY_IN_SCP = "explicit deny in a service control policy"

    NOT_IN_KEY_POLICY = "the key policy neither allows it nor leaves it to IAM policies"
    NOT_IN_RESOURCE_POLICY = "the resource policy does not allow it"
    NOT_IN_EITHER = "neither the resource policy nor an IAM policy of the caller allows it"
    NOT_IN_IAM_POLICY = "no IAM policy of the caller allows it"
    NOT_IN_BOUNDARY = "the permissions boundary does not allow it"
    NOT_IN_SESSION_POLICY = "no session policy allows it"
    NOT_IN_ENDPOINT_POLICY = "the VPC endpoint policy does not allow it"
    NOT_IN_RCP = "the resource control policies do not allow it at every level"
    NOT_IN_SCP = "the service control policies do not allow it at every level"
    OTHER_ACCOUNT = "the key policy, which is another account's, does not allow it"
    OTHER_ACCOUNT_S_RESOURCE = "the resource policy, which is another account's, does not allow it"
    NOT_ACROSS_ACCOUNTS = "not possible across accounts"
    NOT_RETIRABLE = "the grant does not let the caller retire it"


class Stage(StrEnum):
    """The stages of a decision, in order."""

    DENY = "deny"
    ENDPOINT = "VPC endpoint policy"
    RCP = "resource control policies"
    SCP = "service control policies"
    KEY_POLICY = "key policy"
    RESOURCE_POLICY = "resource policy"
    IAM = "IAM policies"
    BOUNDARY = "permissions boundary"
    SESSION = "session policies"
    GRANTS = "grants"


#: Stages that let a request pass, or not, and never give permission.
GUARDRAILS = (Stage.ENDPOINT, Stage.RCP, Stage.SCP)


class Look(NamedTuple):
    """One statement of one policy, matched against the request."""

    policy: Policy
    match: Match
    request: Asked

    @property
    def applies(self) -> bool:
        """Whether the statement applies to the request."""
        return self.match.applies

    @property
    def sentence(self) -> str:
        """What the statement decides about the request, or which element did not match."""
        statement = self.match.statement
        if self.applies:
            if statement.allows:
                return f"{self.subject} allows it{self._to_whom}."
            doubt = statement.flaw or (self.match.test and self._test(self.match.test))
            return f"{self.subject} denies it{f', to be safe: {doubt}' if doubt else ''}."
        return f"{self.subject} does not apply: {self.miss}."

    @property
    def subject(self) -> str:
        """The statement and its policy, by name."""
        return f"statement {self.match.statement.label} of the {self.policy.name}"

    @property
    def miss(self) -> str:
        """Why the statement does not apply; empty if it does."""
        statement, failed = self.match.statement, self.match.failed
        if failed is None:
            return ""
        if failed is Element.CONDITION and self.match.test:
            return self._test(self.match.test)
        if failed is Element.FORM:
            return statement.flaw or ""
        if failed is Element.MISSING:
            return "it has no Action or no Resource, and so no effect"
        return f"its {failed} is {_shown(statement.source[failed])}"

    @property
    def _to_whom(self) -> str:
        """Whom the Principal element names; IAM policies have none."""
        return _NAMING[self.match.binding] if self.match.statement.principals and self.match.binding else ""

    def _test(self, test: ConditionTest) -> str:
        if test.flaw:
            return f"its condition on {test.key} {test.flaw}"
        key = test.key.lower()
        found = self.request.values.get(key)
        held = "is not in the request" if not found else f"is {', '.join(found)}"
        if self.match.statement.principals is not None and hidden_from_key_policies(key):
            held = "is known to IAM policies only"
        return f"{test.operator} requires {test.key} to match {' or '.join(test.values)}, and it {held}"


_NAMING = {
    Binding.CALLER: " to the caller",
    Binding.BEHIND_THE_SESSION: " to the role or user behind the session",
    Binding.ACCOUNT: " to the caller's account, which can delegate it with IAM policies",
}


def _shown(element: Any) -> str:
    """An element of a statement, shortened to its first values."""
    if isinstance(element, dict):
        return ", ".join(f"{kind} {_shown(values)}" for kind, values in element.items())
    values = element if isinstance(element, list) else [element]
    return ", ".join(map(str, values[:_MOST_SHOWN])) + (", …" if len(values) > _MOST_SHOWN else "")


_MOST_SHOWN = 4


class Step(NamedTuple):
    """One stage of a decision: its ``answer`` (yes, no, or None for neither) and what was evaluated.

    ``silent`` are the levels of an organization where no policy allows the request.
    """

    stage: Stage
    answer: bool | None
    looks: tuple[Look, ...] = ()
    grants: tuple[GrantMatch, ...] = ()
    silent: tuple[str, ...] = ()

    @property
    def seen(self) -> tuple[str, ...]:
        """What was evaluated here, a sentence for each statement and grant."""
        seen = [_capital(look.sentence) for look in self.looks]
        for match in self.grants:
            outcome = "permits it" if match.applies else f"does not: {match.failed}"
            seen.append(f"Grant {match.grant.id} {outcome}.")
        seen += [f"No policy of {where} allows it." for where in self.silent]
        return tuple(seen) or (_NOTHING[self.stage],)

    @property
    def applying(self) -> tuple[Look, ...]:
        """The statements that apply."""
        return tuple(look for look in self.looks if look.applies)


_NOTHING = {
    Stage.DENY: "No policy has a Deny statement.",
    Stage.ENDPOINT: "The VPC endpoint policy has no Allow statement.",
    Stage.KEY_POLICY: "The key policy has no Allow statement.",
    Stage.RESOURCE_POLICY: "The resource has no policy with an Allow statement.",
    Stage.IAM: "No IAM policy of the caller has an Allow statement.",
    Stage.BOUNDARY: "The permissions boundary has no Allow statement.",
    Stage.SESSION: "No session policy has an Allow statement.",
    Stage.GRANTS: "No grant names the caller.",
}


_WITHOUT_THE_ACCOUNT = (Reason.KEY_POLICY, Reason.RESOURCE_POLICY, Reason.IAM)


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


@dataclass(frozen=True)
class Decision:
    """Whether a request is allowed, and why. ``path`` holds the stages up to the one that decided."""

    request: Asked
    allowed: bool
    reason: Reason
    path: tuple[Step, ...]

    @cached_property
    def sentence(self) -> str:
        """The decision and its reason, in one sentence."""
        request = self.request
        may = "may" if self.allowed else "may not"
        where = "" if request.arn == "*" else f" on {request.arn}"
        return f"{request.caller.arn} {may} perform {request.action}{where}: {self._because}."

    @property
    def _because(self) -> str:
        """The reason, with the statements or the grant that decided, or the one that came closest."""
        # a statement for the account does not matter if another names the caller, or if IAM alone is enough
        ignored = Binding.ACCOUNT if self.reason in _WITHOUT_THE_ACCOUNT else None
        named = [
            look.subject
            for step in self.path
            for look in step.applying
            if look.match.statement.allows is self.allowed
            and look.match.binding is not ignored
            and not (self.allowed and step.stage in GUARDRAILS)
        ]
        if self.reason is Reason.GRANT:
            named = [
                f"grant {match.grant.id}" for step in self.path for match in step.grants if match.applies
            ]
        if named:
            return f"{self.reason} ({' and '.join(dict.fromkeys(named))})"
        near = self._near_miss
        return f"{self.reason} ({near})" if near and not self.allowed else str(self.reason)

    @property
    def _near_miss(self) -> str | None:
        """An Allow of which only the conditions failed, or a grant of which only the terms did."""
        for step in reversed(self.path):
            for match in step.grants:
                if match.grantee_fits and not match.applies:
                    return f"grant {match.grant.id} does not: {match.failed}"
            for look in step.looks:
                if look.match.statement.allows and look.match.failed is Element.CONDITION:
                    return f"{look.subject} does not: {look.miss}"
        return None
