"""How S3 words a refusal: its own, and that of KMS.

Amazon S3 API Reference, "Error responses". Of KMS's errors it documents four: Disabled, InvalidKeyUsage,
KMSInvalidState and NotFound, each with the prefix ``KMS.`` and status 400. What KMS denies, S3 denies in KMS's words.
"""

from __future__ import annotations

from kmsnb.kms.core import errors as kms

from .call import Refusal


class InvalidArgument(Refusal):
    """An argument that S3 does not accept. ``argument_name`` is the header it came in."""

    def __init__(self, message: str, argument_name: str, argument_value: str | None = None) -> None:
        super().__init__("InvalidArgument", message, 400)
        self.argument_name = argument_name
        self.argument_value = argument_value


def access_denied(message: str) -> Refusal:
    """S3's refusal for want of a permission."""
    return Refusal("AccessDenied", message, 403)


def not_implemented() -> Refusal:
    """For what moto would take for another request, and answer without a question to KMS."""
    return Refusal(
        "NotImplemented", "A header or query you provided requested a function that is not implemented.", 501
    )


def refusal(error: kms.KmsError) -> Refusal:
    """KMS's refusal as S3 tells it. What is not among the four documented codes is ours."""
    match error:
        case kms.AccessDeniedException():
            return access_denied(error.message)
        case kms.DisabledException() | kms.KMSInvalidStateException() | kms.NotFoundException():
            return Refusal(f"KMS.{error.code}", error.message, 400)
        case kms.InvalidArnException():  # ours: a key that cannot be found by that ARN
            return Refusal("KMS.NotFoundException", error.message, 400)
        case kms.InvalidKeyUsageException() | kms.UnsupportedOperationException():  # the second: ours
            return Refusal("KMS.InvalidKeyUsageException", error.message, 400)
        case kms.UnrecognizedClientException():
            return Refusal(
                "InvalidAccessKeyId",
                "The AWS Access Key Id you provided does not exist in our records.",
                403,
            )
        case kms.ValidationException():  # ours: such as an encryption context that is too long
            return Refusal("InvalidArgument", error.message, 400)
        case _:
            return Refusal("InternalError", "We encountered an internal error. Please try again.", 500)
