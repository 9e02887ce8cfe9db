"""Seal and open files of any size in constant memory: two buffers, each of a chunk."""

import os
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from io import FileIO

from .. import arguments
from . import disk, session
from .body import TAG_BYTES, Body, BodyCipher
from .errors import FileError, TruncatedError
from .header import CHUNK_SIZE
from .layers import LayerSpec
from .memory import wiped_after
from .progress import Advance, bar
from .root import KmsClient
from .stored_header import read_header

_LONG_WORK = 64 << 20


def seal_file(
    kms: KmsClient,
    key_id: str | Sequence[LayerSpec],
    source: str | os.PathLike[str],
    target: str | os.PathLike[str],
    context: Mapping[str, str] | None = None,
    *,
    progress: bool = True,
    chunk_size: int = CHUNK_SIZE,
) -> None:
    """Seal the file ``source`` into the file ``target``, which then holds what ``seal`` would return.

    ``key_id`` is a KMS key, or the layers of a chain as ``seal_chain`` takes them. ``target`` is written under another
    name in its folder and renamed when complete, so it is never there by half; an existing file is replaced, and its
    permissions are kept. ``source`` is read to its end, whatever size the system reports. ``progress`` shows a bar if
    the work takes longer than a second.

    Raises ``FileError`` if the two are the same file, if one is not a regular file, or if the source changes while it
    is read; ``OSError`` (no such file, disk full, …) and ``ClientError`` as they come; otherwise as ``seal``.
    """
    source, target = arguments.path(source, "source"), arguments.path(target, "target")
    with disk.open_regular(source) as plain:
        disk.check_target(source, target)
        before = os.fstat(plain.fileno())
        body = Body(before.st_size, chunk_size)
        header, cipher = session.new(kms, key_id, context, chunk_size)
        with disk.replacing(target) as sealed, _bar("seal", body, progress) as advance:
            disk.write_all(sealed, header.encode())
            _seal_body(body, cipher, plain, before, sealed, advance)


def unseal_file(
    kms: KmsClient,
    source: str | os.PathLike[str],
    target: str | os.PathLike[str],
    context: Mapping[str, str] | None = None,
    *,
    progress: bool = True,
    key_id: str | None = None,
) -> None:
    """Open the sealed file ``source`` into the file ``target``, which appears only once all of it is authentic.

    Until then, what has been verified is in a file of another name that only its owner can read.

    Name the KMS key in ``key_id`` if you can: ``unseal`` says why. Errors as for ``unseal`` and ``seal_file``.
    """
    source, target = arguments.path(source, "source"), arguments.path(target, "target")
    with disk.open_regular(source) as sealed:
        disk.check_target(source, target)
        header = read_header(sealed, source)
        body = Body.of_sealed(os.fstat(sealed.fileno()).st_size - header.length, header.chunk_size)
        cipher = session.open_body(kms, header, context, key_id)
        sealed.seek(header.length)
        with disk.replacing(target) as plain, _bar("unseal", body, progress) as advance:
            _open_body(body, cipher, sealed, plain, advance)


def _seal_body(
    body: Body, cipher: BodyCipher, plain: FileIO, before: os.stat_result, sealed: FileIO, advance: Advance
) -> None:
    """Seal ``plain`` to its end. Reading one byte ahead shows whether a chunk is the last; ``body`` is an estimate.

    Files under /proc and on some mounts report a size of 0, or of a page, whatever they hold.
    """
    buffers = [bytearray(min(body.chunk_size, body.plaintext_bytes) + 1)]
    with wiped_after(buffers):
        index, ahead, last = 0, disk.fill(memoryview(buffers[0]), plain), False
        if ahead == len(buffers[0]) <= body.chunk_size:  # the reported size was too small
            buffers.append(buffers[0] + bytearray(body.chunk_size + 1 - ahead))
        buffer = buffers[-1]
        read, written = memoryview(buffer), memoryview(bytearray(len(buffer) + TAG_BYTES))
        while not last:
            count = ahead + disk.fill(read[ahead:], plain)
            last = count <= body.chunk_size
            chunk = body.chunk(index, min(count, body.chunk_size), last=last)
            cipher.seal(chunk, read[: chunk.size], written[: chunk.sealed_size])
            disk.write_all(sealed, written[: chunk.sealed_size])
            advance(chunk.size)
            buffer[0], ahead, index = buffer[-1], 1, index + 1
            if last or index >= body.chunks:
                _check_unchanged(plain, before)


def _check_unchanged(plain: FileIO, before: os.stat_result) -> None:
    now = os.fstat(plain.fileno())
    if (now.st_size, now.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
        raise FileError("The source changed while it was read, so nothing was written.")


def _open_body(body: Body, cipher: BodyCipher, sealed: FileIO, plain: FileIO, advance: Advance) -> None:
    with wiped_after([bytearray(min(body.chunk_size, body.plaintext_bytes))]) as (buffer,):
        written, read = memoryview(buffer), memoryview(bytearray(len(buffer) + TAG_BYTES))
        for chunk in body:
            if disk.fill(read[: chunk.sealed_size], sealed) < chunk.sealed_size:
                raise TruncatedError("The source became shorter while it was read.")
            cipher.open(chunk, read[: chunk.sealed_size], written[: chunk.size])
            disk.write_all(plain, written[: chunk.size])
            advance(chunk.size)


def _bar(what: str, body: Body, progress: bool) -> AbstractContextManager[Advance]:
    return bar(what, body.plaintext_bytes, show=progress and body.plaintext_bytes >= _LONG_WORK)
