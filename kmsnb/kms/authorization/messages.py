"""The words of AccessDeniedException.

IAM User Guide, "Troubleshoot access denied error messages". AWS names one policy type even where several are to
blame. The words for a key of another account and for a ciphertext without a key are those KMS is seen to use; what
it says when a grant may not be retired or an operation cannot reach across accounts is a guess.
"""

from __future__ import annotations

from .explanation import Decision, Reason

_EXPLICIT = {
    Reason.DENY_IN_KEY_POLICY: "a resource-based policy",
    Reason.DENY_IN_IAM_POLICY: "an identity-based policy",
    Reason.DENY_IN_BOUNDARY: "a permissions boundary",
    Reason.DENY_IN_SESSION_POLICY: "a session policy",
}
_IMPLICIT = {
    Reason.NOT_IN_KEY_POLICY: "resource-based policy",
    Reason.NOT_IN_IAM_POLICY: "identity-based policy",
    Reason.NOT_IN_BOUNDARY: "permissions boundary",
    Reason.NOT_IN_SESSION_POLICY: "session policy",
    Reason.NOT_RETIRABLE: "resource-based policy",
}
_ELSEWHERE = (
    "because the resource does not exist in this Region, no resource-based policies allow access, "
    "or a resource-based policy explicitly denies access"
)


def access_denied(decision: Decision) -> str:
    """What AccessDeniedException says of a denial. Raises ``ValueError`` for a consent."""
    if decision.allowed:
        raise ValueError("The request is allowed.")
    request, reason = decision.request, decision.reason
    begin = f"User: {request.caller.arn} is not authorized to perform: {request.action}"
    if request.key and request.key.account != request.caller.account and reason in _HIDDEN:
        place = (
            "on this resource" if request.names_the_key else "on the resource associated with this ciphertext"
        )
        return f"{begin} {place} {_ELSEWHERE}"
    if request.arn != "*":
        begin += (
            f" on resource: {request.arn}"
            if request.names_the_key
            else " on the resource associated with this ciphertext"
        )
    if reason in _EXPLICIT:
        return f"{begin} with an explicit deny in {_EXPLICIT[reason]}"
    return f"{begin} because no {_IMPLICIT[reason]} allows the {request.action} action"


#: What KMS keeps from callers of other accounts: whether the key exists.
_HIDDEN = frozenset(
    {
        Reason.OTHER_ACCOUNT,
        Reason.NOT_ACROSS_ACCOUNTS,
        Reason.DENY_IN_KEY_POLICY,
        Reason.NOT_IN_KEY_POLICY,
        Reason.NOT_RETIRABLE,
    }
)
