"""How long learners wait: for the import, for a lab, for a call. Ratios and percentiles, of this run only.

python tests/bench/bench_lab.py
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

import boto3

import kmsnb

RUNS = 7

#: From the start of Python to the first ciphertext: with moto as it is, and in a lab, which may take 1.1 times as long.
FIRST_CIPHERTEXT = {
    "first ciphertext, boto3 with plain moto": """
import boto3, moto
moto.mock_aws().start()
kms = boto3.client("kms", "us-east-1")
kms.encrypt(KeyId=kms.create_key()["KeyMetadata"]["KeyId"], Plaintext=b"secret")
""",
    "first ciphertext, in a lab (at most 1.1)": """
import boto3, kmsnb
kmsnb.start()
kms = boto3.client("kms")
kms.encrypt(KeyId=kms.create_key()["KeyMetadata"]["KeyId"], Plaintext=b"secret")
""",
}

#: With compiled modules, as pip installs them, whatever this process was told.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def seconds_in_a_fresh_python(statement: str) -> float:
    """How long a statement takes in a Python that has imported nothing yet."""
    program = f"import time; t = time.perf_counter()\n{statement}\nprint(time.perf_counter() - t)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=ENVIRONMENT
    )
    return float(done.stdout)


def compare(*statements: str, **named: str) -> None:
    """Each statement against the first, in turns, so that all meet the same machine."""
    programs = dict.fromkeys(statements) | named
    times: dict[str, list[float]] = {name: [] for name in programs}
    for _ in range(RUNS):
        for name, statement in programs.items():
            times[name].append(seconds_in_a_fresh_python(statement or name))
    peer = statistics.median(next(iter(times.values())))
    for name, taken in times.items():
        median = statistics.median(taken)
        print(f"{name:54} {median * 1000:7.1f} ms   {median / peer:5.2f} x")


def percentiles(what: str, step: Callable[[int], None], count: int = 300) -> None:
    """The median and the 95th percentile of ``step``."""
    taken = []
    for i in range(count):
        start = time.perf_counter()
        step(i)
        taken.append((time.perf_counter() - start) * 1000)
    cuts = statistics.quantiles(taken, n=100)
    print(f"{what:54} {statistics.median(taken):7.1f} ms   {cuts[94]:5.1f} ms at the 95th percentile")


def start_and_stop(_: int) -> None:
    kmsnb.start().stop()


def encrypt_and_decrypt() -> None:
    """What a learner's own cell costs."""
    with kmsnb.start():
        kms = boto3.client("kms")
        key_id = kms.create_key()["KeyMetadata"]["KeyId"]

        def round_trip(_: int) -> None:
            kms.decrypt(CiphertextBlob=kms.encrypt(KeyId=key_id, Plaintext=b"secret")["CiphertextBlob"])

        percentiles("encrypt and decrypt", round_trip)


if __name__ == "__main__":
    compare("import boto3, moto", "import kmsnb", "import kmsnb; kmsnb.start", "import kmsnb; kmsnb.start()")
    compare(**FIRST_CIPHERTEXT)
    percentiles("start and stop", start_and_stop, count=40)
    encrypt_and_decrypt()
