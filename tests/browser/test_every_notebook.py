"""Every notebook once it has run: what axe finds in our output, and what is cut off or too small to read."""

import pytest
from playwright.sync_api import Page, expect

from .. import author
from .axe import serious_faults
from .conftest import show_sidebar

# the gallery has each part once; the lessons, which have nothing else, take minutes
NOTEBOOKS = ["gallery.ipynb", "07_encrypt_and_decrypt.ipynb"]
LESSONS = [
    pytest.param(path.name, marks=pytest.mark.slow) for path in author.lessons() if path.name not in NOTEBOOKS
]
WIDTHS = (1400, 900, 600)  # a laptop, a narrow window, half of a small screen
LOOKS = 10  # at most; the layout of a busy machine takes seconds
SIDEBAR_CLOSED_BELOW = 700  # pixels: nobody reads beside the file browser there

every_notebook = pytest.mark.parametrize("ran", [*NOTEBOOKS, *LESSONS], indirect=True)

# What leaves its output at the right, or is cut off in a box that hides the rest, unless a box in between scrolls and is
# meant to: a table's, or that of text that was printed.
CUT_OFF = """
() => {
  const scrolls = (e) => e.matches(".kmsnb-scroll, pre, textarea, .jp-RenderedText, .jp-RenderedHTMLCommon table")
    && ["auto", "scroll"].includes(getComputedStyle(e).overflowX);
  const name = (e) => `<${e.tagName.toLowerCase()} class="${e.getAttribute("class") || ""}"> ${e.textContent.trim().slice(0, 60)}`;
  const found = [];
  for (const root of document.querySelectorAll(".jp-OutputArea-output, .jp-MarkdownOutput")) {
    const walk = (e, limit) => {
      if (e.matches("style, script, select, .noUi-target, .MathJax *")) return;
      const box = e.getBoundingClientRect();
      if (!box.width || !box.height) return;
      if (box.right > limit.right + 1 || box.left < limit.left - 1) return found.push(`outside: ${name(e)}`);
      if (scrolls(e) || e.tagName === "svg") return;
      const hides = ["hidden", "clip"].includes(getComputedStyle(e).overflowX);
      if (hides && e.scrollWidth > e.clientWidth + 1) return found.push(`hidden: ${name(e)}`);
      for (const child of e.children) walk(child, e.matches(".kmsnb-card") ? box : limit);
    };
    walk(root, root.closest(".jp-Cell").getBoundingClientRect());
  }
  for (const folded of document.querySelectorAll(".jp-Placeholder-content")) {
    const cell = folded.closest(".jp-Cell").getBoundingClientRect();
    if (folded.getBoundingClientRect().right > cell.right + 1) found.push(`outside: ${name(folded)}`);
  }
  return found;
}
"""


# Text that shows in under 10 pixels (9.5, since half a pixel is lost between an output and a drawing's frame).
SMALL = """
() => [...document.querySelectorAll(".jp-OutputArea-output svg text, .jp-OutputArea-output :is(p, td, th, li, label)")]
  .filter((e) => e.getBoundingClientRect().width && e.textContent.trim())
  .filter((e) => parseFloat(getComputedStyle(e).fontSize) * (e.getScreenCTM ? e.getScreenCTM().a : 1) < 9.5)
  .map((e) => `small: ${e.textContent.trim().slice(0, 60)}`)
"""


@every_notebook
def test_axe_finds_nothing_serious(ran: Page) -> None:
    assert not serious_faults(ran)


@every_notebook
def test_nothing_is_cut_off_or_too_small(ran: Page) -> None:
    cut = {}
    for width in WIDTHS:
        ran.set_viewport_size({"width": width, "height": 900})
        show_sidebar(ran, width >= SIDEBAR_CLOSED_BELOW)
        for _ in range(LOOKS):
            if not (found := ran.evaluate(CUT_OFF) + ran.evaluate(SMALL)):
                break
            ran.wait_for_timeout(700)
        if found:
            cut[width] = found
    assert not cut


@pytest.mark.parametrize("ran", ["gallery.ipynb"], indirect=True)
def test_at_200_percent_no_control_leaves_the_page(ran: Page) -> None:
    ran.set_viewport_size({"width": 640, "height": 450})  # what a zoom of 200 % leaves of 1280 x 900
    show_sidebar(ran, False)
    for control in ran.locator(".jp-OutputArea-output :is(button, [role=slider], input, select)").all():
        if control.is_visible():
            box = control.bounding_box()
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 640


@pytest.mark.parametrize("ran", ["07_encrypt_and_decrypt.ipynb"], indirect=True)
def test_every_slider_has_a_field_with_a_name_that_does_the_same(ran: Page) -> None:
    field = ran.get_by_role("spinbutton", name="plaintext, bytes")
    field.fill("4097")
    field.press("Enter")
    expect(ran.get_by_role("slider")).to_have_attribute("aria-valuenow", "4097.0")
    expect(ran.locator("[role=status]", has_text="Encrypt").first).to_contain_text("✗ Encrypt refused")
