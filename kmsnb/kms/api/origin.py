"""The origin of a request: what its headers say about the sender."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

#: Headers of this mock, with which a client plays an AWS service. AWS has nothing like them.
VIA_SERVICE, SERVICE, SOURCE_ARN = "x-kmsnb-via-service", "x-kmsnb-service", "x-kmsnb-source-arn"


class Origin(NamedTuple):
    """The sender of a request.

    ``via_service`` is an AWS service that calls on behalf of the owner of the access key; ``service`` is one that calls
    for itself, for the resource ``source_arn``. Both are names such as ``ec2.amazonaws.com``.
    """

    access_key: str
    session_token: str | None = None
    via_service: str | None = None
    service: str | None = None
    source_arn: str | None = None

    @classmethod
    def of(cls, access_key: str, headers: Mapping[str, str]) -> Origin:
        """The origin of a request with these headers."""
        return cls(
            access_key,
            headers.get("X-Amz-Security-Token"),
            headers.get(VIA_SERVICE),
            headers.get(SERVICE),
            headers.get(SOURCE_ARN),
        )

    def via(self, region: str) -> str | None:
        """``kms:ViaService``: the service with the Region it works in."""
        return self.via_service and f"{self.via_service.split('.')[0]}.{region}.amazonaws.com"
