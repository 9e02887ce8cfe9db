"""The OpenSSL cells of lesson 08, whose outputs nbval leaves alone: with the tool, and on a computer without it.

The tables are compared here instead, so that the lesson cannot go wrong unseen; without the tool it says so and goes on.
"""

import ast
import shutil
from pathlib import Path
from typing import Any

import nbformat
import pytest

import kmsnb

from . import author

NOTEBOOK = author.NOTEBOOKS / "08_data_keys.ipynb"
NEEDED = ["s1-key", "s2-encrypt"]  # the KMS key, the list, and the imports
REFUSED = "refused: the tag does not fit, and nothing was decrypted"


@pytest.fixture
def tables(lab: kmsnb.Lab) -> dict[str, list[tuple[str, str]]]:
    """What the cells of section 3 show: the rows of their tables by the cell's id."""
    import boto3

    names: dict[str, Any] = {"lab": lab, "boto3": boto3, "kmsnb": kmsnb, "kms": boto3.client("kms")}
    cells = {cell.id: cell.source for cell in author.code_cells(nbformat.read(NOTEBOOK, as_version=4))}
    section = [i for i in cells if i.startswith("s3-") and "predict" not in i]
    shown = {cell_id: _run(cells[cell_id], names) for cell_id in NEEDED + section}
    names["folder"].cleanup()
    return {cell_id: list(value.rows) for cell_id, value in shown.items() if hasattr(value, "rows")}


def _run(source: str, names: dict[str, Any]) -> Any:
    """Run a cell as IPython does: its last expression is its value."""
    tree = ast.parse(source)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "cell", "exec"), names)  # noqa: S102 (our own notebook)
    return eval(compile(ast.Expression(last.value), "cell", "eval"), names) if last else None


@pytest.mark.skipif(not shutil.which("openssl"), reason="no openssl on this computer")
def test_with_openssl_every_try_ends_as_the_lesson_says(tables: dict[str, list[tuple[str, str]]]) -> None:
    assert "AEAD" in tables["s3-gcm"][0][1]
    right, another, changed, unchecked = (result for _, result in tables["s3-tries"])
    assert (right, another, changed) == ("yes", REFUSED, REFUSED)
    assert unchecked == "no complaint: 13,784 bytes of noise"
    by_k, by_k_wrong, by_file, by_file_wrong = (result for _, result in tables["s3-trapped"])
    assert (by_k, by_k_wrong, by_file_wrong) == ("yes", "yes", "no")
    assert by_file.startswith("refused")


@pytest.mark.skipif(
    not (shutil.which("openssl") and Path("/proc/self/cmdline").exists()), reason="needs openssl and /proc"
)
def test_the_shell_shows_the_key_and_stdin_does_not(tables: dict[str, list[tuple[str, str]]]) -> None:
    _, by_shell, by_stdin = (result for _, result in tables["s3-looked"])
    assert (by_shell, by_stdin) == ("yes", "no")


class TestWithoutOpenSSL:
    @pytest.fixture(autouse=True)
    def no_programs(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))

    def test_every_try_says_that_it_was_skipped(self, tables: dict[str, list[tuple[str, str]]]) -> None:
        assert set(tables) == {"s3-gcm", "s3-tries", "s3-looked", "s3-trapped"}
        results = {result for rows in tables.values() for _, result in rows}
        assert results == {"skipped: not possible on this computer"}
