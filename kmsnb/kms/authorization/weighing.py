"""The stages of every decision: deny, then the limits of network and organization, then what gives permission.

IAM User Guide, "How AWS enforcement code logic evaluates requests to allow or deny access" (resource control policies,
then service control policies, come before permissions). A VPC endpoint policy is not in it: it is asked first here, as
the request arrives there first. ``evaluation`` and ``resource_evaluation`` say which of these stages decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from .asked import Asked
from .decision import Decision, Look, Reason, Stage, Step
from .document import Policy, Statement
from .grant_matching import GrantMatch
from .organization import Level
from .patterns import Lookup
from .principals import Binding, Kind

_DENY_IN = {
    Stage.ENDPOINT: Reason.DENY_IN_ENDPOINT_POLICY,
    Stage.RCP: Reason.DENY_IN_RCP,
    Stage.SCP: Reason.DENY_IN_SCP,
}
_NOT_IN = {
    Stage.ENDPOINT: Reason.NOT_IN_ENDPOINT_POLICY,
    Stage.RCP: Reason.NOT_IN_RCP,
    Stage.SCP: Reason.NOT_IN_SCP,
}


class Weighing:
    """One decision in progress on a request, under the policy of its resource and the RCPs that bind that.

    Subclasses say what the resource's policy is called: ``stage`` and ``denies``.
    """

    stage: ClassVar[Stage]
    denies: ClassVar[Reason]

    def __init__(self, request: Asked, policy: Policy | None, controls: tuple[Level, ...]) -> None:
        self.caller = request.caller
        self.path: list[Step] = []
        self._asked = request
        self._policy = policy
        self._controls = controls

    def _explicit_deny(self) -> Reason | None:
        """Why the request is explicitly denied; None if no Deny applies."""
        looks: list[Look] = []
        found = None
        for reason, policy, lookup in self._policies():
            if policy.denies:
                here = self._looks(policy, policy.denies, lookup)
                looks += here
                if found is None and any(look.applies for look in here):
                    found = reason
        self._step(Stage.DENY, False if found else None, looks)
        return found

    def _stopped(self) -> Reason | None:
        """Which guardrail does not let the request pass; None if all do."""
        for stage, levels in self._guardrails():
            looks: list[Look] = []
            silent = []
            if not levels:
                continue
            for where, policies in levels:
                here = self._allowing(policies)
                looks += here
                if not any(look.applies for look in here):
                    silent.append(where)
            self._step(stage, not silent, looks, silent=tuple(silent) if stage is not Stage.ENDPOINT else ())
            if silent:
                return _NOT_IN[stage]
        return None

    def _resource_policy(self) -> Binding | None:
        """The closest binding of an Allow in the resource's policy to the caller."""
        if self._policy is None:
            return None
        looks = self._looks(self._policy, self._policy.allows, self._asked.in_resource_policy)
        nearest = closest(look.match.binding for look in looks if look.applies)
        self._step(self.stage, None if nearest is None else True, looks)
        return nearest

    def _missing_in_iam(self) -> Reason | None:
        """Why the caller's IAM policies don't allow this; None if they do."""
        if self.caller.kind is Kind.ROOT:
            return None
        if not self._allowed_at(Stage.IAM, self.caller.identity_policies):
            return Reason.NOT_IN_IAM_POLICY
        return self._missing_in_limits()

    def _missing_in_limits(self) -> Reason | None:
        """Which limit of a user or session does not allow this; None if all do.

        A federated user has only the permissions that its session policies share with its user's policies.
        """
        caller = self.caller
        if caller.boundary and not self._allowed_at(Stage.BOUNDARY, (caller.boundary,)):
            return Reason.NOT_IN_BOUNDARY
        limited = caller.session_policies or caller.kind is Kind.FEDERATED_USER
        if limited and not self._allowed_at(Stage.SESSION, caller.session_policies):
            return Reason.NOT_IN_SESSION_POLICY
        return None

    def _allowed_at(self, stage: Stage, policies: tuple[Policy, ...]) -> bool:
        """Whether one of several policies allows this. Each stage is evaluated once."""
        for step in self.path:
            if step.stage is stage:
                return bool(step.answer)
        looks = self._allowing(policies)
        allowed = any(look.applies for look in looks)
        self._step(stage, allowed, looks)
        return allowed

    def _guardrails(self) -> Iterator[tuple[Stage, tuple[Level, ...]]]:
        """The policies that only limit, in order: each level of each stage has to allow the request.

        Organizations User Guide, "Service control policies" and "Resource control policies" say whom they bind: not
        service-linked roles; SCPs no AWS service that calls for itself.
        """
        caller, endpoint = self.caller, self._asked.circumstances.vpc_endpoint
        if endpoint:
            yield Stage.ENDPOINT, (Level(f"the VPC endpoint {endpoint.id}", (endpoint.policy,)),)
        if caller.is_service_linked:
            return
        yield Stage.RCP, self._controls
        if caller.place:
            yield Stage.SCP, caller.place.service_controls

    def _policies(self) -> Iterator[tuple[Reason, Policy, Lookup]]:
        """Every policy, and the reason that a Deny in it gives."""
        caller, request = self.caller, self._asked
        for stage, levels in self._guardrails():
            for level in levels:
                for policy in level.policies:
                    yield _DENY_IN[stage], policy, request.in_iam_policy
        for policy in caller.identity_policies:
            yield Reason.DENY_IN_IAM_POLICY, policy, request.in_iam_policy
        if caller.boundary:
            yield Reason.DENY_IN_BOUNDARY, caller.boundary, request.in_iam_policy
        for policy in caller.session_policies:
            yield Reason.DENY_IN_SESSION_POLICY, policy, request.in_iam_policy
        if self._policy:
            yield self.denies, self._policy, request.in_resource_policy

    def _looks(self, policy: Policy, statements: tuple[Statement, ...], lookup: Lookup) -> list[Look]:
        request, caller, action, arn = self._asked, self.caller, self._asked.action, self._asked.arn
        return [Look(policy, each.match(caller, action, arn, lookup), request) for each in statements]

    def _allowing(self, policies: tuple[Policy, ...]) -> list[Look]:
        """The Allow statements of policies that name no principals."""
        lookup = self._asked.in_iam_policy
        return [look for each in policies for look in self._looks(each, each.allows, lookup)]

    def _step(
        self,
        stage: Stage,
        answer: bool | None,
        looks: Iterable[Look] = (),
        grants: tuple[GrantMatch, ...] = (),
        silent: tuple[str, ...] = (),
    ) -> None:
        self.path.append(Step(stage, answer, tuple(looks), grants, silent))

    def _allowed(self, reason: Reason) -> Decision:
        return Decision(self._asked, True, reason, tuple(self.path))

    def _denied(self, reason: Reason) -> Decision:
        return Decision(self._asked, False, reason, tuple(self.path))


def closest(bindings: Iterable[Binding | None]) -> Binding | None:
    return max((binding for binding in bindings if binding is not None), default=None)
