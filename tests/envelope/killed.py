"""Run as a script: kill a process at each step on the disk in turn, and see that every file still opens.

    python -m tests.envelope.killed seal|unseal|rewrap|grow FOLDER

A child does the work and kills itself (SIGKILL) before, or in the middle of, its n-th step; n grows until the child
gets to the end. Prints how often one was killed. A step is a write, a flush, a rename or a removal.
"""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kmsnb import envelope
from kmsnb.envelope import disk

from .fake_kms import FakeKms

KMS = FakeKms({"a": b"a" * 32, "b": b"b" * 32})
PLAINTEXT = bytes(range(256)) * 3


class Steps:
    """Counts what is done to the disk, and ends the process at one step of it."""

    def __init__(self, fatal: int) -> None:
        self._left = fatal

    def watch(self) -> None:
        write_all = disk.write_all

        def write_in_two(file: Any, data: bytes | memoryview) -> None:
            data = memoryview(data)
            for part in (data[: len(data) // 2], data[len(data) // 2 :]):
                self.step()
                write_all(file, part)

        disk.write_all = write_in_two
        for owner, name in [(os, "fsync"), (Path, "replace"), (Path, "unlink"), (os, "fchmod")]:
            setattr(owner, name, self._stepping(getattr(owner, name)))

    def step(self) -> None:
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        self._left -= 1

    def _stepping(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def step_and_call(*args: Any, **kwargs: Any) -> Any:
            self.step()
            return call(*args, **kwargs)

        return step_and_call


def killed_at(fatal: int, work: Callable[[], object]) -> bool:
    """Whether a child that does ``work`` was killed at step ``fatal``; ``False`` if it has no such step."""
    child = os.fork()
    if child == 0:
        Steps(fatal).watch()
        work()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert status == 0
    return False


def opens(path: Path) -> bool:
    """Whether the sealed file opens, as a person would open it."""
    opened = path.with_name("opened again")
    envelope.unseal_file(KMS, path, opened)
    try:
        return opened.read_bytes() == PLAINTEXT
    finally:
        opened.unlink()


def kill_seal(folder: Path) -> int:
    """An older output stays, whole, until the new one is."""
    plain, sealed = folder / "plain", folder / "sealed"
    plain.write_bytes(PLAINTEXT)
    envelope.seal_file(KMS, "a", plain, sealed, chunk_size=64)
    kills = 0
    while killed_at(kills, lambda: envelope.seal_file(KMS, "b", plain, sealed, chunk_size=64)):
        kills += 1
        assert opens(sealed)
    assert opens(sealed)
    assert no_leftovers(folder)
    return kills


def kill_unseal(folder: Path) -> int:
    """There is no output, or all of it."""
    plain, sealed, opened = folder / "plain", folder / "sealed", folder / "opened"
    plain.write_bytes(PLAINTEXT)
    envelope.seal_file(KMS, "a", plain, sealed, chunk_size=64)
    kills = 0
    while killed_at(kills, lambda: envelope.unseal_file(KMS, sealed, opened)):
        kills += 1
        assert not opened.exists() or opened.read_bytes() == PLAINTEXT
        opened.unlink(missing_ok=True)
    assert opened.read_bytes() == PLAINTEXT
    assert no_leftovers(folder)
    return kills


def kill_rewrap(folder: Path, *, grow: bool = False) -> int:
    """Every file opens after every kill, and the next call finishes the work."""
    new = envelope.Kms(*["b"] * (6 if grow else 1))  # six wrapped copies do not fit in the slot of one
    paths = [folder / str(number) for number in range(3)]
    kills = 0
    while True:
        for path in paths:
            path.write_bytes(envelope.seal(KMS, "a", PLAINTEXT, chunk_size=64))
        if not killed_at(kills, lambda: envelope.rewrap(KMS, folder, new, key_id="a")):
            break
        kills += 1
        assert all(opens(path) for path in paths)
        done = envelope.rewrap(KMS, folder, new, key_id="a")
        assert len(done.rewrapped) + len(done.skipped) == 3
        assert not done.failed
        for path in paths:
            assert envelope.unseal(KMS, path.read_bytes(), key_id="b") == PLAINTEXT
    assert all(opens(path) for path in paths)
    assert no_leftovers(folder)
    return kills


def no_leftovers(folder: Path) -> bool:
    return not any(path.name.startswith(".") for path in folder.iterdir())


if __name__ == "__main__":
    what, where = sys.argv[1], Path(sys.argv[2])
    work = {
        "seal": kill_seal,
        "unseal": kill_unseal,
        "rewrap": kill_rewrap,
        "grow": lambda folder: kill_rewrap(folder, grow=True),
    }
    print(work[what](where))
