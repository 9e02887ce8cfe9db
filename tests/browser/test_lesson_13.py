"""Lesson 13 in a real JupyterLab: run all cells, then find out who was refused."""

from playwright.sync_api import Page, expect

from .conftest import JupyterLab, open_and_run


def test_a_learner_finds_who_was_refused(page: Page, jupyterlab: JupyterLab) -> None:
    open_and_run(page, jupyterlab, "13_disks_databases_secrets.ipynb")

    card = page.locator(".kmsnb-card", has_text="Uma sees:")
    expect(card.get_by_text("○ Whom did KMS refuse?")).to_be_visible()

    card.get_by_label("Uma wants to").select_option("Amazon RDS: start a database")
    card.get_by_label("the fault").select_option("the grants on the key were revoked")
    expect(card.get_by_text("✗ KMSKeyNotAccessibleFault")).to_be_visible()
    card.get_by_label("KMS refused").select_option("Uma")
    expect(card.get_by_text("✗ Not Uma.")).to_be_visible()
    card.get_by_label("KMS refused").select_option("somebody with a grant")
    expect(card.get_by_text("✓ Right.")).to_be_visible()

    card.get_by_label("Uma wants to").select_option("Amazon EC2: attach a disk")
    expect(card.get_by_text("○ Whom did KMS refuse?")).to_be_visible()
    card.get_by_label("KMS refused").select_option("nobody")
    expect(card.get_by_text("✓ Right.")).to_be_visible()
