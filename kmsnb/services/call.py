"""One request to an AWS service, and the four ways in which the service then comes to KMS.

(a) ``ask`` on behalf of whoever sent the request: IAM User Guide, "Forward access sessions".
(b) ``ask`` by a grant that such a request made: ``grantee`` is the principal it was made for.
(c) ``ask_as_service`` for itself, which the key policy must allow: IAM User Guide, "AWS service principals".
(d) ``ask`` as a service-linked role of the account: IAM User Guide, "Service-linked roles".
"""

from __future__ import annotations

import copy
import re
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import cached_property
from typing import Any

from moto.core.errors import COMMON_ERROR_CODES
from moto.core.exceptions import ServiceException
from moto.iam.models import get_account_id_from
from moto.utilities.utils import get_partition
from werkzeug.datastructures import ImmutableMultiDict

from kmsnb.kms.api.handler import handle
from kmsnb.kms.api.origin import Origin
from kmsnb.kms.authorization import Caller
from kmsnb.kms.core.errors import KmsError
from kmsnb.kms.moto import callers
from kmsnb.kms.moto.models import KmsBackend, backend_of
from kmsnb.kms.moto.vpc_endpoints import on_the_way_to

#: Signature Version 4, in a header or a presigned URL: access key, date, Region.
_SIGNED = re.compile(r"(?:Credential=|^)([^/,=]+)/\d+/([^/]+)/")
_ELSEWHERE = "us-east-1"  # the Region of a request that names none


#: The service whose request is being answered in this thread, and what it has opened for that; None between requests.
answering: ContextVar[tuple[str, Collection[Any]] | None] = ContextVar("answering", default=None)


@contextmanager
def while_answering(service: str, opened: Collection[Any]) -> Iterator[None]:
    """Until the block ends, this thread answers a request to a service."""
    before = answering.set((service, opened))
    try:
        yield
    finally:
        answering.reset(before)


def answering_service() -> str:
    """The service whose request this thread answers; empty between requests."""
    return (answering.get() or ("",))[0]


class Answer:
    """moto's answer: ``status``, ``headers`` and ``body``, which a service's function may change."""

    def __init__(self, status: int, headers: Any, body: Any) -> None:
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def as_tuple(self) -> tuple[int, Any, Any]:
        """The answer as moto's handlers return it."""
        return self.status, self.headers, self.body


class NotDone(Exception):
    """moto refused the request; ``answer`` is what it said."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


class Unreadable(Exception):
    """The body or a header of a request is not what the service's model says."""


class Refusal(ServiceException):
    """An error of the service: its code, its message, and its HTTP status unless the service's model has it."""

    def __init__(self, code: str, message: str, status: int | None = None) -> None:
        super().__init__(code, message)
        self.status = status


#: Errors of every service ("Common Error Types" in each API Reference), so that moto doesn't warn of them.
COMMON_ERROR_CODES += [
    "AccessDeniedException",
    "InvalidSignatureException",
    "UnknownOperationException",
    "UnrecognizedClientException",
]


class Call:
    """One request to an AWS service: ``members`` are those of the API, ``request`` is the HTTP request.

    A service's function asks KMS with ``ask`` and its sisters, lets moto answer with ``proceed()``, or answers itself with
    ``respond(members)``, which can be moto's own objects. If the resource is not in the sender's account and the Region of
    the signature, it sets ``account`` and ``region`` before it asks; and ``role``, if a service-linked role asks in place
    of the sender.

    ``path`` has only the members in the request's address, which cost nothing to read; ``opened`` is what the service has
    decrypted for this request. ``read`` parses ``members`` when they are first needed.
    """

    def __init__(
        self,
        service: str,
        principal: str,
        operation: str,
        path: Mapping[str, str],
        read: Callable[[], dict[str, Any]],
        request: Any,
        proceed: Callable[[], Answer],
        respond: Callable[[dict[str, Any]], Answer],
    ) -> None:
        self.service = service
        self.principal = principal
        self.operation = operation
        self.path = path
        self.request = request
        self.opened: set[Any] = set()
        self._read = read
        self._proceed = proceed
        self.respond = respond
        self.role: Caller | None = None

    @cached_property
    def _signature(self) -> tuple[str, str, bool]:
        return signature(self.request)

    @cached_property
    def access_key(self) -> str:
        """The access key that signed the request; empty for a request without a signature."""
        return self._signature[0]

    @property
    def signed_by_v4(self) -> bool:
        """Whether the request was signed by Signature Version 4."""
        return self._signature[2]

    @cached_property
    def sender_account(self) -> str:
        """The account of the credentials that signed the request."""
        account: str = get_account_id_from(self.access_key)
        return account

    @cached_property
    def account(self) -> str:
        """The account of the resource: the sender's, until it is set."""
        return self.sender_account

    @cached_property
    def region(self) -> str:
        """The Region of the resource: that of the signature, until it is set."""
        return self._signature[1]

    @cached_property
    def members(self) -> dict[str, Any]:
        """The members of the request by their names in the API. Raises ``Unreadable`` if it is not in that form."""
        try:
            return self._read()
        except Exception as error:
            raise Unreadable from error

    def proceed(self) -> Answer:
        """Let moto answer the request. If moto refuses it, nothing after this happens."""
        answer = self._proceed()
        if answer.status >= 300:
            raise NotDone(answer)
        return answer

    def ask(
        self,
        operation: str,
        *,
        grantee: Caller | None = None,
        directly: bool = False,
        invoked_by: str | None = None,
        **members: Any,
    ) -> dict[str, Any]:
        """Ask KMS on behalf of the sender or as ``role``; with a ``grantee``, as the principal of a grant.

        ``directly`` is for a grantee whose own session calls KMS, without the service in between; ``invoked_by`` is what
        CloudTrail then calls it. ``members`` are those of the KMS request, bytes as bytes. Returns those of the response;
        raises a ``KmsError``.
        """
        grantee = grantee or self.role
        if grantee is None:
            return self._handle(operation, members, self.sender_account, self.origin)
        via = None if directly else self.principal
        origin = Origin("", via_service=via, request=self.name, invoked_by=invoked_by)
        return self._handle(operation, members, grantee.account or self.account, origin, grantee)

    def ask_as_service(
        self,
        operation: str,
        source_arn: str,
        *,
        principal: str | None = None,
        invoked_by: str | None = None,
        **members: Any,
    ) -> dict[str, Any]:
        """Ask KMS as the service itself, for the resource ``source_arn``. Otherwise like ``ask``."""
        origin = Origin(
            "",
            service=principal or self.principal,
            source_arn=source_arn,
            request=self.name,
            invoked_by=invoked_by,
        )
        return self._handle(operation, members, self.account, origin)

    def ask_internally(self, operation: str, **members: Any) -> dict[str, Any]:
        """Ask KMS for what moto did without a request that came by here. It needs no permission. Like ``ask``."""
        return self._handle(operation, members, self.account, None)

    def _handle(
        self,
        operation: str,
        members: dict[str, Any],
        account: str,
        origin: Origin | None,
        caller: Caller | None = None,
    ) -> dict[str, Any]:
        endpoint, request_id = backend_of(account, self.region).endpoint, str(uuid.uuid4())
        present = {name: value for name, value in members.items() if value is not None}
        try:
            return handle(operation, present, endpoint, origin=origin, caller=caller, request_id=request_id)
        except KmsError as error:
            error.request_id = request_id
            raise

    def in_region(self, region: str) -> Call:
        """The same request, with which the service asks KMS in another Region."""
        elsewhere = copy.copy(self)
        elsewhere.region = region
        return elsewhere

    def through(self, principal: str) -> Call:
        """The same request as it reaches the service ``principal``, which this one calls on the sender's behalf."""
        onward = copy.copy(self)
        onward.principal, onward.sender = principal, self.origin
        onward.__dict__.pop("origin", None)  # it depends on both
        return onward

    @property
    def name(self) -> str:
        """The service and the operation, such as ``s3:PutObject``."""
        return f"{self.service}:{self.operation}"

    @cached_property
    def sender(self) -> Origin:
        """Who sent the request, and from where."""
        token = _in_address(self.request).get("x-amz-security-token")
        origin = on_the_way_to(self.service, Origin.of(self.access_key, self.request.headers), self.region)
        return origin._replace(session_token=token) if token else origin

    @cached_property
    def origin(self) -> Origin:
        """The origin of KMS calls on the sender's behalf: the sender's, with this service as the last in between."""
        return self.sender.on_behalf(self.principal, self.name)

    @property
    def caller(self) -> Caller | None:
        """The principal that sent the request; None for credentials that IAM does not know, or none at all."""
        if self.sender.service:
            return Caller.service(self.sender.service)
        partition = get_partition(self.region)
        return callers.find(self.access_key, self.sender_account, partition, self.sender.session_token)

    @property
    def now(self) -> datetime:
        """The time by KMS's clock; in a lab, the lab's."""
        return KmsBackend.settings.clock.now()

    def rewrite(self, header: str, value: str) -> None:
        """Change a header before moto reads it."""
        self.request.environ["HTTP_" + header.upper().replace("-", "_")] = value

    def rewrite_form(self, **parameters: str) -> None:
        """Change parameters of a form, such as a request to EC2, before moto reads them."""
        form = self.request.form.copy()
        form.update(parameters)
        self.request.form = ImmutableMultiDict(form)
        vars(self.request).pop("values", None)  # made of the form as it was


def signature(request: Any) -> tuple[str, str, bool]:
    """The access key that signed a request, the Region it was signed for, and whether by Signature Version 4."""
    header = request.headers.get("Authorization")
    fields = {} if header else _in_address(request)
    signed = _SIGNED.search(header or fields.get("x-amz-credential", ""))
    if signed:
        return signed[1], signed[2], True
    version_2 = re.match(r"AWS ([^:]+):", header or "")
    return version_2[1] if version_2 else fields.get("awsaccesskeyid", ""), _ELSEWHERE, False


def _in_address(request: Any) -> dict[str, str]:
    """What a presigned URL carries, or the form of an upload from a browser, by names in lower case."""
    fields = request.form if request.mimetype == "multipart/form-data" else request.args
    return {name.lower(): value for name, value in fields.items()}
