"""Envelope encryption: data of any size under a data key of its own, which KMS, or a chain of keys, wraps.

    from kmsnb import envelope
    sealed = envelope.seal(kms, "alias/invoices", b"…", {"invoice": "7"})
    envelope.unseal(kms, sealed, {"invoice": "7"}, key_id="alias/invoices")

``kms`` is any boto3 KMS client, so all of this runs unchanged on AWS. One KMS request seals a message and one opens
it, however long it is.

**What it is for.** Learning, and experiments of your own: you can read it in an hour. For data that others rely on,
use the AWS Encryption SDK instead: AWS maintains and reviews it, many languages read its format, and it signs, caches
data keys and supports more kinds of keys. Nothing else reads the format of this package.

**What a sealed message is.** Read on in the order of the bytes: ``header`` (the format, and what each field is for),
``chain`` and ``layers`` (the wrapped keys), ``schedule`` (key commitment and the keys derived from the data key),
``body`` (chunks and nonces); then ``session`` (what is checked, in which order), ``files`` and ``disk`` (never half a
file), ``rewrapping`` and ``journal`` (another root, same data), ``memory`` (what erasing keys means in Python),
``anatomy`` (which byte is what).

**What is refused, and how.** Anything but a message made with the data key, under the same context, raises an
``EnvelopeError``, by cause; KMS's denials stay botocore's ``ClientError``, the system's errors ``OSError``, and a wrong
argument is a ``TypeError`` or ``ValueError``. Nothing here hides the size of the data, which keys wrap it, or that two
messages have the same root.

**What is not refused.** Everyone who may call Decrypt for a message gets its data key, and with it can put another body
or other wrapped keys into that message: it opens for everyone else as if the sender had sealed it. Only a digital
signature prevents that. The AWS Encryption SDK signs by default, which its guide recommends where some users encrypt
and others only decrypt (AWS Encryption SDK Developer Guide, *Supported algorithm suites*).
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
