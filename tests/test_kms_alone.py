"""``kmsnb.kms`` in a test suite that has boto3, moto and cryptography, and nothing else that the course needs."""

import json
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from . import environment

pytestmark = pytest.mark.slow

PAGE = (environment.ROOT / "docs" / "mock.md").read_text(encoding="utf-8")

#: Keys of both kinds, the clock, permissions, the journal and the meter.
PROGRAM = """
import boto3, kmsnb.kms
from botocore.exceptions import ClientError
from moto import mock_aws

clock, journal, meter = kmsnb.kms.ManualClock(), kmsnb.kms.Journal(), kmsnb.kms.Meter()
kmsnb.kms.install(clock=clock, journal=journal, meter=meter)
with mock_aws():
    kms = boto3.client("kms", "us-east-1")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    blob = kms.encrypt(KeyId=key, Plaintext=b"secret", EncryptionContext={"a": "1"})["CiphertextBlob"]
    assert kms.decrypt(CiphertextBlob=blob, EncryptionContext={"a": "1"})["Plaintext"] == b"secret"
    pair = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
    signed = kms.sign(KeyId=pair, Message=b"m", SigningAlgorithm="ECDSA_SHA_256")["Signature"]
    assert kms.verify(KeyId=pair, Message=b"m", Signature=signed, SigningAlgorithm="ECDSA_SHA_256")["SignatureValid"]
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    clock.advance(days=8)
    try:
        kms.describe_key(KeyId=key)
    except kms.exceptions.NotFoundException:
        print("the key is gone")
assert len(journal) > 8

kmsnb.kms.install(enforce=True)
with mock_aws():
    iam = boto3.client("iam", "us-east-1")
    iam.create_user(UserName="Kim")
    made = iam.create_access_key(UserName="Kim")["AccessKey"]
    kim = boto3.client(
        "kms", "us-east-1", aws_access_key_id=made["AccessKeyId"], aws_secret_access_key=made["SecretAccessKey"]
    )
    try:
        kim.create_key()
    except ClientError as error:
        print(error.response["Error"]["Code"])
"""


@pytest.fixture(scope="module")
def programs() -> Iterator[Path]:
    """An environment made with the command of docs/mock.md, run in a copy of the clone; the folder of its programs."""
    command = re.search(r"<!-- ci: kms -->\n+```bash\n(.+?)```", PAGE, re.DOTALL)
    assert command, "docs/mock.md has no command after its marker 'ci: kms'"
    with tempfile.TemporaryDirectory() as folder:
        made = environment.make(Path(folder) / "environment", sys.executable)
        environment.run("bash", "-euo", "pipefail", "-c", command[1], cwd=environment.ROOT, path=made)
        yield made


def test_only_what_it_needs_is_installed(programs: Path) -> None:
    listed = json.loads(environment.run(programs / "pip", "list", "--format", "json"))
    names = {package["name"].lower() for package in listed}
    assert {"kmsnb", "boto3", "moto", "cryptography"} <= names
    assert not names & {"jupyterlab", "ipywidgets", "ipython", "matplotlib", "numpy", "pillow", "tqdm"}


def test_it_works(programs: Path, tmp_path: Path) -> None:
    said = environment.run(programs / "python", "-W", "error", "-c", PROGRAM, cwd=tmp_path)
    assert said.split("\n")[:2] == ["the key is gone", "AccessDeniedException"]


def test_the_example_in_readme_works(programs: Path, tmp_path: Path) -> None:
    example = re.search(r"```python\n(import boto3, kmsnb\.kms\n.+?)```", PAGE, re.DOTALL)
    assert example, "docs/mock.md has no example that begins with 'import boto3, kmsnb.kms'"
    program = example[1] + "\ntest_my_envelope()\nprint('done')"
    assert environment.run(programs / "python", "-c", program, cwd=tmp_path) == "done\n"
