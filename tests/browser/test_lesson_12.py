"""Lesson 12 in a real JupyterLab: run all cells, then change Uma's request and her permissions."""

from playwright.sync_api import Page, expect

from .conftest import JupyterLab, open_and_run


def test_a_request_is_built_and_s3_asks(page: Page, jupyterlab: JupyterLab) -> None:
    open_and_run(page, jupyterlab, "12_s3_and_your_key.ipynb")

    asked = page.locator(".kmsnb-card table", has_text="What S3 asked of KMS")
    expect(page.get_by_text("✓ The object, in plaintext.")).to_be_visible()
    expect(asked).to_contain_text("s3:GetObject")

    page.get_by_label("Uma's request").select_option("multipart upload")
    expect(asked).to_contain_text("s3:UploadPart")
    page.get_by_label("key policy: kms:Decrypt").uncheck()
    expect(page.get_by_text("✗ UploadPart: AccessDenied.")).to_be_visible()
    page.get_by_label("IAM policy: s3:* on the bucket").press("Space")
    expect(page.get_by_text("✗ CreateMultipartUpload: AccessDenied.")).to_be_visible()
    expect(page.get_by_text("S3 asked KMS nothing.")).to_be_visible()
