"""JupyterLab, started on a folder of the course, and the options that are meant for it."""

import importlib.util
import os
import re
import signal
import subprocess
import sys
from collections.abc import Collection, Sequence
from itertools import islice
from pathlib import Path
from urllib.parse import quote

# JupyterLab's options, to be told from ours and from mistakes. Asking JupyterLab itself would take seconds.
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


class LaunchError(Exception):
    """JupyterLab cannot be started as asked; the message says what is wrong and what to do, in one sentence."""


def divide(words: Sequence[str], own: Collection[str]) -> tuple[list[str], list[str]]:
    """Part a command line into our words and JupyterLab's: ``lab DIR --port 9999`` into ``DIR`` and ``--port 9999``.

    ``own`` are our options. Whatever follows ``--`` is JupyterLab's, unseen. Raises ``LaunchError`` for an option
    that is neither's: JupyterLab itself would only log that it has no effect.
    """
    ours: list[str] = []
    theirs: list[str] = []
    rest = iter(words)
    for word in rest:
        name, equals, _ = word.partition("=")
        if word == "--":
            theirs.extend(rest)
        elif name in own or not word.startswith("-"):
            ours.append(word)
        else:
            theirs.append(word)
            if _takes_a_value(name) and not equals:
                theirs.extend(islice(rest, 1))
    return ours, theirs


def open_jupyterlab(
    folder: Path, notebook: str, options: Sequence[str] = (), *, teacher: bool = False
) -> int:
    """Run JupyterLab with this Python on ``folder``, open at ``notebook`` in it, until it ends; its exit code.

    ``options`` are JupyterLab's own; for a ``teacher`` the lessons show their solutions. Raises ``LaunchError`` when
    JupyterLab is not installed.
    """
    require_jupyterlab()
    command = [
        sys.executable,
        "-P",  # a learner's random.py in the current folder is not the library's
        "-m",
        "jupyterlab",
        f"--ServerApp.root_dir={folder.resolve()}",
        f"--LabApp.default_url=/lab/tree/{quote(notebook)}",
        *options,
    ]
    environment = {**os.environ, "KMSNB_TEACHER": "1"} if teacher else None
    with subprocess.Popen(command, env=environment) as child:
        code = _wait(child)
    return code if code >= 0 else 128 - code


def require_jupyterlab() -> None:
    """Raises ``LaunchError`` when this Python has no JupyterLab."""
    if importlib.util.find_spec("jupyterlab") is None:
        raise LaunchError(f"JupyterLab is not installed; run: {sys.executable} -m pip install jupyterlab")


def _wait(child: subprocess.Popen[bytes]) -> int:
    """Stay as long as ``child`` does, and never leave it running alone."""
    before = signal.signal(signal.SIGTERM, lambda *_: child.terminate())
    try:
        while True:
            try:
                return child.wait()
            except KeyboardInterrupt:
                continue  # the terminal told JupyterLab too, and it asks whether to stop
    finally:
        signal.signal(signal.SIGTERM, before)


def _takes_a_value(name: str) -> bool:
    """Whether JupyterLab's option ``name`` is followed by a value."""
    bare = name.lstrip("-")
    if _WITH_VALUE.fullmatch(bare):
        return True
    if _FLAG.fullmatch(bare):
        return False
    raise LaunchError(
        f"{name} is no option of kmsnb lab, nor one known of JupyterLab: see kmsnb lab --help and --help-all, "
        "or write it after -- to pass it on unseen."
    )
