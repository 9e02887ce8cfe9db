"""The gallery in both themes, as screenshots to look at: ``.screenshots/`` in the project's folder, not in git."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from .conftest import open_and_run, start_jupyterlab

SCREENSHOTS = Path(__file__).parents[2] / ".screenshots"


@pytest.mark.slow
@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_every_part_is_there_to_look_at(page: Page, tmp_path: Path, theme: str) -> None:
    lab = start_jupyterlab(tmp_path, theme)
    open_and_run(page, next(lab), "gallery.ipynb")
    outputs = page.locator(".jp-OutputArea-output")
    assert outputs.count() >= 15
    folder = SCREENSHOTS / theme.split()[-1].lower()
    folder.mkdir(parents=True, exist_ok=True)
    for number, output in enumerate(outputs.all()):
        box = output.bounding_box()
        assert box["height"] > 20
        assert "<svg" not in output.inner_text()  # a picture, and not the text of one
        output.screenshot(path=folder / f"{number:02}.png")
    ground = page.locator(".jp-Notebook").first.evaluate("e => getComputedStyle(e).backgroundColor")
    assert (ground in ("rgb(17, 17, 17)", "rgb(0, 0, 0)")) is theme.endswith("Dark"), ground
    lab.close()
