"""The VPC endpoints of moto's EC2."""

from __future__ import annotations

import ipaddress
import sys
from functools import lru_cache
from typing import TYPE_CHECKING

from ..api.origin import HERE, Origin
from ..authorization import VpcEndpoint, parse_key_policy

if TYPE_CHECKING:
    from moto.ec2.models import EC2Backend

_parsed = lru_cache(maxsize=64)(parse_key_policy)  # it has a Principal


def vpc_endpoint(endpoint_id: str, region: str, service: str = "kms") -> VpcEndpoint | None:
    """The endpoint with this id, whichever account has it; None if the Region has none that leads to the service."""
    backend = _backend(endpoint_id, region)
    if backend is None or service_behind(endpoint_id, region) != service:
        return None
    found = backend.vpc_end_points[endpoint_id]
    return VpcEndpoint(found.id, found.vpc_id, _parsed(found.policy_document, "VPC endpoint policy"))


def service_behind(endpoint_id: str, region: str) -> str | None:
    """The service to which an endpoint leads, such as ``s3``; None if the Region has no such endpoint."""
    backend = _backend(endpoint_id, region)
    if backend is None or backend.vpc_end_points[endpoint_id].state != "available":
        return None
    name: str = backend.vpc_end_points[endpoint_id].service_name
    return name.removeprefix(f"com.amazonaws.{region}.").removesuffix("-fips")


def on_the_way_to(service: str, origin: Origin, region: str) -> Origin:
    """The origin of a request to a service: it does not come through an endpoint that leads to another one."""
    own = origin.vpc_endpoint and not origin.service_name
    if own and service_behind(origin.vpc_endpoint or "", region) not in (None, service):
        return origin._replace(vpc_endpoint=None, source_ip=HERE)
    return origin


def first_address(endpoint_id: str, region: str) -> str:
    """The first address that a client in the endpoint's VPC can have; AWS keeps four (VPC User Guide, "Subnet sizing")."""
    backend = _backend(endpoint_id, region)
    if backend is None:
        raise ValueError(f"There is no VPC endpoint {endpoint_id!r} in {region}.")
    vpc = backend.get_vpc(backend.vpc_end_points[endpoint_id].vpc_id)
    return str(ipaddress.ip_network(vpc.cidr_block)[4])


def _backend(endpoint_id: str, region: str) -> EC2Backend | None:
    """The EC2 of the account that has the endpoint."""
    models = sys.modules.get("moto.ec2.models")
    if models is None:  # nobody has called EC2 yet
        return None
    for account in list(models.ec2_backends.values()):
        if region in account and endpoint_id in account[region].vpc_end_points:
            backend: EC2Backend = account[region]
            return backend
    return None
