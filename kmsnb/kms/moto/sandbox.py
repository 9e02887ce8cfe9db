"""A second KMS with its own keys and clock, to try things without a trace in the first."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Self

from moto.kms.models import kms_backends

from ..api.endpoint import Settings
from ..core.clock import ManualClock
from ..records.bill import Meter
from ..records.journal import Journal
from ..records.recorder import Recorder
from .models import KmsBackend


class Sandbox:
    """Inside its ``with`` block, calls go to this KMS, and the other one waits.

    It has its own ``clock``, ``journal`` and ``meter``, and no keys at first; the next block finds what an earlier one
    left. Callers are the same, and so is whether permissions are enforced. For one thread at a time.
    """

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.journal = Journal()
        self.meter = Meter()
        self._accounts: dict[str, Any] = {}
        self._waiting: tuple[Any, Settings, dict[str, Any]] | None = None

    def __enter__(self) -> Self:
        if self._waiting is not None:
            raise RuntimeError("This sandbox is in use already: its blocks do not nest.")
        outside = KmsBackend.settings
        inside = replace(outside, clock=self.clock, recorder=Recorder(self.journal, self.meter))
        self._waiting = kms_backends.backend, outside, _swap(KmsBackend, inside, self._accounts)
        return self

    def __exit__(self, *_: object) -> None:
        if self._waiting is not None:
            self._accounts = _swap(*self._waiting)
            self._waiting = None


def _swap(backend: Any, settings: Settings, accounts: dict[str, Any]) -> dict[str, Any]:
    """Let moto serve these accounts; returns those that it served before."""
    before = dict(kms_backends.items())
    kms_backends.clear()
    kms_backends.update(accounts)
    kms_backends.backend, KmsBackend.settings = backend, settings
    return before
