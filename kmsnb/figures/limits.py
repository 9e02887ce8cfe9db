"""How much one Encrypt call takes, by key spec and algorithm, as AWS documents it."""

import re

from .charts import bars
from .picture import Picture

_LIMIT = re.compile(r"<code>(SYMMETRIC_DEFAULT|RSA\w+)</code>(?:: (\d+) bytes)?")


def documented_limits(documentation: str) -> list[tuple[str, str, int]]:
    """(key spec, algorithm, largest plaintext in bytes) of each line in the documentation of Encrypt.

    ``documentation`` is botocore's, in HTML. Raises ``ValueError`` if it lists no limits.
    """
    limits, spec = [], "SYMMETRIC_DEFAULT"
    for word, size in _LIMIT.findall(documentation):
        if size:
            limits.append((spec, word, int(size)))
        else:
            spec = word  # the key spec that the following algorithms are for
    if not limits:
        raise ValueError("This documentation lists no limits: it should be that of KMS's Encrypt operation.")
    return limits


def limits_chart(documentation: str) -> Picture:
    """A bar for each limit that the documentation of Encrypt lists; asymmetric keys are hatched."""
    values = {
        spec if spec == algorithm else f"{spec}\n{algorithm}": size
        for spec, algorithm, size in documented_limits(documentation)
    }
    told = "; ".join(f"{name.replace(chr(10), ' with ')} {size:,}" for name, size in values.items())
    return bars(
        values,
        unit="largest plaintext of one Encrypt call, in bytes",
        alt=f"Bar chart of the largest plaintext, in bytes, that one Encrypt call takes: {told}.",
        hatched=[name for name in values if "\n" in name],
    )
