"""A faithful AWS KMS in place of moto's, for lessons and for any test suite.

    import kmsnb.kms
    kmsnb.kms.install()          # any later mock_aws(), and moto's server, use this KMS

``core`` is what a KMS is, ``authorization`` who may use a key, ``api`` a call from parameters to response, ``records``
the journal and the bill, and ``moto`` what joins it all to moto. Each folder says where to start reading.

The names below load on first use, so that ``core``, ``authorization``, ``records`` and ``api`` need no moto.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .core.clock import Clock, ManualClock, SystemClock
    from .moto.install import bill, explain, install, installed, reset_account, settle, uninstall
    from .moto.sandbox import Sandbox
    from .records.bill import Meter
    from .records.journal import Journal

_HOME = {
    "Clock": "core.clock",
    "Journal": "records.journal",
    "ManualClock": "core.clock",
    "Meter": "records.bill",
    "Sandbox": "moto.sandbox",
    "SystemClock": "core.clock",
    "bill": "moto.install",
    "explain": "moto.install",
    "install": "moto.install",
    "installed": "moto.install",
    "reset_account": "moto.install",
    "settle": "moto.install",
    "uninstall": "moto.install",
}

__all__ = [
    "Clock",
    "Journal",
    "ManualClock",
    "Meter",
    "Sandbox",
    "SystemClock",
    "bill",
    "explain",
    "install",
    "installed",
    "reset_account",
    "settle",
    "uninstall",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'kmsnb.kms' has no attribute {name!r}")
    return getattr(import_module(f".{_HOME[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME})
