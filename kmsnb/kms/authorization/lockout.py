"""Whether a new key policy would lock the caller out of the key.

API Reference, "PutKeyPolicy": "The key policy must allow the calling principal to make a subsequent PutKeyPolicy
request on the KMS key."
"""

from __future__ import annotations

from dataclasses import replace

from .caller import Caller
from .decision import Decision
from .document import Policy
from .evaluation import decide
from .facts import Circumstances, KeyFacts
from .request import Request

#: The message of MalformedPolicyDocumentException for a policy that fails the check.
LOCKOUT_MESSAGE = "The new key policy will not allow you to update the key policy in the future."


def next_put_key_policy(
    caller: Caller, key: KeyFacts, policy: Policy, circumstances: Circumstances | None = None
) -> Decision:
    """The decision on this caller's next PutKeyPolicy if the key had ``policy``.

    A policy that delegates to IAM passes if the caller's IAM policies allow the request.
    """
    return decide(
        Request(
            caller,
            "kms:PutKeyPolicy",
            replace(key, policy=policy),
            circumstances=circumstances or Circumstances(),
        )
    )


def locks_out(
    caller: Caller, key: KeyFacts, policy: Policy, circumstances: Circumstances | None = None
) -> bool:
    """Whether KMS rejects ``policy`` from this caller (unless BypassPolicyLockoutSafetyCheck is set)."""
    return not next_put_key_policy(caller, key, policy, circumstances).allowed
