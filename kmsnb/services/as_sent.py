"""What moto reads of a request that AWS does not: kept from it, so that moto answers what the service has seen.

moto takes parameters, and even the operation, from a form, the query, the text of a JSON body or headers, whatever it
finds first; and it finds the Region in the address or the user agent. AWS reads each in one place, by the protocol of the
service (Smithy, "AWS JSON 1.1 protocol" and "AWS REST XML protocol").
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache, wraps
from typing import Any

from moto.core.responses import BaseResponse
from moto.core.utils import get_service_model

from kmsnb.kms.moto.models import KmsBackend

from .call import Refusal, answering_service, signature


def _as_aws_reads(theirs: Any) -> Any:
    """moto's preparation of an answer (``theirs``), after which moto has what AWS would read, and no more."""

    @wraps(theirs)
    def setup_class(self: BaseResponse, request: Any, *args: Any, **more: Any) -> None:
        theirs(self, request, *args, **more)
        service = answering_service()
        if not service:
            return  # a request that no service of ours sees
        found = _parameters(service, request)
        if found is not None:
            self.querystring = self.data = found
        # permissions were decided for the Region of the signature, so moto must not answer for another
        if _protocol(service) == "json" and KmsBackend.settings.enforce:
            region = signature(request)[1]
            if region != self.region:
                raise Refusal(
                    "InvalidSignatureException",
                    f"Credential should be scoped to a valid region, not '{region}'.",
                )

    return setup_class


def _parameters(service: str, request: Any) -> dict[str, Any] | None:
    """The parameters outside the body; None where moto reads the same, and for a form that a browser sends S3."""
    protocol = _protocol(service)
    if protocol == "json":
        return {}
    if protocol in ("query", "ec2"):
        return _lists(request.values)
    if "form" not in request.environ.get("CONTENT_TYPE", "").lower():
        return None
    if request.method == "POST" and request.mimetype == "multipart/form-data":
        return None
    return _lists(request.args)


def _lists(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: [value] for name, value in values.items()}


@lru_cache
def _protocol(service: str) -> str:
    return str(get_service_model(service).protocol)


if not hasattr(BaseResponse.setup_class, "__wrapped__"):  # once in a process
    _response: Any = BaseResponse
    _response.setup_class = _as_aws_reads(BaseResponse.setup_class)
