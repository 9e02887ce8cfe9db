"""Grants: permission to use one key, given to one principal for some operations.

A grant is kept here in full; weighing it, when someone calls, is the business of authorization.
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
from ..authorization.actions import ACTIONS
from . import tokens
from .errors import InvalidGrantTokenException
from .key import Key
from .specs import USAGE_OF_OPERATION

#: "Grants per KMS key: 50,000" (developer guide, "Resource quotas").
MOST_GRANTS = 50_000

#: Grant operations that carry an encryption context, and that an encryption context constraint therefore binds.
WITH_CONTEXT = frozenset(name for name, action in ACTIONS.items() if action.has_context)
#: Grant operations that fit every key.
MANAGEMENT = frozenset({"CreateGrant", "RetireGrant", "DescribeKey"})

#: The members of a grant that may name a user or a role.
PRINCIPALS = ("GranteePrincipal", "RetiringPrincipal")

_TOKEN = "grant"


@dataclass(frozen=True)
class Grant:
    """A grant as CreateGrant took it.

    ``ordinal`` is its place among all grants ever made on the key, ``terms`` are the members of the request
    under the names the API gives them, ``means`` the unique ids of the users and roles they name.
    """

    id: str
    ordinal: int
    key: Key = field(repr=False)
    created: datetime
    issuing_account: str
    terms: dict[str, Any]
    means: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def facts(self) -> GrantFacts:
        """The grant as a decision sees it. Here it counts at once, where AWS may take minutes to let it."""
        return GrantFacts.of(self.id, self.issuing_account, self.terms)

    def naming(self, names: Mapping[str, str]) -> Grant:
        """The same grant, with its principals under other names."""
        return replace(
            self,
            terms={
                term: names.get(value, value) if term in PRINCIPALS else value
                for term, value in self.terms.items()
            },
        )

    def new_token(self) -> str:
        """A grant token. All tokens of a grant do the same, and no two look the same."""
        return base64.b64encode(tokens.seal(_TOKEN, f"{self.key.arn} {self.id}".encode())).decode()

    def describe(self) -> dict[str, Any]:
        """An entry of ListGrants."""
        return {
            "KeyId": self.key.arn,
            "GrantId": self.id,
            "Name": self.terms.get("Name", ""),
            "CreationDate": self.created,
            "IssuingAccount": f"arn:{self.key.arn.split(':')[1]}:iam::{self.issuing_account}:root",
            **{name: value for name, value in self.terms.items() if name != "Name"},
        }


def read_token(token: str) -> tuple[str, str]:
    """The key's ARN and the grant id that a grant token stands for, whether or not the grant still exists."""
    try:
        content = tokens.open_(_TOKEN, base64.b64decode(token, validate=True))
    except (ValueError, binascii.Error):
        raise InvalidGrantTokenException from None
    arn, _, grant_id = content.decode().partition(" ")
    return arn, grant_id


def fits(operation: str, key: Key) -> bool:
    """Whether a grant for ``operation`` makes sense on ``key``."""
    if operation in MANAGEMENT:
        return True
    if operation == "GetPublicKey":
        return key.spec.asymmetric
    if operation.startswith("GenerateDataKey"):
        return key.spec.symmetric
    if operation in ("ReEncryptFrom", "ReEncryptTo"):
        operation = "ReEncrypt"
    return USAGE_OF_OPERATION[operation] == key.usage
