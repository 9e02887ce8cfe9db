"""What AWS refuses to attach to a key as its policy."""

from collections.abc import Callable

from ..authorization import malformed
from ..core.errors import LimitExceededException, MalformedPolicyDocumentException

#: "Key policy document size: 32 KB" (developer guide, "Resource quotas").
LARGEST_POLICY = 32 * 1024


def check(text: str, exists: Callable[[str], bool] = lambda principal: True) -> None:
    """Refuse what is no key policy, saying what is wrong with it.

    ``exists`` tells whether there is a principal of that name. A statement without Action or Resource passes: AWS
    accepts it, and it has no effect.
    """
    if len(text.encode()) > LARGEST_POLICY:
        raise LimitExceededException(f"The key policy exceeds the maximum length of {LARGEST_POLICY} bytes.")
    wrong = malformed(text, exists)
    if wrong:
        raise MalformedPolicyDocumentException(wrong)
