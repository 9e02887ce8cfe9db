"""Re-run notebooks and write them back clean, for authors:

    python tests/author.py            # all lessons, and the gallery
    python tests/author.py 07 00      # these
    python tests/author.py gallery    # the gallery of parts, tests/gallery.ipynb

A clean notebook has fresh outputs in order, stable cell ids, and nothing that changes from run to run: no widget
state, no timings, no kernel's version. The tests hold the committed notebooks to ``clean``.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"
GALLERY = Path(__file__).parent / "gallery.ipynb"
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
SECONDS_A_CELL = 60


def lessons(wanted: list[str] | None = None) -> list[Path]:
    """The notebooks whose numbers are wanted, all of them if none is named."""
    found = sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))
    chosen = [path for path in found if not wanted or path.name[:2] in wanted]
    missing = set(wanted or []) - {path.name[:2] for path in chosen}
    if missing:
        have = ", ".join(path.name[:2] for path in found)
        raise SystemExit(f"No lesson {', '.join(sorted(missing))}; there are {have}.")
    return chosen


def execute(notebook: NotebookNode, *, timezone: str = "UTC", folder: Path = NOTEBOOKS) -> None:
    """Run all cells in a fresh kernel, from ``folder``; errors stop it, but where a tag allows them."""
    environment = {**os.environ, "TZ": timezone, "KMSNB_PROGRESS": "off"}
    client = NotebookClient(
        notebook,
        timeout=SECONDS_A_CELL,
        kernel_name="python3",
        coalesce_streams=True,  # else where a text is cut depends on the moment
        resources={"metadata": {"path": str(folder)}},
    )
    client.execute(env=environment)


def clean(notebook: NotebookNode) -> None:
    """Take out, in place, all that a run leaves behind and no reader needs."""
    notebook.metadata = NotebookNode(
        kernelspec={"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
        language_info={"name": "python"},
    )
    for cell in notebook.cells:
        kept = {name: cell.metadata[name] for name in ("tags",) if cell.metadata.get(name)}
        if cell.metadata.get("jupyter", {}).get("source_hidden"):  # code that only sets the scene is folded
            kept["jupyter"] = {"source_hidden": True}
        cell.metadata = NotebookNode(kept)
        for output in cell.get("outputs", []):
            output.pop("transient", None)
            if "metadata" in output:
                output.metadata = NotebookNode()
            # the view needs a running kernel; the picture beside it does not
            if "text/html" in output.get("data", {}):
                output.data.pop(WIDGET_VIEW, None)


def code_cells(notebook: NotebookNode) -> Iterator[NotebookNode]:
    """The code cells that hold anything."""
    return (cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip())


def main(arguments: list[str]) -> None:
    """Run and rewrite each wanted lesson; a lesson that fails is left as it was."""
    wanted = [word for word in arguments if word != "gallery"]
    paths = lessons(wanted) if wanted or not arguments else []
    for path in paths + [GALLERY] * (not arguments or "gallery" in arguments):
        notebook = nbformat.read(path, as_version=4)
        execute(notebook, folder=path.parent)
        clean(notebook)
        nbformat.write(notebook, path)
        print(f"{path.name}: {sum(1 for _ in code_cells(notebook))} code cells run and written back")


if __name__ == "__main__":
    main(sys.argv[1:])
