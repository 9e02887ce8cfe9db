"""One message while it is sealed or opened: the steps that messages in memory and files share, in order.

Opening trusts a header step by step: its shape (``header.parse``), then the context's digest, then KMS, which opens
the wrapped key, then the commitment and the tag over the whole header, and only then the first chunk.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from . import chain, context as contexts, root
from .body import BodyCipher
from .chain import ChainKey
from .errors import ChainError
from .header import MESSAGE_ID_BYTES, TAG_BYTES, Header, slot_bytes_for
from .layers import LayerSpec
from .memory import wiped_after
from .root import KmsClient
from .schedule import MessageKeys


def new(
    kms: KmsClient,
    layers: str | Sequence[LayerSpec],
    context: Mapping[str, str] | None,
    chunk_size: int,
) -> tuple[Header, BodyCipher]:
    """The header of a new message, and the cipher that seals its body. ``chunk_size`` comes from a ``Body``."""
    root.check_client(kms)
    specs, context = chain.checked(layers), contexts.checked(context)
    message_id = os.urandom(MESSAGE_ID_BYTES)
    with wiped_after([]) as keys:
        wrapped = chain.build(kms, specs, context, keys)
        header = Header(
            chunk_size,
            message_id,
            contexts.digest(context, message_id),
            commitment=b"",
            layers=wrapped,
            slot_bytes=slot_bytes_for(wrapped),
            tag=bytes(TAG_BYTES),
        )
        with MessageKeys(keys[0], header) as message_keys:
            return message_keys.tagged(header), BodyCipher(message_keys.body)


def open_body(
    kms: KmsClient, header: Header, context: Mapping[str, str] | None, key_id: str | None
) -> BodyCipher:
    """The cipher that opens the body of the message with this ``header``, which is authentic once this returns."""
    with open_chain(kms, header, context, key_id) as (_, message_keys):
        return BodyCipher(message_keys.body)


def open_body_with(key: ChainKey, header: Header, context: Mapping[str, str] | None) -> BodyCipher:
    """As ``open_body``, with one key of the chain instead of KMS."""
    contexts.check(contexts.checked(context), header.message_id, header.context_digest)
    if not 0 <= key.position < len(header.layers):
        raise ChainError(f"There is no key at this position: the chain has {len(header.layers)}.")
    with wiped_after([bytearray(key.secret)]) as keys:
        chain.unwrap_inwards(header.layers[: key.position], keys)
        with _authenticated(keys, header) as message_keys:
            return BodyCipher(message_keys.body)


@contextmanager
def open_chain(
    kms: KmsClient, header: Header, context: Mapping[str, str] | None, key_id: str | None
) -> Iterator[tuple[list[bytearray], MessageKeys]]:
    """Lend all keys of the chain, from the data key outwards, and the message's; ``header`` is authentic by then."""
    root.check_client(kms)
    if key_id is not None:
        root.check_key_id(key_id)
    context = contexts.checked(context)
    contexts.check(context, header.message_id, header.context_digest)
    with wiped_after([]) as keys:
        chain.unwrap(kms, header.layers, context, key_id, keys)
        with _authenticated(keys, header) as message_keys:
            yield keys, message_keys


@contextmanager
def _authenticated(keys: list[bytearray], header: Header) -> Iterator[MessageKeys]:
    with MessageKeys(keys[0], header) as message_keys:
        message_keys.authenticate(header)
        yield message_keys
