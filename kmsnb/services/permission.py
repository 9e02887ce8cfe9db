"""Whether IAM and the policies of a service's own resources allow a request to the service.

The service's ``…_permissions`` says which actions a request needs, on what; here each is decided.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from moto.utilities.utils import get_partition

from kmsnb.kms.api.enforcement import from_origin
from kmsnb.kms.api.origin import Origin
from kmsnb.kms.authorization import (
    Caller,
    Circumstances,
    Decision,
    Policy,
    ResourceRequest,
    Statement,
    decide_on_resource,
    why_denied,
)
from kmsnb.kms.authorization.principals import account_of
from kmsnb.kms.authorization.validation import named_principals
from kmsnb.kms.moto import callers

from .call import Call, Refusal


class Resource(NamedTuple):
    """What an action is authorized on: its ARN (``*`` for none in particular), the account that owns it, its policy.

    ``named`` is how messages name it; by default, by its ARN. ``tags`` are conditions, too.
    """

    arn: str
    account: str
    policy: Policy | None = None
    named: str | None = None
    tags: Mapping[str, str] = MappingProxyType({})


#: The condition keys that a service adds to a request, by their names in lower case.
Values = Mapping[str, tuple[str, ...]]


class Need(NamedTuple):
    """A permission that a request needs: an action such as ``s3:GetObject``, on what, with which condition keys."""

    action: str
    resource: Resource
    values: Values = MappingProxyType({})


def decide(call: Call, need: Need, caller: Caller | None = None) -> Decision:
    """The decision on one permission that a request needs. Raises a ``Refusal`` for credentials that IAM does not know.

    ``caller`` takes the place of the sender, for a request without a signature.
    """
    circumstances = circumstances_of(
        call.sender, call.service, call.region, call.now, secure=_is_secure(call.request)
    )
    return decision(caller or sender_of(call), need, circumstances, get_partition(call.region))


def decision(caller: Caller, need: Need, circumstances: Circumstances, partition: str) -> Decision:
    """The decision on one permission that a caller needs."""
    resource = need.resource
    return decide_on_resource(
        ResourceRequest(
            caller,
            need.action,
            resource.arn,
            resource.account,
            resource.policy,
            {**need.values, **_of_tags(need)} if resource.tags else need.values,
            circumstances,
            callers.place(resource.account, partition),
        )
    )


def _of_tags(need: Need) -> Values:
    """The condition keys of a resource's tags, which services have under their own name, too."""
    service = need.action.partition(":")[0]
    return {
        f"{of}:resourcetag/{name.lower()}": (value,)
        for name, value in need.resource.tags.items()
        for of in ("aws", service)
    }


def require(call: Call, needs: Iterable[Need]) -> None:
    """Raise ``AccessDeniedException`` unless a request has every permission that it needs."""
    for need in needs:
        found = decide(call, need)
        if not found.allowed:
            raise Refusal("AccessDeniedException", message(found, need.resource.named))


def message(denied: Decision, named: str | None = None) -> str:
    """How services word a denial: IAM User Guide, "Troubleshoot access denied error messages"."""
    request = denied.request
    named = named or request.arn
    on = "" if named == "*" else f" on resource: {named}"
    return (
        f"User: {request.caller.arn} is not authorized to perform: {request.action}{on} {why_denied(denied)}"
    )


def is_malformed(statement: Statement) -> bool:
    """Whether a statement of a resource's policy, or a test in its Condition, is not of the policy language."""
    return bool(statement.flaw) or any(test.flaw for test in statement.conditions.tests)


def names_nobody(policy: Policy) -> bool:
    """Whether a policy names a user or role that does not exist, in an account of which IAM holds some."""
    names = {name for statement in policy.statements for name in named_principals(statement)}
    return any(callers.any_in(account_of(name)) and not callers.exists(name) for name in names)


def sender_of(call: Call) -> Caller:
    """The principal that sent a request. Raises a ``Refusal`` for credentials that IAM does not know, or for none."""
    caller = call.caller
    if caller is None:
        raise Refusal("UnrecognizedClientException", "The security token included in the request is invalid.")
    return caller


def circumstances_of(
    origin: Origin, service: str, region: str, now: datetime, *, secure: bool = True
) -> Circumstances:
    """The circumstances of a request to a service; ``secure`` says whether it came over TLS."""
    endpoint = None
    if origin.vpc_endpoint and not origin.service_name:
        endpoint = callers.vpc_endpoint(origin.vpc_endpoint, region, service)
    found = from_origin(origin, endpoint, region, get_partition(region), now, callers)
    return replace(found, secure_transport=secure)


def named_values(members: Mapping[str, Any], keys: Mapping[str, str]) -> Values:
    """The condition keys that repeat members of a request: ``keys`` says which member is in which key."""
    return {key: (_text(members[name]),) for name, key in keys.items() if members.get(name) is not None}


def tags_in(members: Mapping[str, Any]) -> Values:
    """The condition keys of the tags that a request sets, or removes by ``TagKeys``."""
    tags = by_key(members.get("Tags"))
    values = {f"aws:requesttag/{key.lower()}": (value,) for key, value in tags.items()}
    keys = tuple(tags) or tuple(members.get("TagKeys") or ())
    return {**values, "aws:tagkeys": keys} if keys else values


def by_key(tags: Any) -> dict[str, str]:
    """Tags as the API lists them, by their keys. What is not a tag is left out: moto rejects it."""
    pairs = (tag for tag in tags or () if isinstance(tag, dict) and "Key" in tag)
    return {pair["Key"]: pair.get("Value") or "" for pair in pairs}


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _is_secure(request: Any) -> bool:
    """Whether a client used HTTPS. The mock's own server, which speaks HTTP, stands for an AWS that is reached over TLS."""
    return request.scheme == "https" or "amazonaws.com" not in request.host
