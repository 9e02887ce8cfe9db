"""Lesson 06 in a real JupyterLab: run all cells, then edit the policy and see the matrix change."""

from playwright.sync_api import Locator, Page, expect

from .conftest import JupyterLab, open_and_run


def cell_of(matrix: Locator, action: str, column: int) -> Locator:
    """The cell of an action for the n-th principal (from 1)."""
    return matrix.locator(f"tr:has(th:text-is('{action}')) td").nth(column - 1)


def test_the_policy_is_edited_and_the_matrix_changes(page: Page, jupyterlab: JupyterLab) -> None:
    open_and_run(page, jupyterlab, "06_key_policies.ipynb")

    matrix = page.locator("table", has_text="Who can do what under this policy")
    text = page.get_by_label("key policy", exact=True)
    uma_decrypts, student_disables = cell_of(matrix, "Decrypt", 2), cell_of(matrix, "DisableKey", 5)
    expect(uma_decrypts).to_contain_text("✓ allowed")

    text.fill(text.input_value().replace('"kms:Decrypt"', '"kms:Verify"'))
    expect(uma_decrypts).to_contain_text("✗ denied")
    expect(uma_decrypts).to_contain_text("← changed")

    text.fill(text.input_value()[:-2])
    expect(page.get_by_text("✗ KMS would reject this text.")).to_be_visible()
    expect(uma_decrypts).to_contain_text("✗ denied")

    page.get_by_role("button", name="Start again").click()
    expect(uma_decrypts).to_contain_text("✓ allowed")
    expect(student_disables).to_contain_text("✓ allowed")

    page.get_by_role("button", name="Remove the root statement").press("Enter")
    expect(student_disables).to_contain_text("✗ denied")
    expect(page.get_by_text("✗ PutKeyPolicy rejects it from student.")).to_be_visible()
    expect(page.get_by_text("✓ PutKeyPolicy accepts it from Ada.")).to_be_visible()
