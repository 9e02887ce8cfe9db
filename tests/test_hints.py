"""Hints under errors of cells that ran too early, in an IPython that has loaded them."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

import kmsnb
from kmsnb import hints

Run = Callable[[str], str]
RUN_ALL_ABOVE = "Run → Run All Above Selected Cell"


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch) -> Iterator[InteractiveShell]:
    """A fresh IPython, as a kernel is after a restart: nothing has run in it."""
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    InteractiveShell.clear_instance()
    yield InteractiveShell.instance(colors="nocolor")
    InteractiveShell.clear_instance()


@pytest.fixture
def run(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a cell in an IPython with the hints; what it printed."""
    hints.load_ipython_extension(shell)

    def run_cell(source: str) -> str:
        shell.run_cell(source)
        return capsys.readouterr().out

    return run_cell


@pytest.fixture
def in_notebook(
    shell: InteractiveShell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], None]:
    """Say which cell of a saved notebook runs, as JupyterLab and its server do."""
    cells = [
        new_markdown_cell("# A lesson about `prose`"),
        new_code_cell("import boto3, kmsnb\n\nlab = kmsnb.start()\nkms = boto3.client('kms')", id="setup"),
        new_code_cell("%matplotlib inline\nkey_id = 7\nfor each in (1, 2):\n    pass", id="key"),
        new_code_cell("def seal(data):\n    local = data", id="seal"),
        new_code_cell("this is (no Python", id="broken"),
        new_code_cell("wrapped = 1", id="late"),
    ]
    path = tmp_path / "07_lesson.ipynb"
    nbformat.write(new_notebook(cells=cells), path)
    monkeypatch.setenv("JPY_SESSION_NAME", str(path))

    def running(cell_id: str) -> None:
        shell.get_parent = lambda: {"metadata": {"cellId": cell_id}}

    return running


def hint(printed: str) -> str:
    """The hint, which is the last line; nothing else may follow the error."""
    return printed.strip().rpartition("Hint: ")[2] if "Hint: " in printed else ""


@pytest.mark.parametrize("name", ["kms", "lab", "kmsnb", "boto3"])
def test_names_of_the_setup_cell_are_explained_in_any_notebook(run: Run, name: str) -> None:
    assert hint(run(f"print({name})")) == (
        f"the setup cell at the top of a lesson defines '{name}'. Run it first: choose {RUN_ALL_ABOVE}."
    )


@pytest.mark.parametrize("name", ["kms", "boto3", "key_id", "each", "seal"])
def test_a_name_that_a_cell_above_defines_is_explained(
    run: Run, in_notebook: Callable[[str], None], name: str
) -> None:
    in_notebook("late")
    assert (
        hint(run(f"print({name})")) == f"a cell above defines '{name}'. Run it first: choose {RUN_ALL_ABOVE}."
    )


@pytest.mark.parametrize("name", ["wrapped", "prose", "data", "local", "print_", "no"])
def test_other_names_are_not(run: Run, in_notebook: Callable[[str], None], name: str) -> None:
    in_notebook("late")
    printed = run(f"print({name})")
    assert f"name '{name}' is not defined" in printed
    assert hint(printed) == ""


def test_in_a_cell_that_is_not_saved_yet_all_cells_count(
    run: Run, in_notebook: Callable[[str], None]
) -> None:
    in_notebook("brand new")
    assert "'wrapped'" in hint(run("print(wrapped)"))


@pytest.mark.parametrize("text", ["", "[]", "null", '{"cells": [{}]}', None])
def test_a_notebook_that_cannot_be_read_hides_no_error(
    run: Run, in_notebook: Callable[[str], None], text: str | None
) -> None:
    path = Path(os.environ["JPY_SESSION_NAME"])
    path.unlink() if text is None else path.write_text(text)
    in_notebook("late")
    printed = run("key_id")
    assert "NameError: name 'key_id' is not defined" in printed
    assert hint(printed) == ""


def test_the_traceback_stays_whole(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    source = "def inner():\n    return kms\n\ninner()"
    shell.run_cell(source)
    plain = capsys.readouterr().out
    hints.load_ipython_extension(shell)
    shell.execution_count = 1
    result = shell.run_cell(source)
    with_hint = capsys.readouterr().out
    assert with_hint.startswith(plain.rstrip())
    assert with_hint.removeprefix(plain.rstrip()).strip().startswith("Hint: ")
    assert isinstance(result.error_in_exec, NameError)


@pytest.mark.parametrize(
    "source", ["def f():\n    kms\n    kms = 1\nf()", "kms = 1\nraise NameError('kms')", "raise NameError"]
)
def test_errors_that_only_look_alike_have_no_hint(run: Run, source: str) -> None:
    printed = run(source)
    assert "Error" in printed
    assert hint(printed) == ""


def test_other_errors_look_as_ever(run: Run) -> None:
    assert "ZeroDivisionError" in run("1 / 0")
    assert hint(run("1 / 0")) == ""


@pytest.fixture
def no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of a kernel of ``kmsnb lab``."""
    for name in list(os.environ):
        if name.startswith("AWS_"):
            monkeypatch.delenv(name)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, os.devnull)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.mark.usefixtures("no_credentials")
@pytest.mark.parametrize("call", ["boto3.client('kms')", "boto3.client('kms', 'us-east-1').list_keys()"])
def test_a_call_before_the_lab_says_to_start_one(run: Run, call: str) -> None:
    said = hint(run(f"import boto3\n{call}"))
    assert said.startswith("no lab is running, so there is no AWS account to call.")
    assert RUN_ALL_ABOVE in said
    assert said.endswith("kmsnb lab --aws leaves them visible.")


@pytest.mark.usefixtures("no_credentials")
def test_where_nothing_was_hidden_no_option_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_CONFIG_FILE")
    monkeypatch.setenv("HOME", os.devnull)
    said = hint(run("import boto3\nboto3.client('kms')"))
    assert "no lab is running" in said
    assert "--aws" not in said


def test_in_a_lab_such_an_error_has_no_hint(run: Run) -> None:
    with kmsnb.start():
        printed = run("from botocore.exceptions import NoCredentialsError\nraise NoCredentialsError")
    assert "Unable to locate credentials" in printed
    assert hint(printed) == ""
    assert "no lab is running" in hint(run("raise NoCredentialsError"))
