"""The VPC endpoints for KMS of moto's EC2."""

from __future__ import annotations

import ipaddress
import sys
from functools import lru_cache
from typing import TYPE_CHECKING

from ..authorization import VpcEndpoint, parse_key_policy

if TYPE_CHECKING:
    from moto.ec2.models import EC2Backend

_parsed = lru_cache(maxsize=64)(parse_key_policy)  # it has a Principal


def vpc_endpoint(endpoint_id: str, region: str) -> VpcEndpoint | None:
    """The endpoint with this id, whichever account it belongs to; None if the Region has none that leads to KMS."""
    backend = _backend(endpoint_id, region)
    if backend is None:
        return None
    found = backend.vpc_end_points[endpoint_id]
    if found.state != "available" or found.service_name not in (
        f"com.amazonaws.{region}.kms",
        f"com.amazonaws.{region}.kms-fips",
    ):
        return None
    return VpcEndpoint(found.id, found.vpc_id, _parsed(found.policy_document, "VPC endpoint policy"))


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
