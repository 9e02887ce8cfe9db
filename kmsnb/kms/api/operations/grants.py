"""CreateGrant, ListGrants, ListRetirableGrants, RevokeGrant, RetireGrant."""

import re
from typing import Any

from ...authorization.actions import ACTIONS
from ...core import identifiers
from ...core.errors import (
    InvalidGrantIdException,
    LimitExceededException,
    NotFoundException,
    ValidationException,
)
from ...core.grant import MOST_GRANTS, PRINCIPALS, Grant, read_token
from ...core.key import Key
from ...core.specs import USAGE_OF_OPERATION
from ...core.state import ANY, USABLE
from ..call import Call
from .paging import ordinal, page
from .registry import Response, looks, manages, needs_no_key

#: Grant operations with an encryption context, to which an encryption context constraint therefore applies.
_WITH_CONTEXT = frozenset(name for name, action in ACTIONS.items() if action.has_context)
#: Grant operations that suit every key.
_MANAGEMENT = frozenset({"CreateGrant", "RetireGrant", "DescribeKey"})

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
def create_grant(call: Call) -> Response:
    """Create a grant. Repeating a request with the same name returns the same grant and another token."""
    key = call.key()
    _check_principals(call)
    _check_operations(call, key)
    principal_ids = call.guard.principals_of_grant(*(call.get(name) for name in PRINCIPALS))
    terms = {name: call[name] for name in _TERMS if name in call.parameters}
    grant = _same_as_before(key, terms, principal_ids)
    if grant is None and len(key.grants) >= MOST_GRANTS:
        raise LimitExceededException(f"{key.arn} has reached its limit of {MOST_GRANTS} grants.")
    call.stop_if_dry_run()
    if grant is None:
        key.grants_made += 1
        grant_id = identifiers.grant_id(key.arn, key.grants_made)
        grant = Grant(grant_id, key.grants_made, key.arn, call.now, call.region.account, terms, principal_ids)
        key.grants[grant_id] = grant
    return {"GrantToken": grant.new_token(), "GrantId": grant.id}


@looks(across_accounts=True)
def list_grants(call: Call) -> Response:
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
        (key, grant)
        for grant in key.grants.values()
        if grant.id == call.get("GrantId", grant.id)
        and (not wanted or wanted.items() <= _principals(call, grant).items())
    ]
    return _grants_page(call, grants)


@needs_no_key()
def list_retirable_grants(call: Call) -> Response:
    """The grants in this Region that a principal can retire, on keys of any account."""
    _exactly_one(call, "RetiringPrincipal", "RetiringServicePrincipal")
    name = "RetiringPrincipal" if "RetiringPrincipal" in call.parameters else "RetiringServicePrincipal"
    grants = [
        (key, grant)
        for region in call.region.of_all_accounts()
        for key in region.keys.values()
        for grant in key.grants.values()
        if _principals(call, grant).get(name) == call[name]
    ]
    return _grants_page(call, grants)


@manages(ANY, across_accounts=True, aws_managed_too=True)
def revoke_grant(call: Call) -> None:
    key = call.key()
    _find(key, call["GrantId"])
    call.stop_if_dry_run()
    key.end_grant(call["GrantId"], call.now)


@manages(ANY, across_accounts=True, aws_managed_too=True)
def retire_grant(call: Call) -> None:
    """Retire a grant, named by its token, or by its id and its key."""
    if "GrantToken" in call.parameters:
        arn, grant_id = read_token(call["GrantToken"])
        key = call.find(arn)
    elif "KeyId" in call.parameters and "GrantId" in call.parameters:
        key, grant_id = call.find(call["KeyId"]), call["GrantId"]
    else:
        raise ValidationException("You must specify either a grant token, or both a grant ID and a key ARN.")
    # the grant itself decides who can retire it
    call.admit(key, grant=_find(key, grant_id))
    call.stop_if_dry_run()
    key.end_grant(grant_id, call.now)


def _grants_page(call: Call, grants: list[tuple[Key, Grant]]) -> dict[str, Any]:
    def place(entry: tuple[Key, Grant]) -> str:
        key, grant = entry
        return f"{key.account_id} {ordinal(key.ordinal)} {ordinal(grant.ordinal)}"

    response = page(call, "Grants", grants, place=place, default=50, most=100)
    return response | {"Grants": [call.guard.grant_now(grant).describe() for _, grant in response["Grants"]]}


def _find(key: Key, grant_id: str) -> Grant:
    _check_id(grant_id)
    if grant_id not in key.grants:
        raise NotFoundException(f"Grant ID {grant_id} not found")
    return key.grants[grant_id]


def _check_id(grant_id: str) -> None:
    if not _GRANT_ID.fullmatch(grant_id):
        raise InvalidGrantIdException(f"Invalid grant ID {grant_id}")


def _principals(call: Call, grant: Grant) -> dict[str, str]:
    terms = call.guard.grant_now(grant).terms
    return {name: value for name, value in terms.items() if name.endswith("Principal")}


def _same_as_before(key: Key, terms: dict[str, Any], principal_ids: dict[str, str]) -> Grant | None:
    """The grant that an identical request created before, if it has a name."""
    if "Name" not in terms:
        return None
    same = (
        grant for grant in key.grants.values() if (grant.terms, grant.principal_ids) == (terms, principal_ids)
    )
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
    if not key.spec.symmetric and set(_CONTEXT_CONSTRAINTS) & call.get("Constraints", {}).keys():
        raise ValidationException(
            "EncryptionContext is supported only when creating a grant for a symmetric encryption KMS key."
        )
    if not operations:
        raise ValidationException("Operations must contain at least one grant operation.")
    for operation in operations:
        if not _suits(operation, key):
            raise ValidationException(
                f"Grant operation {operation} is not valid for a key of key spec {key.spec.name} and key usage {key.usage}."
            )
    for name in _CONTEXT_CONSTRAINTS:
        pairs = call.get("Constraints", {}).get(name)
        if pairs is not None:
            _check_context_constraint(name, pairs, operations)


def _check_context_constraint(name: str, pairs: dict[str, str], operations: list[str]) -> None:
    stray = [each for each in operations if each not in _WITH_CONTEXT | _MANAGEMENT]
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


def _suits(operation: str, key: Key) -> bool:
    """Whether a grant for ``operation`` makes sense on ``key``."""
    if operation in _MANAGEMENT:
        return True
    if operation == "GetPublicKey":
        return key.spec.asymmetric
    if operation.startswith("GenerateDataKey"):
        return key.spec.symmetric
    if operation in ("ReEncryptFrom", "ReEncryptTo"):
        operation = "ReEncrypt"
    return USAGE_OF_OPERATION[operation] == key.usage
