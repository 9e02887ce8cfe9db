"""The meaning of each byte of a sealed message, or of a KMS ciphertext blob, for the figures to draw.

Nothing here is verified, and it takes neither a key nor KMS: anyone who has a message can read this much of it.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from .. import arguments, crypto
from . import disk
from .body import TAG_BYTES as CHUNK_TAG_BYTES, Body
from .header import CHECKSUM_BYTES, FIXED_BYTES, TAG_BYTES, VERSION, Algorithm, Header, Layer, parse
from .stored_header import read_header

BlobParser = Callable[[bytes], Any]


@dataclass(frozen=True)
class Part:
    """``length`` bytes from ``offset``: what they are called, what their value means, and which ``group`` they are in.

    ``kmsnb.figures.byte_map`` takes these as its fields.
    """

    offset: int
    length: int
    name: str
    meaning: str
    group: str = ""

    @property
    def end(self) -> int:
        """Where the next part starts."""
        return self.offset + self.length


@dataclass(frozen=True)
class LayerDescription:
    """One layer: the ``algorithm`` that wraps ``wraps``, its KMS keys, and the length of each wrapped copy in bytes."""

    algorithm: str
    wraps: str
    key_arns: tuple[str, ...]
    wrapped_bytes: tuple[int, ...]


@dataclass(frozen=True)
class Description:
    """What a sealed message says about itself, unverified. Sizes are in bytes; ``parts`` cover every byte once."""

    version: int
    chunk_size: int
    chunks: int
    sealed_bytes: int
    header_bytes: int
    plaintext_bytes: int
    layers: tuple[LayerDescription, ...]
    parts: tuple[Part, ...]

    def __str__(self) -> str:
        lines = [
            f"sealed message, version {self.version}: {self.sealed_bytes:,} bytes, of them {self.header_bytes} header",
            f"{self.plaintext_bytes:,} bytes of plaintext in chunks of {self.chunk_size:,}: {self.chunks:,}",
        ]
        for number, layer in enumerate(self.layers):
            sizes = " or ".join(map(str, layer.wrapped_bytes))
            under = f" ({' or '.join(layer.key_arns)})" if layer.key_arns else ""
            lines.append(f"layer {number}: {layer.wraps} wrapped by {layer.algorithm}{under}, {sizes} bytes")
        return "\n".join(lines)


def describe(
    sealed: crypto.Buffer | str | os.PathLike[str],
    *,
    blob_parser: BlobParser | None = None,
    max_chunks: int = 16,
) -> Description:
    """What a sealed message (bytes, or the path of a file) says about itself.

    ``blob_parser`` takes the mock's KMS blobs apart, as for ``blob_parts``; AWS's are opaque. If there are more than
    ``max_chunks`` chunks, those in the middle are one part. ``FormatError`` or ``TruncatedError`` if this isn't a sealed
    message.
    """
    arguments.integer(max_chunks, "max_chunks")
    _check_parser(blob_parser)
    if isinstance(sealed, str | os.PathLike):
        path = arguments.path(sealed, "sealed")
        with disk.open_regular(path) as file:
            size, header = os.fstat(file.fileno()).st_size, read_header(file, path)
    else:
        message = arguments.flat(sealed, "sealed")
        size, header = len(message), parse(message)
    body = Body.of_sealed(size - header.length, header.chunk_size)
    return Description(
        version=VERSION,
        chunk_size=header.chunk_size,
        chunks=body.chunks,
        sealed_bytes=size,
        header_bytes=header.length,
        plaintext_bytes=body.plaintext_bytes,
        layers=tuple(_describe(number, layer) for number, layer in enumerate(header.layers)),
        parts=(
            *_lay_out(_header_sizes(header, blob_parser)),
            *_lay_out(_body_sizes(body, max_chunks), header.length, _DATA),
        ),
    )


def blob_parts(blob: bytes, parse_blob: BlobParser | None = None, *, offset: int = 0) -> tuple[Part, ...]:
    """The parts of a KMS ciphertext blob that begins at ``offset``.

    ``parse_blob`` is the mock's ``kmsnb.kms.core.blob.parse``: it returns ``key_id``, ``material_id``, ``nonce`` and
    ``ciphertext``, and raises ``ValueError`` for anyone else's blob. Such a blob, or any blob without a parser, is one
    opaque part, as AWS documents its own to be. ``ValueError`` for a negative ``offset``.
    """
    arguments.integer(offset, "offset")
    if offset < 0:
        raise ValueError("offset must not be negative.")
    _check_parser(parse_blob)
    return tuple(_lay_out(_blob_sizes(arguments.flat(blob, "blob").tobytes(), parse_blob), offset))


def _check_parser(blob_parser: BlobParser | None) -> None:
    if blob_parser is not None and not callable(blob_parser):
        raise TypeError("A parser of blobs must be a function, such as kmsnb.kms.core.blob.parse.")


_Size = tuple[int, str, str]

#: The groups of parts, by the name of the part that each starts with; chunks and their tags are ``_DATA``.
_GROUPS = {
    "magic": "kind of message, and what it belongs to",
    "layers": "wrapped data key, and who wrapped it",
    "padding": "room left",
    "header tag": "tag and checksum of the header",
}
_DATA = "data, with a tag"


def _lay_out(sizes: Iterable[_Size], offset: int = 0, group: str = "") -> Iterator[Part]:
    for length, name, meaning in sizes:
        if length:
            group = _GROUPS.get(name, group)
            yield Part(offset, length, name, meaning, group)
            offset += length


def _describe(number: int, layer: Layer) -> LayerDescription:
    return LayerDescription(
        layer.algorithm.spelled,
        _beneath(number),
        tuple(copy.arn for copy in layer.copies if copy.arn),
        tuple(len(copy.blob) for copy in layer.copies),
    )


def _beneath(number: int) -> str:
    return "data key" if number == 0 else f"KEK {number}"


def _header_sizes(header: Header, blob_parser: BlobParser | None) -> Iterator[_Size]:
    encoded = header.encode()
    yield 8, "magic", "this is a sealed message"
    yield 1, "version", f"format version {encoded[8]}"
    yield 1, "suite", "HKDF-SHA-256, HMAC-SHA-256, AES-256-GCM"
    yield 4, "chunk size", f"{header.chunk_size:,} bytes of plaintext"
    yield 32, "message id", "random; salts the keys of this message"
    yield FIXED_BYTES - 46, "context digest", "SHA-256 of message id and encryption context"
    yield 32, "commitment", "opens under one data key only"
    yield 2, "slot size", f"{header.slot_bytes} bytes for the wrapped keys"
    used = 1
    yield 1, "layers", str(len(header.layers))
    for number, layer in enumerate(header.layers):
        for size in _layer_sizes(number, layer, blob_parser):
            used += size[0]
            yield size
    yield header.slot_bytes - used, "padding", "zeros: room for other wrapped keys"
    yield TAG_BYTES, "header tag", "HMAC-SHA-256 of everything before, under a key from the data key"
    yield CHECKSUM_BYTES, "checksum", "CRC-32 of everything before: damage is seen before KMS is asked"


def _layer_sizes(number: int, layer: Layer, blob_parser: BlobParser | None) -> Iterator[_Size]:
    beneath = _beneath(number)
    yield 1, "algorithm", f"{layer.algorithm.spelled} wraps the {beneath}"
    yield 1, "copies", f"{len(layer.copies)}" + (", any of which opens" if len(layer.copies) > 1 else "")
    for copy in layer.copies:
        yield 2, "name size", f"{len(copy.arn)} bytes"
        yield len(copy.arn), "KMS key", copy.arn
        yield 2, "wrapped size", f"{len(copy.blob)} bytes"
        if layer.algorithm is Algorithm.KMS:
            yield from _blob_sizes(copy.blob, blob_parser, f"wrapped {beneath}")
        else:
            yield (
                len(copy.blob),
                f"wrapped {beneath}",
                f"under KEK {number + 1}, by {layer.algorithm.spelled}",
            )


def _blob_sizes(blob: bytes, parse_blob: BlobParser | None, what: str = "KMS ciphertext blob") -> list[_Size]:
    try:
        parsed = parse_blob(blob) if parse_blob else None
    except ValueError:
        parsed = None
    if parsed is None:
        return [(len(blob), what, "opaque: only KMS reads it")]
    key_id, material_id = len(parsed.key_id), len(parsed.material_id) // 2
    nonce, ciphertext = len(parsed.nonce), len(parsed.ciphertext) - crypto.GCM_TAG_BYTES
    version = len(blob) - key_id - material_id - nonce - len(parsed.ciphertext)
    return [
        (version, f"{what}: version", "a blob of this mock"),
        (key_id, f"{what}: key id", parsed.key_id),
        (material_id, f"{what}: material id", "which of the key's materials sealed it"),
        (nonce, f"{what}: nonce", "random"),
        (ciphertext, f"{what}: ciphertext", f"{ciphertext} bytes, encrypted by AES-256-GCM"),
        (crypto.GCM_TAG_BYTES, f"{what}: tag", "authenticates the blob and the encryption context"),
    ]


def _body_sizes(body: Body, max_chunks: int) -> Iterator[_Size]:
    folded = max(0, body.chunks - max(1, max_chunks))
    for index in range(body.chunks - folded - 1):
        yield from _chunk_sizes(body, index)
    if folded:
        first = body.chunks - folded - 1
        size = folded * (body.chunk_size + CHUNK_TAG_BYTES)
        yield size, f"chunks {first} to {body.chunks - 2}", "ciphertext and tag of each"
    yield from _chunk_sizes(body, body.chunks - 1)


def _chunk_sizes(body: Body, index: int) -> Iterator[_Size]:
    last = index == body.chunks - 1
    size = body.plaintext_bytes - index * body.chunk_size if last else body.chunk_size
    place = f"number {index} and {'last' if last else 'not last'}, as its nonce says"
    yield size, f"chunk {index}", f"ciphertext, {place}"
    yield CHUNK_TAG_BYTES, f"tag {index}", "authenticates the chunk and its place"
