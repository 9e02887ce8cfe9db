"""Lesson 07 in a real JupyterLab: run all cells, then move the slider past the limit by keyboard."""

import re

from playwright.sync_api import Page, expect, sync_playwright

from .conftest import QUIET, JupyterLab

SECONDS = 1000  # playwright counts in milliseconds


def open_and_run(page: Page, lab: JupyterLab, notebook: str) -> None:
    """Open a notebook and run it to the end; its last code cell then has a number."""
    page.goto(lab.url(notebook))
    page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=90 * SECONDS)
    # asked to run before its kernel is there, JupyterLab would open a dialog instead
    page.get_by_role("button", name="Python 3 (ipykernel) | Idle").wait_for(timeout=60 * SECONDS)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    last = page.locator(".jp-CodeCell .jp-InputPrompt").last
    expect(last).to_have_text(re.compile(r"\[\d+\]"), timeout=90 * SECONDS)


def test_the_slider_moves_by_keyboard_past_the_limit(chromium: str, jupyterlab: JupyterLab) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(QUIET))
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        open_and_run(page, jupyterlab, "07_encrypt_and_decrypt.ipynb")

        handle = page.get_by_role("slider")
        reply = page.locator("[role=status]", has_text="Encrypt")
        expect(reply.first).to_contain_text("✓ Encrypted and decrypted")
        handle.focus()
        for _ in range(6):  # 4,090 and 6 are 4,096: the last size that passes
            handle.press("ArrowRight")
        expect(handle).to_have_attribute("aria-valuenow", "4096.0")
        expect(reply.first).to_contain_text("✓ Encrypted and decrypted")
        handle.press("ArrowRight")
        expect(reply.first).to_contain_text("✗ Encrypt refused: ValidationException")

        page.get_by_role("button", name="B. They have the same length, but other bytes.").click()
        expect(page.get_by_text("✓ Right.")).to_be_visible()
        browser.close()
