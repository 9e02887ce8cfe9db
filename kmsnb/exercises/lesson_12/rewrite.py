"""Exercise 12.c: bring a bucket's old objects under one key."""

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from ..examiner import FROM_THE_NOTEBOOK
from ..model import Exercise, Mistake, attempted
from .scene import BUCKET, Scene

GONE = Mistake("An object is missing now, or has another content. It's")
LEFT_BEHIND = Mistake("This object isn't under `key_arn` yet:")
TOUCHED = Mistake(
    "An object that was under the key already was encrypted again. `head_object` says which key an object has. It's"
)
NOT_THE_NAMES = Mistake("Return the list of the objects' keys that you moved.")
NEW_NAMES = Mistake("The bucket has objects it didn't have before. Copy each object onto itself. New:")
OTHER_KEY = Mistake(FROM_THE_NOTEBOOK)

_OLD = {
    "april": {"ServerSideEncryption": "AES256"},
    "may": {"ServerSideEncryption": "aws:kms"},  # aws/s3
    "notes/july": {"ServerSideEncryption": "aws:kms:dsse"},
}


def _examine(move: Callable[[Any, str, str], Any]) -> Mistake | None:
    with Scene() as scene:
        letters = {name: f"Dear Ben, it's {name}".encode() for name in (*_OLD, "june")}
        for name, how in (_OLD | {"june": scene.under(scene.key)}).items():
            scene.s3.put_object(Bucket=BUCKET, Key=name, Body=letters[name], **how)
        asked = len(scene.journal)
        try:
            moved = attempted(move(scene.s3, BUCKET, scene.key))
        except ClientError as error:
            if error.response["Error"]["Code"] in ("NoSuchBucket", "KMS.NotFoundException", "AccessDenied"):
                return OTHER_KEY
            raise
        june = f"arn:aws:s3:::{BUCKET}/june"
        touched = any(june in record.encryption_context.values() for record in list(scene.journal)[asked:])
        return _fault(scene, letters) or (
            TOUCHED.about("`june`.") if touched else None if _are(moved) else NOT_THE_NAMES
        )


def _fault(scene: Scene, letters: dict[str, bytes]) -> Mistake | None:
    found = [each["Key"] for each in scene.s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])]
    for name, letter in letters.items():
        if name not in found or scene.s3.get_object(Bucket=BUCKET, Key=name)["Body"].read() != letter:
            return GONE.about(f"`{name}`.")
    for name in letters:
        if scene.s3.head_object(Bucket=BUCKET, Key=name).get("SSEKMSKeyId") != scene.key:
            return LEFT_BEHIND.about(f"`{name}`.")
    new = sorted({*found} - {*letters})
    return NEW_NAMES.about(f"`{new[0]}`.") if new else None


def _are(moved: Any) -> bool:
    return isinstance(moved, list | tuple | set) and sorted(map(str, moved)) == sorted(_OLD)


EXERCISE = Exercise(
    answer_name="move_under",
    stub="""
def move_under(s3, bucket, key_arn):
    return ...
""",
    examine=_examine,
    hints=(
        "`s3.list_objects_v2(Bucket=bucket)` lists the objects; `s3.head_object` says how each is encrypted, without a question to KMS.",
        "An object under SSE-S3 has no `SSEKMSKeyId`: use `.get`.",
        "`s3.copy_object` with the same bucket and key as `CopySource` writes the object again; say under which key.",
    ),
    solution="""
def move_under(s3, bucket, key_arn):
    moved = []
    under_key = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key_arn}
    for each in s3.list_objects_v2(Bucket=bucket)["Contents"]:
        there = {"Bucket": bucket, "Key": each["Key"]}
        if s3.head_object(**there).get("SSEKMSKeyId") != key_arn:
            s3.copy_object(**there, CopySource=there, **under_key)
            moved.append(each["Key"])
    return moved
""",
)
