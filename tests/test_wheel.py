"""What a release is: a wheel that works in an empty environment, far from the clone."""

import json
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from . import environment, pythons

FIRST = "00_start_here.ipynb"
SECONDS_TO_START = 90

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Installation:
    """An environment with the wheel: the folder of its programs, and the folder that a learner works in."""

    programs: Path
    home: Path

    def run(self, program: str, *words: str | Path) -> str:
        """What the program prints, run in the learner's folder; ``RuntimeError`` if it fails."""
        return environment.run(self.programs / program, *words, cwd=self.home, HOME=str(self.home))


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    """The wheel with all it needs, installed by the oldest supported Python that is at hand."""
    with tempfile.TemporaryDirectory() as name:  # half a gigabyte, which pytest's tmp_path would keep
        folder = Path(name).resolve()
        wheel = environment.build_wheel(folder)
        oldest = next(iter(pythons.supported(pythons.found()).values()))
        programs = environment.make(folder / "environment", oldest)
        environment.run(programs / "pip", "install", "--quiet", wheel)
        (folder / "home").mkdir()
        yield Installation(programs, folder / "home")


def test_it_is_the_wheel_that_runs(installation: Installation) -> None:
    where = installation.run("python", "-c", "import kmsnb; print(kmsnb.__file__)")
    assert Path(where.strip()).is_relative_to(installation.programs.parent)
    assert installation.run("pip", "check").startswith("No broken requirements")


def test_the_doctor_finds_nothing_wrong(installation: Installation) -> None:
    assert "all ok" in installation.run("kmsnb", "doctor")


def test_the_first_lesson_executes(installation: Installation) -> None:
    lesson = installation.home / "executed.ipynb"
    originals = installation.run("python", "-c", "from kmsnb.cli import course; print(course.originals())")
    shutil.copy(Path(originals.strip()) / FIRST, lesson)
    installation.run("jupyter", "execute", "--inplace", lesson)
    cells = [cell for cell in json.loads(lesson.read_text("utf-8"))["cells"] if cell["cell_type"] == "code"]
    assert len(cells) >= 5
    assert [cell["execution_count"] for cell in cells] == list(range(1, len(cells) + 1))


@dataclass(frozen=True)
class Served:
    """A running ``kmsnb lab``."""

    port: int
    token: str

    def get(self, path: str, *, token: str | None = None, host: str = "127.0.0.1") -> Any:
        """The JSON at ``path``; ``URLError`` if nobody answers, ``HTTPError`` if it is refused."""
        request = urllib.request.Request(f"http://{host}:{self.port}/{path}")
        request.add_header("Authorization", f"token {self.token if token is None else token}")
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)


@pytest.fixture(scope="module")
def served(installation: Installation) -> Iterator[Served]:
    """``kmsnb lab --no-browser``, ended afterward."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        lab = Served(free.getsockname()[1], secrets.token_hex(16))
    command = [installation.programs / "kmsnb", "lab", "--no-browser", f"--port={lab.port}"]
    command += ["--ServerApp.port_retries=0", "--allow-root", f"--IdentityProvider.token={lab.token}"]
    log = installation.home / "lab.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=installation.home,
            env=environment.clean(HOME=str(installation.home)),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_for(lab, process, log)
            yield lab
        finally:
            process.terminate()
            process.wait(timeout=30)


def _wait_for(lab: Served, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(SECONDS_TO_START * 2):
        try:
            lab.get("api/status")
            return
        except urllib.error.URLError:
            if process.poll() is not None:
                break
            time.sleep(0.5)
    pytest.fail(f"kmsnb lab did not start:\n{log.read_text()}")


def test_the_lab_serves_the_first_lesson(served: Served, installation: Installation) -> None:
    lesson = served.get(f"api/contents/{FIRST}")
    original = json.loads((environment.ROOT / "notebooks" / FIRST).read_text("utf-8"))
    assert [cell["id"] for cell in lesson["content"]["cells"]] == [cell["id"] for cell in original["cells"]]
    assert (installation.home / "kmsnb-course" / FIRST).is_file()


def test_the_lab_asks_for_its_token(served: Served) -> None:
    with pytest.raises(urllib.error.HTTPError, match="403"):
        served.get(f"api/contents/{FIRST}", token="wrong")


@pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux answers at every address that begins with 127"
)
def test_the_lab_listens_on_the_loopback_address_only(served: Served) -> None:
    """A server that listened on all addresses would answer at this one as well."""
    with pytest.raises(urllib.error.URLError, match="refused"):
        served.get("api/status", host="127.0.0.2")
