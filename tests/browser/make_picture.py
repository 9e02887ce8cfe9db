"""Make README's picture from the real page, ``docs/tour.gif``: a thief meets KMS in the tour's fourth stop.

    python -m tests.browser.make_picture

It is a GIF because GitHub gives its readers a button to stop one. It plays three times and rests at its last step.
"""

import io
import shutil
import tempfile
from collections import Counter
from pathlib import Path

from PIL import Image
from playwright.sync_api import FloatRect, Page, expect, sync_playwright

from .conftest import BROWSERS, QUIET, open_and_run, start_jupyterlab

TARGET = Path(__file__).parents[2] / "docs" / "tour.gif"
NOTEBOOK = "00_start_here.ipynb"
TITLE = "A data key, and a thief"
WIDTH, HEIGHT = 1200, 1400  # pixels, of the page
SHARPNESS = 1.5  # pixels of the picture for one of the page
MARGIN = 4  # pixels of the page around the widget
FIRST, LAST = 2, 10  # steps of the flow: from GenerateDataKey to the file in its owner's hands
MILLISECONDS, LAST_MILLISECONDS = 2600, 6000
TIMES = 3
COLORS = 256  # as many as a GIF can have


def main() -> None:
    """Open the tour in JupyterLab, step through the flow, and write what it shows."""
    browser_path = next(filter(None, map(shutil.which, BROWSERS)))
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        running = start_jupyterlab(Path(home), "JupyterLab Light")
        browser = playwright.chromium.launch(executable_path=browser_path, args=list(QUIET))
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=SHARPNESS)
        try:
            open_and_run(page, next(running), NOTEBOOK)
            frames = [_step(page, number) for number in range(FIRST, LAST + 1)]
        finally:
            browser.close()
            running.close()
    _write(frames)
    print(f"{TARGET}: {len(frames)} steps, {TARGET.stat().st_size:,} bytes")


def _step(page: Page, number: int) -> Image.Image:
    """The flow at step ``number``, as a picture of what a reader sees."""
    flow = page.locator(".jp-OutputArea-output", has_text=TITLE)
    field = flow.get_by_role("spinbutton", name="step")
    field.fill(str(number))
    field.press("Enter")
    expect(flow.get_by_role("status")).to_contain_text(f"{number}. ")
    flow.evaluate("flow => flow.scrollIntoView({block: 'center'})")
    page.mouse.move(0, 0)
    page.evaluate("document.activeElement.blur()")
    box = flow.bounding_box()
    clip: FloatRect = {
        "x": box["x"] - MARGIN,
        "y": box["y"] - MARGIN,
        "width": box["width"] + 2 * MARGIN,
        "height": box["height"] + 2 * MARGIN,
    }
    return Image.open(io.BytesIO(page.screenshot(clip=clip))).convert("RGB")


def _write(frames: list[Image.Image]) -> None:
    size = max(frame.width for frame in frames), max(frame.height for frame in frames)
    same = [Image.new("RGB", size, "white") for _ in frames]
    for sheet, frame in zip(same, frames, strict=True):
        sheet.paste(frame)
    palette = _palette(same)
    drawn = [sheet.quantize(palette=palette, dither=Image.Dither.NONE) for sheet in same]
    durations = [MILLISECONDS] * (len(drawn) - 1) + [LAST_MILLISECONDS]
    drawn[0].save(
        TARGET,
        save_all=True,
        append_images=drawn[1:],
        duration=durations,
        loop=TIMES - 1,
        optimize=True,
    )


def _palette(frames: list[Image.Image]) -> Image.Image:
    """The most frequent colors of all steps: one palette, so that nothing flickers, and no tint is a little off."""
    counts: Counter[tuple[int, int, int]] = Counter()
    for frame in frames:
        counts.update({color: count for count, color in frame.getcolors(frame.width * frame.height)})
    palette = Image.new("P", (1, 1))
    palette.putpalette([channel for color, _ in counts.most_common(COLORS) for channel in color])
    return palette


if __name__ == "__main__":
    main()
