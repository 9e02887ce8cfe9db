"""EC2's answers: what moto's say, and what AWS's say instead."""

from __future__ import annotations

import re

from kmsnb.kms.core.errors import KmsError

from .call import Answer, Refusal


def ids(answer: Answer, element: str) -> list[str]:
    """The ids in an answer, each once."""
    return list(dict.fromkeys(re.findall(f"<{element}>([^<]+)</{element}>", _body(answer))))


def say(answer: Answer, element: str, value: str | None) -> Answer:
    """Let an answer say this in an element, wherever it has one; with None it loses the element."""
    new = "" if value is None else f"<{element}>{value}</{element}>"
    answer.body = re.sub(f"<{element}>[^<]*</{element}>", new, _body(answer))
    return answer


def _body(answer: Answer) -> str:
    return answer.body if isinstance(answer.body, str) else answer.body.decode()


def refusal(error: KmsError) -> Refusal:
    """No request lets an error of KMS through: each has its own answer to one."""
    return Refusal("InternalError", error.message)
