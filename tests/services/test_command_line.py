"""The AWS CLI copies objects through a server, and is told what KMS refuses."""

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import boto3

from kmsnb import services
from kmsnb.kms.moto.server import listening

NAMES = {"aws_access_key_id": "made", "aws_secret_access_key": "up", "region_name": "us-east-1"}


def aws(port: int, *words: str) -> subprocess.CompletedProcess[str]:
    """What the AWS CLI says, in a shell that knows nothing but the server and made-up credentials."""
    names = {"AWS_ACCESS_KEY_ID": "made", "AWS_SECRET_ACCESS_KEY": "up", "AWS_DEFAULT_REGION": "us-east-1"}
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-m", "awscli", "--endpoint-url", f"http://127.0.0.1:{port}", *words],
        env={**kept, **names, "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull},
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_s3_cp_under_a_key(tmp_path: Path):
    (tmp_path / "a.txt").write_text("secret")
    with listening() as server, services.installed():
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            at: dict[str, Any] = NAMES | {"endpoint_url": f"http://127.0.0.1:{server.port}"}
            s3, kms = boto3.client("s3", **at), boto3.client("kms", **at)
            s3.create_bucket(Bucket="bkt")
            key = kms.create_key()["KeyMetadata"]["Arn"]
            put = aws(
                server.port,
                "s3",
                "cp",
                f"{tmp_path}/a.txt",
                "s3://bkt/d/a.txt",
                "--sse",
                "aws:kms",
                "--sse-kms-key-id",
                key,
            )
            assert put.returncode == 0, put.stderr
            assert s3.head_object(Bucket="bkt", Key="d/a.txt")["SSEKMSKeyId"] == key
            got = aws(server.port, "s3", "cp", "s3://bkt/d/a.txt", "-")
            assert got.stdout == "secret", got.stderr
            kms.disable_key(KeyId=key)
            refused = aws(server.port, "s3", "cp", "s3://bkt/d/a.txt", "-")
            assert "(KMS.DisabledException)" in refused.stderr
            assert f"{key} is disabled." in refused.stderr
            assert refused.stdout == ""
        finally:
            server.shutdown()
            thread.join()
