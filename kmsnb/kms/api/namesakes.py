"""Whom a key policy or a grant means: the user or role that had the name when it was written, and no later namesake.

IAM User Guide, "AWS JSON policy elements: Principal": what is stored is the principal's unique id, shown as its ARN
for as long as the principal is there. Delete it, and the id shows; make one of the same name, and the newcomer is not
meant. Grants are kept the same way: no page of AWS's says so, but ListGrants shows its callers such ids. Sessions named
by their ARN stay as written.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ..authorization import policy_text as policy
from ..moto import callers

if TYPE_CHECKING:
    from ..core.grant import Grant
    from ..core.key import Key


def meant(principals: Iterable[str | None]) -> dict[str, str]:
    """The unique ids of the users and roles among ``principals``, by their ARNs, as of now."""
    found = {arn: callers.unique_id(arn) for arn in principals if arn}
    return {arn: unique_id for arn, unique_id in found.items() if unique_id}


def policy_of(key: Key) -> str:
    """A key's policy as it was attached, with the unique id of each user or role who is gone in place of the ARN."""
    gone = _gone(key.policy_means)
    return _naming(key.policy, gone) if gone else key.policy


def standing(grant: Grant) -> Grant:
    """A grant as it was made, with the unique ids of principals who are gone in place of their ARNs."""
    gone = _gone(grant.means)
    return grant.naming(gone) if gone else grant


def _gone(means: Mapping[str, str]) -> dict[str, str]:
    return {arn: unique_id for arn, unique_id in means.items() if callers.unique_id(arn) != unique_id}


def _naming(text: str, names: Mapping[str, str]) -> str:
    """A policy with other names in its Principal elements; conditions on an ARN stay as they are."""

    def renamed(element: Any) -> Any:
        if isinstance(element, dict):
            return {kind: renamed(listed) for kind, listed in element.items()}
        return (
            [renamed(each) for each in element] if isinstance(element, list) else names.get(element, element)
        )

    body = json.loads(text)
    statements = body["Statement"] if isinstance(body["Statement"], list) else [body["Statement"]]
    for statement in statements:
        for element in {"Principal", "NotPrincipal"} & statement.keys():
            statement[element] = renamed(statement[element])
    return policy.laid_out(body)
