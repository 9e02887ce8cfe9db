"""Checks on arguments: a wrong one ends in a single clear sentence instead of an error from deep inside.

Messages name the argument and its type, never its value, which may be a secret or a million digits long.
"""

import os
from pathlib import Path
from typing import Any


def flat(data: Any, name: str) -> memoryview:
    """``data`` as a view of its bytes, one after another. ``TypeError`` unless it is bytes-like and contiguous."""
    try:
        return memoryview(data).cast("B")
    except (TypeError, ValueError, BufferError):
        raise TypeError(
            f"{name} must be bytes, a bytearray or a contiguous memoryview, not {_kind(data)}."
        ) from None


def instance(value: Any, kind: type, name: str, what: str) -> None:
    """Return if ``value`` is a ``kind``, which people call ``what``; else raise ``TypeError``."""
    if not isinstance(value, kind):
        raise TypeError(f"{name} must be {what}, not {_kind(value)}.")


def integer(value: Any, name: str) -> None:
    """Return if ``value`` is an ``int``, else raise ``TypeError``: 64.0 is equal to 64, and fails later."""
    instance(value, int, name, "an int")


def text(value: Any, name: str) -> None:
    """Return if ``value`` is a ``str`` that UTF-8 can encode. ``TypeError`` or ``ValueError`` if not."""
    instance(value, str, name, "a str")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValueError(f"{name} must be valid Unicode, and it has an unpaired surrogate.") from None


def path(value: Any, name: str) -> Path:
    """``value``, a ``str`` or path, as a ``Path``. ``TypeError``, or ``ValueError`` if no file can have that name."""
    instance(value, (str, os.PathLike), name, "a path")  # type: ignore[arg-type]
    spelled = os.fspath(value)
    instance(spelled, str, name, "a path made of str")
    try:
        encoded = os.fsencode(spelled)
    except UnicodeEncodeError:
        encoded = b""
    if not encoded or b"\0" in encoded:
        raise ValueError(f"{name} must be a path: not empty, without null characters, and valid Unicode.")
    return Path(spelled)


def _kind(value: Any) -> str:
    return type(value).__name__
