"""Whether a caller would lock itself out of a key by a new policy.

API Reference, "PutKeyPolicy": "The key policy must allow the calling principal to make a subsequent PutKeyPolicy
request on the KMS key."
"""

from __future__ import annotations

from dataclasses import replace

from .decision import Decision
from .document import Policy
from .evaluation import decide
from .facts import Circumstances, KeyFacts
from .principals import Caller
from .request import Request

#: What MalformedPolicyDocumentException says of a policy that fails the check.
WORDS = "The new key policy will not allow you to update the key policy in the future."


def next_put_key_policy(
    caller: Caller, key: KeyFacts, policy: Policy, circumstances: Circumstances | None = None
) -> Decision:
    """The decision on the next PutKeyPolicy of this caller, if ``policy`` were the key's.

    A policy that leaves it to IAM policies passes if those of the caller allow it.
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
    """Whether KMS refuses ``policy`` from this caller, BypassPolicyLockoutSafetyCheck not being set."""
    return not next_put_key_policy(caller, key, policy, circumstances).allowed
