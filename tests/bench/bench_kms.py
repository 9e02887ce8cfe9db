"""How fast this KMS is, next to plain moto: `python tests/bench/bench_kms.py`.

Both are timed in one process, turn and turn about, through a real boto3 client: what a test suite feels. Printed
are the medians and their ratio, ours to moto's, with the limit that the project has set itself; then what memory
a thousand keys take, and a thousand calls. Leaves with status 1 if a limit is broken.
"""

import argparse
import gc
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import boto3
from moto import mock_aws

import kmsnb.kms

LIMITS = {"CreateKey": 0.1, "Encrypt": 1.15, "Decrypt": 1.15, "GenerateDataKey": 1.15, "DescribeKey": None}


class Contender:
    """A mock of its own, switched on only while it is measured."""

    def __init__(self, switch: Callable[[], None]) -> None:
        self.switch = switch
        self.times: dict[str, list[float]] = {name: [] for name in LIMITS}

    def round(self, calls: int) -> None:
        self.switch()
        with mock_aws():
            kms = boto3.client("kms", region_name="us-east-1")
            key = kms.create_key()["KeyMetadata"]["KeyId"]
            blob = kms.encrypt(KeyId=key, Plaintext=bytes(64))["CiphertextBlob"]
            self._time("CreateKey", calls // 10, kms.create_key)
            self._time("Encrypt", calls, lambda: kms.encrypt(KeyId=key, Plaintext=bytes(64)))
            self._time("Decrypt", calls, lambda: kms.decrypt(CiphertextBlob=blob))
            self._time("GenerateDataKey", calls, lambda: kms.generate_data_key(KeyId=key, KeySpec="AES_256"))
            self._time("DescribeKey", calls, lambda: kms.describe_key(KeyId=key))

    def _time(self, name: str, calls: int, call: Callable[[], Any]) -> None:
        gc.disable()
        for _ in range(calls):
            start = time.perf_counter()
            call()
            self.times[name].append(time.perf_counter() - start)
        gc.enable()

    def median(self, name: str) -> float:
        return statistics.median(self.times[name])


def compare(rounds: int, calls: int) -> bool:
    ours, theirs = Contender(kmsnb.kms.install), Contender(kmsnb.kms.uninstall)
    for _ in range(rounds):
        theirs.round(calls)
        ours.round(calls)
    kept = True
    print(f"{'median of a call':18}{'moto':>10}{'this':>10}{'ratio':>8}{'limit':>8}")
    for name, limit in LIMITS.items():
        ratio = ours.median(name) / theirs.median(name)
        within = limit is None or ratio <= limit
        kept &= within
        print(
            f"{name:18}{theirs.median(name) * 1e3:8.2f}ms{ours.median(name) * 1e3:8.2f}ms{ratio:8.2f}"
            f"{limit or '-':>8}{'' if within else '  BROKEN'}"
        )
    return kept


def memory() -> bool:
    """Bytes that stay behind after a thousand keys, and after a thousand calls of each kind on one key."""
    kmsnb.kms.install()
    with mock_aws():
        kms = boto3.client("kms", region_name="us-east-1")
        key = kms.create_key()["KeyMetadata"]["KeyId"]

        def use() -> None:
            blob = kms.encrypt(KeyId=key, Plaintext=b"p")["CiphertextBlob"]
            kms.decrypt(CiphertextBlob=blob)
            kms.generate_data_key(KeyId=key, KeySpec="AES_256")
            kms.create_grant(
                KeyId=key,
                GranteePrincipal="arn:aws:iam::123456789012:role/p",
                Operations=["Encrypt"],
                Name="n",
            )
            kms.schedule_key_deletion(KeyId=key)
            kms.cancel_key_deletion(KeyId=key)
            kms.enable_key(KeyId=key)

        use()
        per_key = grown(kms.create_key, 1000)
        per_use = grown(use, 1000)
    kmsnb.kms.uninstall()
    print(f"\nmemory: {per_key:.0f} bytes a key, {per_use:.1f} bytes for seven calls on one key")
    return per_use < 50


def grown(call: Callable[[], Any], times: int) -> float:
    for _ in range(100):  # caches of botocore fill first
        call()
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for _ in range(times):
        call()
    gc.collect()
    after = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return (after - before) / times


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--calls", type=int, default=200)
    options = parser.parse_args()
    kept = compare(options.rounds, options.calls)
    sys.exit(not (memory() and kept))
