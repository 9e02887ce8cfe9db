"""A service as data, and the path of a request to it: operation, permission, what it asks of KMS, moto's answer."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from moto.core.model import OperationModel
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import determine_request_protocol
from moto.core.routing import NotFound, get_service_router
from moto.core.serialize import XFormedAttributePicker, get_serializer_class
from moto.core.utils import get_service_model

from kmsnb.kms.core.errors import KmsError
from kmsnb.kms.moto.models import KmsBackend

from . import as_sent  # noqa: F401 (moto reads requests through it)
from .call import Answer, Call, NotDone, Refusal, Unreadable, while_answering
from .question import Question

_UNREADABLE = 400, {"content-type": "application/json"}, '{"__type": "SerializationException"}'
_UNKNOWN = Refusal("UnknownOperationException", "")


@dataclass(frozen=True)
class Service:
    """An AWS service: its name in boto3, its principal, what its requests ask of KMS, and how it words a refusal.

    ``asks`` has a function for each operation that comes to KMS or needs something that moto lacks. It asks KMS through
    its ``Call``, lets moto answer with ``call.proceed()``, and returns the answer. ``refusal`` turns an error of KMS into
    one of the service. ``permit`` raises a ``Refusal`` where IAM and the policies of the service's own resources don't
    allow a request; it is called for every operation if permissions are enforced.

    ``question`` says, for ``explain``, what an action on an ARN needs, given the caller's account and further members.
    ``shortcut`` names an operation, with the members in the address, where that is easily seen, or where botocore's model
    lacks it; the function for the operation ``""`` gets what nobody can name. ``plain`` says of a request, before it costs
    anything, that none of this concerns it unless permissions are enforced.
    """

    name: str
    principal: str
    asks: Mapping[str, Callable[[Call], Answer]]
    refusal: Callable[[KmsError], Refusal]
    permit: Callable[[Call], None] | None = None
    question: Callable[[str, str, str, Mapping[str, Any]], Question] | None = None
    shortcut: Callable[[Any], tuple[str, Mapping[str, str]] | None] | None = None
    plain: Callable[[Any], bool] | None = None

    @cached_property
    def model(self) -> Any:
        """botocore's model of the service, as moto reads it."""
        return get_service_model(self.name)

    def answer(
        self, handler: Callable[..., Any], request: Any, url: str, headers: Any
    ) -> tuple[int, Any, Any]:
        """moto's answer to a request, or a refusal; ``handler`` is moto's, with the arguments that moto calls it with.

        What KMS has nothing to do with goes to moto as it is.
        """
        enforce = KmsBackend.settings.enforce and self.permit is not None

        def proceed() -> Answer:
            return Answer(*handler(request, url, headers))

        if not enforce and self.plain and self.plain(request):
            return self._plainly(proceed, request).as_tuple
        if enforce:
            request.environ.pop("HTTP_X_MOTO_ACCOUNT_ID", None)  # the signature says whose request it is
        try:
            name, path = (self.shortcut and self.shortcut(request)) or self._operation(request)
        except Refusal as refusal:
            return self._refused("", request, refusal).as_tuple
        except Exception:  # noqa: BLE001 (whatever the parser stumbles over, moto must not answer what KMS was not asked)
            return _UNREADABLE
        if not name and "" not in self.asks:
            if self.model.protocol == "json":
                return self._refused("", request, _UNKNOWN).as_tuple
            return self._plainly(proceed, request).as_tuple
        read, respond = partial(self._members, name, path, request), partial(self._serialized, name, request)
        call = Call(self.name, self.principal, name, path, read, request, proceed, respond)
        with while_answering(self.name, call.opened):
            return self._outcome(call, enforce).as_tuple

    def _plainly(self, proceed: Callable[[], Answer], request: Any) -> Answer:
        """moto's answer to a request that asks KMS nothing and needs no permission."""
        with while_answering(self.name, frozenset()):
            try:
                return proceed()
            except Refusal as refusal:
                return self._refused("", request, refusal)

    def _outcome(self, call: Call, enforce: bool) -> Answer:
        """The answer to a request, or the refusal: by the service's permissions, by KMS, by the service or by moto."""
        try:
            if enforce and self.permit:
                self.permit(call)
            return self.asks.get(call.operation, Call.proceed)(call)
        except NotDone as refused:
            answer = refused.answer
            if self.model.protocol == "json" and answer.status < 500:
                answer.status = 400  # the one status of AWS JSON for a client's fault; moto has 404, too
            return answer
        except Unreadable:
            return Answer(*_UNREADABLE)
        except KmsError as error:
            return self._refused(call.operation, call.request, self.refusal(error))
        except Refusal as refusal:
            return self._refused(call.operation, call.request, refusal)

    def _operation(self, request: Any) -> tuple[str, Mapping[str, str]]:
        """The operation that a request is for, and the parameters in its path; no name for what the service does not have."""
        try:
            operation, parameters = get_service_router(self.name).match(request)
        except NotFound:
            return "", {}
        return operation.name, parameters

    def _model_of(self, name: str) -> OperationModel:
        """The model of an operation; any one's for what has none, since refusals are alike."""
        names = self.model.operation_names
        return self.model.operation_model(name if name in names else names[0])

    def _members(self, name: str, path: Mapping[str, str], request: Any) -> dict[str, Any]:
        """The members of a request by their names in the API, from its path, query, headers and body."""
        protocol = determine_request_protocol(self.model, request.content_type)
        parser = PROTOCOL_PARSERS[protocol](self._model_of(name))
        members: dict[str, Any] = parser.parse(
            {
                "method": request.method,
                "values": request.values,
                "headers": request.headers,
                "body": request.data,
                "url_path": request.path,
                "url_params": dict(path),
            }
        )
        return members

    def _refused(self, name: str, request: Any, refusal: Refusal) -> Answer:
        """A refusal in the service's protocol: its code, its status and its message."""
        answer = self._serialized(name, request, refusal)
        answer.status = refusal.status or answer.status
        if request.method == "HEAD":
            answer.body = ""
        return answer

    def _serialized(self, name: str, request: Any, answer: Refusal | dict[str, Any]) -> Answer:
        """An answer in the service's protocol. Its members can be moto's own objects."""
        protocol = determine_request_protocol(self.model, request.content_type)
        serializer = get_serializer_class(self.name, protocol)
        serialized = serializer(self._model_of(name), value_picker=XFormedAttributePicker()).serialize(answer)
        headers = {"x-amzn-requestid": str(uuid.uuid4()), **serialized["headers"]}
        return Answer(serialized["status_code"], headers, serialized["body"])
