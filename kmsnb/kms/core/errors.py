"""The errors that AWS KMS returns: one class for each code, and the messages that several operations share.

Codes are those of the KMS API Reference ("Errors" under each operation, and "Common Errors"). Messages are AWS's where
they are known; many of AWS's errors have no message, and neither do they here.
"""

from __future__ import annotations

from ..authorization.decision import Decision


class KmsError(Exception):
    """An error response. ``code`` is sent as ``__type``, the message as ``message``.

    ``request_id`` is that of the request, if an AWS service made it: services quote it.
    """

    status = 400
    request_id = ""

    def __init__(self, message: str = "") -> None:
        super().__init__(message)
        self.message = message

    @property
    def code(self) -> str:
        return type(self).__name__


class AccessDeniedException(KmsError):
    """The caller is not authorized, or KMS does not say whether the key exists.

    ``decision`` has the reasons, if there was one. It is for the journal; the response does not contain it.
    """

    def __init__(self, message: str = "", decision: Decision | None = None) -> None:
        super().__init__(message)
        self.decision = decision


class AlreadyExistsException(KmsError):
    """An alias of that name, or a replica in that Region, exists already."""


class CustomKeyStoreNotFoundException(KmsError):
    """No custom key store has that id or name; here, none does."""


class DisabledException(KmsError):
    """The key is disabled."""


class DryRunOperationException(KmsError):
    """The request is valid and authorized, and nothing was done: ``DryRun`` is set."""

    def __init__(self) -> None:
        super().__init__("The request would have succeeded, but the DryRun option is set.")


class ExpiredImportTokenException(KmsError):
    """The import token is older than 24 hours."""


class IncorrectKeyException(KmsError):
    """The request names another key than the one that encrypted the ciphertext."""

    def __init__(self) -> None:
        super().__init__("The key ID in the request does not identify a CMK that can perform this operation.")


class IncorrectKeyMaterialException(KmsError):
    """The imported key material is not what this key expects."""


class InvalidArnException(KmsError):
    """Not an ARN, or not one of the right kind."""


class InvalidCiphertextException(KmsError):
    """The ciphertext or its encryption context was altered. AWS never says which."""


class InvalidGrantIdException(KmsError):
    """Not a grant id."""


class InvalidGrantTokenException(KmsError):
    """Not a grant token of this KMS."""


class InvalidImportTokenException(KmsError):
    """Not an import token of this KMS, or one for another key."""


class InvalidKeyUsageException(KmsError):
    """The key has another usage, or its key spec does not have the algorithm."""


class InvalidMarkerException(KmsError):
    """The marker is not from an earlier page of this list."""


class KMSInternalException(KmsError):
    """A fault in KMS itself; the request can be retried."""

    status = 500

    def __init__(self) -> None:
        super().__init__("An internal error occurred. The log of kmsnb.kms has the traceback.")


class KMSInvalidMacException(KmsError):
    """The MAC does not match the message."""


class KMSInvalidSignatureException(KmsError):
    """The signature does not match the message."""


class KMSInvalidStateException(KmsError):
    """The key's state does not allow this."""


class LimitExceededException(KmsError):
    """A quota or a length is exceeded."""


class MalformedPolicyDocumentException(KmsError):
    """The key policy is not valid."""


class NotAuthorizedException(KmsError):
    """Names that begin with ``alias/aws/`` belong to AWS."""


class NotFoundException(KmsError):
    """The key, alias or grant does not exist."""


class SerializationException(KmsError):
    """The body is not JSON, or a value has the wrong type."""


class TagException(KmsError):
    """A tag is invalid."""


class UnknownOperationException(KmsError):
    """KMS has no operation of that name."""

    status = 404


class UnrecognizedClientException(KmsError):
    """The credentials do not belong to anyone."""

    def __init__(self) -> None:
        super().__init__("The security token included in the request is invalid.")


class UnsupportedOperationException(KmsError):
    """AWS does not support this for such a key, or this KMS does not."""


class ValidationException(KmsError):
    """The request breaks a constraint of the API's model, or a rule that spans its members."""


def key_does_not_exist(arn: str) -> NotFoundException:
    return NotFoundException(f"Key '{arn}' does not exist")


def alias_is_not_found(arn: str) -> NotFoundException:
    return NotFoundException(f"Alias {arn} is not found.")


def ciphertext_refers_elsewhere() -> AccessDeniedException:
    """For a ciphertext whose key is deleted, in another Region, or not the caller's to use: AWS does not say which."""
    return AccessDeniedException(
        "The ciphertext refers to a customer master key that does not exist, does not exist in this region, "
        "or you are not allowed to access."
    )


def constraint(value: str, member: str, rule: str) -> ValidationException:
    """One violated constraint, as AWS's request validation reports it."""
    return ValidationException(f"1 validation error detected: {violation(value, member, rule)}")


def violation(value: str, member: str, rule: str) -> str:
    return f"{value} at '{member}' failed to satisfy constraint: {rule}"


def required(member: str) -> ValidationException:
    """For a member that is optional in the model, but that KMS needs."""
    return constraint("Value null", member, "Member must not be null")


def origin_is_not_valid(arn: str, origin: str) -> UnsupportedOperationException:
    return UnsupportedOperationException(f"{arn} origin is {origin} which is not valid for this operation.")


def is_not_a_primary_key(arn: str) -> UnsupportedOperationException:
    return UnsupportedOperationException(f"{arn} is not a multi-region primary key.")


def no_custom_key_stores() -> UnsupportedOperationException:
    return UnsupportedOperationException(
        "This KMS is a mock and has no custom key stores: there is no AWS CloudHSM cluster or external key manager behind it."
    )


def no_attestation() -> UnsupportedOperationException:
    return UnsupportedOperationException(
        "This KMS is a mock and cannot check the attestation document of a Nitro enclave or NitroTPM: leave out Recipient."
    )
