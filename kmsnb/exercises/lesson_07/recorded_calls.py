"""The calls of the lab, to see what an answer asked KMS for."""

from kmsnb.kms.records.journal import Record
from kmsnb.lab import LabError, current


def recorded() -> list[Record]:
    """The calls of the lab so far; none if no lab is on."""
    try:
        return list(current().journal)
    except LabError:
        return []
