"""From moto's HTTP requests to calls of this KMS, and back to HTTP responses."""

from __future__ import annotations

import base64
import gzip
import io
import json
import logging
import re
import uuid
import zlib
from datetime import datetime
from typing import Any

from moto.core.exceptions import HTTPException
from moto.core.responses import BaseResponse

from ..api.endpoint import Endpoint
from ..api.handler import LARGEST_REQUEST, check_size, handle
from ..api.origin import Origin
from ..core.errors import KmsError, KMSInternalException, SerializationException, ValidationException
from .models import backend_of
from .vpc_endpoints import on_the_way_to

log = logging.getLogger("kmsnb.kms")

#: KMS's name in X-Amz-Target.
TARGET = "TrentService."

Reply = tuple[int, dict[str, str], str]


class KmsResponse(BaseResponse):
    """Handles all requests to KMS in place of moto's own response class."""

    #: Where moto reads the Region in an address: here, in each of KMS's four.
    region_regex = re.compile(r"//kms(?:-fips)?\.([a-z0-9-]+)\.")

    def __init__(self) -> None:
        super().__init__(service_name="kms")

    @classmethod
    def dispatch(cls, *arguments: Any, **named: Any) -> Reply:
        """Respond to one request. Never raises: anything unexpected is logged and becomes KMSInternalException."""
        request_id = str(uuid.uuid4())
        try:
            return cls()._reply(request_id, *arguments, **named)
        except KmsError as error:
            return _error_reply(error, request_id)
        except Exception:
            log.exception("a request failed unexpectedly")
            return _error_reply(KMSInternalException(), request_id)

    def _reply(self, request_id: str, *arguments: Any, **named: Any) -> Reply:
        try:
            self.setup_class(*arguments, **named)
        except UnicodeDecodeError:
            raise SerializationException("The request body is not valid UTF-8.") from None
        try:
            # moto's own authentication, if it is switched on
            self._authenticate_and_authorize_normal_action("*")
        except HTTPException as refusal:
            return refusal.code or 403, _headers(request_id), refusal.description or ""
        members = handle(
            self._get_action(),
            self.body.encode() if isinstance(self.body, str) else self.body,
            self._endpoint(),
            origin=on_the_way_to("kms", Origin.of(self.access_key, self.headers), self.region),
            request_id=request_id,
        )
        return 200, _headers(request_id), json.dumps(members, default=_as_json)

    def decompress_request_body(self, request: Any) -> None:
        """Decompress a gzip body in place of moto, which would read one of any size and trip over a broken one."""
        if request.content_encoding == "gzip":
            try:
                body = gzip.GzipFile(fileobj=request.stream).read(LARGEST_REQUEST + 1)
            except (OSError, EOFError, zlib.error):
                raise SerializationException("The request body is not valid gzip.") from None
            check_size(body)
            request.stream = io.BytesIO(body)
            request.get_data(parse_form_data=True)

    def _endpoint(self) -> Endpoint:
        try:
            return backend_of(self.current_account, self.region).endpoint
        except KeyError:
            raise ValidationException(f"There is no AWS KMS in the Region {self.region}.") from None

    def _get_action(self) -> str:
        """The operation that a request names, or whatever it has in its place."""
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
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")
