"""What axe finds in the dark theme, and what a reader sees who runs nothing."""

import copy
import re
from pathlib import Path

import nbformat
import pytest
from nbconvert import HTMLExporter
from playwright.sync_api import Page, expect

from .. import author
from .axe import serious_faults
from .conftest import JupyterLab, open_and_run, open_notebook, start_jupyterlab
from .test_every_notebook import LESSONS, NOTEBOOKS


def test_axe_finds_nothing_serious_in_the_dark_theme(page: Page, tmp_path: Path) -> None:
    lab = start_jupyterlab(tmp_path, "JupyterLab Dark")
    open_and_run(page, next(lab), "gallery.ipynb")
    # what an answer changes: a wrong option, a right one, an error that keeps the old figure
    page.get_by_role("button", name="4,096 characters").click()
    page.get_by_role("button", name="4,096 bytes").click()
    page.get_by_role("textbox", name="context for Encrypt").fill("half")
    page.get_by_role("button", name="Deny Uma Decrypt").click()
    expect(page.get_by_text("← changed").first).to_be_visible()
    expect(page.get_by_text("○ Not asked.").first).to_be_visible()
    assert not serious_faults(page)
    lab.close()


#: Lessons that show one picture, in the widget, and tables beside it.
WITH_ONE_PICTURE = ("07", "12", "13")


@pytest.mark.parametrize("notebook", [*NOTEBOOKS, *LESSONS])
def test_untrusted_and_not_run_each_widget_shows(page: Page, jupyterlab: JupyterLab, notebook: str) -> None:
    open_notebook(page, jupyterlab, notebook)
    stored = nbformat.read(jupyterlab.folder / notebook, as_version=4)
    pictures = sum(html.count("<img ") for html in stored_html(stored))
    assert pictures >= (1 if notebook[:2] in WITH_ONE_PICTURE else 2)
    images = page.locator(".jp-OutputArea-output img")
    expect(images).to_have_count(pictures)
    for image in images.all():
        assert image.get_attribute("alt")
        assert image.evaluate("image => image.naturalWidth > 100")


@pytest.mark.parametrize("notebook", [*NOTEBOOKS, *LESSONS])
def test_as_a_page_without_scripts_each_widget_shows(
    page: Page, jupyterlab: JupyterLab, notebook: str
) -> None:
    stored = nbformat.read(jupyterlab.folder / notebook, as_version=4)
    html, _ = HTMLExporter().from_notebook_node(copy.deepcopy(stored))
    path = jupyterlab.folder.parent / f"{notebook}.html"
    path.write_text(html)
    without = page.context.browser.new_context(java_script_enabled=False).new_page()
    without.goto(path.as_uri(), wait_until="domcontentloaded")
    pictures = sum(html.count("<img ") for html in stored_html(stored))
    assert without.locator(".jp-OutputArea-output img[alt]").count() == pictures


def test_nothing_of_ours_moves() -> None:
    # nothing to switch off for those who prefer reduced motion
    sources = (path.read_text() for path in (author.NOTEBOOKS.parent / "kmsnb").rglob("*.py"))
    assert not [
        source for source in sources if re.search(r"<animate|@keyframes|transition:|animation:", source)
    ]


def stored_html(notebook: nbformat.NotebookNode) -> list[str]:
    return [
        output.data["text/html"]
        for cell in author.code_cells(notebook)
        for output in cell.outputs
        if "text/html" in output.get("data", {})
    ]
