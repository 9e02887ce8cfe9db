"""From a call under way to its record in the journal and its place on the bill."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ..authorization import Caller
from ..core.errors import AccessDeniedException, KmsError, UnrecognizedClientException
from ..core.specs import SYMMETRIC_DEFAULT
from ..records.journal import Record, without_secrets, writes
from .origin import Origin

if TYPE_CHECKING:
    from ..moto.models import KmsBackend
    from .call import Call


class Entry:
    """What is to be recorded of one call, which may end before it has parameters or keys."""

    def __init__(
        self,
        backend: KmsBackend,
        operation: str,
        now: datetime,
        request_id: str,
        caller: Caller | None,
        origin: Origin | None,
    ) -> None:
        self.backend = backend
        self.operation = operation
        self.now = now
        self.request_id = request_id
        self.caller = caller
        self.origin = origin
        self.event_id = str(uuid.uuid4())
        self.parameters: Mapping[str, Any] | None = None
        self.call: Call | None = None

    def answered(self, members: Mapping[str, Any]) -> None:
        """Record a call that succeeded."""
        if self.backend.meter:
            self.backend.meter.count(self)
        if self.backend.journal is not None:
            self._write(response=self._response(members))

    def refused(self, error: KmsError) -> None:
        """Record a call that was refused; nobody records credentials that are nobody's."""
        if self.backend.journal is None or isinstance(error, UnrecognizedClientException):
            return
        denied = isinstance(error, AccessDeniedException)
        self._write(
            # CloudTrail leaves the ending of this one code out
            error_code="AccessDenied" if denied else error.code,
            error_message=error.message or None,
            explanation=error.explanation if denied else None,
        )

    def _write(self, **outcome: Any) -> None:
        origin = self.origin
        self.backend.journal.write(
            Record(
                self.now,
                self.event_id,
                self.operation,
                self.backend.region_name,
                self.backend.account_id,
                resources=self._resources(outcome.get("response")),
                caller=self.caller,
                access_key=origin.access_key if origin and not origin.service else None,
                invoked_by=origin.via_service if origin else "AWS Internal",
                parameters=self._parameters(),
                request_id=self.request_id or self.event_id,
                **outcome,
            )
        )

    def _parameters(self) -> Mapping[str, Any] | None:
        """What CloudTrail tells of a request: of Decrypt the algorithm "even if it wasn't specified"."""
        if self.parameters is None:
            return None
        told = without_secrets(self.parameters)
        return {"EncryptionAlgorithm": SYMMETRIC_DEFAULT} | told if self.operation == "Decrypt" else told

    def _resources(self, response: Mapping[str, Any] | None) -> tuple[str, ...]:
        """The keys a call was about, a new one among them, and the alias."""
        arns = [use.key.arn for use in self.call.uses] if self.call else []
        if response and "KeyMetadata" in response:
            arns.append(response["KeyMetadata"]["Arn"])
        alias = (self.parameters or {}).get("AliasName", "")
        if alias.startswith("alias/"):
            arns.append(self.backend.arn(alias))
        return tuple(dict.fromkeys(arns))

    def _response(self, members: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """What CloudTrail tells of an answer: of reads and of the use of keys nothing."""
        if not writes(self.operation):
            return None
        told = without_secrets(members)
        if self.call and self.call.uses:
            told.setdefault("KeyId", self.call.uses[0].key.arn)
        return told or None
