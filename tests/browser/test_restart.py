"""``kmsnb lab`` in a browser: what a learner sees before the setup cell has run, and after a kernel restart."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from .conftest import SECONDS, JupyterLab, open_notebook

LESSON = "07_encrypt_and_decrypt.ipynb"
RUN_ALL_ABOVE = "Run → Run All Above Selected Cell"


@pytest.fixture(scope="module")
def kmsnb_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JupyterLab]:
    """The command itself, for someone with AWS credentials, without settings of JupyterLab of their own."""
    home = tmp_path_factory.mktemp("learner")
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("COV_", "PYTEST_"))},
        "HOME": str(home),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    command = [sys.executable, "-m", "kmsnb", "lab", "--no-browser", "--allow-root"]
    with subprocess.Popen(command, cwd=home, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            address = next(
                filter(None, (re.search(r"(http\S+)/lab/\S+token=(\S+)", line) for line in process.stdout))
            )
            yield JupyterLab(address[1], address[2], home / "kmsnb-course")
        finally:
            process.terminate()


@pytest.fixture(autouse=True)
def untouched(kmsnb_lab: JupyterLab) -> Iterator[None]:
    """The lesson as it was: JupyterLab saves by itself after two minutes, and a test may have typed into it."""
    lesson = kmsnb_lab.folder / LESSON
    before = lesson.read_bytes()
    yield
    lesson.write_bytes(before)


def run(page: Page, cell: Locator) -> Locator:
    """Run one cell by keyboard and wait for its number; its output."""
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    expect(cell.locator(".jp-InputPrompt")).to_have_text(re.compile(r"\[\d+\]"), timeout=60 * SECONDS)
    return cell.locator(".jp-OutputArea")


def code(page: Page, text: str) -> Locator:
    return page.locator(".jp-CodeCell", has_text=text).first


def restart(page: Page) -> None:
    page.get_by_role("menuitem", name="Kernel", exact=True).click()
    page.locator('.lm-Menu-item[data-command="kernelmenu:restart"]').click()
    page.locator(".jp-Dialog").get_by_role("button", name="Confirm Kernel Restart").click()
    page.get_by_role("button", name="Python 3 (ipykernel) | Idle").wait_for(timeout=60 * SECONDS)


def test_the_copy_has_no_outputs_and_no_news_popup(page: Page, kmsnb_lab: JupyterLab) -> None:
    open_notebook(page, kmsnb_lab, LESSON)
    assert '"output_type"' not in (kmsnb_lab.folder / LESSON).read_text(encoding="utf-8")
    expect(page.locator(".jp-CodeCell").first).to_be_visible()
    page.wait_for_timeout(3 * SECONDS)  # the popup would come a moment after the notebook
    expect(page.locator(".jp-toast-message, .Toastify__toast")).to_have_count(0)


def test_no_line_of_code_is_cut_off_in_a_narrow_window(page: Page, kmsnb_lab: JupyterLab) -> None:
    page.set_viewport_size({"width": 600, "height": 900})
    open_notebook(page, kmsnb_lab, LESSON)
    line = page.locator(".jp-CodeCell .cm-line", has_text="second = kms.encrypt(").first
    line.scroll_into_view_if_needed()
    assert line.evaluate(
        "line => line.getClientRects()[0].height > 1.5 * parseFloat(getComputedStyle(line).lineHeight)"
    )
    editor = line.locator("xpath=ancestor::*[contains(@class, 'cm-scroller')]")
    assert editor.evaluate("editor => editor.scrollWidth <= editor.clientWidth + 1")


def test_before_the_setup_cell_errors_say_what_to_run(page: Page, kmsnb_lab: JupyterLab) -> None:
    open_notebook(page, kmsnb_lab, LESSON)
    output = run(page, code(page, "kms.create_key("))
    expect(output).to_contain_text("NameError: name 'kms' is not defined")
    expect(output).to_contain_text("Hint: a cell above defines 'kms'.")
    expect(output).to_contain_text(RUN_ALL_ABOVE)

    first = page.locator(".jp-CodeCell").first
    first.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text('import boto3; boto3.client("kms", "us-east-1").list_keys()')
    output = run(page, first)
    expect(output).to_contain_text("NoCredentialsError")
    expect(output).to_contain_text("Hint: no lab is running, so there is no AWS account to call.")


def test_after_a_restart_an_old_card_says_so(page: Page, kmsnb_lab: JupyterLab) -> None:
    open_notebook(page, kmsnb_lab, LESSON)
    run(page, page.locator(".jp-CodeCell").first)
    card = run(page, code(page, "predict("))
    note = card.get_by_text(RUN_ALL_ABOVE)
    expect(card.get_by_role("button").first).to_be_visible()
    expect(note).to_have_count(1)
    expect(note).to_be_hidden()

    restart(page)
    expect(note).to_be_visible()
    assert note.bounding_box()["y"] < card.get_by_role("button").first.bounding_box()["y"]

    output = run(page, code(page, "kms.create_key("))
    expect(output).to_contain_text("Hint: a cell above defines 'kms'.")


def test_a_lesson_that_is_opened_again_shows_its_cards_and_the_same_line(
    page: Page, kmsnb_lab: JupyterLab
) -> None:
    open_notebook(page, kmsnb_lab, LESSON)
    run(page, page.locator(".jp-CodeCell").first)
    run(page, code(page, "predict("))
    with page.expect_response(lambda answer: answer.request.method == "PUT" and LESSON in answer.url):
        page.keyboard.press("Control+s")
    page.goto("about:blank")
    sessions, token = f"{kmsnb_lab.address}/api/sessions", f"?token={kmsnb_lab.token}"
    for session in page.request.get(sessions + token).json():
        assert page.request.delete(f"{sessions}/{session['id']}{token}").ok

    open_notebook(page, kmsnb_lab, LESSON)
    card = code(page, "predict(").locator(".jp-OutputArea")
    expect(card.get_by_text(RUN_ALL_ABOVE)).to_be_visible()
    expect(card.get_by_role("button").first).to_be_visible()
    expect(page.get_by_text("Error displaying widget")).to_have_count(0)
