"""Key states, and which states allow which operations.

AWS: "Key states of AWS KMS keys" in the developer guide. Creating, Updating and Unavailable are not here:
the first two last seconds on AWS and no time here, the third is for custom key stores.
"""

from enum import StrEnum

from .errors import DisabledException, KmsError, KMSInvalidStateException


class KeyState(StrEnum):
    ENABLED = "Enabled"
    DISABLED = "Disabled"
    PENDING_IMPORT = "PendingImport"
    PENDING_DELETION = "PendingDeletion"
    PENDING_REPLICA_DELETION = "PendingReplicaDeletion"


#: For canceling a scheduled deletion.
DYING = frozenset({KeyState.PENDING_DELETION, KeyState.PENDING_REPLICA_DELETION})
#: For reading about a key, and for its policy.
ANY = frozenset(KeyState)
#: For changing a key: not while its deletion is scheduled.
NOT_DYING = ANY - DYING
#: For enabling and disabling a key: it must have its material.
COMPLETE = NOT_DYING - {KeyState.PENDING_IMPORT}
#: For using the key, and for giving others access to it.
USABLE = frozenset({KeyState.ENABLED})

_DESCRIPTIONS = {
    KeyState.PENDING_IMPORT: "is pending import.",
    KeyState.PENDING_DELETION: "is pending deletion.",
    KeyState.PENDING_REPLICA_DELETION: "is pending replica deletion.",
}


def require(arn: str, state: KeyState, allowed: frozenset[KeyState]) -> None:
    """Raise the error that AWS returns unless ``state`` is one of ``allowed``."""
    if state not in allowed:
        raise _refusal(arn, state, allowed)


def _refusal(arn: str, state: KeyState, allowed: frozenset[KeyState]) -> KmsError:
    if allowed is DYING:
        return KMSInvalidStateException(f"{arn} is not pending deletion.")
    if state is KeyState.DISABLED:
        return DisabledException(f"{arn} is disabled.")
    return KMSInvalidStateException(f"{arn} {_DESCRIPTIONS[state]}")
