"""An account's place in an organization of moto's AWS Organizations, with the policies attached above it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ..authorization import Level, Place, Policy, parse_identity_policy, parse_key_policy

if TYPE_CHECKING:
    from moto.organizations.models import OrganizationsBackend

_service_control = lru_cache(maxsize=256)(parse_identity_policy)
_resource_control = lru_cache(maxsize=256)(parse_key_policy)  # it has a Principal


def place(account: str, partition: str) -> Place | None:
    """Where an account is in an organization; None if it is in none."""
    backend = _backend(account, partition)
    if backend is None or backend.org is None:
        return None
    units = {unit.id: unit for unit in backend.ou}
    member = next((each for each in backend.accounts if each.id == account), None)
    if member is None:
        return None
    chain: list[Any] = [member]
    while (parent := units.get(chain[-1].parent_id)) is not None:
        chain.append(parent)
    chain.reverse()
    root = chain[0]
    path = "".join(f"{step}/" for step in (backend.org.id, *(each.id for each in chain[:-1])))
    enabled = {each["Type"] for each in root.policy_types}
    if account == backend.org.master_account_id:
        enabled = set()
    return Place(
        backend.org.id,
        path,
        _levels(chain, "SERVICE_CONTROL_POLICY", enabled, _service_control),
        _levels(chain, "RESOURCE_CONTROL_POLICY", enabled, _resource_control),
    )


def forget() -> None:
    """Let no account be a member of an organization: moto remembers members when everything else is gone."""
    models = sys.modules.get("moto.organizations.models")
    if models is not None:
        models.organizations_backends.master_accounts.clear()


def _backend(account: str, partition: str) -> OrganizationsBackend | None:
    """The backend of the management account of an account's organization; None rather than a new one."""
    models = sys.modules.get("moto.organizations.models")
    if models is None:  # nobody has called AWS Organizations yet
        return None
    backends = models.organizations_backends
    manager, partition = backends.master_accounts.get(account, (account, partition))
    return backends[manager][partition] if manager in backends else None


def _levels(
    chain: list[Any], kind: str, enabled: set[str], parse: Callable[[str, str], Policy]
) -> tuple[Level, ...]:
    """The policies of one type, level by level; none unless the type is enabled in the root."""
    return tuple(_level(each, kind, parse) for each in chain) if kind in enabled else ()


def _level(each: Any, kind: str, parse: Callable[[str, str], Policy]) -> Level:
    where = {"ROOT": "the root", "ACCOUNT": f"the account {each.id}"}.get(
        each.type, f"the organizational unit {each.name}"
    )
    what = kind.lower().replace("_", " ")
    attached = (policy for policy in each.attached_policies if policy.type == kind)
    return Level(
        where, tuple(parse(policy.content, f"{what} {policy.name} of {where}") for policy in attached)
    )
