"""Where every request to moto's services can be seen before moto answers it, and every answer before it is sent.

moto asks each service's backend for its handlers: the property ``urls`` serves clients in this process, ``url_paths``
its server. This wraps both, once in the life of a process. (``_url_module`` below them will not do: S3's backend
has its own.) Nothing is loaded that moto would not load. What moto answered is kept, since for each request
to S3 it loads a module again to hear what two settings say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from typing import Any

from moto.core.base_backend import BaseBackend
from moto.settings import enable_iso_regions, get_s3_custom_endpoints

#: One of moto's handlers: request, URL and headers in; status, headers and body out.
Handler = Callable[[Any, str, Any], Any]
Wrapper = Callable[[Handler], Handler]


class _Around:
    """A wrapper, and the handlers that are in it already: by moto's property, its backend and its settings."""

    def __init__(self, wrapper: Wrapper) -> None:
        self.wrap = cache(partial(_named, wrapper))
        self.handlers: dict[tuple[Any, ...], dict[str, Handler]] = {}


_around: dict[str, _Around] = {}


def put_around(package: str, wrapper: Wrapper) -> None:
    """From now on, requests to the service in moto's ``package``, such as ``s3``, pass through ``wrapper``.

    It replaces the wrapper that was there.
    """
    _listen()
    _around[package] = _Around(wrapper)


@contextmanager
def keeping(packages: Iterable[str]) -> Iterator[None]:
    """At the end of a ``with`` block, these services have the wrappers that they had before it, or none."""
    before = {package: _around.get(package) for package in packages}
    try:
        yield
    finally:
        for package, around in before.items():
            if around:
                _around[package] = around
            else:
                remove(package)


def remove(package: str) -> None:
    """Requests to this service go straight to moto again."""
    _around.pop(package, None)


def is_around(package: str) -> bool:
    """Whether requests to this service pass through a wrapper now."""
    return package in _around


@cache
def _listen() -> None:
    for name in ("urls", "url_paths"):
        setattr(BaseBackend, name, _heard(getattr(BaseBackend, name)))


def _heard(handlers: property) -> property:
    def of(backend: BaseBackend) -> dict[str, Handler]:
        around = _around.get(type(backend).__module__.split(".")[1])
        if around is None:
            found: dict[str, Handler] = handlers.__get__(backend)
            return found
        when = handlers, type(backend), enable_iso_regions(), *get_s3_custom_endpoints()
        if when not in around.handlers:
            around.handlers[when] = {
                path: around.wrap(handler) for path, handler in handlers.__get__(backend).items()
            }
        return around.handlers[when]

    return property(of)


def _named(wrapper: Wrapper, handler: Handler) -> Handler:
    wrapped = wrapper(handler)
    wrapped.__name__ = (
        f"around_{handler.__name__}"  # moto's server takes a function called "dispatch" for a method
    )
    return wrapped
