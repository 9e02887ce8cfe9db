"""How KMS decides: deny, then the limits of network and organization, then key policy, IAM policies and grants.

AWS KMS Developer Guide, "Troubleshooting key access" (the flowchart); IAM User Guide, "How AWS enforcement code logic
evaluates requests to allow or deny access" (resource control policies, then service control policies, come before
permissions) and "Cross-account policy evaluation logic". A VPC endpoint policy is not in either: it is asked first here,
as the request arrives there first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .decision import Decision, Look, Reason, Stage, Step
from .document import Policy, Statement
from .grant_matching import GrantMatch, match_grant, retiring_binding
from .organization import Level
from .patterns import Lookup
from .principals import Binding, Kind, account_of
from .request import Request

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


def decide(request: Request) -> Decision:
    """Decide one request, with reasons."""
    return _Weighing(request).decide()


def decide_all(requests: Iterable[Request]) -> Decision:
    """Decide all the permissions that an operation needs: the first denial, or else the last decision.

    Raises ``ValueError`` if there are no requests.
    """
    decision = None
    for request in requests:
        decision = decide(request)
        if not decision.allowed:
            return decision
    if decision is None:
        raise ValueError("There are no requests to decide.")
    return decision


class _Weighing:
    """One decision in progress."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.caller = request.caller
        self.key = request.subject
        self.path: list[Step] = []

    def decide(self) -> Decision:
        denied = self._explicit_deny() or self._stopped()
        if denied:
            return self._denied(denied)
        if self.request.operation == "RetireGrant":
            return self._decide_retiring()
        if self.key is None:
            return self._decide_by_iam_alone()
        if self.caller.account == self.key.account or self.caller.kind is Kind.SERVICE:
            return self._decide_on_own_key()
        return self._decide_across_accounts()

    # Stages

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

    def _key_policy(self) -> Binding | None:
        """The closest binding of an Allow in the key policy to the caller."""
        if self.key is None:
            return None
        policy = self.key.policy
        looks = self._looks(policy, policy.allows, self.request.in_key_policy)
        nearest = _closest(look.match.binding for look in looks if look.applies)
        self._step(Stage.KEY_POLICY, None if nearest is None else True, looks)
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

    def _grant(self) -> Binding | None:
        """The closest binding to the caller of a grant that permits this."""
        if self.key is None or not self.request.rules or not self.request.rules.grantable:
            return None
        matches = tuple(match_grant(grant, self.request) for grant in self.key.grants)
        nearest = _closest(match.binding for match in matches if match.applies)
        self._step(Stage.GRANTS, None if nearest is None else True, grants=matches)
        return nearest

    # Paths through the stages

    def _decide_by_iam_alone(self) -> Decision:
        if account_of(self.request.resource) not in ("", self.caller.account):
            return self._denied(Reason.NOT_ACROSS_ACCOUNTS)
        if self.caller.kind is Kind.ROOT:
            return self._allowed(Reason.ROOT)
        missing = self._missing_in_iam()
        return self._denied(missing) if missing else self._allowed(Reason.IAM)

    def _decide_on_own_key(self) -> Decision:
        nearest = self._key_policy()
        missing = self._missing(nearest)
        if missing is None:
            by_account = nearest is Binding.ACCOUNT
            return self._allowed(Reason.KEY_POLICY_AND_IAM if by_account else Reason.KEY_POLICY)
        return self._decide_by_grant(otherwise=missing)

    def _decide_across_accounts(self) -> Decision:
        if not self.request.rules or not self.request.rules.cross_account:
            return self._denied(Reason.NOT_ACROSS_ACCOUNTS)
        missing = Reason.OTHER_ACCOUNT if self._key_policy() is None else self._missing_in_iam()
        if missing is None:
            return self._allowed(Reason.BOTH_ACCOUNTS)
        return self._decide_by_grant(otherwise=missing)

    def _decide_by_grant(self, *, otherwise: Reason) -> Decision:
        """The last path. A grant is enough across accounts too: no IAM policy has to allow what it permits."""
        granted = self._grant()
        if granted is None:
            return self._denied(otherwise)
        missing = self._missing(granted)
        return self._denied(missing) if missing else self._allowed(Reason.GRANT)

    def _decide_retiring(self) -> Decision:
        grant, key = self.request.grant, self.key
        if grant and key:
            nearest = retiring_binding(grant, self.request, key.account)
            if nearest is not None and self._missing(nearest) is None:
                return self._allowed(Reason.RETIRABLE)
        return self._denied(Reason.NOT_RETIRABLE)

    def _missing(self, binding: Binding | None) -> Reason | None:
        """What else has to allow something with this binding; None if nothing does."""
        if binding is None:
            return Reason.NOT_IN_KEY_POLICY
        if binding is Binding.ACCOUNT:
            return self._missing_in_iam()
        return self._missing_in_limits() if binding is Binding.BEHIND_THE_SESSION else None

    # Helpers

    def _guardrails(self) -> Iterator[tuple[Stage, tuple[Level, ...]]]:
        """The policies that only limit, in order: each level of each stage has to allow the request.

        Organizations User Guide, "Service control policies" and "Resource control policies" say whom they bind: not
        service-linked roles; SCPs no AWS service that calls for itself; RCPs neither AWS managed keys nor RetireGrant.
        """
        request, caller, key = self.request, self.caller, self.key
        endpoint = request.circumstances.vpc_endpoint
        if endpoint:
            yield Stage.ENDPOINT, (Level(f"the VPC endpoint {endpoint.id}", (endpoint.policy,)),)
        if caller.is_service_linked:
            return
        if key and key.place and not key.aws_managed and request.operation != "RetireGrant":
            yield Stage.RCP, key.place.resource_controls
        if caller.place:
            yield Stage.SCP, caller.place.service_controls

    def _policies(self) -> Iterator[tuple[Reason, Policy, Lookup]]:
        """Every policy, and the reason that a Deny in it gives. The key policy does not matter to RetireGrant."""
        caller, request = self.caller, self.request
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
        if self.key and request.operation != "RetireGrant":
            yield Reason.DENY_IN_KEY_POLICY, self.key.policy, request.in_key_policy

    def _looks(self, policy: Policy, statements: tuple[Statement, ...], lookup: Lookup) -> list[Look]:
        request, caller, action, arn = self.request, self.caller, self.request.action, self.request.arn
        return [Look(policy, each.match(caller, action, arn, lookup), request) for each in statements]

    def _allowing(self, policies: tuple[Policy, ...]) -> list[Look]:
        """The Allow statements of policies that aren't key policies."""
        lookup = self.request.in_iam_policy
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
        return Decision(self.request, True, reason, tuple(self.path))

    def _denied(self, reason: Reason) -> Decision:
        return Decision(self.request, False, reason, tuple(self.path))


def _closest(bindings: Iterable[Binding | None]) -> Binding | None:
    return max((binding for binding in bindings if binding is not None), default=None)
