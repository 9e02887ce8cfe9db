"""What permission and the journal cost: `python tests/bench/bench_enforcement.py`.

Encrypt by plain moto and by this KMS with both on, turn and turn about in one process. Leaves with status 1 above 1.3.
"""

import gc
import statistics
import sys
import time
from contextlib import ExitStack

import boto3
from moto import mock_aws

import kmsnb.kms
from kmsnb.kms import Journal
from kmsnb.principals import ADMINISTRATOR_ACCESS, user_credentials

LIMIT, ROUNDS, CALLS = 1.3, 5, 200


def encrypt_times(*, ours: bool) -> list[float]:
    with ExitStack() as stack:
        if ours:
            stack.enter_context(kmsnb.kms.installed(enforce=True, journal=Journal()))
        stack.enter_context(mock_aws())
        signer = user_credentials("123456789012", "us-east-1", "student", ADMINISTRATOR_ACCESS)
        kms = boto3.client(
            "kms",
            "us-east-1",
            aws_access_key_id=signer.access_key_id,
            aws_secret_access_key=signer.secret_access_key,
        )
        key = kms.create_key()["KeyMetadata"]["KeyId"]
        times = []
        gc.disable()
        for _ in range(CALLS):
            start = time.perf_counter()
            kms.encrypt(KeyId=key, Plaintext=bytes(64))
            times.append(time.perf_counter() - start)
        gc.enable()
        return times


if __name__ == "__main__":
    moto, this = [], []
    for _ in range(ROUNDS):
        moto += encrypt_times(ours=False)
        this += encrypt_times(ours=True)
    ratio = statistics.median(this) / statistics.median(moto)
    print(
        f"Encrypt: moto {statistics.median(moto) * 1e3:.2f}ms, this {statistics.median(this) * 1e3:.2f}ms, {ratio:.2f}"
    )
    sys.exit(ratio > LIMIT)
