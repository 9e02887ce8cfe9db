"""The command line, in this process and as a learner starts it."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from kmsnb.cli import course, options
from kmsnb.cli.main import main

ROOT = Path(__file__).resolve().parents[2]
FIRST = "00_start_here.ipynb"
LIMIT = "07_encrypt_and_decrypt.ipynb"

Told = Callable[[], Any]

# stands in for JupyterLab: tells with which words it was started, and notes that it listens, as JupyterLab does
STAND_IN = """
import json, os, pathlib, sys, time
wish = os.environ.get("STAND_IN", "0")
pathlib.Path(os.environ["STAND_IN_TOLD"]).write_text(json.dumps({"argv": sys.argv[1:], "pid": os.getpid(),
    "environment": dict(os.environ)}))
if wish in ("stay", "listen"):
    note = pathlib.Path(os.environ["JUPYTER_RUNTIME_DIR"], f"jpserver-{os.getpid()}.json")
    note.write_text(json.dumps({"url": "http://localhost:8888/", "token": os.environ.get("STAND_IN_TOKEN", "abc"),
        "root_dir": sys.argv[1].partition("=")[2], "pid": os.getpid()}))
    time.sleep(120 if wish == "stay" else 1)
    note.unlink()
    sys.exit()
print("[I 2026-11-28 01:00:00.000 ServerApp] Starting", file=sys.stderr)
print("[C 2026-11-28 01:00:00.001 ServerApp] The port is taken.", file=sys.stderr)
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
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(package.parent))
    monkeypatch.setattr(os, "geteuid", lambda: 1000, raising=False)
    monkeypatch.setattr(tempfile, "tempdir", str(package.parent))  # where the log is
    monkeypatch.chdir(tmp_path)
    return lambda: json.loads(note.read_text()) if note.exists() and note.read_text() else None


@pytest.mark.parametrize(("words", "teacher"), [(["lab"], None), (["lab", "--teacher"], "1")])
def test_a_teacher_is_shown_the_solutions(stand_in: Told, words: list[str], teacher: str | None) -> None:
    assert main(words) == 0
    assert stand_in()["environment"].get("KMSNB_TEACHER") == teacher


@pytest.mark.parametrize("words", [["lab"], ["lab", "--reset", "07"]])
def test_a_learners_copy_has_no_outputs_and_a_teachers_has(
    stand_in: Told, tmp_path: Path, words: list[str]
) -> None:
    assert main([*words, "learner"]) == 0
    assert main([*words, "teacher", "--teacher"]) == 0
    assert '"output_type"' not in (tmp_path / "learner" / LIMIT).read_text("utf-8")
    assert (tmp_path / "teacher" / LIMIT).read_bytes() == (course.originals() / LIMIT).read_bytes()


def test_aws_credentials_are_hidden_and_it_says_so_once(
    stand_in: Told, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_ROLE_ARN", "AWS_CONTAINER_CREDENTIALS_FULL_URI"):
        monkeypatch.setenv(name, "real")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/home/me/aws")
    assert main(["lab"]) == 0
    seen = {
        name: value for name, value in stand_in()["environment"].items() if name.startswith(("AWS", "BOTO"))
    }
    assert seen == {
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "BOTO_CONFIG": os.devnull,
    }
    assert capfd.readouterr().out.count("AWS credentials are hidden") == 1


def test_boto3_finds_no_credentials_in_that_environment(stand_in: Told, tmp_path: Path) -> None:
    (tmp_path / ".aws").mkdir()
    keys = "aws_access_key_id = AKIAREAL\naws_secret_access_key = real\n"
    (tmp_path / ".aws" / "credentials").write_text(f"[default]\n{keys}")
    (tmp_path / ".boto").write_text(f"[Credentials]\n{keys}")
    look = [sys.executable, "-c", "import boto3; print(boto3.Session().get_credentials())"]
    found = []
    for words in (["lab"], ["lab", "--aws"]):
        assert main(words) == 0
        environment = {**stand_in()["environment"], "HOME": str(tmp_path), "USERPROFILE": str(tmp_path)}
        done = subprocess.run(look, env=environment, capture_output=True, text=True, check=True, timeout=60)
        found.append(done.stdout.strip())
    assert found[0] == "None"
    assert "Credentials" in found[1]


def test_with_aws_they_stay_and_nothing_says_they_are_hidden(
    stand_in: Told, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "mine")
    assert main(["lab", "--aws"]) == 0
    assert stand_in()["environment"]["AWS_PROFILE"] == "mine"
    assert "AWS_CONFIG_FILE" not in stand_in()["environment"]
    assert "AWS" not in capfd.readouterr().out


def test_jupyterlab_gets_the_kernel_and_the_settings_of_the_course_before_the_users_own(
    stand_in: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "/mine")
    assert main(["lab"]) == 0
    settings, mine = stand_in()["environment"]["JUPYTER_CONFIG_PATH"].split(os.pathsep)
    overrides = json.loads(Path(settings, "labconfig", "default_setting_overrides.json").read_text())
    assert overrides["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"
    assert mine == "/mine"
    kernels = Path(stand_in()["environment"]["JUPYTER_PATH"], "kernels")
    assert "--ext=kmsnb.hints" in json.loads((kernels / "python3" / "kernel.json").read_text())["argv"]


def test_once_jupyterlab_listens_a_few_lines_say_where_and_how_to_stop(
    stand_in: Told, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STAND_IN", "listen")
    assert main(["lab", "--no-browser"]) == 0
    said, errors = capfd.readouterr()
    assert f"http://localhost:8888/lab/tree/{FIRST}?token=abc\n" in said
    assert "press Ctrl-C here twice" in said
    assert "kmsnb-jupyterlab-" in said
    assert len(said.splitlines()) <= 8
    assert errors == ""


def test_without_a_token_the_address_has_none(
    stand_in: Told, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STAND_IN", "listen")
    monkeypatch.setenv("STAND_IN_TOKEN", "")
    assert main(["lab"]) == 0
    assert f"http://localhost:8888/lab/tree/{FIRST}\n" in capfd.readouterr().out


def test_notes_of_other_servers_are_not_taken_for_ours(
    stand_in: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STAND_IN", "listen")
    notes = {
        "other": '{"url": "http://other/", "token": "", "root_dir": "/elsewhere", "pid": 1}',
        "stale": json.dumps(
            {"url": "http://stale/", "token": "", "root_dir": str(tmp_path / "kmsnb-course"), "pid": 1}
        ),
        "half": '{"url": "http://',
        "odd": "[]",
    }
    for name, text in notes.items():
        (tmp_path / "library" / f"jpserver-{name}.json").write_text(text)
    os.utime(tmp_path / "library" / "jpserver-stale.json", (1, 1))
    assert main(["lab"]) == 0
    assert capfd.readouterr().out.count("http://") == 1


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
    assert (copy / FIRST).exists()
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
        (["mine", "--", "--port"], "mine", ["--port"]),
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
        assert options.divide([f"--{flag}", "DIR"], ()) == (["DIR"], [f"--{flag}"])
    for option in {*serverapp.aliases, *LabApp.aliases} - {*LabApp.flags}:
        assert options.divide([f"--{option}", "8888"], ()) == ([], [f"--{option}", "8888"])


def test_the_exit_code_is_jupyterlabs_and_its_last_words_are_told(
    stand_in: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STAND_IN", "7")
    assert main(["lab"]) == 7
    (log,) = (tmp_path / "library").glob("kmsnb-jupyterlab-*.log")
    said = capfd.readouterr().err
    assert said == f"kmsnb: JupyterLab ended with exit code 7: The port is taken. Its log is {log}\n"
    assert "Starting" in log.read_text()


@pytest.mark.skipif(os.name == "nt", reason="Windows has other permissions")
def test_the_log_is_private_and_goes_when_all_went_well(
    stand_in: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    main(["lab"])
    assert not list((tmp_path / "library").glob("*.log"))
    monkeypatch.setenv("STAND_IN", "1")
    main(["lab"])
    (log,) = (tmp_path / "library").glob("*.log")
    assert log.stat().st_mode & 0o077 == 0  # JupyterLab writes its token there


def test_ctrl_c_before_jupyterlab_runs_is_quiet(
    stand_in: Told, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
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
        (["lab", "--port"], "--port needs a value"),
        (["lab", "--port", "abc"], "'abc'"),
        (["lab", "--port=65536"], "65535"),
        (["lab", "--port=-1"], "'-1'"),
        (["lab", "--port", "٧"], "'٧'"),
        (["lab", "--port="], "''"),
        (["lab", "--log-level"], "--log-level needs a value"),
        (["lab", "--aws=yes"], "--aws"),
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


def test_values_that_only_jupyterlab_can_judge_are_refused_before_anything_is_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    said = refused(capfd, "lab", "--allow-root", "--ServerApp.port=abc")
    assert said.startswith("kmsnb: JupyterLab rejects these options: The 'port' trait")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", [["--allow-root"], ["--ServerApp.allow_root=True"], ["--", "--allow-root"]])
def test_root_is_told_of_the_option_before_anything_is_copied(
    stand_in: Told,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    words: list[str],
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0, raising=False)
    assert "--allow-root" in refused(capfd, "lab")
    assert not (tmp_path / "kmsnb-course").exists()
    assert stand_in() is None
    assert main(["lab", *words]) == 0


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
        [sys.executable, "-m", "kmsnb", "lab", "курс", "--allow-root"],
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
        [sys.executable, "-m", "kmsnb", "lab", "--allow-root"],
        cwd=tmp_path,
        env={**os.environ, "STAND_IN": "stay"},
    )
    with command:
        wait_until(stand_in)
        command.terminate()
        assert command.wait(timeout=30) == 128 + signal.SIGTERM
    with pytest.raises(ProcessLookupError):
        os.kill(stand_in()["pid"], 0)


@pytest.mark.skipif(os.name == "nt", reason="sends signals as a POSIX terminal does")
def test_jupyterlab_opens_the_first_lesson_and_ctrl_c_twice_ends_it(tmp_path: Path) -> None:
    status = ["git", "-C", str(ROOT), "status", "--porcelain", "--", "notebooks", "kmsnb-course"]
    in_git = (ROOT / ".git").exists()
    before = subprocess.run(status, capture_output=True, check=True).stdout if in_git else None
    port = free_port()
    screen = tmp_path / "screen"
    options = ["--no-browser", "--port", str(port), "--allow-root"]
    keyboard, terminal = os.openpty()  # without a terminal JupyterLab does not ask before it ends
    with screen.open("wb") as out:
        command = subprocess.Popen(
            [sys.executable, "-m", "kmsnb", "lab", "my course", *options],
            cwd=tmp_path,
            stdin=terminal,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    with command:
        try:
            wait_until(lambda: "Log:" in screen.read_text(), while_running=command)
            said = screen.read_text()
            assert len(said.splitlines()) <= 8
            address = re.search(rf"http://localhost:{port}/lab/tree/{FIRST}[?]token=[0-9a-f]+", said)
            page = wait_until(lambda: answer(address[0]), while_running=command)
            assert "JupyterLab" in page
            log = Path(re.search("Log: *(.+)", said)[1])
            assert "Jupyter Server" in log.read_text()
            os.killpg(command.pid, signal.SIGINT)  # as a terminal does: to every process in it
            wait_until(lambda: "Shut down this Jupyter server" in screen.read_text())
            os.killpg(command.pid, signal.SIGINT)
            assert command.wait(timeout=30) == 0
            assert not log.exists()
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
