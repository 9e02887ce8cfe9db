"""What a request says at a glance, for deciding cheaply that KMS has nothing to do with it."""

from __future__ import annotations

import re
from typing import Any

from moto.iam.models import get_account_id_from

_SIGNED_FOR = re.compile(r"Credential=([^/,]+)/\d+/([^/]+)/")


def operation(request: Any) -> str:
    """The operation that a request in a JSON protocol names in its header; empty for another protocol."""
    named: str = request.headers.get("X-Amz-Target", "")
    return named.rpartition(".")[2]


def sender(request: Any) -> tuple[str, str] | None:
    """The account of a request's sender and the Region it is signed for; None without a signature in the header."""
    signed = _SIGNED_FOR.search(request.headers.get("Authorization", ""))
    return (get_account_id_from(signed[1]), signed[2]) if signed else None


def member(request: Any, name: str) -> str | None:
    """A member of a JSON body whose value is a string without escapes; None if it isn't there.

    Within another string of the body, the quotation marks around ``name`` would be escaped.
    """
    found = re.search(rb'"%s"\s*:\s*"([^"\\]+)"' % name.encode(), request.data)
    return found[1].decode() if found else None
