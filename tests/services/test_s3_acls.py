"""ACLs are disabled in new buckets."""

from typing import Any

import pytest

import kmsnb

from .conftest import refused
from .policies import AT, BUCKET, OBJECT, enable_acls

NO_ACLS = "AccessControlListNotSupported", "The bucket does not allow ACLs", 400
URI = "http://acs.amazonaws.com/groups/global/AllUsers"
FOR_ALL = {"GrantRead": f"uri={URI}"}
PUBLIC = {"ACL": "public-read"}


@pytest.mark.parametrize("acl", [PUBLIC, {"ACL": "private"}, FOR_ALL])
def test_no_request_sets_one(lab: kmsnb.Lab, s3: Any, acl: dict[str, str]):
    s3.put_object(**AT, Body=b"x")
    since = len(lab.journal)
    for request in (
        lambda: s3.put_object(**AT, Body=b"y", ServerSideEncryption="aws:kms", **acl),
        lambda: s3.copy_object(Bucket="bkt", Key="b", CopySource=AT, **acl),
        lambda: s3.create_multipart_upload(**AT, **acl),
    ):
        with refused(*NO_ACLS):
            request()
    s3.delete_public_access_block(Bucket="bkt")
    for request in (
        lambda: s3.put_object_acl(**AT, **acl),
        lambda: s3.put_bucket_acl(Bucket="bkt", **acl),
    ):
        with refused(*NO_ACLS):
            request()
    assert len(lab.journal) == since
    assert s3.get_object(**AT)["Body"].read() == b"x"


def test_the_owner_s_own_is_taken(lab: kmsnb.Lab, s3: Any):
    owner = {"ACL": "bucket-owner-full-control"}
    s3.put_object(**AT, Body=b"x", **owner)
    s3.copy_object(Bucket="bkt", Key="b", CopySource=AT, **owner)
    s3.put_object_acl(**AT, **owner)
    shown = s3.get_bucket_acl(Bucket="bkt")
    same = {each: shown[each] for each in ("Owner", "Grants")}
    s3.put_bucket_acl(Bucket="bkt", AccessControlPolicy=same)
    same["Grants"] = [{**shown["Grants"][0], "Permission": "READ"}]
    with refused(*NO_ACLS):
        s3.put_bucket_acl(Bucket="bkt", AccessControlPolicy=same)


def test_who_owns_objects_can_be_changed(lab: kmsnb.Lab, s3: Any):
    def shown() -> str:
        return s3.get_bucket_ownership_controls(Bucket="bkt")["OwnershipControls"]["Rules"][0][
            "ObjectOwnership"
        ]

    assert shown() == "BucketOwnerEnforced"
    enable_acls(s3)
    assert shown() == "ObjectWriter"
    s3.put_object(**AT, Body=b"x", ACL="private")
    s3.delete_bucket_ownership_controls(Bucket="bkt")
    with refused("OwnershipControlsNotFoundError", status=404):
        shown()
    s3.put_bucket_acl(Bucket="bkt", ACL="private")


@pytest.mark.parametrize("acl", [PUBLIC, {"ACL": "authenticated-read"}, FOR_ALL])
def test_public_ones_are_blocked_also_where_acls_are_enabled(lab: kmsnb.Lab, s3: Any, acl: dict[str, str]):
    s3.put_object(**AT, Body=b"x")
    sets = {
        "s3:PutObjectAcl": (OBJECT, lambda: s3.put_object_acl(**AT, **acl)),
        "s3:PutBucketAcl": (BUCKET, lambda: s3.put_bucket_acl(Bucket="bkt", **acl)),
    }
    writes = {
        "s3:PutObject": (OBJECT, lambda: s3.put_object(**AT, Body=b"y", **acl)),
        "s3:CopyObject": (f"{BUCKET}/b", lambda: s3.copy_object(Bucket="bkt", Key="b", CopySource=AT, **acl)),
    }
    because = "because public ACLs are prevented by the BlockPublicAcls setting in S3 Block Public Access."
    for _ in range(2):
        for action, (on, request) in sets.items():
            with refused("AccessDenied", f'perform: {action} on resource: "{on}" {because}', 403):
                request()
        enable_acls(s3)
        sets |= writes
    grants = {"Grants": [{"Grantee": {"Type": "Group", "URI": URI}, "Permission": "READ"}]}
    same = {"Owner": s3.get_bucket_acl(Bucket="bkt")["Owner"], **grants}
    with refused("AccessDenied", because):
        s3.put_bucket_acl(Bucket="bkt", AccessControlPolicy=same)
    s3.delete_public_access_block(Bucket="bkt")
    for _, request in sets.values():
        request()


@pytest.mark.parametrize("acl", [PUBLIC, {"ACL": "authenticated-read"}, FOR_ALL])
def test_a_new_bucket(lab: kmsnb.Lab, s3: Any, acl: dict[str, str]):
    message = "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting"
    for disabled in ({}, {"ObjectOwnership": "BucketOwnerEnforced"}):
        with refused("InvalidBucketAclWithObjectOwnership", message, 400):
            s3.create_bucket(Bucket="new", **acl, **disabled)
    s3.create_bucket(Bucket="old", ACL="private")
    with refused("InvalidBucketAclWithBlockPublicAccessError", "BlockPublicAccess enabled", 400):
        s3.create_bucket(Bucket="new", ObjectOwnership="BucketOwnerPreferred", **acl)
    s3.create_bucket(Bucket="new", ObjectOwnership="BucketOwnerPreferred", ACL="private")
    s3.put_object(Bucket="new", Key="a", Body=b"x", ACL="private")
