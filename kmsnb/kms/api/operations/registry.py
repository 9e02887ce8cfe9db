"""The registry of operations: decorators that give each its name and rules."""

from collections.abc import Callable
from typing import Any

from ...core import state
from ...core.state import KeyState
from ..call import Call, Operation, Response

Run = Callable[[Call], Response]

OPERATIONS: dict[str, Operation] = {}


def manages(
    states: frozenset[KeyState], *, across_accounts: bool = False, aws_managed_too: bool = False
) -> Callable[[Run], Run]:
    """An operation that changes a key or what belongs to it. It takes a key id or key ARN, but no alias."""
    return _register(states, across_accounts=across_accounts, changes_the_key=not aws_managed_too)


def looks(*, by_alias: bool = False, across_accounts: bool = False) -> Callable[[Run], Run]:
    """An operation that reads about keys in any state."""
    return _register(state.ANY, by_alias=by_alias, across_accounts=across_accounts)


def needs_no_key(*names: str) -> Callable[[Run], Run]:
    """An operation without an existing key: on the account, random bytes or custom key stores."""
    return _register(state.ANY, names)


def uses(*, cryptographic: bool = True) -> Callable[[Run], Run]:
    """An operation that uses a key, which must be enabled, can be named in all four ways, and can be in another account."""
    return _register(state.USABLE, by_alias=True, across_accounts=True, cryptographic=cryptographic)


def _register(states: frozenset[KeyState], names: tuple[str, ...] = (), **rules: Any) -> Callable[[Run], Run]:
    """Register a function under ``names``, or else under its own name, ``create_key`` being CreateKey."""

    def register(run: Run) -> Run:
        for name in names or ["".join(word.title() for word in run.__name__.split("_"))]:
            OPERATIONS[name] = Operation(name, run, states, **rules)
        return run

    return register
