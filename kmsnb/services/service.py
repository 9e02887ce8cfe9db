"""A service as data, and the path of a request to it: operation, permission, what it asks of KMS, moto's answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from moto.core.model import OperationModel
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import determine_request_protocol
from moto.core.routing import NotFound, get_service_router
from moto.core.serialize import get_serializer_class
from moto.core.utils import get_service_model

from kmsnb.kms.core.errors import KmsError
from kmsnb.kms.moto.models import KmsBackend

from .call import Answer, Call, NotDone, Refusal


@dataclass(frozen=True)
class Service:
    """An AWS service: its name in boto3, its principal, what its requests ask of KMS, and how it words a refusal.

    ``asks`` has a function for each operation that comes to KMS or needs something that moto lacks. It asks KMS through
    its ``Call``, lets moto answer with ``call.proceed()``, and returns the answer. ``refusal`` turns an error of KMS into
    one of the service. ``permit`` raises a ``Refusal`` where IAM and the policies of the service's own resources don't
    allow a request; it is called for every operation if permissions are enforced. ``plain``
    says of a request, before it costs anything, that none of this concerns it unless permissions are enforced.
    """

    name: str
    principal: str
    asks: Mapping[str, Callable[[Call], Answer]]
    refusal: Callable[[KmsError], Refusal]
    permit: Callable[[Call], None] | None = None
    plain: Callable[[Any], bool] | None = None

    @cached_property
    def model(self) -> Any:
        """botocore's model of the service, as moto reads it."""
        return get_service_model(self.name)

    def answer(
        self, handler: Callable[..., Any], request: Any, url: str, headers: Any
    ) -> tuple[int, Any, Any]:
        """moto's answer to a request, or the service's refusal. What KMS has nothing to do with goes to moto as it is."""
        enforce = KmsBackend.settings.enforce and self.permit is not None
        answered: tuple[int, Any, Any]
        if not enforce and self.plain and self.plain(request):
            answered = handler(request, url, headers)
            return answered
        try:
            operation, parameters = self._operation(request)
            ours = operation is not None and (enforce or operation.name in self.asks)
            members = self._members(operation, parameters, request) if operation and ours else {}
        except Exception:  # noqa: BLE001 (whatever the parser stumbles over, moto must not answer what KMS was not asked)
            return 400, {"content-type": "application/json"}, '{"__type": "SerializationException"}'
        if operation is None or not ours:
            answered = handler(request, url, headers)
            return answered
        call = Call(
            self.name,
            self.principal,
            operation.name,
            members,
            request,
            lambda: Answer(*handler(request, url, headers)),
        )
        try:
            if enforce and self.permit:
                self.permit(call)
            done = self.asks.get(operation.name, Call.proceed)(call)
        except NotDone as refused:
            done = refused.answer
        except KmsError as error:
            done = self._refused(operation, request, self.refusal(error))
        except Refusal as refusal:
            done = self._refused(operation, request, refusal)
        return done.status, done.headers, done.body

    def _operation(self, request: Any) -> tuple[OperationModel | None, dict[str, Any]]:
        """The operation that a request is for, and the parameters in its path; None for what the service does not have."""
        try:
            operation, parameters = get_service_router(self.name).match(request)
        except NotFound:
            return None, {}
        return operation, parameters

    def _members(self, operation: OperationModel, parameters: dict[str, Any], request: Any) -> dict[str, Any]:
        """The members of a request by their names in the API, from its path, query, headers and body."""
        parser = PROTOCOL_PARSERS[determine_request_protocol(self.model, request.content_type)](operation)
        members: dict[str, Any] = parser.parse(
            {
                "method": request.method,
                "values": request.values,
                "headers": request.headers,
                "body": request.data,
                "url_path": request.path,
                "url_params": parameters,
            }
        )
        return members

    def _refused(self, operation: OperationModel, request: Any, refusal: Refusal) -> Answer:
        """A refusal in the service's protocol: its code, its status and its message."""
        protocol = determine_request_protocol(self.model, request.content_type)
        serialized = get_serializer_class(self.name, protocol)(operation).serialize(refusal)
        body = "" if request.method == "HEAD" else serialized["body"]
        return Answer(refusal.status or serialized["status_code"], serialized["headers"], body)
