"""Custom key stores, of which this KMS has none: neither CloudHSM clusters nor external key managers."""

from .. import errors
from ..errors import CustomKeyStoreNotFoundException
from ..request import Call
from .registry import Answer, looks


@looks()
def create_custom_key_store(call: Call) -> Answer:
    raise errors.no_custom_key_stores()


@looks()
def connect_custom_key_store(call: Call) -> Answer:
    raise errors.no_custom_key_stores()


@looks()
def disconnect_custom_key_store(call: Call) -> Answer:
    raise errors.no_custom_key_stores()


@looks()
def update_custom_key_store(call: Call) -> Answer:
    raise errors.no_custom_key_stores()


@looks()
def delete_custom_key_store(call: Call) -> Answer:
    raise errors.no_custom_key_stores()


@looks()
def describe_custom_key_stores(call: Call) -> Answer:
    """All there are: none. Asked for a particular one, it does not exist."""
    for member in ("CustomKeyStoreId", "CustomKeyStoreName"):
        if member in call.parameters:
            raise CustomKeyStoreNotFoundException(call[member])
    return {"CustomKeyStores": [], "Truncated": False}
