"""Custom key stores. This KMS has none: neither CloudHSM clusters nor external key managers."""

from ...core import errors
from ...core.errors import CustomKeyStoreNotFoundException
from ..call import Call
from .registry import Response, needs_no_key


@needs_no_key(
    "CreateCustomKeyStore",
    "ConnectCustomKeyStore",
    "DisconnectCustomKeyStore",
    "UpdateCustomKeyStore",
    "DeleteCustomKeyStore",
)
def refuse(call: Call) -> None:
    raise errors.no_custom_key_stores()


@needs_no_key()
def describe_custom_key_stores(call: Call) -> Response:
    """None. One that is asked for by name or id does not exist."""
    for member in ("CustomKeyStoreId", "CustomKeyStoreName"):
        if member in call.parameters:
            raise CustomKeyStoreNotFoundException(call[member])
    return {"CustomKeyStores": [], "Truncated": False}
