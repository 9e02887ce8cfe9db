"""A real JupyterLab on a copy of the lessons, and a headless Chromium to look at it with."""

import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
GALLERY = Path(__file__).parents[1] / "gallery.ipynb"
SECONDS = 1000  # playwright counts in milliseconds
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SECONDS_TO_START = 60
# A click waits in the kernel's queue behind the cells that still run, so Playwright's own five seconds are too few.
expect.set_options(timeout=60 * SECONDS)
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass(frozen=True)
class JupyterLab:
    """A running JupyterLab: where it is, and the folder it shows."""

    address: str
    token: str
    folder: Path

    def url(self, notebook: str) -> str:
        return f"{self.address}/lab/tree/{notebook}?token={self.token}&reset"


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium; without one the test is skipped, or fails where KMSNB_REQUIRE_BROWSER=1."""
    for name in BROWSERS:
        if found := shutil.which(name):
            return found
    message = f"no browser found (looked for {', '.join(BROWSERS)})"
    if os.environ.get("KMSNB_REQUIRE_BROWSER") == "1":
        pytest.fail(f"{message}, and KMSNB_REQUIRE_BROWSER=1")
    pytest.skip(message)


@pytest.fixture(scope="session")
def jupyterlab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JupyterLab]:
    """JupyterLab on a copy of the course and the gallery, with the light theme."""
    yield from start_jupyterlab(tmp_path_factory.mktemp("jupyterlab"), "JupyterLab Light")


@pytest.fixture(scope="module")
def context(chromium: str) -> Iterator[BrowserContext]:
    """A fresh browser, as wide as a laptop's. The tests of a file share it: it has JupyterLab's scripts then."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(QUIET))
        opened = browser.new_context(viewport={"width": 1280, "height": 900})
        opened.set_default_timeout(60 * SECONDS)  # for a click, too, which waits until its button lies still
        yield opened
        browser.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """An empty page."""
    opened = context.new_page()
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def ran(request: pytest.FixtureRequest, context: BrowserContext, jupyterlab: JupyterLab) -> Iterator[Page]:
    """A page with the notebook that the parameter names, run to its end: the tests of a file share it."""
    opened = context.new_page()
    open_and_run(opened, jupyterlab, request.param)
    yield opened
    opened.close()


def open_notebook(page: Page, lab: JupyterLab, notebook: str) -> None:
    """Open a notebook and wait until its cells and its kernel are there."""
    page.goto(lab.url(notebook))
    page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=90 * SECONDS)
    # asked to run before its kernel is there, JupyterLab would open a dialog instead
    page.get_by_role("button", name="Python 3 (ipykernel) | Idle").wait_for(timeout=60 * SECONDS)


def open_and_run(page: Page, lab: JupyterLab, notebook: str) -> None:
    """Open a notebook and run it to the end; its last code cell then has a number."""
    open_notebook(page, lab, notebook)
    page.get_by_role("menuitem", name="Edit", exact=True).click()
    page.get_by_role("menuitem", name="Clear Outputs of All Cells", exact=True).click()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    last = page.locator(".jp-CodeCell .jp-InputPrompt").last
    expect(last).to_have_text(re.compile(r"\[\d+\]"), timeout=90 * SECONDS)


def show_sidebar(page: Page, shown: bool) -> None:
    """Open or close the file browser, and wait until the notebook has its room."""
    sidebar = page.locator("#jp-left-stack")
    if sidebar.is_visible() is not shown:
        page.keyboard.press("Control+b")
        expect(sidebar).to_be_visible(visible=shown)
    page.wait_for_timeout(700)  # JupyterLab lays out a moment later


def start_jupyterlab(home: Path, theme: str) -> Iterator[JupyterLab]:
    """Start one whose every file is below ``home``; it ends when the generator is closed."""
    folder = home / "course"
    shutil.copytree(NOTEBOOKS, folder, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    shutil.copy(GALLERY, folder)
    _settings(home, "@jupyterlab/apputils-extension/themes", {"theme": theme})
    # all cells in the page from the start: a test then need not scroll to find one
    _settings(home, "@jupyterlab/notebook-extension/tracker", {"windowingMode": "none"})
    _settings(home, "@jupyterlab/apputils-extension/notification", {"fetchNews": "false"})
    token, port = secrets.token_hex(16), _free_port()
    environment = {
        **{
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("COV_", "PYTEST_", "KMSNB_PROGRESS"))
        },
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "IPYTHONDIR": str(home / "ipython"),
    }
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        str(folder),
        "--no-browser",
        "--allow-root",
        f"--port={port}",
    ]
    command += [f"--IdentityProvider.token={token}", "--ServerApp.port_retries=0", "--ServerApp.ip=127.0.0.1"]
    log = (home / "jupyterlab.log").open("wb")
    process = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_until_it_answers(f"{address}/api", process, home / "jupyterlab.log")
        yield JupyterLab(address, token, folder)
    finally:
        process.terminate()
        process.wait(timeout=30)
        log.close()


def _settings(home: Path, plugin: str, values: dict[str, str]) -> None:
    path = home / "settings" / f"{plugin}.jupyterlab-settings"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(values))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_until_it_answers(url: str, process: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    pytest.fail(f"JupyterLab did not start: {log.read_text(errors='replace')[-2000:]}")
