"""Cards as a learner meets them: answered by click, with help, a copy button, and counters that follow."""

import re

import pytest
from playwright.sync_api import Page, expect

from kmsnb import exercises
from kmsnb.exercises import progress

from .conftest import SECONDS, JupyterLab, open_and_run


@pytest.fixture(autouse=True)
def nothing_answered(jupyterlab: JupyterLab) -> None:
    (jupyterlab.folder / progress.FILE).unlink(missing_ok=True)


def test_an_answer_marks_its_option_and_the_counters_of_all_cards_follow(
    page: Page, jupyterlab: JupyterLab
) -> None:
    open_and_run(page, jupyterlab, "gallery.ipynb")
    card = page.locator(".kmsnb-card", has_text="Predict: ").first
    wrong, right = (
        card.get_by_role("button", name="4,096 characters"),
        card.get_by_role("button", name="4,096 bytes"),
    )
    wrong.click()
    expect(wrong).to_have_text(re.compile("^✗ "))
    expect(card).to_have_class(re.compile("kmsnb-wrong"))
    right.click()
    expect(right).to_have_text(re.compile("^✓ "))
    expect(wrong).to_have_text(re.compile("^✗ "))
    expect(card).to_have_class(re.compile("kmsnb-right"))
    expect(card.get_by_role("status")).to_contain_text("✓ Right.")
    counters = page.get_by_text("Lesson 07: 1 of ")
    expect(counters).to_have_count(3)  # the prediction, the exam question and the exercise
    bar = page.locator(".kmsnb-bar", has_text="07 Encrypt and decrypt")
    expect(bar).to_contain_text("1 of ")
    link = bar.get_by_role("link")
    link.click()
    # JupyterLab opens it beside the gallery, without leaving the page
    expect(page.get_by_role("tab", name="07_encrypt_and_decrypt.ipynb")).to_be_visible()
    expect(page.get_by_role("tab", name="gallery.ipynb")).to_be_visible()


def test_the_solution_can_be_copied(page: Page, jupyterlab: JupyterLab) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_and_run(page, jupyterlab, "gallery.ipynb")
    card = page.locator(".kmsnb-card", has_text="Exercise 07.b.")
    for _ in exercises.exercise("07.b").hints:
        card.get_by_role("button", name="Hint").click()
    card.get_by_role("button", name="Show a solution").click()
    card.get_by_role("button", name="Copy").click()
    expect(card.get_by_role("button", name="✓ Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == exercises.exercise("07.b").solution.strip()


def test_starting_over_asks_first(page: Page, jupyterlab: JupyterLab) -> None:
    open_and_run(page, jupyterlab, "07_encrypt_and_decrypt.ipynb")
    page.get_by_role("button", name="4,096 bytes").first.click()
    card = page.locator(".kmsnb-card", has_text="Progress in lesson 07")
    expect(card).to_contain_text(re.compile(r"[1-9] of \d+ right"))
    start_over = card.get_by_role("button", name="Start this lesson over")
    start_over.click()
    expect(card).to_contain_text("Forget all answers of lesson 07?")
    card.get_by_role("button", name="No, keep them").click()
    expect(card).to_contain_text(re.compile(r"[1-9] of \d+ right"))
    start_over.click()
    card.get_by_role("button", name="Yes, forget my answers").click()
    expect(card).to_contain_text("not begun")
    expect(page.get_by_text("Lesson 07: 0 of ").first).to_be_visible()


def test_the_map_follows_an_answer_given_in_another_notebook(page: Page, jupyterlab: JupyterLab) -> None:
    open_and_run(page, jupyterlab, "00_start_here.ipynb")
    bar = page.locator(".kmsnb-bar", has_text="07 Encrypt and decrypt").first  # lesson 07 will have one too
    expect(bar).to_contain_text("not begun")
    bar.get_by_role("link").click()  # a second notebook, with a kernel of its own
    lesson = (
        page.locator(".jp-NotebookPanel").filter(visible=True).filter(has_text="How much fits into one call?")
    )
    kernel = page.get_by_title("Change kernel for 07_encrypt_and_decrypt.ipynb")
    expect(kernel).to_contain_text("Idle", timeout=60 * SECONDS)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    lesson.get_by_role("button", name="4,096 bytes").first.click(timeout=60 * SECONDS)
    expect(lesson.get_by_text("✓ Right.").first).to_be_visible()
    page.get_by_role("tab", name="00_start_here.ipynb").click()
    expect(bar).to_contain_text("1 of ")
