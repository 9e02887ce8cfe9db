"""How long learners wait: for the import, for a lab, for a slider. Ratios and percentiles, of this run only.

python tests/bench/bench_lab.py
"""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable

import boto3

import kmsnb

RUNS = 7


def seconds_in_a_fresh_python(statement: str) -> float:
    """How long a statement takes in a Python that has imported nothing yet."""
    program = f"import time; t = time.perf_counter(); {statement}; print(time.perf_counter() - t)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return float(done.stdout)


def compare_imports() -> None:
    """Each statement against ``import boto3, moto``, in turns, so that both meet the same machine."""
    statements = (
        "import boto3, moto",
        "import kmsnb",
        "import kmsnb; kmsnb.start",
        "import kmsnb; kmsnb.start()",
    )
    times: dict[str, list[float]] = {statement: [] for statement in statements}
    for _ in range(RUNS):
        for statement in statements:
            times[statement].append(seconds_in_a_fresh_python(statement))
    peer = statistics.median(times[statements[0]])
    for statement in statements:
        median = statistics.median(times[statement])
        print(f"{statement:32} {median * 1000:7.1f} ms   {median / peer:5.2f} x")


def percentiles(what: str, step: Callable[[int], None], count: int = 300) -> None:
    """The median and the 95th percentile of ``step``."""
    taken = []
    for i in range(count):
        start = time.perf_counter()
        step(i)
        taken.append((time.perf_counter() - start) * 1000)
    cuts = statistics.quantiles(taken, n=100)
    print(f"{what:32} {statistics.median(taken):7.1f} ms   {cuts[94]:5.1f} ms at the 95th percentile")


def slider_steps() -> None:
    """A step of lesson 07's slider: two KMS calls, and a new picture."""
    from kmsnb.widgets import RoundTrip

    with kmsnb.start():
        kms = boto3.client("kms")
        card = RoundTrip(kms, kms.create_key()["KeyMetadata"]["KeyId"])

        def step(i: int) -> None:
            card.size.value = 4000 + i

        percentiles("slider step", step)


def charts() -> None:
    """The chart of limits, its first one apart: that one loads matplotlib."""
    limits = [("SYMMETRIC_DEFAULT", "SYMMETRIC_DEFAULT", 4096), ("RSA_2048", "RSAES_OAEP_SHA_256", 190)]
    kmsnb.figures.limits_chart(limits)
    percentiles("chart", lambda _: kmsnb.figures.limits_chart(limits), count=30)


if __name__ == "__main__":
    compare_imports()
    slider_steps()
    charts()
