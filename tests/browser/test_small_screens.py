"""Nothing is cut off or too small to read: on a laptop, in a narrow window, on half of a small screen."""

import pytest
from playwright.sync_api import Page

from .. import author
from .conftest import JupyterLab, close_sidebar, open_and_run

NOTEBOOKS = ["gallery.ipynb"]
NOTEBOOKS += [pytest.param(path.name, marks=pytest.mark.slow) for path in author.lessons()]
WIDTHS = (1400, 900, 600)
LOOKS = 10  # at most; the layout of a busy machine takes seconds
SIDEBAR_CLOSED_BELOW = 700  # pixels: nobody reads beside the file browser there

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


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_nothing_is_cut_off_or_too_small(page: Page, jupyterlab: JupyterLab, notebook: str) -> None:
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    open_and_run(page, jupyterlab, notebook)
    cut = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        if width < SIDEBAR_CLOSED_BELOW:
            close_sidebar(page)
        for _ in range(LOOKS):  # JupyterLab lays out a moment later
            page.wait_for_timeout(700)
            if not (found := page.evaluate(CUT_OFF) + page.evaluate(SMALL)):
                break
        if found:
            cut[width] = found
    assert not cut
