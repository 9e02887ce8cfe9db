"""The command line, in this process and as a learner starts it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from kmsnb.cli import course, launch
from kmsnb.cli.main import main

ROOT = Path(__file__).resolve().parents[2]
FIRST = "00_start_here.ipynb"

Told = Callable[[], Any]

# stands in for JupyterLab: tells with which words it was started
STAND_IN = """
import json, os, pathlib, sys, time
wish = os.environ.get("STAND_IN", "0")
pathlib.Path(os.environ["STAND_IN_TOLD"]).write_text(json.dumps({"argv": sys.argv[1:], "pid": os.getpid(),
    "teacher": os.environ.get("KMSNB_TEACHER")}))
if wish == "stay":
    time.sleep(120)
sys.exit(int(wish))
"""


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Told:
    """JupyterLab is replaced by a program that notes what it was told; returns how to read the note."""
    package = tmp_path / "library" / "jupyterlab"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "__main__.py").write_text(STAND_IN)
    note = tmp_path / "told.json"
    monkeypatch.setenv("PYTHONPATH", str(package.parent))
    monkeypatch.setenv("STAND_IN_TOLD", str(note))
    monkeypatch.chdir(tmp_path)
    return lambda: json.loads(note.read_text()) if note.exists() and note.read_text() else None


@pytest.mark.parametrize(("words", "teacher"), [(["lab"], None), (["lab", "--teacher"], "1")])
def test_a_teacher_is_shown_the_solutions(stand_in: Told, words: list[str], teacher: str | None) -> None:
    assert main(words) == 0
    assert stand_in()["teacher"] == teacher


def refused(capfd: pytest.CaptureFixture[str], *words: str) -> str:
    """The one line on standard error with which a command is refused."""
    try:
        code = main(words)
    except SystemExit as end:
        code = end.code
    error = capfd.readouterr().err
    assert code == 2
    assert error.startswith("kmsnb")
    assert error.count("\n") == 1
    return error


def test_without_a_command_there_is_help(capfd: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    assert "lab" in capfd.readouterr().out


@pytest.mark.parametrize("program", [["-m", "kmsnb"], ["-c", "import kmsnb.cli.main as m; m.main()"]])
def test_version(program: Sequence[str]) -> None:
    done = subprocess.run(
        [sys.executable, *program, "--version"], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.startswith("kmsnb 0")


def test_without_an_installation_there_is_no_version_but_the_rest_works(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "path", [])  # where the installed packages' metadata lies
    assert main([]) == 0
    with pytest.raises(SystemExit, match="0"):
        main(["--version"])
    assert "not installed" in capfd.readouterr().out


def test_help_loads_nothing_heavy() -> None:
    program = (
        "import sys, kmsnb.__main__ as m\n"
        "try: m.main(['lab', '--help'])\n"
        "except SystemExit: print(sorted({'boto3', 'moto', 'ipywidgets', 'jupyterlab'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.endswith("[]\n")


def test_lab_copies_the_course_and_opens_the_first_lesson(
    stand_in: Told, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["lab"]) == 0
    copy = tmp_path / "kmsnb-course"
    assert stand_in()["argv"] == [
        f"--ServerApp.root_dir={copy}",
        f"--LabApp.default_url=/lab/tree/{FIRST}",
    ]
    assert (copy / FIRST).read_bytes() == (course.originals() / FIRST).read_bytes()
    said = capfd.readouterr().out
    assert str(copy) in said
    assert FIRST in said


def test_lab_keeps_the_learners_work_and_names_it(
    stand_in: Told, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    main(["lab", "mine"])
    (tmp_path / "mine" / FIRST).write_text("my run")
    capfd.readouterr()
    assert main(["lab", "mine"]) == 0
    assert (tmp_path / "mine" / FIRST).read_text() == "my run"
    assert f"Kept 1 file of yours: {FIRST}" in capfd.readouterr().out


def test_lab_tells_what_a_newer_course_adds(
    stand_in: Told, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    main(["lab"])
    (tmp_path / "kmsnb-course" / FIRST).unlink()
    capfd.readouterr()
    main(["lab"])
    assert f"Copied 1 file: {FIRST}" in capfd.readouterr().out


def test_reset_keeps_a_backup_and_opens_the_lesson(
    stand_in: Told, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    main(["lab"])
    (tmp_path / "kmsnb-course" / FIRST).write_text("my run")
    last = course.lessons(course.originals())[-1]
    assert main(["lab", "--reset", last.number, "--reset=0"]) == 0
    assert stand_in()["argv"][1].endswith(f"/lab/tree/{last.name}")
    assert (tmp_path / "kmsnb-course" / "00_start_here.backup-1.ipynb").read_text() == "my run"
    assert "00_start_here.backup-1.ipynb" in capfd.readouterr().out


def test_in_place_opens_the_originals_and_copies_nothing(stand_in: Told, tmp_path: Path) -> None:
    assert main(["lab", "--in-place", "--no-browser"]) == 0
    assert stand_in()["argv"][0] == f"--ServerApp.root_dir={course.originals()}"
    assert stand_in()["argv"][2:] == ["--no-browser"]
    assert not (tmp_path / "kmsnb-course").exists()


@pytest.mark.parametrize(
    ("words", "folder", "passed"),
    [
        (["--no-browser", "--port", "9999"], "kmsnb-course", ["--no-browser", "--port", "9999"]),
        (["--port=9999", "mine"], "mine", ["--port=9999"]),
        (["--port", "9999", "mine", "-y"], "mine", ["--port", "9999", "-y"]),
        (["mine", "--ServerApp.token", "a b"], "mine", ["--ServerApp.token", "a b"]),
        (["--ServerApp.token=", "mine"], "mine", ["--ServerApp.token="]),
        (["--no-browser", "mine"], "mine", ["--no-browser"]),
        (["mine", "--", "--brand-new", "--reset", "x"], "mine", ["--brand-new", "--reset", "x"]),
        (["a folder; rm"], "a folder; rm", []),
        (["--port"], "kmsnb-course", ["--port"]),
    ],
)
def test_other_options_are_jupyterlabs(
    stand_in: Told, tmp_path: Path, words: Sequence[str], folder: str, passed: Sequence[str]
) -> None:
    assert main(["lab", *words]) == 0
    assert stand_in()["argv"][0] == f"--ServerApp.root_dir={tmp_path / folder}"
    assert stand_in()["argv"][2:] == passed


def test_the_options_of_the_installed_jupyterlab_are_known() -> None:
    from jupyter_server import serverapp
    from jupyterlab.labapp import LabApp

    for flag in {*serverapp.flags, *LabApp.flags}:
        assert launch.divide([f"--{flag}", "DIR"], ()) == (["DIR"], [f"--{flag}"])
    for option in {*serverapp.aliases, *LabApp.aliases} - {*LabApp.flags}:
        assert launch.divide([f"--{option}", "value"], ()) == ([], [f"--{option}", "value"])


def test_the_exit_code_is_jupyterlabs(stand_in: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAND_IN", "7")
    assert main(["lab"]) == 7


def test_ctrl_c_before_jupyterlab_runs_is_quiet(
    stand_in: Told, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(course, "copy_course", interrupted)
    assert main(["lab"]) == 130
    assert capfd.readouterr().err == ""
    assert stand_in() is None


def test_a_module_in_the_current_folder_is_not_taken_for_jupyterlab(stand_in: Told, tmp_path: Path) -> None:
    (tmp_path / "jupyterlab.py").write_text("raise SystemExit('the wrong one')")
    assert main(["lab"]) == 0


@pytest.mark.parametrize(
    ("words", "clue"),
    [
        (["frobnicate"], "frobnicate"),
        (["doctor", "--frobnicate"], "--frobnicate"),
        (["lab", "--rest", "07"], "--rest"),
        (["lab", "--res", "07"], "--res"),
        (["lab", "one", "two"], "two"),
        (["lab", "--reset"], "--reset"),
        (["lab", "--reset", "99"], "'99'"),
        (["lab", "--in-place", "somewhere"], "--in-place"),
        (["lab", "--in-place", "--reset", "07"], "--in-place"),
        (["lab", "told"], "is a file"),
        (["lab", str(course.originals())], "--in-place"),
    ],
)
def test_a_refusal_is_one_line_and_starts_nothing(
    stand_in: Told, tmp_path: Path, capfd: pytest.CaptureFixture[str], words: Sequence[str], clue: str
) -> None:
    (tmp_path / "told").write_text("")
    assert clue in refused(capfd, *words)
    assert stand_in() is None
    assert not (tmp_path / "kmsnb-course").exists()


def test_without_jupyterlab_the_refusal_says_how_to_get_it(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "jupyterlab", None)
    assert "pip install jupyterlab" in refused(capfd, "lab")
    assert list(tmp_path.iterdir()) == []


def test_without_notebooks_the_refusal_says_so(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(course, "__file__", str(tmp_path / "site-packages" / "kmsnb" / "cli" / "course.py"))
    assert "no notebooks" in refused(capfd, "lab", str(tmp_path / "mine"))


def test_a_terminal_without_the_letters_of_a_folder_still_gets_every_line(
    stand_in: Told, tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "kmsnb", "lab", "курс"],
        env={**os.environ, "PYTHONIOENCODING": "cp1252"},
        cwd=tmp_path,
        capture_output=True,
        timeout=60,
        check=True,
    )
    assert b"\\u043a\\u0443\\u0440\\u0441" in done.stdout
    assert (tmp_path / "курс" / FIRST).exists()


@pytest.mark.skipif(os.name == "nt", reason="Windows ends a program without asking it")
def test_ending_the_command_ends_jupyterlab(stand_in: Told, tmp_path: Path) -> None:
    command = subprocess.Popen(
        [sys.executable, "-m", "kmsnb", "lab"], cwd=tmp_path, env={**os.environ, "STAND_IN": "stay"}
    )
    with command:
        wait_until(stand_in)
        command.terminate()
        assert command.wait(timeout=30) == 128 + signal.SIGTERM
    with pytest.raises(ProcessLookupError):
        os.kill(stand_in()["pid"], 0)


@pytest.mark.skipif(os.name == "nt", reason="sends signals as a POSIX terminal does")
def test_jupyterlab_opens_the_first_lesson_and_ctrl_c_ends_it(tmp_path: Path) -> None:
    status = ["git", "-C", str(ROOT), "status", "--porcelain", "--", "notebooks", "kmsnb-course"]
    in_git = (ROOT / ".git").exists()
    before = subprocess.run(status, capture_output=True, check=True).stdout if in_git else None
    port = free_port()
    log = tmp_path / "log"
    options = [
        "--no-browser",
        "--port",
        str(port),
        "--port-retries=0",
        "--ServerApp.token=abc",
        "--allow-root",
    ]
    keyboard, terminal = os.openpty()  # without a terminal JupyterLab does not ask before it ends
    with log.open("wb") as screen:
        command = subprocess.Popen(
            [sys.executable, "-m", "kmsnb", "lab", "my course", *options],
            cwd=tmp_path,
            stdin=terminal,
            stdout=screen,
            stderr=screen,
            start_new_session=True,
        )
    with command:
        try:
            lesson = f"http://127.0.0.1:{port}/lab/tree/{FIRST}"
            page = wait_until(lambda: answer(f"{lesson}?token=abc"), while_running=command)
            assert "JupyterLab" in page
            assert FIRST in answer(f"http://127.0.0.1:{port}/api/contents?token=abc")
            wait_until(lambda: f"{port}/lab/tree/{FIRST}?token=" in log.read_text())
            os.killpg(command.pid, signal.SIGINT)  # as a terminal does: to every process in it
            wait_until(lambda: "Shut down this Jupyter server" in log.read_text())
            os.write(keyboard, b"y\n")
            assert command.wait(timeout=30) == 0
        finally:
            if command.poll() is None:
                os.killpg(command.pid, signal.SIGKILL)
            os.close(keyboard)
            os.close(terminal)
    with pytest.raises(ProcessLookupError):
        os.killpg(command.pid, 0)
    assert (tmp_path / "my course" / FIRST).exists()
    assert not in_git or subprocess.run(status, capture_output=True, check=True).stdout == before


def answer(address: str) -> str | None:
    try:
        with urllib.request.urlopen(address, timeout=10) as response:
            return response.read().decode()
    except urllib.error.URLError:
        return None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(
    true: Callable[[], Any], seconds: float = 60, while_running: subprocess.Popen[bytes] | None = None
) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if seen := true():
            return seen
        assert while_running is None or while_running.poll() is None
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds} seconds")
