"""Who may do what in Parameter Store: IAM policies decide; a parameter has no policy of its own here.

Service Authorization Reference, "Actions, resources, and condition keys for AWS Systems Manager". The rest of Systems
Manager is not asked about permissions. Sharing advanced parameters with other accounts is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from moto.ssm.utils import parameter_arn

from . import permission
from .call import Call
from .permission import Need, Resource

#: Operations on parameters, and the member that names them.
ON_PARAMETERS = {
    "DeleteParameter": "Name",
    "DeleteParameters": "Names",
    "GetParameter": "Name",
    "GetParameterHistory": "Name",
    "GetParameters": "Names",
    "GetParametersByPath": "Path",
    "LabelParameterVersion": "Name",
    "PutParameter": "Name",
    "UnlabelParameterVersion": "Name",
}


def permit(call: Call) -> None:
    """Raise ``AccessDeniedException`` unless IAM allows the request for every parameter that it names."""
    permission.require(call, needs(call))


def needs(call: Call) -> Iterator[Need]:
    """The permissions that a request needs: its own action, on each parameter."""
    action = f"ssm:{call.operation}"
    if call.operation == "DescribeParameters":
        yield Need(action, Resource("*", call.account, named=f"arn:aws:ssm:{call.region}:{call.account}:*"))
    for name in _named(call.members.get(ON_PARAMETERS.get(call.operation, ""))):
        yield Need(action, of_parameter(name, call.account, call.region), _values(call.members))


def of_parameter(name: str, account: str, region: str) -> Resource:
    """A parameter, by its name (with a version or label, if need be) or its ARN."""
    if not name.startswith("arn:"):
        name = parameter_arn(account, region, name.split(":")[0].rstrip("/"))
    return Resource(name, account)


def _named(value: Any) -> list[str]:
    """The names in a member, which the request may have in another form: moto rejects it then."""
    names = value if isinstance(value, list) else [value]
    return [name for name in names if isinstance(name, str)]


def _values(members: dict[str, Any]) -> permission.Values:
    return permission.named_values(members, {"Overwrite": "ssm:overwrite", "Recursive": "ssm:recursive"})
