"""A KMS beside the one that is served, to try things in that the other must not feel: its keys, and its clock."""

from __future__ import annotations

from typing import Any, Self

from moto.kms import models as moto

from ..core.clock import ManualClock
from ..records.bill import Meter
from ..records.journal import Journal
from .models import KmsBackend


class Aside:
    """While its ``with`` block lasts, calls go to this KMS, and the other waits as it is.

    It has a ``clock``, a ``journal`` and a ``meter`` of its own, and no key at first; what is made in one block is
    there in the next. Callers are the same, and so is whether permission is asked. For one thread at a time.
    """

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.journal = Journal()
        self.meter = Meter()
        self._accounts: dict[str, Any] = {}
        self._waiting: tuple[Any, dict[str, Any], dict[str, Any]] | None = None

    def __enter__(self) -> Self:
        if self._waiting is not None:
            raise RuntimeError("This KMS is in use already: its blocks do not nest.")
        names = ("clock", "journal", "meter")
        classwide = {name: getattr(KmsBackend, name) for name in names}
        self._waiting = moto.kms_backends.backend, _take(), classwide
        moto.kms_backends.backend = KmsBackend
        _put(self._accounts, {name: getattr(self, name) for name in names})
        return self

    def __exit__(self, *_: object) -> None:
        served, accounts, classwide = self._waiting
        self._accounts, self._waiting = _take(), None
        moto.kms_backends.backend = served
        _put(accounts, classwide)


def _take() -> dict[str, Any]:
    """moto's accounts, taken out of where it looks for them."""
    accounts = dict(moto.kms_backends.items())
    moto.kms_backends.clear()
    return accounts


def _put(accounts: dict[str, Any], classwide: dict[str, Any]) -> None:
    moto.kms_backends.update(accounts)
    for name, value in classwide.items():
        setattr(KmsBackend, name, value)
