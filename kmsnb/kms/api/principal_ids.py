"""Whom a key policy or a grant names: the user or role that existed when it was written, not a later namesake.

IAM User Guide, "AWS JSON policy elements: Principal": AWS stores the principal's unique id, and shows its ARN as long as
the principal exists. After it is deleted, the id shows; a new user of the same name is not the same principal. Grants
are kept the same way: no AWS page says so, but ListGrants returns such ids, for sessions too (``AROA…:name``). In a key
policy, sessions named by their ARN stay as written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..authorization.policy_text import rename_principals
from ..core.grant import Grant
from ..core.key import Key
from .endpoint import Principals


def ids_of(names: Iterable[str | None], principals: Principals) -> dict[str, str]:
    """The unique ids of the users and roles among ``names``, by ARN, as of now."""
    found = {arn: principals.unique_id(arn) for arn in names if arn}
    return {arn: unique_id for arn, unique_id in found.items() if unique_id}


def policy_now(key: Key, principals: Principals) -> str:
    """A key's policy, with the unique id of each deleted user or role in place of its ARN."""
    gone = _gone(key.policy_principal_ids, principals)
    return rename_principals(key.policy, gone) if gone else key.policy


def grant_now(grant: Grant, principals: Principals) -> Grant:
    """A grant, with the unique id of each deleted user or role in place of its ARN."""
    gone = _gone(grant.principal_ids, principals)
    return grant.renamed(gone) if gone else grant


def _gone(ids: Mapping[str, str], principals: Principals) -> dict[str, str]:
    return {arn: unique_id for arn, unique_id in ids.items() if principals.unique_id(arn) != unique_id}
