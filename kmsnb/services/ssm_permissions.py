"""Who may do what in Parameter Store: IAM policies decide; a parameter has no policy of its own here.

Service Authorization Reference, "Actions, resources, and condition keys for AWS Systems Manager". The rest of Systems
Manager is not asked about permissions. Sharing advanced parameters with other accounts is left out.

GetParametersByPath is authorized on the path as the request has it. So ``/app`` is not ``/app/``: only the second is
matched by ``parameter/app/*`` (AWS's message for such a path is in records).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from moto.ssm.models import ssm_backends
from moto.ssm.utils import parameter_arn

from kmsnb.kms.authorization.principals import account_of

from . import permission
from .call import Call
from .permission import Need, Resource

#: Operations on parameters, and the member that names them. Those on tags can be on something else.
ON_PARAMETERS = {
    "AddTagsToResource": "ResourceId",
    "DeleteParameter": "Name",
    "DeleteParameters": "Names",
    "GetParameter": "Name",
    "GetParameterHistory": "Name",
    "GetParameters": "Names",
    "GetParametersByPath": "Path",
    "LabelParameterVersion": "Name",
    "ListTagsForResource": "ResourceId",
    "PutParameter": "Name",
    "RemoveTagsFromResource": "ResourceId",
    "UnlabelParameterVersion": "Name",
}
#: Parameters that AWS publishes; no account is in their ARNs.
PUBLIC = "/aws/service/"


def permit(call: Call) -> None:
    """Raise ``AccessDeniedException`` unless IAM allows the request for every parameter that it names."""
    permission.require(call, needs(call))


def needs(call: Call) -> Iterator[Need]:
    """The permissions that a request needs: its own action, on each parameter."""
    action = f"ssm:{call.operation}"
    if call.operation == "DescribeParameters":
        yield Need(action, Resource("*", call.account, named=f"arn:aws:ssm:{call.region}:{call.account}:*"))
    if call.members.get("ResourceType", "Parameter") != "Parameter":
        return  # tags of something else
    for name in _named(call.members.get(ON_PARAMETERS.get(call.operation, ""))):
        on = of_parameter(name, call.account, call.region)
        yield Need(action, on, values(call.members))
        if call.operation == "PutParameter" and call.members.get("Tags"):
            yield Need("ssm:AddTagsToResource", on, permission.tags_in(call.members))


def of_parameter(name: str, account: str, region: str) -> Resource:
    """A parameter or a path, by its name or its ARN. The name of a parameter can end in a version or a label."""
    if name.startswith("arn:"):
        arn, owner = ":".join(name.split(":")[:6]), account_of(name) or account
    else:
        name = name.split(":")[0]
        arn, owner = parameter_arn("" if name.startswith(PUBLIC) else account, region, name), account
    return Resource(arn, owner, tags=_tags(arn, owner, region))


def _tags(arn: str, account: str, region: str) -> Mapping[str, str]:
    """The tags of a parameter; moto has them by its name, which can begin with a slash or not."""
    stored: Any = ssm_backends[account][region]._resource_tags.get("Parameter", {})
    name = arn.partition(":parameter")[2]
    return stored.get(name) or stored.get(name[1:]) or {}


def _named(value: Any) -> list[str]:
    """The names in a member, which the request may have in another form: moto rejects it then."""
    names = value if isinstance(value, list) else [value]
    return [name for name in names if isinstance(name, str)]


def values(members: Mapping[str, Any]) -> permission.Values:
    """The condition keys of Systems Manager in a request."""
    named = permission.named_values(members, {"Overwrite": "ssm:overwrite", "Recursive": "ssm:recursive"})
    return {**named, **permission.tags_in(members)}
