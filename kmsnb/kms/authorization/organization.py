"""An account's place in an organization of AWS Organizations, and the policies that reach it there.

AWS Organizations User Guide, "SCP evaluation" and "RCP evaluation": an action has to be allowed at every level, from the
root through each organizational unit to the account itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from .document import Policy


class Level(NamedTuple):
    """The policies of one type that are attached to the root, an organizational unit or an account."""

    where: str
    policies: tuple[Policy, ...]


@dataclass(frozen=True)
class Place:
    """An account's place in its organization.

    ``path`` is as in ``aws:PrincipalOrgPaths``: ``o-…/r-…/ou-…/``. ``service_controls`` and ``resource_controls`` are the
    levels of service and resource control policies, from the root down; none if that type isn't enabled, or for the
    management account, which they don't bind.
    """

    organization: str
    path: str
    service_controls: tuple[Level, ...] = ()
    resource_controls: tuple[Level, ...] = ()
