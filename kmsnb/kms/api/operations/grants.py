"""CreateGrant, ListGrants, ListRetirableGrants, RevokeGrant, RetireGrant."""

import re
from typing import Any

from ...core import identifiers
from ...core.errors import (
    InvalidGrantIdException,
    LimitExceededException,
    NotFoundException,
    ValidationException,
)
from ...core.grant import MANAGEMENT, MOST_GRANTS, PRINCIPALS, WITH_CONTEXT, Grant, fits, read_token
from ...core.key import Key
from ...core.state import ANY, USABLE
from ..call import Call
from ..namesakes import standing
from .paging import ordinal, page
from .registry import Answer, looks, manages, needs_no_key

_GRANT_ID = re.compile("[0-9a-f]{64}")

_CONTEXT_CONSTRAINTS = ("EncryptionContextSubset", "EncryptionContextEquals")
#: "Each constraint value can include up to 8 encryption context pairs", of "384 characters" at most.
MOST_PAIRS, LONGEST_PAIR = 8, 384

_TERMS = (
    "Name",
    "GranteePrincipal",
    "GranteeServicePrincipal",
    "RetiringPrincipal",
    "RetiringServicePrincipal",
    "Operations",
    "Constraints",
)


@manages(USABLE, across_accounts=True)
def create_grant(call: Call) -> Answer:
    """Give a principal the use of a key. The same request under the same name gives the same grant, and another token."""
    key = call.key()
    _check_principals(call)
    _check_operations(call, key)
    means = call.guard.principals_of_grant(*(call.get(name) for name in PRINCIPALS))
    terms = {name: call[name] for name in _TERMS if name in call.parameters}
    grant = _same_as_before(key, terms, means)
    if grant is None and len(key.grants) >= MOST_GRANTS:
        raise LimitExceededException(f"{key.arn} has reached its limit of {MOST_GRANTS} grants.")
    call.stop_if_dry_run()
    if grant is None:
        key.grants_made += 1
        grant_id = identifiers.grant_id(key.arn, key.grants_made)
        grant = Grant(grant_id, key.grants_made, key, call.now, call.backend.account_id, terms, means)
        key.grants[grant_id] = grant
    return {"GrantToken": grant.new_token(), "GrantId": grant.id}


@looks(across_accounts=True)
def list_grants(call: Call) -> Answer:
    key = call.key()
    _not_both(call, "GranteePrincipal", "GranteeServicePrincipal")
    if "GrantId" in call.parameters:
        _check_id(call["GrantId"])
    wanted = {
        name: call[name]
        for name in ("GranteePrincipal", "GranteeServicePrincipal")
        if name in call.parameters
    }
    grants = [
        grant
        for grant in key.grants.values()
        if grant.id == call.get("GrantId", grant.id)
        and (not wanted or wanted.items() <= _principals(grant).items())
    ]
    return _grants_page(call, grants)


@needs_no_key()
def list_retirable_grants(call: Call) -> Answer:
    """The grants of this Region that a principal may retire, on keys of whichever account."""
    _exactly_one(call, "RetiringPrincipal", "RetiringServicePrincipal")
    name = "RetiringPrincipal" if "RetiringPrincipal" in call.parameters else "RetiringServicePrincipal"
    grants = [
        grant
        for backend in call.backend.accounts()
        for key in backend.keys.values()
        for grant in key.grants.values()
        if _principals(grant).get(name) == call[name]
    ]
    return _grants_page(call, grants)


@manages(ANY, across_accounts=True, aws_managed_too=True)
def revoke_grant(call: Call) -> Answer:
    key = call.key()
    _find(key, call["GrantId"])
    call.stop_if_dry_run()
    del key.grants[call["GrantId"]]


@manages(ANY, across_accounts=True, aws_managed_too=True)
def retire_grant(call: Call) -> Answer:
    """Give a grant up: named by its token, or by its id and its key."""
    if "GrantToken" in call.parameters:
        arn, grant_id = read_token(call["GrantToken"])
        key = call.find(arn)
    elif "KeyId" in call.parameters and "GrantId" in call.parameters:
        key, grant_id = call.find(call["KeyId"]), call["GrantId"]
    else:
        raise ValidationException("You must specify either a grant token, or both a grant ID and a key ARN.")
    # who may retire a grant is a matter of the grant
    call.admit(key, grant=_find(key, grant_id))
    call.stop_if_dry_run()
    del key.grants[grant_id]


def _grants_page(call: Call, grants: list[Grant]) -> dict[str, Any]:
    def place(grant: Grant) -> str:
        return f"{grant.key.account_id} {ordinal(grant.key.ordinal)} {ordinal(grant.ordinal)}"

    answer = page(call, "Grants", grants, place=place, default=50, most=100)
    return answer | {"Grants": [standing(grant).describe() for grant in answer["Grants"]]}


def _find(key: Key, grant_id: str) -> Grant:
    _check_id(grant_id)
    if grant_id not in key.grants:
        raise NotFoundException(f"Grant ID {grant_id} not found")
    return key.grants[grant_id]


def _check_id(grant_id: str) -> None:
    if not _GRANT_ID.fullmatch(grant_id):
        raise InvalidGrantIdException(f"Invalid grant ID {grant_id}")


def _principals(grant: Grant) -> dict[str, str]:
    return {name: value for name, value in standing(grant).terms.items() if name.endswith("Principal")}


def _same_as_before(key: Key, terms: dict[str, Any], means: dict[str, str]) -> Grant | None:
    """The grant that this very request made before, if it has a name to tell it by."""
    if "Name" not in terms:
        return None
    same = (grant for grant in key.grants.values() if (grant.terms, grant.means) == (terms, means))
    return next(same, None)


def _check_principals(call: Call) -> None:
    _exactly_one(call, "GranteePrincipal", "GranteeServicePrincipal")
    _not_both(call, "RetiringPrincipal", "RetiringServicePrincipal")
    if "GranteeServicePrincipal" not in call.parameters:
        return
    if "SourceArn" not in call.get("Constraints", {}):
        raise ValidationException("GranteeServicePrincipal requires a SourceArn grant constraint.")
    if not {"RetiringPrincipal", "RetiringServicePrincipal"} & call.parameters.keys():
        raise ValidationException(
            "GranteeServicePrincipal requires a RetiringPrincipal or a RetiringServicePrincipal."
        )


def _check_operations(call: Call, key: Key) -> None:
    operations = call["Operations"]
    if not operations:
        raise ValidationException("Operations must contain at least one grant operation.")
    for operation in operations:
        if not fits(operation, key):
            raise ValidationException(
                f"Grant operation {operation} is not valid for a key of key spec {key.spec.name} and key usage {key.usage}."
            )
    for name in _CONTEXT_CONSTRAINTS:
        pairs = call.get("Constraints", {}).get(name)
        if pairs is not None:
            _check_context_constraint(name, pairs, operations, key)


def _check_context_constraint(name: str, pairs: dict[str, str], operations: list[str], key: Key) -> None:
    # RSA keys encrypt too, and do it without a context
    fitting = WITH_CONTEXT | MANAGEMENT if key.spec.symmetric else MANAGEMENT
    stray = [each for each in operations if each not in fitting]
    if stray:
        raise ValidationException(f"{name} is not supported with the grant operation {stray[0]}.")
    if len(pairs) > MOST_PAIRS:
        raise ValidationException(f"{name} can include up to {MOST_PAIRS} encryption context pairs.")
    if any(len(key) + len(value) > LONGEST_PAIR for key, value in pairs.items()):
        raise ValidationException(
            f"An encryption context pair of {name} cannot exceed {LONGEST_PAIR} characters."
        )


def _exactly_one(call: Call, one: str, other: str) -> None:
    _not_both(call, one, other)
    if one not in call.parameters and other not in call.parameters:
        raise ValidationException(f"You must specify either {one} or {other}.")


def _not_both(call: Call, one: str, other: str) -> None:
    if one in call.parameters and other in call.parameters:
        raise ValidationException(f"You can specify either {one} or {other}, but not both.")
