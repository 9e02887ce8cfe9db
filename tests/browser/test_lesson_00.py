"""The tour in a real JupyterLab: at every stop, do what the text asks and see what it promises."""

from playwright.sync_api import Page, expect

from .conftest import JupyterLab, open_and_run
from .test_lesson_06 import cell_of


def test_every_stop_of_the_tour_responds(page: Page, jupyterlab: JupyterLab) -> None:
    open_and_run(page, jupyterlab, "00_start_here.ipynb")

    page.get_by_role("button", name="None: the key stays in KMS.").click()
    expect(page.get_by_text("✓ Right.")).to_be_visible()
    flows = page.locator(".jp-OutputArea-output").filter(has=page.get_by_role("button", name="Next"))
    for _ in range(4):
        flows.first.get_by_role("button", name="Next").click()
    expect(flows.first.get_by_role("status")).to_contain_text("The key never left KMS.")

    size = page.get_by_role("spinbutton", name="plaintext, bytes")
    size.fill("4097")
    size.press("Enter")
    expect(page.get_by_text("✗ Encrypt refused: ValidationException")).to_be_visible()

    page.get_by_label("key to decrypt").select_option("Ada's private key")
    expect(page.get_by_text("✓ Encrypted and decrypted.")).to_be_visible()

    for _ in range(6):
        flows.last.get_by_role("button", name="Next").click()
    expect(flows.last.get_by_role("status")).to_contain_text("AccessDeniedException")

    matrix = page.locator("table", has_text="Who can do what under this policy")
    expect(cell_of(matrix, "Decrypt", 3)).to_contain_text("✓ allowed")
    page.get_by_role("button", name="Remove the root statement").click()
    expect(cell_of(matrix, "Decrypt", 3)).to_contain_text("← changed")
    expect(cell_of(matrix, "Decrypt", 2)).to_contain_text("✓ allowed")

    page.get_by_label("taken").select_option("KEK 1")
    expect(page.get_by_text("Mallory has KEK 1. The message: ✓ opens.")).to_be_visible()

    opens = page.get_by_role("status").filter(has_text="The ciphertext of day 0")
    for name in ("ScheduleKeyDeletion", "+ 7 days", "CancelKeyDeletion", "EnableKey"):
        page.get_by_role("button", name=name, exact=True).click()
    expect(opens).to_contain_text("Day 7: the key is Enabled.")
    expect(opens).to_contain_text("✓ opens")
    for name in ("ScheduleKeyDeletion", "+ 30 days", "+ 1 day", "CancelKeyDeletion"):
        page.get_by_role("button", name=name, exact=True).click()
    expect(opens).to_contain_text("the key is gone.")
    expect(opens).to_contain_text("✗ NotFoundException")
