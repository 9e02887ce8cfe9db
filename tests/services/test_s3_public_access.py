"""Block Public Access: which bucket policies are public, what a bucket does about them, and how to let the public in."""

from typing import Any

import pytest
import requests

import kmsnb
from kmsnb.services.s3_public_access import is_public

from .conftest import refused
from .policies import (
    AT,
    BUCKET,
    OBJECTS,
    OURS,
    THEIRS,
    allow,
    deny,
    document,
    guard,
    to,
    user_arn,
    when,
    who_may,
)

READ = "s3:GetObject"
ALL = ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"]
URL = "https://bkt.s3.amazonaws.com/a"
CLOUDFRONT = {"Principal": {"Service": "cloudfront.amazonaws.com"}}


def let(s3: Any, *settings: str) -> None:
    """Switch these settings of the bucket off."""
    block = {each: each not in settings for each in ALL}
    s3.put_public_access_block(Bucket="bkt", PublicAccessBlockConfiguration=block)


def everyone(**more: Any) -> dict[str, Any]:
    return allow(READ, on=OBJECTS, **to(), **more)


def test_a_new_bucket_has_all_settings(lab: kmsnb.Lab, s3: Any):
    def shown() -> Any:
        return s3.get_public_access_block(Bucket="bkt")["PublicAccessBlockConfiguration"]

    assert shown() == dict.fromkeys(ALL, True)
    let(s3, "BlockPublicPolicy")
    assert shown() == dict.fromkeys(ALL, True) | {"BlockPublicPolicy": False}
    s3.delete_public_access_block(Bucket="bkt")
    with refused("NoSuchPublicAccessBlockConfiguration", status=404):
        shown()


def test_a_public_policy_is_refused(lab: kmsnb.Lab, s3: Any):
    because = (
        "because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access."
    )
    message = f'User: {user_arn("student")} is not authorized to perform: s3:PutBucketPolicy on resource: "{BUCKET}" {because}'
    with refused("AccessDenied", message, 403):
        guard(s3, everyone())
    with refused("NoSuchBucketPolicy"):
        s3.get_bucket_policy(Bucket="bkt")
    guard(s3, allow(READ, on=OBJECTS, **to(OURS)))
    with refused("AccessDenied", because):
        guard(s3, allow(READ, on=OBJECTS, **to(OURS)), everyone())
    guard(s3, deny("s3:*", on=[BUCKET, OBJECTS], **to(), **when("Bool", "aws:SecureTransport", "false")))
    s3.delete_public_access_block(Bucket="bkt")
    guard(s3, everyone())


@pytest.mark.parametrize(
    "statement",
    [
        everyone(),
        allow(READ, on=OBJECTS, **to(OURS, "*")),
        allow(READ, on=OBJECTS, NotPrincipal={"AWS": OURS}),
        everyone(**when("StringLike", "aws:SourceVpc", "vpc-*")),
        everyone(**when("StringEquals", "aws:SourceVpc", "vpc-1", "vpc-${aws:username}")),
        everyone(**when("Bool", "aws:SecureTransport", "true")),
        everyone(**when("StringEquals", "aws:Referer", "https://example.com")),
        everyone(**when("StringNotEquals", "aws:PrincipalOrgID", "o-1234567890")),
        everyone(**when("StringEqualsIfExists", "aws:PrincipalOrgID", "o-1234567890")),
        everyone(**when("ForAllValues:StringEquals", "aws:PrincipalOrgID", "o-1234567890")),
        everyone(**when("Null", "aws:SourceVpce", "false")),
        everyone(**when("IpAddress", "aws:SourceIp", "0.0.0.0/1")),
        everyone(**when("IpAddress", "aws:SourceIp", "203.0.113.0/24", "::/0")),
        everyone(**when("NotIpAddress", "aws:SourceIp", "203.0.113.0/24")),
        everyone(**when("ArnLike", "s3:DataAccessPointArn", "arn:aws:s3:us-east-1:*:accesspoint/a")),
    ],
)
def test_what_is_public(statement: dict[str, Any]):
    assert is_public(document(statement))
    assert is_public(document(allow(READ, on=OBJECTS, **to(OURS)), statement))


@pytest.mark.parametrize(
    "statement",
    [
        deny("s3:*", on=OBJECTS, **to()),
        allow(READ, on=OBJECTS, **to(OURS, user_arn("Uma", THEIRS))),
        allow(READ, on=OBJECTS, **CLOUDFRONT),
        everyone(**when("StringEquals", "aws:SourceVpc", "vpc-91237329")),
        everyone(**when("StringEquals", "AWS:PrincipalOrgId", "o-1234567890")),
        everyone(**when("ArnLike", "aws:PrincipalArn", user_arn("Uma"))),
        everyone(**when("IpAddress", "aws:SourceIp", "10.0.0.0/8", "203.0.113.7", "2001:db8::/32")),
        everyone(**when("StringLike", "aws:userid", "AROAEXAMPLEID:*")),
        everyone(**when("ArnLike", "s3:DataAccessPointArn", f"arn:aws:s3:us-west-2:{OURS}:accesspoint/*")),
        everyone(
            Condition={"StringEquals": {"aws:SourceAccount": OURS}, "Bool": {"aws:SecureTransport": "true"}}
        ),
    ],
)
def test_what_is_not(lab: kmsnb.Lab, s3: Any, statement: dict[str, Any]):
    assert not is_public(document(statement))


def test_a_bucket_tells_the_status_of_its_policy(lab: kmsnb.Lab, s3: Any):
    with refused("NoSuchBucketPolicy"):
        s3.get_bucket_policy_status(Bucket="bkt")
    let(s3, *ALL)
    for statement, public in (
        (everyone(**when("Bool", "aws:SecureTransport", "true")), True),
        (allow(READ, on=OBJECTS, **to(OURS)), False),
    ):
        guard(s3, statement)
        assert s3.get_bucket_policy_status(Bucket="bkt")["PolicyStatus"] == {"IsPublic": public}


def test_under_a_public_policy_only_the_bucket_s_account_and_services_come_in(lab: kmsnb.Lab, s3: Any):
    s3.put_object(**AT, Body=b"x")
    olga = who_may(lab, "Olga", allow("s3:*"), account=THEIRS).client("s3")
    uma = who_may(lab, "Uma").client("s3")
    cloudfront = lab.service("cloudfront.amazonaws.com").client("s3")
    let(s3, "BlockPublicPolicy")
    named = allow(READ, on=OBJECTS, **to(THEIRS)), allow(READ, on=OBJECTS, **CLOUDFRONT)
    guard(s3, *named)
    olga.get_object(**AT)
    guard(s3, *named, everyone())
    for inside in (s3, uma, cloudfront):
        inside.get_object(**AT)
    with refused("AccessDenied", "Access Denied", 403):
        olga.get_object(**AT)
    assert not lab.explain(lab.user("Olga", account=THEIRS), READ, "arn:aws:s3:::bkt/a").allowed
    assert requests.get(URL, timeout=5).status_code == 403
    let(s3, "BlockPublicPolicy", "RestrictPublicBuckets")
    assert olga.get_object(**AT)["Body"].read() == requests.get(URL, timeout=5).content == b"x"


def test_an_old_policy_stays(lab: kmsnb.Lab, s3: Any):
    let(s3, "BlockPublicPolicy", "RestrictPublicBuckets")
    guard(s3, everyone())
    s3.put_object(**AT, Body=b"x")
    let(s3, "RestrictPublicBuckets")
    assert requests.get(URL, timeout=5).content == b"x"
    with refused("AccessDenied", "BlockPublicPolicy"):
        guard(s3, everyone())


def test_the_settings_need_permissions_of_their_own(lab: kmsnb.Lab, s3: Any):
    uma = who_may(lab, "Uma", allow("s3:PutBucketPolicy")).client("s3")
    for request, action in (
        (uma.get_public_access_block, "s3:GetBucketPublicAccessBlock"),
        (uma.delete_public_access_block, "s3:PutBucketPublicAccessBlock"),
        (uma.get_bucket_policy_status, "s3:GetBucketPolicyStatus"),
    ):
        with refused("AccessDenied", f"perform: {action} on"):
            request(Bucket="bkt")


def test_without_enforcement_a_policy_is_not_looked_at():
    with kmsnb.start(enforce=False) as lab:
        s3 = lab.user("student").client("s3")
        s3.create_bucket(Bucket="bkt")
        guard(s3, everyone())
