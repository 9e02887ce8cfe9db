"""Identifiers. Those of a key come from a seed: a random one, or none, and then they are the same for every reader.

Without a seed, the n-th key of a Region has the same id in every lab, whatever else was called before, so that a lesson
can print and explain it. Identifiers are public; nothing secret is ever derived here.
"""

import base64
import hashlib
import os
import uuid

#: What the key ids of a Region depend on, besides its name and their number.
Seed = tuple[str, ...]


def _digest(*parts: object) -> bytes:
    return hashlib.sha256("/".join(("kmsnb", *map(str, parts))).encode()).digest()


def new_seed(*, repeatable: bool) -> Seed:
    """The seed of a Region's key ids: 16 random bytes, in hex, or nothing if the ids are to repeat."""
    return () if repeatable else (os.urandom(16).hex(),)


def key_id(account: str, region: str, kind: str, ordinal: int, *, seed: Seed = ()) -> str:
    """The id of the ``ordinal``-th key (from 1) of its ``kind`` in a Region: a UUID, as AWS's are."""
    return str(uuid.UUID(bytes=_digest(*seed, account, region, kind, ordinal)[:16], version=4))


def multi_region_key_id(account: str, region: str, ordinal: int, *, seed: Seed = ()) -> str:
    """The id of the ``ordinal``-th multi-Region key (from 1) made in a Region: ``mrk-`` and 32 hex digits."""
    return "mrk-" + _digest(*seed, account, region, "mrk", ordinal)[:16].hex()


def access_key_id(prefix: str, account: str, principal: str) -> str:
    """The access key id (20 characters) of a principal: ``AKIA…`` for a user, ``ASIA…`` for a role session."""
    return prefix + base64.b32encode(_digest(account, principal))[:16].decode()


def key_material_id(key: str, ordinal: int) -> str:
    """The id (64 hex digits) of the ``ordinal``-th material (from 1) that KMS made for a key."""
    return _digest(key, "material", ordinal).hex()


def grant_id(key_arn: str, ordinal: int) -> str:
    """The id (64 hex digits) of the ``ordinal``-th grant (from 1) on a key."""
    return _digest(key_arn, "grant", ordinal).hex()
