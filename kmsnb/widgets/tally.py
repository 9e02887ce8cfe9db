"""What has been answered, as cards show it: every counter in the notebook follows each answer, wherever it was given."""

import asyncio
from collections.abc import Callable
from functools import cache
from weakref import WeakMethod

import ipywidgets

from kmsnb.exercises import progress

_SECONDS = 1.0  # between looks at the file, which other notebooks write to as well

_followers: list[WeakMethod] = []
_watching: list[asyncio.Task] = []


@cache
def counter(lesson: str) -> ipywidgets.HTML:
    """The counter of a lesson: one widget, which all its cards show."""
    shown = ipywidgets.HTML()
    shown.add_class("kmsnb-soft")
    _counters[lesson] = shown
    _fill(lesson)
    return shown


_counters: dict[str, ipywidgets.HTML] = {}


def record(item: str, state: progress.State) -> None:
    """Note the outcome of an answer, and show it everywhere."""
    progress.record(item, state)
    refresh()


def follow(changed: Callable[[], None]) -> None:
    """Call the method ``changed`` after each answer, also one that was given in another notebook."""
    _followers.append(WeakMethod(changed))
    if not _watching:
        try:
            _watching.append(asyncio.get_running_loop().create_task(_watch()))
        except RuntimeError:
            return  # no kernel, so nobody who looks


def refresh() -> None:
    """Show in every counter what the file says now."""
    for lesson in _counters:
        _fill(lesson)
    _followers[:] = [each for each in _followers if each()]
    for each in _followers:
        if changed := each():
            changed()


def _fill(lesson: str) -> None:
    _counters[lesson].value = f"{progress.of_lesson(lesson)}"


async def _watch() -> None:
    seen = progress.stamp()
    while True:
        await asyncio.sleep(_SECONDS)
        if (now := progress.stamp()) != seen:
            seen = now
            refresh()
