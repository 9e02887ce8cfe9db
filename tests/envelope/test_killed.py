"""Killed at any moment, nothing is lost: every file opens afterward."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from kmsnb import envelope

from .fake_kms import FakeKms


@pytest.mark.parametrize(("what", "at_least"), [("seal", 20), ("unseal", 20), ("rewrap", 20), ("grow", 20)])
def test_killed_at_each_step_on_the_disk(tmp_path: Path, what: str, at_least: int) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.envelope.killed", what, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) >= at_least


REWRAP = """
import sys
from kmsnb import envelope
from tests.envelope.fake_kms import FakeKms
print("ready", flush=True)
envelope.rewrap(FakeKms({"a": b"a" * 32, "b": b"b" * 32}), sys.argv[1], "b", key_id="a")
"""


def test_killed_from_outside_somewhere_in_a_folder(tmp_path: Path) -> None:
    kms = FakeKms({"a": b"a" * 32, "b": b"b" * 32})
    paths = [tmp_path / f"{number:04}" for number in range(600)]
    for path in paths:
        path.write_bytes(envelope.seal(kms, "a", path.name.encode()))
    with subprocess.Popen(
        [sys.executable, "-c", REWRAP, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "ready\n"
        time.sleep(0.05)
        process.kill()
    for path in paths:
        assert envelope.unseal(kms, path.read_bytes()) == path.name.encode()
    done = envelope.rewrap(kms, tmp_path, "b", key_id="a")
    assert len(done.skipped) + len(done.rewrapped) == 600
    assert done.rewrapped
    assert all(envelope.unseal(kms, path.read_bytes(), key_id="b") == path.name.encode() for path in paths)
