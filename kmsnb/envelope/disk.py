"""Files that are replaced whole or not at all, and leftovers of those who were killed on the way.

An output is written to ``.<name>.<random>.kmsnb-partial`` in the target's folder, readable by its owner alone, flushed
to the disk, given the target's mode and renamed over the target. Whatever goes wrong before, the target is as it was
and the partial file is removed. Only a killed process or a power cut leaves one behind, and the next output for the
same target removes it, where files can be locked: one in use is. Two who write one target do not meet; the last to
finish wins.
"""

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import FileIO
from pathlib import Path

from .errors import FileError

try:
    import fcntl
except ImportError:  # not on Windows
    fcntl = None  # type: ignore[assignment]

PARTIAL = ".kmsnb-partial"


@contextmanager
def replacing(target: Path) -> Iterator[FileIO]:
    """An unbuffered file to write; at the end of the block, unless by an error, it becomes ``target``."""
    target = Path(os.path.realpath(target))  # through a link, as open() would, instead of replacing the link
    mode = _mode_of(target)
    _remove_leftovers(target)
    descriptor, name = tempfile.mkstemp(PARTIAL, _prefix(target), target.parent)
    partial = Path(name)
    try:
        with open(descriptor, "wb", buffering=0) as file:
            lock(file)
            yield file
            os.fsync(file.fileno())
        partial.chmod(mode)
        partial.replace(target)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    sync_folder(target.parent)


def open_regular(path: Path, mode: str = "rb") -> FileIO:
    """Open a file unbuffered. ``FileError`` unless it is a regular one: a pipe may block, a device never end."""
    file = FileIO(path, mode, opener=_without_blocking)
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise FileError(f"{path} is not a regular file.")
    return file


def check_target(source: Path, target: Path) -> None:
    """Refuse what would fail later, before KMS is asked.

    ``FileError`` if ``target`` is ``source`` or a special file, ``IsADirectoryError`` if it is a folder,
    ``FileNotFoundError`` if its folder is not there.
    """
    real = Path(os.path.realpath(target))
    if not real.parent.is_dir():
        raise FileNotFoundError(f"There is no folder {real.parent}.")
    if real.is_dir():
        raise IsADirectoryError(f"{target} is a folder; name the file to write.")
    if real.exists():
        if real.samefile(source):
            raise FileError(f"Source and target are the same file, {source}.")
        if not real.is_file():
            raise FileError(f"{target} is not a regular file.")


def fill(into: memoryview, file: FileIO) -> int:
    """Read into ``into`` until it is full or ``file`` ends; how many bytes were read."""
    at = 0
    while at < len(into) and (count := file.readinto(into[at:])):
        at += count
    return at


def read_up_to(file: FileIO, size: int) -> bytes:
    """``size`` bytes, or fewer where the file ends."""
    into = bytearray(size)
    return bytes(into[: fill(memoryview(into), file)])


def write_all(file: FileIO, data: bytes | memoryview) -> None:
    """Write all of ``data``, which an unbuffered file may take in pieces."""
    data = memoryview(data)
    while data:
        data = data[file.write(data) :]


def lock(file: FileIO) -> bool:
    """Lock ``file`` until it is closed. ``False`` where there are no locks, ``BlockingIOError`` if another has it."""
    if fcntl is None:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise
    except OSError:  # a file system without locks
        return False
    return True


def sync_folder(folder: Path) -> None:
    """Make renames and removals in ``folder`` survive a power cut, where the system can."""
    if hasattr(os, "O_DIRECTORY"):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        with suppress(OSError):  # some network file systems cannot
            os.fsync(descriptor)
        os.close(descriptor)


def _without_blocking(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _prefix(target: Path) -> str:
    return f".{target.name[:40]}."  # with what is added, below 255 bytes whatever the script


def _mode_of(target: Path) -> int:
    """The permissions of ``target``, or if it is new those that a file usually gets."""
    try:
        return target.stat().st_mode & 0o777  # and not set-user-id: this is another file
    except FileNotFoundError:
        umask = os.umask(0o077)
        os.umask(umask)
        return 0o666 & ~umask


def _remove_leftovers(target: Path) -> None:
    for path in target.parent.iterdir():
        if path.name.startswith(_prefix(target)) and path.name.endswith(PARTIAL):
            with suppress(OSError), open_regular(path) as file:
                if lock(file):
                    path.unlink()
