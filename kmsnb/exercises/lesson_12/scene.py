"""The examiner's buckets and key: a separate KMS, so that nothing of it shows in the learner's lab."""

import json
from typing import Any, Self

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from kmsnb import kms as mocked
from kmsnb.kms.records.journal import Journal
from kmsnb.lab import current

from ..examiner import ACCOUNT, administrator

BUCKET, ABROAD = "examiners-letters", "examiners-letters-eu"
_REGIONS = ("us-east-1", "eu-west-1")
_ONCE = Config(retries={"total_max_attempts": 1}, signature_version="s3v4")


class Scene:
    """A key, a bucket in its Region and one in another, and clients of the examiner and of Uma.

    Each ``with`` block finds them as new. Needs a running lab.
    """

    key: str
    journal: Journal

    def __init__(self) -> None:
        session = administrator("examiner", ACCOUNT)
        uma = current().user("Uma", account=ACCOUNT)
        self._iam = session.client("iam")
        self.kms, self.kms_abroad = (session.client("kms", region_name=region) for region in _REGIONS)
        self.s3, self.s3_abroad = (_s3(session, region) for region in _REGIONS)
        self.uma, self.uma_abroad = (_s3(uma, region) for region in _REGIONS)

    def __enter__(self) -> Self:
        self._sandbox = mocked.Sandbox()
        self._sandbox.__enter__()
        self.journal = self._sandbox.journal
        try:
            self._build()
        except BaseException:
            self._sandbox.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._clear()
        finally:
            self._sandbox.__exit__()

    def let(self, *, s3: str | None = "s3:*", kms: str | None = None) -> None:
        """Give Uma an IAM policy for the buckets and one for the key; None for no permission."""
        for name, action in (("s3", s3), ("kms", kms)):
            statement = {"Effect": "Allow", "Action": action or "sts:GetCallerIdentity", "Resource": "*"}
            document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
            self._iam.put_user_policy(UserName="Uma", PolicyName=name, PolicyDocument=document)

    def under(self, key: str, **more: Any) -> dict[str, Any]:
        """The parameters of a write under a key."""
        return {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key, **more}

    def _build(self) -> None:
        self._clear()
        self.s3.create_bucket(Bucket=BUCKET)
        there = {"LocationConstraint": _REGIONS[1]}
        self.s3_abroad.create_bucket(Bucket=ABROAD, CreateBucketConfiguration=there)
        self.key = self.kms.create_key()["KeyMetadata"]["Arn"]

    def _clear(self) -> None:
        """Leave no bucket."""
        for s3, bucket in ((self.s3, BUCKET), (self.s3_abroad, ABROAD)):
            try:
                found = s3.list_objects_v2(Bucket=bucket).get("Contents", [])
            except ClientError:  # not created yet
                continue
            for each in found:
                s3.delete_object(Bucket=bucket, Key=each["Key"])
            s3.delete_bucket(Bucket=bucket)


def _s3(session: boto3.Session, region: str) -> Any:
    return session.client("s3", region_name=region, config=_ONCE)
