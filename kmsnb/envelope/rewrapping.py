"""Rewrap: put a message's keys under another root, or replace another layer, and leave its data alone.

Replacing a root takes one Decrypt under the old KMS key and one Encrypt for each new one. KMS's own ReEncrypt would
keep the key inside KMS, but the header's tag needs the data key, and ReEncrypt would wrap a swapped key without
noticing: here the old header is verified before the new one is made. The old KMS key must be named, so that a stranger's
message does not end up under yours. Rewrapping revokes nothing: anyone who kept a copy of the old header can still open
the message with the old root.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import FileIO
from pathlib import Path
from typing import overload

from botocore.exceptions import ClientError

from .. import arguments, crypto
from . import chain, context as contexts, disk, root, session, stored_header
from .body import Body, BodyCipher
from .errors import EnvelopeError, TruncatedError, WrappedKeyError
from .header import Header, is_sealed, parse
from .layers import Kms, LayerSpec
from .memory import wiped_after
from .progress import bar
from .root import KmsClient
from .schedule import MessageKeys

ROOT = -1
_COPY_BYTES = 1 << 20
_MANY_FILES = 100


@dataclass
class Rewrapped:
    """What a rewrap of files has done.

    ``bytes_touched`` of headers, journals and bodies were read or written; ``bytes_in_place`` of bodies were not.
    ``skipped`` files were already under the new root. ``failed`` files and folders stay as they were; each comes with
    its reason, an ``EnvelopeError``, an ``OSError``, or KMS's ``ClientError`` about the key that should open it.
    """

    rewrapped: list[Path] = field(default_factory=list)
    skipped: list[Path] = field(default_factory=list)
    failed: list[tuple[Path, Exception]] = field(default_factory=list)
    bytes_touched: int = 0
    bytes_in_place: int = 0

    def __repr__(self) -> str:
        return (
            f"<{len(self.rewrapped)} rewrapped, {len(self.skipped)} skipped, {len(self.failed)} failed; "
            f"{self.bytes_touched:,} bytes touched, {self.bytes_in_place:,} left alone>"
        )


@overload
def rewrap(
    kms: KmsClient,
    sealed: bytes | bytearray | memoryview,
    new: str | LayerSpec,
    context: Mapping[str, str] | None = None,
    *,
    key_id: str,
    layer: int = ROOT,
) -> bytes: ...


@overload
def rewrap(
    kms: KmsClient,
    sealed: str | os.PathLike[str],
    new: str | LayerSpec,
    context: Mapping[str, str] | None = None,
    *,
    key_id: str,
    layer: int = ROOT,
    progress: bool = True,
) -> Rewrapped: ...


def rewrap(
    kms: KmsClient,
    sealed: crypto.Buffer | str | os.PathLike[str],
    new: str | LayerSpec,
    context: Mapping[str, str] | None = None,
    *,
    key_id: str,
    layer: int = ROOT,
    progress: bool = True,
) -> bytes | Rewrapped:
    """Replace the root, or another layer, of a sealed message, a sealed file, or all sealed files in a folder.

    ``new`` is the id of a KMS key or ``Kms(...)`` for the root, or another layer for another ``layer``: 0 wraps the data
    key, -1 is the root. A local layer gets a new KEK, which the next layer wraps.

    ``key_id`` is the KMS key that is the root today. Messages under any other are refused, even if you may decrypt with
    it: a stranger could have sealed them, and after the rewrap they would open under your key. Call it once for each
    old key.

    A message is returned. In a file the header is written in place if the new one is as long, and otherwise the whole
    file is written under another name and renamed. A folder is searched with its subfolders; other files are left
    alone. After a kill at any moment every file opens, under the old keys or the new, and a second call goes on: it
    skips files that open under the new root. (A new KEK of a local layer can't be told from an old one, so there it
    starts again.)

    In a folder, a file that is refused, can't be opened, or whose key KMS denies is reported in ``failed``, and the
    others follow. Any other ``ClientError`` (throttling, no permission for the new root) ends the call. Raises the
    errors of ``unseal``, and ``ChainError`` for a layer that cannot go there. Files need kms:Decrypt on a new root to
    be skipped, and kms:DescribeKey unless it is named by its ARN.
    """
    root.check_client(kms)
    root.check_key_id(key_id)
    arguments.integer(layer, "layer")
    spec = Kms(new) if isinstance(new, str) else chain.check_layer(new)
    change = _Change(kms, spec, contexts.checked(context), layer, key_id)
    if not isinstance(sealed, str | os.PathLike):
        return change.message(arguments.flat(sealed, "sealed"))
    path, done = arguments.path(sealed, "sealed"), Rewrapped()
    if path.is_dir():
        _rewrap_folder(change, path, done, progress)
    else:
        _rewrap_file(change, path, done)
    return done


class _Change:
    """One replacement, requested once and made on any number of headers.

    A file with a journal next to it also gives its ``first_chunk``, which must open too.
    """

    def __init__(
        self, kms: KmsClient, spec: LayerSpec, context: Mapping[str, str], layer: int, key_id: str
    ) -> None:
        self._kms = kms
        self._spec = spec
        self._context = context
        self._layer = layer
        self._key_id = key_id
        self._arns: set[str] | None = None

    def message(self, sealed: memoryview) -> bytes:
        header = parse(sealed)
        return self.header(header).encode() + sealed[header.length :]

    def header(self, header: Header, first_chunk: "_FirstChunk | None" = None) -> Header:
        """``header`` with the layer replaced, once it has proved authentic."""
        at = chain.position_of(header.layers, self._layer, self._spec)
        with self._opened(header, self._key_id, first_chunk) as (keys, message_keys):
            layers = chain.replace(self._kms, header.layers, at, self._spec, self._context, keys)
            return message_keys.tagged(header.with_layers(layers))

    def is_done(self, header: Header, first_chunk: "_FirstChunk | None" = None) -> bool:
        """Whether ``header`` is already under exactly the new root, and opens there.

        A local layer's new KEK can't be recognized. ``ChainError`` if the layer cannot go there, done or not.
        """
        chain.position_of(header.layers, self._layer, self._spec)
        if not isinstance(self._spec, Kms):
            return False
        if self._arns is None:
            self._arns = {root.arn_of(self._kms, key_id) for key_id in self._spec.key_ids}
        if self._arns != {copy.arn for copy in header.layers[-1].copies}:
            return False
        try:
            # no key_id: the header names the keys to try, and they are the new ones
            with self._opened(header, None, first_chunk):
                return True
        except WrappedKeyError:  # the header lied
            return False

    @contextmanager
    def _opened(
        self, header: Header, key_id: str | None, first_chunk: "_FirstChunk | None"
    ) -> Iterator[tuple[list[bytearray], MessageKeys]]:
        with session.open_chain(self._kms, header, self._context, key_id) as (keys, message_keys):
            if first_chunk is not None:
                first_chunk.check(BodyCipher(message_keys.body))
            yield keys, message_keys


class _FirstChunk:
    """The first chunk of the body in ``file``, which only the header of the same message opens."""

    def __init__(self, file: FileIO, header: Header) -> None:
        size = os.fstat(file.fileno()).st_size
        self._chunk = next(iter(Body.of_sealed(size - header.length, header.chunk_size)))
        file.seek(header.length)
        self._sealed = disk.read_up_to(file, self._chunk.sealed_size)
        if len(self._sealed) < self._chunk.sealed_size:
            raise TruncatedError("The file became shorter while it was read.")

    def check(self, cipher: BodyCipher) -> None:
        """``TamperedError`` if ``cipher`` belongs to another message."""
        with wiped_after([bytearray(self._chunk.size)]) as (plaintext,):
            cipher.open(self._chunk, memoryview(self._sealed), memoryview(plaintext))


def _rewrap_folder(change: _Change, folder: Path, done: Rewrapped, progress: bool) -> None:
    paths = list(_sealed_files(folder, done))
    show = progress and len(paths) > _MANY_FILES
    with bar("rewrap", len(paths), show=show, unit="file") as advance:
        for path in paths:
            try:
                _rewrap_file(change, path, done)
            except (EnvelopeError, OSError) as error:
                done.failed.append((path, error))
            except ClientError as error:
                if not root.is_denied_key(error):
                    raise
                done.failed.append((path, error))
            advance(1)


def _sealed_files(folder: Path, done: Rewrapped) -> Iterator[Path]:
    """The sealed files in ``folder`` and below; what cannot be read is added to ``done.failed``."""

    def unreadable(error: OSError) -> None:
        done.failed.append((Path(error.filename), error))

    for parent, folders, names in os.walk(folder, onerror=unreadable):
        folders.sort()
        for path in (Path(parent, name) for name in sorted(names)):
            try:
                if _may_be_sealed(path):
                    yield path
            except (EnvelopeError, OSError) as error:
                done.failed.append((path, error))


def _may_be_sealed(path: Path) -> bool:
    if path.is_symlink() or not path.is_file() or path.name.endswith((stored_header.SUFFIX, disk.PARTIAL)):
        return False
    with disk.open_regular(path) as file:
        return is_sealed(disk.read_up_to(file, 8)) or stored_header.journal_path(path).exists()


def _rewrap_file(change: _Change, path: Path, done: Rewrapped) -> None:
    with disk.open_locked(path) as file:
        old = stored_header.read_header(file, path)
        first_chunk = _FirstChunk(file, old) if stored_header.journal_path(path).exists() else None
        size = os.fstat(file.fileno()).st_size
        done.bytes_touched += old.length
        if change.is_done(old, first_chunk):
            stored_header.recover(file, path, old)
            done.skipped.append(path)
            return
        new = change.header(old, first_chunk)
        stored_header.recover(file, path, old)
        if new.length == old.length:
            stored_header.overwrite_header(file, path, new)
            done.bytes_touched += 2 * new.length  # the journal, then the header
            done.bytes_in_place += size - old.length
        else:
            _rewrite(file, path, old, new)
            done.bytes_touched += size - old.length + new.length + size - old.length
    done.rewrapped.append(path)


def _rewrite(file: FileIO, path: Path, old: Header, new: Header) -> None:
    """Copy the file with a longer header, and put the copy in its place."""
    file.seek(old.length)
    with disk.replacing(path, file) as copy:
        disk.write_all(copy, new.encode())
        while piece := disk.read_up_to(file, _COPY_BYTES):
            disk.write_all(copy, piece)
