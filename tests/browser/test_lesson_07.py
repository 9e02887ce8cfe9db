"""Lesson 07 in a real JupyterLab: run all cells, then move the slider past the limit by keyboard."""

from playwright.sync_api import Page, expect

from .conftest import JupyterLab, open_and_run


def test_the_slider_moves_by_keyboard_past_the_limit(page: Page, jupyterlab: JupyterLab) -> None:
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

    page.get_by_role("button", name="C. They have the same length but different bytes.").click()
    expect(page.get_by_text("✓ Right.")).to_be_visible()
