"""Grants: permission for one principal to use one key for some operations.

``authorization`` decides whether a grant permits a request.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from ..authorization import GrantFacts
from . import tokens
from .errors import InvalidGrantTokenException

#: "Grants per KMS key: 50,000" (developer guide, "Resource quotas").
MOST_GRANTS = 50_000

#: The members of a grant that may name a user or a role.
PRINCIPALS = ("GranteePrincipal", "RetiringPrincipal")

_TOKEN = "grant"


@dataclass(frozen=True)
class Grant:
    """A grant as CreateGrant made it.

    ``ordinal`` counts all grants ever created on the key, ``terms`` are the members of the request, and
    ``principal_ids`` the unique ids of the users and roles that they name, by ARN.
    """

    id: str
    ordinal: int
    key_arn: str
    created: datetime
    issuing_account: str
    terms: dict[str, Any]
    principal_ids: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def facts(self) -> GrantFacts:
        """The grant as authorization sees it. It takes effect at once here; on AWS that can take minutes."""
        return GrantFacts.of(self.id, self.issuing_account, self.terms)

    def renamed(self, names: Mapping[str, str]) -> Grant:
        """The same grant with ``names`` (old to new) replaced in its principals."""
        return replace(
            self,
            terms={
                term: names.get(value, value) if term in PRINCIPALS else value
                for term, value in self.terms.items()
            },
        )

    def new_token(self) -> str:
        """A new grant token. All tokens of a grant are equivalent, and no two are the same."""
        return base64.b64encode(tokens.seal(_TOKEN, f"{self.key_arn} {self.id}".encode())).decode()

    def describe(self) -> dict[str, Any]:
        """An entry of ListGrants."""
        return {
            "KeyId": self.key_arn,
            "GrantId": self.id,
            "Name": self.terms.get("Name", ""),
            "CreationDate": self.created,
            "IssuingAccount": f"arn:{self.key_arn.split(':')[1]}:iam::{self.issuing_account}:root",
            **{name: value for name, value in self.terms.items() if name != "Name"},
        }


def read_token(token: str) -> tuple[str, str]:
    """The key ARN and grant id in a grant token, whether or not the grant still exists."""
    try:
        content = tokens.unseal(_TOKEN, base64.b64decode(token, validate=True))
    except (ValueError, binascii.Error):
        raise InvalidGrantTokenException from None
    arn, _, grant_id = content.decode().partition(" ")
    return arn, grant_id
