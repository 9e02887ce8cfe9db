"""Why a message does not open: one class for each cause, all of them ``EnvelopeError``.

What KMS denies (no permission, a disabled or deleted key, throttling) stays botocore's ``ClientError``, and what
the operating system denies stays ``OSError``.
"""


class EnvelopeError(Exception):
    """A refusal of ``kmsnb.envelope``; the subclass names the cause."""


class FormatError(EnvelopeError):
    """Not a sealed message, or one of a version or with sizes that this package does not take."""


class DamagedError(FormatError):
    """The header's checksum does not match: bytes have changed since it was sealed."""


class TruncatedError(EnvelopeError):
    """The end of the message is missing."""


class ContextError(EnvelopeError):
    """The encryption context is not the one that the message was sealed with."""


class WrappedKeyError(EnvelopeError):
    """A wrapped key does not open: KMS, or a layer of the chain, does not recognise it under this key and context."""


class CommitmentError(EnvelopeError):
    """The data key that came out is not the one that sealed the message."""


class TamperedError(EnvelopeError):
    """A part of the message is not authentic: changed, moved, repeated or taken from another message."""


class ChainError(EnvelopeError):
    """A chain of keys that cannot be built or changed as asked."""


class FileError(EnvelopeError):
    """Source and target cannot be used so: the same file, a special file, or in use by another rewrap."""
