"""Speed, memory and bytes touched of envelopes; the table that the lesson on chains shows.

    python tests/bench/bench_envelope.py [--folder FOLDER] [--mib 1024] [--rounds 3]

Ratios are of medians of rounds that alternate within one run, so that a busy machine slows both sides alike. The files
are in FOLDER, by default /dev/shm where there is one: a disk would be measured instead of the code. The comparison with
the AWS Encryption SDK needs its package: pip install kmsnb[bench].
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

import kmsnb
from kmsnb import envelope

MIB = 1 << 20
SDK_MIB = 100
MESSAGES, MESSAGE_BYTES = 1000, MIB // 4
CONTEXT = {"bench": "envelope"}


def main() -> None:
    """Measure, and print one table."""
    shared_memory = "/dev/shm" if os.path.isdir("/dev/shm") else None
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--folder", default=shared_memory, help="where the files are made")
    parser.add_argument("--mib", type=int, default=1024, help="size of the large file")
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    with kmsnb.start(), tempfile.TemporaryDirectory(dir=args.folder) as name:
        kms = boto3.client("kms")
        folder = Path(name)
        rows = [
            *_large_file(kms, folder, args.mib, args.rounds),
            *_against_the_sdk(kms, folder, args.rounds),
            *_memory(folder, args.mib),
            *_calls(kms),
            *_rewrap(kms, folder),
        ]
    width = [max(len(row[column]) for row in rows) for column in range(4)]
    for row in rows:
        print("  ".join(cell.ljust(size) for cell, size in zip(row, width, strict=True)).rstrip())


Row = tuple[str, str, str, str]


def _large_file(kms: Any, folder: Path, mib: int, rounds: int) -> list[Row]:
    plain, sealed, opened = folder / "plain", folder / "sealed", folder / "opened"
    _write_random(plain, mib)
    key_id = _key(kms)
    data = plain.read_bytes()
    cipher = AESGCM(os.urandom(32))
    ciphertext = cipher.encrypt(bytes(12), data, None)
    times = _paired(
        rounds,
        lambda: cipher.encrypt(bytes(12), data, None),
        lambda: envelope.seal_file(kms, key_id, plain, sealed, CONTEXT, progress=False),
        lambda: cipher.decrypt(bytes(12), ciphertext, None),
        lambda: envelope.unseal_file(kms, sealed, opened, CONTEXT, progress=False),
        lambda: _copy(plain, opened),
    )
    one_shot, seal, one_shot_open, unseal, copy = times
    for path in (plain, sealed, opened):
        path.unlink()
    return [
        (f"{mib} MiB", "speed", "of one-shot AESGCM", "wanted"),
        ("AESGCM in memory, encrypt", _speed(mib, one_shot), "1.00", ""),
        ("seal_file", _speed(mib, seal), f"{one_shot / seal:.2f}", "0.60"),
        ("AESGCM in memory, decrypt", _speed(mib, one_shot_open), "1.00", ""),
        ("unseal_file", _speed(mib, unseal), f"{one_shot_open / unseal:.2f}", "0.60"),
        ("a plain copy, flushed", _speed(mib, copy), f"{one_shot / copy:.2f}", ""),
        ("", "", "", ""),
    ]


def _against_the_sdk(kms: Any, folder: Path, rounds: int) -> list[Row]:
    try:
        import aws_encryption_sdk
        from aws_cryptographic_material_providers.mpl import AwsCryptographicMaterialProviders
        from aws_cryptographic_material_providers.mpl.config import MaterialProvidersConfig
        from aws_cryptographic_material_providers.mpl.models import CreateAwsKmsKeyringInput
    except ImportError:
        return [("aws-encryption-sdk", "not installed", "", ""), ("", "", "", "")]
    plain, sealed, opened = folder / "plain", folder / "sealed", folder / "opened"
    _write_random(plain, SDK_MIB)
    key_id = kms.describe_key(KeyId=_key(kms))["KeyMetadata"]["Arn"]
    keyring = AwsCryptographicMaterialProviders(config=MaterialProvidersConfig()).create_aws_kms_keyring(
        input=CreateAwsKmsKeyringInput(kms_key_id=key_id, kms_client=kms)
    )
    client = aws_encryption_sdk.EncryptionSDKClient()

    def stream(mode: str, source: Path, target: Path) -> None:
        with (
            open(source, "rb") as read,
            open(target, "wb") as write,
            client.stream(mode=mode, source=read, keyring=keyring, encryption_context=CONTEXT) as chunks,
        ):
            write.writelines(chunks)

    sdk_sealed = folder / "sealed by the SDK"
    sdk_seal, seal, sdk_unseal, unseal = _paired(
        rounds,
        lambda: stream("e", plain, sdk_sealed),
        lambda: envelope.seal_file(kms, key_id, plain, sealed, CONTEXT, progress=False),
        lambda: stream("d", sdk_sealed, opened),
        lambda: envelope.unseal_file(kms, sealed, opened, CONTEXT, progress=False),
    )
    for path in (plain, sealed, opened, sdk_sealed):
        path.unlink()
    return [
        (f"{SDK_MIB} MiB", "speed", "times the SDK's", "wanted"),
        ("aws-encryption-sdk, encrypt", _speed(SDK_MIB, sdk_seal), "1.0", ""),
        ("seal_file", _speed(SDK_MIB, seal), f"{sdk_seal / seal:.1f}", "5"),
        ("aws-encryption-sdk, decrypt", _speed(SDK_MIB, sdk_unseal), "1.0", ""),
        ("unseal_file", _speed(SDK_MIB, unseal), f"{sdk_unseal / unseal:.1f}", "5"),
        ("", "", "", ""),
    ]


PEAK = """
import sys
from tests.envelope.fake_kms import FakeKms
from kmsnb import envelope
kms, (plain, sealed, opened) = FakeKms({"a": bytes(32)}), sys.argv[1:4]
def peak():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024
open(sealed, "wb").close()
envelope.seal_file(kms, "a", sealed, opened)
before = peak()
envelope.seal_file(kms, "a", plain, sealed, progress=False, chunk_size=int(sys.argv[4]))
envelope.unseal_file(kms, sealed, opened, progress=False)
print(peak() - before)
"""


def _memory(folder: Path, mib: int) -> list[Row]:
    if not os.path.exists("/proc/self/status"):
        return []
    rows = [("peak memory above start", "MiB", "", "wanted")]
    for size, chunk_mib in [(mib // 8, 1), (mib, 1), (mib, 16)]:
        plain, sealed, opened = folder / "plain", folder / "sealed", folder / "opened"
        with open(plain, "wb") as file:
            file.truncate(size * MIB)
        root = Path(__file__).parents[2]
        arguments = [str(plain), str(sealed), str(opened), str(chunk_mib * MIB)]
        done = subprocess.run(
            [sys.executable, "-c", PEAK, *arguments], cwd=root, capture_output=True, text=True, check=True
        )
        rows.append((f"{size} MiB in chunks of {chunk_mib} MiB", f"{float(done.stdout):.1f}", "", "64"))
        for path in (plain, sealed, opened):
            path.unlink()
    return [*rows, ("", "", "", "")]


def _calls(kms: Any) -> list[Row]:
    calls: list[str] = []
    kms.meta.events.register("before-call.kms", lambda model, **_: calls.append(model.name))
    envelope.unseal(kms, envelope.seal(kms, _key(kms), bytes(5 * MIB)))
    made = [name for name in calls if name != "CreateKey"]
    return [
        ("calls to KMS, 5 MiB", "", "", "wanted"),
        ("seal and unseal", " + ".join(made), "", "1 + 1"),
        ("", "", "", ""),
    ]


def _rewrap(kms: Any, folder: Path) -> list[Row]:
    sealed = folder / "messages"
    sealed.mkdir()
    old, new = _key(kms), _key(kms)
    plaintext = os.urandom(MESSAGE_BYTES)
    for number in range(MESSAGES):
        (sealed / f"{number:04}").write_bytes(envelope.seal(kms, old, plaintext, CONTEXT))
    touched_again = 0
    start = time.perf_counter()
    for path in sealed.iterdir():
        data = path.read_bytes()
        again = envelope.seal(kms, old, envelope.unseal(kms, data, CONTEXT), CONTEXT)
        path.write_bytes(again)
        touched_again += len(data) + len(again)
    encrypt_again = time.perf_counter() - start
    start = time.perf_counter()
    done = envelope.rewrap(kms, sealed, new, CONTEXT, key_id=old, progress=False)
    rewrap = time.perf_counter() - start
    ratio = touched_again / done.bytes_touched
    return [
        (f"{MESSAGES} messages of {MESSAGE_BYTES // 1024} KiB", "bytes touched", "seconds", "wanted"),
        ("KMS rotates its key", "0", "0", ""),
        ("rewrap under another root", f"{done.bytes_touched:,}", f"{rewrap:.1f}", ""),
        ("decrypt, and encrypt again", f"{touched_again:,}", f"{encrypt_again:.1f}", ""),
        ("times more", f"{ratio:,.0f}", f"{encrypt_again / rewrap:.1f}", "100"),
    ]


def _paired(rounds: int, *calls: Callable[[], object]) -> list[float]:
    """The median seconds of each call, over rounds in which each is made once; a first round warms up."""
    seconds: list[list[float]] = [[] for _ in calls]
    for _ in range(rounds + 1):
        for call, taken in zip(calls, seconds, strict=True):
            start = time.perf_counter()
            call()
            taken.append(time.perf_counter() - start)
    return [statistics.median(taken[1:]) for taken in seconds]


def _copy(source: Path, target: Path) -> None:
    """What a file costs without any cryptography: on a slow disk, nearly as much."""
    shutil.copyfile(source, target)
    with open(target, "rb+") as file:
        os.fsync(file.fileno())


def _write_random(path: Path, mib: int) -> None:
    with open(path, "wb") as file:
        file.writelines(os.urandom(MIB) for _ in range(mib))


def _key(kms: Any) -> str:
    return kms.create_key()["KeyMetadata"]["KeyId"]


def _speed(mib: int, seconds: float) -> str:
    return f"{mib / seconds:,.0f} MiB/s"


if __name__ == "__main__":
    main()
