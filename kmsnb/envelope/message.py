"""Seal and open messages in memory."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from .. import arguments, crypto
from . import session
from .body import Body, BodyCipher
from .chain import ChainKey
from .header import CHUNK_SIZE, Header, parse
from .layers import Kms, LayerSpec
from .memory import wipe
from .root import KmsClient


def seal(
    kms: KmsClient,
    key_id: str,
    plaintext: crypto.Buffer,
    context: Mapping[str, str] | None = None,
    *,
    chunk_size: int = CHUNK_SIZE,
) -> bytes:
    """Encrypt ``plaintext`` under a data key of its own, which the KMS key ``key_id`` wraps.

    ``kms`` is any boto3 KMS client, and makes one GenerateDataKey request. ``key_id`` is the id, ARN, alias name or
    alias ARN of a symmetric key. ``context`` is not hidden (CloudTrail shows it), and opening needs the same again.
    ``chunk_size`` is 64 bytes to 16 MiB.

    Returns header (512 bytes under one KMS key), ciphertext, and 16 bytes for each chunk. Raises KMS's denials as
    botocore's ``ClientError``, ``FormatError`` for another ``chunk_size``, ``TypeError`` for arguments of wrong types
    and ``ValueError`` for text that UTF-8 cannot encode.
    """
    return seal_chain(kms, [Kms(key_id)], plaintext, context, chunk_size=chunk_size)


def unseal(
    kms: KmsClient,
    sealed: crypto.Buffer,
    context: Mapping[str, str] | None = None,
    *,
    key_id: str | None = None,
) -> bytes:
    """The plaintext of a sealed message, of any chain, for one Decrypt request.

    Name the KMS key in ``key_id`` if you can. Without it, KMS opens the message under the key that the message itself
    names, so a stranger's message, sealed under a key that you happen to be allowed to use, opens as well.

    Raises an ``EnvelopeError`` by cause if the message, the context or the key is another, and KMS's denials as
    ``ClientError``. No part of a message is returned unless all of it is authentic, which means: sealed with its data
    key. Everyone who may decrypt a message has that, and could have written another body under the same header; only
    a digital signature would show that.
    """
    header, body, chunks = _split(sealed)
    return _open(body, chunks, session.open_body(kms, header, context, key_id))


def seal_chain(
    kms: KmsClient,
    layers: Sequence[LayerSpec],
    plaintext: crypto.Buffer,
    context: Mapping[str, str] | None = None,
    *,
    chunk_size: int = CHUNK_SIZE,
) -> bytes:
    """Encrypt ``plaintext`` under a data key that a chain of keys wraps. Layers go from the data key outwards to KMS:

        seal_chain(kms, [AesGcm(), RsaOaep(), Kms("alias/root")], b"…")

    wraps the data key with AES-GCM, that KEK with RSA-OAEP, and the RSA key with KMS. All KEKs are made for this
    message. Each KMS key in ``Kms(...)`` takes one request. ``ChainError`` if the layers don't make a chain; otherwise
    as ``seal``.
    """
    plaintext = arguments.flat(plaintext, "plaintext")
    body = Body(len(plaintext), chunk_size)
    header, cipher = session.new(kms, layers, context, chunk_size)
    start = header.length
    sealed = bytearray(start + body.sealed_bytes)
    sealed[:start] = header.encode()
    with memoryview(sealed) as into:
        for chunk in body:
            at = start + chunk.sealed_start
            cipher.seal(
                chunk, plaintext[chunk.start : chunk.start + chunk.size], into[at : at + chunk.sealed_size]
            )
    return bytes(sealed)


def unseal_chain(
    kms: KmsClient,
    sealed: crypto.Buffer,
    context: Mapping[str, str] | None = None,
    *,
    key_id: str | None = None,
) -> bytes:
    """As ``unseal``: a message says how many layers it has. KMS opens the root; the rest happens here."""
    return unseal(kms, sealed, context, key_id=key_id)


@contextmanager
def chain_keys(
    kms: KmsClient,
    sealed: crypto.Buffer,
    context: Mapping[str, str] | None = None,
    *,
    key_id: str | None = None,
) -> Iterator[tuple[ChainKey, ...]]:
    """Lend all plaintext keys of a message's chain, from the data key outwards, to see what each of them opens.

    They are overwritten at the end of the block. Errors as for ``unseal``.
    """
    header, _, _ = _split(sealed)
    with session.open_chain(kms, header, context, key_id) as (keys, _):
        yield tuple(ChainKey(position, key) for position, key in enumerate(keys))


def unseal_with(key: ChainKey, sealed: crypto.Buffer, context: Mapping[str, str] | None = None) -> bytes:
    """The plaintext, for anyone who holds one key of the chain: KMS is not asked.

    ``WrappedKeyError`` or ``CommitmentError`` if the key belongs to another message; otherwise as ``unseal``.
    """
    arguments.instance(key, ChainKey, "key", "a ChainKey")
    header, body, chunks = _split(sealed)
    return _open(body, chunks, session.open_body_with(key, header, context))


def _split(sealed: crypto.Buffer) -> tuple[Header, Body, memoryview]:
    """The header, the positions of the chunks, and the body; refused before KMS is asked if they are impossible."""
    sealed = arguments.flat(sealed, "sealed")
    header = parse(sealed)
    body = sealed[header.length :]
    return header, Body.of_sealed(len(body), header.chunk_size), body


def _open(body: Body, sealed: memoryview, cipher: BodyCipher) -> bytes:
    plaintext = bytearray(body.plaintext_bytes)
    try:
        with memoryview(plaintext) as into:
            for chunk in body:
                piece = sealed[chunk.sealed_start : chunk.sealed_start + chunk.sealed_size]
                cipher.open(chunk, piece, into[chunk.start : chunk.start + chunk.size])
        return bytes(plaintext)
    finally:
        wipe([plaintext])
