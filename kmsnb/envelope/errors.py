"""Why a message does not open: one class for each cause, all of them ``EnvelopeError``.

KMS's denials (no permission, a disabled or deleted key, throttling) stay botocore's ``ClientError``, and those of the
operating system stay ``OSError``. A wrong argument is a ``TypeError`` or ``ValueError``.
"""


class EnvelopeError(Exception):
    """``kmsnb.envelope`` refused something; the subclass names the cause."""


class FormatError(EnvelopeError):
    """Not a sealed message, or one of a version or with sizes that this package does not support."""


class DamagedError(FormatError):
    """The header's checksum does not match: bytes have changed since it was sealed."""


class TruncatedError(EnvelopeError):
    """The end of the message is missing."""


class ContextError(EnvelopeError):
    """The encryption context is not the one that the message was sealed with."""


class WrappedKeyError(EnvelopeError):
    """A wrapped key does not open: KMS, or a layer of the chain, rejects it under this key and context."""


class CommitmentError(EnvelopeError):
    """The unwrapped data key is not the one that sealed the message."""


class TamperedError(EnvelopeError):
    """A part of the message is not authentic: changed, moved, repeated or taken from another message."""


class ChainError(EnvelopeError):
    """A chain of keys cannot be built or changed as requested."""


class FileError(EnvelopeError):
    """A file cannot be used like this: source and target are the same, or it is special, in use, or changing."""
