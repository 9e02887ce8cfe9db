"""Keys pressed in a card stay in the card: no key of a lesson's controls runs, adds, changes or deletes a cell."""

import re
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from playwright.sync_api import Locator, Page, expect

from kmsnb import widgets

from .conftest import JupyterLab, open_and_run

CONTAINERS = {"DOMWidget", "HBox", "HTML", "Output", "VBox", "Widget"}
#: Whatever the widgets of the course are made of: a new kind of control is tested without a change here.
KINDS = sorted(
    {
        kind
        for path in Path(widgets.__file__).parent.glob("*.py")
        for kind in re.findall(r"ipywidgets\.([A-Z]\w+)", path.read_text())
    }
    - CONTAINERS
)
# in command mode JupyterLab would select, delete, insert, cut, convert and run cells with these
KEYS = ("ArrowDown", "ArrowUp", "d", "d", "a", "b", "x", "m", "Shift+Enter", "Escape", "ArrowDown")

CARD = """
import ipywidgets
from kmsnb.widgets.card import Card

class Each(Card):
    def __repr__(self):
        return "one control"

    def fallback(self):
        return ""

def make(kind):
    options = {"options": ["one", "two", "three"]} if hasattr(getattr(ipywidgets, kind), "options") else {}
    return Each([getattr(ipywidgets, kind)(description=kind, **options)])
"""
CELL = "xpath=ancestor::*[contains(concat(' ', @class, ' '), ' jp-Cell ')]"
CONTROL = ".jp-OutputArea-output :is(button, input, select, textarea, [role=slider])"


@pytest.fixture
def controls(page: Page, jupyterlab: JupyterLab) -> Page:
    """A notebook with a card for each kind of control, run, among other cells."""
    cells = [new_markdown_cell("# Before"), new_code_cell(CARD)]
    cells += [new_code_cell(f"make({kind!r})") for kind in KINDS]
    cells += [new_markdown_cell("After")]
    kernel = {"kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}}
    nbformat.write(new_notebook(cells=cells, metadata=kernel), jupyterlab.folder / "controls.ipynb")
    open_and_run(page, jupyterlab, "controls.ipynb")
    expect(page.locator(CONTROL).nth(len(KINDS) - 1)).to_be_visible()
    return page


def cells(page: Page) -> list[str]:
    """The cells of the notebook: the type and the text of each, and whether it is the active one."""
    return page.locator(".jp-Notebook .jp-Cell").evaluate_all(
        """cells => cells.map(cell => [
            [...cell.classList].filter(name => /^jp-(Code|Markdown|Raw)Cell$|jp-mod-active/.test(name)).join(" "),
            cell.querySelector(".jp-InputArea").textContent].join(": "))"""
    )


def has_focus(control: Locator) -> bool:
    return control.evaluate("control => document.activeElement === control")


def test_no_key_pressed_in_a_control_reaches_the_notebook(controls: Page) -> None:
    found = controls.locator(CONTROL)
    assert found.count() >= len(KINDS) >= 7
    for control in found.all():
        control.focus()
        # the cell becomes the active one, in JupyterLab's next frame
        expect(control.locator(CELL)).to_have_class(re.compile("jp-mod-active"))
        before = cells(controls)
        for key in KEYS:
            control.press(key)
            assert cells(controls) == before, f"{key} in {control.evaluate('e => e.outerHTML')}"
        controls.wait_for_timeout(200)  # JupyterLab changes cells a little later than it takes the key
        assert cells(controls) == before
        assert has_focus(control)


def test_a_ring_shows_which_control_has_the_keyboard(controls: Page) -> None:
    controls.keyboard.press("Tab")  # the browser shows focus to someone who uses the keyboard
    for control in controls.locator(CONTROL).all():
        control.focus()
        ring = control.evaluate("e => [getComputedStyle(e).outlineStyle, getComputedStyle(e).outlineWidth]")
        assert ring == ["solid", "2px"], control.evaluate("e => e.outerHTML")


def test_the_box_of_an_option_hides_no_part_of_the_ring(page: Page, jupyterlab: JupyterLab) -> None:
    open_and_run(page, jupyterlab, "gallery.ipynb")
    option = page.locator(".kmsnb-option button").first
    page.keyboard.press("Tab")
    option.focus()
    width, offset = option.evaluate(
        "e => [getComputedStyle(e).outlineWidth, getComputedStyle(e).outlineOffset].map(parseFloat)"
    )
    assert width == 2
    assert offset <= -width  # all of it inside the button


def test_keys_still_do_their_work_in_a_control_and_with_ctrl_or_in_a_cell_jupyterlabs(controls: Page) -> None:
    text = controls.get_by_role("textbox", name="Text", exact=True)
    text.press_sequentially("ddabx")
    expect(text).to_have_value("ddabx")
    choice = controls.get_by_role("combobox", name="Dropdown")
    choice.press("ArrowDown")
    expect(choice.locator("option:checked")).to_have_text("two")
    controls.get_by_role("checkbox", name="Checkbox").press("Space")
    expect(controls.get_by_role("checkbox", name="Checkbox")).to_be_checked()

    button = controls.get_by_role("button", name="Button", exact=True)
    button.press("a")
    with controls.expect_response(lambda answer: answer.request.method == "PUT" and "controls" in answer.url):
        button.press("Control+s")
    assert has_focus(button)

    count = len(cells(controls))
    controls.locator(".jp-MarkdownCell").last.click()
    controls.keyboard.press("b")
    expect(controls.locator(".jp-Notebook .jp-Cell")).to_have_count(count + 1)


def test_after_a_click_on_next_the_arrow_keys_step_through_the_flow(
    page: Page, jupyterlab: JupyterLab
) -> None:
    open_and_run(page, jupyterlab, "gallery.ipynb")
    flow = page.locator(".kmsnb-flow").first
    following, back = flow.get_by_role("button", name="Next"), flow.get_by_role("button", name="Back")
    step = flow.get_by_role("slider")
    last = int(float(step.get_attribute("aria-valuemax")))
    before = cells(page)

    following.click()
    expect(step).to_have_attribute("aria-valuenow", "2.0")
    page.keyboard.press("ArrowRight")
    expect(step).to_have_attribute("aria-valuenow", "3.0")
    page.keyboard.press("ArrowLeft")
    expect(step).to_have_attribute("aria-valuenow", "2.0")

    for number in range(3, last + 1):
        page.keyboard.press("ArrowRight")
        expect(step).to_have_attribute("aria-valuenow", f"{number}.0")
    expect(following).to_be_disabled()
    page.keyboard.press("ArrowRight")
    expect(back).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(step).to_have_attribute("aria-valuenow", f"{last - 1}.0")
    expect(following).to_be_enabled()

    for number in range(last - 2, 0, -1):
        page.keyboard.press("ArrowLeft")
        expect(step).to_have_attribute("aria-valuenow", f"{number}.0")
    expect(following).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(step).to_have_attribute("aria-valuenow", "2.0")
    assert [cell.replace(" jp-mod-active", "") for cell in cells(page)] == [
        cell.replace(" jp-mod-active", "") for cell in before
    ]
