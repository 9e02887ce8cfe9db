"""The access keys that the labs of this process gave out.

AWS knows none of them, and a request signed with one may hold what its author believes to be in a mock only.
"""

import re
from typing import Any

_known: set[str] = set()

#: An access key in the answer of a mocked service, in XML or JSON, and the services that hand some out.
_ISSUED = re.compile(r"AccessKeyId\W{1,6}([A-Z0-9]{16,128})", re.IGNORECASE)
_ISSUERS = ("sts.", "iam.", "cognito-identity.")

#: What may be an access key id in a header or URL (Signature Version 4), or in a form (Version 2, without a header).
_ACCESS_KEY = re.compile(r"[A-Z0-9]{16,128}")
_IN_A_FORM = re.compile(rb"AWSAccessKeyId=([A-Z0-9]{16,128})")


def remember(access_key_id: str) -> None:
    """Note, for the life of the process, that a lab gave out this access key."""
    _known.add(access_key_id)


def remember_issued(host: str, body: str | bytes) -> None:
    """Note the access keys in an answer of a mocked service that hands out credentials, such as STS."""
    if host.startswith(_ISSUERS):
        text = _text(body)
        if "secret" in text.lower():
            _known.update(_ISSUED.findall(text))


def signed(request: Any) -> bool:
    """Whether an access key of a lab signed ``request``, which is as botocore would send it."""
    header = request.headers.get("Authorization")
    found = _ACCESS_KEY.findall(f"{_text(header)} {request.url}" if header else request.url)
    if not header and isinstance(request.body, str | bytes):
        body = request.body.encode() if isinstance(request.body, str) else request.body
        found += map(_text, _IN_A_FORM.findall(body))
    return not _known.isdisjoint(found)


def _text(value: str | bytes) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else value
