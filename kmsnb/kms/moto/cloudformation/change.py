"""An operation on a stack, in progress: who asked for it, and how to take it back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from ...api.origin import Origin


class Removable(Protocol):
    """A resource, as a change sees it."""

    logical_resource_id: str
    physical_resource_id: str
    cf_resource_type: str

    def remove(self, attribute: str) -> None:
        """Delete the resource, unless this attribute of the template says to keep it."""


class Refused(BaseException):
    """A resource could not be created, changed or deleted; its text is the reason.

    Not an Exception, because moto's stacks repeat whatever raises one.
    """

    def __init__(self, resource: Removable, reason: str) -> None:
        super().__init__(reason)
        self.resource = resource


@dataclass
class Change:
    """An operation on a stack, in progress.

    ``origin`` is who asks for it, and ``tags`` are the stack's; ``nested`` says whether the stack is in another, which
    must fail with it. ``undo`` takes back what has been done, last first.
    ``leftovers`` are resources that are no longer needed, each with the attribute that says whether to keep it; they
    are deleted when everything else has succeeded.
    """

    origin: Origin | None
    tags: Mapping[str, str]
    nested: bool = False
    undo: list[Callable[[], None]] = field(default_factory=list)
    leftovers: list[tuple[Removable, str]] = field(default_factory=list)

    def roll_back(self) -> list[Refused]:
        """Undo everything; returns what could not be undone."""
        return [refusal for step in reversed(self.undo) for refusal in _refusals_of(step)]

    def clean_up(self) -> list[Refused]:
        """Delete the leftovers; returns the failures."""
        return [
            refusal
            for resource, attribute in reversed(self.leftovers)
            for refusal in _refusals_of(partial(resource.remove, attribute))
        ]


def _refusals_of(step: Callable[[], None]) -> Iterator[Refused]:
    try:
        step()
    except Refused as refusal:
        yield refusal


_current: ContextVar[Change | None] = ContextVar("change of a stack", default=None)


def change_in_progress() -> Change | None:
    """The operation on a stack that this thread is in; None outside of one."""
    return _current.get()


@contextmanager
def changing(change: Change) -> Iterator[Change]:
    """Make ``change`` the operation in progress for the duration of a ``with`` block."""
    token = _current.set(change)
    try:
        yield change
    finally:
        _current.reset(token)
