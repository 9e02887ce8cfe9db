"""A helper of the lesson: a request to S3, and what S3 answers, in a line."""

import re
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

_ARNS = re.compile(r"User: \S+ is |on resource: \S+ |arn:aws:kms\S+/")


def attempt(call: Callable[..., Any], *given: Any, **parameters: Any) -> str:
    """Make the call: "done", or the operation that was refused with S3's code and message, without the ARNs."""
    try:
        call(*given, **parameters)
    except ClientError as error:
        told = error.response["Error"]
        return f"{error.operation_name}: {told['Code']}: {_ARNS.sub('', told['Message'])}"
    return "done"
