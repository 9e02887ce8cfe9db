"""Custom key stores, of which this KMS has none: neither CloudHSM clusters nor external key managers."""

from ...core import errors
from ...core.errors import CustomKeyStoreNotFoundException
from ..call import Call
from .registry import Answer, needs_no_key


@needs_no_key()
def create_custom_key_store(call: Call) -> Answer:
    raise errors.no_custom_key_stores()


@needs_no_key()
def connect_custom_key_store(call: Call) -> Answer:
    raise errors.no_custom_key_stores()


@needs_no_key()
def disconnect_custom_key_store(call: Call) -> Answer:
    raise errors.no_custom_key_stores()


@needs_no_key()
def update_custom_key_store(call: Call) -> Answer:
    raise errors.no_custom_key_stores()


@needs_no_key()
def delete_custom_key_store(call: Call) -> Answer:
    raise errors.no_custom_key_stores()


@needs_no_key()
def describe_custom_key_stores(call: Call) -> Answer:
    """All there are: none. Asked for a particular one, it does not exist."""
    for member in ("CustomKeyStoreId", "CustomKeyStoreName"):
        if member in call.parameters:
            raise CustomKeyStoreNotFoundException(call[member])
    return {"CustomKeyStores": [], "Truncated": False}
