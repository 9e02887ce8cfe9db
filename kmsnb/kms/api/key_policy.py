"""Checks a key policy before it is attached to a key."""

from collections.abc import Callable

from ..authorization import malformed
from ..core.errors import LimitExceededException, MalformedPolicyDocumentException

#: "Key policy document size: 32 KB" (developer guide, "Resource quotas").
LARGEST_POLICY = 32 * 1024


def check(text: str, exists: Callable[[str], bool] = lambda principal: True) -> None:
    """Raise an error that says what is wrong with a key policy, if anything is.

    ``exists`` says whether a principal exists. A statement without Action or Resource passes: AWS accepts it, and it
    has no effect.
    """
    if len(text.encode()) > LARGEST_POLICY:
        raise LimitExceededException(f"The key policy exceeds the maximum length of {LARGEST_POLICY} bytes.")
    wrong = malformed(text, exists)
    if wrong:
        raise MalformedPolicyDocumentException(wrong)
