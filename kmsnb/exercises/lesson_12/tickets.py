"""Seven requests to S3 that were refused, and what each needs to work."""

import json
from collections.abc import Callable
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from .scene import ABROAD, BUCKET, Scene

_JUNE = {"Bucket": BUCKET, "Key": "june"}


class Ticket(NamedTuple):
    """What is set up, and what Uma then asks for. With ``mended``, the cause is gone."""

    cause: str
    setup: Callable[[Scene, bool], None]
    request: Callable[[Scene], Any]


def tickets() -> dict[str, str]:
    """What S3 answers to each ticket's request, A to G: the error's code and message. Needs a running lab."""
    scene = Scene()
    return {letter: answer(letter, scene) for letter in TICKETS}


def answer(letter: str, scene: Scene, *, mended: bool = False) -> str:
    """What S3 answers to one ticket's request; "done" if it works."""
    ticket = TICKETS[letter]
    with scene:
        ticket.setup(scene, mended)
        try:
            ticket.request(scene)
        except ClientError as error:
            told = error.response["Error"]
            return f"{error.operation_name}: {told['Code']}: {told['Message']}"
    return "done"


def _get(scene: Scene) -> None:
    scene.uma.get_object(**_JUNE)


def _put(scene: Scene) -> None:
    scene.uma.put_object(**_JUNE, Body=b"Dear Ben")


def _put_abroad(scene: Scene) -> None:
    scene.uma_abroad.put_object(Bucket=ABROAD, Key="june", Body=b"Dear Ben", **scene.under(scene.key))


def _multipart(scene: Scene) -> None:
    made = scene.uma.create_multipart_upload(**_JUNE, **scene.under(scene.key))
    scene.uma.upload_part(**_JUNE, UploadId=made["UploadId"], PartNumber=1, Body=b"Dear Ben")


def _write(scene: Scene, **more: Any) -> None:
    scene.s3.put_object(**_JUNE, Body=b"Dear Ben", **scene.under(scene.key, **more))


def _no_key(scene: Scene, mended: bool) -> None:
    _write(scene)
    scene.let(kms="kms:Decrypt" if mended else None)


def _parts(scene: Scene, mended: bool) -> None:
    scene.let(kms="kms:*" if mended else "kms:GenerateDataKey")


def _no_s3(scene: Scene, mended: bool) -> None:
    _write(scene)
    scene.let(s3="s3:GetObject" if mended else "s3:ListBucket", kms="kms:Decrypt")


def _off(scene: Scene, mended: bool) -> None:
    _write(scene)
    scene.let(kms="kms:*")
    if not mended:
        scene.kms.disable_key(KeyId=scene.key)


def _insists(scene: Scene, mended: bool) -> None:
    scene.let(kms="kms:*")
    header = {"StringNotEquals": {"s3:x-amz-server-side-encryption": "aws:kms"}}
    deny = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{BUCKET}/*",
        "Condition": header,
    }
    if not mended:
        document = json.dumps({"Version": "2012-10-17", "Statement": [deny]})
        scene.s3.put_bucket_policy(Bucket=BUCKET, Policy=document)


def _bucket_key(scene: Scene, mended: bool) -> None:
    scene.let()
    policy = json.loads(scene.kms.get_key_policy(KeyId=scene.key)["Policy"])
    uma = {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::210987654321:user/Uma"},
        "Action": "kms:Decrypt",
        "Resource": "*",
        "Condition": {"StringLike": {"kms:EncryptionContext:aws:s3:arn": f"arn:aws:s3:::{BUCKET}/*"}},
    }
    policy["Statement"].append(uma)
    scene.kms.put_key_policy(KeyId=scene.key, Policy=json.dumps(policy))
    _write(scene, BucketKeyEnabled=not mended)


def _abroad(scene: Scene, mended: bool) -> None:
    scene.let(kms="kms:*")
    if mended:
        scene.key = scene.kms_abroad.create_key()["KeyMetadata"]["Arn"]


TICKETS = {
    "A": Ticket("key", _no_key, _get),
    "B": Ticket("parts", _parts, _multipart),
    "C": Ticket("s3", _no_s3, _get),
    "D": Ticket("state", _off, _get),
    "E": Ticket("bucket", _insists, _put),
    "F": Ticket("context", _bucket_key, _get),
    "G": Ticket("region", _abroad, _put_abroad),
}
