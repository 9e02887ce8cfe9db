"""Who may use a bucket: in its account and from others, under limits, through networks, without a signature."""

from typing import Any

import boto3
import pytest
import requests
from botocore.exceptions import ClientError
from moto.iam.models import AccessKey, iam_backends

import kmsnb

from .conftest import make_key, refused
from .policies import (
    AT,
    BUCKET,
    OBJECT,
    OBJECTS,
    OURS,
    THEIRS,
    V4,
    allow,
    boundary,
    deny,
    document,
    endpoint_for,
    guard,
    organize,
    session_of,
    to,
    user_arn,
    when,
    who_may,
)
from .test_s3_ways_round import form

UMA, OLGA = user_arn("Uma"), user_arn("Olga", THEIRS)
HTTP = "https://bkt.s3.amazonaws.com/a"
DENIED = "AccessDenied"


@pytest.fixture
def stored(s3: Any) -> Any:
    """The administrator's client, with an object in the bucket."""
    s3.put_object(**AT, Body=b"x")
    return s3


def no(action: str, on: str, why: str, who: str = UMA) -> str:
    return f'User: {who} is not authorized to perform: {action} on resource: "{on}" {why}'


# One account, other accounts


def test_the_default_denies_and_one_side_is_enough_in_the_owner_s_account(lab: kmsnb.Lab, stored: Any):
    uma = who_may(lab, "Uma").client("s3")
    why = "because no identity-based policy allows the s3:GetObject action"
    with refused(DENIED, no("s3:GetObject", OBJECT, why), 403):
        uma.get_object(**AT)
    guard(stored, allow("s3:GetObject", on=OBJECTS, **to(OURS)))
    with refused(DENIED, no("s3:GetObject", OBJECT, why)):  # the account is not Uma
        uma.get_object(**AT)
    guard(stored, allow("s3:GetObject", on=OBJECTS, **to(UMA)))
    uma.get_object(**AT)
    stored.delete_bucket_policy(Bucket="bkt")
    who_may(lab, "Uma", allow("s3:GetObject", on=OBJECTS))
    uma.get_object(**AT)
    guard(stored, deny("s3:GetObject", on=OBJECTS, **to(UMA)))
    with refused(DENIED, no("s3:GetObject", OBJECT, "with an explicit deny in a resource-based policy")):
        uma.get_object(**AT)


def test_another_account_needs_both_sides_and_is_told_no_reason(lab: kmsnb.Lab, stored: Any):
    olga = who_may(lab, "Olga", allow("s3:*"), account=THEIRS).client("s3")
    shared = allow("s3:GetObject", on=OBJECTS, **to(THEIRS))
    with pytest.raises(ClientError) as caught:
        olga.get_object(**AT)
    assert caught.value.response["Error"]["Message"] == "Access Denied"
    guard(stored, shared)
    assert olga.get_object(**AT)["Body"].read() == b"x"
    with refused(DENIED):
        olga.put_object(**AT)
    who_may(lab, "Olga", account=THEIRS)
    with refused(DENIED):
        olga.get_object(**AT)


def test_three_policies_let_another_account_read_under_a_kms_key(lab: kmsnb.Lab, stored: Any):
    """Bucket policy, IAM policy, and the key's policy: S3 User Guide, "Troubleshoot access denied"."""
    owner = allow("kms:*", **to(OURS))
    key = make_key(lab, Policy=document(owner))
    stored.put_object(**AT, Body=b"x", ServerSideEncryption="aws:kms", SSEKMSKeyId=key)
    guard(stored, allow("s3:GetObject", on=OBJECTS, **to(OLGA)))
    olga = who_may(lab, "Olga", allow("s3:GetObject"), account=THEIRS).client("s3")
    denied = "is not authorized to perform: kms:Decrypt on"
    with refused(DENIED, denied):
        olga.get_object(**AT)
    who_may(lab, "Olga", allow("s3:GetObject", "kms:Decrypt"), account=THEIRS)
    with refused(DENIED, denied):
        olga.get_object(**AT)
    kms = boto3.client("kms")
    kms.put_key_policy(KeyId=key, Policy=document(owner, allow("kms:Decrypt", **to(THEIRS))))
    assert olga.get_object(**AT)["Body"].read() == b"x"


def test_only_the_bucket_s_account_changes_its_policy(lab: kmsnb.Lab, stored: Any):
    guard(stored, allow("s3:*", on=[BUCKET, OBJECTS], **to(THEIRS)))
    olga = who_may(lab, "Olga", allow("s3:*"), account=THEIRS).client("s3")
    for request in (olga.get_bucket_policy, olga.delete_bucket_policy):
        with refused("MethodNotAllowed", "not allowed against this resource", 405):
            request(Bucket="bkt")
    with refused(DENIED, "Access Denied", 403):
        who_may(lab, "Olga", account=THEIRS).client("s3").get_bucket_policy(Bucket="bkt")


def test_a_bucket_policy_that_denies_all_locks_out_everybody_but_the_root_user(lab: kmsnb.Lab, stored: Any):
    guard(stored, deny("s3:*", on=[BUCKET, OBJECTS], **to()))
    for request in (stored.get_bucket_policy, stored.delete_bucket_policy, stored.list_objects_v2):
        with refused(DENIED, "with an explicit deny in a resource-based policy", 403):
            request(Bucket="bkt")
    root = root_session(lab).client("s3")
    with refused(DENIED):
        root.list_objects_v2(Bucket="bkt")
    assert "Deny" in root.get_bucket_policy(Bucket="bkt")["Policy"]
    root.delete_bucket_policy(Bucket="bkt")
    assert stored.list_objects_v2(Bucket="bkt")["KeyCount"] == 1


def root_session(lab: kmsnb.Lab) -> boto3.Session:
    """A session of the account's root user."""
    key = AccessKey(user_name=None, prefix="AKIA", account_id=OURS)
    iam_backends[OURS]["aws"].access_keys[key.access_key_id] = key
    return boto3.Session(key.access_key_id, key.secret_access_key, region_name=lab.region)


# Limits


def test_a_boundary_limits_iam_policies_and_not_the_bucket_s_allow_for_the_user(lab: kmsnb.Lab, stored: Any):
    uma = who_may(lab, "Uma", allow("s3:*")).client("s3")
    boundary("Uma", allow("s3:PutObject"))
    why = "because no permissions boundary allows the s3:GetObject action"
    with refused(DENIED, no("s3:GetObject", OBJECT, why)):
        uma.get_object(**AT)
    uma.put_object(**AT, Body=b"x")
    guard(stored, allow("s3:GetObject", on=OBJECTS, **to(UMA)))
    uma.get_object(**AT)


def test_a_session_policy_limits_what_is_given_to_the_role(lab: kmsnb.Lab, stored: Any):
    narrow = session_of(lab, "Auditor", allow("s3:PutObject")).client("s3")
    role, session = f"arn:aws:iam::{OURS}:role/Auditor", f"arn:aws:sts::{OURS}:assumed-role/Auditor/mai"
    guard(stored, allow("s3:GetObject", on=OBJECTS, **to(role)))
    why = "because no session policy allows the s3:GetObject action"
    with refused(DENIED, no("s3:GetObject", OBJECT, why, session)):
        narrow.get_object(**AT)
    session_of(lab, "Auditor").client("s3").get_object(**AT)
    guard(stored, allow("s3:GetObject", on=OBJECTS, **to(session)))
    narrow.get_object(**AT)


def test_a_service_control_policy_binds_the_member(lab: kmsnb.Lab, stored: Any):
    member = organize("SERVICE_CONTROL_POLICY", deny("s3:GetObject"))
    mia = who_may(lab, "Mia", allow("s3:*"), account=member).client("s3")
    guard(stored, allow("s3:*", on=[BUCKET, OBJECTS], **to(member)))
    why = "with an explicit deny in a service control policy"
    with refused(DENIED, no("s3:GetObject", OBJECT, why, user_arn("Mia", member))):
        mia.get_object(**AT)
    mia.list_objects_v2(Bucket="bkt")
    stored.get_object(**AT)


def test_a_resource_control_policy_binds_everyone_at_the_member_s_bucket(lab: kmsnb.Lab, s3: Any):
    member = organize("RESOURCE_CONTROL_POLICY", deny("s3:GetObject", **to()))
    mia = who_may(lab, "Mia", allow("s3:*"), account=member).client("s3")
    mia.create_bucket(Bucket="hers")
    mia.put_object(Bucket="hers", Key="a", Body=b"x")
    mia.put_bucket_policy(
        Bucket="hers", Policy=document(allow("s3:GetObject", on="arn:aws:s3:::hers/*", **to(OURS)))
    )
    for client in (mia, s3):
        with refused(DENIED, "with an explicit deny in a resource control policy"):  # of one organization
            client.get_object(Bucket="hers", Key="a")


# Networks


def test_an_endpoint_for_s3_has_a_policy_and_only_s3_s_requests_come_through(lab: kmsnb.Lab, stored: Any):
    key = make_key(lab)
    stored.put_object(**AT, Body=b"x", ServerSideEncryption="aws:kms", SSEKMSKeyId=key)
    everything = allow("s3:*", "kms:*")
    endpoint = endpoint_for("s3", allow("s3:GetObject", **to()))
    inside = who_may(lab, "Uma", everything, via_endpoint=endpoint)
    s3, kms = inside.client("s3"), inside.client("kms")
    assert s3.get_object(**AT)["Body"].read() == b"x"
    why = "because no VPC endpoint policy allows the s3:PutObject action"
    with refused(DENIED, no("s3:PutObject", OBJECT, why)):
        s3.put_object(**AT, Body=b"x")
    kms.describe_key(KeyId=key)  # goes another way
    only = deny("s3:GetObject", on=OBJECTS, **to(), **when("StringNotEquals", "aws:SourceVpce", endpoint))
    guard(stored, only)
    s3.get_object(**AT)
    with refused(DENIED, "with an explicit deny in a resource-based policy"):
        stored.get_object(**AT)
    seen = when("StringEquals", "aws:SourceVpce", endpoint)
    who_may(lab, "Uma", allow("s3:*"), allow("kms:*", **seen))
    with refused(DENIED, "kms:Decrypt"):  # S3 does not pass on where the request came from
        s3.get_object(**AT)


def test_an_endpoint_for_kms_does_not_lead_to_s3(lab: kmsnb.Lab, stored: Any):
    endpoint = endpoint_for("kms", allow("kms:DescribeKey", **to()))
    inside = who_may(lab, "Uma", allow("s3:*", "kms:*"), via_endpoint=endpoint)
    inside.client("s3").get_object(**AT)
    with pytest.raises(ClientError, match="no VPC endpoint policy allows the kms:ListKeys action"):
        inside.client("kms").list_keys()
    seen = when("StringEquals", "aws:SourceVpce", endpoint)
    who_may(lab, "Uma", allow("s3:*", **seen))
    with refused(DENIED):
        inside.client("s3").get_object(**AT)


# Presigned, unsigned, from a browser, by a service


def test_a_presigned_url_is_as_good_as_its_signer(lab: kmsnb.Lab, stored: Any):
    uma = who_may(lab, "Uma").client("s3", config=V4)
    url = uma.generate_presigned_url("get_object", AT)
    answer = requests.get(url, timeout=5)
    assert answer.status_code == 403
    assert f"User: {UMA} is not authorized to perform: s3:GetObject" in answer.text
    who_may(lab, "Uma", allow("s3:GetObject"))
    assert requests.get(url, timeout=5).content == b"x"
    guard(stored, deny("s3:GetObject", on=OBJECTS, **to(UMA)))
    assert requests.get(url, timeout=5).status_code == 403


def test_without_a_signature_only_what_is_public(lab: kmsnb.Lab, stored: Any):
    answer = requests.get(HTTP, timeout=5)
    assert (answer.status_code, "<Message>Access Denied</Message>" in answer.text) == (403, True)
    stored.delete_public_access_block(Bucket="bkt")
    guard(stored, allow("s3:GetObject", on=OBJECTS, **to()))
    assert requests.get(HTTP, timeout=5).content == b"x"
    assert requests.get("https://bkt.s3.amazonaws.com/", timeout=5).status_code == 403
    assert requests.put(HTTP, data=b"y", timeout=5).status_code == 403
    assert requests.delete(HTTP, timeout=5).status_code == 403
    guard(stored, allow("s3:GetObject", on=OBJECTS, **to(OURS, THEIRS)))
    assert requests.get(HTTP, timeout=5).status_code == 403


def test_a_form_needs_its_signer_s_permission_for_the_object_that_it_names(lab: kmsnb.Lab, stored: Any):
    uma = who_may(lab, "Uma", allow("s3:PutObject", on="arn:aws:s3:::bkt/b")).client("s3", config=V4)
    answer = form(uma)
    assert answer.status_code == 403
    assert f'perform: s3:PutObject on resource: "{OBJECT}"' in answer.text
    assert stored.get_object(**AT)["Body"].read() == b"x"
    who_may(lab, "Uma", allow("s3:PutObject"))
    assert form(uma, acl="public-read").status_code == 403, "an ACL needs s3:PutObjectAcl"
    assert form(uma).status_code == 204


def test_a_service_needs_the_bucket_policy_alone(lab: kmsnb.Lab, stored: Any):
    arn = f"arn:aws:cloudfront::{OURS}:distribution/E1"
    cloudfront = lab.service("cloudfront.amazonaws.com", source_arn=arn).client("s3")
    with refused(DENIED, "Access Denied"):
        cloudfront.get_object(**AT)
    its = {"Principal": {"Service": "cloudfront.amazonaws.com"}}
    guard(stored, allow("s3:GetObject", on=OBJECTS, **its, **when("StringEquals", "aws:SourceArn", arn)))
    assert cloudfront.get_object(**AT)["Body"].read() == b"x"
    with refused(DENIED):
        lab.service("cloudfront.amazonaws.com", source_arn=f"{arn}2").client("s3").get_object(**AT)
    guard(stored, allow("s3:GetObject", on=OBJECTS, **its, **when("StringEquals", "aws:SourceAccount", OURS)))
    cloudfront.get_object(**AT)


# Not enforced


def test_without_enforcement_nobody_is_asked_and_a_deny_denies_nobody():
    with kmsnb.start(enforce=False) as lab:
        s3 = boto3.client("s3")
        s3.create_bucket(Bucket="bkt")
        s3.put_object(**AT, Body=b"x")
        guard(s3, deny("s3:*", on=[BUCKET, OBJECTS], **to()))
        for client in (s3, lab.user("Uma").client("s3"), lab.user("Olga", account=THEIRS).client("s3")):
            assert client.get_object(**AT)["Body"].read() == b"x"
            assert client.list_objects_v2(Bucket="bkt")["KeyCount"] == 1
            client.put_object(**AT, Body=b"x")
        answer = s3.delete_objects(Bucket="bkt", Delete={"Objects": [{"Key": "a"}]})
        assert [each["Key"] for each in answer["Deleted"]] == ["a"]
