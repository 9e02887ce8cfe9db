"""Bucket policies that S3 takes, and those it doesn't."""

import json
from typing import Any

import boto3
import pytest

import kmsnb
from kmsnb.services.s3_bucket_policy import fault_of

from .conftest import refused
from .policies import OURS, THEIRS, allow, deny, document, to, user_arn, who_may

BUCKET = "arn:aws:s3:::bkt"
OBJECTS, BOTH = f"{BUCKET}/*", [BUCKET, f"{BUCKET}/*"]
READ, LIST = "s3:GetObject", "s3:ListBucket"
NOT_JSON = "Policies must be valid JSON and the first byte must be '{'"
ELSEWHERE, IDLE = "Policy has invalid resource", "Action does not apply to any resource(s) in statement"
NO_ACTION = "Policy has invalid action"
TOO_LONG = "Normalized policy document exceeds the maximum allowed size of 20480 bytes"
NOBODY, SYNTAX = "Invalid principal in policy", "Invalid policy syntax."


@pytest.mark.parametrize(
    ("policy", "fault"),
    [
        ("", NOT_JSON),
        ("x", NOT_JSON),
        ("[]", NOT_JSON),
        (" " + document(allow(READ, on=OBJECTS, **to())), NOT_JSON),
        ("{", NOT_JSON),
        ('{"Statement": [], "Statement": []}', NOT_JSON),
        ("{}", "Missing required field Statement"),
        ('{"Version": "2012-10-17"}', "Missing required field Statement"),
        (document(allow(READ, on=OBJECTS)), "Missing required field Principal"),
        (document(allow(READ, on=OBJECTS, Principal={"AWS": "Uma"})), NOBODY),
        (document(allow(READ, on=OBJECTS, **to(f"arn:aws:iam::{OURS}:group/all"))), NOBODY),
        (document(allow(READ, on=OBJECTS, **to("*x"))), NOBODY),
        (document(allow(READ, on="arn:aws:s3:::other/*", **to())), ELSEWHERE),
        (document(allow(READ, on=[OBJECTS, "arn:aws:s3:::other/*"], **to())), ELSEWHERE),
        (document(allow(READ, on="arn:aws:s3:::bkt2/*", **to())), ELSEWHERE),
        (document(allow(READ, on="bkt/*", **to())), ELSEWHERE),
        (document(allow(READ, on="arn:aws:sqs:us-east-1:1:bkt", **to())), ELSEWHERE),
        (document(allow(READ, on="*", **to())), ELSEWHERE),
        (document(allow(READ, on=[OBJECTS, "*"], **to())), ELSEWHERE),
        (document({"Effect": "Deny", "Action": READ, "NotResource": "*", "Principal": "*"}), ELSEWHERE),
        (document(allow("kms:Decrypt", on=OBJECTS, **to())), NO_ACTION),
        (document(allow(READ, "s3:HeadObject", on=OBJECTS, **to())), NO_ACTION),
        (document(allow("s3:ListObjectsV2", on=BUCKET, **to())), NO_ACTION),
        (document(allow("GetObject", on=OBJECTS, **to())), NO_ACTION),
        (
            document({"Effect": "Deny", "NotAction": "s3:HeadBucket", "Resource": BUCKET, "Principal": "*"}),
            NO_ACTION,
        ),
        (document(*[allow(READ, on=f"{OBJECTS}{n}", **to()) for n in range(300)]), TOO_LONG),
        (document(allow(READ, on=BUCKET, **to())), IDLE),
        (document(allow(LIST, on=OBJECTS, **to())), IDLE),
        (document(allow(READ, LIST, on=OBJECTS, **to())), IDLE),
        (document(deny("s3:PutBucketPolicy", on=OBJECTS, **to())), IDLE),
        (document(allow(READ, on=OBJECTS, **to(), Effect="Permit")), SYNTAX),
        (document(allow(READ, on=OBJECTS, **to(), Condition={"Equals": {"a": "b"}})), SYNTAX),
        (document(allow(READ, on=OBJECTS, **to(), Colour="blue")), SYNTAX),
    ],
)
def test_a_policy_with_a_fault(policy: str, fault: str):
    assert fault_of(policy, BUCKET) == fault


@pytest.mark.parametrize(
    "statement",
    [
        allow(READ, on=OBJECTS, **to()),
        allow(READ, LIST, on=BOTH, **to(OURS, THEIRS)),
        allow("s3:*", on=BUCKET, **to(OURS)),
        allow("s3:*", on=BOTH, **to(OURS)),
        allow("*", on="arn:aws:s3:::*", **to(OURS)),
        allow("s3:GetObjectAttributes", "s3:ListMultipartUploadParts", on=OBJECTS, **to(OURS)),
        allow("s3:Get*", on=OBJECTS, **to()),
        allow(READ, on=f"{BUCKET}/home/${{aws:username}}/*", **to(OURS)),
        allow(READ, LIST, on=f"{BUCKET}*", **to()),
        allow("s3:ReplicateObject", "s3:GetObjectVersionForReplication", on=OBJECTS, **to(THEIRS)),
        allow("S3:getobject", on=OBJECTS, **to()),
        allow(READ, on=OBJECTS, Principal={"Service": "cloudfront.amazonaws.com"}),
        allow(READ, on=OBJECTS, Principal={"Federated": "accounts.google.com"}),
        deny(READ, on=OBJECTS, NotPrincipal={"AWS": f"arn:aws:iam::{OURS}:root"}),
        {"Effect": "Deny", "NotAction": READ, "Resource": OBJECTS, "Principal": "*"},
        {"Effect": "Deny", "Action": READ, "NotResource": f"{BUCKET}/public/*", "Principal": "*"},
    ],
)
def test_a_policy_without_one(statement: Any):
    assert fault_of(document(statement), BUCKET) is None


def test_spaces_do_not_make_a_policy_too_long():
    statements = [allow(READ, on=f"{OBJECTS}{n}", **to()) for n in range(100)]
    policy = json.dumps(json.loads(document(*statements)), indent=20)
    assert len(policy) > 20_480
    assert fault_of(policy, BUCKET) is None


def test_a_user_or_role_has_to_exist(lab: kmsnb.Lab, s3: Any):
    for nobody in (user_arn("Nobody"), f"arn:aws:iam::{OURS}:role/None", "AIDAQQQQQQQQQQQQQQQQQ"):
        with refused("MalformedPolicy", NOBODY, 400):
            s3.put_bucket_policy(Bucket="bkt", Policy=document(allow(READ, on=OBJECTS, **to(nobody))))
    with refused("NoSuchBucketPolicy", "The bucket policy does not exist", 404):
        s3.get_bucket_policy(Bucket="bkt")
    lab.user("Uma")
    elsewhere = "arn:aws:iam::444455556666:user/Bob"  # of an account that nothing is known of
    policy = document(allow(READ, on=OBJECTS, **to(user_arn("Uma"), elsewhere)))
    s3.put_bucket_policy(Bucket="bkt", Policy=policy)
    assert json.loads(s3.get_bucket_policy(Bucket="bkt")["Policy"]) == json.loads(policy)


def test_a_policy_that_is_not_taken_changes_nothing(lab: kmsnb.Lab, s3: Any):
    s3.put_bucket_policy(Bucket="bkt", Policy=document(allow(READ, on=OBJECTS, **to(OURS))))
    before = s3.get_bucket_policy(Bucket="bkt")["Policy"]
    for policy, fault in (("{}", "Missing required field Statement"), ("x", NOT_JSON)):
        with refused("MalformedPolicy", fault, 400):
            s3.put_bucket_policy(Bucket="bkt", Policy=policy)
    with refused("AccessDenied", "s3:PutBucketPolicy", 403):  # first of all, she needs permission
        who_may(lab, "Uma").client("s3").put_bucket_policy(Bucket="bkt", Policy="x")
    assert s3.get_bucket_policy(Bucket="bkt")["Policy"] == before
    with refused("NoSuchBucket", status=404):
        s3.put_bucket_policy(Bucket="none", Policy="x")


def test_without_enforcement_too():
    with kmsnb.start(enforce=False):
        s3 = boto3.client("s3")
        s3.create_bucket(Bucket="bkt")
        with refused("MalformedPolicy", ELSEWHERE, 400):
            s3.put_bucket_policy(
                Bucket="bkt", Policy=document(allow(READ, on="arn:aws:s3:::other/*", **to()))
            )
