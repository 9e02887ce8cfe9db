"""Seal and open files of any size in constant memory: two buffers, each of a chunk."""

import os
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from io import FileIO
from pathlib import Path

from . import disk, session
from .body import TAG_BYTES, Body, BodyCipher
from .errors import FileError, TruncatedError
from .header import CHUNK_SIZE
from .journal import read_header
from .layers import LayerSpec
from .memory import wiped_after
from .progress import Advance, bar
from .root import KmsClient

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
    """Seal the file ``source`` into the file ``target``; what is written is what ``seal`` would return.

    ``key_id`` is a KMS key, or the layers of a chain as ``seal_chain`` takes them. ``target`` is written under another
    name in its folder and renamed when complete, so it is never half there; if it exists it is replaced and keeps its
    permissions. ``progress`` shows a bar if the work takes longer than a second.

    Raises ``FileError`` if the two are one file, or one is no regular file, or the source changes its size meanwhile;
    ``OSError`` (no such file, disk full, …) and ``ClientError`` as they come.
    """
    source, target = Path(source), Path(target)
    with disk.open_regular(source) as plain:
        disk.check_target(source, target)
        body = Body(os.fstat(plain.fileno()).st_size, chunk_size)
        header, cipher = session.new(kms, key_id, context, chunk_size)
        with disk.replacing(target) as sealed, _bar("seal", body, progress) as advance:
            disk.write_all(sealed, header.encode())
            _seal_body(body, cipher, plain, sealed, advance)


def unseal_file(
    kms: KmsClient,
    source: str | os.PathLike[str],
    target: str | os.PathLike[str],
    context: Mapping[str, str] | None = None,
    *,
    progress: bool = True,
    key_id: str | None = None,
) -> None:
    """Open the sealed file ``source`` into the file ``target``, which is there only once all of it is authentic.

    Until then what has been verified is in a file of another name that its owner alone can read.

    Name the KMS key in ``key_id`` if you can: ``unseal`` says why. Errors as for ``unseal`` and ``seal_file``.
    """
    source, target = Path(source), Path(target)
    with disk.open_regular(source) as sealed:
        disk.check_target(source, target)
        header = read_header(sealed, source)
        body = Body.of_sealed(os.fstat(sealed.fileno()).st_size - header.length, header.chunk_size)
        cipher = session.open_body(kms, header, context, key_id)
        sealed.seek(header.length)
        with disk.replacing(target) as plain, _bar("unseal", body, progress) as advance:
            _open_body(body, cipher, sealed, plain, advance)


def _seal_body(body: Body, cipher: BodyCipher, plain: FileIO, sealed: FileIO, advance: Advance) -> None:
    with wiped_after([bytearray(min(body.chunk_size, body.plaintext_bytes))]) as (buffer,):
        read, written = memoryview(buffer), memoryview(bytearray(len(buffer) + TAG_BYTES))
        for chunk in body:
            if disk.fill(read[: chunk.size], plain) < chunk.size:
                raise FileError("The source has become shorter while it was read.")
            cipher.seal(chunk, read[: chunk.size], written[: chunk.sealed_size])
            disk.write_all(sealed, written[: chunk.sealed_size])
            advance(chunk.size)
    if os.fstat(plain.fileno()).st_size != body.plaintext_bytes:
        raise FileError("The source has become longer while it was read.")


def _open_body(body: Body, cipher: BodyCipher, sealed: FileIO, plain: FileIO, advance: Advance) -> None:
    with wiped_after([bytearray(min(body.chunk_size, body.plaintext_bytes))]) as (buffer,):
        written, read = memoryview(buffer), memoryview(bytearray(len(buffer) + TAG_BYTES))
        for chunk in body:
            if disk.fill(read[: chunk.sealed_size], sealed) < chunk.sealed_size:
                raise TruncatedError("The source has become shorter while it was read.")
            cipher.open(chunk, read[: chunk.sealed_size], written[: chunk.size])
            disk.write_all(plain, written[: chunk.size])
            advance(chunk.size)


def _bar(what: str, body: Body, progress: bool) -> AbstractContextManager[Advance]:
    return bar(what, body.plaintext_bytes, show=progress and body.plaintext_bytes >= _LONG_WORK)
