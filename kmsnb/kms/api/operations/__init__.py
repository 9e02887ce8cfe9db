"""What the KMS API does, one module for each family of operations, one function for each operation.

A function takes the ``Call`` and returns the answer's members, or None where AWS answers with nothing. The
decorator above it says what the key may be, and the first line inside, ``call.key()``, checks it.
"""

from . import (
    aliases,
    cryptography,
    custom_key_stores,
    data_keys,
    grants,
    imports,
    key_agreement,
    lifecycle,
    macs,
    multi_region,
    policies,
    rotation,
    signing,
    tags,
)
from .registry import OPERATIONS, Operation

__all__ = [
    "OPERATIONS",
    "Operation",
    "aliases",
    "cryptography",
    "custom_key_stores",
    "data_keys",
    "grants",
    "imports",
    "key_agreement",
    "lifecycle",
    "macs",
    "multi_region",
    "policies",
    "rotation",
    "signing",
    "tags",
]
