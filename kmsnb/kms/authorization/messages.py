"""The message of AccessDeniedException.

IAM User Guide, "Troubleshoot access denied error messages". AWS names one policy type even where several deny. The
messages for a key of another account, for no key in particular, and for a ciphertext whose key the request does not
name, are those KMS has been seen to return. Its messages to an AWS service, for a grant that can't be retired, and for an operation that isn't
possible across accounts are a guess.
"""

from __future__ import annotations

from .decision import Decision, Reason
from .request import Request

_EXPLICIT = {
    Reason.DENY_IN_RESOURCE_POLICY: "a resource-based policy",
    Reason.DENY_IN_KEY_POLICY: "a resource-based policy",
    Reason.DENY_IN_IAM_POLICY: "an identity-based policy",
    Reason.DENY_IN_BOUNDARY: "a permissions boundary",
    Reason.DENY_IN_SESSION_POLICY: "a session policy",
    Reason.DENY_IN_ENDPOINT_POLICY: "a VPC endpoint policy",
    Reason.DENY_IN_RCP: "a resource control policy",
    Reason.DENY_IN_SCP: "a service control policy",
}
_IMPLICIT = {
    Reason.NOT_IN_RESOURCE_POLICY: "resource-based policy",
    Reason.OTHER_ACCOUNT_S_RESOURCE: "resource-based policy",
    Reason.NOT_IN_EITHER: "identity-based policy",
    Reason.NOT_IN_KEY_POLICY: "resource-based policy",
    Reason.OTHER_ACCOUNT: "resource-based policy",
    Reason.NOT_ACROSS_ACCOUNTS: "resource-based policy",
    Reason.NOT_RETIRABLE: "resource-based policy",
    Reason.NOT_IN_IAM_POLICY: "identity-based policy",
    Reason.NOT_IN_BOUNDARY: "permissions boundary",
    Reason.NOT_IN_SESSION_POLICY: "session policy",
    Reason.NOT_IN_ENDPOINT_POLICY: "VPC endpoint policy",
    Reason.NOT_IN_RCP: "resource control policy",
    Reason.NOT_IN_SCP: "service control policy",
}
#: For a caller of another account, if the key's account denies: it isn't told whether the key exists.
_ELSEWHERE = (
    "because the resource does not exist in this Region, no resource-based policies allow access, "
    "or a resource-based policy explicitly denies access"
)


def access_denied(decision: Decision) -> str:
    """The message for a denied request to KMS. Raises ``ValueError`` if it is allowed."""
    if decision.allowed:
        raise ValueError("The request is allowed.")
    request, reason = decision.request, decision.reason
    if not isinstance(request, Request):
        raise TypeError("The decision is not about KMS.")
    begin = f"User: {request.caller.arn} is not authorized to perform: {request.action}"
    keys_side = "resource-based policy" in (_EXPLICIT.get(reason, "")[2:], _IMPLICIT.get(reason))
    if keys_side and _of_another_account(request):
        return f"{begin}{_place(request, 'on this resource')} {_ELSEWHERE}"
    begin += _place(request, f"on resource: {request.arn}")
    return f"{begin} {why_denied(decision)}"


def why_denied(decision: Decision) -> str:
    """The end of the message: which type of policy denies, or does not allow. Every AWS service has it."""
    if decision.reason in _EXPLICIT:
        return f"with an explicit deny in {_EXPLICIT[decision.reason]}"
    return f"because no {_IMPLICIT[decision.reason]} allows the {decision.request.action} action"


def _of_another_account(request: Request) -> bool:
    key = request.subject
    return key is not None and request.caller.account not in (None, key.account)


def _place(request: Request, named: str) -> str:
    if request.arn == "*":  # ListKeys, CreateKey
        return " on resource: *"
    if request.arn.endswith(":key/*"):  # tags of a new key: its messages name no resource
        return ""
    return f" {named}" if request.names_the_key else " on the resource associated with this ciphertext"
