"""JupyterLab, started on a folder of the course and set up for it."""

import importlib.util
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from . import options

# What JupyterLab reads for the course, in folders like those of a Python environment: a kernel that loads
# kmsnb.hints, and settings: no news popup, and cards that are saved with the notebook, so that one opened again shows
# them instead of "model not found". On Binder binder/postBuild copies all of it into the environment.
_JUPYTER = Path(__file__).with_name("jupyter")

# Whatever boto3 would read to find credentials is taken away or, where it would look by itself, led to nothing.
_AWS = ("AWS_", "BOTO_CONFIG")
_NO_AWS = {
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    "BOTO_CONFIG": os.devnull,
}


_PROGRAM = (sys.executable, "-P", "-m", "jupyterlab")  # -P: a learner's random.py here is not the library's


class LaunchError(Exception):
    """JupyterLab can't be started as asked; the message says what is wrong and what to do, in one sentence."""


def check(words: Sequence[str]) -> None:
    """Raise ``LaunchError`` if JupyterLab is missing, or would refuse to start with ``words``, options of its own.

    Nothing is started or written. Takes some seconds if only JupyterLab itself can judge the options' values.
    """
    if importlib.util.find_spec("jupyterlab") is None:
        raise LaunchError(f"JupyterLab is not installed; run: {sys.executable} -m pip install jupyterlab")
    root = getattr(os, "geteuid", lambda: None)() == 0  # Windows has no root
    if root and not any(re.match("--(allow-root|ServerApp.allow_root)", word) for word in words):
        raise LaunchError(
            "JupyterLab doesn't run as root, because its notebooks could then change anything on this computer: "
            "run kmsnb lab as an ordinary user or, in a container, add --allow-root."
        )
    if options.need_judging(words):
        judged = subprocess.run(
            [*_PROGRAM, *words, "--show-config-json"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
        if judged.returncode:
            raise LaunchError(f"JupyterLab rejects these options: {_complaint(judged.stderr)}")


def open_jupyterlab(
    folder: Path, notebook: str, words: Sequence[str] = (), *, teacher: bool = False, aws: bool = False
) -> int:
    """Run JupyterLab with this Python on ``folder``, open at ``notebook`` in it, until it ends; its exit code.

    Prints the address and where JupyterLab's log is. ``words`` are JupyterLab's own options, as for ``check``. For
    a ``teacher`` the lessons show their solutions. Unless ``aws`` is true, boto3 finds no AWS credentials in it.
    """
    folder = folder.resolve()
    page = f"/lab/tree/{quote(notebook)}"
    command = [*_PROGRAM, f"--ServerApp.root_dir={folder}", f"--LabApp.default_url={page}", *words]
    started = time.time()
    # only its owner can read the log: JupyterLab writes its token there
    with tempfile.NamedTemporaryFile(prefix="kmsnb-jupyterlab-", suffix=".log", delete=False) as log:

        def announce() -> bool:
            server = _server(child, folder, started)
            if server:
                print(f"  Address:  {_address(server, page)}")
                print("  To stop:  press Ctrl-C here twice")
                print(f"  Log:      {log.name}", flush=True)
            return server is not None

        with subprocess.Popen(command, env=_environment(teacher, aws), stderr=log) as child:
            code = _wait(child, announce)
    if code > 0:
        said = _complaint(Path(log.name).read_text(encoding="utf-8", errors="replace"))
        print(f"kmsnb: JupyterLab ended with exit code {code}: {said} Its log is {log.name}", file=sys.stderr)
    else:
        Path(log.name).unlink()
    return code if code >= 0 else 128 - code


def _environment(teacher: bool, aws: bool) -> dict[str, str]:
    hidden = () if aws else _AWS
    environment = {name: value for name, value in os.environ.items() if not name.startswith(hidden)}
    if not aws:
        environment |= _NO_AWS
    if teacher:
        environment["KMSNB_TEACHER"] = "1"
    for name, ours in (("JUPYTER_PATH", "share/jupyter"), ("JUPYTER_CONFIG_PATH", "etc/jupyter")):
        others = environment.get(name)
        environment[name] = os.pathsep.join([str(_JUPYTER / ours), *([others] if others else [])])
    return environment


def _wait(child: subprocess.Popen[bytes], announce: Callable[[], bool]) -> int:
    """Stay as long as ``child`` does, and never leave it running alone; ``announce`` until that returns true."""
    before = signal.signal(signal.SIGTERM, lambda *_: child.terminate())
    announced = False
    try:
        while True:
            try:
                return child.wait(timeout=None if announced else 0.1)
            except subprocess.TimeoutExpired:
                announced = announce()
            except KeyboardInterrupt:
                continue  # the terminal told JupyterLab too, and it asks whether to stop
    finally:
        signal.signal(signal.SIGTERM, before)


def _server(child: subprocess.Popen[bytes], folder: Path, started: float) -> dict[str, Any] | None:
    """What ``child`` notes about itself once it listens, or None before that."""
    from jupyter_core.paths import jupyter_runtime_dir

    for path in Path(jupyter_runtime_dir()).glob("jpserver-*.json"):
        try:
            server = json.loads(path.read_text(encoding="utf-8"))
            # on Windows the child of a venv's python.exe has an id of its own
            ours = server["pid"] == child.pid or Path(server["root_dir"]) == folder
            if ours and path.stat().st_mtime > started - 1:  # else left behind by one that crashed
                return server
        except (OSError, ValueError, LookupError, TypeError):
            continue  # half written, just removed, or not a server's
    return None


def _address(server: dict[str, Any], page: str) -> str:
    token = f"?token={server['token']}" if server["token"] else ""
    return f"{server['url'].rstrip('/')}{page}{token}"


def _complaint(log: str) -> str:
    """The last line that JupyterLab wrote, without time and logger."""
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    return (
        re.sub(r"^(\[[^\]]*\] *(Bad config.*?: )?|[\w.]+: error: )", "", lines[-1])
        if lines
        else "It says no more."
    )
