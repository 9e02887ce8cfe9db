"""How a service passes on what KMS told it: KMS's message, and which answer of KMS that was."""

from __future__ import annotations

from kmsnb.kms.core.errors import KmsError


def quoted(error: KmsError) -> str:
    """KMS's message with the tail that AWS's services add; the request ID is that of the call in the journal."""
    return (
        f"{error.message} (Service: AWSKMS; Status Code: {error.status}; Error Code: {error.code}; "
        f"Request ID: {error.request_id}; Proxy: null)"
    )
