"""The refusals AWS KMS answers with: one class for each code, and the texts several operations share.

Codes are those of the KMS API Reference ("Errors" under each operation, and "Common Errors"). Texts are the
ones AWS gives where they are known; many refusals of AWS carry no text at all, and neither do they here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..explanation import Explanation


class KmsError(Exception):
    """An answer other than success. ``code`` travels as ``__type``, the text as ``message``."""

    status = 400

    def __init__(self, message: str = "") -> None:
        super().__init__(message)
        self.message = message

    @property
    def code(self) -> str:
        return type(self).__name__


class AccessDeniedException(KmsError):
    """The caller may not do this, or KMS will not say whether the key exists.

    ``explanation`` has the reasons, where a decision was made. They are for the journal; the caller is not told.
    """

    def __init__(self, message: str = "", explanation: Explanation | None = None) -> None:
        super().__init__(message)
        self.explanation = explanation


class AlreadyExistsException(KmsError):
    """There is one already: an alias of that name, a replica in that Region."""


class CustomKeyStoreNotFoundException(KmsError):
    """No custom key store has that id or name (here: none has)."""


class DisabledException(KmsError):
    """The key is disabled."""


class DryRunOperationException(KmsError):
    """Everything was in order, and nothing was done, as ``DryRun`` asks."""

    def __init__(self) -> None:
        super().__init__("The request would have succeeded, but the DryRun option is set.")


class ExpiredImportTokenException(KmsError):
    """An import token lives 24 hours."""


class IncorrectKeyException(KmsError):
    """The ciphertext was made under another key than the one the request names."""

    def __init__(self) -> None:
        super().__init__("The key ID in the request does not identify a CMK that can perform this operation.")


class IncorrectKeyMaterialException(KmsError):
    """Imported key material that is not what this key expects."""


class InvalidArnException(KmsError):
    """The text is no ARN, or no ARN of the right kind."""


class InvalidCiphertextException(KmsError):
    """The ciphertext, or the encryption context with it, was altered. AWS never says which."""


class InvalidGrantIdException(KmsError):
    """The text is no grant id."""


class InvalidGrantTokenException(KmsError):
    """The text is no grant token of this KMS."""


class InvalidImportTokenException(KmsError):
    """The import token is not of this KMS, or belongs to another key."""


class InvalidKeyUsageException(KmsError):
    """The key is for another usage, or the algorithm is not one of its key spec's."""


class InvalidMarkerException(KmsError):
    """The marker did not come from an earlier page of this list."""


class KMSInternalException(KmsError):
    """A fault of the KMS itself; the request may be tried again."""

    status = 500

    def __init__(self) -> None:
        super().__init__("An internal error occurred. The log of kmsnb.kms has the traceback.")


class KMSInvalidMacException(KmsError):
    """The MAC is not the message's."""


class KMSInvalidSignatureException(KmsError):
    """The signature is not the message's."""


class KMSInvalidStateException(KmsError):
    """The key's state does not allow this."""


class LimitExceededException(KmsError):
    """A quota or a length is exceeded."""


class MalformedPolicyDocumentException(KmsError):
    """The key policy is no policy."""


class NotAuthorizedException(KmsError):
    """Names that begin with ``alias/aws/`` belong to AWS."""


class NotFoundException(KmsError):
    """There is no such key, alias or grant."""


class SerializationException(KmsError):
    """The body is not JSON, or a value has a type its member has not."""


class TagException(KmsError):
    """A tag is not valid."""


class UnknownOperationException(KmsError):
    """KMS has no operation of that name."""

    status = 404


class UnrecognizedClientException(KmsError):
    """The credentials are nobody's."""

    def __init__(self) -> None:
        super().__init__("The security token included in the request is invalid.")


class UnsupportedOperationException(KmsError):
    """AWS does not do this with such a key, or this KMS cannot."""


class ValidationException(KmsError):
    """The request breaks a constraint of the API's model, or a rule that spans its members."""


def key_does_not_exist(arn: str) -> NotFoundException:
    return NotFoundException(f"Key '{arn}' does not exist")


def alias_is_not_found(arn: str) -> NotFoundException:
    return NotFoundException(f"Alias {arn} is not found.")


def ciphertext_refers_elsewhere() -> AccessDeniedException:
    """For a ciphertext whose key is deleted, in another Region, or closed to the caller: AWS tells none from the other."""
    return AccessDeniedException(
        "The ciphertext refers to a customer master key that does not exist, does not exist in this region, "
        "or you are not allowed to access."
    )


def constraint(value: str, member: str, rule: str) -> ValidationException:
    """One broken constraint, in the words of AWS's request validation."""
    return ValidationException(f"1 validation error detected: {violation(value, member, rule)}")


def violation(value: str, member: str, rule: str) -> str:
    return f"{value} at '{member}' failed to satisfy constraint: {rule}"


def required(member: str) -> ValidationException:
    """For a member that the model leaves optional and KMS needs all the same."""
    return constraint("Value null", member, "Member must not be null")


def origin_is_not_valid(arn: str, origin: str) -> UnsupportedOperationException:
    return UnsupportedOperationException(f"{arn} origin is {origin} which is not valid for this operation.")


def is_not_a_primary_key(arn: str) -> UnsupportedOperationException:
    return UnsupportedOperationException(f"{arn} is not a multi-region primary key.")


def no_custom_key_stores() -> UnsupportedOperationException:
    return UnsupportedOperationException(
        "This KMS is a mock and has no custom key stores: neither an AWS CloudHSM cluster nor an external key manager stands behind it."
    )


def no_attestation() -> UnsupportedOperationException:
    return UnsupportedOperationException(
        "This KMS is a mock and cannot check the attestation document of a Nitro enclave or NitroTPM: leave out Recipient."
    )
