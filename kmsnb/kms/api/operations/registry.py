"""The register of operations: what each is called, and the rules that stand over it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ...core import state
from ...core.state import KeyState
from ..call import Call

Answer = dict[str, Any] | None


@dataclass(frozen=True)
class Operation:
    """One operation of the API.

    ``bears`` are the key states it can work with. ``by_alias``: an alias may stand for the key's id or ARN.
    ``across_accounts``: the key may be another account's, named by its ARN. ``changes_the_key``: a customer
    cannot do it to an AWS managed key. ``cryptographic``: it uses the key, which GetKeyLastUsage tells.
    """

    name: str
    run: Callable[[Call], Answer]
    bears: frozenset[KeyState]
    by_alias: bool
    across_accounts: bool
    changes_the_key: bool
    cryptographic: bool


OPERATIONS: dict[str, Operation] = {}


def manages(
    bears: frozenset[KeyState], *, across_accounts: bool = False, aws_managed_too: bool = False
) -> Callable[[Callable[[Call], Answer]], Callable[[Call], Answer]]:
    """An operation that changes a key or what belongs to it. It takes a key id or key ARN, no alias."""
    return _register(bears, across_accounts=across_accounts, changes_the_key=not aws_managed_too)


def looks(
    *, by_alias: bool = False, across_accounts: bool = False
) -> Callable[[Callable[[Call], Answer]], Callable[[Call], Answer]]:
    """An operation that only tells about keys, whatever their state."""
    return _register(state.ANY, by_alias=by_alias, across_accounts=across_accounts)


def needs_no_key() -> Callable[[Callable[[Call], Answer]], Callable[[Call], Answer]]:
    """An operation on no existing key: on the account, on randomness, on custom key stores."""
    return _register(state.ANY)


def uses(*, cryptographic: bool = True) -> Callable[[Callable[[Call], Answer]], Callable[[Call], Answer]]:
    """An operation that uses a key: it must be enabled, may be named in all four ways, and may be another account's."""
    return _register(state.USABLE, by_alias=True, across_accounts=True, cryptographic=cryptographic)


def _register(
    bears: frozenset[KeyState],
    *,
    by_alias: bool = False,
    across_accounts: bool = False,
    changes_the_key: bool = False,
    cryptographic: bool = False,
) -> Callable[[Callable[[Call], Answer]], Callable[[Call], Answer]]:
    def register(run: Callable[[Call], Answer]) -> Callable[[Call], Answer]:
        name = "".join(word.title() for word in run.__name__.split("_"))
        OPERATIONS[name] = Operation(
            name, run, bears, by_alias, across_accounts, changes_the_key, cryptographic
        )
        return run

    return register
