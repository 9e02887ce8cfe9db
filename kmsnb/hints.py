"""Hints under the errors of cells that ran too early. Loaded with the kernel: ipykernel's option --ext=kmsnb.hints.

After a kernel restart ``kmsnb.start()`` has not run yet, so nothing that it sets up could give them.
"""

import json
import os
import symtable
import sys
from pathlib import Path
from types import TracebackType
from typing import Any

from botocore.exceptions import NoCredentialsError, NoRegionError
from IPython.core.interactiveshell import InteractiveShell

_SETUP = {"boto3", "kmsnb", "lab", "kms"}
_RUN = "choose Run → Run All Above Selected Cell."


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Show hints in ``shell``: IPython calls this when it loads the extension."""
    shell.set_custom_exc((NameError, NoCredentialsError, NoRegionError), _show)


def _show(
    shell: InteractiveShell,
    kind: type[BaseException],
    error: BaseException,
    traceback: TracebackType,
    tb_offset: int | None = None,
) -> None:
    """The usual traceback, with a hint as its last line if there is one."""
    said = _missing_name(shell, error) if isinstance(error, NameError) else _missing_lab()
    if said:
        error.add_note(f"\nHint: {said}")
    shell.showtraceback((kind, error, traceback), tb_offset=tb_offset)


def _missing_name(shell: InteractiveShell, error: NameError) -> str | None:
    name = error.name
    if name is None or name in shell.user_ns or isinstance(error, UnboundLocalError):
        return None
    if name in _names_above(shell):
        return f"a cell above defines {name!r}. Run it first: {_RUN}"
    if name in _SETUP:
        return f"the setup cell at the top of a lesson defines {name!r}. Run it first: {_RUN}"
    return None


def _names_above(shell: InteractiveShell) -> set[str]:
    """The names that the cells above the running one define, or all cells if the notebook isn't saved with it."""
    try:
        notebook = json.loads(Path(os.environ["JPY_SESSION_NAME"]).read_text(encoding="utf-8"))
        cells = [(each["id"], each["cell_type"], "".join(each["source"])) for each in notebook["cells"]]
    except (OSError, ValueError, LookupError, TypeError):
        return set()  # not started by Jupyter's server, or the notebook was renamed since
    parent: dict[str, Any] = getattr(shell, "get_parent", dict)()  # only a kernel's shell has it
    running = parent.get("metadata", {}).get("cellId")
    names: set[str] = set()
    for cell_id, cell_type, source in cells:
        if cell_id == running:
            break
        if cell_type == "code":
            names |= _defined(shell.transform_cell(source))
    return names


def _defined(source: str) -> set[str]:
    try:
        symbols = symtable.symtable(source, "cell", "exec").get_symbols()
    except SyntaxError:
        return set()
    return {each.get_name() for each in symbols if each.is_assigned() or each.is_imported()}


def _missing_lab() -> str | None:
    lab = sys.modules.get("kmsnb.lab")  # loading it takes a second, and no lab can be on before
    if lab is not None:
        try:
            lab.current()
        except lab.LabError:
            pass
        else:
            return None
    hidden = os.environ.get("AWS_CONFIG_FILE") == os.devnull
    return (
        f"no lab is running, so there is no AWS account to call. Run the setup cell (kmsnb.start()) first: {_RUN}"
        + (
            " Your own AWS credentials are hidden here; kmsnb lab --aws leaves them visible."
            if hidden
            else ""
        )
    )
