"""What the KMS API does: a module for each group of operations, and a function for each operation.

A function takes the ``Call`` and returns the members of the response, or None if there are none. Its decorator states
its rules, and ``call.key()`` in its first lines checks the key against them.
"""

from . import (  # noqa: F401 (each registers its operations)
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
from .registry import OPERATIONS as OPERATIONS
