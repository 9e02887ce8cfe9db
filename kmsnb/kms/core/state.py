"""Key states, and which operations bear which of them.

AWS: "Key states of AWS KMS keys" in the developer guide. Creating, Updating and Unavailable are not kept here:
the first two last seconds on AWS and none here, the third belongs to custom key stores.
"""

from enum import StrEnum

from .errors import DisabledException, KmsError, KMSInvalidStateException


class KeyState(StrEnum):
    ENABLED = "Enabled"
    DISABLED = "Disabled"
    PENDING_IMPORT = "PendingImport"
    PENDING_DELETION = "PendingDeletion"
    PENDING_REPLICA_DELETION = "PendingReplicaDeletion"


#: For taking a scheduled deletion back.
DYING = frozenset({KeyState.PENDING_DELETION, KeyState.PENDING_REPLICA_DELETION})
#: For looking at a key, and for policies, which matter to the last day.
ANY = frozenset(KeyState)
#: For changing what will outlive today: not on a key that is about to go.
STANDING = ANY - DYING
#: For switching a key on and off: it must have its material.
COMPLETE = STANDING - {KeyState.PENDING_IMPORT}
#: For using the key, and for handing its use to others.
USABLE = frozenset({KeyState.ENABLED})

_WORDS = {
    KeyState.PENDING_IMPORT: "is pending import.",
    KeyState.PENDING_DELETION: "is pending deletion.",
    KeyState.PENDING_REPLICA_DELETION: "is pending replica deletion.",
}


def require(arn: str, state: KeyState, bears: frozenset[KeyState]) -> None:
    """Refuse as AWS does unless ``state`` is one that the operation bears."""
    if state not in bears:
        raise refusal(arn, state, bears)


def refusal(arn: str, state: KeyState, bears: frozenset[KeyState]) -> KmsError:
    if bears is DYING:
        return KMSInvalidStateException(f"{arn} is not pending deletion.")
    if state is KeyState.DISABLED:
        return DisabledException(f"{arn} is disabled.")
    return KMSInvalidStateException(f"{arn} {_WORDS[state]}")
