"""How much one Encrypt call takes, by key spec and algorithm."""

from collections.abc import Sequence

from .charts import bars
from .picture import Picture


def limits_chart(limits: Sequence[tuple[str, str, int]]) -> Picture:
    """A bar for each ``(key spec, algorithm, largest plaintext in bytes)``; asymmetric keys are hatched."""
    values = {spec if spec == algorithm else f"{spec}\n{algorithm}": size for spec, algorithm, size in limits}
    told = "; ".join(f"{name.replace(chr(10), ' with ')} {size:,}" for name, size in values.items())
    return bars(
        values,
        unit="largest plaintext of one Encrypt call, in bytes",
        alt=f"Bar chart of the largest plaintext, in bytes, that one Encrypt call takes: {told}.",
        hatched=[name for name in values if "\n" in name],
    )
