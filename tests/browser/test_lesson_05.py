"""Lesson 05 in a real JupyterLab: through the wizard by keyboard, to a key and its code."""

import re

from playwright.sync_api import Page, expect

from .conftest import JupyterLab, open_and_run


def test_the_wizard_creates_a_key_by_keyboard(page: Page, jupyterlab: JupyterLab) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_and_run(page, jupyterlab, "05_create_a_key.ipynb")
    step = page.get_by_role("status").filter(has_text=" of 6: ")
    following = page.get_by_role("button", name="Next", exact=True)
    expect(step).to_contain_text("Step 1 of 6: Configure key")

    following.press("Enter")
    expect(step).to_contain_text("Step 2 of 6: Add labels")
    following.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="without one")).to_be_visible()

    page.get_by_role("textbox", name="alias").press_sequentially("orders")
    page.get_by_role("textbox", name="tags").press_sequentially("team=shop")
    expect(page.get_by_text('kms.create_alias(AliasName="alias/orders"').filter(visible=True)).to_be_visible()

    following.press("Enter")
    expect(step).to_contain_text("Step 3 of 6: Define key administrative permissions")
    page.get_by_role("checkbox", name="user/Ada").press("Space")
    expect(page.get_by_role("checkbox", name="Allow key administrators to delete this key")).to_be_checked()
    policy = page.get_by_role("table").filter(has_text="The key policy after step")
    expect(policy).to_contain_text("Allow access for Key Administrators")
    page.locator(".kmsnb-code").get_by_role("button", name="Copy").press("Enter")
    expect(page.locator(".kmsnb-code:visible pre")).to_contain_text("policy = {…}  # see the table")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert '"Sid": "Allow access for Key Administrators"' in copied

    following.press("Enter")
    expect(step).to_contain_text("Step 4 of 6: Define key usage permissions")
    page.get_by_role("checkbox", name="user/Uma").press("Space")
    expect(policy).to_contain_text("Allow attachment of persistent resources")

    following.press("Enter")
    expect(page.get_by_role("textbox", name="key policy")).to_have_value(re.compile("key-consolepolicy-3"))
    following.press("Enter")
    expect(step).to_contain_text("Step 6 of 6: Review")

    create = page.get_by_role("button", name="Create key")
    create.press("Enter")
    made = page.get_by_role("status").filter(has_text="CreateKey: the new key is")
    expect(made).to_contain_text("✓ CreateAlias: alias/orders is its name.")
    code = page.locator(".kmsnb-code:visible pre").inner_text()
    assert 'kms.create_alias(AliasName="alias/orders", TargetKeyId=key_id)' in code
    assert "arn:aws:iam::123456789012:user/Ada" in code

    create.press("Enter")
    expect(made).to_contain_text("✗ CreateAlias refused: AlreadyExistsException")
