"""How IAM decides on a resource that is not a KMS key.

IAM User Guide, "Policy evaluation for requests within a single account": the resource's policy or an IAM policy of the
caller is enough, unlike for a key, whose policy must allow a request or leave it to IAM. "Cross-account policy evaluation
logic": from another account, a request needs both.
"""

from __future__ import annotations

from .decision import Decision, Reason, Stage
from .principals import Binding, Kind
from .resource_request import ResourceRequest
from .weighing import Weighing


def decide_on_resource(request: ResourceRequest) -> Decision:
    """Decide one request, with reasons."""
    return _ResourceWeighing(request).decide()


class _ResourceWeighing(Weighing):
    """A decision on a bucket, an object, a secret or a parameter."""

    stage, denies = Stage.RESOURCE_POLICY, Reason.DENY_IN_RESOURCE_POLICY

    def __init__(self, request: ResourceRequest) -> None:
        self.request = request
        super().__init__(request, request.policy, request.place.resource_controls if request.place else ())

    def decide(self) -> Decision:
        denied = self._explicit_deny() or self._stopped()
        if denied:
            return self._denied(denied)
        nearest = self._resource_policy()
        if self.caller.kind in (Kind.SERVICE, Kind.ANONYMOUS):
            return self._decide_without_iam(nearest)
        if self.caller.account == self.request.owner:
            return self._decide_in_one_account(nearest)
        return self._decide_across_accounts(nearest)

    def _decide_without_iam(self, nearest: Binding | None) -> Decision:
        """AWS services and anonymous callers have no IAM policies."""
        if nearest is None:
            return self._denied(Reason.NOT_IN_RESOURCE_POLICY)
        return self._allowed(Reason.RESOURCE_POLICY)

    def _decide_in_one_account(self, nearest: Binding | None) -> Decision:
        if self.caller.kind is Kind.ROOT:
            return self._allowed(Reason.ROOT)
        if nearest is Binding.CALLER:
            return self._allowed(Reason.RESOURCE_POLICY)
        if nearest is Binding.BEHIND_THE_SESSION:
            missing, otherwise = self._missing_in_limits(), Reason.RESOURCE_POLICY
        else:
            missing, otherwise = self._missing_in_iam(), Reason.IAM
        if missing is Reason.NOT_IN_IAM_POLICY and self.request.policy:
            missing = Reason.NOT_IN_EITHER
        return self._denied(missing) if missing else self._allowed(otherwise)

    def _decide_across_accounts(self, nearest: Binding | None) -> Decision:
        missing = Reason.OTHER_ACCOUNT_S_RESOURCE if nearest is None else self._missing_in_iam()
        return self._denied(missing) if missing else self._allowed(Reason.RESOURCE_POLICY_AND_IAM)
