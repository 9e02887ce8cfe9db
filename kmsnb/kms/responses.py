"""The seam to moto: HTTP requests in, HTTP responses out."""

from __future__ import annotations

import base64
import gzip
import io
import json
import logging
import uuid
import zlib
from datetime import datetime
from typing import Any

from moto.core.exceptions import HTTPException
from moto.core.responses import BaseResponse
from moto.kms.models import kms_backends

from . import dispatch
from .errors import KmsError, KMSInternalException, SerializationException, ValidationException
from .models import KmsBackend
from .origin import Origin

log = logging.getLogger("kmsnb.kms")

#: What AWS calls KMS in X-Amz-Target, for want of a better name in 2014.
TARGET = "TrentService."

#: The most bytes of a request that this mock reads. AWS documents no limit; the largest policy fits, however escaped.
LARGEST_REQUEST = 256 * 1024

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
        if len(self.raw_body) > LARGEST_REQUEST:
            raise ValidationException(f"The request is larger than {LARGEST_REQUEST} bytes.")
        members = dispatch.answer(
            self._get_action(),
            self.body.encode() if isinstance(self.body, str) else self.body,
            self._backend(),
            origin=Origin.of(self.access_key, self.headers),
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
            request.stream = io.BytesIO(body)
            request.get_data(parse_form_data=True)

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
