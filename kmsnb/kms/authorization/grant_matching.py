"""What a grant permits: its grantee, its operations, its constraints; and who can retire it.

AWS KMS Developer Guide, "Grants in AWS KMS", "Creating grants" and "Retiring and revoking grants"; API Reference,
"GrantConstraints".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from .facts import GrantFacts
from .principals import Binding
from .request import Request


class GrantMatch(NamedTuple):
    """How a grant matches a request. ``failed`` says why it doesn't; None if the grant permits the request."""

    grant: GrantFacts
    failed: str | None = None
    binding: Binding | None = None

    @property
    def applies(self) -> bool:
        """Whether the grant permits the request."""
        return self.failed is None

    @property
    def grantee_fits(self) -> bool:
        """Whether the caller is the grantee, at least."""
        return self.failed != _OTHER_GRANTEE


_OTHER_GRANTEE = "its grantee principal is another"


def match_grant(grant: GrantFacts, request: Request) -> GrantMatch:
    """Match a grant against a request."""
    binding = request.caller.binding(grant.grantee)
    if binding is None:
        return GrantMatch(grant, _OTHER_GRANTEE)
    if request.operation not in grant.operations:
        return GrantMatch(grant, "it does not permit this operation")
    if not grant.settled and grant.id not in request.grant_ids:
        return GrantMatch(grant, "it is so new that its grant token is needed")
    failed = _failing_constraint(grant, request)
    if failed is None and request.operation == "CreateGrant":
        child = GrantFacts.of("", "", request.parameters)
        failed = None if is_no_wider(child, grant) else "the new grant would permit more than it does"
    return GrantMatch(grant, failed, None if failed else binding)


def is_no_wider(child: GrantFacts, parent: GrantFacts) -> bool:
    """Whether a grant created under ``parent`` is "equally strict or stricter"."""
    if not child.operations <= parent.operations:
        return False
    if parent.source_arn is not None and child.source_arn != parent.source_arn:
        return False
    if parent.context_equals is not None and (
        child.context_equals is None or _folded(child.context_equals) != _folded(parent.context_equals)
    ):
        return False
    required = _folded(parent.context_subset)
    return required <= _folded(child.context_equals) or required <= _folded(child.context_subset)


def retiring_binding(grant: GrantFacts, request: Request, owner: str) -> Binding | None:
    """How closely the right to retire ``grant`` names the caller; None if the caller doesn't have it.

    The retiring principal has it, and the grantee if the grant permits RetireGrant; also the account that made the
    grant and the one that owns the key, which can delegate it with IAM policies.
    """
    entitled = [grant.retiring or "", grant.issuing_account, owner]
    if "RetireGrant" in grant.operations:
        entitled.append(grant.grantee)
    bindings = [request.caller.binding(each) for each in entitled]
    return max((binding for binding in bindings if binding is not None), default=None)


def _failing_constraint(grant: GrantFacts, request: Request) -> str | None:
    if grant.source_arn is not None and request.circumstances.source_arn != grant.source_arn:
        return "the request is not made for the resource of its SourceArn constraint"
    rules = request.rules
    if not rules or not rules.has_context:
        return None  # "the constraint doesn't apply to these operations"
    context = _folded(request.encryption_context)
    if grant.context_equals is not None and context != _folded(grant.context_equals):
        return "the encryption context is not that of its EncryptionContextEquals constraint"
    if grant.context_subset is not None and not _folded(grant.context_subset) <= context:
        return "the encryption context lacks pairs of its EncryptionContextSubset constraint"
    return None


def _folded(context: Mapping[str, str] | None) -> frozenset[tuple[str, str]]:
    """Pairs as constraints compare them: "the key is not case sensitive, but the value is case sensitive"."""
    return frozenset((key.lower(), value) for key, value in (context or {}).items())
