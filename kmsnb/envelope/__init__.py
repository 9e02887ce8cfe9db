"""Envelope encryption: data of any size under a data key of its own, which KMS, or a chain of keys, wraps.

    from kmsnb import envelope
    sealed = envelope.seal(kms, "alias/invoices", b"…", {"invoice": "7"})
    envelope.unseal(kms, sealed, {"invoice": "7"}, key_id="alias/invoices")

``kms`` is any boto3 KMS client, so all of this runs on AWS unchanged. One call to KMS seals a message and one
opens it, however long it is.

**What it is for.** Learning, and experiments of your own: it is small enough to be read in an hour. For data that
others rely on take the AWS Encryption SDK instead: it is maintained and reviewed by AWS, its format is read in many
languages, and it signs, caches data keys and knows more kinds of keys. Nothing else reads the format of this package.

**What a sealed message is.** Read on in the order in which the bytes come: ``header`` (the format, and what each
field is for), ``chain`` and ``layers`` (the wrapped keys), ``schedule`` (key commitment and the keys derived from
the data key), ``body`` (chunks and nonces); then ``session`` (the order in which things are believed), ``files`` and
``disk`` (never half a file), ``rewrapping`` and ``journal`` (another root, same data), ``memory`` (what erasing keys
means in Python), ``anatomy`` (which byte is what).

**What is refused, and how.** Whatever is not the very message that was sealed, under the same context, is an
``EnvelopeError``, by cause; KMS's denials stay botocore's ``ClientError``, the system's ``OSError``. Not protected:
the size of the data, which keys wrap it, and that two messages are of the same root.
"""

from .anatomy import Description, LayerDescription, Part, blob_parts, describe
from .chain import ChainKey
from .errors import (
    ChainError,
    CommitmentError,
    ContextError,
    DamagedError,
    EnvelopeError,
    FileError,
    FormatError,
    TamperedError,
    TruncatedError,
    WrappedKeyError,
)
from .files import seal_file, unseal_file
from .layers import AesGcm, AesKwp, Kms, RsaOaep
from .message import chain_keys, seal, seal_chain, unseal, unseal_chain, unseal_with
from .rewrapping import Rewrapped, rewrap

__all__ = [
    "AesGcm",
    "AesKwp",
    "ChainError",
    "ChainKey",
    "CommitmentError",
    "ContextError",
    "DamagedError",
    "Description",
    "EnvelopeError",
    "FileError",
    "FormatError",
    "Kms",
    "LayerDescription",
    "Part",
    "Rewrapped",
    "RsaOaep",
    "TamperedError",
    "TruncatedError",
    "WrappedKeyError",
    "blob_parts",
    "chain_keys",
    "describe",
    "rewrap",
    "seal",
    "seal_chain",
    "seal_file",
    "unseal",
    "unseal_chain",
    "unseal_file",
    "unseal_with",
]
