"""Learn AWS KMS by running it: a mocked AWS account in this process, and what the lessons draw and ask with.

    import boto3, kmsnb
    lab = kmsnb.start()
    kms = boto3.client("kms")        # stock boto3 from here on

``import kmsnb`` itself loads next to nothing: each name below arrives with its module on first use.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from . import broken, crypto, envelope, exercises, figures, widgets
    from .lab import Lab, LabError, start
    from .offline import OfflineError
    from .widgets import check, predict, progress, quiz

_HOME = {
    "Lab": "lab",
    "LabError": "lab",
    "start": "lab",
    "OfflineError": "offline",
    "check": "widgets",
    "predict": "widgets",
    "progress": "widgets",
    "quiz": "widgets",
}
_ROOMS = ("broken", "crypto", "envelope", "exercises", "figures", "kms", "widgets")

__all__ = [
    "Lab",
    "LabError",
    "OfflineError",
    "broken",
    "check",
    "crypto",
    "envelope",
    "exercises",
    "figures",
    "predict",
    "progress",
    "quiz",
    "start",
    "widgets",
]


def __getattr__(name: str) -> Any:
    if name in _ROOMS:
        return import_module(f".{name}", __name__)
    if name in _HOME:
        return getattr(import_module(f".{_HOME[name]}", __name__), name)
    raise AttributeError(f"module 'kmsnb' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME, *_ROOMS})
