"""A progress bar for long work. tqdm is loaded when one is due, not before."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

Advance = Callable[[int], object]


@contextmanager
def bar(what: str, total: int, *, show: bool, unit: str = "B") -> Iterator[Advance]:
    """Lend a function to call with the amount done since the last call.

    The bar goes to standard error, and appears only if the work takes longer than a second.
    """
    if not show:
        yield lambda done: None
        return
    from tqdm import tqdm

    with tqdm(total=total, desc=what, unit=unit, unit_scale=unit == "B", delay=1, leave=False) as shown:
        yield shown.update
