"""Files that are replaced as a whole or not at all, and what a killed process leaves behind.

An output is written to a partial file, ``.<name>.<digest of the name>.<random>.kmsnb-partial``, in the target's folder.
Until it is complete, only its owner can read it; then it gets the target's mode, is flushed to the disk and renamed over
the target. On any error before that, the target stays as it was and the partial file is removed. Only a killed process
or a power cut leaves one behind.

The next output for the same target removes what was left behind, but only where files can be locked: a writer holds a
lock on its partial file until it is renamed. Someone may clean up between the moments a file is created and locked,
so each writer checks after locking that its file is still there, and otherwise creates another. If two processes write
one target at the same time, the last to finish wins.
"""

import hashlib
import os
import stat
import tempfile
import threading
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
_TRIES = 100
_UMASK = threading.Lock()  # reading it means changing it for a moment: two threads could leave it changed


@contextmanager
def replacing(target: Path, old: FileIO | None = None) -> Iterator[FileIO]:
    """An unbuffered file to write, which becomes ``target`` at the end of the block unless that raises.

    ``FileError`` if ``old`` is given and by then is no longer the file at ``target``.
    """
    target = Path(os.path.realpath(target))  # through a link, as open() would, instead of replacing the link
    mode = _mode_of(target)
    _remove_leftovers(target)
    file, partial = _new_partial(target)
    try:
        with file:
            yield file
            if hasattr(os, "fchmod"):  # not on Windows
                os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
            if old is not None and not is_at(old, target):
                raise FileError(f"Another program replaced {target} in the meantime, so nothing was written.")
            if fcntl is None:
                file.close()  # Windows renames no open file; elsewhere the lock must last until the new name
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


def open_locked(path: Path) -> FileIO:
    """Open a regular file for reading and writing, locked until it is closed.

    If the file was replaced before it was locked, its successor is opened. ``FileError`` if another process has it.
    """
    for _ in range(_TRIES):
        file = open_regular(path, "r+b")
        try:
            lock(file)
        except BlockingIOError:
            file.close()
            raise FileError(f"{path} is in use by another rewrap.") from None
        if is_at(file, path):
            return file
        file.close()
    raise FileError(f"{path} keeps being replaced.")


def is_at(file: FileIO, path: Path) -> bool:
    """Whether the open ``file`` is still the one that ``path`` names."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


def check_target(source: Path, target: Path) -> None:
    """Refuse what would fail later, before KMS is asked.

    ``FileError`` if ``target`` is ``source`` or a special file, ``IsADirectoryError`` if it is a folder,
    ``FileNotFoundError`` if its folder doesn't exist.
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
    """Read into ``into`` until it is full or ``file`` ends, and return the number of bytes read.

    ``FileError`` if the file has neither more data nor an end, like some under /proc.
    """
    at = 0
    while at < len(into) and (count := file.readinto(into[at:])) != 0:
        if count is None:
            raise FileError("The file has no end yet: it waits for data.")
        at += count
    return at


def read_up_to(file: FileIO, size: int) -> bytes:
    """``size`` bytes, or fewer where the file ends. Errors as for ``fill``."""
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


def beside(path: Path) -> str:
    """How the names of the hidden files that belong to the file ``path`` begin; no other file's do.

    With what is added they stay below 255 bytes, whatever the script.
    """
    digest = hashlib.sha256(os.fsencode(path.name)).hexdigest()[:16]
    return f".{path.name[:40]}.{digest}"


def _without_blocking(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _new_partial(target: Path) -> tuple[FileIO, Path]:
    """A new file, locked, and its path."""
    for _ in range(_TRIES):
        descriptor, name = tempfile.mkstemp(PARTIAL, f"{beside(target)}.", target.parent)
        file, partial = FileIO(descriptor, "wb"), Path(name)
        with suppress(BlockingIOError):  # someone who cleans up was quicker
            lock(file)
            if is_at(file, partial):
                return file, partial
        file.close()
    raise FileError(f"No file stays in {target.parent} for long enough to be written.")


def _mode_of(target: Path) -> int:
    """The permissions of ``target``, or for a new file the usual ones."""
    try:
        return target.stat().st_mode & 0o777  # and not set-user-id: this is another file
    except FileNotFoundError:
        with _UMASK:
            umask = os.umask(0o077)
            os.umask(umask)
        return 0o666 & ~umask


def _remove_leftovers(target: Path) -> None:
    for path in target.parent.iterdir():
        if path.name.startswith(f"{beside(target)}.") and path.name.endswith(PARTIAL):
            with suppress(OSError, FileError), open_regular(path) as file:
                if lock(file) and is_at(file, path):
                    path.unlink()
