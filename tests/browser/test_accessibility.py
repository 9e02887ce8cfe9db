"""What axe finds in our own output, and what a reader sees who runs nothing."""

import copy
import re
from pathlib import Path

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from nbconvert import HTMLExporter
from playwright.sync_api import Page, expect

from .. import author
from .conftest import JupyterLab, close_sidebar, open_and_run, open_notebook, start_jupyterlab

# the gallery has each part once; the lessons, which have nothing else, take minutes
NOTEBOOKS = ["gallery.ipynb", "07_encrypt_and_decrypt.ipynb"]
NOTEBOOKS += [
    pytest.param(path.name, marks=pytest.mark.slow) for path in author.lessons() if path.name not in NOTEBOOKS
]
SERIOUS = ("serious", "critical")
# The outputs, which are ours; the page around them is JupyterLab's, and the handles are ipywidgets': they have no name,
# which is why each slider has a number field that has one, or buttons.
OURS = {"include": [[".jp-OutputArea-output"]], "exclude": [[".noUi-handle"]]}


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_axe_finds_nothing_serious(page: Page, jupyterlab: JupyterLab, notebook: str) -> None:
    open_and_run(page, jupyterlab, notebook)
    assert not serious_faults(page)


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


def serious_faults(page: Page) -> set[str]:
    """What axe finds in our outputs that is serious."""
    found = Axe().run(page, context=OURS).response
    assert found["passes"], "axe looked at nothing"
    return {
        f"{each['id']}: {each['help']}: {node['html'][:200]}"
        for each in found["violations"]
        if each["impact"] in SERIOUS
        for node in each["nodes"]
    }


def test_every_slider_has_a_field_with_a_name_that_does_the_same(page: Page, jupyterlab: JupyterLab) -> None:
    open_and_run(page, jupyterlab, "07_encrypt_and_decrypt.ipynb")
    field = page.get_by_role("spinbutton", name="plaintext, bytes")
    field.fill("4097")
    field.press("Enter")
    expect(page.get_by_role("slider")).to_have_attribute("aria-valuenow", "4097.0")
    expect(page.locator("[role=status]", has_text="Encrypt").first).to_contain_text("✗ Encrypt refused")


def test_at_200_percent_no_control_leaves_the_page(page: Page, jupyterlab: JupyterLab) -> None:
    page.set_viewport_size({"width": 640, "height": 450})  # what a zoom of 200 % leaves of 1280 x 900
    open_and_run(page, jupyterlab, "gallery.ipynb")
    close_sidebar(page)
    for control in page.locator(".jp-OutputArea-output :is(button, [role=slider], input, select)").all():
        if control.is_visible():
            box = control.bounding_box()
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 640


#: Lessons that show one picture, in the widget, and tables beside it.
WITH_ONE_PICTURE = ("07", "12", "13")


@pytest.mark.parametrize("notebook", NOTEBOOKS)
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


@pytest.mark.parametrize("notebook", NOTEBOOKS)
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
