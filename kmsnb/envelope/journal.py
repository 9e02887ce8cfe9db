"""The header of a sealed file: read, and written in place so that no moment of it can lose the file.

A header is overwritten in two steps. The new one is first written to a journal beside the file,
``.<name>.<digest of the name>.kmsnb-rewrap``, and flushed to the disk; only then into the file. Whoever is killed before, leaves the old
header; after, the new; in between, one that its checksum calls damaged beside a journal that is complete. Readers
then take the journal's, and the next rewrap writes it into the file. A journal is believed only if it is the whole
header of the same message (the part that no rewrap changes is the same), and then only as far as any header.
"""

import hashlib
import os
from io import FileIO
from pathlib import Path

from . import disk
from .errors import DamagedError, EnvelopeError
from .header import MAX_HEADER_BYTES, SLOT_OFFSET, Header, header_length, parse

SUFFIX = ".kmsnb-rewrap"


def path_for(path: Path) -> Path:
    """Where the journal of the file at ``path`` is, if there is one: beside the file, not beside a link to it."""
    path = Path(os.path.realpath(path))
    digest = hashlib.sha256(os.fsencode(path.name)).hexdigest()[:16]
    return path.with_name(f".{path.name[:40]}.{digest}{SUFFIX}")


def read_header(file: FileIO, path: Path) -> Header:
    """The header of the sealed ``file`` at ``path``, or its journal's if an interrupted rewrap damaged it.

    Reads some kilobytes, whatever the file's size. Errors as for ``header.parse``.
    """
    encoded = _read_encoded(file)
    try:
        return parse(encoded)
    except DamagedError:
        journalled = _journalled(path, encoded)
        if journalled is None:
            raise
        return journalled


def overwrite_header(file: FileIO, path: Path, header: Header) -> None:
    """Write ``header`` over one of the same length at the start of ``file``, which is at ``path``."""
    journal = path_for(path)
    with open(journal, "xb", buffering=0) as copy:  # x: never through a link that somebody has put there
        disk.write_all(copy, header.encode())
        os.fsync(copy.fileno())
    disk.sync_folder(journal.parent)
    _write(file, header)
    _remove(journal)


def recover(file: FileIO, path: Path) -> None:
    """Finish what an interrupted ``overwrite_header`` began. ``DamagedError`` if there is no journal to do it from."""
    if path_for(path).exists():
        header = read_header(file, path)
        if header.encode() != _read_encoded(file):
            _write(file, header)
        _remove(path_for(path))


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


def _journalled(path: Path, damaged: bytes) -> Header | None:
    try:
        with disk.open_regular(path_for(path)) as file:
            encoded = disk.read_up_to(file, MAX_HEADER_BYTES)
        header = parse(encoded)
    except (OSError, EnvelopeError):
        return None
    same_message = encoded[:SLOT_OFFSET] == damaged[:SLOT_OFFSET] and len(encoded) == len(damaged)
    return header if same_message else None
