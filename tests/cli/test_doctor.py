"""The check of a computer: what it says when all is well, and when something is not."""

import builtins
import importlib.metadata
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import boto3
import moto
import pytest

import kmsnb
from kmsnb.cli import course, doctor
from kmsnb.cli.main import main

NAMES = ("Python", "Packages", "Notebooks", "Widgets", "Mocked KMS", "No AWS credentials")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A learner without AWS credentials, in a home of their own."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    return tmp_path


def result(report: doctor.Report, name: str) -> doctor.Result:
    return next(result for result in report.results if result.name == name)


def without(monkeypatch: pytest.MonkeyPatch, *missing: str) -> None:
    """Imports of these packages fail, as if they were not installed."""
    real_import = builtins.__import__

    def fake(name: str, *args: Any, **kwargs: Any) -> Any:
        if name.partition(".")[0] in missing:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return real_import(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", fake)


def test_all_is_well_here() -> None:
    report = doctor.report()
    assert tuple(result.name for result in report.results) == NAMES
    assert report.ok, report
    assert str(report).endswith("6 checks, all ok.")
    assert f"moto {importlib.metadata.version('moto')}" in str(report)


def test_a_report_for_a_committed_notebook_names_nothing_of_this_computer(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = doctor.report(versions=False)
    (home / ".aws").mkdir()
    (home / ".aws" / "credentials").touch()
    monkeypatch.setenv("AWS_PROFILE", "work")
    assert doctor.report(versions=False) == first
    for local in (sys.executable, str(course.originals()), importlib.metadata.version("boto3")):
        assert local not in str(first) + first._repr_html_()


def test_a_notebook_shows_the_lines_as_its_text() -> None:
    report = doctor.report(versions=False)
    assert repr(report) == str(report)


def test_a_lab_that_is_on_does_not_notice() -> None:
    with kmsnb.start() as lab:
        kms = boto3.client("kms")
        before = kms.create_key()["KeyMetadata"]["KeyId"]
        assert doctor.report().ok
        assert [key["KeyId"] for key in kms.list_keys()["Keys"]] == [before]
        second = kms.create_key()["KeyMetadata"]["KeyId"]
        assert kmsnb.lab.current() is lab
    with kmsnb.start():
        kms = boto3.client("kms")
        assert [kms.create_key()["KeyMetadata"]["KeyId"] for _ in range(2)] == [before, second]


def test_the_environment_is_left_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIA0000000000000000")
    before = dict(os.environ)
    doctor.report()
    assert dict(os.environ) == before


@pytest.mark.parametrize(
    ("places", "words"),
    [
        ({"AWS_ACCESS_KEY_ID": "AKIA0000000000000000"}, "in the environment"),
        ({"AWS_PROFILE": "payroll"}, "in the environment"),
        ({"~": "credentials"}, "in ~/.aws/credentials"),
        ({"~": "config"}, "in ~/.aws/config"),
        ({"AWS_SHARED_CREDENTIALS_FILE": __file__}, "in the file that AWS_SHARED_CREDENTIALS_FILE names"),
    ],
)
def test_real_credentials_are_told_of_but_not_shown(
    home: Path, monkeypatch: pytest.MonkeyPatch, places: dict[str, str], words: str
) -> None:
    secret = "not/for/anyones/eyes"
    for name, value in places.items():
        if name == "~":
            (home / ".aws").mkdir()
            (home / ".aws" / value).write_text(f"[default]\naws_secret_access_key = {secret}\n")
        else:
            monkeypatch.setenv(name, value)
    if "AWS_ACCESS_KEY_ID" in places:
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", secret)

    report = doctor.report()

    seen = result(report, "No AWS credentials")
    assert seen.ok
    assert words in seen.detail
    assert "weren't read" in seen.detail
    shown = str(report) + report._repr_html_()
    assert secret not in shown
    assert "payroll" not in shown
    assert "AKIA" not in shown


def test_no_file_of_real_credentials_is_opened(home: Path) -> None:
    (home / ".aws").mkdir()
    for name in ("credentials", "config"):
        (home / ".aws" / name).touch()
    program = (
        "import sys\n"
        "sys.addaudithook(lambda event, args: event == 'open' and '.aws' in str(args[0]) and print('opened', args))\n"
        "from kmsnb.cli.main import main\n"
        "sys.exit(main(['doctor']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert "weren't read" in done.stdout
    assert "opened" not in done.stdout


def test_without_real_credentials_it_says_so() -> None:
    assert "were not found" in result(doctor.report(), "No AWS credentials").detail


def test_a_package_that_is_too_old_is_named_with_what_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    real_version = importlib.metadata.version
    monkeypatch.setattr(
        importlib.metadata, "version", lambda name: "4.2.0" if name == "moto" else real_version(name)
    )
    report = doctor.report()
    assert not report.ok
    assert re.search(r"moto 4\.2\.0 is installed, <6,>=5\S* is needed", result(report, "Packages").detail)
    assert "pip install" in result(report, "Packages").remedy
    assert "1 failed" in str(report)
    assert "FAIL  Packages" in str(report)


def test_a_package_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    real_version = importlib.metadata.version

    def version(name: str) -> str:
        if name == "matplotlib":
            raise importlib.metadata.PackageNotFoundError(name)
        return real_version(name)

    monkeypatch.setattr(importlib.metadata, "version", version)
    assert "matplotlib is missing" in result(doctor.report(), "Packages").detail


@pytest.mark.parametrize(
    ("missing", "failed"),
    [
        ("packaging", {"Packages"}),
        ("ipywidgets", {"Widgets"}),
        ("boto3", {"Mocked KMS", "No AWS credentials"}),
    ],
)
def test_a_check_that_breaks_has_failed_and_the_others_are_made(
    monkeypatch: pytest.MonkeyPatch, missing: str, failed: set[str]
) -> None:
    without(monkeypatch, missing)
    report = doctor.report()
    assert {result.name for result in report.results if not result.ok} == failed
    assert all(missing in result(report, name).detail for name in failed)


def test_it_starts_without_any_of_the_packages(tmp_path: Path) -> None:
    for name in ("moto", "boto3", "botocore", "ipywidgets", "packaging"):
        (tmp_path / f"{name}.py").write_text("raise ModuleNotFoundError('gone')")
    done = subprocess.run(
        [sys.executable, "-m", "kmsnb", "doctor"],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1
    assert done.stderr == ""
    assert done.stdout.count("FAIL") == 4


def test_an_old_python_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 4, "final", 0))
    seen = result(doctor.report(), "Python")
    assert seen == doctor.Result(
        "Python", False, "Python 3.10.4 runs here, 3.11 or newer is needed", seen.remedy
    )
    assert "3.11" in seen.remedy


def test_missing_notebooks_fail(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(course, "__file__", str(tmp_path / "kmsnb" / "cli" / "course.py"))
    assert "no notebooks" in result(doctor.report(), "Notebooks").detail


def test_inside_another_mock_the_answer_is_one_line_each() -> None:
    with moto.mock_aws():
        report = doctor.report()
    assert not result(report, "Mocked KMS").ok
    assert "mock_aws" in result(report, "Mocked KMS").detail
    assert all("\n" not in result.detail for result in report.results)


@pytest.mark.parametrize("healthy", [True, False])
def test_the_command_prints_the_report_and_its_exit_code_sums_it_up(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], healthy: bool
) -> None:
    if not healthy:
        without(monkeypatch, "ipywidgets")
    assert main(["doctor"]) == (0 if healthy else 1)
    assert ("FAIL" in capsys.readouterr().out) is not healthy


def test_the_command_works_on_a_terminal_without_utf_8() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "kmsnb", "doctor"],
        env={**os.environ, "PYTHONIOENCODING": "cp1252"},
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert b"6 checks, all ok." in done.stdout


def test_the_table_has_headers_words_and_escaped_text() -> None:
    report = doctor.Report(
        (
            doctor.Result("A & B", True, "well"),
            doctor.Result("C", False, "no <b>module</b>", "run: pip install 'x>1'"),
        )
    )
    table = Table()
    table.feed(report._repr_html_())
    assert table.scopes == ["col"] * 3 + ["row"] * 2
    assert "1 failed" in table.text["caption"]
    assert "A & B" in table.text["th"]
    for words in ("✓ ok", "✗ FAIL", "no <b>module</b>", "pip install 'x>1'"):
        assert words in table.text["td"]


class Table(HTMLParser):
    """What a table says, by tag, and the scopes of its headers."""

    def __init__(self) -> None:
        super().__init__()
        self.scopes: list[str | None] = []
        self.text: dict[str, str] = {}
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag not in ("br", "wbr"):
            self._open.append(tag)
        if tag == "th":
            self.scopes.append(dict(attributes)["scope"])

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, text: str) -> None:
        self.text[self._open[-1]] = self.text.get(self._open[-1], "") + text.replace(
            "\N{NO-BREAK SPACE}", " "
        )
