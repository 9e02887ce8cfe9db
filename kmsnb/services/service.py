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

from .call import Answer, Call, NotDone, Refusal, Unreadable, answering

_UNREADABLE = 400, {"content-type": "application/json"}, '{"__type": "SerializationException"}'


@dataclass(frozen=True)
class Service:
    """An AWS service: its name in boto3, its principal, what its requests ask of KMS, and how it words a refusal.

    ``asks`` has a function for each operation that comes to KMS or needs something that moto lacks. It asks KMS through
    its ``Call``, lets moto answer with ``call.proceed()``, and returns the answer. ``refusal`` turns an error of KMS into
    one of the service. ``permit`` raises a ``Refusal`` where IAM and the policies of the service's own resources don't
    allow a request; it is called for every operation if permissions are enforced. ``unmodelled`` names a request that
    botocore's model of the service lacks. ``plain`` says of a request, before it costs anything, that none of this
    concerns it unless permissions are enforced.
    """

    name: str
    principal: str
    asks: Mapping[str, Callable[[Call], Answer]]
    refusal: Callable[[KmsError], Refusal]
    permit: Callable[[Call], None] | None = None
    unmodelled: Callable[[Any], str | None] | None = None
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
        if not enforce and self.plain and self.plain(request):
            return _plainly(handler, request, url, headers)
        try:
            operation, path = self._operation(request)
            name = operation.name if operation else self.unmodelled and self.unmodelled(request)
        except Exception:  # noqa: BLE001 (whatever the parser stumbles over, moto must not answer what KMS was not asked)
            return _UNREADABLE
        if not name:
            return _plainly(handler, request, url, headers)
        model = operation or self.model.operation_model(self.model.operation_names[0])
        call = Call(
            self.name,
            self.principal,
            name,
            path,
            lambda: self._members(model, path, request),
            request,
            lambda: Answer(*handler(request, url, headers)),
        )
        before = answering.set(call)
        try:
            done = self._done(call, enforce)
        except NotDone as refused:
            done = refused.answer
        except Unreadable:
            return _UNREADABLE
        except KmsError as error:
            done = self._refused(model, request, self.refusal(error))
        except Refusal as refusal:
            done = self._refused(model, request, refusal)
        finally:
            answering.reset(before)
        return done.status, done.headers, done.body

    def _done(self, call: Call, enforce: bool) -> Answer:
        if enforce and self.permit:
            self.permit(call)
        return self.asks.get(call.operation, Call.proceed)(call)

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


def _plainly(handler: Callable[..., Any], request: Any, url: str, headers: Any) -> tuple[int, Any, Any]:
    answered: tuple[int, Any, Any] = handler(request, url, headers)
    return answered


def serialized(call: Call, result: dict[str, Any]) -> Answer:
    """An answer of our own, from the members of the response by their names in the API."""
    model = get_service_model(call.service)
    protocol = determine_request_protocol(model, call.request.content_type)
    response = get_serializer_class(call.service, protocol)(model.operation_model(call.operation)).serialize(
        result
    )
    return Answer(response["status_code"], response["headers"], response["body"])
