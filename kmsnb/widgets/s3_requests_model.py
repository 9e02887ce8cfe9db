"""A request to S3, and a policy: what does S3 ask KMS, and what comes back?"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from botocore.config import Config
from botocore.exceptions import ClientError

from kmsnb import kms as mocked
from kmsnb.exercises.examiner import administrator
from kmsnb.kms.records.journal import Record
from kmsnb.lab import Lab, LabError, current

Request = Literal["PutObject", "multipart upload", "GetObject", "HeadObject", "CopyObject", "DeleteObject"]
Encryption = Literal["SSE-S3", "SSE-KMS, aws/s3", "SSE-KMS, your key", "DSSE-KMS, your key"]
Condition = Literal["none", "only through S3", "only for objects' ARNs"]

REQUESTS: tuple[Request, ...] = (
    "PutObject",
    "multipart upload",
    "GetObject",
    "HeadObject",
    "CopyObject",
    "DeleteObject",
)
ENCRYPTIONS: tuple[Encryption, ...] = (
    "SSE-KMS, your key",
    "SSE-KMS, aws/s3",
    "DSSE-KMS, your key",
    "SSE-S3",
)
CONDITIONS: dict[Condition, dict[str, Any]] = {
    "none": {},
    "only through S3": {"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}},
    "only for objects' ARNs": {
        "StringLike": {"kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::letters-of-uma/*"}
    },
}
TIMES = (1, 3)
#: What ``S3RequestsModel.run`` raises if nothing can be set up: no lab is on, or the bucket's name is taken.
NOT_TRIED = (LabError, ClientError)

#: The widget's own account, so that what it tries leaves no trace in the learner's.
ACCOUNT = "444455556666"
BUCKET, REGION = "letters-of-uma", "us-east-1"
_UMA = f"arn:aws:iam::{ACCOUNT}:user/Uma"
_ROOT = {
    "Sid": "Enable IAM User Permissions",
    "Effect": "Allow",
    "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
    "Action": "kms:*",
    "Resource": "*",
}
_WRITES = {"PutObject", "multipart upload"}
_ALGORITHMS = {"SSE-S3": "AES256", "SSE-KMS, aws/s3": "aws:kms", "SSE-KMS, your key": "aws:kms"}
_ONCE = Config(retries={"total_max_attempts": 1}, signature_version="s3v4")


class Outcome(NamedTuple):
    """What came of it: what S3 asked of KMS, and S3's error (code and message) with the step that it refused."""

    asked: tuple[Record, ...]
    error: str = ""
    message: str = ""
    refused: str = ""

    @property
    def by_s3(self) -> bool:
        """Whether S3 refused for itself, before it asked KMS anything."""
        return bool(self.error) and not any(record.error_code for record in self.asked)


@dataclass
class S3RequestsModel:
    """Uma's request for an object, and what she is allowed. Needs a running lab, but leaves no key or record in it.

    ``encryption`` is that of the object, ``bucket_key`` whether its bucket has a Bucket Key. ``s3`` says whether Uma's IAM
    policy allows her the bucket, ``allowed`` which KMS operations the key policy allows her, under ``condition``.
    ``enabled`` is the state of your key. ``times`` is how often she sends the request.
    """

    request: Request = "GetObject"
    encryption: Encryption = "SSE-KMS, your key"
    bucket_key: bool = False
    s3: bool = True
    allowed: frozenset[str] = frozenset({"GenerateDataKey", "Decrypt"})
    condition: Condition = "none"
    enabled: bool = True
    times: int = 1
    _lab: Lab | None = field(default=None, repr=False)
    _clients: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def policy(self) -> dict[str, Any]:
        """The key policy."""
        actions = [f"kms:{name}" for name in ("GenerateDataKey", "Decrypt") if name in self.allowed]
        condition = CONDITIONS[self.condition]
        uma = {
            "Sid": "What Uma may do",
            "Effect": "Allow",
            "Principal": {"AWS": _UMA},
            "Action": actions,
            "Resource": "*",
            **({"Condition": condition} if condition else {}),
        }
        return {"Version": "2012-10-17", "Statement": [_ROOT, uma] if actions else [_ROOT]}

    def run(self) -> Outcome:
        """Set everything up, and send the request ``times`` times, or until it is refused. Raises one of ``NOT_TRIED``."""
        with mocked.Sandbox() as sandbox:
            self._connect()
            ada = self._clients["ada"]
            key = self._clients["kms"].create_key(Policy=json.dumps(self.policy))["KeyMetadata"]["Arn"]
            sse = self._headers(key)
            self._new_bucket(ada)
            ada.put_object(Bucket=BUCKET, Key="june", Body=b"Dear Ben", **sse)
            self._allow_s3()
            if not self.enabled:
                self._clients["kms"].disable_key(KeyId=key)
            before = len(sandbox.journal)
            error, message, refused = "", "", ""
            try:
                for _ in range(self.times):
                    for refused, step in self._steps(sse):  # noqa: B007 (the step that was refused)
                        step()
                refused = ""
            except ClientError as answer:
                error, message = answer.response["Error"]["Code"], answer.response["Error"]["Message"]
            asked = [record for record in list(sandbox.journal)[before:] if record.cause]
        return Outcome(tuple(asked), error, message, refused)

    def _steps(self, sse: dict[str, Any]) -> Iterator[tuple[str, Callable[[], Any]]]:
        """The requests to S3, one for all but the multipart upload."""
        s3, there = self._clients["uma"], {"Bucket": BUCKET, "Key": "june"}
        if self.request == "multipart upload":
            made: dict[str, Any] = {}
            new = {"Bucket": BUCKET, "Key": "july"}
            yield "CreateMultipartUpload", lambda: made.update(s3.create_multipart_upload(**new, **sse))
            part = new | {"UploadId": made["UploadId"], "PartNumber": 1}
            yield "UploadPart", lambda: made.update(s3.upload_part(**part, Body=b"Dear Ben"))
            parts = {"Parts": [{"PartNumber": 1, "ETag": made["ETag"]}]}
            whole = new | {"UploadId": made["UploadId"], "MultipartUpload": parts}
            yield "CompleteMultipartUpload", lambda: s3.complete_multipart_upload(**whole)
            return
        source = f"{BUCKET}/june"
        requests: dict[str, Callable[[], Any]] = {
            "PutObject": lambda: s3.put_object(Bucket=BUCKET, Key="july", Body=b"Dear Ben", **sse),
            "GetObject": lambda: s3.get_object(**there),
            "HeadObject": lambda: s3.head_object(**there),
            "CopyObject": lambda: s3.copy_object(Bucket=BUCKET, Key="july", CopySource=source, **sse),
            "DeleteObject": lambda: s3.delete_object(**there),
        }
        yield self.request, requests[self.request]

    def _headers(self, key: str) -> dict[str, Any]:
        """The parameters of a write: its encryption."""
        headers: dict[str, Any] = {"ServerSideEncryption": _ALGORITHMS.get(self.encryption, "aws:kms:dsse")}
        if "your key" in self.encryption:
            headers["SSEKMSKeyId"] = key
        if self.bucket_key and self.encryption != "SSE-S3":
            headers["BucketKeyEnabled"] = True
        return headers

    def _allow_s3(self) -> None:
        statement = {
            "Effect": "Allow",
            "Action": "s3:*" if self.s3 else "s3:ListAllMyBuckets",
            "Resource": "*",
        }
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self._clients["iam"].put_user_policy(UserName="Uma", PolicyName="letters", PolicyDocument=document)

    def _new_bucket(self, ada: Any) -> None:
        """A bucket with no Bucket Key in use from the last time."""
        if BUCKET in [bucket["Name"] for bucket in ada.list_buckets()["Buckets"]]:
            for name in ("june", "july"):
                ada.delete_object(Bucket=BUCKET, Key=name)
            ada.delete_bucket(Bucket=BUCKET)
        ada.create_bucket(Bucket=BUCKET)

    def _connect(self) -> None:
        """Clients of the lab that is on: the setup cell may have been run again."""
        lab = current()
        if lab is self._lab:
            return
        ada, uma = administrator("Ada", ACCOUNT), lab.user("Uma", account=ACCOUNT)
        self._lab = lab
        self._clients = {
            "iam": ada.client("iam"),
            "kms": ada.client("kms", region_name=REGION),
            "ada": ada.client("s3", region_name=REGION, config=_ONCE),
            "uma": uma.client("s3", region_name=REGION, config=_ONCE),
        }
