"""What it costs that services ask KMS, next to services that don't: `python tests/bench/bench_services.py`.

Both are timed in one process, turn and turn about, through a real boto3 client and with our KMS in both. What counts is
processor time, as nothing here waits: so the ratios hold on a busy machine, too. Printed are the medians and their
ratio, asking to silent, with the limit that the project has set itself. Leaves with status 1 if a limit is broken.
"""

import argparse
import gc
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import boto3
from moto import mock_aws

import kmsnb.kms
import kmsnb.services

ASKS, DOES_NOT = 1.5, 1.05
LIMITS = {
    "PutObject, SSE-KMS": ASKS,
    "GetObject, SSE-KMS": ASKS,
    "PutParameter, SecureString": ASKS,
    "GetParameter, SecureString": ASKS,
    "PutObject, SSE-S3": DOES_NOT,
    "GetObject, SSE-S3": DOES_NOT,
    "HeadObject, SSE-S3": DOES_NOT,
    "ListObjectsV2": DOES_NOT,
    "DeleteObject": DOES_NOT,
}
NAMES = {"region_name": "us-east-1", "aws_access_key_id": "made", "aws_secret_access_key": "up"}
TURN = 5  # requests: the two sides take turns so often that whatever slows this machine slows both


def cases(s3: Any, ssm: Any, key: str) -> dict[str, Callable[[], Any]]:
    """What is timed, in an order in which each finds what it reads."""
    under_kms = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key}
    secure = {"Value": "hunter2", "Type": "SecureString", "KeyId": key, "Overwrite": True}
    return {
        "PutObject, SSE-KMS": lambda: s3.put_object(Bucket="bench", Key="kms", Body=b"x", **under_kms),
        "GetObject, SSE-KMS": lambda: s3.get_object(Bucket="bench", Key="kms")["Body"].read(),
        "PutObject, SSE-S3": lambda: s3.put_object(Bucket="bench", Key="s3", Body=b"x"),
        "GetObject, SSE-S3": lambda: s3.get_object(Bucket="bench", Key="s3")["Body"].read(),
        "HeadObject, SSE-S3": lambda: s3.head_object(Bucket="bench", Key="s3"),
        "ListObjectsV2": lambda: s3.list_objects_v2(Bucket="bench"),
        "DeleteObject": lambda: s3.delete_object(Bucket="bench", Key="none"),
        "PutParameter, SecureString": lambda: ssm.put_parameter(Name="/bench", **secure),
        "GetParameter, SecureString": lambda: ssm.get_parameter(Name="/bench", WithDecryption=True),
    }


def medians(call: Callable[[], Any], requests: int) -> tuple[float, float]:
    """Seconds of a request: silent, and asking."""
    times: dict[Callable[[], None], list[float]] = {kmsnb.services.uninstall: [], kmsnb.services.install: []}
    gc.disable()
    for _ in range(0, requests, TURN):
        for switch, measured in times.items():
            switch()
            call()  # once for caches and, where it reads, for something to read
            for _ in range(TURN):
                start = time.thread_time()
                call()
                measured.append(time.thread_time() - start)
    gc.enable()
    silent, asking = map(statistics.median, times.values())
    return silent, asking


def compare(requests: int) -> bool:
    kmsnb.kms.install()
    kept = True
    print(f"{'median of a request':30}{'silent':>10}{'asking':>10}{'ratio':>8}{'limit':>8}")
    with mock_aws():
        s3, ssm = boto3.client("s3", **NAMES), boto3.client("ssm", **NAMES)
        key = boto3.client("kms", **NAMES).create_key()["KeyMetadata"]["KeyId"]
        s3.create_bucket(Bucket="bench")
        for name, call in cases(s3, ssm, key).items():
            silent, asking = medians(call, requests)
            ratio, limit = asking / silent, LIMITS[name]
            within = ratio <= limit
            kept &= within
            print(
                f"{name:30}{silent * 1e3:8.2f}ms{asking * 1e3:8.2f}ms{ratio:8.2f}"
                f"{limit:>8}{'' if within else '  BROKEN'}"
            )
    return kept


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--requests", type=int, default=1000, help="of each kind, on each side")
    sys.exit(not compare(parser.parse_args().requests))
