"""The options of ``kmsnb lab`` that are JupyterLab's: told apart from ours, and from mistakes."""

import re
from collections.abc import Collection, Iterator, Sequence

# JupyterLab's options, by name. Asking JupyterLab itself would take seconds.
_FLAG = re.compile(
    "allow-root|autoreload|collaborative|core-mode|custom-css|debug|dev-mode|expose-app-in-browser"
    "|extensions-in-dev-mode|generate-config|help-all|no-browser|no-script|script|show-config|show-config-json"
    "|skip-dev-build|splice-source|version|watch|y"
)
_WITH_VALUE = re.compile(
    "app-dir|browser|certfile|client-ca|config|gateway-url|ip|keyfile|log-level|notebook-dir|port|port-retries"
    "|preferred-dir|pylab|sock|sock-mode|transport"
    r"|\w+\.\w+"  # any setting of its classes, as ServerApp.token
)
_PORTS = 65_536


class OptionError(Exception):
    """An option that can't work; the message says what is wrong and what to do, in one sentence."""


def divide(words: Sequence[str], own: Collection[str]) -> tuple[list[str], list[str]]:
    """Split a command line into our words and JupyterLab's: ``lab DIR --port 9999`` into ``DIR`` and ``--port 9999``.

    ``own`` are our options. Everything after ``--`` goes to JupyterLab unseen. Raises ``OptionError`` for an option
    that is neither ours nor JupyterLab's (which would only log that it has no effect), for a missing value, and for
    a port that isn't a number from 0 to 65535.
    """
    ours: list[str] = []
    theirs: list[str] = []
    rest = iter(words)
    for word in rest:
        name, equals, value = word.partition("=")
        if word == "--":
            theirs.extend(rest)
        elif name in own or not word.startswith("-"):
            ours.append(word)
        else:
            theirs.append(word)
            if _takes_a_value(name):
                if not equals:
                    value = _next_value(name, rest)
                    theirs.append(value)
                if name == "--port":
                    _check_port(value)
    return ours, theirs


def need_judging(options: Sequence[str]) -> bool:
    """Whether only JupyterLab itself can say if these ``options`` of its own are right: not so for flags and ports."""
    rest = iter(options)
    for word in rest:
        name, equals, _ = word.partition("=")
        if name == "--port":
            if not equals:
                next(rest, None)
        elif not _FLAG.fullmatch(word.lstrip("-")):
            return True
    return False


def _next_value(name: str, rest: Iterator[str]) -> str:
    for value in rest:
        return value
    raise OptionError(f"{name} needs a value, as in: kmsnb lab {name} VALUE")


def _check_port(value: str) -> None:
    if not (value.isascii() and value.isdigit() and int(value) < _PORTS):
        raise OptionError(f"--port takes a number from 0 to {_PORTS - 1}, not {value!r}.")


def _takes_a_value(name: str) -> bool:
    """Whether JupyterLab's option ``name`` is followed by a value."""
    bare = name.lstrip("-")
    if _WITH_VALUE.fullmatch(bare):
        return True
    if _FLAG.fullmatch(bare):
        return False
    raise OptionError(
        f"{name} is not an option of kmsnb lab or of JupyterLab: see kmsnb lab --help and --help-all, "
        "or write it after -- to pass it on unchecked."
    )
