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
from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from typing import Any

from moto.core.errors import COMMON_ERROR_CODES
from moto.core.exceptions import ServiceException
from moto.iam.models import get_account_id_from
from moto.utilities.utils import get_partition

from kmsnb.kms.api.handler import handle
from kmsnb.kms.api.origin import Origin
from kmsnb.kms.authorization import Caller
from kmsnb.kms.core.errors import KmsError
from kmsnb.kms.moto import callers
from kmsnb.kms.moto.models import KmsBackend, backend_of

#: Signature Version 4, in a header or a presigned URL: access key, date, Region.
_SIGNED = re.compile(r"(?:Credential=|^)([^/,=]+)/\d+/([^/]+)/")
_ELSEWHERE = "us-east-1"  # the Region of a request that names none


class Answer:
    """moto's answer: ``status``, ``headers`` and ``body``, which a service's function may change."""

    def __init__(self, status: int, headers: Any, body: Any) -> None:
        self.status = status
        self.headers = headers
        self.body = body


class NotDone(Exception):
    """moto refused the request; ``answer`` is what it said."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


class Refusal(ServiceException):
    """An error of the service: its code, its message, and its HTTP status unless the service's model has it."""

    def __init__(self, code: str, message: str, status: int | None = None) -> None:
        super().__init__(code, message)
        self.status = status


#: Errors of every service ("Common Error Types" in each API Reference), so that moto doesn't warn of them.
COMMON_ERROR_CODES += ["AccessDeniedException", "UnrecognizedClientException"]


class Call:
    """One request to an AWS service: ``members`` are those of the API, ``request`` is the HTTP request.

    ``sender_account`` is the account of the sender's credentials. ``account`` and ``region`` are those of the resource: at
    first the sender's and those of the signature. A service's function sets them where they differ, before it asks KMS.
    """

    def __init__(
        self,
        service: str,
        principal: str,
        operation: str,
        members: dict[str, Any],
        request: Any,
        proceed: Callable[[], Answer],
        respond: Callable[[dict[str, Any]], Answer],
    ) -> None:
        self.service = service
        self.principal = principal
        self.operation = operation
        self.members = members
        self.request = request
        self._proceed = proceed
        self.respond = respond  # the answer with these members, which can be moto's own objects
        self.access_key, self.region = _signer(request)
        self.sender_account: str = get_account_id_from(self.access_key)
        self.account = self.sender_account

    def proceed(self) -> Answer:
        """Let moto answer the request. If moto refuses it, nothing after this happens."""
        answer = self._proceed()
        if answer.status >= 300:
            raise NotDone(answer)
        return answer

    def ask(
        self, operation: str, *, grantee: Caller | None = None, directly: bool = False, **members: Any
    ) -> dict[str, Any]:
        """Ask KMS on behalf of the sender, or as ``grantee``: the principal of a grant, or a service-linked role.

        ``directly`` is for a grantee whose own session calls KMS, without the service in between. ``members`` are those
        of the KMS request, bytes as bytes. Returns those of the response; raises a ``KmsError``.
        """
        if grantee is None:
            return self._handle(operation, members, self.sender_account, self.origin)
        origin = Origin("", via_service=None if directly else self.principal, request=self.name)
        return self._handle(operation, members, grantee.account or self.account, origin, grantee)

    def ask_as_service(
        self, operation: str, source_arn: str, *, principal: str | None = None, **members: Any
    ) -> dict[str, Any]:
        """Ask KMS as the service itself, for the resource ``source_arn``. Otherwise like ``ask``."""
        origin = Origin("", service=principal or self.principal, source_arn=source_arn, request=self.name)
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
        token = self.request.args.get("X-Amz-Security-Token")
        origin = Origin.of(self.access_key, self.request.headers)
        return origin._replace(session_token=token) if token else origin

    @cached_property
    def origin(self) -> Origin:
        """The origin of KMS calls on the sender's behalf: the sender's, with this service as the last in between."""
        sender = self.sender
        through = (*sender.through, sender.via_service) if sender.via_service else ()
        return sender._replace(via_service=self.principal, through=through, request=self.name)

    @property
    def caller(self) -> Caller | None:
        """The principal that sent the request; None for credentials that IAM does not know, or none at all."""
        if self.sender.service:
            return Caller.service(self.sender.service)
        account = get_account_id_from(self.access_key)
        return callers.find(self.access_key, account, get_partition(self.region), self.sender.session_token)

    @property
    def now(self) -> datetime:
        """The time by KMS's clock; in a lab, the lab's."""
        return KmsBackend.settings.clock.now()

    def rewrite(self, header: str, value: str) -> None:
        """Change a header before moto reads it."""
        self.request.environ["HTTP_" + header.upper().replace("-", "_")] = value


def _signer(request: Any) -> tuple[str, str]:
    """The access key that signed a request and the Region it was signed for."""
    presigned = request.args.get("X-Amz-Credential")
    signed = _SIGNED.search(presigned or request.headers.get("Authorization") or "")
    if signed:
        return signed[1], signed[2]
    return request.args.get("AWSAccessKeyId", ""), _ELSEWHERE
