"""The header of a sealed file: how it is read, and overwritten in place without ever losing the file.

A header is overwritten in two steps. First the new one is written to a journal next to the file,
``.<name>.<digest of the name>.kmsnb-rewrap``, and flushed to the disk; only then to the file. A process that is killed
before the second step leaves the old header; after it, the new one; during it, a header with a wrong checksum, or a
first sector of zeros, next to a complete journal. Readers then take the journal's header, and the next rewrap writes it
into the file.

A journal counts only if it is a whole header of the same message (the part that no rewrap changes is the same). Where
zeros took that part too, the body decides: no chunk opens under another message's header. Like any header, it is
believed only once its tag has been verified.
"""

import os
from contextlib import suppress
from io import FileIO
from pathlib import Path

from . import disk
from .errors import EnvelopeError, FormatError
from .header import MAX_HEADER_BYTES, SECTOR_BYTES, SLOT_OFFSET, Header, header_length, parse

SUFFIX = ".kmsnb-rewrap"


def journal_path(path: Path) -> Path:
    """Where the journal of the file at ``path`` would be: next to the file, not next to a link to it."""
    path = Path(os.path.realpath(path))
    return path.with_name(disk.beside(path) + SUFFIX)


def read_header(file: FileIO, path: Path) -> Header:
    """The header of the sealed ``file`` at ``path``, or its journal's if an interrupted rewrap damaged it.

    Reads some kilobytes, whatever the file's size. Errors as for ``header.parse``.
    """
    try:
        return parse(_read_encoded(file))
    except FormatError as error:
        with suppress(OSError, EnvelopeError), disk.open_regular(journal_path(path)) as journal:
            return _journalled(file, disk.read_up_to(journal, MAX_HEADER_BYTES))
        with suppress(EnvelopeError):  # a rewrap may have ended since the first try, and removed its journal
            return parse(_read_encoded(file))
        raise error from None


def overwrite_header(file: FileIO, path: Path, header: Header) -> None:
    """Write ``header`` over one of the same length at the start of ``file``, which is at ``path``."""
    journal = journal_path(path)
    with open(journal, "xb", buffering=0) as copy:  # x: never through a link that somebody has put there
        try:
            disk.write_all(copy, header.encode())
            os.fsync(copy.fileno())
        except BaseException:
            journal.unlink()
            raise
    disk.sync_folder(journal.parent)
    _write(file, header)
    _remove(journal)


def recover(file: FileIO, path: Path, header: Header) -> None:
    """Finish what an interrupted ``overwrite_header`` began, if there was one. ``header`` is the file's, verified."""
    if journal_path(path).exists():
        file.seek(0)
        if disk.read_up_to(file, header.length) != header.encode():
            _write(file, header)
        _remove(journal_path(path))


def _write(file: FileIO, header: Header) -> None:
    file.seek(0)
    disk.write_all(file, header.encode())
    os.fsync(file.fileno())


def _remove(journal: Path) -> None:
    journal.unlink()
    disk.sync_folder(journal.parent)


def _read_encoded(file: FileIO) -> bytes:
    file.seek(0)
    start = disk.read_up_to(file, SLOT_OFFSET)
    return start + disk.read_up_to(file, header_length(start) - SLOT_OFFSET)


def _journalled(file: FileIO, journal: bytes) -> Header:
    header = parse(journal)
    file.seek(0)
    damaged = disk.read_up_to(file, header.length)
    same_message = damaged[:SLOT_OFFSET] == journal[:SLOT_OFFSET] or not any(damaged[:SECTOR_BYTES])
    if not same_message or len(journal) != header.length or len(damaged) != header.length:
        raise FormatError("The journal is of another message.")
    return header
