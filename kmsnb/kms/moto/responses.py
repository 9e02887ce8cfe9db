"""The seam to moto: HTTP requests in, HTTP responses out."""

from __future__ import annotations

import base64
import json
import logging
import uuid
from datetime import datetime
from typing import Any

from moto.core.exceptions import HTTPException
from moto.core.responses import BaseResponse
from moto.kms.models import kms_backends

from ..api import handler as dispatch
from ..api.origin import Origin
from ..core.errors import KmsError, KMSInternalException, SerializationException, ValidationException
from .models import KmsBackend

log = logging.getLogger("kmsnb.kms")

#: What AWS calls KMS in X-Amz-Target, for want of a better name in 2014.
TARGET = "TrentService."

Reply = tuple[int, dict[str, str], str]


class KmsResponse(BaseResponse):
    """Takes KMS's requests over from moto's own response class, all operations alike."""

    def __init__(self) -> None:
        super().__init__(service_name="kms")

    @classmethod
    def dispatch(cls, *arguments: Any, **named: Any) -> Reply:
        """Answer one request. Never raises: what nobody foresaw is KMSInternalException, and in the log."""
        request_id = str(uuid.uuid4())
        try:
            return cls()._reply(request_id, *arguments, **named)
        except KmsError as error:
            return _error_reply(error, request_id)
        except Exception:
            log.exception("a request failed unforeseen")
            return _error_reply(KMSInternalException(), request_id)

    def _reply(self, request_id: str, *arguments: Any, **named: Any) -> Reply:
        try:
            self.setup_class(*arguments, **named)
        except UnicodeDecodeError:
            raise SerializationException("The request body is not valid UTF-8.") from None
        try:
            # moto's own authentication, for those who have switched it on
            self._authenticate_and_authorize_normal_action("*")
        except HTTPException as refusal:
            return refusal.code, _headers(request_id), refusal.description
        members = dispatch.answer(
            self._get_action(),
            self.body.encode() if isinstance(self.body, str) else self.body,
            self._backend(),
            origin=Origin.of(self.access_key, self.headers),
            request_id=request_id,
        )
        return 200, _headers(request_id), json.dumps(members, default=_as_json)

    def _backend(self) -> KmsBackend:
        try:
            return kms_backends[self.current_account][self.region]
        except KeyError:
            raise ValidationException(f"There is no AWS KMS in the Region {self.region}.") from None

    def _get_action(self) -> str:
        """The operation a request names, or what it says instead."""
        return self.headers.get("X-Amz-Target", "").removeprefix(TARGET)


def _headers(request_id: str) -> dict[str, str]:
    return {
        "Content-Type": "application/x-amz-json-1.1",
        "x-amzn-RequestId": request_id,
        "server": "amazon.com",
    }


def _error_reply(error: KmsError, request_id: str) -> Reply:
    body = {"__type": error.code} | ({"message": error.message} if error.message else {})
    return error.status, _headers(request_id), json.dumps(body)


def _as_json(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime):
        return value.timestamp()
    raise TypeError(f"{type(value).__name__} has no form in JSON")
