"""The KMS against which a learner's code is tried: an account of its own, so that a check leaves no key in the lab."""

from typing import Any

from kmsnb.lab import current

ACCOUNT = "210987654321"


def examiner_kms() -> Any:
    """A KMS client of the examiner in the lab that is on; ``LabError`` if none is."""
    return current().user("examiner", account=ACCOUNT).client("kms")
