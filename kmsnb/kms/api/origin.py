"""The origin of a request: what its headers say about the sender."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

#: Headers of this mock, with which a client plays an AWS service, or one in a network. AWS has nothing like them.
VIA_SERVICE, SERVICE, SOURCE_ARN = "x-kmsnb-via-service", "x-kmsnb-service", "x-kmsnb-source-arn"
SOURCE_IP, VIA_ENDPOINT = "x-kmsnb-source-ip", "x-kmsnb-via-endpoint"

#: The services that fill ``aws:CalledVia`` (IAM User Guide, "AWS global condition context keys"): neither S3 nor EC2 does.
_FILL_CALLED_VIA = frozenset(
    [
        "aoss",
        "athena",
        "backup",
        "cloud9",
        "cloudformation",
        "databrew",
        "dataexchange",
        "dynamodb",
        "imagebuilder",
        "kms",
        "mgn",
        "nimble",
        "omics",
        "ram",
        "robomaker",
        "servicecatalog-appregistry",
        "sqlworkbench",
        "ssm-guiconnect",
    ]
)

#: Where requests come from that don't say so.
HERE = "127.0.0.1"


class Origin(NamedTuple):
    """The sender of a request.

    ``via_service`` is an AWS service that calls on behalf of the owner of the access key, and ``through`` are those that
    called before it, from first to last; ``service`` is one that calls for itself, for the resource ``source_arn``. All
    are names such as ``ec2.amazonaws.com``. ``vpc_endpoint`` is the id of the VPC endpoint that the caller used, for AWS
    KMS or for the first of the services. ``request`` is the request to ``via_service`` or ``service`` that made it call,
    such as ``s3:PutObject``. ``invoked_by`` is what CloudTrail calls the sender if that is neither of the two.
    """

    access_key: str
    session_token: str | None = None
    via_service: str | None = None
    service: str | None = None
    source_arn: str | None = None
    through: tuple[str, ...] = ()
    source_ip: str = HERE
    vpc_endpoint: str | None = None
    user_agent: str | None = None
    request: str | None = None
    invoked_by: str | None = None

    @classmethod
    def of(cls, access_key: str, headers: Mapping[str, str]) -> Origin:
        """The origin of a request with these headers."""
        *through, via_service = (headers.get(VIA_SERVICE) or "").split(",")
        return cls(
            access_key,
            headers.get("X-Amz-Security-Token"),
            via_service or None,
            headers.get(SERVICE),
            headers.get(SOURCE_ARN),
            tuple(through),
            headers.get(SOURCE_IP) or HERE,
            headers.get(VIA_ENDPOINT),
            headers.get("User-Agent"),
        )

    def on_behalf(self, service: str, request: str | None = None) -> Origin:
        """The origin of what ``service`` asks on behalf of this one, with that service as the last in between."""
        through = (*self.through, self.via_service) if self.via_service else ()
        return self._replace(via_service=service, through=through, request=request)

    @property
    def service_name(self) -> str | None:
        """The AWS service that sends the request, for itself or on someone's behalf; None if it is the caller."""
        return self.service or self.via_service

    @property
    def called_via(self) -> tuple[str, ...]:
        """``aws:CalledVia``: the services that call on behalf of someone, of those that fill it, without their Regions."""
        chain = (*self.through, self.via_service) if self.via_service else ()
        names = [name.split(".")[0] for name in chain]
        return tuple(f"{name}.amazonaws.com" for name in names if name in _FILL_CALLED_VIA)

    def via(self, region: str) -> str | None:
        """``kms:ViaService``: the service with the Region it works in."""
        return self.via_service and f"{self.via_service.split('.')[0]}.{region}.amazonaws.com"
