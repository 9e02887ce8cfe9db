"""Rewrap: put a message's keys under another root, or another layer, and leave its data alone.

A root is replaced by one Decrypt under the old KMS key and one Encrypt for each new. KMS's own ReEncrypt would keep the
key inside KMS, but the header's tag needs the data key, and a key that was swapped would be wrapped anew unseen: here
the old header is verified before the new one is made. Rewrapping does not revoke anything: whoever kept a copy of the
old header still opens the message with the old root.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import FileIO
from pathlib import Path
from typing import overload

from .. import crypto
from . import chain, context as contexts, disk, journal, root, session
from .errors import EnvelopeError, FileError
from .header import Header, is_sealed, parse
from .layers import Kms, LayerSpec
from .progress import bar
from .root import KmsClient

ROOT = -1
_COPY_BYTES = 1 << 20
_MANY_FILES = 100


@dataclass
class Rewrapped:
    """What a rewrap of files has done.

    ``bytes_touched`` of headers, journals and bodies were read or written; ``bytes_in_place`` of bodies were not.
    ``skipped`` were under the new root already, ``failed`` were refused (each with its error) and are as they were.
    """

    rewrapped: list[Path] = field(default_factory=list)
    skipped: list[Path] = field(default_factory=list)
    failed: list[tuple[Path, EnvelopeError]] = field(default_factory=list)
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
    layer: int = ROOT,
    key_id: str | None = None,
) -> bytes: ...


@overload
def rewrap(
    kms: KmsClient,
    sealed: str | os.PathLike[str],
    new: str | LayerSpec,
    context: Mapping[str, str] | None = None,
    *,
    layer: int = ROOT,
    key_id: str | None = None,
    progress: bool = True,
) -> Rewrapped: ...


def rewrap(
    kms: KmsClient,
    sealed: crypto.Buffer | str | os.PathLike[str],
    new: str | LayerSpec,
    context: Mapping[str, str] | None = None,
    *,
    layer: int = ROOT,
    key_id: str | None = None,
    progress: bool = True,
) -> bytes | Rewrapped:
    """Replace the root, or another layer, of a sealed message, a sealed file, or all sealed files in a folder.

    ``new`` is the id of a KMS key or ``Kms(...)`` for the root, another layer for another ``layer``: 0 wraps the data
    key, -1 is the root. A local layer gets a new KEK, of which the next layer is told. ``key_id`` names the old root,
    as for ``unseal``.

    A message given as bytes is returned as bytes. A path (``str`` or ``Path``) is changed in place and what was done is
    returned as ``Rewrapped``: only the header is written, unless the new keys do not fit in its place, and then the
    whole file is, under another name, and renamed. A folder is walked with all that is below it; other files are left
    alone. Killed at any moment, every file opens, under the old keys or the new, and a second call goes on: files
    under the new root are skipped. (Nothing tells a new KEK of a local layer from an old: there it begins again.)

    In a folder a file that is refused is reported in ``failed``, and the others follow. A denial of KMS (``ClientError``)
    ends the call. Raises the errors of ``unseal``, and ``ChainError`` for a layer that cannot be put there. On a root
    that is not named by its ARN, files need kms:DescribeKey too.
    """
    spec = Kms(new) if isinstance(new, str) else new
    change = _Change(kms, spec, contexts.checked(context), layer, key_id)
    if not isinstance(sealed, str | os.PathLike):
        return change.message(memoryview(sealed).cast("B"))
    path, done = Path(sealed), Rewrapped()
    if path.is_dir():
        _rewrap_folder(change, path, done, progress)
    else:
        _rewrap_file(change, path, done)
    return done


class _Change:
    """One replacement, asked for once and made on any number of headers."""

    def __init__(
        self, kms: KmsClient, spec: LayerSpec, context: Mapping[str, str], layer: int, key_id: str | None
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

    def header(self, header: Header) -> Header:
        """``header`` with the layer replaced, after it was found authentic."""
        at = chain.position_of(header.layers, self._layer, self._spec)
        with session.open_chain(self._kms, header, self._context, self._key_id) as (keys, message_keys):
            layers = chain.replace(self._kms, header.layers, at, self._spec, self._context, keys)
            return message_keys.tagged(header.with_layers(layers))

    def is_done(self, header: Header) -> bool:
        """Whether ``header`` is under exactly the new root already. A local layer's new KEK cannot be recognised.

        ``ChainError`` if the layer cannot be put there, done or not.
        """
        chain.position_of(header.layers, self._layer, self._spec)
        if not isinstance(self._spec, Kms):
            return False
        if self._arns is None:
            self._arns = {root.arn_of(self._kms, key_id) for key_id in self._spec.key_ids}
        return self._arns == {copy.arn for copy in header.layers[-1].copies}


def _rewrap_folder(change: _Change, folder: Path, done: Rewrapped, progress: bool) -> None:
    paths = list(_sealed_files(folder))
    show = progress and len(paths) > _MANY_FILES
    with bar("rewrap", len(paths), show=show, unit="file") as advance:
        for path in paths:
            try:
                _rewrap_file(change, path, done)
            except EnvelopeError as error:
                done.failed.append((path, error))
            advance(1)


def _sealed_files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not path.is_file() or path.name.endswith((journal.SUFFIX, disk.PARTIAL)):
            continue
        with disk.open_regular(path) as file:
            if is_sealed(disk.read_up_to(file, 8)):
                yield path


def _rewrap_file(change: _Change, path: Path, done: Rewrapped) -> None:
    with disk.open_regular(path, "r+b") as file:
        try:
            disk.lock(file)
        except BlockingIOError:
            raise FileError(f"{path} is in use by another rewrap.") from None
        journal.recover(file, path)
        old = journal.read_header(file, path)
        size = os.fstat(file.fileno()).st_size
        done.bytes_touched += old.length
        if change.is_done(old):
            done.skipped.append(path)
            return
        new = change.header(old)
        if new.length == old.length:
            journal.overwrite_header(file, path, new)
            done.bytes_touched += 2 * new.length  # the journal, then the header
            done.bytes_in_place += size - old.length
        else:
            _rewrite(file, path, old, new)
            done.bytes_touched += size - old.length + new.length + size - old.length
    done.rewrapped.append(path)


def _rewrite(file: FileIO, path: Path, old: Header, new: Header) -> None:
    """The file with a longer header, as a new file in its place."""
    file.seek(old.length)
    with disk.replacing(path) as copy:
        disk.write_all(copy, new.encode())
        while piece := file.read(_COPY_BYTES):
            disk.write_all(copy, piece)
