"""How KMS decides: after the stages that ``weighing`` has, by key policy, IAM policies and grants.

AWS KMS Developer Guide, "Troubleshooting key access" (the flowchart); IAM User Guide, "Cross-account policy evaluation
logic". Organizations User Guide, "Resource control policies": RCPs bind neither AWS managed keys nor RetireGrant.
"""

from __future__ import annotations

from collections.abc import Iterable

from .decision import Decision, Reason, Stage
from .grant_matching import match_grant, retiring_binding
from .principals import Binding, Kind, account_of
from .request import Request
from .weighing import Weighing, closest


def decide(request: Request) -> Decision:
    """Decide one request, with reasons."""
    return _KeyWeighing(request).decide()


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


class _KeyWeighing(Weighing):
    """A decision on a key, an alias, or KMS at large. Neither RCPs nor the key policy matter to RetireGrant."""

    stage, denies = Stage.KEY_POLICY, Reason.DENY_IN_KEY_POLICY

    def __init__(self, request: Request) -> None:
        self.request = request
        self.key = key = request.subject
        retires = request.operation == "RetireGrant"
        bound = key and key.place and not key.aws_managed and not retires
        super().__init__(
            request,
            key.policy if key and not retires else None,
            key.place.resource_controls if key and key.place and bound else (),
        )

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

    def _grant(self) -> Binding | None:
        """The closest binding to the caller of a grant that permits this."""
        if self.key is None or not self.request.rules or not self.request.rules.grantable:
            return None
        matches = tuple(match_grant(grant, self.request) for grant in self.key.grants)
        nearest = closest(match.binding for match in matches if match.applies)
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
        nearest = self._resource_policy()
        missing = self._missing(nearest)
        if missing is None:
            by_account = nearest is Binding.ACCOUNT
            return self._allowed(Reason.KEY_POLICY_AND_IAM if by_account else Reason.KEY_POLICY)
        return self._decide_by_grant(otherwise=missing)

    def _decide_across_accounts(self) -> Decision:
        if not self.request.rules or not self.request.rules.cross_account:
            return self._denied(Reason.NOT_ACROSS_ACCOUNTS)
        missing = Reason.OTHER_ACCOUNT if self._resource_policy() is None else self._missing_in_iam()
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
